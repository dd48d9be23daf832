"""Referrals, packets, sendings, answers and reports planted by plain SQL, past the doors."""

import hashlib
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from careloop.facts.access import SYSTEM_ID
from tests.records.plant import AT, Plant


def _of(unit: int, patient: UUID, changed: dict[str, object]) -> dict[str, object]:
    return {"id": uuid4(), "unit_id": unit, "patient_id": patient, "label_mask": changed.pop("label_mask", 0)}


def plant_loop_of_referral(plant: Plant, unit: int, patient: UUID, **changed: object) -> UUID:
    """Add an open loop of a referral."""
    return plant.loop(unit, patient, **({"kind": "referral"} | changed))


def plant_referral(plant: Plant, unit: int, patient: UUID, *, loop: UUID | None = None, **changed: object) -> UUID:
    """Add a referral that is still to be sent, on a loop of its own unless one is named."""
    of = _of(unit, patient, changed)
    columns: dict[str, Any] = {
        "loop_id": loop or plant_loop_of_referral(plant, unit, patient), "state": "to_send", "state_since": AT,
        "before": "", "ended_as": "", "urgency": "routine", "specialty": "cardiology", "question": f"Why {uuid4()}?",
        "question_key": str(uuid4()), "asked_by_id": SYSTEM_ID, "made_by_id": SYSTEM_ID, "made_at": AT,
        "to_name": "Bayview", "see_by": date(2026, 12, 20), "zone": "", "late_because": "", "silences": 0, "misses": 0,
        "is_elsewhere": False, "had_date": False, "decline_reason": "", "told_how": "", "teach_back": "", "version": 1,
    }  # fmt: skip
    plant.row("referral", **(of | columns | changed))
    return UUID(str(of["id"]))


def plant_packet(plant: Plant, unit: int, patient: UUID, referral: UUID, **changed: object) -> UUID:
    """Add a packet that left."""
    of = _of(unit, patient, changed)
    manifest, content = b"{}", b"pages"
    columns: dict[str, Any] = {
        "referral_id": referral, "profile": "specialist", "manifest": manifest, "content": content,
        "manifest_sha256": hashlib.sha256(manifest).digest(), "sha256": hashlib.sha256(content).digest(),
        "made_by_id": SYSTEM_ID, "made_at": AT,
    }  # fmt: skip
    plant.row("referral_packet", **(of | columns | changed))
    return UUID(str(of["id"]))


def plant_sending(
    plant: Plant, unit: int, patient: UUID, referral: UUID, *, packet: UUID | None = None, **changed: object
) -> UUID:
    """Add a sending of a packet of this referral."""
    mark = {"label_mask": changed.pop("label_mask", 0)}
    of = _of(unit, patient, dict(mark))
    columns: dict[str, Any] = {
        "referral_id": referral, "packet_id": packet or plant_packet(plant, unit, patient, referral, **mark),
        "to_name": "Bayview", "address": "555", "channel": "fax", "state": "sent", "evidence": "went at 10:04",
        "sent_by_id": SYSTEM_ID, "sent_at": AT,
    }  # fmt: skip
    plant.row("referral_sending", **(of | columns | changed))
    return UUID(str(of["id"]))


def plant_report(plant: Plant, unit: int, patient: UUID, referral: UUID, document: UUID, **changed: object) -> None:
    """Add a report that answers a referral."""
    of = _of(unit, patient, changed)
    columns: dict[str, Any] = {
        "referral_id": referral, "document_id": document, "evidence": ["name", "birth"], "came_at": AT,
        "came_by_id": SYSTEM_ID, "is_amended": False, "taken_out_because": "",
    }  # fmt: skip
    plant.row("referral_report", **(of | columns | changed))


def plant_stray(plant: Plant, unit: int, loop: UUID, **changed: object) -> UUID:
    """Add a report that waits for somebody to say whose it is."""
    content = uuid4().bytes
    columns: dict[str, Any] = {
        "id": uuid4(), "unit_id": unit, "patient_id": None, "label_mask": 0, "loop_id": loop, "state": "waiting",
        "title": "Report", "claimed_name": "", "claimed_number": "", "came_for": "Bayview", "content": content,
        "sha256": hashlib.sha256(content).digest(), "words": "", "came_at": AT, "came_by_id": SYSTEM_ID, "reason": "",
        "version": 1,
    }  # fmt: skip
    plant.row("stray_report", **(columns | changed))
    return UUID(str(columns["id"]))


def plant_out(
    plant: Plant, unit: int, patient: UUID, document: UUID, stray: UUID, **changed: object
) -> None:  # fmt: skip
    """Add that a document was taken out of a record."""
    of = _of(unit, patient, changed)
    columns: dict[str, Any] = {
        "document_id": document, "stray_id": stray, "out_by_id": SYSTEM_ID, "out_at": AT, "because": "The name",
    }  # fmt: skip
    plant.row("document_out", **(of | columns | changed))


def fill_referral(plant: Plant, unit: int, patient: UUID, loop: UUID, document: UUID, *, label: int) -> None:
    """Add one row of each table of referrals about a patient."""
    mark = {"label_mask": label}
    referral = plant_referral(plant, unit, patient, loop=loop, **mark)
    plant_sending(plant, unit, patient, referral, **mark)
    plant_report(plant, unit, patient, referral, document, **mark)
    of = {"unit_id": unit, "patient_id": patient} | mark
    plant.row(
        "referral_answer", **of, id=uuid4(), referral_id=referral, kind="accepted", said_by="Kay", note="",
        noted_by_id=SYSTEM_ID, at=AT,
    )  # fmt: skip
    plant.row(
        "referral_item", **of, referral_id=referral, item="coverage", state="open", note="", covered_by="", to_name="x",
        noted_by_id=SYSTEM_ID, at=AT,
    )  # fmt: skip
    plant.row("referral_stay", **of, referral_id=referral, state="to_send", since=AT)
    stray = plant_stray(
        plant, unit, loop, **of, state="matched", content=b"", document_id=document, decided_by_id=SYSTEM_ID,
        decided_at=AT, reason="The number is hers",
    )  # fmt: skip
    plant_out(plant, unit, patient, document, stray, **mark)
