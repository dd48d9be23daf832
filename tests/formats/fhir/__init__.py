"""Tests of reading FHIR R4."""
