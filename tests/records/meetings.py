"""Family meetings, support and crises planted by plain SQL, past the doors."""

from typing import Any
from uuid import UUID, uuid4

from careloop.facts.access import SYSTEM_ID
from tests.records.plant import AT, Plant


def plant_meeting(plant: Plant, unit: int, patient: UUID, **changed: object) -> UUID:
    """Add a meeting that is to be arranged."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "reason": "Going home", "wishes": "",
        "agenda": "", "state": "to_arrange", "state_since": AT, "minutes": 60, "form": "", "place": "",
        "interprets": "", "made_at": AT, "made_by_id": SYSTEM_ID, "version": 1,
    } | changed  # fmt: skip
    if "loop_id" not in columns:
        columns["loop_id"] = plant.loop(unit, patient, label_mask=columns["label_mask"])
    plant.row("family_meeting", **columns)
    return UUID(str(columns["id"]))


def plant_guest(plant: Plant, unit: int, patient: UUID, meeting: UUID, **changed: object) -> None:
    """Add the patient to a meeting, or somebody else."""
    columns: dict[str, Any] = {
        "meeting_id": meeting, "patient_id": patient, "unit_id": unit, "label_mask": 0, "kind": "patient",
        "told_road": "", "untold": "",
    } | changed  # fmt: skip
    plant.row("meeting_guest", **columns)


def fill_meetings(plant: Plant, unit: int, patient: UUID, loop: UUID, **mark: Any) -> None:  # noqa: ANN401
    """Add one row to every table of meetings, support and crises."""
    of: dict[str, Any] = {"patient_id": patient, "unit_id": unit, "label_mask": 0} | mark
    meeting = plant_meeting(plant, unit, patient, loop_id=loop, **mark)
    plant_guest(plant, unit, patient, meeting, **mark)
    plant.row("meeting_decision", **of, meeting_id=meeting, loop_id=loop, topic="visits", words="A car.")
    plant.row(
        "meeting_step", **of, meeting_id=meeting, version=1, at=AT, person_id=SYSTEM_ID, event="make", to_state="x"
    )
    plant.row(
        "distress_note", **of, id=uuid4(), loop_id=loop, words="I can not.", heard_from="patient", heard_at=AT,
        heard_by_id=SYSTEM_ID, state="call", said="", version=1,
    )  # fmt: skip
    plant.row(
        "support_offer", **of, id=uuid4(), loop_id=loop, entry_id=plant_group(plant), entry_name="Group", because="[]",
        state="chosen", offered_at=AT, offered_by_id=SYSTEM_ID, version=1,
    )  # fmt: skip
    plant_crisis(plant, unit, patient, **mark)


def plant_group(plant: Plant) -> UUID:
    """Add a group to the directory."""
    key = uuid4()
    plant.row(
        "directory_entry", id=key, kind="service", name="Group", name_key="group", is_active=True, sort="support_group",
        zone="", specialties=[], languages=[], networks=[], phone="", fax="", email="", referral_by="", address="",
        source="here", fhir_id="", version=1, made_at=AT, changed_at=AT,
    )  # fmt: skip
    return key


def plant_crisis(plant: Plant, unit: int, patient: UUID | None, **changed: Any) -> UUID:  # noqa: ANN401
    """Add what somebody wrote down of a crisis."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "kind": "other", "about": "",
        "words": "He fell.", "done": "", "at": AT, "person_id": SYSTEM_ID,
    } | changed  # fmt: skip
    plant.row("crisis_report", **columns)
    return UUID(str(columns["id"]))
