"""FHIR R4: split, validate, resolve and extract, without losing a digit."""
