"""The tables, their constraints and their migrations."""
