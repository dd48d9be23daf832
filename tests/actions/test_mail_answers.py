"""Mail that comes in: answered once in the same talk, never to a machine, and a mail that did not arrive is known."""

from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions.outbox_sending import claim_due, hand_over
from careloop.channels.road_email import MailServer
from careloop.channels.settings import ChannelSettings
from careloop.facts.access import Acting, Purpose
from careloop.facts.outbox import Handed, Parcel, Went
from tests.actions.answering import bring_with_phone, land_all, receive
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.mailing import asked_by_mail, bounce, mail_in
from tests.actions.places import Places
from tests.actions.visits import NINE, booked
from tests.people import NOW, House, later, system

pytestmark = pytest.mark.django_db
OUT_OF_OFFICE = "Auto-Submitted: auto-replied\r\n"


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_with_phone(house, language="es")


def replies(patient: UUID) -> list[tuple[str, str]]:
    return [
        (situation, road)
        for situation, road in ask(
            "SELECT m.situation, m.road FROM message m JOIN outbox o ON o.message_id = m.id"
            " WHERE m.patient_id = %s AND o.key LIKE 'answer %%' ORDER BY m.id", patient
        )
    ]  # fmt: skip


def did() -> list[tuple[str, str]]:
    return [tuple(one) for one in ask("SELECT meaning, did FROM answer ORDER BY at, message_id")]


def go(at: object = NOW) -> list[Parcel]:
    """Let all that is due go; return what was handed over."""
    gone: list[Parcel] = []
    who = system(Purpose.SWEEP, at)  # type: ignore[arg-type]

    def take(parcels: object) -> list[Handed]:
        gone.extend(parcels)  # type: ignore[call-overload]
        return [Handed(Went.SENT, f"<{one.outbox_id}@clinic.example>") for one in parcels]  # type: ignore[attr-defined]

    while claimed := claim_due(who, how_many=10):
        if claimed.keys:
            hand_over(who, claimed.keys, take)
    return gone


def test_a_yes_by_mail_confirms_and_is_answered_in_the_same_talk_and_language(
    dana: Acting, rosa: UUID, places: Places
) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))
    name = asked_by_mail(rosa, "reminder_confirm", booking=(held.booking_id, version), when=NINE)

    mail_in("Sí", head=f"In-Reply-To: {name}\r\n", at=later(minutes=5))
    (parcel,) = go(later(minutes=6))

    assert ask_one("SELECT state FROM booking WHERE id = %s", held.booking_id) == "confirmed"
    assert replies(rosa) == [("confirmed_thanks", "email")]
    assert parcel.language == "es"
    mail = MailServer(ChannelSettings({"host": "localhost", "from": "hello@clinic.example"})).write(parcel)
    assert mail["In-Reply-To"] == "<1@patient.example>"
    assert mail["References"] == f"{name} <1@patient.example>"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["Subject"].startswith("Re: ")
    assert broken_invariants() == {}


def test_what_a_mail_names_is_what_it_answers_though_another_went_later(
    dana: Acting, rosa: UUID, places: Places
) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))
    name = asked_by_mail(rosa, "reminder_confirm", booking=(held.booking_id, version), when=NINE)
    asked_by_mail(rosa, "waitlist_taken", at=later(minutes=1))

    mail_in("1", head=f"References: <other@x> {name}\r\n", at=later(minutes=5))

    assert did() == [("yes", "confirmed")]


def test_nobody_gets_more_than_one_reply_a_day_that_went_by_itself_but_for_what_must_be_said(rosa: UUID) -> None:
    mail_in("Mi hijo se mudó y la rodilla está mejor", n=1, at=later(minutes=1))
    mail_in("Otra cosa de la rodilla de mi hijo", n=2, at=later(minutes=2))
    mail_in("ayuda", n=3, at=later(minutes=3))
    mail_in("quiero morir", n=4, at=later(minutes=4))
    mail_in("quiero morir", n=5, at=later(minutes=5))
    mail_in("alto", n=6, at=later(minutes=6))

    assert [one for one, _road in replies(rosa)] == ["unknown_answer", "emergency_answer", "stop_confirmed"]
    assert ask_one("SELECT count(*) FROM loop WHERE title ->> 'key' = 'answer.urgent'") == 2


def test_danger_in_the_subject_of_a_mail_is_danger(rosa: UUID) -> None:
    mail_in("Gracias", head="Subject: Quiero morir\r\n")

    assert did() == [("urgent", "loop")]


def test_a_day_later_one_reply_goes_again(rosa: UUID) -> None:
    mail_in("Mi hijo se mudó", n=1, at=later(minutes=1))
    mail_in("La rodilla está mejor", n=2, at=NOW + timedelta(days=1, minutes=2))

    assert [one for one, _road in replies(rosa)] == ["unknown_answer", "unknown_answer"]


@pytest.mark.parametrize(
    "head",
    [
        OUT_OF_OFFICE, "Auto-Submitted: auto-generated (rejected)\r\n", "Precedence: bulk\r\n", "X-Autoreply: yes\r\n",
        "Return-Path: <>\r\n", "Subject: Out of Office: back on Monday\r\n", "List-Id: <x.example>\r\n",
    ],
)  # fmt: skip
def test_what_a_machine_wrote_is_shown_as_such_moves_nothing_and_gets_no_answer(
    dana: Acting, rosa: UUID, places: Places, head: str
) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))
    name = asked_by_mail(rosa, "reminder_confirm", booking=(held.booking_id, version), when=NINE)

    mail_in("Yes", head=f"{head}In-Reply-To: {name}\r\n", at=later(minutes=5))

    assert did() == [("words", "automatic")]
    assert ask_one("SELECT state FROM booking WHERE id = %s", held.booking_id) == "booked"
    assert replies(rosa) == []
    assert ask("SELECT unread_since, unanswered_since FROM thread") == [(None, None)]
    assert ask("SELECT 1 FROM reminder WHERE state = 'answered'") == []
    assert broken_invariants() == {}


def test_a_person_who_says_of_themselves_that_no_machine_wrote_is_believed(rosa: UUID) -> None:
    mail_in("Gracias", head="Auto-Submitted: no\r\n")

    assert did() == [("words", "person")] or did() == [("yes", "nothing")]


@pytest.mark.parametrize("as_head", [False, True])
def test_a_mail_that_did_not_arrive_is_known_and_an_address_that_is_none_rests(rosa: UUID, as_head: bool) -> None:
    name = asked_by_mail(rosa, "waitlist_taken")

    receive("mail", bounce(name, as_head=as_head), at=later(minutes=1))
    land_all(later(minutes=1))

    assert ask("SELECT state, awaits_word, said FROM outbox") == [("failed", True, "undelivered 5.1.1")]
    assert ask("SELECT frozen_because FROM contact_point WHERE road = 'email'") == [("no such address",)]
    assert ask_one("SELECT count(*) FROM message WHERE direction = 'in'") == 0
    assert broken_invariants() == {}


def test_a_full_mailbox_is_no_wrong_address_and_a_delay_is_no_failure(rosa: UUID) -> None:
    late = asked_by_mail(rosa, "waitlist_taken")
    full = asked_by_mail(rosa, "waitlist_taken", at=later(seconds=1))
    receive("mail", bounce(late, action="delayed", status="4.4.1"))
    receive("mail", bounce(full, status="5.2.2"))
    land_all()

    assert ask("SELECT state FROM outbox ORDER BY id") == [("sent",), ("failed",)]
    assert ask("SELECT frozen_at FROM contact_point WHERE road = 'email'") == [(None,)]


def test_what_is_told_of_a_mail_that_is_none_of_ours_is_read_by_a_person(rosa: UUID) -> None:
    receive("mail", bounce("<who@knows>"))
    land_all()

    assert ask("SELECT why FROM answer_review") == [("unreadable",)]
    assert broken_invariants() == {}


def test_the_same_mail_by_two_ways_is_one_answer(rosa: UUID) -> None:
    mail_in("Gracias por todo señorita", at=later(minutes=1))
    mail_in("Gracias por todo señorita", head="Received: by another way\r\n", at=later(minutes=2))

    assert len(did()) == 1
    assert broken_invariants() == {}
