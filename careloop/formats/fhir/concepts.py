"""What a FHIR CodeableConcept says in words and in codes."""

from collections.abc import Iterable

from careloop.formats.fhir.faults import JsonObject


def read_label(concept: JsonObject) -> str:
    """Return the words of a concept: its own text, else the first display of a coding, else ""."""
    return concept.get("text") or first_of(coding.get("display", "") for coding in concept.get("coding", ()))


def read_code(concept: JsonObject) -> str:
    """Return the first code of a concept without its system, or ""."""
    return first_of(coding.get("code", "") for coding in concept.get("coding", ()))


def first_of(words: Iterable[str]) -> str:
    """Return the first that is not empty, or ""."""
    return next((one for one in words if one), "")
