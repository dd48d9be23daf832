"""The doors: right, relation, time, transaction and audit in one place."""
