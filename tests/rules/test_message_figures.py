"""How long people waited: each judged by the hours of its day, the few never as a share."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.facts.message_figures import FEWEST, Wait
from careloop.facts.outbox import ThreadWith
from careloop.rules.message_figures import at_most, count, measure

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ZONE = "America/Chicago"
HOUR = timedelta(hours=1)


def wait(ago: float, took: float | None, partner: ThreadWith = ThreadWith.PATIENT) -> Wait:
    asked = AT - ago * HOUR
    return Wait(partner, asked, None if took is None else asked + took * HOUR)


def day_hours(on: date) -> int:
    return 24


# Asked so many hours ago, answered after so many, and whether it counts in time, too late, or not yet.
JUDGED = [
    (30, 1, (1, 1, 0)),
    (30, 24, (1, 1, 0)),
    (30, 24.01, (0, 1, 0)),
    (30, None, (0, 1, 0)),
    (24, None, (0, 1, 0)),
    (23.9, None, (0, 0, 1)),
    (2, 1, (1, 1, 0)),
]


@pytest.mark.parametrize(("ago", "took", "said"), JUDGED)
def test_a_wait_is_in_time_too_late_or_not_over(ago: float, took: float | None, said: tuple[int, int, int]) -> None:
    found = measure([wait(ago, took)], AT, zone=ZONE, hours_on=day_hours)

    assert (found.on_time.part, found.on_time.whole, found.waiting) == said


def test_who_asked_is_judged_by_the_hours_of_that_day_on_their_clocks() -> None:
    # 4:30 in the morning in UTC is the evening before in Chicago.
    asked = datetime(2026, 11, 17, 4, 30, tzinfo=UTC)
    waits = [Wait(ThreadWith.PATIENT, asked, asked + 30 * HOUR)]

    found = measure(waits, AT, zone=ZONE, hours_on=lambda on: 48 if on < date(2026, 11, 17) else 24)

    assert found.on_time.part == 1
    assert measure(waits, AT, zone="UTC", hours_on=lambda on: 48 if on < date(2026, 11, 17) else 24).on_time.part == 0


def test_of_fewer_than_eleven_no_share_and_no_middle_is_said() -> None:
    few = measure([wait(99, n) for n in range(1, 11)], AT, zone=ZONE, hours_on=day_hours)
    enough = measure([wait(99, n) for n in range(1, 12)], AT, zone=ZONE, hours_on=day_hours)

    assert (few.on_time.whole, few.on_time.interval, few.middle, few.ninth) == (10, None, None, None)
    assert enough.on_time.interval is not None
    assert (enough.middle, enough.ninth) == (6 * HOUR, 10 * HOUR)
    assert count(0, FEWEST - 1).interval is None


def test_each_kind_of_partner_is_measured_by_itself() -> None:
    waits = [wait(30, 1), wait(30, None, ThreadWith.PAYER)]

    payers = measure(waits, AT, zone=ZONE, hours_on=day_hours, partner=ThreadWith.PAYER)

    assert (payers.on_time.part, payers.on_time.whole, payers.answered) == (0, 1, 0)


@given(st.lists(st.integers(0, 100_000), min_size=11, max_size=60), st.integers(1, 100))
def test_so_many_in_a_hundred_waited_at_most_that_long(minutes: list[int], percent: int) -> None:
    lasted = sorted(timedelta(minutes=one) for one in minutes)

    found = at_most(lasted, percent)

    assert found in lasted
    assert 100 * sum(one <= found for one in lasted) >= percent * len(lasted)
    assert 100 * sum(one < found for one in lasted) < percent * len(lasted)
