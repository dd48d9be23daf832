"""What the database itself refuses of tries, shut numbers, unreachable people and outreach lists, past every door."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest

from careloop.rules.reach import ABNORMAL, part_of
from tests.records.plant import AT, Plant, days
from tests.records.reaching import (
    claimed,
    plant_block,
    plant_entry,
    plant_list,
    plant_reach_end,
    plant_try,
)
from tests.records.test_constraints import refused

Try = Callable[[Plant, int, UUID], object]
GIVE_UP = (
    "UPDATE loop SET state = 'closed', outcome = 'unable_to_reach', closed_at = %s, next_step = NULL, next_at = NULL,"
    " sort_at = NULL WHERE id = %s"
)


def tried(**changed: object) -> Try:
    return lambda plant, unit, patient: plant_try(plant, unit, patient, **changed)


def blocked(**changed: object) -> Try:
    return lambda plant, unit, patient: plant_block(plant, unit, patient, **changed)


def listed(**changed: object) -> Try:
    return lambda plant, unit, _patient: plant_list(plant, unit, **changed)


def entered(**changed: object) -> Try:
    return lambda plant, unit, patient: plant_entry(plant, unit, patient, plant_list(plant, unit), **changed)


def changed_try(plant: Plant, unit: int, patient: UUID) -> None:
    plant.run("UPDATE contact_try SET result = 'booked' WHERE id = %s", plant_try(plant, unit, patient))


def try_of_another(plant: Plant, unit: int, patient: UUID) -> None:
    key, other = plant_try(plant, unit, patient), plant.patient(unit)
    of = {"patient_id": other, "unit_id": unit, "label_mask": 0}
    plant.row("contact_try_loop", **of, contact_try_id=key, loop_id=plant.loop(unit, other))
    plant.run("SET CONSTRAINTS ALL IMMEDIATE")


def rewritten_block(plant: Plant, unit: int, patient: UUID) -> None:
    plant_block(plant, unit, patient)
    plant.run("UPDATE reach_block SET address = '555-0199' WHERE patient_id = %s", patient)


def twice_shut(plant: Plant, unit: int, patient: UUID) -> None:
    plant_block(plant, unit, patient)
    plant_block(plant, unit, patient)


def given_up_without_trying(plant: Plant, unit: int, patient: UUID) -> None:
    plant.run(GIVE_UP, AT, plant.loop(unit, patient))
    plant.run("SET CONSTRAINTS ALL IMMEDIATE")


def given_up_by_the_old_rule(plant: Plant, unit: int, patient: UUID) -> None:
    plant_reach_end(plant, unit, patient, plant.loop(unit, patient), rule="before_the_rule")


def called_from_two_lists(plant: Plant, unit: int, patient: UUID) -> None:
    for _ in range(2):
        plant_entry(plant, unit, patient, plant_list(plant, unit), **claimed())


def called_when_dead(plant: Plant, unit: int, _patient: UUID) -> None:
    plant_entry(plant, unit, plant.patient(unit, is_dead=True), plant_list(plant, unit))


def back_after_the_end(plant: Plant, unit: int, patient: UUID) -> None:
    over = {"state": "ended", "tries": 1, "last_result": "booked", "ended_at": AT}
    key = plant_entry(plant, unit, patient, plant_list(plant, unit), **over)
    plant.run("UPDATE outreach_entry SET state = 'waiting', ended_at = NULL WHERE id = %s", key)


REFUSED: list[tuple[str, Try]] = [
    ("try_road_is_known", tried(road="pigeon")),
    ("try_result_is_known", tried(result="maybe")),
    ("try_sent_in_writing", tried(result="sent")),
    ("try_declined_says_why", tried(result="declined")),
    ("try_declined_says_why", tried(why_no="cost")),
    ("try_later_says_when", tried(result="later")),
    ("try_flags_go_to_a_nurse", tried(result="booked", flags=["stroke"])),
    ("try_minutes_are_some", tried(minutes=-1)),
    ("try_loop_is_of_the_same_patient", try_of_another),
    ("block_wrong_number_names_it", blocked(address="")),
    ("block_lifted_says_why", blocked(ended_at=AT)),
    ("block_is_only_lifted", rewritten_block),
    ("block_once", twice_shut),
    ("unreachable_by_the_rule", given_up_without_trying),
    ("unreachable_by_the_rule", given_up_by_the_old_rule),
    ("outreach_has_name", listed(name="")),
    ("outreach_pace_is_some", listed(per_day=0)),
    ("outreach_closed_says_when", listed(state="closed")),
    ("entry_claimed_by_somebody_for_a_time", entered(state="claimed")),
    ("entry_left_out_says_why", entered(state="left_out", ended_at=AT)),
    ("entry_over_says_when", entered(ended_at=AT)),
    ("entry_ended_was_tried", entered(state="ended", ended_at=AT)),
    ("outreach_called_by_one_at_a_time", called_from_two_lists),
    ("outreach_is_of_the_living", called_when_dead),
    ("entry_that_ended_stays_so", back_after_the_end),
]


@pytest.mark.parametrize(("name", "attempt"), REFUSED)
def test_the_database_refuses(owner: Plant, name: str, attempt: Try) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)

    assert refused(owner, lambda: attempt(owner, unit, patient)) == name


def test_tries_are_only_added_to(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    with pytest.raises(Exception, match="only added to"):
        changed_try(owner, unit, patient)


def test_the_parts_of_a_day_are_those_of_the_rule(owner: Plant) -> None:
    for zone in ("America/New_York", "America/Los_Angeles", "Asia/Kolkata"):
        for hour in range(24):
            at = datetime(2026, 3, 8, hour, 59, 59, tzinfo=UTC)
            assert owner.value("SELECT part_of_day(%s, %s)", at, zone) == part_of(at, zone)


def test_results_that_are_not_normal_are_those_of_the_rule(owner: Plant) -> None:
    body = owner.value("SELECT prosrc FROM pg_proc WHERE proname = 'reach_end_holds'")

    assert all(f"'{name}'" in body for name in ABNORMAL)
    assert body.count("_without_follow_up'") == len(ABNORMAL)


def test_tries_before_the_loop_was_closed_so_count_for_nothing(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    loop = owner.loop(unit, patient)
    for back in (days(2), days(0.75)):
        plant_try(owner, unit, patient, loop, at=AT - back)
    plant_reach_end(owner, unit, patient, loop)
    plant_reach_end(owner, unit, patient, loop, at=AT + days(3))

    held = "SELECT array_agg(reach_end_holds(e) ORDER BY e.at) FROM reach_end e WHERE e.loop_id = %s"
    assert owner.value(held, loop) == [True, False]
