"""Documents, notes, requests to amend, disclosures and holds planted by plain SQL, past the doors."""

import hashlib
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from careloop.facts.access import SYSTEM_ID
from tests.records.plant import AT, Plant


def plant_document(plant: Plant, unit: int, patient: UUID, *, source: bool = True, **changed: object) -> UUID:
    """Add a document of its own contents, where it came from, and its words."""
    key = uuid4()
    content = key.bytes
    of: dict[str, Any] = {"patient_id": patient, "unit_id": unit, "label_mask": 0} | changed
    plant.row(
        "document", **of, id=key, content=content, sha256=hashlib.sha256(content).digest(), size=16,
        media_type="text/plain", title="", added_at=AT,
    )  # fmt: skip
    if source:
        plant.row("document_source", **of, document_id=key, person_id=SYSTEM_ID, at=AT, is_current=True)
    plant.row("note", **of, document_id=key, title="", words="words")
    return key


def plant_amendment(plant: Plant, unit: int, patient: UUID, loop: UUID, **changed: object) -> UUID:
    """Add an open request with its first line of history."""
    key = uuid4()
    of: dict[str, Any] = {"patient_id": patient, "unit_id": unit, "label_mask": changed.pop("label_mask", 0)}
    columns: dict[str, Any] = {
        "id": key, "loop_id": loop, "asked_by": "a", "asked_on": date(2026, 11, 20), "wrong": "a", "should_say": "b",
        "due_on": date(2027, 1, 19), "extended_because": "", "state": "open", "basis": "", "answer": "",
        "disagreement": "", "made_at": AT, "version": 1,
    }  # fmt: skip
    plant.row("amendment", **of, **(columns | changed))
    plant.row(
        "amendment_event", **of, amendment_id=key, version=1, at=AT, person_id=SYSTEM_ID, event="asked", words="",
        due_on=date(2027, 1, 19),
    )  # fmt: skip
    return key


def plant_disclosure(plant: Plant, unit: int, patient: UUID, **changed: object) -> None:
    """Add a record that left."""
    of: dict[str, Any] = {"patient_id": patient, "unit_id": unit, "label_mask": 0} | changed
    plant.row(
        "disclosure", **of, at=AT, person_id=SYSTEM_ID, what="whole_record", recipient="a", reason="b",
        sha256=b"0" * 32, counts=Jsonb({}),
    )  # fmt: skip


def plant_hold(plant: Plant, unit: int | None, patient: UUID | None, **changed: object) -> None:
    """Add a legal hold."""
    of: dict[str, Any] = {"patient_id": patient, "unit_id": unit, "label_mask": 0} | changed
    plant.row("legal_hold", **of, reason="a", set_by=SYSTEM_ID, since=AT, lifted_because="")
