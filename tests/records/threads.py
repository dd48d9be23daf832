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


def plant_correction(plant: Plant, unit: int, patient: UUID, answer: object, **changed: object) -> None:
    """Let a person have read an answer otherwise."""
    columns: dict[str, Any] = {
        "answer_id": answer, "patient_id": patient, "unit_id": unit, "label_mask": 0, "was": "yes", "meaning": "no",
        "asked": "visit", "language": "en", "phrases": Jsonb(["yes"]), "undone": "nothing", "why": "She said so.",
        "at": AT, "by_id": SYSTEM_ID,
    }  # fmt: skip
    plant.row("answer_correction", **columns | changed)


def plant_mailbox(plant: Plant, **changed: object) -> None:
    """Set up the mailbox of answers."""
    columns: dict[str, Any] = {
        "id": 1, "generation": 1, "host": "imap.example.org", "port": 993, "security": "tls", "folder": "INBOX",
        "username": "answers", "sealed": "x", "is_on": True, "set_at": AT, "set_by_id": SYSTEM_ID, "uid_validity": 7,
        "last_uid": 5, "due_at": AT, "trouble": "", "failures": 0,
    }  # fmt: skip
    plant.row("mailbox", **columns | changed)


def plant_letter(plant: Plant, **changed: object) -> None:
    """Let a mail of the mailbox have been taken in."""
    columns: dict[str, Any] = {
        "generation": 1, "uid_validity": 7, "uid": 5, "at": AT, "became": "kept", "why": "", "marked_at": AT,
    }  # fmt: skip
    plant.row("mailbox_letter", **columns | changed)


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
    plant_correction(plant, unit, patient, message, **mark)


__all__ = [
    "fill_threads", "plant_answer", "plant_approval", "plant_came", "plant_correction", "plant_letter", "plant_lock",
    "plant_mailbox", "plant_review", "plant_thread",
]  # fmt: skip
