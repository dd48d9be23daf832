"""The board of a plan: what each day is for a step, and what becomes of a step that is moved."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careloop.facts.itineraries import Broken, Gap, HardRule, Journey, Wishes
from careloop.facts.plan_board import PlanBoard, Slot
from careloop.rules.planning.board import arrange, begin_of, lay_board
from careloop.rules.planning.keep import find_broken
from careloop.rules.planning.propose import propose
from tests.rules.planning.made import MONDAY, at, daily, journeys, someone, span, step, window

TEST = someone(1, span(0, 8, 12), span(1, 8, 12), span(2, 8, 12), busy=(span(1, 8, 12),))
DOCTOR = daily(2, range(1, 5), 9, 12)
JOURNEY = Journey(
    "one",
    (step("test", TEST), step("visit", DOCTOR)),
    (Gap("visit", "test", 1, 2),),
    window(14),
    busy=(span(2, 0, 24),),
)
# The test on Monday at 8, the doctor on Tuesday at 9.
PLAN = propose(JOURNEY).plans[0]


def wall(day: int, hour: float) -> datetime:
    return MONDAY.replace(tzinfo=None) + timedelta(days=day, hours=hour)


def slots(board: PlanBoard, key: str) -> list[Slot]:
    (row,) = [row for row in board.rows if row.step == key]
    return [cell.slot for cell in row.cells]


def test_every_day_of_a_step_says_what_it_is_for_it() -> None:
    board = lay_board(JOURNEY, PLAN, begin_of(PLAN))

    # At the weekend nobody is there: it is left out.
    assert [on.day for on in board.days[:6]] == [30, 1, 2, 3, 4, 7]
    # On Tuesday it would be too near to the visit, on Wednesday after it.
    assert slots(board, "test")[:4] == [Slot.CHOSEN, Slot.OUTSIDE, Slot.OUTSIDE, Slot.CLOSED]
    # Wednesday does not suit; on Thursday and Friday it would be too long after the test.
    assert slots(board, "visit")[:6] == [Slot.CLOSED, Slot.CHOSEN, Slot.OUTSIDE, Slot.MOVES, Slot.MOVES, Slot.CLOSED]
    assert board.helped is None
    taken = replace(
        JOURNEY, busy=(), steps=(step("test", TEST), step("visit", replace(DOCTOR, busy=(span(2, 0, 24),))))
    )
    assert slots(lay_board(taken, PLAN, begin_of(PLAN)), "visit")[2] is Slot.FULL


def test_a_day_with_help_is_marked_and_one_more_trip_than_wished_is_no_fit() -> None:
    wishes = Wishes(most_trips=1, rides=(span(1, 0, 24),))
    both = replace(JOURNEY, gaps=(), busy=(), wishes=wishes, steps=(step("test", DOCTOR), step("visit", DOCTOR)))
    plan = propose(both).plans[0]

    board = lay_board(both, plan, begin_of(plan))

    assert board.helped == frozenset({date(2026, 12, 1)})
    assert Slot.FITS not in slots(board, "test")
    assert Slot.MOVES in slots(board, "test")


def test_a_step_that_fits_elsewhere_is_moved_alone() -> None:
    moved = arrange(JOURNEY, PLAN, {}, ("test", wall(0, 11.5)))

    assert (moved.is_moved, moved.also, moved.broken) == (True, (), ())
    assert {one.step: one.promised.wall for one in moved.plan.placed} == {"test": wall(0, 11.5), "visit": wall(1, 9)}
    # What was moved stands in the next question as a time of one's own.
    again = arrange(JOURNEY, PLAN, {"test": wall(0, 11.5)}, None)
    assert again.plan == moved.plan


def test_where_another_step_has_to_move_along_it_says_which_and_why() -> None:
    wide = replace(JOURNEY, steps=(step("test", daily(1, range(5), 8, 12)), step("visit", DOCTOR)), busy=())

    moved = arrange(wide, propose(wide).plans[0], {}, ("visit", wall(4, 10)))

    assert (moved.is_moved, moved.also) == (True, ("test",))
    assert moved.broken == (Broken(HardRule.TOO_LATE, "visit", "test"),)
    assert find_broken(wide, moved.plan) == ()


@pytest.mark.parametrize(
    ("move", "rule"),
    [
        (("visit", wall(4, 10)), HardRule.TOO_LATE),
        (("test", wall(1, 9)), HardRule.FREE),
        (("visit", wall(2, 10)), HardRule.PATIENT_FREE),
        (("visit", wall(1, 14)), HardRule.FREE),
        (("visit", wall(1, 9) + timedelta(minutes=7)), HardRule.IN_TIME),
        (("visit", wall(900, 9)), HardRule.IN_TIME),
    ],
)
def test_where_it_cannot_be_moved_it_stays_and_the_rule_is_told(move: tuple[str, datetime], rule: HardRule) -> None:
    moved = arrange(JOURNEY, PLAN, {}, move)

    assert (moved.is_moved, moved.plan) == (False, PLAN)
    assert rule in {one.rule for one in moved.broken}


def test_own_times_of_which_one_was_taken_are_given_up_and_it_says_which() -> None:
    gone = replace(JOURNEY, steps=(step("test", TEST), step("visit", replace(DOCTOR, busy=(span(1, 9, 11),)))))
    other = propose(gone).plans[0]

    found = arrange(gone, other, {"visit": wall(1, 9)}, None)

    assert (found.plan, found.is_moved) == (other, False)
    assert [(one.rule, one.step) for one in found.broken] == [(HardRule.FREE, "visit")]


def test_a_step_that_stands_is_not_moved() -> None:
    stands = step("test", only_at=at(0, 9))
    kept = replace(JOURNEY, steps=(replace(stands, needs=()), step("visit", DOCTOR)))
    plan = propose(kept).plans[0]

    assert arrange(kept, plan, {}, ("test", wall(0, 10))).plan == plan
    (row,) = [row for row in lay_board(kept, plan, begin_of(plan)).rows if row.step == "test"]
    assert (row.stands, row.wall) == (True, wall(0, 9))
    assert {cell.slot for cell in row.cells} <= {Slot.CHOSEN, Slot.OUTSIDE}


@given(journeys(), st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_pressed_on_a_board_leads_to_a_plan_that_keeps_every_rule(
    journey: Journey, data: st.DataObject
) -> None:
    for plan in propose(journey).plans:
        board = lay_board(journey, plan, begin_of(plan))
        row = data.draw(st.sampled_from(board.rows))
        cell = data.draw(st.sampled_from(row.cells))
        if cell.wall is None:
            continue

        moved = arrange(journey, plan, {}, (row.step, cell.wall))

        assert find_broken(journey, moved.plan) == ()
        assert cell.slot is not Slot.FITS or (moved.is_moved and not moved.also)
        if moved.is_moved:
            assert {one.step: one.promised.wall for one in moved.plan.placed}[row.step] == cell.wall
