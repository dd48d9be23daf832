"""Loops: owner, next step and date, settled in one place."""
