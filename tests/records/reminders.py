"""Reminders planted by plain SQL, past the doors."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from careloop.facts.access import SYSTEM_ID
from tests.records.plant import AT, Plant
from tests.records.visits import STARTS, WALL

HOUR = timedelta(hours=1)


def plant_reminder(plant: Plant, unit: int, patient: UUID, booking: UUID, **changed: object) -> UUID:
    """Add a reminder of a visit that is planned for the day before."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "booking_id": booking,
        "booking_version": 1, "kind": "day_before", "due_at": STARTS - 24 * HOUR, "good_until": STARTS,
        "roads": ["text"], "state": "planned", "state_since": AT, "why": "", "road": "", "answer": "",
    }  # fmt: skip
    columns |= changed
    plant.row("reminder", **columns)
    return columns["id"]


def plant_schedule(plant: Plant, unit: int, patient: UUID, **changed: object) -> UUID:
    """Add a schedule on an order of its own."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "statement_version": 1,
        "label": "metformin", "times": [time(8)], "zone": "America/New_York", "road": "text",
        "starts_on": AT.date(), "ends_on": date(2026, 12, 1), "consent": "She said yes", "state": "active",
        "state_since": AT, "why": "", "is_due": False, "planned_until": AT, "made_by_id": SYSTEM_ID, "made_at": AT,
        "version": 1,
    }  # fmt: skip
    columns |= changed
    if "resource_id" not in columns:
        mask = columns["label_mask"]
        columns["resource_id"] = plant.resource(unit, patient, type="MedicationRequest", label_mask=mask)
    plant.row("medicine_schedule", **columns)
    return columns["id"]


def plant_dose(plant: Plant, unit: int, patient: UUID, schedule: UUID, **changed: object) -> UUID:
    """Add a reminder of a medicine that is planned."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "schedule_id": schedule,
        "statement_version": 1, "due_at": AT + HOUR, "due_wall": WALL, "good_until": AT + 3 * HOUR,
        "state": "planned", "state_since": AT, "why": "", "answer": "",
    }  # fmt: skip
    columns |= changed
    plant.row("medicine_reminder", **columns)
    return columns["id"]


def plant_reminders(plant: Plant, unit: int, patient: UUID, booking: UUID, resource: UUID, **mark: object) -> None:
    """Add a reminder of a visit that is booked, and a schedule with one of a medicine."""
    plant_reminder(plant, unit, patient, booking, **mark)
    waits = {"state": "paused", "why": "side_effect", "resource_id": resource}
    schedule = plant_schedule(plant, unit, patient, **waits, **mark)
    plant_dose(plant, unit, patient, schedule, state="withdrawn", why="stopped", **mark)
