"""The checker of plans: each rule broken on purpose is found, at its step; a plan that keeps all is not."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from careloop.facts.itineraries import Broken, Gap, HardRule, Journey, Placed, Plan, Wishes
from careloop.facts.scheduling import VisitLength
from careloop.facts.visits import PartOfDay
from careloop.rules.planning.keep import find_broken, find_broken_together
from careloop.rules.wall_time import show
from tests.rules.planning.made import ZONE, at, daily, span, step, window

BLOOD = step("blood", daily(1, range(5)), place="lab")
DOCTOR = step("doctor", daily(2, range(5)), place="clinic", needs_escort=True, last_on=at(3, 0).date())
GAPS = (Gap("doctor", "blood", 1, 2),)
JOURNEY = Journey("one", (BLOOD, DOCTOR), GAPS, window(5), wishes=Wishes(companion=(span(2, 8, 12), span(3, 8, 12))))


def placed(key: str, who: int, day: int, hour: float, minutes: int = 30) -> Placed:
    begins = at(day, hour)
    return Placed(key, show(begins, ZONE), begins + timedelta(minutes=minutes), (UUID(int=who),))


def plan(*those: Placed) -> Plan:
    return Plan(those, 1, those[-1].ends_at, 0, 0)


GOOD = plan(placed("blood", 1, 1, 9), placed("doctor", 2, 2, 10))


def test_a_plan_that_keeps_every_rule_breaks_none() -> None:
    assert find_broken(JOURNEY, GOOD) == ()


@pytest.mark.parametrize(
    ("journey", "broken_plan", "rule", "at_step"),
    [
        (JOURNEY, plan(GOOD.placed[0]), HardRule.EVERY_STEP, "doctor"),
        (JOURNEY, plan(placed("blood", 9, 1, 9), GOOD.placed[1]), HardRule.FREE, "blood"),
        (JOURNEY, plan(placed("blood", 1, 1, 7), GOOD.placed[1]), HardRule.FREE, "blood"),
        (JOURNEY, plan(placed("blood", 1, 1, 9, 45), GOOD.placed[1]), HardRule.IN_TIME, "blood"),
        (JOURNEY, plan(placed("blood", 1, 1, 9.1), GOOD.placed[1]), HardRule.IN_TIME, "blood"),
        (replace(JOURNEY, busy=(span(1, 9, 10),)), GOOD, HardRule.PATIENT_FREE, "blood"),
        (JOURNEY, plan(placed("blood", 1, 3, 9), placed("doctor", 2, 2, 10)), HardRule.ORDER, "doctor"),
        (JOURNEY, plan(placed("blood", 1, 2, 8), GOOD.placed[1]), HardRule.TOO_SOON, "doctor"),
        (JOURNEY, plan(placed("blood", 1, 0, 9), placed("doctor", 2, 3, 10)), HardRule.TOO_LATE, "doctor"),
        (
            replace(JOURNEY, gaps=(Gap("doctor", "blood", 1, 2, is_validity=True),)),
            plan(placed("blood", 1, 0, 9), placed("doctor", 2, 3, 10)), HardRule.STILL_VALID, "doctor",
        ),
        (JOURNEY, plan(placed("blood", 1, 2, 9), placed("doctor", 2, 4, 9)), HardRule.APPROVED, "doctor"),
        (JOURNEY, plan(GOOD.placed[0], placed("doctor", 2, 2, 13)), HardRule.ESCORT, "doctor"),
        (replace(JOURNEY, wishes=Wishes(weekdays=frozenset({2}))), GOOD, HardRule.WEEKDAY, "doctor"),
        (replace(JOURNEY, wishes=Wishes(part_of_day=PartOfDay.AFTERNOON)), GOOD, HardRule.PART_OF_DAY, "blood"),
        (replace(JOURNEY, wishes=Wishes(most_trips=1)), GOOD, HardRule.TRIPS, ""),
    ],
)  # fmt: skip
def test_each_rule_that_is_broken_is_found(journey: Journey, broken_plan: Plan, rule: HardRule, at_step: str) -> None:
    assert (rule, at_step) in {(one.rule, one.step) for one in find_broken(journey, broken_plan)}


def test_between_two_places_the_way_is_left() -> None:
    near = replace(JOURNEY, gaps=(), wishes=Wishes())
    close = plan(placed("blood", 1, 2, 9), placed("doctor", 2, 2, 9.75))

    assert find_broken(near, close) == (Broken(HardRule.PATIENT_FREE, "blood", "doctor"),)


def test_the_gap_of_a_visit_keeps_others_away() -> None:
    nurse = replace(daily(1, range(5)), busy=(span(1, 9.5, 10),))
    long = replace(BLOOD, needs=((nurse,),), length=VisitLength(30, 0, 15))

    assert find_broken(replace(JOURNEY, steps=(long, DOCTOR)), GOOD) == (Broken(HardRule.FREE, "blood"),)


def test_two_patients_with_one_nurse_at_once_are_found() -> None:
    other = replace(JOURNEY, key="two")

    assert find_broken_together([(JOURNEY, GOOD), (other, GOOD)]) == (
        Broken(HardRule.FREE, "one blood", "two blood"),
        Broken(HardRule.FREE, "one doctor", "two doctor"),
    )
