"""Bookings planted by plain SQL, past the doors."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb
from psycopg.types.range import TimestamptzRange

from careloop.facts.access import SYSTEM_ID
from tests.records.plant import AT, STEP, Plant

STARTS = AT + timedelta(days=3)
# 20 November 2026, 15:00 UTC, is 10 am in New York; three days later as well.
WALL = datetime.fromisoformat("2026-11-23 10:00")
HALF = timedelta(minutes=30)


def plant_entry(plant: Plant, **changed: object) -> UUID:
    """Add a practitioner to the directory."""
    columns: dict[str, Any] = {
        "id": uuid4(), "kind": "practitioner", "name": "Dr. Planted", "name_key": "dr. planted", "is_active": True,
        "sort": "", "zone": "America/New_York", "specialties": [], "languages": [], "networks": [], "phone": "",
        "fax": "", "email": "", "referral_by": "", "address": "", "source": "here", "fhir_id": "", "version": 1,
        "made_at": AT, "changed_at": AT,
    }  # fmt: skip
    columns |= changed
    plant.row("directory_entry", **columns)
    return columns["id"]


def plant_visit_type(plant: Plant, **changed: object) -> UUID:
    """Add a kind of visit of half an hour."""
    columns: dict[str, Any] = {
        "id": uuid4(), "name": f"Visit {uuid4()}", "is_active": True, "minutes": 30, "gap_before": 0, "gap_after": 0,
        "preparation": "none", "needs_practitioner": True, "needs_escort": False, "needs_fasting": False,
        "room_sort": "", "device_sort": "", "seats": 1, "labels": 0, "version": 1, "set_by_id": SYSTEM_ID,
        "set_at": AT,
    }  # fmt: skip
    columns |= changed
    plant.row("visit_type", **columns)
    return columns["id"]


def plant_visit_loop(plant: Plant, unit: int, patient: UUID, **changed: object) -> UUID:
    """Add the open loop of a visit."""
    return plant.loop(unit, patient, kind="visit", title=STEP, **changed)


def plant_booking(plant: Plant, unit: int, patient: UUID, *, loop: UUID | None = None, **changed: object) -> UUID:
    """Add a booked visit, without who takes part."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0,
        "loop_id": loop or plant_visit_loop(plant, unit, patient), "state": "booked", "state_since": AT,
        "starts_at": STARTS, "ends_at": STARTS + HALF, "zone": "America/New_York", "starts_wall": WALL,
        "minutes": 30, "hold_token": uuid4(), "hold_until": AT + HALF, "cancelled_by": "", "reason": "", "note": "",
        "booked_by_id": SYSTEM_ID, "made_at": AT, "version": 1, "awaits_word": False,
    }  # fmt: skip
    columns |= changed
    if "visit_type_id" not in columns:
        columns["visit_type_id"] = plant_visit_type(plant)
    plant.row("booking", **columns)
    return columns["id"]


def plant_part(plant: Plant, unit: int, patient: UUID | None, booking: UUID | None, **changed: object) -> None:
    """Add who takes part in a booking: the patient, unless an entry is named."""
    columns: dict[str, Any] = {
        "patient_id": patient, "unit_id": unit, "label_mask": 0, "booking_id": booking,
        "is_patient": "entry_id" not in changed, "occupant_no": 0, "seat": 0, "occupies": True,
        "during": TimestamptzRange(STARTS, STARTS + HALF),
    }  # fmt: skip
    plant.row("booking_part", **(columns | changed))


def plant_whole(plant: Plant, unit: int, patient: UUID, entry: UUID | None = None, **changed: object) -> UUID:
    """Add a booking with its patient, and an entry if one is named, as the doors write them."""
    booking = plant_booking(plant, unit, patient, **changed)
    during = TimestamptzRange(changed.get("starts_at", STARTS), changed.get("ends_at", STARTS + HALF))  # type: ignore[type-var]
    plant_part(plant, unit, patient, booking, during=during)
    if entry is not None:
        plant_part(plant, unit, patient, booking, entry_id=entry, during=during)
    return booking


def plant_group(plant: Plant, unit: int, visit_type: UUID, **changed: object) -> UUID:
    """Add a visit for two at once."""
    columns: dict[str, Any] = {
        "id": uuid4(), "unit_id": unit, "visit_type_id": visit_type, "seats": 2, "minutes": 30, "starts_at": STARTS,
        "ends_at": STARTS + HALF, "zone": "America/New_York", "starts_wall": WALL, "is_cancelled": False,
        "made_by_id": SYSTEM_ID, "made_at": AT,
    }  # fmt: skip
    columns |= changed
    plant.row("group_visit", **columns)
    return columns["id"]


def plant_extra_seat(plant: Plant, entry: UUID, **changed: object) -> UUID:
    """Allow a second visit at a time."""
    columns: dict[str, Any] = {
        "id": uuid4(), "entry_id": entry, "seat": 1, "during": TimestamptzRange(STARTS, STARTS + HALF),
        "reason": "agreed", "allowed_by_id": SYSTEM_ID, "allowed_at": AT,
    }  # fmt: skip
    columns |= changed
    plant.row("extra_seat", **columns)
    return columns["id"]


def plant_itinerary(plant: Plant, unit: int, patient: UUID, loop: UUID, **changed: object) -> UUID:
    """Add an itinerary on a loop, without steps."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "loop_id": loop, "template": "cataract",
        "template_version": "1", "made_by_id": SYSTEM_ID, "made_at": AT,
    }  # fmt: skip
    columns |= changed
    plant.row("itinerary", **columns)
    return columns["id"]


def plant_step(plant: Plant, unit: int, patient: UUID, itinerary: UUID, loop: UUID, **changed: object) -> None:
    """Add a step of an itinerary on the loop of a visit."""
    columns: dict[str, Any] = {
        "patient_id": patient, "unit_id": unit, "label_mask": 0, "itinerary_id": itinerary, "loop_id": loop,
        "key": "cataract_surgery", "visit_type_id": plant_visit_type(plant), "abnormal_note": "",
    }  # fmt: skip
    columns |= changed
    plant.row("itinerary_step", **columns)


def plant_search(plant: Plant, unit: int, patient: UUID, **changed: object) -> None:
    """Add a question of the planner that waits for a longer look."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "question": "one", "ask": Jsonb({}),
        "asked_by_id": SYSTEM_ID, "asked_at": AT, "state": "waiting", "tries": 0, "times": Jsonb([]), "is_best": False,
    }  # fmt: skip
    columns |= changed
    plant.row("plan_search", **columns)


def plant_outage(plant: Plant, entry: UUID, *, in_calendar: bool = True, **changed: object) -> UUID:
    """Add that somebody is out on the day of the visits, entered two hours ago."""
    day = {"first_on": STARTS.date(), "last_on": STARTS.date()}
    columns = {"id": uuid4(), "entry_id": entry, "made_by_id": SYSTEM_ID, "made_at": AT - timedelta(hours=2)}
    columns |= {**day, **changed}
    plant.row("outage", **columns)
    if in_calendar:
        plant.row(
            "calendar_day", entry_id=entry, is_open=False, reason="", outage_id=columns["id"], set_by_id=SYSTEM_ID,
            set_at=AT, **day,
        )  # fmt: skip
    return UUID(str(columns["id"]))


def plant_move(plant: Plant, unit: int, patient: UUID, outage: UUID, booking: UUID, **changed: object) -> None:
    """Add that a visit of an outage was left to a person."""
    columns = {
        "patient_id": patient, "unit_id": unit, "label_mask": 0, "outage_id": outage, "booking_id": booking,
        "became": "left", "was_confirmed": False, "why": Jsonb([]), "made_by_id": SYSTEM_ID, "made_at": AT,
    }  # fmt: skip
    columns |= changed
    if "loop_id" not in columns:
        columns["loop_id"] = plant.loop(unit, patient)
    plant.row("outage_move", **columns)


def plant_item(plant: Plant, unit: int, patient: UUID, booking: UUID, **changed: object) -> None:
    """Add an item of a visit that is done, by somebody new unless a person is named."""
    columns: dict[str, Any] = {
        "patient_id": patient, "unit_id": unit, "label_mask": 0, "booking_id": booking, "item": "coverage",
        "state": "done", "note": "Card seen", "is_open_again": False, "set_at": AT, "version": 1,
    }  # fmt: skip
    columns |= changed
    if "set_by_id" not in columns:
        columns["set_by_id"] = plant.person()
    plant.row("visit_item", **columns)
