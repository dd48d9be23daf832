"""A visit here that was missed moves its referral in the same transaction, and a mistake puts all of it right."""

from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions import scheduling
from careloop.actions.missed_visits import correct_no_show
from careloop.actions.people import join_care_team
from careloop.actions.referral_visits import set_date
from careloop.actions.scheduling import note_no_show
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.visits import Barrier, Deed
from careloop.reads.visits import get_visit_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.places import Places
from tests.actions.referring import make, send, version
from tests.actions.visits import NINE, at, book_visit, booked, hold, refusal
from tests.people import House

pytestmark = pytest.mark.django_db
AFTER_NINE, AFTER_TWO = NINE + timedelta(minutes=20), NINE + timedelta(hours=5, minutes=20)


def referred(house: House, who: Acting, patient: UUID, booking: UUID) -> UUID:
    """Return a referral that is to be seen at a visit here."""
    join_care_team(house.acting("sol"), [patient], person_id=house.id_of("asha"), part="clinician")
    key = make(who, house, patient)
    send(who, key)
    set_date(who, key, version=version(who, key), booking_id=booking)
    return key


def stands(key: UUID) -> tuple[object, ...]:
    (found,) = ask("SELECT state, misses, starts_at IS NOT NULL FROM referral WHERE id = %s", key)
    return found


def state_of(booking: UUID) -> str:
    return str(ask_one("SELECT state FROM booking WHERE id = %s", booking))


def history(key: UUID) -> list[str]:
    rows = ask(
        "SELECT e.say ->> 'key' FROM loop_event e JOIN referral r ON r.loop_id = e.loop_id WHERE r.id = %s"
        " ORDER BY e.version DESC LIMIT 2",
        key,
    )
    return [one for (one,) in rows]


def test_who_does_not_come_moves_the_referral_and_its_history_says_so(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))
    other, _other = booked(dana, rosa, places.talk_at(14))
    key = referred(house, dana, rosa, held.booking_id)
    beside = make(dana, house, rosa, question="Two?", specialty="b")
    assert stands(key) == ("date_set", 0, True)

    note_no_show(at(dana, AFTER_NINE), held.booking_id, version=booking, barrier=Barrier.RIDE, note="No bus")

    assert stands(key) == ("missed", 1, False)
    assert history(key)[0] == "event.referral_missed_here"
    assert ask_one(
        "SELECT l.next_step ->> 'key' FROM loop l JOIN referral r ON r.loop_id = l.id WHERE r.id = %s", key
    ) == ("step.referral_missed")
    assert stands(beside)[0] == "to_send"
    assert state_of(other.booking_id) == "booked"
    assert broken_invariants() == {}


def test_both_are_noted_or_neither(
    house: House, dana: Acting, rosa: UUID, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))
    key = referred(house, dana, rosa, held.booking_id)

    def stop(*_all: object) -> None:
        raise Refusal(Say("refusal.referral_changed"))

    monkeypatch.setattr(scheduling, "follow_missed", stop)
    with pytest.raises(Refusal):
        note_no_show(at(dana, AFTER_NINE), held.booking_id, version=booking)

    assert (state_of(held.booking_id), stands(key)) == ("booked", ("date_set", 0, True))


def test_a_mistake_is_put_right_with_what_shows_it(house: House, dana: Acting, rosa: UUID, places: Places) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))
    key = referred(house, dana, rosa, held.booking_id)
    now = at(dana, AFTER_NINE)
    missed = note_no_show(now, held.booking_id, version=booking)
    assert Deed.CORRECT in get_visit_page(now, held.booking_id).deeds
    assert refusal(lambda: correct_no_show(now, held.booking_id, version=missed, note=" ")) == (
        "refusal.evidence_missing"
    )
    assert refusal(lambda: correct_no_show(now, held.booking_id, version=booking, note="x")) == (
        "refusal.booking_changed"
    )

    correct_no_show(now, held.booking_id, version=missed, note="Signed in at 9:05")

    assert state_of(held.booking_id) == "done"
    assert stands(key) == ("date_set", 0, True)
    assert ask("SELECT starts_at = %s FROM referral WHERE id = %s", NINE, key) == [(True,)]
    assert history(key)[0] == "event.referral_not_missed"
    assert ask("SELECT state, outcome FROM loop WHERE id = %s", held.loop_id) == [("closed", "done")]
    assert Deed.CORRECT not in get_visit_page(now, held.booking_id).deeds
    assert broken_invariants() == {}


def test_a_referral_that_has_moved_on_stays_where_it_is(house: House, dana: Acting, rosa: UUID, places: Places) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))
    key = referred(house, dana, rosa, held.booking_id)
    now = at(dana, AFTER_NINE)
    missed = note_no_show(now, held.booking_id, version=booking)
    later, _version = booked(now, rosa, places.talk_at(14))
    set_date(now, key, version=version(now, key), booking_id=later.booking_id)

    correct_no_show(now, held.booking_id, version=missed, note="Signed in at 9:05")

    assert stands(key) == ("date_set", 1, True)
    assert ask("SELECT booking_id FROM referral WHERE id = %s", key) == [(later.booking_id,)]


def test_the_question_to_a_clinician_goes_with_the_mistake_and_another_visit_comes_first(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    join_care_team(house.acting("sol"), [rosa], person_id=house.id_of("asha"), part="clinician")
    held, booking = booked(dana, rosa, places.talk_at(9))
    first = at(dana, AFTER_NINE)
    missed = note_no_show(first, held.booking_id, version=booking)
    again = hold(first, rosa, places.talk_at(14), loop_id=held.loop_id)
    assert refusal(lambda: correct_no_show(first, held.booking_id, version=missed, note="Was here")) == (
        "refusal.visit_still_booked"
    )
    booking = book_visit(first, again.booking_id, token=again.token)
    second = at(dana, AFTER_TWO)
    missed = note_no_show(second, again.booking_id, version=booking)
    asked = "SELECT state FROM loop WHERE finding_key LIKE 'visit:%%'"
    assert ask(asked) == [("to_do",)]

    correct_no_show(second, again.booking_id, version=missed, note="Was in the other room")

    assert ask(asked) == [("closed",)]
    assert ask("SELECT state FROM loop WHERE id = %s", held.loop_id) == [("closed",)]
    assert broken_invariants() == {}


def test_what_was_cancelled_stays_so(dana: Acting, rosa: UUID, places: Places) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))

    assert refusal(lambda: correct_no_show(dana, held.booking_id, version=booking, note="x")) == "refusal.booking_move"
