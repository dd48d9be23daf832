"""The circle planted by plain SQL, past the doors."""

from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from careloop.facts.access import SYSTEM_ID
from tests.records.plant import AT, Plant, days


def plant_member(plant: Plant, unit: int, patient: UUID, **changed: object) -> UUID:
    """Add somebody to the circle of a patient."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "name": "Ana Planted",
        "relation": "child", "language": "", "needs_interpreter": False, "phone": "", "email": "", "address": "",
        "is_emergency": False, "note": "", "version": 1, "added_at": AT, "added_by_id": SYSTEM_ID, "changed_at": AT,
        "changed_by_id": SYSTEM_ID, "ended_because": "",
    }  # fmt: skip
    columns |= changed
    plant.row("circle_member", **columns)
    return columns["id"]


def plant_consent(plant: Plant, unit: int, patient: UUID, member: UUID, **changed: object) -> UUID:
    """Write down that somebody may hear about visits, by phone, for ten days."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "member_id": member,
        "topic": "visits", "purpose": "care", "road": "phone", "named_labels": 0, "starts_at": AT,
        "ends_at": AT + days(10), "how": "screen", "entered_at": AT, "entered_by_id": SYSTEM_ID,
        "taken_back_because": "",
    }  # fmt: skip
    columns |= changed
    plant.row("consent", **columns)
    return columns["id"]


def plant_code(plant: Plant, unit: int, patient: UUID, **changed: object) -> UUID:
    """Set a code word."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "code_hash": "x", "set_at": AT,
        "set_by_id": SYSTEM_ID,
    }  # fmt: skip
    columns |= changed
    plant.row("caller_code", **columns)
    return columns["id"]


def plant_told(plant: Plant, unit: int, patient: UUID, member: UUID, consent: UUID, **changed: object) -> int:
    """Tell somebody of the circle about a visit."""
    columns: dict[str, Any] = {
        "patient_id": patient, "unit_id": unit, "label_mask": 0, "at": AT, "person_id": SYSTEM_ID, "what": "told",
        "recipient": "Ana", "reason": "care", "sha256": b"0", "counts": Jsonb({}), "basis": "consent",
        "member_id": member, "consent_id": consent, "topic": "visits", "purpose": "care", "road": "phone",
        "words": "At nine.",
    }  # fmt: skip
    columns |= changed
    plant.row("disclosure", **columns)
    return int(plant.value("SELECT max(id) FROM disclosure"))


def plant_circle(plant: Plant, unit: int, patient: UUID, **changed: object) -> None:
    """Add somebody with a consent, and a code word."""
    member = plant_member(plant, unit, patient, **changed)
    plant_consent(plant, unit, patient, member, **changed)
    plant_code(plant, unit, patient, **changed)
