"""What the database itself refuses of the waiting list, tried past every door."""

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.records.plant import AT, Plant
from tests.records.test_constraints import refused
from tests.records.visits import STARTS, WALL, plant_entry, plant_visit_loop, plant_visit_type, plant_whole
from tests.records.waitlist import CLOSED, plant_freed, plant_offer, plant_wish

Try = Callable[[Plant, int, UUID], object]


def wish(**changed: object) -> Try:
    return lambda plant, unit, patient: plant_wish(plant, unit, patient, **changed)


def on_closed(plant: Plant, unit: int, patient: UUID) -> object:
    return plant_wish(plant, unit, patient, loop=plant_visit_loop(plant, unit, patient, **CLOSED))


def on_another(plant: Plant, unit: int, patient: UUID) -> object:
    return plant_wish(plant, unit, patient, loop=plant_visit_loop(plant, unit, plant.patient(unit)))


def twice_on_a_loop(plant: Plant, unit: int, patient: UUID) -> object:
    loop = plant_visit_loop(plant, unit, patient)
    return [plant_wish(plant, unit, patient, loop=loop) for _ in "ab"]


def offer_of_another(plant: Plant, unit: int, patient: UUID) -> object:
    other = plant.patient(unit)
    return plant_offer(plant, unit, patient, plant_wish(plant, unit, other), plant_freed(plant))


def asked_twice(plant: Plant, unit: int, patient: UUID) -> object:
    key, freed = plant_wish(plant, unit, patient), plant_freed(plant)
    return [plant_offer(plant, unit, patient, key, freed) for _ in "ab"]


def yes_without_booking(plant: Plant, unit: int, patient: UUID) -> object:
    return plant_offer(plant, unit, patient, plant_wish(plant, unit, patient), plant_freed(plant), state="yes")


def two_have_a_time(plant: Plant, unit: int, patient: UUID) -> object:
    freed = plant_freed(plant)
    for one in (patient, plant.patient(unit)):
        booking = plant_whole(plant, unit, one)
        key = plant_wish(plant, unit, one, state="got_time")
        plant_offer(plant, unit, one, key, freed, state="yes", booking_id=booking)
    return freed


def one_yes_for_two_times(plant: Plant, unit: int, patient: UUID) -> object:
    key = plant_wish(plant, unit, patient, state="got_time")
    first = plant_whole(plant, unit, patient)
    later = STARTS.replace(hour=20), WALL.replace(hour=15)
    second = plant_whole(
        plant, unit, patient, starts_at=later[0], starts_wall=later[1], ends_at=later[0].replace(minute=30)
    )
    for booking in (first, second):
        plant_offer(plant, unit, patient, key, plant_freed(plant), state="yes", booking_id=booking)
    return key


def yes_taken_back(plant: Plant, unit: int, patient: UUID) -> object:
    key = plant_wish(plant, unit, patient, state="got_time")
    booking = plant_whole(plant, unit, patient)
    offer = plant_offer(plant, unit, patient, key, plant_freed(plant), state="yes", booking_id=booking)
    plant.run("UPDATE waitlist_offer SET state = 'no', booking_id = NULL WHERE id = %s", offer)
    return offer


def freed_twice(plant: Plant, unit: int, patient: UUID) -> object:
    kind, entry = plant_visit_type(plant), plant_entry(plant)
    return [plant_freed(plant, visit_type_id=kind, entries=[entry]) for _ in "ab"]


TRIES: list[tuple[str, Try, str]] = [
    ("a wish that is not waited for in a known way", wish(state="lost"), "wish_state_is_known"),
    ("a wish for today", wish(urgency="emergent"), "wish_urgency_can_wait"),
    ("a part of the day that is none", wish(part="night"), "wish_part_is_known"),
    ("a weekday that is none", wish(weekdays=[8]), "wish_weekdays_are_known"),
    ("a last day before the first", wish(earliest_on="2026-12-02", latest_on="2026-12-01"), "wish_can_be_met"),
    ("a notice of a month", wish(notice_hours=700), "wish_notice_is_known"),
    ("nobody to call", wish(reach_by="letter"), "wish_reach_is_known"),
    ("a wish on a closed loop", on_closed, "wish_has_open_loop"),
    ("a wish on the loop of another", on_another, "wish_has_open_loop"),
    ("two wishes on one loop", twice_on_a_loop, "wish_one_a_loop"),
    ("an offer of another's wish", offer_of_another, "offer_is_of_the_same_patient"),
    ("asked twice about one time", asked_twice, "offer_once_a_time"),
    ("a yes without a booking", yes_without_booking, "offer_yes_has_booking"),
    ("two who have one time", two_have_a_time, "offer_one_yes_a_time"),
    ("one wish that got two times", one_yes_for_two_times, "offer_one_yes_a_wish"),
    ("a yes that is taken back", yes_taken_back, "offer_is_not_rewritten"),
    ("a time that is free twice", freed_twice, "freed_time_once"),
    ("a time with nobody", lambda plant, _u, _p: plant_freed(plant, entries=[]), "freed_time_names_somebody"),
    (
        "a time that the wall shows otherwise",
        lambda plant, _u, _p: plant_freed(plant, zone="America/Chicago"),
        "freed_time_is_as_promised",
    ),
]


@pytest.mark.parametrize(("attempt", "constraint"), [one[1:] for one in TRIES], ids=[one[0] for one in TRIES])
def test_the_database_refuses(owner: Plant, attempt: Try, constraint: str) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)

    assert refused(owner, lambda: attempt(owner, unit, patient)) == constraint


def test_a_wish_and_what_was_asked_end_with_the_loop(owner: Plant) -> None:
    unit = owner.unit()
    patient, other = owner.patient(unit), owner.patient(unit)
    loop = plant_visit_loop(owner, unit, patient)
    ended, stays = plant_wish(owner, unit, patient, loop=loop), plant_wish(owner, unit, other)
    freed = plant_freed(owner)
    for one, key in ((patient, ended), (other, stays)):
        plant_offer(owner, unit, one, key, freed)

    owner.run(
        "UPDATE loop SET state = 'closed', outcome = 'done', closed_at = %s, next_step = NULL, next_at = NULL,"
        " sort_at = NULL WHERE id = %s", AT, loop,
    )  # fmt: skip

    rows = "SELECT state FROM {} ORDER BY patient_id = %s DESC"
    for table, expected in (("waitlist_wish", ["ended", "waiting"]), ("waitlist_offer", ["over", "open"])):
        found = owner.link.execute(rows.format(table), [patient]).fetchall()
        assert [state for (state,) in found] == expected
