"""Violations of what must never be with cover, planted where a constraint was taken away."""

from psycopg.types.range import TimestamptzRange

from careloop.facts.access import SYSTEM_ID
from tests.records.covering import plant_absence, plant_share
from tests.records.covering import plant_part as add_part
from tests.records.plant import AT, Plant, days

COVERED = TimestamptzRange(AT - days(1), AT + days(900))
LONG_AGO = {"opened_at": AT - days(3)}


def plant_absence_uncovered(plant: Plant) -> int:
    unit = plant.unit()
    gone, back, fresh = plant.person(), plant.person(), plant.person()
    plant_absence(plant, unit, person_id=gone)
    plant_absence(plant, unit, person_id=back, ended_at=AT)
    plant_absence(plant, unit, person_id=fresh, during=TimestamptzRange(AT, AT + days(1)))
    for owner in (gone, back, fresh):
        plant.loop(unit, plant.patient(unit), owner_id=owner, queue_id=None, **LONG_AGO)
    # Of no patient, closed, or new: none of them is looked at.
    plant.loop(unit, None, kind="review", owner_id=gone, queue_id=None, **LONG_AGO)
    closed = {"state": "closed", "outcome": "done", "closed_at": AT}
    plant.loop(unit, plant.patient(unit), owner_id=gone, queue_id=None, **LONG_AGO, **closed)
    plant.loop(unit, plant.patient(unit), owner_id=gone, queue_id=None, opened_at=AT)
    return 1


def plant_absence_not_back(plant: Plant) -> int:
    unit = plant.unit()
    for more in ({"ended_at": AT}, {"during": TimestamptzRange(AT - days(3), AT - days(1))}, {}):
        patient = plant.patient(unit)
        plant_share(plant, unit, patient, plant_absence(plant, unit, **more), loop=plant.loop(unit, patient))
    return 2


def plant_cover_unanswered(plant: Plant) -> int:
    unit = plant.unit()
    late = {"expires_at": AT - days(1)}
    add_part(plant, plant_absence(plant, unit), **late)
    add_part(plant, plant_absence(plant, unit))
    add_part(plant, plant_absence(plant, unit, ended_at=AT), **late)
    add_part(plant, plant_absence(plant, unit), **late, state="accepted", answered_at=AT)
    return 1


def plant_patient_of_inactive_coordinator(plant: Plant) -> int:
    unit = plant.unit()
    gone, covered = plant.person(is_active=False), plant.person(is_active=False)
    plant.caseload(unit, plant.patient(unit), gone)
    plant.caseload(unit, plant.patient(unit), gone, during=TimestamptzRange(AT - days(9), AT - days(8)))
    plant.caseload(unit, plant.patient(unit), covered)
    plant.caseload(unit, plant.patient(unit), plant.person())
    plant.row("cover", absent_id=covered, covering_id=SYSTEM_ID, during=COVERED, reason="")
    return 1
