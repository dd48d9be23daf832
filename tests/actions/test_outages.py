"""Somebody is out: visits move in one press, patients are told once, what is left has a loop, and all can be undone."""

import json
from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloop.actions.calendars import add_visit_type
from careloop.actions.itineraries import book_itinerary, hold_itinerary, stop_after_step
from careloop.actions.outages import (
    enter_outage,
    leave_forgotten,
    leave_to_person,
    move_for_outage,
    put_back,
    undo_outage,
)
from careloop.actions.scheduling import confirm_visit
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Purpose
from careloop.facts.itineraries import PlanAsk, StepHold
from careloop.facts.outages import Moved, NeedsPerson, NewPlace, OutagePage, OutAsk
from careloop.facts.scheduling import Held, VisitTypeDraft
from careloop.reads.itineraries import get_plan_page
from careloop.reads.outages import get_outage_page
from careloop.rules.outages import read_place
from tests.actions.look import ask, broken_invariants
from tests.actions.places import MONDAY, Places
from tests.actions.records import bring_cared_for, person
from tests.actions.visits import at, booked, hold, refusal, row
from tests.formats.fhir.samples import bundle, entry
from tests.people import NOW, House, find_patient, system, take_in

pytestmark = pytest.mark.django_db
ON = MONDAY.date()


@pytest.fixture
def out(places: Places) -> OutAsk:
    """Return that Dr. Rivera is out on the Monday."""
    return OutAsk(places.rivera, ON, ON)


def enter(who: Acting, what: OutAsk) -> UUID:
    return enter_outage(who, what, reason="sick", key=str(uuid4()))


def move_all(who: Acting, page: OutagePage, outage: UUID) -> int:
    """Move every line that has times, as the form does."""
    count = 0
    for line in page.lines:
        if line.person is None:
            count += move_for_outage(who, line.key, codes(line.code), outage_id=outage)
    return count


def codes(code: str) -> list[NewPlace]:
    found = [read_place(one) for one in code.split()]
    assert None not in found
    return found  # type: ignore[return-value]


def told(patient: UUID) -> list[tuple[str, int]]:
    """Return state and number of sentences of the loops in which a patient is told."""
    rows = ask(
        "SELECT state, jsonb_array_length(because) FROM loop WHERE patient_id = %s AND finding_key LIKE 'outage:%%'",
        patient,
    )
    return [(state, count) for state, count in rows]


def state(held: Held) -> str:
    return str(row(held)[0])


def test_the_preview_says_where_each_visit_moves_and_changes_nothing(
    dana: Acting, rosa: UUID, ben: UUID, places: Places, out: OutAsk
) -> None:
    first, _ = booked(dana, rosa, places.talk_at(9))
    second, _ = booked(dana, ben, places.scan_at(10))
    booked(dana, ben, places.talk_at(14, who=places.chen))

    page = get_outage_page(dana, ask=out)

    assert {line.key for line in page.lines} == {first.booking_id, second.booking_id}
    (line,) = [one for one in page.lines if one.patient_id == rosa]
    (visit,) = line.visits
    assert visit.to is not None
    assert f"{visit.to.wall:%d %H:%M}" == "24 09:00"
    assert [pick.name for pick in visit.picks] == ["Dr. Ana Rivera"]
    assert (line.told.key, page.others, page.outage, page.ready) == ("outage.told_call", 0, None, 2)
    assert (state(first), state(second)) == ("booked", "booked")


def test_a_preview_of_many_asks_the_database_as_often_as_one_of_few(
    house: House, dana: Acting, places: Places, out: OutAsk
) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert get_outage_page(dana, ask=out).ready
        return len(seen)

    booked(dana, bring_cared_for(house, "p0", person("p0")), places.talk_at(9))
    few = count()
    for hour in range(10, 16):
        booked(dana, bring_cared_for(house, f"p{hour}", person(f"p{hour}")), places.scan_at(hour))

    assert count() == few


def test_visits_move_patients_are_told_once_and_nothing_new_is_booked_there(
    dana: Acting, rosa: UUID, ben: UUID, places: Places, out: OutAsk
) -> None:
    one, _ = booked(dana, rosa, places.talk_at(9))
    two, _ = booked(dana, rosa, places.talk_at(11))
    three, _ = booked(dana, ben, places.scan_at(10))
    page = get_outage_page(dana, ask=out)

    outage = enter(dana, out)
    assert move_all(dana, page, outage) == 3

    assert [row(held)[0::3] for held in (one, two, three)] == [("bumped", "provider_away")] * 3
    assert told(rosa) == [("to_do", 2)]
    assert told(ben) == [("to_do", 1)]
    after = get_outage_page(dana, outage_id=outage)
    assert (after.lines, [line.became for line in after.done]) == ((), [Moved.MOVED] * 3)
    assert all(line.now and line.now.wall.date() > ON and line.loop_is_open for line in after.done)
    assert refusal(lambda: hold(dana, ben, places.talk_at(15))) == "refusal.time_taken"
    assert broken_invariants() == {}


def test_pressing_twice_or_by_two_people_moves_once(
    house: House, dana: Acting, rosa: UUID, places: Places, out: OutAsk
) -> None:
    booked(dana, rosa, places.talk_at(9))
    page = get_outage_page(dana, ask=out)
    outage = enter(dana, out)
    lee = house.acting("lee")

    assert [move_all(dana, page, outage), move_all(dana, page, outage)] == [1, 0]
    assert enter(lee, out) == outage
    assert get_outage_page(lee, ask=out).outage.id == outage  # type: ignore[union-attr]
    assert move_all(lee, page, outage) == 0
    assert ask("SELECT count(*) FROM booking WHERE patient_id = %s", rosa) == [(2,)]


def test_a_time_that_was_taken_leaves_the_visit_and_the_next_one_is_shown(
    dana: Acting, rosa: UUID, ben: UUID, places: Places, out: OutAsk
) -> None:
    kept, _ = booked(dana, rosa, places.talk_at(9))
    page = get_outage_page(dana, ask=out)
    booked(dana, ben, replace(places.talk_at(9), wall=MONDAY.replace(hour=9) + timedelta(days=1)))
    outage = enter(dana, out)

    assert refusal(lambda: move_all(dana, page, outage)) == "refusal.time_taken"

    (line,) = get_outage_page(dana, outage_id=outage).lines
    assert state(kept) == "booked"
    assert line.visits[0].to
    assert line.visits[0].to != page.lines[0].visits[0].to
    assert move_all(dana, get_outage_page(dana, outage_id=outage), outage) == 1


def test_what_is_left_out_gets_a_loop_once(dana: Acting, rosa: UUID, places: Places, out: OutAsk) -> None:
    held, _ = booked(dana, rosa, places.talk_at(9))
    outage = enter(dana, out)

    done = [leave_to_person(dana, held.booking_id, outage_id=outage, why=NeedsPerson.CHOSEN) for _ in range(2)]

    assert done == [True, False]
    (line,) = get_outage_page(dana, outage_id=outage).done
    assert (line.became, line.why[0].key, line.loop_is_open) == (Moved.LEFT, "outage.person.chosen", True)
    assert ask("SELECT count(*) FROM loop WHERE finding_key = %s", f"hours:{held.booking_id}") == [(1,)]


def test_everything_goes_back_within_ten_minutes(
    dana: Acting, rosa: UUID, ben: UUID, places: Places, out: OutAsk
) -> None:
    one, version = booked(dana, rosa, places.talk_at(9))
    confirm_visit(dana, one.booking_id, version=version)
    left, _ = booked(dana, ben, places.talk_at(11))
    page = get_outage_page(dana, ask=out)
    outage = enter(dana, out)
    move_for_outage(dana, one.booking_id, codes(page.lines[0].code), outage_id=outage)
    leave_to_person(dana, left.booking_id, outage_id=outage, why=NeedsPerson.CHOSEN)
    soon = at(dana, NOW + timedelta(minutes=9))

    undo_outage(soon, outage_id=outage)
    (new, other) = [line.booking_id for line in get_outage_page(soon, outage_id=outage).done]
    assert [put_back(soon, new, outage_id=outage), put_back(soon, other, outage_id=outage)] == [1, 0]
    assert put_back(soon, new, outage_id=outage) == 0

    again = ask("SELECT starts_wall, state FROM booking WHERE patient_id = %s AND occupies", rosa)
    assert again == [(MONDAY.replace(hour=9), "confirmed")]
    loops = ask("SELECT outcome FROM loop WHERE patient_id IN (%s, %s) AND kind = 'task'", rosa, ben)
    assert loops == [("withdrawn_clinically",)] * 2
    assert ask("SELECT count(*) FROM calendar_day WHERE outage_id = %s", outage) == [(0,)]
    assert refusal(lambda: move_all(soon, page, outage)) == "refusal.outage_undone"
    assert broken_invariants() == {}


def test_where_the_old_place_is_taken_the_visit_stays_and_the_patient_is_told(
    dana: Acting, rosa: UUID, ben: UUID, places: Places, out: OutAsk
) -> None:
    booked(dana, rosa, places.talk_at(9))
    outage = enter(dana, out)
    move_all(dana, get_outage_page(dana, ask=out), outage)
    undo_outage(dana, outage_id=outage)
    booked(dana, ben, places.talk_at(9))

    (line,) = get_outage_page(dana, outage_id=outage).done
    assert put_back(dana, line.booking_id, outage_id=outage) == 0

    (after,) = get_outage_page(dana, outage_id=outage).done
    assert (after.became, after.booking_id) == (Moved.STAYS, line.booking_id)
    assert told(rosa) == [("to_do", 1)]


def test_after_ten_minutes_nothing_is_undone(dana: Acting, out: OutAsk) -> None:
    outage = enter(dana, out)
    late = at(dana, NOW + timedelta(minutes=10, seconds=1))

    assert refusal(lambda: undo_outage(late, outage_id=outage)) == "refusal.outage_undo_over"


def test_an_outage_that_cannot_be_is_refused(dana: Acting, out: OutAsk) -> None:
    backwards = replace(out, last_on=ON - timedelta(days=1))
    over = replace(out, first_on=date(2026, 11, 19), last_on=date(2026, 11, 19))
    half = replace(out, opens=time(9))

    assert [refusal(lambda one=one: enter(dana, one)) for one in (backwards, over, half)] == [
        "refusal.calendar_hours", "refusal.outage_past", "refusal.calendar_hours",
    ]  # fmt: skip
    assert [get_outage_page(dana, ask=one).unread is None for one in (backwards, over, half)] == [False] * 3


def test_a_closed_place_takes_everybody_there_with_it(dana: Acting, rosa: UUID, places: Places) -> None:
    booked(dana, rosa, places.scan_at(10))
    morning = OutAsk(places.site, ON, ON, time(9), time(12))

    page = get_outage_page(dana, ask=morning)

    (line,) = page.lines
    assert line.visits[0].to
    assert f"{line.visits[0].to.wall:%d %H:%M}" == "23 12:00"
    outage = enter(dana, morning)
    assert move_all(dana, page, outage) == 1
    assert refusal(lambda: hold(dana, rosa, places.talk_at(9))) == "refusal.time_taken"


def test_visits_of_another_team_are_counted_and_become_tasks_by_themselves(
    house: House, dana: Acting, places: Places, out: OutAsk
) -> None:
    take_in(json.dumps(bundle(entry(person("kay")))).encode(), house.south)
    kay, kim = find_patient("kay"), house.acting("kim")
    booked(kim, kay, places.talk_at(9))
    outage = enter(dana, out)

    page = get_outage_page(dana, outage_id=outage)
    assert (page.lines, page.others) == ((), 1)
    assert len(get_outage_page(kim, outage_id=outage).lines) == 1
    later = NOW + timedelta(minutes=31)
    rounds = [leave_forgotten(system(Purpose.SWEEP, when), how_many=10) for when in (NOW, later, later)]

    assert rounds == [0, 1, 0]
    assert ask("SELECT state FROM loop WHERE patient_id = %s AND kind = 'task'", kay) == [("to_do",)]


def test_a_form_of_another_visit_or_of_none_is_not_there(
    house: House, dana: Acting, rosa: UUID, ben: UUID, places: Places, out: OutAsk
) -> None:
    mine, _ = booked(dana, rosa, places.talk_at(9))
    free, version = booked(dana, ben, places.talk_at(14, who=places.chen))
    outage = enter(dana, out)
    new = NewPlace(free.booking_id, version, MONDAY.replace(hour=16), (places.chen,))

    for key, form in ((mine.booking_id, [new]), (free.booking_id, [new])):
        with pytest.raises(NotFound):
            move_for_outage(dana, key, form, outage_id=outage)
    with pytest.raises(NotFound):
        enter(house.acting("tom"), out)
    assert leave_to_person(dana, free.booking_id, outage_id=outage, why=NeedsPerson.CHOSEN) is False
    stale = replace(new, booking_id=mine.booking_id, version=version - 1)
    assert (
        refusal(lambda: move_for_outage(dana, mine.booking_id, [stale], outage_id=outage)) == "refusal.booking_changed"
    )


def plan_care(house: House, who: Acting, patient: UUID, places: Places) -> UUID:
    """Book a workup of four steps for a patient; return the itinerary."""
    for name, minutes in (
        ("Heart tracing", 20),
        ("Heart doctor", 40),
        ("Heart ultrasound", 45),
        ("Talk about the results", 30),
    ):
        add_visit_type(house.acting("sol"), VisitTypeDraft(name, minutes, people=(places.rivera,)))
    page = get_plan_page(who, patient, ask=PlanAsk("cardiac_workup"))
    choice = {line.step.key: line.choice for line in page.lines}
    plan = page.proposal.plans[0]  # type: ignore[union-attr]
    steps = tuple(
        StepHold(one.step, choice[one.step].visit_type_id, one.promised.wall, one.picks)  # type: ignore[union-attr]
        for one in plan.placed
    )
    made = hold_itinerary(who, patient, "cardiac_workup", steps, key=str(uuid4()))
    book_itinerary(who, patient, itinerary_id=made)
    return made


def test_steps_of_an_itinerary_move_together_and_keep_their_order(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    plan_care(house, dana, rosa, places)
    (before,) = get_plan_page(dana, rosa).itineraries
    first = before.steps[0].promised
    assert first is not None
    week = OutAsk(places.rivera, first.wall.date(), first.wall.date() + timedelta(days=6))

    page = get_outage_page(dana, ask=week)
    (line,) = page.lines
    outage = enter(dana, week)
    assert move_all(dana, page, outage) == len(line.visits)

    (after,) = get_plan_page(dana, rosa).itineraries
    assert [step.broken for step in after.steps] == [()] * 4
    assert told(rosa) == [("to_do", len(line.visits))]
    assert broken_invariants() == {}


def test_steps_that_wait_for_a_clinician_are_left_to_a_person(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    made = plan_care(house, dana, rosa, places)
    stop_after_step(dana, rosa, itinerary_id=made, step="heart_tracing", note="odd")
    (row_,) = get_plan_page(dana, rosa).itineraries
    last = row_.steps[-1].promised
    assert last is not None

    (line,) = get_outage_page(dana, ask=OutAsk(places.rivera, last.wall.date(), last.wall.date())).lines

    assert line.person is NeedsPerson.CLINICIAN
