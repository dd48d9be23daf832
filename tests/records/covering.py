"""Absences planted by plain SQL, past the doors."""

from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb
from psycopg.types.range import TimestamptzRange

from tests.records.plant import AT, Plant, days


def plant_absence(plant: Plant, unit: int, **changed: object) -> UUID:
    """Add an absence that runs."""
    columns: dict[str, Any] = {
        "id": uuid4(), "unit_id": unit, "units": [unit], "during": TimestamptzRange(AT - days(1), AT + days(1)),
        "is_sudden": False, "made_at": AT, "began_at": AT, "version": 1,
    }  # fmt: skip
    columns |= changed
    for one in ("person_id", "made_by_id"):
        if one not in columns:
            columns[one] = plant.person()
    plant.row("absence", **columns)
    return columns["id"]


def plant_share(
    plant: Plant, unit: int, patient: UUID, absence: UUID, *, loop: UUID | None = None, **mark: object
) -> UUID:
    """Add a patient who is with a colleague, and a loop that moved."""
    of = {"patient_id": patient, "unit_id": unit, "label_mask": 0, "absence_id": absence} | mark
    covering = plant.person()
    plant.row("absence_share", **of, covering_id=covering, because=Jsonb([]), given_at=AT)
    if loop is not None:
        plant.row("absence_loop", **of, loop_id=loop, moved_at=AT)
    return covering


def plant_part(plant: Plant, absence: UUID, **changed: object) -> None:
    """Add the part of a colleague."""
    columns: dict[str, Any] = {"absence_id": absence, "state": "offered", "expires_at": AT + days(1)} | changed
    plant.row("absence_part", **({"covering_id": plant.person()} | columns))
