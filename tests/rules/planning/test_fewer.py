"""Where fewer than three plans are shown one sentence says why there are no more."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from careloop.basics.words import Say
from careloop.facts.itineraries import Journey, Plan, PlanKind, Wishes
from careloop.rules.itineraries import AIMS, say_why_fewer
from careloop.rules.planning.propose import propose
from tests.rules.planning.made import daily, journeys, someone, span, step, window

TRIPS, SOON, HELP = PlanKind.FEWEST_TRIPS, PlanKind.SOONEST, PlanKind.HELPED
ONE_DAY = Journey("one", (step("talk", daily(1, range(3))),), (), window(5))

# Each is there early in the week, but on another day; together they are there on Thursday.
BLOOD, DOCTOR = someone(1, span(0, 8, 12), span(3, 8, 12)), someone(2, span(1, 8, 12), span(3, 13, 17))
APART = Journey("apart", (step("blood", BLOOD), step("doctor", DOCTOR)), (), window(5))


def plan(*kinds: PlanKind) -> Plan:
    return Plan((), 1, datetime(2026, 11, 24, tzinfo=UTC), 0, 0, kinds)


@pytest.mark.parametrize(
    ("plans", "has_help", "said"),
    [
        ([plan(TRIPS), plan(SOON)], False, "fewer_no_help"),
        ([plan(TRIPS, SOON)], False, "fewer_same_no_help"),
        ([plan(TRIPS, SOON, HELP)], True, "fewer_one"),
        ([plan(TRIPS), plan(SOON, HELP)], True, "fewer_two"),
        ([plan(TRIPS, SOON), plan(HELP)], True, "fewer_two"),
    ],
)
def test_it_is_said_why_there_are_no_more_plans(plans: list[Plan], has_help: bool, said: str) -> None:
    assert say_why_fewer(plans, has_help=has_help) == Say(f"plan.{said}")


def test_of_three_plans_of_none_and_of_the_closest_one_nothing_is_said() -> None:
    assert say_why_fewer([plan(TRIPS), plan(SOON), plan(HELP)], has_help=True) is None
    assert say_why_fewer([], has_help=True) is None
    assert say_why_fewer([plan()], has_help=False) is None


def test_the_only_plan_of_a_single_step_is_the_best_in_all() -> None:
    assert [one.kinds for one in propose(ONE_DAY).plans] == [(TRIPS, SOON)]
    helped = replace(ONE_DAY, wishes=Wishes(rides=tuple(span(day, 0, 23) for day in range(5))))
    (only,) = propose(helped).plans
    assert say_why_fewer([only], has_help=True) == Say("plan.fewer_one")


def test_without_days_of_help_the_third_plan_is_missing_and_named() -> None:
    plans = propose(APART).plans

    assert (len(plans), say_why_fewer(plans, has_help=False)) == (2, Say("plan.fewer_no_help"))


@settings(max_examples=30, deadline=None)
@given(journeys())
def test_whatever_is_asked_fewer_than_three_plans_never_stand_without_a_reason(journey: Journey) -> None:
    plans, has_help = propose(journey).plans, journey.wishes.help is not None

    assert (say_why_fewer(plans, has_help=has_help) is not None) is (0 < len(plans) < AIMS)
