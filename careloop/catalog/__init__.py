"""Dated values, code sets and words, loaded from files, each with its source."""
