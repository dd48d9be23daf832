"""Handoffs planted by plain SQL, past the doors."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.records.plant import AT, Plant

HOUR = timedelta(hours=1)


def plant_handoff(plant: Plant, unit: int, **changed: object) -> UUID:
    """Add a draft of a handoff between two people."""
    columns: dict[str, Any] = {
        "id": uuid4(), "unit_id": unit, "scope": "loops", "state": "draft", "state_since": AT, "patient_count": 1,
        "made_at": AT, "reason": "", "version": 1,
    }  # fmt: skip
    columns |= changed
    for one in ("giver_id", "receiver_id"):
        if one not in columns:
            columns[one] = plant.person()
    plant.row("handoff", **columns)
    return columns["id"]


def plant_line(plant: Plant, unit: int, patient: UUID, handoff: UUID, *, loop: UUID, **mark: object) -> None:
    """Add a patient with a loop and a what-if to a draft."""
    of = {"patient_id": patient, "unit_id": unit, "label_mask": 0, "handoff_id": handoff} | mark
    plant.row("handoff_patient", **of, level="stable", summary="Well.", question="", answer="", said_back="I hear.")
    plant.row("handoff_loop", **of, loop_id=loop)
    plant.row("handoff_what_if", **of, if_words="it rains", then_words="call", on=AT.date())


def accept(plant: Plant, handoff: UUID) -> None:
    """Say that a handoff was accepted."""
    plant.run("UPDATE handoff SET state = 'accepted', ended_at = %s WHERE id = %s", AT + HOUR, handoff)
