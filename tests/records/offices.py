"""Letters to offices, planted by plain SQL, past the doors."""

import hashlib
from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from tests.records.outbox import out_columns, plant_thread
from tests.records.plant import AT, Plant
from tests.records.visits import plant_entry

PAGES = b"%PDF a letter"


def plant_letter(
    plant: Plant, unit: int, patient: UUID, *, label_mask: int = 0, letter: dict[str, Any] | None = None, **out: object
) -> UUID:  # fmt: skip
    """Add a letter on its way to an office, with its thread and its row; ``letter`` None with ``out`` as they stand."""
    key, entry, writer = uuid4(), plant_entry(plant), plant.person()
    of: dict[str, Any] = {"patient_id": patient, "unit_id": unit, "label_mask": label_mask}
    thread = plant_thread(plant, unit, patient, partner="office", entry_id=entry, label_mask=label_mask)
    plant.row(
        "message", id=key, **of, thread_id=thread, direction="out", at=AT, by_id=writer, road="email", language="en",
        asked_language="en", situation="office_letter", words_sha256=b"0", is_draft_words=False, topic="results",
        words="Is it ready?", pieces=Jsonb({"way": "email"}),
    )  # fmt: skip
    pages = PAGES + key.bytes
    plant.row(
        "office_letter", message_id=key, **of, **{
            "entry_id": entry, "to_name": "Bayview", "way": "email", "address": "desk@bayview.example",
            "kind": "own_words", "code": "CL-ABCDE-23456", "basis": "treatment", "asks": False, "knows_dead": False,
            "manifest": b"{}", "manifest_sha256": hashlib.sha256(b"{}").digest(), "content": pages,
            "sha256": hashlib.sha256(pages).digest(), "made_by_id": writer, "made_at": AT,
        } | (letter or {}),
    )  # fmt: skip
    columns = {"kind": "office", "thread_id": thread, "message_id": key, "road": "email", "queued_by_id": writer}
    plant.row("outbox", **out_columns(key, of) | columns | out)
    return key


def plant_ledger(plant: Plant, unit: int, patient: UUID, letter: UUID, **changed: object) -> None:
    """Write a letter into the ledger."""
    columns: dict[str, Any] = {
        "patient_id": patient, "unit_id": unit, "label_mask": 0, "at": AT, "person_id": plant.person(),
        "what": "office_letter", "recipient": "Bayview", "reason": "Asked",
        "sha256": hashlib.sha256(PAGES + letter.bytes).digest(), "counts": Jsonb({}), "basis": "treatment",
        "topic": "", "purpose": "", "road": "", "words": "",
    }  # fmt: skip
    plant.row("disclosure", **columns | changed)
