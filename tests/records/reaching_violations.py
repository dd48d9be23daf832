"""Violations of what must never be when people are called, planted where a constraint was taken away."""

from uuid import UUID

from tests.records.consents import plant_member
from tests.records.outbox import plant_point
from tests.records.plant import AT, Plant, days
from tests.records.reaching import claimed, plant_block, plant_entry, plant_list, plant_reach_end, plant_try

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


def plant_shut_number_not_resting(plant: Plant) -> int:
    unit = plant.unit()
    well, shut, rests, back = (plant.patient(unit) for _ in range(4))
    # The database keeps the two the same by itself.
    plant_point(plant, unit, well)
    plant_block(plant, unit, well, road="text", address="(555) 010-0142")
    plant.run("SET CONSTRAINTS ALL IMMEDIATE")
    plant.run("ALTER TABLE contact_point DISABLE TRIGGER a_shut_number_rests")
    plant.run("ALTER TABLE contact_point DISABLE TRIGGER resting_address_is_shut")
    # A number that is shut and used; an address that rests and may be called; one used again while it is shut.
    plant_block(plant, unit, shut, road="text", address="555 010 0142")
    plant_point(plant, unit, shut)
    plant_point(plant, unit, rests, road="phone", frozen_at=AT, frozen_because="wrong number")
    point = plant_point(plant, unit, back)
    plant_block(plant, unit, back, road="text", address="+1 (555) 010-0142")
    plant.run("UPDATE contact_point SET frozen_at = NULL, frozen_because = '' WHERE id = %s", point)
    # Somebody of the circle is not called from the card of the patient.
    plant_point(plant, unit, well, member_id=plant_member(plant, unit, well), frozen_at=AT, frozen_because="x")
    return 3


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
    plant.run("ALTER TABLE patient DISABLE TRIGGER call_lists_end_with_death")
    unit = plant.unit()
    dead, alive = plant.patient(unit), plant.patient(unit)
    listed, other = plant_list(plant, unit), plant_list(plant, unit)
    plant_entry(plant, unit, dead, listed)
    plant_entry(plant, unit, dead, other, state="left_out", left_out_why="recent", ended_at=AT)
    plant_entry(plant, unit, alive, listed, **claimed())
    plant.run("UPDATE patient SET is_dead = true WHERE id = %s", dead)
    return 1
