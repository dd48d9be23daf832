"""Plans for one patient: what each is best at, that every rule is kept, and what is said when none fits."""

from dataclasses import replace
from itertools import permutations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from careloop.facts.itineraries import Broken, Gap, HardRule, Journey, Plan, PlanKind, Wishes
from careloop.facts.scheduling import VisitLength
from careloop.facts.visits import PartOfDay
from careloop.rules.planning.keep import WISHES, find_broken
from careloop.rules.planning.propose import propose
from tests.rules.planning.made import at, daily, journeys, someone, span, step, window


def marks(plan: Plan) -> tuple[object, ...]:
    return plan.trips, plan.finishes_at, plan.alone


def by_kind(plans: tuple[Plan, ...], kind: PlanKind) -> Plan:
    return next(plan for plan in plans if kind in plan.kinds)


# The doctor is there on Monday and Thursday, the laboratory on all days but Thursday's morning.
DOCTOR = someone(1, span(0, 13, 15), span(3, 13, 15))
LABORATORY = daily(2, range(1, 5))
KNEE = Journey(
    "knee",
    (step("blood", LABORATORY), step("doctor", DOCTOR), step("class", daily(3, range(2, 5)), minutes=90)),
    (Gap("doctor", "blood", 0, 10),),
    window(12),
)


def test_the_soonest_plan_ends_first_and_the_one_with_fewest_trips_has_the_patient_out_on_one_day() -> None:
    plans = propose(KNEE).plans

    assert by_kind(plans, PlanKind.FEWEST_TRIPS).trips == 1
    assert {one.promised.wall.day for one in by_kind(plans, PlanKind.FEWEST_TRIPS).placed} == {3}
    assert by_kind(plans, PlanKind.SOONEST).finishes_at <= by_kind(plans, PlanKind.FEWEST_TRIPS).finishes_at


def test_a_companion_is_along_where_that_is_asked_for() -> None:
    companion = (span(4, 8, 17), span(7, 8, 17), span(8, 8, 17))
    knee = replace(
        KNEE,
        steps=(*KNEE.steps[:1], step("doctor", daily(1, range(10)), needs_escort=True), *KNEE.steps[2:]),
        wishes=Wishes(companion=companion),
    )

    plans = propose(knee).plans

    assert by_kind(plans, PlanKind.HELPED).alone == 0
    for plan in plans:
        assert next(one for one in plan.placed if one.step == "doctor").promised.wall.day in {4, 7, 8}


def test_where_no_plan_fits_the_closest_one_says_which_wish_it_breaks() -> None:
    mornings = replace(KNEE, wishes=Wishes(part_of_day=PartOfDay.MORNING))

    answer = propose(mornings)

    assert answer.plans == ()
    assert answer.closest is not None
    assert answer.closest.broken == (Broken(HardRule.PART_OF_DAY, "doctor"),)


def test_most_trips_are_kept_or_said() -> None:
    apart = replace(KNEE, gaps=(Gap("doctor", "blood", 2, 10),))

    assert all(plan.trips <= 2 for plan in propose(replace(apart, wishes=Wishes(most_trips=2))).plans)
    answer = propose(replace(apart, wishes=Wishes(most_trips=1)))
    assert answer.closest is not None
    assert answer.closest.broken == (Broken(HardRule.TRIPS),)


def test_what_care_asks_is_never_given_up() -> None:
    too_late = replace(KNEE, gaps=(Gap("class", "doctor", 20, None),))

    assert propose(too_late).plans == ()
    assert propose(too_late).closest is None


def test_a_step_without_any_time_is_named() -> None:
    nobody = replace(KNEE, steps=(*KNEE.steps, step("scan", someone(9))))

    assert propose(nobody).stuck == ("scan",)


def test_an_approval_that_ends_is_kept() -> None:
    approved = replace(KNEE.steps[1], last_on=at(2, 0).date())

    answer = propose(replace(KNEE, steps=(KNEE.steps[0], approved, KNEE.steps[2]), gaps=()))

    assert all(one.promised.wall.day == 30 for plan in answer.plans for one in plan.placed if one.step == "doctor")


def test_over_a_change_of_the_clocks_days_are_days_on_the_wall() -> None:
    # On Sunday 8 March 2027 comes an hour less; 97 days after Monday 30 November is Sunday 7 March.
    nurse = someone(1, *(span(day, 8, 12) for day in range(100, 110)))
    late = Journey("late", (step("a", nurse), step("b", nurse)), (Gap("b", "a", 7, 7),), window(120))

    (plan,) = propose(late).plans

    first, second = plan.placed
    assert (second.promised.wall - first.promised.wall).days == 7
    assert find_broken(late, plan) == ()


@settings(max_examples=150, deadline=None)
@given(journeys())
def test_every_plan_keeps_every_rule_and_none_is_worse_in_everything(journey: Journey) -> None:
    answer = propose(journey)

    for plan in answer.plans:
        assert find_broken(journey, plan) == ()
        assert not any(
            all(m <= n for m, n in zip(marks(other), marks(plan), strict=True)) and marks(other) != marks(plan)  # type: ignore[operator]
            for other in answer.plans
        )
    assert len({tuple(one.promised.at for one in plan.placed) + tuple(one.step for one in plan.placed)
                for plan in answer.plans}) == len(answer.plans)  # fmt: skip
    if answer.closest is not None:
        assert answer.plans == ()
        assert answer.closest.broken
        assert {one.rule for one in answer.closest.broken} <= set(WISHES)


@settings(max_examples=60, deadline=None)
@given(journeys(), st.integers(0, 1000))
def test_the_order_in_which_things_are_said_changes_nothing(journey: Journey, lot: int) -> None:
    dice = Random(lot)  # noqa: S311
    steps = [
        replace(ask, needs=tuple(tuple(dice.sample(need, len(need))) for need in ask.needs)) for ask in journey.steps
    ]
    dice.shuffle(steps)
    shuffled = replace(
        journey, steps=tuple(steps), gaps=tuple(dice.sample(journey.gaps, len(journey.gaps))),
    )  # fmt: skip

    assert propose(shuffled) == propose(journey)


def first_available(journey: Journey, order: tuple[str, ...]) -> bool:
    """Tell whether placing the steps in this order, each at the first time that breaks nothing, gets all of them in."""
    placed: list[object] = []
    for key in order:
        ask = next(one for one in journey.steps if one.key == key)
        alone = replace(journey, steps=(ask,), gaps=(), busy=(*journey.busy, *placed))  # type: ignore[arg-type]
        plans = propose(alone).plans
        if not plans:
            return False
        one = plans[0].placed[0]
        placed.append(span_of(one.promised.at, one.ends_at))
    return True


def span_of(start: object, end: object) -> object:
    return type(window(1))(start, end)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(journeys(steps=3, days=5))
def test_who_can_be_placed_by_trying_every_order_is_placed(journey: Journey) -> None:
    free = replace(
        journey,
        gaps=(),
        # Without gaps around visits: whoever tries the orders knows when the patient is busy, and nobody else.
        steps=tuple(replace(ask, place="", length=VisitLength(ask.length.minutes)) for ask in journey.steps),
        wishes=replace(journey.wishes, most_trips=None),
    )
    orders = permutations(ask.key for ask in free.steps)

    if any(first_available(free, order) for order in orders):
        assert propose(free).plans
