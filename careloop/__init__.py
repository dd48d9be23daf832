"""Careloop keeps every promise made to a patient open until it happened and everybody knows."""

__version__ = "0.1.0"
