"""Visits: every move, and what the loop says comes next from each state."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from careloop.basics.words import Say
from careloop.catalog.clocks import load_clocks
from careloop.facts.scheduling import BookingEvent, BookingFacts, BookingState
from careloop.facts.worklist import Ball, ContactResult, Severity, State
from careloop.rules.scheduling import (
    MOVES,
    OCCUPYING,
    STEPS,
    BookingMoveNotAllowed,
    may_miss,
    next_state,
    plan_visit,
)
from careloop.rules.worklist import LoopFacts

ZONE = "America/New_York"
SINCE = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
# Thursday 10 December 2026, 10 am.
STARTS = datetime(2026, 12, 10, 15, 0, tzinfo=UTC)
CLOCKS = load_clocks()

TABLE = """
held      book      booked
held      release   released
held      cancel    cancelled
booked    confirm   confirmed
booked    arrive    arrived
booked    miss      no_show
booked    cancel    cancelled
booked    bump      bumped
confirmed unconfirm booked
confirmed arrive    arrived
confirmed miss      no_show
confirmed cancel    cancelled
confirmed bump      bumped
arrived   finish    done
arrived   cancel    cancelled
no_show   correct   done
done      take_back no_show
"""


def loop(**changes: object) -> LoopFacts:
    given = {
        "state": State.STARTED, "state_since": SINCE, "severity": Severity.MODERATE,
        "step": Say("step.visit_find_time"), "due_at": None, "zone": ZONE,
    }  # fmt: skip
    return LoopFacts(**(given | changes))  # type: ignore[arg-type]


def booking(state: BookingState, **changes: object) -> BookingFacts:
    given = {
        "state": state, "state_since": SINCE, "starts_at": STARTS, "ends_at": STARTS + timedelta(minutes=30),
        "zone": ZONE, "hold_until": SINCE + timedelta(minutes=15),
    }  # fmt: skip
    return BookingFacts(**(given | changes))  # type: ignore[arg-type]


def test_the_moves_are_those_of_the_table_and_no_other() -> None:
    wanted = {tuple(line.split()) for line in TABLE.strip().splitlines()}

    assert {(str(a), str(e), str(b)) for (a, e), b in MOVES.items()} == wanted
    for state, event in product(BookingState, BookingEvent):
        if (state, event) not in MOVES:
            with pytest.raises(BookingMoveNotAllowed):
                next_state(state, event)


def test_every_state_that_keeps_its_time_can_give_it_back_and_none_takes_it_again() -> None:
    for state in OCCUPYING:
        assert {to for (at, _event), to in MOVES.items() if at is state} - set(OCCUPYING)
    assert not {to for (at, _event), to in MOVES.items() if at not in OCCUPYING} & set(OCCUPYING)
    assert STEPS.keys() == set(BookingState)


NEXT = [
    # A hold is looked at when it ends.
    (BookingState.HELD, SINCE + timedelta(minutes=15), Ball.US),
    # Two business days before Thursday: Tuesday at 8 am.
    (BookingState.BOOKED, datetime(2026, 12, 8, 13, 0, tzinfo=UTC), Ball.PATIENT),
    (BookingState.CONFIRMED, STARTS + timedelta(minutes=30), Ball.PATIENT),
    (BookingState.ARRIVED, STARTS + timedelta(minutes=30), Ball.PROVIDER),
    # The next business day, at 5 pm: Monday.
    (BookingState.NO_SHOW, datetime(2026, 11, 23, 22, 0, tzinfo=UTC), Ball.US),
    (BookingState.BUMPED, datetime(2026, 11, 23, 22, 0, tzinfo=UTC), Ball.US),
    (BookingState.CANCELLED, datetime(2026, 11, 24, 22, 0, tzinfo=UTC), Ball.US),
    (BookingState.RELEASED, datetime(2026, 11, 24, 22, 0, tzinfo=UTC), Ball.US),
]


@pytest.mark.parametrize(("state", "next_at", "ball"), NEXT, ids=[str(row[0]) for row in NEXT])
def test_each_state_says_who_has_the_ball_and_when_to_look(state: BookingState, next_at: datetime, ball: Ball) -> None:
    step = plan_visit(loop(), booking(state), CLOCKS)

    assert (step.next_at, step.ball, step.say.key) == (next_at, ball, STEPS[state][1])


def test_a_visit_booked_for_tomorrow_is_to_be_confirmed_at_once() -> None:
    tomorrow = booking(BookingState.BOOKED, starts_at=SINCE + timedelta(days=1), ends_at=SINCE + timedelta(days=1))

    assert plan_visit(loop(), tomorrow, CLOCKS).next_at == SINCE


@pytest.mark.parametrize("state", list(BookingState))
def test_a_visit_that_stands_waits_until_its_look_and_no_longer_than_its_deadline(state: BookingState) -> None:
    step = plan_visit(loop(), booking(state), CLOCKS)
    stands = state in (BookingState.BOOKED, BookingState.CONFIRMED)

    assert step.waits is stands
    assert plan_visit(loop(due_at=step.next_at), booking(state), CLOCKS).waits is stands
    assert not plan_visit(loop(due_at=step.next_at - timedelta(seconds=1)), booking(state), CLOCKS).waits
    assert not plan_visit(loop(reminders=1, reminded_at=step.next_at), booking(state), CLOCKS).waits
    assert not plan_visit(loop(state_since=step.next_at), booking(state), CLOCKS).waits


UNREADY = [
    # Three business days before Thursday: Monday at 8 am, for a visit that is booked as for one that is confirmed.
    (BookingState.BOOKED, datetime(2026, 12, 7, 13, 0, tzinfo=UTC), "step.visit_prepare_and_ask"),
    (BookingState.CONFIRMED, datetime(2026, 12, 7, 13, 0, tzinfo=UTC), "step.visit_prepare"),
]


@pytest.mark.parametrize(("state", "next_at", "key"), UNREADY)
def test_what_is_open_before_a_visit_is_ours_and_looked_at_in_time(
    state: BookingState, next_at: datetime, key: str
) -> None:
    step = plan_visit(loop(), booking(state, open_items=2), CLOCKS)

    assert (step.next_at, step.ball, step.say) == (next_at, Ball.US, Say(key, count=2))


@pytest.mark.parametrize("state", [BookingState.HELD, BookingState.ARRIVED, BookingState.NO_SHOW])
def test_what_is_open_says_nothing_where_the_visit_is_not_ahead(state: BookingState) -> None:
    assert plan_visit(loop(), booking(state, open_items=2), CLOCKS) == plan_visit(loop(), booking(state), CLOCKS)


def test_a_visit_that_is_confirmed_sooner_than_prepared_is_confirmed_first() -> None:
    sooner = replace(CLOCKS, values={**CLOCKS.values, "visit.prepare": CLOCKS.values["loop.look.critical"]})

    step = plan_visit(loop(), booking(BookingState.BOOKED, open_items=2), sooner)

    assert (step.say.key, step.next_at) == ("step.visit_booked", datetime(2026, 12, 8, 13, 0, tzinfo=UTC))


def test_before_the_first_time_the_step_is_to_find_one() -> None:
    step = plan_visit(loop(state=State.TO_DO), None, CLOCKS)

    assert step.say == Say("step.visit_find_time")
    assert step.next_at > SINCE


@pytest.mark.parametrize("state", OCCUPYING)
@pytest.mark.parametrize(
    "changes",
    [
        {"state": State.SNOOZED, "snoozed_until": date(2027, 6, 1)},
        {"last_contact": ContactResult.LEFT_MESSAGE, "state_since": STARTS},
        {"state": State.TO_DO, "severity": Severity.LOW, "state_since": STARTS},
    ],
)
def test_nothing_that_is_done_with_the_loop_puts_it_past_the_visit(
    state: BookingState, changes: dict[str, object]
) -> None:
    step = plan_visit(loop(**changes), booking(state), CLOCKS)

    assert step.next_at <= plan_visit(loop(), booking(state), CLOCKS).next_at


def test_a_visit_is_missed_from_its_beginning_on() -> None:
    one = booking(BookingState.BOOKED)

    assert may_miss(one, STARTS)
    assert not may_miss(one, STARTS - timedelta(seconds=1))
