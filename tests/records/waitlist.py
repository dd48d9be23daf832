"""The waiting list planted by plain SQL, past the doors."""

from typing import Any
from uuid import UUID, uuid4

from careloop.facts.access import SYSTEM_ID
from tests.records.plant import AT, Plant
from tests.records.visits import (
    HALF,
    STARTS,
    WALL,
    plant_entry,
    plant_visit_loop,
    plant_visit_type,
)

CLOSED = {"state": "closed", "outcome": "done", "closed_at": AT}


def plant_freed(plant: Plant, **changed: object) -> UUID:
    """Add a freed time of half an hour."""
    columns: dict[str, Any] = {
        "id": uuid4(), "entries": [plant_entry(plant)], "freed_at": AT, "starts_at": STARTS, "ends_at": STARTS + HALF,
        "zone": "America/New_York", "starts_wall": WALL,
    }  # fmt: skip
    columns |= changed
    if "visit_type_id" not in columns:
        columns["visit_type_id"] = plant_visit_type(plant)
    plant.row("freed_time", **columns)
    return columns["id"]


def plant_wish(plant: Plant, unit: int, patient: UUID, *, loop: UUID | None = None, **changed: object) -> UUID:
    """Put a patient on the waiting list, on an open loop of a visit unless another is named."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0,
        "loop_id": loop or plant_visit_loop(plant, unit, patient), "urgency": "routine", "weekdays": [], "part": "",
        "notice_hours": 0, "reach_by": "patient", "note": "", "state": "waiting", "state_since": AT, "added_at": AT,
        "added_by_id": SYSTEM_ID,
    }  # fmt: skip
    columns |= changed
    if "visit_type_id" not in columns:
        columns["visit_type_id"] = plant_visit_type(plant)
    plant.row("waitlist_wish", **columns)
    return columns["id"]


def plant_offer(plant: Plant, unit: int, patient: UUID, wish: UUID, freed: UUID, **changed: object) -> UUID:
    """Ask somebody who waits about a freed time."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "wish_id": wish, "freed_id": freed,
        "state": "open", "state_since": AT, "offered_at": AT, "offered_by_id": SYSTEM_ID, "expires_at": AT + HALF,
        "note": "",
    }  # fmt: skip
    columns |= changed
    plant.row("waitlist_offer", **columns)
    return columns["id"]
