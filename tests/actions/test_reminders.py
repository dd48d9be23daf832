"""Reminders of visits are planned when a visit changes, follow it in the same transaction, and end with it."""

from dataclasses import replace
from datetime import UTC, datetime, time
from uuid import UUID

import pytest

from careloop.actions.reminders import pause_reminders, plan_due_reminders, resume_reminders, set_ladder
from careloop.actions.scheduling import cancel_visit, confirm_visit, move_visit
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting
from careloop.facts.consents import Road
from careloop.facts.reminders import ReminderKind, Rung
from careloop.facts.scheduling import CancelledBy, CancelReason
from tests.actions.look import ask, ask_json, ask_one, broken_invariants
from tests.actions.places import Places
from tests.actions.reminding import far, lines, plan, sweep
from tests.actions.visits import booked, refusal
from tests.people import House

pytestmark = pytest.mark.django_db

PLANNED = [("confirm", "planned", ""), ("call", "planned", ""), ("day_before", "planned", "")]


def test_a_booked_visit_gets_its_ladder_once(dana: Acting, places: Places, rosa: UUID) -> None:
    held, _version = booked(dana, rosa, far(places))

    assert plan() == 1
    assert lines(held.booking_id) == PLANNED
    assert ask_one(
        "SELECT due_at FROM reminder WHERE booking_id = %s AND kind = 'confirm'", held.booking_id
    ) == datetime(2026, 12, 14, 15, tzinfo=UTC)
    assert ask_json("SELECT skipped FROM reminder_plan WHERE booking_id = %s", held.booking_id) == [
        ["prepare", "nothing_to_prepare"]
    ]
    # Nothing changed: nothing is done.
    assert plan() == 0
    assert broken_invariants() == {}


def test_what_has_to_be_prepared_is_reminded_of(dana: Acting, places: Places, rosa: UUID) -> None:
    held, _version = booked(dana, rosa, far(places, scan=True))

    plan()

    assert [kind for kind, _state, _why in lines(held.booking_id)] == ["confirm", "prepare", "call", "day_before"]


def test_who_says_yes_is_not_asked_any_more(dana: Acting, places: Places, rosa: UUID) -> None:
    held, version = booked(dana, rosa, far(places))
    plan()

    version = confirm_visit(dana, held.booking_id, version=version)

    # In the same transaction the reminders follow the visit; which of them are needless the worker says.
    assert ask("SELECT DISTINCT booking_version FROM reminder WHERE booking_id = %s", held.booking_id) == [(version,)]
    assert broken_invariants() == {}
    plan()
    assert lines(held.booking_id) == [
        ("confirm", "withdrawn", "said_yes"),
        ("call", "withdrawn", "said_yes"),
        ("day_before", "planned", ""),
    ]


def test_a_visit_that_moves_takes_its_reminders_with_it(dana: Acting, places: Places, rosa: UUID) -> None:
    held, version = booked(dana, rosa, far(places))
    plan()

    new = move_visit(
        dana, held.booking_id, far(places, 14), version=version, by=CancelledBy.PATIENT,
        reason=CancelReason.WORK_OR_FAMILY, key="move",
    )  # fmt: skip

    assert {state for _kind, state, _why in lines(held.booking_id)} == {"withdrawn"}
    assert broken_invariants() == {}
    plan()
    assert lines(new) == PLANNED


def test_a_visit_that_is_cancelled_withdraws_them_at_once(dana: Acting, places: Places, rosa: UUID) -> None:
    held, version = booked(dana, rosa, far(places))
    plan()

    cancel_visit(dana, held.booking_id, version=version, by=CancelledBy.PATIENT, reason=CancelReason.SICK)

    assert {(state, why) for _kind, state, why in lines(held.booking_id)} == {("withdrawn", "ended")}
    assert broken_invariants() == {}


def test_the_clinics_ladder_is_kept_and_its_visits_are_planned_again(
    house: House, dana: Acting, places: Places, rosa: UUID
) -> None:
    held, _version = booked(dana, rosa, far(places))
    plan()
    sol = house.acting("sol")
    own = Rung(ReminderKind.CONFIRM, 10, time(9), (Road.EMAIL,), 24)

    assert set_ladder(sol, visit_type_id=places.talk, rungs=[own]) == 1
    assert plan() == 1
    assert lines(held.booking_id) == [PLANNED[0], ("confirm", "withdrawn", "ladder"), *PLANNED[1:]]
    # The same again changes nothing; back to seven days, and the first one stands again.
    assert set_ladder(sol, visit_type_id=places.talk, rungs=[own]) == 0
    set_ladder(sol, visit_type_id=places.talk, rungs=[replace(own, days_before=7, at=time(10))])
    plan()
    assert lines(held.booking_id) == [("confirm", "withdrawn", "ladder"), *PLANNED]
    assert ask_one("SELECT count(*) FROM reminder_rung WHERE replaced_at IS NOT NULL") == 1


def test_a_ladder_is_set_by_who_keeps_the_calendars(house: House, dana: Acting, places: Places) -> None:
    own = Rung(ReminderKind.CONFIRM, 10, time(9), (Road.EMAIL,), 24)
    sol = house.acting("sol")

    with pytest.raises(NotFound):
        set_ladder(dana, visit_type_id=places.talk, rungs=[own])
    assert refusal(lambda: set_ladder(sol, visit_type_id=places.talk, rungs=[own, own])) == "refusal.rung_twice"
    with pytest.raises(NotFound):
        set_ladder(sol, visit_type_id=places.rivera, rungs=[own])
    with pytest.raises(Refusal):
        set_ladder(sol, visit_type_id=places.talk, rungs=[replace(own, days_before=0)])


def test_a_pause_has_a_reason_and_an_end(dana: Acting, places: Places, rosa: UUID) -> None:
    held, version = booked(dana, rosa, far(places))

    assert refusal(lambda: pause_reminders(dana, held.booking_id, reason=" ")) == "refusal.pause_reason"
    pause_reminders(dana, held.booking_id, reason="In the hospital")
    assert refusal(lambda: pause_reminders(dana, held.booking_id, reason="Again")) == "refusal.reminders_paused"
    assert ask("SELECT pause_reason, paused_by_id FROM reminder_plan WHERE booking_id = %s", held.booking_id) == [
        ("In the hospital", dana.person_id)
    ]
    resume_reminders(dana, held.booking_id)
    assert refusal(lambda: resume_reminders(dana, held.booking_id)) == "refusal.reminders_not_paused"
    told = ask(
        "SELECT say->>'key', note FROM loop_event WHERE loop_id = %s ORDER BY version DESC LIMIT 2", held.loop_id
    )
    assert told == [("event.reminders_resumed", ""), ("event.reminders_paused", "In the hospital")]
    cancel_visit(dana, held.booking_id, version=version, by=CancelledBy.PATIENT, reason=CancelReason.SICK)
    assert refusal(lambda: pause_reminders(dana, held.booking_id, reason="Late")) == "refusal.reminders_none"


def test_reminders_are_the_own_teams(house: House, dana: Acting, places: Places, rosa: UUID) -> None:
    held, _version = booked(dana, rosa, far(places))

    with pytest.raises(NotFound):
        pause_reminders(house.acting("kim"), held.booking_id, reason="Mine")


def test_many_visits_are_planned_in_few_statements(
    dana: Acting, places: Places, rosa: UUID, ben: UUID, django_assert_max_num_queries: object
) -> None:
    for hour in range(9, 13):
        booked(dana, rosa if hour % 2 else ben, far(places, hour))

    with django_assert_max_num_queries(22):  # type: ignore[operator]
        assert plan_due_reminders(sweep(), how_many=100) == 4
