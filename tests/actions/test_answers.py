"""Answers land: on the right visit or thread, exactly once, in any order; the rest before a person."""

from datetime import timedelta
from random import Random
from uuid import UUID

import pytest

from careloop.actions.answers import raise_unanswered, say_whose, set_aside
from careloop.actions.consents import add_member
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting, Purpose
from careloop.facts.consents import MemberDraft, Relation
from tests.actions.answering import ROSA_CELL, asked_by_text, bring_with_phone, hear, land_all, receive, text_in
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.places import Places
from tests.actions.visits import NINE, booked
from tests.people import NOW, House, later, system

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_with_phone(house)


def reminded(dana: Acting, rosa: UUID, places: Places) -> UUID:
    held, version = booked(dana, rosa, places.talk_at(9))
    asked_by_text(rosa, "reminder_confirm", booking=(held.booking_id, version), when=NINE)
    return held.booking_id


def loops(patient: UUID) -> list[tuple[str, int]]:
    sql = "SELECT title ->> 'key', severity FROM loop WHERE patient_id = %s AND check_name = 'answer' ORDER BY id"
    return [(title, severity) for title, severity in ask(sql, patient)]


def replies(patient: UUID) -> list[str]:
    found = ask(
        "SELECT m.situation FROM message m JOIN outbox o ON o.message_id = m.id"
        " WHERE m.patient_id = %s AND o.key LIKE 'answer %%' ORDER BY m.id", patient
    )  # fmt: skip
    return [one[0] for one in found]


def did() -> list[tuple[str, str]]:
    return [tuple(one) for one in ask("SELECT meaning, did FROM answer ORDER BY at, message_id")]


@pytest.mark.parametrize("words", ["1", "Yes", "Sí, ahí estaré"])
def test_a_yes_confirms_the_visit_that_was_asked_about(dana: Acting, rosa: UUID, places: Places, words: str) -> None:
    booking = reminded(dana, rosa, places)

    hear(words, at=later(minutes=5))

    assert ask_one("SELECT state FROM booking WHERE id = %s", booking) == "confirmed"
    assert replies(rosa) == ["confirmed_thanks"]
    assert did() == [("yes", "confirmed")]
    assert ask_one("SELECT unanswered_since FROM thread WHERE patient_id = %s", rosa) is None
    assert loops(rosa) == []
    assert broken_invariants() == {}


def test_the_same_message_twice_is_one_answer_however_it_comes(dana: Acting, rosa: UUID, places: Places) -> None:
    reminded(dana, rosa, places)
    for n in range(3):
        text_in("1", sid="SM1", at=later(minutes=5))
        # The gateway may send it again with other fields: it is the same message by its name.
        receive("text", f"From=%2B12175550111&Body=1&MessageSid=SM1&n={n}".encode(), at=later(minutes=6))
    land_all(later(minutes=7))
    land_all(later(minutes=8))

    assert did() == [("yes", "confirmed")]
    assert replies(rosa) == ["confirmed_thanks"]
    assert ask_one("SELECT count(*) FROM message WHERE direction = 'in'") == 1


def test_in_whatever_order_they_come_each_is_read_once(dana: Acting, rosa: UUID, places: Places) -> None:
    booking = reminded(dana, rosa, places)
    said = [("1", "SMa"), ("thanks a lot dear", "SMb"), ("I need a ride", "SMc"), ("1", "SMd")]
    deliveries = said * 3
    Random(7).shuffle(deliveries)  # noqa: S311
    for n, (words, sid) in enumerate(deliveries):
        text_in(words, sid=sid, at=later(minutes=5, seconds=n))
        if n % 2:
            land_all(later(minutes=6, seconds=n))
    land_all(later(minutes=9))

    assert sorted(meaning for meaning, _did in did()) == ["ride", "words", "yes", "yes"]
    assert ask_one("SELECT state FROM booking WHERE id = %s", booking) == "confirmed"
    assert loops(rosa) == [("answer.ride", 3)]
    assert broken_invariants() == {}


def test_who_asks_for_another_time_keeps_the_visit_until_a_person_has_agreed_on_one(
    dana: Acting, rosa: UUID, places: Places, house: House
) -> None:
    booking = reminded(dana, rosa, places)

    hear("2", at=later(minutes=5))

    assert ask_one("SELECT state FROM booking WHERE id = %s", booking) == "booked"
    assert loops(rosa) == [("answer.change", 3)]
    owner = ask_one("SELECT owner_id FROM loop WHERE check_name = 'answer'")
    assert owner == house.id_of("dana")


def test_yes_and_a_ride_confirms_and_asks_for_the_ride(dana: Acting, rosa: UUID, places: Places) -> None:
    booking = reminded(dana, rosa, places)

    hear("Sí, pero necesito transporte", at=later(minutes=5))

    assert ask_one("SELECT state FROM booking WHERE id = %s", booking) == "confirmed"
    assert loops(rosa) == [("answer.ride", 3)]


def test_a_yes_to_a_visit_that_moved_meanwhile_confirms_nothing(dana: Acting, rosa: UUID, places: Places) -> None:
    booking = reminded(dana, rosa, places)
    ask("UPDATE booking SET version = version + 1 WHERE id = %s RETURNING id", booking)

    hear("1", at=later(minutes=5))

    assert ask_one("SELECT state FROM booking WHERE id = %s", booking) == "booked"
    assert loops(rosa) == [("answer.moved", 3)]


def test_a_digit_to_nothing_that_was_asked_is_read_by_a_person(rosa: UUID, dana: Acting) -> None:
    asked_by_text(rosa, "waitlist_taken")

    hear("1", at=later(minutes=5))

    assert did() == [("words", "person")]
    assert ask_one("SELECT unanswered_since FROM thread WHERE patient_id = %s", rosa) is not None


@pytest.mark.parametrize("words", ["STOP", "alto", "Por favor ya no me manden mensajes"])
def test_stop_ends_the_texts_at_once_and_one_last_message_says_so(rosa: UUID, words: str) -> None:
    asked_by_text(rosa, "waitlist_taken")

    hear(words, at=later(minutes=5))

    assert ask("SELECT kind, road FROM contact_choice WHERE patient_id = %s", rosa) == [("stop", "text")]
    assert replies(rosa) == ["stop_confirmed"]
    assert ask_one("SELECT is_last_word FROM outbox WHERE key LIKE 'answer %%'") is True
    assert loops(rosa) == [("answer.stopped", 2)]
    hear("What time is my visit?", at=later(minutes=9))
    assert replies(rosa) == ["stop_confirmed"]
    hear("START", at=later(minutes=10))
    assert replies(rosa) == ["stop_confirmed", "start_confirmed"]


def test_what_waits_for_somebody_who_stopped_does_not_go(rosa: UUID) -> None:
    asked_by_text(rosa, "waitlist_taken")
    hear("not now", at=later(minutes=1))
    waiting = ask_one("SELECT count(*) FROM outbox WHERE state = 'waiting'")

    hear("STOP", at=later(minutes=5))

    assert waiting == 1
    withdrawn = ask("SELECT stopped_because FROM outbox WHERE state = 'withdrawn'")
    assert withdrawn == [("stopped",)]


def test_danger_reaches_a_person_within_minutes_and_nothing_medical_is_answered(rosa: UUID, house: House) -> None:
    hear("STOP. I want to die", at=later(minutes=5))
    hear("no", at=later(minutes=6))

    ((title, severity, owner, queue, due),) = ask(
        "SELECT title ->> 'key', severity, owner_id, queue_id, due_at FROM loop"
        " WHERE check_name = 'answer' AND severity = 4"
    )
    assert (title, severity, owner, queue) == ("answer.urgent", 4, None, house.north)
    assert due == later(minutes=20, seconds=1)
    assert replies(rosa) == ["emergency_answer"]
    assert ask("SELECT kind FROM contact_choice") == [("stop",)]
    assert broken_invariants() == {}


def test_words_for_a_person_wait_on_the_thread_and_become_a_loop_in_time(
    rosa: UUID, house: House, dana: Acting
) -> None:
    hear("My knee is better but my son moved", at=later(minutes=5))
    asked = system(Purpose.SWEEP, later(hours=24))

    assert did() == [("words", "person")]
    assert replies(rosa) == ["unknown_answer"]
    assert raise_unanswered(asked, how_many=10) == 0
    late = system(Purpose.SWEEP, later(hours=24, minutes=6))
    assert raise_unanswered(late, how_many=10) == 1
    assert raise_unanswered(late, how_many=10) == 0
    ((title, owner),) = ask("SELECT title ->> 'key', owner_id FROM loop WHERE check_name = 'thread_unanswered'")
    assert (title, owner) == ("answer.unanswered", house.id_of("dana"))


def test_at_night_the_answer_says_when_texts_are_read_and_only_once(rosa: UUID) -> None:
    night = NOW + timedelta(hours=10)
    hear("Are you there my friend", at=night)
    hear("Hello again my friend", at=night + timedelta(minutes=5))

    assert replies(rosa) == ["quiet_hours"]


def test_an_unknown_number_waits_for_a_name(house: House, rosa: UUID, dana: Acting) -> None:
    hear("This is Rosa, new phone, call me", address="+12175559999", at=later(minutes=5))

    ((review, why),) = ask("SELECT id, why FROM answer_review")
    ((title, queue),) = ask("SELECT title ->> 'key', queue_id FROM loop WHERE check_name = 'answer_whose'")
    assert (why, title, queue) == ("unknown", "answer.whose", house.north)
    assert did() == []
    with pytest.raises(NotFound):
        say_whose(house.acting("kim"), rosa, review_id=review)
    say_whose(dana, rosa, review_id=review, keeps_address=True)
    assert did() == [("words", "person")]
    assert ask_one("SELECT state FROM loop WHERE check_name = 'answer_whose'") == "closed"
    with pytest.raises(Refusal):
        say_whose(dana, rosa, review_id=review)
    hear("thank you", address="+12175559999", at=later(minutes=9))
    assert len(did()) == 2
    assert broken_invariants() == {}


def test_what_is_nobodys_is_set_aside_with_the_reason(house: House, rosa: UUID, dana: Acting) -> None:
    hear("You won a prize", address="+12175559999", at=later(minutes=5))
    review = ask_one("SELECT id FROM answer_review")

    with pytest.raises(Refusal):
        set_aside(dana, review_id=review, reason=" ")
    set_aside(dana, review_id=review, reason="Advertising")

    assert ask("SELECT state, because FROM inbox_item") == [("done", "Advertising")]
    assert broken_invariants() == {}


def test_a_number_of_two_patients_is_put_before_a_person_and_its_stop_holds_for_both(
    house: House, rosa: UUID, dana: Acting
) -> None:
    ben = bring_with_phone(house, "ben")
    asked_by_text(rosa, "waitlist_taken")
    asked_by_text(ben, "waitlist_taken")

    hear("1", at=later(minutes=5))
    hear("STOP", at=later(minutes=6))

    assert did() == []
    assert [one[0] for one in ask("SELECT why FROM answer_review")] == ["shared", "shared"]
    assert {one[0] for one in ask("SELECT patient_id FROM contact_choice WHERE kind = 'stop'")} == {rosa, ben}


def test_a_member_of_the_circle_with_the_patients_number_is_whoever_was_written_to(
    house: House, rosa: UUID, dana: Acting
) -> None:
    asked_by_text(rosa, "waitlist_taken")
    add_member(dana, rosa, MemberDraft("Luis Tran", Relation.CHILD, phone=ROSA_CELL))

    hear("on my way dear", at=later(minutes=5))

    assert ask("SELECT partner FROM thread t JOIN message m ON m.thread_id = t.id WHERE direction = 'in'") == [
        ("patient",)
    ]


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"nonsense", b"From=12&Body=x", b"From=%2B12175550111"])
def test_what_cannot_be_read_is_kept_and_put_before_a_person(house: House, body: bytes) -> None:
    receive("text", body)
    land_all(later(minutes=1))

    assert ask("SELECT why FROM answer_review") == [("unreadable",)]
    assert broken_invariants() == {}


MAIL = (
    "From: Rosa <rosa@patient.example>\r\nTo: hello@clinic.example\r\nMessage-ID: <1@patient.example>\r\n"
    "Subject: Re: A message for you\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    "\r\nNo tengo quien me lleve\r\n\r\nOn Mon, Nov 23, 2026 Dana wrote:\r\n> Your visit is Monday\r\n> Reply STOP\r\n"
)


def test_an_e_mail_lands_as_a_text_does_without_what_it_quotes(rosa: UUID, dana: Acting, places: Places) -> None:
    reminded(dana, rosa, places)
    receive("mail", MAIL.encode())
    land_all(later(minutes=1))

    assert did() == [("ride", "loop")]
    assert ask("SELECT words, road FROM message WHERE direction = 'in'") == [("No tengo quien me lleve", "email")]
    assert ask("SELECT kind FROM contact_choice") == []
