"""Threads in hand, answers, what waits for a name and approvals, planted by plain SQL, past the doors."""

from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from careloop.facts.access import SYSTEM_ID
from tests.records.outbox import plant_item as plant_came
from tests.records.outbox import plant_thread
from tests.records.plant import AT, Plant, days


def plant_lock(plant: Plant, unit: int, patient: UUID, thread: UUID, **mark: object) -> None:
    """Let somebody be answering a thread."""
    plant.row(
        "thread_lock", thread_id=thread, person_id=SYSTEM_ID, until=AT + days(1), patient_id=patient, unit_id=unit,
        **({"label_mask": 0} | mark),
    )  # fmt: skip


def plant_answer(plant: Plant, unit: int, patient: UUID, thread: UUID, **changed: object) -> UUID:
    """Add a message that came in, and how it was understood."""
    key = uuid4()
    of: dict[str, Any] = {"patient_id": patient, "unit_id": unit, "label_mask": changed.pop("label_mask", 0)}
    item = changed.pop("inbox_item_id", None) or plant_came(plant, unit, patient, label_mask=of["label_mask"])
    plant.row(
        "message", id=key, **of, thread_id=thread, direction="in", at=AT, by_id=SYSTEM_ID, road="text", language="en",
        asked_language="", situation="", words_sha256=b"", is_draft_words=False, topic="", words="Yes",
        pieces=Jsonb({}), inbox_item_id=item,
    )  # fmt: skip
    plant.row("answer", **_answer(key, item, of) | changed)
    return key


def _answer(message: object, item: object, of: dict[str, Any]) -> dict[str, Any]:
    return {
        "message_id": message, **of, "inbox_item_id": item, "reference": "", "asked": "visit", "meaning": "yes",
        "also": Jsonb([]), "hints": Jsonb([]), "found": Jsonb([]), "did": "nothing", "at": AT,
    }  # fmt: skip


def plant_review(plant: Plant, unit: int, item: UUID, **changed: object) -> UUID:
    """Let something that came in wait for a name."""
    columns: dict[str, Any] = {
        "id": uuid4(), "inbox_item_id": item, "patient_id": None, "unit_id": unit, "road": "text",
        "address": "+15550100143", "words": "Yes", "why": "unknown", "at": AT,
        "loop_id": plant.loop(unit, None, kind="review"), "note": "",
    }  # fmt: skip
    plant.row("answer_review", **columns | changed)
    return (columns | changed)["id"]


def plant_approval(plant: Plant, by: UUID, **changed: object) -> None:
    """Let somebody have reviewed words."""
    columns: dict[str, Any] = {
        "key": "thank_you", "language": "en", "sha256": b"1", "state": "reviewed", "qualification": "RN", "note": "",
        "at": AT, "by_id": by,
    }  # fmt: skip
    plant.row("words_approval", **columns | changed)


def fill_threads(plant: Plant, unit: int, patient: UUID, **mark: Any) -> None:  # noqa: ANN401
    """Add one row to every table of a patient of this room, on what the outbox's tables hold of them."""
    message, thread = plant.link.execute(
        "SELECT id, thread_id FROM message WHERE patient_id = %s", [patient]
    ).fetchone() or (None, None)
    item = plant.value("SELECT id FROM inbox_item WHERE patient_id = %s", patient)
    assert thread is not None
    plant_lock(plant, unit, patient, thread, **mark)
    plant.row("answer", **_answer(message, item, {"patient_id": patient, "unit_id": unit, "label_mask": 0} | mark))


__all__ = ["fill_threads", "plant_answer", "plant_approval", "plant_came", "plant_lock", "plant_review", "plant_thread"]
