"""Medicines looked at together: with each other, the allergies, the problems, the age and the kidneys."""
