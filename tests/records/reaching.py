"""Tries, shut numbers and outreach lists planted by plain SQL, past the doors."""

from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from careloop.facts.access import SYSTEM_ID
from tests.records.plant import AT, Plant, days

LEASE = days(0.02)


def plant_try(plant: Plant, unit: int, patient: UUID, *loops: UUID, **changed: object) -> UUID:
    """Add a call that nobody answered, about these loops."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "at": AT, "zone": "America/New_York",
        "person_id": SYSTEM_ID, "road": "call", "address": "", "result": "no_answer", "is_checked": False, "note": "",
        "language": "", "interpreter": "none", "why_no": "", "barriers": [], "flags": [],
    }  # fmt: skip
    columns |= changed
    plant.row("contact_try", **columns)
    of = {"patient_id": patient, "unit_id": unit, "label_mask": columns["label_mask"]}
    for loop in loops:
        plant.row("contact_try_loop", **of, contact_try_id=columns["id"], loop_id=loop)
    return columns["id"]


def plant_block(plant: Plant, unit: int, patient: UUID, **changed: object) -> None:
    """Shut a number."""
    columns: dict[str, Any] = {
        "patient_id": patient, "unit_id": unit, "label_mask": 0, "road": "call", "address": "555-0101",
        "why": "wrong_number", "since": AT, "by_id": SYSTEM_ID, "ended_because": "",
    }  # fmt: skip
    plant.row("reach_block", **(columns | changed))


def plant_reach_end(plant: Plant, unit: int, patient: UUID, loop: UUID, **changed: object) -> None:
    """Say that the rule was met: two calls in two parts of the day, over a day."""
    columns: dict[str, Any] = {
        "patient_id": patient, "unit_id": unit, "label_mask": 0, "loop_id": loop, "at": AT, "by_id": SYSTEM_ID,
        "rule": "task", "rule_from": AT.date(), "calls_needed": 2, "parts_needed": 2, "written_needed": 0,
        "days_needed": 1,
    }  # fmt: skip
    plant.row("reach_end", **(columns | changed))


def plant_list(plant: Plant, unit: int, **changed: object) -> UUID:
    """Add an outreach list."""
    columns: dict[str, Any] = {
        "id": uuid4(), "unit_id": unit, "name": "Planted", "rule": Jsonb({}), "per_day": 9, "quiet_days": 7,
        "most_tries": 2, "state": "open", "made_by_id": SYSTEM_ID, "made_at": AT, "version": 1,
    }  # fmt: skip
    columns |= changed
    plant.row("outreach_list", **columns)
    return columns["id"]


def plant_entry(plant: Plant, unit: int, patient: UUID, listed: UUID, **changed: object) -> UUID:
    """Put somebody on a list."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "list_id": listed, "state": "waiting",
        "place": 1, "language": "", "band": "", "tries": 0, "last_result": "", "left_out_why": "",
    }  # fmt: skip
    columns |= changed
    plant.row("outreach_entry", **columns)
    return columns["id"]


def claimed(person: UUID = SYSTEM_ID) -> dict[str, object]:
    """Return the columns of somebody whom one person calls now."""
    return {"state": "claimed", "claimed_by_id": person, "claimed_at": AT, "lease_until": AT + LEASE}


def plant_reaching(plant: Plant, unit: int, patient: UUID, loop: UUID, **mark: object) -> None:
    """Add one row of each table."""
    plant_try(plant, unit, patient, loop, **mark)
    plant_block(plant, unit, patient, **mark)
    plant_reach_end(plant, unit, patient, loop, **mark)
    plant_entry(plant, unit, patient, plant_list(plant, unit), **mark)
