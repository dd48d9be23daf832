"""Small resources and bundles that the tests change in one place each."""

import copy
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings

from careloop.facts.intake import IncomingResource, Package, Problem, Rejected
from careloop.formats.fhir.read import read_document

ON = date(2026, 11, 21)
SHARED = Path(os.environ.get("CARELOOP_SHARED", Path(__file__).resolve().parents[4] / "shared"))

Json = dict[str, Any]

# On a busy machine an example may take long; that says nothing about the code.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

PATIENT: Json = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"use": "official", "family": "Okafor", "given": ["Ngozi"]}],
    "gender": "female",
    "birthDate": "1961-04-02",
}
OBSERVATION: Json = {
    "resourceType": "Observation",
    "id": "o1",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4", "display": "Hemoglobin A1c"}]},
    "subject": {"reference": "Patient/p1"},
    "effectiveDateTime": "2026-03-04T09:30:00-05:00",
    "valueQuantity": {"value": 7.5, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"},
}
CONDITION: Json = {
    "resourceType": "Condition",
    "id": "c1",
    "clinicalStatus": {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
    },
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "44054006"}], "text": "Type 2 diabetes"},
    "subject": {"reference": "Patient/p1"},
    "onsetDateTime": "2011-05",
}


def changed(resource: Json, **changes: object) -> Json:
    """Return a copy with elements put in; None takes one out."""
    made = copy.deepcopy(resource) | changes
    return {name: value for name, value in made.items() if value is not None}


def bundle(*entries: Json, kind: str = "transaction") -> Json:
    """Return a bundle of entries."""
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def entry(resource: Json, full_url: str = "", method: str = "POST") -> Json:
    """Return an entry of a transaction."""
    made: Json = {"resource": resource, "request": {"method": method, "url": resource["resourceType"]}}
    return ({"fullUrl": full_url} if full_url else {}) | made


def read(document: Json | bytes, *, is_ndjson: bool = False) -> Package:
    """Read a document given as JSON values or as bytes."""
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read_document(raw, is_ndjson=is_ndjson, on=ON)


def accept(document: Json | bytes) -> IncomingResource:
    """Return the one resource of a document that must be fine."""
    package = read(document)
    assert package.rejected == ()
    (one,) = package.resources
    return one


def refuse(document: Json | bytes) -> tuple[Problem, ...]:
    """Return what is wrong with a document that must be refused whole."""
    package = read(document)
    assert package.resources == ()
    (one,) = package.rejected
    assert isinstance(one, Rejected)
    assert all(problem.why and problem.fix for problem in one.problems)
    return one.problems
