"""A question as it is kept, times laid as a plan, and what is said of a longer look."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings

from careloop.basics.words import Say
from careloop.facts.itineraries import Gap, HardRule, Journey, Plan, PlanAsk, StepChoice
from careloop.facts.plan_search import PlacedAt, SearchRow, SearchState
from careloop.facts.visits import PartOfDay
from careloop.rules.planning.asked import (
    beats,
    lay_plan,
    name_ask,
    read_ask,
    read_times,
    say_search,
    write_ask,
    write_times,
)
from careloop.rules.planning.keep import find_broken
from careloop.rules.planning.propose import propose
from tests.rules.planning.made import at, daily, journeys, step, window

FULL = PlanAsk(
    "cataract", (StepChoice("a", UUID(int=1)), StepChoice("b", UUID(int=2), UUID(int=3))), date(2026, 12, 1),
    frozenset({1, 2}), PartOfDay.MORNING, 3, frozenset({2}), frozenset({4}), date(2026, 12, 2), date(2026, 12, 30),
    UUID(int=4),
)  # fmt: skip
DOCTOR = daily(1, range(5))
JOURNEY = Journey("one", (step("a", DOCTOR), step("b", DOCTOR)), (Gap("b", "a", 1),), window(5))
PLAN = propose(JOURNEY).plans[0]


@pytest.mark.parametrize("ask", [FULL, PlanAsk("cataract")])
def test_a_question_is_read_as_it_was_written(ask: PlanAsk) -> None:
    assert read_ask(write_ask(ask)) == ask


def test_the_same_question_has_one_name_and_another_has_another() -> None:
    pinned = replace(FULL, weekdays=frozenset({2, 1}), pins=(("a", at(1, 9)),))

    assert name_ask(pinned) == name_ask(FULL)
    assert len({name_ask(one) for one in (FULL, replace(FULL, most_trips=2), PlanAsk("cataract"))}) == 3


@given(journeys())
@settings(max_examples=60, deadline=None)
def test_the_times_of_a_plan_laid_again_are_the_same_plan(journey: Journey) -> None:
    for plan in propose(journey).plans:
        times = tuple(PlacedAt(one.step, one.promised.at, one.picks) for one in plan.placed)

        assert lay_plan(journey, read_times(write_times(times))) == replace(plan, kinds=())


def test_times_that_break_a_rule_are_laid_all_the_same_and_others_are_no_plan() -> None:
    who = (DOCTOR.id,)
    same_day = lay_plan(JOURNEY, [PlacedAt("a", at(0, 9), who), PlacedAt("b", at(0, 11), who)])

    assert same_day is not None
    assert [one.rule for one in find_broken(JOURNEY, same_day)] == [HardRule.TOO_SOON]
    assert lay_plan(JOURNEY, [PlacedAt("a", at(0, 9), who)]) is None
    assert lay_plan(JOURNEY, [PlacedAt("a", at(0, 9), who), PlacedAt("b", at(60, 9), who)]) is None


def test_a_plan_beats_others_by_its_end_and_then_by_its_trips() -> None:
    later = replace(PLAN, placed=lay(2, 3), trips=1)

    assert beats(PLAN, [later])
    assert not beats(PLAN, [later, PLAN])
    assert beats(replace(PLAN, trips=1), [PLAN])


def lay(first: int, second: int) -> tuple[object, ...]:
    plan = lay_plan(JOURNEY, [PlacedAt("a", at(first, 9), (DOCTOR.id,)), PlacedAt("b", at(second, 9), (DOCTOR.id,))])
    assert plan is not None
    return plan.placed


DONE = SearchRow(SearchState.DONE, at(0, 8), at(0, 9))
# The plan ends on Tuesday 1 December.
MONDAY, TUESDAY = date(2026, 11, 30), date(2026, 12, 1)


@pytest.mark.parametrize(
    ("row", "plans", "said"),
    [
        (replace(DONE, state=SearchState.WAITING), [PLAN], Say("plan_search.waiting")),
        (replace(DONE, state=SearchState.GIVEN_UP), [PLAN], Say("plan_search.given_up")),
        (DONE, [PLAN], Say("plan_search.not_proven")),
        (replace(DONE, least_end_on=MONDAY), [PLAN], Say("plan_search.at_most", count=1)),
        (replace(DONE, least_end_on=TUESDAY), [PLAN], Say("plan_search.soonest")),
        (replace(DONE, least_end_on=TUESDAY, is_best=True), [PLAN], Say("plan_search.best")),
        (replace(DONE, least_end_on=TUESDAY, better=PLAN), [], Say("plan_search.soonest")),
        (replace(DONE, is_best=True), [], Say("plan_search.none")),
        (DONE, [], Say("plan_search.not_found")),
    ],
)
def test_what_is_said_of_a_longer_look(row: SearchRow, plans: list[Plan], said: Say) -> None:
    assert say_search(row, plans) == said
