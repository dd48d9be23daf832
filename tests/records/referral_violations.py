"""Violations of what must never be with referrals, planted where a constraint was taken away."""

from datetime import timedelta

from careloop.facts.access import SYSTEM_ID
from tests.records.papers import plant_document
from tests.records.plant import AT, Plant
from tests.records.referrals import (
    plant_loop_of_referral,
    plant_out,
    plant_packet,
    plant_referral,
    plant_report,
    plant_sending,
    plant_stray,
)
from tests.records.visits import STARTS, WALL, plant_booking, plant_whole

REASONS = {"cancelled": {"cancelled_by": "patient", "reason": "sick"}, "bumped": {"reason": "clinic_closed"}}
CLOSED = {"state": "closed", "outcome": "done", "closed_at": AT}
READ = {"read_by_id": SYSTEM_ID, "read_at": AT}
TOLD = {"told_by_id": SYSTEM_ID, "told_at": AT, "told_how": "phone"}


def plant_referral_without_open_loop(plant: Plant) -> int:
    unit = plant.unit()
    patient = plant.patient(unit)
    plant_referral(plant, unit, patient)
    plant_referral(plant, unit, patient, loop=plant.loop(unit, patient, kind="task"))
    # A loop of a referral that nobody made.
    plant_loop_of_referral(plant, unit, patient)
    return 2


def plant_referral_closed_untold(plant: Plant) -> int:
    plant.run("ALTER TABLE referral DROP CONSTRAINT referral_closed_is_read_and_told")
    unit = plant.unit()
    patient = plant.patient(unit)
    for columns in ({}, READ, TOLD, READ | TOLD):
        loop = plant_loop_of_referral(plant, unit, patient, **CLOSED)
        plant_referral(plant, unit, patient, loop=loop, state="closed", ended_as="done", **columns)
    return 3


def plant_referral_sent_without_evidence(plant: Plant) -> int:
    plant.run("ALTER TABLE referral_sending DROP CONSTRAINT sending_has_evidence")
    unit = plant.unit()
    patient = plant.patient(unit)
    well, bare, mute, mixed = (plant_referral(plant, unit, patient, state="sent") for _ in range(4))
    plant_sending(plant, unit, patient, well)
    plant_sending(plant, unit, patient, mute, evidence="")
    # Another's packet went.
    plant_sending(plant, unit, patient, mixed, packet=plant_packet(plant, unit, patient, bare))
    return 3


def plant_referral_waits_for_ended_visit(plant: Plant) -> int:
    unit = plant.unit()
    patient = plant.patient(unit)

    def waits(visit: str, state: str = "date_set") -> None:
        date = {"starts_at": STARTS, "zone": "America/New_York", "starts_wall": WALL} if state == "date_set" else {}
        plant_visit = plant_whole if visit == "booked" else plant_booking
        booking = plant_visit(plant, unit, patient, state=visit, **REASONS.get(visit, {}))
        plant_referral(plant, unit, patient, state=state, booking_id=booking, **date)

    # Well: a visit that stands, and one that took the referral along.
    waits("booked")
    waits("no_show", "missed")
    waits("cancelled", "accepted")
    waits("no_show")
    waits("cancelled")
    waits("bumped")
    return 3


def plant_referral_resent_unchecked(plant: Plant) -> int:
    unit = plant.unit()
    patient = plant.patient(unit)
    one, other, third = (plant_referral(plant, unit, patient, state="checking") for _ in range(3))
    plant_sending(plant, unit, patient, one, state="checking", evidence="")
    plant_sending(plant, unit, patient, other, state="checking", evidence="")
    plant_sending(plant, unit, patient, other, sent_at=AT + timedelta(minutes=5))
    plant_sending(plant, unit, patient, third, state="not_sent")
    return 2


def plant_referral_item_otherwise(plant: Plant) -> int:
    unit = plant.unit()
    patient = plant.patient(unit)
    of = {"unit_id": unit, "patient_id": patient, "noted_by_id": SYSTEM_ID, "at": AT, "to_name": "x"}
    of |= {"covered_by": "", "label_mask": 0}
    told, waited, forgotten, well = (plant_referral(plant, unit, patient, question_key=str(n)) for n in range(4))
    # No person said so; nobody noted that it is waited for; it is noted, and the referral does not wait.
    plant.row("referral_item", **of, referral_id=told, item="coverage", state="done", note="271")
    plant.run("UPDATE referral SET approval_since = %s WHERE id IN (%s, %s)", AT, waited, well)
    for referral in (forgotten, well):
        plant.row("referral_item", **of, referral_id=referral, item="approval", state="open", note="")
    return 3


def plant_referral_asked_twice(plant: Plant) -> int:
    plant.run("DROP INDEX referral_once_a_question")
    unit = plant.unit()
    patient, other = plant.patient(unit), plant.patient(unit)
    for who in (patient, patient, other):
        plant_referral(plant, unit, who, question_key="why")
    plant_referral(plant, unit, other, question_key="why", specialty="eyes")
    return 1


def plant_report_in_two_places(plant: Plant) -> int:
    unit = plant.unit()
    patient, other = plant.patient(unit), plant.patient(unit)
    review = {"kind": "review", "check_name": "stray_report"}
    plant_stray(plant, unit, plant.loop(unit, None, **review, finding_key="1"))
    plant_stray(plant, unit, plant.loop(unit, None, **review, finding_key="2", **CLOSED))
    document = plant_document(plant, unit, patient)
    referral = plant_referral(plant, unit, patient, state="report_in")
    plant_report(plant, unit, patient, referral, document)
    plant_report(plant, unit, patient, referral, plant_document(plant, unit, other))
    plant_referral(plant, unit, patient, state="read")
    return 3


def plant_document_out_stays(plant: Plant) -> int:
    unit = plant.unit()
    patient = plant.patient(unit)
    undo = plant.loop(unit, patient, kind="review", check_name="misfiled_document")
    stray = plant_stray(plant, unit, plant.loop(unit, None, kind="review", check_name="stray_report", finding_key="9"))

    def out(*, hidden: bool, **columns: object) -> None:
        document = plant_document(plant, unit, patient, label_mask=256 if hidden else 0)
        plant_out(plant, unit, patient, document, stray, **({"undo_id": undo} | columns))

    # Well: out of sight, and somebody is asked what came of it.
    out(hidden=True)
    # Still shown; nobody is asked.
    out(hidden=False)
    out(hidden=True, undo_id=None)
    return 2


def plant_misfiled_report_stays(plant: Plant) -> int:
    unit = plant.unit()
    patient = plant.patient(unit)
    review = {"kind": "review", "check_name": "stray_report"}
    stray = plant_stray(plant, unit, plant.loop(unit, None, **review, finding_key="1"))
    undo = plant.loop(unit, patient, kind="review", check_name="misfiled_report")
    out = {"taken_out_by_id": SYSTEM_ID, "taken_out_at": AT, "taken_out_because": "The name", "stray_id": stray}
    referral = plant_referral(plant, unit, patient)

    def report(*, hidden: bool, **columns: object) -> None:
        document = plant_document(plant, unit, patient, label_mask=256 if hidden else 0)
        plant_report(plant, unit, patient, referral, document, **columns)

    # Well: kept out of sight, with nothing that came of it or with a loop that asks to undo it; and one that counts.
    report(hidden=True, **out)
    report(hidden=True, **out, **READ, undo_id=undo)
    report(hidden=False)
    # Still shown, read by somebody and nobody is asked to undo it, and one that counts but cannot be seen.
    report(hidden=False, **out)
    report(hidden=True, **out, **READ)
    report(hidden=True)
    return 3
