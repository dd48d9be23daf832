"""Itineraries: planned, held all at once or not at all, booked, and looked at again when a step changes."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from careloop.actions.calendars import add_visit_type
from careloop.actions.itineraries import book_itinerary, go_on_after_step, hold_itinerary, stop_after_step
from careloop.actions.scheduling import cancel_visit, hold_visit, note_no_show, release_due_holds
from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.facts.access import Acting, Purpose
from careloop.facts.itineraries import HardRule, ItineraryRow, Plan, PlanAsk, PlanKind, StepChoice, StepHold
from careloop.facts.scheduling import BookingState, CancelledBy, CancelReason, VisitAsk, VisitTypeDraft
from careloop.reads.itineraries import get_plan_page
from tests.actions.look import ask, broken_invariants
from tests.actions.places import Places, make_places
from tests.actions.records import bring_cared_for, person
from tests.actions.visits import at, refusal
from tests.people import NOW, House, system

pytestmark = pytest.mark.django_db
HEART = PlanAsk("cardiac_workup")
LEFT_OUT = {"kidney_blood_test", "heart_ct"}


@pytest.fixture(scope="module")
def places(house: House) -> Places:
    made = make_places(house)
    sol = house.acting("sol")
    for name, minutes, room in (
        ("Heart tracing", 20, "exam"), ("heart doctor", 40, ""), ("Ecografía del corazón", 45, ""),
        ("Talk about the results", 30, ""),
    ):  # fmt: skip
        add_visit_type(sol, VisitTypeDraft(name, minutes, room_sort=room))
    return made


@pytest.fixture
def rosa(house: House, places: Places) -> UUID:
    return bring_cared_for(house, "rosa", person("rosa"))


def plans_of(who: Acting, patient: UUID, what: PlanAsk = HEART) -> tuple[Plan, ...]:
    proposal = get_plan_page(who, patient, ask=what).proposal
    assert proposal is not None
    return proposal.plans


def holds_of(who: Acting, patient: UUID, plan: Plan, what: PlanAsk = HEART) -> tuple[StepHold, ...]:
    lines = {line.step.key: line.choice for line in get_plan_page(who, patient, ask=what).lines}
    return tuple(
        StepHold(one.step, lines[one.step].visit_type_id, one.promised.wall, one.picks)  # type: ignore[union-attr]
        for one in plan.placed
        if one.picks
    )


def hold_all(who: Acting, patient: UUID) -> UUID:
    steps = holds_of(who, patient, plans_of(who, patient)[0])
    return hold_itinerary(who, patient, "cardiac_workup", steps, key=str(uuid4()))


def row_of(who: Acting, patient: UUID) -> ItineraryRow:
    (found,) = get_plan_page(who, patient).itineraries
    return found


def loop_of(row: ItineraryRow) -> tuple[str, str]:
    ((state, step),) = ask("SELECT state, base_step->>'key' FROM loop WHERE id = %s", row.loop_id)
    return state, step


def test_steps_are_done_by_visits_of_the_same_name_in_either_language_and_the_others_are_left_out(
    dana: Acting, rosa: UUID
) -> None:
    page = get_plan_page(dana, rosa, ask=HEART)

    assert {line.step.key for line in page.lines if line.choice is None} == LEFT_OUT
    (plan, *_more) = plans_of(dana, rosa)
    assert {one.step for one in plan.placed} == {"heart_tracing", "heart_doctor", "heart_ultrasound", "result_visit"}
    assert all(page.names[pick] for one in plan.placed for pick in one.picks)


def test_all_times_are_held_on_one_loop_for_the_whole_and_one_for_each_visit(dana: Acting, rosa: UUID) -> None:
    hold_all(dana, rosa)

    row = row_of(dana, rosa)
    assert [step.state for step in row.steps] == [BookingState.HELD] * 4
    assert row.held_until == NOW + timedelta(minutes=15)
    assert loop_of(row) == ("started", "step.itinerary_book")
    assert ask("SELECT count(*) FROM loop WHERE parent_id = %s AND kind = 'visit'", row.loop_id) == [(4,)]
    assert broken_invariants() == {}


def test_a_plan_that_is_held_can_be_booked_whole(dana: Acting, rosa: UUID) -> None:
    key = hold_all(dana, rosa)

    assert book_itinerary(dana, rosa, itinerary_id=key) == 4

    row = row_of(dana, rosa)
    assert {step.state for step in row.steps} == {BookingState.BOOKED}
    assert loop_of(row) == ("started", "step.itinerary_see_through")
    assert refusal(lambda: book_itinerary(dana, rosa, itinerary_id=key)) == "refusal.itinerary_nothing_held"


def test_where_one_time_was_taken_nothing_is_held_and_only_that_step_moves(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    plan = plans_of(dana, rosa)[0]
    steps = holds_of(dana, rosa, plan)
    last = steps[-1]
    ben = bring_cared_for(house, "ben", person("ben"))
    other = next(one for one in plan.placed if one.step == last.key)
    hold_visit(dana, ben, VisitAsk(places.talk, last.wall, (other.picks[0],)), key=str(uuid4()))

    assert refusal(lambda: hold_itinerary(dana, rosa, "cardiac_workup", steps, key="a")) == "refusal.step_taken"

    assert get_plan_page(dana, rosa).itineraries == ()
    assert ask("SELECT count(*) FROM booking WHERE patient_id = %s", rosa) == [(0,)]
    pins = tuple((one.step, one.promised.at) for one in plan.placed)
    proposal = get_plan_page(dana, rosa, ask=replace(HEART, pins=pins)).proposal
    assert proposal is not None
    # Another of the same specialty may have that time: then nothing has to move at all.
    moved = {one.step for again in proposal.plans for one in again.placed if one.promised.at != dict(pins)[one.step]}
    assert moved <= {last.key}
    hold_itinerary(dana, rosa, "cardiac_workup", holds_of(dana, rosa, proposal.plans[0]), key="b")
    assert len(row_of(dana, rosa).steps) == 4


def test_the_same_request_twice_holds_once(dana: Acting, rosa: UUID) -> None:
    steps = holds_of(dana, rosa, plans_of(dana, rosa)[0])

    first = hold_itinerary(dana, rosa, "cardiac_workup", steps, key="same")

    assert hold_itinerary(dana, rosa, "cardiac_workup", steps, key="same") == first
    assert len(get_plan_page(dana, rosa).itineraries) == 1


def test_a_step_that_is_cancelled_is_said_on_the_loop_and_planned_again_around_the_others(
    dana: Acting, rosa: UUID
) -> None:
    key = hold_all(dana, rosa)
    book_itinerary(dana, rosa, itinerary_id=key)
    before = row_of(dana, rosa)
    doctor = next(step for step in before.steps if step.key == "heart_doctor")
    assert doctor.booking_id is not None
    cancel_visit(dana, doctor.booking_id, version=2, by=CancelledBy.PATIENT, reason=CancelReason.RIDE)

    row = row_of(dana, rosa)
    assert loop_of(row) == ("started", "step.itinerary_plan_again")
    again = replace(HEART, itinerary_id=key)
    plan = plans_of(dana, rosa, again)[0]
    kept = {step.key: step.promised for step in before.steps if step.key != "heart_doctor"}
    assert {one.step: one.promised for one in plan.placed if one.step in kept} == kept
    hold_itinerary(dana, rosa, "cardiac_workup", holds_of(dana, rosa, plan, again), key="new", itinerary_id=key)

    row = row_of(dana, rosa)
    assert len(row.steps) == 4
    assert loop_of(row) == ("started", "step.itinerary_book")
    assert broken_invariants() == {}


def test_a_step_that_was_missed_twice_gets_no_third_time_before_a_clinician_has_decided(
    dana: Acting, rosa: UUID
) -> None:
    key = hold_all(dana, rosa)
    book_itinerary(dana, rosa, itinerary_id=key)
    again = replace(HEART, itinerary_id=key)

    def miss_the_last(who: Acting) -> Acting:
        last = max(row_of(who, rosa).steps, key=lambda step: step.promised.at)
        after = replace(who, at=last.promised.at + timedelta(hours=1))
        note_no_show(after, last.booking_id, version=2)
        return after

    once = miss_the_last(dana)
    hold_itinerary(once, rosa, "cardiac_workup", holds_of(once, rosa, plans_of(once, rosa, again)[0], again),
                   key="second", itinerary_id=key)  # fmt: skip
    book_itinerary(once, rosa, itinerary_id=key)
    twice = miss_the_last(once)
    third = holds_of(twice, rosa, plans_of(twice, rosa, again)[0], again)

    said = refusal(lambda: hold_itinerary(twice, rosa, "cardiac_workup", third, key="third", itinerary_id=key))

    assert said == "refusal.visit_clinician_decides"
    assert broken_invariants() == {}


def test_a_hold_that_runs_out_is_said_on_the_loop_of_the_whole(dana: Acting, rosa: UUID) -> None:
    hold_all(dana, rosa)

    release_due_holds(system(Purpose.SWEEP, NOW + timedelta(minutes=16)), how_many=10)

    row = row_of(dana, rosa)
    assert {step.state for step in row.steps} == {BookingState.RELEASED}
    assert loop_of(row) == ("started", "step.itinerary_plan_again")


def test_a_result_that_is_not_right_stops_what_comes_after_it_until_the_clinician_lets_it_go_on(
    dana: Acting, rosa: UUID
) -> None:
    key = hold_all(dana, rosa)
    book_itinerary(dana, rosa, itinerary_id=key)

    stop_after_step(dana, rosa, itinerary_id=key, step="heart_doctor", note="New murmur, asked Dr. Chen")

    row = row_of(dana, rosa)
    assert {step.key for step in row.steps if step.waits_for == "heart_doctor"} == {"heart_ultrasound", "result_visit"}
    assert loop_of(row) == ("started", "step.itinerary_ask_clinician")
    assert ask("SELECT severity FROM loop WHERE id = %s", row.loop_id) == [(3,)]
    go_on_after_step(dana, rosa, itinerary_id=key, step="heart_doctor", note="Dr. Chen: go on")
    assert not any(step.waits_for for step in row_of(dana, rosa).steps)
    assert loop_of(row) == ("started", "step.itinerary_see_through")


def test_times_out_of_order_are_refused(dana: Acting, rosa: UUID) -> None:
    steps = {one.key: one for one in holds_of(dana, rosa, plans_of(dana, rosa)[0])}
    early = replace(steps["heart_doctor"], wall=datetime(2026, 11, 23, 9, 0))  # noqa: DTZ001
    late = replace(steps["heart_tracing"], wall=datetime(2026, 11, 24, 9, 0))  # noqa: DTZ001

    said = refusal(lambda: hold_itinerary(dana, rosa, "cardiac_workup", (early, late), key="x"))

    assert said == "refusal.itinerary_order"


@pytest.mark.parametrize(
    ("template", "count", "said"),
    [("healing", 4, "refusal.itinerary_unknown"), ("cardiac_workup", 0, "refusal.itinerary_no_steps"),
     ("colonoscopy", 4, "refusal.itinerary_step_unknown")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_words(
    dana: Acting, rosa: UUID, template: str, count: int, said: str
) -> None:
    steps = holds_of(dana, rosa, plans_of(dana, rosa)[0])[:count]

    assert refusal(lambda: hold_itinerary(dana, rosa, template, steps, key="x")) == said


def test_a_note_is_needed_and_the_step_must_be_one_of_the_plan(dana: Acting, rosa: UUID) -> None:
    key = hold_all(dana, rosa)

    assert refusal(lambda: stop_after_step(dana, rosa, itinerary_id=key, step="heart_doctor", note=" ")) == (
        "refusal.itinerary_note"
    )
    assert refusal(lambda: stop_after_step(dana, rosa, itinerary_id=key, step="heart_ct", note="odd")) == (
        "refusal.itinerary_step_unknown"
    )


def test_wishes_are_kept_and_what_breaks_them_is_said(dana: Acting, rosa: UUID) -> None:
    one_trip = get_plan_page(dana, rosa, ask=replace(HEART, most_trips=1)).proposal
    fridays = plans_of(dana, rosa, replace(HEART, weekdays=frozenset({5}), companion_days=frozenset({5})))

    assert one_trip is not None
    assert one_trip.closest is not None
    assert [broken.rule for broken in one_trip.closest.broken] == [HardRule.TRIPS]
    assert {placed.promised.wall.isoweekday() for plan in fridays for placed in plan.placed} == {5}
    assert any(PlanKind.HELPED in plan.kinds and plan.alone == 0 for plan in fridays)


def test_days_before_today_are_not_planned(dana: Acting, rosa: UUID) -> None:
    plans = plans_of(dana, rosa, replace(HEART, since_on=date(2026, 1, 1)))

    assert all(one.promised.at > NOW for plan in plans for one in plan.placed)


def test_nobody_of_another_team_sees_or_holds_a_plan(house: House, dana: Acting, rosa: UUID) -> None:
    steps = holds_of(dana, rosa, plans_of(dana, rosa)[0])
    key = hold_all(dana, rosa)
    kim = at(house.acting("kim"), NOW)

    for deed in (
        lambda: get_plan_page(kim, rosa, ask=HEART),
        lambda: hold_itinerary(kim, rosa, "cardiac_workup", steps, key="k"),
        lambda: book_itinerary(kim, rosa, itinerary_id=key),
        lambda: stop_after_step(kim, rosa, itinerary_id=key, step="heart_doctor", note="x"),
        lambda: go_on_after_step(kim, rosa, itinerary_id=key, step="heart_doctor", note="x"),
        lambda: book_itinerary(dana, rosa, itinerary_id=UUID(int=9)),
    ):
        with pytest.raises(NotFound):
            deed()


def test_a_step_that_nobody_can_do_is_named_with_the_reason(dana: Acting, rosa: UUID, places: Places) -> None:
    lines = get_plan_page(dana, rosa, ask=HEART).lines
    kind = next(line.choice for line in lines if line.step.key == "heart_doctor")
    assert kind is not None
    odd = StepChoice("heart_ct", kind.visit_type_id)

    page = get_plan_page(dana, rosa, ask=replace(HEART, choices=(odd,)))

    assert page.lacking == (("heart_ct", Say("refusal.visit_with_whom")),)
    assert page.proposal is not None
    assert page.proposal.stuck == ("heart_ct",)
