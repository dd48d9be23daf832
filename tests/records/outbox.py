"""What goes out and comes in, planted by plain SQL, past the doors."""

from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from careloop.facts.access import SYSTEM_ID
from tests.records.plant import AT, Plant, days

# The columns in which a packet differs from a message.
PACKET: dict[str, Any] = {"kind": "packet", "message_id": None, "point_id": None, "thread_id": None, "road": "email"}


def plant_point(plant: Plant, unit: int, patient: UUID, **changed: object) -> UUID:
    """Add a number for texts."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "road": "text",
        "address": "+15550100142", "use": "mobile", "is_preferred": False, "made_at": AT, "made_by_id": SYSTEM_ID,
        "frozen_because": "",
    }  # fmt: skip
    plant.row("contact_point", **columns | changed)
    return (columns | changed)["id"]


def plant_choice(plant: Plant, unit: int, patient: UUID, **changed: object) -> None:
    """Write down that somebody wants no texts."""
    columns: dict[str, Any] = {
        "patient_id": patient, "unit_id": unit, "label_mask": 0, "kind": "stop", "road": "text", "value": Jsonb({}),
        "because": "STOP", "at": AT, "by_id": SYSTEM_ID,
    }  # fmt: skip
    plant.row("contact_choice", **columns | changed)


def plant_thread(plant: Plant, unit: int, patient: UUID, **changed: object) -> UUID:
    """Open a thread with the patient."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "partner": "patient",
        "opened_at": AT, "last_at": AT, "version": 1,
    }  # fmt: skip
    plant.row("thread", **columns | changed)
    return (columns | changed)["id"]


def plant_out(plant: Plant, unit: int, patient: UUID, *, label_mask: int = 0, **changed: object) -> UUID:
    """Add a message on its way, with its thread and address unless they are named; a packet has neither."""
    key = uuid4()
    of = {"patient_id": patient, "unit_id": unit, "label_mask": label_mask}
    if changed.get("kind") == "packet":
        plant.row("outbox", **out_columns(key, of) | changed)
        return key
    thread = changed.pop("thread_id", None) or plant_thread(plant, unit, patient, label_mask=label_mask)
    point = changed.pop("point_id", None) or plant_point(plant, unit, patient, label_mask=label_mask)
    plant.row(
        "message", id=key, **of, thread_id=thread, direction="out", at=AT, by_id=SYSTEM_ID, road="text", language="en",
        asked_language="en", situation="own_words", words_sha256=b"0", is_draft_words=False, topic="visits",
        words="Can you come?", pieces=Jsonb({"text": "Can you come?"}),
    )  # fmt: skip
    named = {"thread_id": thread, "message_id": key, "point_id": point}
    plant.row("outbox", **out_columns(key, of) | named | changed)
    return key


def out_columns(key: UUID, of: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of a text that waits to go."""
    return {
        "id": key, **of, "kind": "message", "key": str(key),
        "topic": "visits", "purpose": "care", "road": "text", "address": "+15550100142",
        "zone": "America/New_York", "at_any_hour": False, "is_last_word": False, "state": "waiting",
        "state_since": AT, "held_for": "", "meant_at": AT, "next_at": AT, "good_until": AT + days(2), "queued_at": AT,
        "queued_by_id": SYSTEM_ID, "attempts": 0, "token": 0, "reference": "", "said": "", "stopped_because": "",
        "stopped_note": "", "awaits_word": False,
    }  # fmt: skip


def sent(number: int = 0) -> dict[str, object]:
    """Return the columns of what was sent."""
    return {
        "state": "sent", "next_at": None, "claimed_at": AT, "sent_at": AT, "reference": f"SM{number}", "attempts": 1,
        "token": 1,
    }  # fmt: skip


def plant_out_event(plant: Plant, unit: int, patient: UUID, out: UUID, **changed: object) -> None:
    """Add a line to the history of what goes out."""
    columns: dict[str, Any] = {
        "patient_id": patient, "unit_id": unit, "label_mask": 0, "outbox_id": out, "at": AT, "event": "sent",
        "token": 1, "because": "", "reference": "SM0",
    }  # fmt: skip
    plant.row("outbox_event", **columns | changed)


def plant_item(plant: Plant, unit: int, patient: UUID | None, **changed: object) -> UUID:
    """Add something that came in and was found to be of a patient."""
    columns: dict[str, Any] = {
        "id": uuid4(), "source": "text", "sha256": uuid4().bytes, "body": b"Yes", "about": Jsonb({}),
        "received_at": AT, "state": "done", "because": "", "attempts": 0, "patient_id": patient, "unit_id": unit,
        "label_mask": 0,
    }  # fmt: skip
    plant.row("inbox_item", **columns | changed)
    return (columns | changed)["id"]


def fill_outbox(plant: Plant, unit: int, patient: UUID, **mark: Any) -> None:  # noqa: ANN401
    """Add one row to every table of this room but to those that a letter to an office fills."""
    plant_point(plant, unit, patient, **mark)
    plant_choice(plant, unit, patient, **mark)
    plant_item(plant, unit, patient, **mark)
