"""Rounds against the clock: how long is left, who is talked of, and which addresses count for nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from careloop.facts.rounds import RoundsBeat
from careloop.rules.rounds import FORGOTTEN, MINUTES, follow_clock

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
BEAT = RoundsBeat(minutes=2, no=2, began_at=AT - timedelta(minutes=3), since=AT - timedelta(seconds=45))


def test_the_time_of_one_patient_runs_from_when_they_are_talked_of() -> None:
    clock = follow_clock(BEAT, 5, AT)

    assert clock is not None
    assert (clock.no, clock.left, clock.spent, clock.is_over) == (2, 75, 3, False)


def test_time_that_is_over_counts_on_and_cuts_nobody_short() -> None:
    clock = follow_clock(BEAT, 5, AT + timedelta(minutes=2))

    assert clock is not None
    assert (clock.no, clock.left) == (2, -45)


def test_rounds_that_are_over_say_how_long_they_took_and_do_not_go_on() -> None:
    for later in (timedelta(0), timedelta(hours=1)):
        clock = follow_clock(replace(BEAT, no=9, since=AT), 5, AT + later)

        assert clock is not None
        assert (clock.no, clock.is_over, clock.spent) == (6, True, 3)


@pytest.mark.parametrize(
    "beat",
    [
        replace(BEAT, minutes=0), replace(BEAT, minutes=max(MINUTES) + 1), replace(BEAT, no=0),
        replace(BEAT, since=AT + timedelta(seconds=1)), replace(BEAT, began_at=AT),
        replace(BEAT, began_at=AT - FORGOTTEN - timedelta(seconds=1)),
    ],
)  # fmt: skip
def test_an_address_of_other_rounds_has_no_clock(beat: RoundsBeat) -> None:
    assert follow_clock(beat, 5, AT) is None
