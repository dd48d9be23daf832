"""Violations of what must never be with meetings and crises, planted where a constraint was taken away."""

from uuid import UUID

from psycopg.types.range import TimestamptzRange

from tests.records.consents import plant_member
from tests.records.meetings import plant_crisis, plant_guest, plant_meeting
from tests.records.papers import plant_disclosure
from tests.records.plant import AT, Plant
from tests.records.visits import HALF, STARTS, plant_entry, plant_outage, plant_part

HELD = {"starts_at": AT, "form": "phone", "interprets": "nobody"}
CLOSED = {"state": "closed", "outcome": "done", "closed_at": AT}


def plant_outage_meeting_left(plant: Plant) -> int:
    """One meeting was forgotten; the others are asked for, given back, not hit, or in an outage that is over."""
    unit = plant.unit()
    set_then = {"state": "set", "starts_at": STARTS, "minutes": 30, "form": "in_person", "interprets": "nobody"}

    def meet(*, occupies: bool = True, **outage: bool) -> tuple[UUID, UUID, UUID]:
        patient, room = plant.patient(unit), plant_entry(plant, kind="room")
        meeting = plant_meeting(plant, unit, patient, **set_then)
        during = TimestamptzRange(STARTS, STARTS + HALF)
        plant_part(plant, unit, patient, None, meeting_id=meeting, entry_id=room, during=during, occupies=occupies)
        return patient, meeting, plant_outage(plant, room, **outage)

    meet()
    patient, meeting, outage = meet()
    plant.loop(unit, patient, finding_key=f"meeting-out:{outage}:{meeting}")
    meet(occupies=False)
    meet(in_calendar=False)
    return 1


def plant_meeting_untold(plant: Plant) -> int:
    plant.run("ALTER TABLE family_meeting DISABLE TRIGGER meeting_is_told_to_all")
    unit = plant.unit()
    for untold in ("", "did_not_want", ""):
        patient = plant.patient(unit)
        loop = plant.loop(unit, patient, **CLOSED)
        meeting = plant_meeting(plant, unit, patient, loop_id=loop, state="told", **HELD)
        plant_guest(plant, unit, patient, meeting, untold=untold)
        plant_guest(plant, unit, patient, meeting, kind="staff", person_id=plant.person())
    return 2


def plant_meeting_told_past_the_ledger(plant: Plant) -> int:
    plant.run("ALTER TABLE meeting_guest DISABLE TRIGGER guest_told_by_the_ledger")
    unit = plant.unit()
    patient = plant.patient(unit)
    meeting = plant_meeting(plant, unit, patient, state="held", **HELD)
    told = {"told_at": AT, "told_by_id": plant.person(), "told_road": "phone"}
    plant_guest(plant, unit, patient, meeting, **told)
    plant_disclosure(plant, unit, patient)
    plant_guest(plant, unit, patient, meeting, kind="member", member_id=plant_member(plant, unit, patient), **told)
    return 1


def plant_meeting_without_its_loop(plant: Plant) -> int:
    unit = plant.unit()
    patient, other = plant.patient(unit), plant.patient(unit)
    plant_meeting(plant, unit, patient)
    plant_meeting(plant, unit, patient, loop_id=plant.loop(unit, patient, **CLOSED))
    plant_meeting(plant, unit, patient, loop_id=plant.loop(unit, other))
    return 2


def plant_child_interprets(plant: Plant) -> int:
    plant.run("ALTER TABLE family_meeting DROP CONSTRAINT meeting_child_never_interprets")
    unit = plant.unit()
    for who in ("child", "qualified"):
        plant_meeting(plant, unit, plant.patient(unit), interprets=who)
    return 1


def plant_crisis_lost(plant: Plant) -> int:
    unit = plant.unit()
    patient = plant.patient(unit)
    plant_crisis(plant, unit, patient)
    plant_crisis(plant, unit, patient, loop_id=plant.loop(unit, patient, severity=4))
    plant_crisis(plant, unit, patient, loop_id=plant.loop(unit, patient, severity=2))
    return 1
