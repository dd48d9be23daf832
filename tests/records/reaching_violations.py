"""Violations of what must never be when people are called, planted where a constraint was taken away."""

from uuid import UUID

from tests.records.plant import AT, Plant, days
from tests.records.reaching import claimed, plant_entry, plant_list, plant_reach_end, plant_try

GIVEN_UP = {"state": "closed", "outcome": "unable_to_reach", "closed_at": AT}
ABNORMAL = {"kind": "safety", "check_name": "abnormal_result_without_follow_up", "finding_key": "one"}


def _try_all(plant: Plant, unit: int, patient: UUID, loop: UUID) -> None:
    plant_try(plant, unit, patient, loop, at=AT - days(2))
    plant_try(plant, unit, patient, loop, at=AT - days(1) + days(0.25))


def plant_unreachable_before_rule(plant: Plant) -> int:
    plant.run("ALTER TABLE loop DISABLE TRIGGER unreachable_by_the_rule")
    unit = plant.unit()
    patient = plant.patient(unit)

    def given_up(**changed: object) -> UUID:
        return plant.loop(unit, patient, **(GIVEN_UP | changed))

    # All was tried and written down: well.
    met = given_up()
    _try_all(plant, unit, patient, met)
    plant_reach_end(plant, unit, patient, met)
    # Nothing written down; written down and nothing tried; one call too few; not long enough; tries of another loop.
    given_up()
    plant_reach_end(plant, unit, patient, given_up())
    for times in ((days(2),), (days(0.9), days(0.5)), ()):
        loop = given_up()
        for time in times:
            plant_try(plant, unit, patient, loop, at=AT - time)
        plant_reach_end(plant, unit, patient, loop)
    # A rule that asks for one try is none.
    once = given_up()
    _try_all(plant, unit, patient, once)
    plant_reach_end(plant, unit, patient, once, calls_needed=1, parts_needed=1, days_needed=0)
    # A result that is not normal: without a clinician, without a certified letter, and as it should be.
    doctor = plant.person(role="clinician")
    for who, road in ((plant.person(), "certified"), (doctor, "letter"), (doctor, "certified")):
        loop = given_up(**ABNORMAL)
        _try_all(plant, unit, patient, loop)
        plant_try(plant, unit, patient, loop, at=AT - days(1), road=road, result="sent")
        plant_reach_end(plant, unit, patient, loop, by_id=who)
    return 5 + 1 + 2


def plant_called_twice_at_once(plant: Plant) -> int:
    plant.run("DROP INDEX outreach_called_by_one_at_a_time")
    unit = plant.unit()
    twice, once = plant.patient(unit), plant.patient(unit)
    first, second = plant_list(plant, unit), plant_list(plant, unit)
    for listed in (first, second):
        plant_entry(plant, unit, twice, listed, **claimed(plant.person()))
    plant_entry(plant, unit, once, first, **claimed())
    plant_entry(plant, unit, once, second)
    return 1


def plant_outreach_of_dead(plant: Plant) -> int:
    plant.run("ALTER TABLE patient DISABLE TRIGGER outreach_ends_with_death")
    unit = plant.unit()
    dead, alive = plant.patient(unit), plant.patient(unit)
    listed, other = plant_list(plant, unit), plant_list(plant, unit)
    plant_entry(plant, unit, dead, listed)
    plant_entry(plant, unit, dead, other, state="left_out", left_out_why="recent", ended_at=AT)
    plant_entry(plant, unit, alive, listed, **claimed())
    plant.run("UPDATE patient SET is_dead = true WHERE id = %s", dead)
    return 1
