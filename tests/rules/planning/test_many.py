"""Plans for many who need the same people: every rule is kept between them, and who is harmed most goes first."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.clinics import first_available, make_clinic
from careloop.facts.itineraries import Journey
from careloop.rules.planning.keep import find_broken_together
from careloop.rules.planning.many import plan_many
from tests.rules.planning.made import daily, journeys, someone, span, step, window

# One doctor with a single half hour on Monday and all of Tuesday.
DOCTOR = someone(1, span(0, 9, 9.5), span(1, 9, 12))
ONE = Journey("first to call", (step("a", DOCTOR),), (), window(5))


def test_who_is_harmed_most_by_waiting_gets_the_first_time_whoever_called_first() -> None:
    urgent = replace(ONE, key="urgent", weight=8)

    placed = plan_many([ONE, urgent])

    assert [(journey.key, plan.placed[0].promised.wall.day) for journey, plan in placed.plans] == [
        ("first to call", 1), ("urgent", 30),
    ]  # fmt: skip
    assert (placed.cost, placed.trips, placed.unplaced) == (2 + 8, 2, ())


def test_who_fits_only_one_time_gets_it_also_from_somebody_who_could_go_elsewhere() -> None:
    other = daily(2, range(5))
    anywhere = replace(ONE, key="anywhere", weight=8, steps=(replace(ONE.steps[0], needs=((DOCTOR, other),)),))
    only = someone(1, span(0, 9, 9.5))
    narrow = replace(ONE, key="narrow", steps=(step("a", only),))

    assert plan_many([anywhere, narrow]).unplaced == ()


def test_who_cannot_be_placed_is_named() -> None:
    only = replace(ONE, steps=(step("a", someone(1, span(0, 9, 9.5))),))

    assert plan_many([only, replace(only, key="second", weight=2)]).unplaced == ("first to call",)


@settings(max_examples=25, deadline=None)
@given(st.lists(journeys(steps=3, days=5), min_size=2, max_size=4))
def test_no_two_plans_take_the_same_person_at_once(drawn: list[Journey]) -> None:
    # People of the same number are one person: all journeys are given the calendar of the first that has them.
    known = {c.id: c for journey in reversed(drawn) for ask in journey.steps for need in ask.needs for c in need}
    same = [
        replace(
            journey,
            key=f"patient {number}",
            steps=tuple(
                replace(ask, needs=tuple(tuple(known[c.id] for c in n) for n in ask.needs)) for ask in journey.steps
            ),
        )
        for number, journey in enumerate(drawn)
    ]

    placed = plan_many(same)

    assert find_broken_together(placed.plans) == ()
    assert len(placed.plans) + len(placed.unplaced) == len(same)


def test_on_a_clinic_of_the_bench_it_leaves_nobody_out_and_costs_less_than_the_first_free_times() -> None:
    clinic = make_clinic(0)

    ours, desk = plan_many(clinic), first_available(clinic)

    assert (ours.unplaced, desk.unplaced) == ((), ())
    assert find_broken_together(ours.plans) == find_broken_together(desk.plans) == ()
    assert ours.cost < 0.8 * desk.cost
    assert ours.trips < desk.trips
    assert plan_many(clinic) == ours
