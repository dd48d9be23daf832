"""Looks into demo bundles for the tests: the plain JSON, resources by type, codes and dates."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from careloop.catalog.demo.clinic import DemoPatient

Node = dict[str, Any]


def entries_of(bundle: bytes) -> list[Node]:
    """Return the entries of a bundle."""
    found: list[Node] = json.loads(bundle)["entry"]
    return found


def resources_of(bundle: bytes, kind: str) -> list[Node]:
    """Return the resources of one type, in the order of the bundle."""
    return [e["resource"] for e in entries_of(bundle) if e["resource"]["resourceType"] == kind]


def patient_of(patient: DemoPatient) -> Node:
    """Return the Patient resource."""
    return resources_of(patient.bundle, "Patient")[0]


def walk(node: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Go through all leaves with their path (without positions)."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from walk(value, f"{path}.{name}")
    elif isinstance(node, list):
        for value in node:
            yield from walk(value, path)
    else:
        yield path, node


def codes_of(node: object) -> set[str]:
    """Return all codes inside."""
    return {str(value) for path, value in walk(node) if path.endswith("coding.code")}


def codings_of(node: object) -> Iterator[tuple[str, str]]:
    """Go through all codings inside, as (system, code)."""
    if isinstance(node, dict):
        for coding in node.get("coding", []):
            yield coding["system"], coding["code"]
        for value in node.values():
            yield from codings_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from codings_of(value)


def day_of(text: str) -> date:
    """Return the day that a FHIR date or moment was written on."""
    return date.fromisoformat(text[:10])
