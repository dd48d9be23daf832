"""The solver: it betters what was found, keeps every rule, leaves nobody out for others, and proves its bound."""

from dataclasses import replace
from datetime import date

from careloop.facts.itineraries import Gap, Journey, Wishes
from careloop.jobs.planning import find_better, improve, place_one, worth_of
from careloop.rules.planning.keep import find_broken_together
from careloop.rules.planning.many import Placement, plan_many
from tests.rules.planning.made import daily, someone, span, step, window

DOCTOR = someone(1, span(0, 9, 10), span(1, 9, 12))
NURSE = daily(2, range(1, 5))
JOURNEY = Journey(
    "one",
    (step("a", DOCTOR, minutes=45), step("b", NURSE, place="lab")),
    (Gap("b", "a", 1, 3),),
    window(5),
)
CLINIC = [JOURNEY, replace(JOURNEY, key="two", weight=4), replace(JOURNEY, key="three", wishes=Wishes(most_trips=2))]
NOBODY = Placement((), tuple(one.key for one in CLINIC), 0, 0)


def test_from_nothing_it_finds_plans_that_keep_every_rule_and_are_proven_best() -> None:
    better = improve(CLINIC, NOBODY, seconds=60)

    assert find_broken_together(better.placement.plans) == ()
    assert better.placement.unplaced == ()
    assert better.off_percent == 0
    # The one with weight 4 is done on the second day, the others on the third.
    assert better.placement.cost == 4 * 2 + 3 + 3


def test_what_was_found_quickly_is_never_made_worse() -> None:
    first = plan_many(CLINIC)

    better = improve(CLINIC, first, seconds=60)

    assert better.value <= worth_of(CLINIC, first)
    assert better.bound <= better.value


def test_without_time_the_first_plans_stand() -> None:
    first = plan_many(CLINIC)

    better = improve(CLINIC, first, seconds=0)

    assert worth_of(CLINIC, better.placement) <= worth_of(CLINIC, first)
    assert better.placement.unplaced == ()


def test_for_one_patient_it_says_the_first_day_on_which_any_plan_can_end() -> None:
    found = find_better(JOURNEY, seconds=60)

    # Tuesday 1 December: the doctor on Monday, the nurse the day after.
    assert (found.least_end_on, found.is_best) == (date(2026, 12, 1), True)
    assert {one.step for one in found.times} == {"a", "b"}


def test_where_no_plan_keeps_everything_that_is_proven() -> None:
    never = replace(JOURNEY, wishes=Wishes(most_trips=1))

    found = find_better(never, seconds=60)

    assert (found.times, found.least_end_on, found.is_best) == ((), None, True)


def test_what_one_patient_is_given_first_is_worth_what_the_solver_says_it_is() -> None:
    first = place_one(JOURNEY)

    assert first.cost == 2
    assert worth_of([JOURNEY], first) == improve([JOURNEY], first, seconds=60).value
