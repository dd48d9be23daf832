"""Reminders that are due go once, by a road that is open, and only while the visit stands; answers do what they say."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from careloop.actions.outages import enter_outage, move_for_outage, put_back, undo_outage
from careloop.actions.reminders import pause_reminders, resume_reminders
from careloop.actions.scheduling import bump_visit, cancel_visit, confirm_visit
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right
from careloop.facts.outages import NewPlace, OutAsk
from careloop.facts.reminders import ReminderAnswer
from careloop.facts.scheduling import CancelledBy, CancelReason, Held
from careloop.guard.doors import creating
from careloop.records.models import Patient
from careloop.worklist.reminders import answer_reminder, find_reminder
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.places import Places
from tests.actions.reminding import far, lines, plan, send
from tests.actions.visits import booked, hold, refusal
from tests.outgoing import bring_reachable
from tests.people import NOW, House

pytestmark = pytest.mark.django_db

# Monday, 21 December 2026 at 9:00 in New York, and the rungs before it.
CONFIRM = datetime.fromisoformat("2026-12-14T15:00+00:00")
PREPARE = datetime.fromisoformat("2026-12-18T15:00+00:00")
CALL = datetime.fromisoformat("2026-12-19T14:00+00:00")
DAY_BEFORE = datetime.fromisoformat("2026-12-20T15:00+00:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_reachable(house)


@creating(needs=Right.LOOP_WRITE, about=Patient)
def answers(acting: Acting, patient: Patient, reminder_id: UUID, answer: ReminderAnswer) -> UUID | None:
    """A door as the hub has one, for what came in."""
    return answer_reminder(acting, reminder_id, answer)


def out(patient: UUID) -> list[tuple[Any, ...]]:
    return ask(
        "SELECT m.situation, o.road, o.state FROM outbox o JOIN message m ON m.id = o.message_id"
        " WHERE o.patient_id = %s ORDER BY o.queued_at, o.id", patient,
    )  # fmt: skip


def key_of(held: Held, kind: str) -> UUID:
    return UUID(str(ask_one("SELECT id FROM reminder WHERE booking_id = %s AND kind = %s", held.booking_id, kind)))


def loops(patient: UUID) -> list[tuple[Any, ...]]:
    return ask(
        "SELECT title->>'key', state, owner_id IS NOT NULL OR queue_id IS NOT NULL FROM loop"
        " WHERE patient_id = %s AND kind = 'task' ORDER BY opened_at, id", patient,
    )  # fmt: skip


def test_each_rung_goes_once_when_it_is_due(dana: Acting, places: Places, rosa: UUID) -> None:
    held, _version = booked(dana, rosa, far(places, scan=True))
    plan()

    assert send(CONFIRM - MINUTE) == 0
    assert send(CONFIRM) == 1
    assert send(CONFIRM) == 0
    assert out(rosa) == [("reminder_confirm", "text", "waiting")]
    assert send(PREPARE) == 1
    assert out(rosa)[1:] == [("reminder_prepare", "email", "waiting")]
    words = ask_one("SELECT words FROM message WHERE situation = 'reminder_prepare'")
    assert "Bring all your medicines" in words
    assert "We can help with a ride." in words
    assert ask("SELECT booking_id, booking_version FROM outbox WHERE patient_id = %s LIMIT 1", rosa) == [
        (held.booking_id, 2)
    ]
    assert broken_invariants() == {}


def test_a_worker_that_slept_does_not_remind_late(dana: Acting, places: Places, rosa: UUID) -> None:
    held, _version = booked(dana, rosa, far(places))
    plan()

    send(CONFIRM + timedelta(days=3))

    assert lines(held.booking_id)[0] == ("confirm", "withdrawn", "too_late")
    assert out(rosa) == []


def test_who_cannot_be_written_to_is_called(house: House, dana: Acting, places: Places, ben: UUID) -> None:
    held, _version = booked(dana, ben, far(places))
    plan()

    send(CONFIRM)
    send(CALL)

    assert lines(held.booking_id)[:2] == [("confirm", "withdrawn", "no_road"), ("call", "called", "")]
    assert loops(ben) == [("reminder.call_title", "to_do", True)]
    because = ask_one("SELECT because::text FROM loop WHERE patient_id = %s AND kind = 'task'", ben)
    assert "reminder.unanswered" in because
    assert "reminder.never_asked" in because
    # Said on the telephone: nobody needs to call any more.
    confirm_visit(house.acting("dana", at=CALL), held.booking_id, version=2)
    plan(CALL)
    assert loops(ben) == [("reminder.call_title", "closed", True)]


def test_visits_of_one_patient_that_nobody_confirmed_are_one_call(dana: Acting, places: Places, rosa: UUID) -> None:
    first, _version = booked(dana, rosa, far(places, 9))
    second, _version = booked(dana, rosa, far(places, 11))
    plan()
    send(CONFIRM)

    send(CALL)

    assert loops(rosa) == [("reminder.call_title", "to_do", True)]
    said = ask_one("SELECT jsonb_array_length(because) FROM loop WHERE patient_id = %s AND kind = 'task'", rosa)
    assert said == 3
    loop = ask_one("SELECT id FROM loop WHERE patient_id = %s AND kind = 'task'", rosa)
    confirm_visit(dana, first.booking_id, version=2)
    plan()
    assert ask_one("SELECT state FROM loop WHERE id = %s", loop) == "to_do"
    cancel_visit(dana, second.booking_id, version=2, by=CancelledBy.PATIENT, reason=CancelReason.SICK)
    plan()
    assert ask_one("SELECT state FROM loop WHERE id = %s", loop) == "closed"


def test_paused_reminders_do_not_go_and_are_not_made_up_for(dana: Acting, places: Places, rosa: UUID) -> None:
    held, _version = booked(dana, rosa, far(places))
    plan()
    pause_reminders(dana, held.booking_id, reason="In the hospital")

    assert send(CONFIRM) == 0
    assert send(CONFIRM + timedelta(days=3)) == 1
    resume_reminders(dana, held.booking_id)

    assert send(CONFIRM + timedelta(days=3)) == 0
    assert lines(held.booking_id)[0] == ("confirm", "withdrawn", "too_late")
    assert out(rosa) == []


def test_a_yes_confirms_the_visit_and_ends_the_ladder(house: House, dana: Acting, places: Places, rosa: UUID) -> None:
    held, _version = booked(dana, rosa, far(places))
    plan()
    send(CONFIRM)
    key = key_of(held, "confirm")
    assert find_reminder(ask_one("SELECT message_id FROM reminder WHERE id = %s", key)) is None  # Out of every door.

    assert answers(house.acting("dana", at=CONFIRM), rosa, key, ReminderAnswer.YES) is None
    plan(CONFIRM)

    assert ask_one("SELECT state FROM booking WHERE id = %s", held.booking_id) == "confirmed"
    assert lines(held.booking_id) == [
        ("confirm", "answered", ""), ("call", "withdrawn", "said_yes"), ("day_before", "planned", ""),
    ]  # fmt: skip
    # The same again changes nothing.
    assert answers(house.acting("dana", at=CONFIRM), rosa, key, ReminderAnswer.YES) is None
    assert ask_one("SELECT version FROM booking WHERE id = %s", held.booking_id) == 3
    assert broken_invariants() == {}


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        (ReminderAnswer.CHANGE, "reminder.change_title"),
        (ReminderAnswer.NO, "reminder.no_title"),
        (ReminderAnswer.RIDE, "reminder.ride_title"),
    ],
)
def test_any_other_answer_asks_a_person(
    dana: Acting, places: Places, rosa: UUID, answer: ReminderAnswer, title: str
) -> None:
    held, _version = booked(dana, rosa, far(places))
    plan()
    send(CONFIRM)

    loop = answers(dana, rosa, key_of(held, "confirm"), answer)
    again = answers(dana, rosa, key_of(held, "confirm"), answer)

    assert loop == again
    assert loops(rosa) == [(title, "to_do", True)]
    assert ask_one("SELECT state FROM booking WHERE id = %s", held.booking_id) == "booked"


def test_who_has_not_got_the_steps_is_called(dana: Acting, places: Places, rosa: UUID) -> None:
    held, _version = booked(dana, rosa, far(places, scan=True))
    plan()
    send(PREPARE)
    key = key_of(held, "prepare")

    assert answers(dana, rosa, key, ReminderAnswer.YES) is None
    assert answers(dana, rosa, key, ReminderAnswer.NO) is not None
    assert loops(rosa) == [("reminder.prepare_title", "to_do", True)]
    assert ask_one("SELECT state FROM booking WHERE id = %s", held.booking_id) == "booked"


def test_a_yes_to_a_time_that_is_off_is_somebodys_to_put_right(dana: Acting, places: Places, rosa: UUID) -> None:
    held, version = booked(dana, rosa, far(places))
    plan()
    send(CONFIRM)
    cancel_visit(dana, held.booking_id, version=version, by=CancelledBy.CLINIC, reason=CancelReason.PROVIDER_AWAY)

    assert answers(dana, rosa, key_of(held, "confirm"), ReminderAnswer.YES) is not None
    assert loops(rosa) == [("reminder.yes_title", "to_do", True)]


def test_what_did_not_go_and_what_was_not_asked_is_not_answered(
    house: House, dana: Acting, places: Places, rosa: UUID, ben: UUID
) -> None:
    held, _version = booked(dana, rosa, far(places))
    plan()
    key = key_of(held, "confirm")

    assert refusal(lambda: answers(dana, rosa, key, ReminderAnswer.YES)) == "refusal.reminder_old"
    send(CONFIRM)
    assert refusal(lambda: answers(dana, rosa, key, ReminderAnswer.TAKEN)) == "refusal.reminder_answer"
    with pytest.raises(NotFound):
        answers(dana, rosa, held.loop_id, ReminderAnswer.YES)


def test_who_is_moved_gets_one_message_once_it_cannot_be_undone(
    house: House, dana: Acting, places: Places, rosa: UUID
) -> None:
    _outage, new = _move(dana, places, rosa)

    assert send(NOW + timedelta(minutes=9)) == 0
    assert send(NOW + timedelta(minutes=10)) == 1
    assert send(NOW + timedelta(minutes=11)) == 0
    assert out(rosa) == [("visit_moved", "text", "waiting")]
    assert ask_one("SELECT booking_id FROM outbox WHERE patient_id = %s", rosa) == new


def test_a_move_that_is_undone_is_told_to_nobody(dana: Acting, places: Places, rosa: UUID) -> None:
    outage, new = _move(dana, places, rosa)

    undo_outage(dana, outage_id=outage)
    assert put_back(dana, new, outage_id=outage) == 1

    assert send(NOW + timedelta(minutes=10)) == 0
    assert out(rosa) == []
    assert broken_invariants() == {}


def test_whose_time_the_clinic_takes_is_told_unless_there_is_a_new_one(
    dana: Acting, places: Places, rosa: UUID
) -> None:
    first, version = booked(dana, rosa, far(places))
    bump_visit(dana, first.booking_id, version=version, reason=CancelReason.PROVIDER_AWAY)

    assert send(NOW + timedelta(minutes=10)) == 1
    assert out(rosa) == [("visit_cancelled", "text", "waiting")]

    second, version = booked(dana, rosa, far(places, 11))
    bump_visit(dana, second.booking_id, version=version, reason=CancelReason.PROVIDER_AWAY)

    hold(dana, rosa, far(places, 13), loop_id=second.loop_id)
    assert send(NOW + timedelta(minutes=10)) == 1
    assert len(out(rosa)) == 1
    assert lines(second.booking_id) == [("off", "withdrawn", "told")]


def _move(dana: Acting, places: Places, patient: UUID) -> tuple[UUID, UUID]:
    """Move a visit for an outage; return the outage and the new time's key."""
    held, version = booked(dana, patient, far(places))
    on = far(places).wall.date()
    outage = enter_outage(dana, OutAsk(places.rivera, on, on), reason="Sick", key="out")
    place = NewPlace(held.booking_id, version, far(places, 14).wall, (places.chen,))
    assert move_for_outage(dana, held.booking_id, [place], outage_id=outage) == 1
    new = ask_one("SELECT id FROM booking WHERE loop_id = %s AND occupies", held.loop_id)
    return outage, UUID(str(new))
