"""Races for the same time: one wins, the others are told and offered more; a control shows what holds it together."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.faults.conftest import House
from tests.faults.oracle import Snapshot, look

pytestmark = pytest.mark.faults

CLOCK = "2026-11-20T15:00:00+00:00"
ROUNDS = 25
RACERS = 8


@pytest.fixture
def told(house: House, write_bundles: Callable[..., Path]) -> dict:  # type: ignore[type-arg]
    """People and patients who can be booked."""
    house.set_back("empty")
    files = [str(path) for path in sorted(write_bundles(0, 2 * RACERS).glob("*.json"))]
    found: dict = house.stage.play("settle_in", clock=CLOCK, patients=files)[0]  # type: ignore[type-arg]
    with look(house.url) as now:
        # Whoever needs an interpreter needs one in the directory.
        well = now.rows("SELECT id FROM patient WHERE NOT is_dead AND NOT needs_interpreter ORDER BY id")
    found["alive"] = [str(key) for (key,) in well]
    found["both"] = [found["people"]["dana"], found["people"]["lee"]]
    assert len(found["alive"]) >= RACERS
    return found


def broken(now: Snapshot) -> dict[str, int]:
    """Return every invariant that does not hold, by the clock that is stopped: holds are not old by it."""
    now.value("SELECT set_config('careloop.at', %s, false)", CLOCK)
    return now.broken()


def race(house: House, told: dict) -> list[dict]:  # type: ignore[type-arg]
    alive = told["alive"][:RACERS]
    return house.stage.play("race_for_a_time", clock=CLOCK, people=told["both"], patients=alive, rounds=ROUNDS)


def test_of_eight_who_want_one_time_one_has_it_and_seven_get_three_others_each(house: House, told: dict) -> None:  # type: ignore[type-arg]
    races = race(house, told)

    assert len(races) == ROUNDS
    for one in races:
        assert Counter(one["fates"]) == {"done": 1, "TimeTaken": RACERS - 1}
        assert one["offers"] == [3] * (RACERS - 1)
    with look(house.url) as now:
        assert now.value("SELECT count(*) FROM booking WHERE occupies") == ROUNDS
        assert broken(now) == {}


def test_without_the_constraint_the_same_race_books_twice(house: House, told: dict) -> None:  # type: ignore[type-arg]
    """The control: what the test above sees is the work of the constraint, and the view sees what it prevents."""
    with psycopg.connect(house.url, autocommit=True) as link:
        link.execute("ALTER TABLE booking_part DROP CONSTRAINT nothing_is_booked_twice")

    races = race(house, told)

    assert sum(Counter(one["fates"])["done"] for one in races) > ROUNDS
    with look(house.url) as now:
        assert broken(now).keys() == {"inv_booked_twice"}


def test_whoever_names_the_same_things_in_another_order_waits_and_is_told_and_sees_no_fault(
    house: House,
    told: dict,  # type: ignore[type-arg]
) -> None:
    races = house.stage.play(
        "race_crosswise", clock=CLOCK, people=told["both"], patients=told["alive"][:2], rounds=ROUNDS
    )

    for fates in races:
        assert Counter(fates) == {"done": 1, "TimeTaken": 7}
    with look(house.url) as now:
        assert broken(now) == {}


def test_one_request_sent_eight_times_at_once_is_one_hold_and_one_answer(house: House, told: dict) -> None:  # type: ignore[type-arg]
    races = house.stage.play(
        "race_for_one_key", clock=CLOCK, person=told["both"][0], patient=told["alive"][0], rounds=ROUNDS
    )

    for one in races:
        assert Counter(one["fates"]) == {"done": 8}
        assert len(set(one["answers"])) == 1
    with look(house.url) as now:
        assert now.value("SELECT count(*) FROM booking") == ROUNDS
        assert broken(now) == {}


def test_of_eight_who_want_a_seat_of_three_three_sit(house: House, told: dict) -> None:  # type: ignore[type-arg]
    (fates,) = house.stage.play(
        "race_for_seats", clock=CLOCK, people=told["both"], patients=told["alive"][:RACERS], north=told["north"],
        supervisor=told["people"]["sol"],
    )  # fmt: skip

    assert Counter(fates) == {"done": 3, "GroupFull": RACERS - 3}
    with look(house.url) as now:
        assert now.rows("SELECT seat_no FROM booking WHERE occupies ORDER BY 1") == [(1,), (2,), (3,)]
        assert broken(now) == {}


def test_a_hold_at_its_end_is_booked_or_given_back_and_never_both(house: House, told: dict) -> None:  # type: ignore[type-arg]
    races = house.stage.play(
        "race_with_an_end", clock=CLOCK, people=told["both"], patients=told["alive"][:2], rounds=ROUNDS
    )

    for booked, wanted, worker in races:
        assert (booked, wanted) in {("done", "TimeTaken"), ("Refusal", "done"), ("Refusal", "TimeTaken")}, worker
        assert worker == "done"
    with look(house.url) as now:
        states = now.rows("SELECT starts_at, count(*) FROM booking WHERE occupies GROUP BY 1 HAVING count(*) > 1")
        assert states == []
        assert broken(now) == {}
