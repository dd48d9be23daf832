"""Words of danger in what offices write: a person is there within minutes, no reply goes, and notices do not count."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from careloop.actions.offices import note_office_answer
from careloop.actions.worklist import finish_loop
from careloop.facts.access import Acting
from careloop.facts.offices import HeardBy
from careloop.facts.worklist import Outcome
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.test_offices import die, office, rosa, run, thread
from tests.actions.test_packet_sending import Desk, desk
from tests.actions.writing_to_offices import mail_in, write
from tests.outgoing import after
from tests.people import House, later

__all__ = ["desk", "office", "rosa", "thread"]

pytestmark = pytest.mark.django_db


def called() -> list[Any]:
    return ask(
        "SELECT title ->> 'key', title -> 'values' ->> 'name', severity, owner_id, due_at, patient_id FROM loop"
        " WHERE check_name = 'answer' ORDER BY id"
    )


def test_words_of_danger_in_the_mail_of_an_office_bring_a_person_within_minutes_and_no_reply_goes(
    dana: Acting, rosa: UUID, thread: UUID, desk: Desk
) -> None:
    write(dana, rosa, thread)
    run(desk, after(seconds=11))
    (mail,) = desk.took
    ours = f"RE: {mail['Subject']}"

    mail_in("She told us that she wants to die. I want to die, she said.", at=after(hours=1), subject=ours)
    mail_in("Please read.", at=after(hours=2), subject=f"{ours} SUICIDAL")
    mail_in("On Monday.\n\nIf this is an emergency, please call 911.", at=after(hours=3), subject=ours)
    mail_in(
        "Away. Call 911 in an emergency: chest pain.", at=after(hours=3), subject=ours, Auto_Submitted="auto-replied"
    )

    assert called() == [
        ("answer.urgent_office", "Bayview Heart", 4, None, after(hours=1, minutes=15), rosa),
        ("answer.urgent_office", "Bayview Heart", 4, None, after(hours=2, minutes=15), rosa),
    ]
    assert ask("SELECT meaning, did, loop_id IS NOT NULL FROM answer ORDER BY at") == [
        ("urgent", "loop", True), ("urgent", "loop", True), ("words", "person", False), ("words", "noted", False),
    ]  # fmt: skip
    assert ask("SELECT count(*) FROM message WHERE direction = 'out'") == [(1,)]
    assert broken_invariants() == {}


def test_words_of_danger_that_are_noted_by_hand_bring_a_person_too(dana: Acting, rosa: UUID, thread: UUID) -> None:
    note_office_answer(
        dana, rosa, thread_id=thread, by=HeardBy.FAX, words="Her husband threatens me, she says.", is_owed=False
    )

    assert [one[0] for one in called()] == ["answer.urgent_office"]


def test_danger_about_somebody_who_has_died_stands_in_the_teams_queue_without_their_name(
    house: House, dana: Acting, rosa: UUID, thread: UUID
) -> None:
    die(house, rosa)
    at = replace(dana, at=later(minutes=2))

    note_office_answer(at, rosa, thread_id=thread, by=HeardBy.FAX, words="Her son says: I want to die.", is_owed=False)

    ((title, name, _severity, _owner, _due, patient),) = called()
    assert (title, name, patient) == ("answer.urgent_office", "Bayview Heart", None)
    loop = ask_one("SELECT id FROM loop WHERE check_name = 'answer'")
    assert "her son" not in str(ask_one("SELECT because::text FROM loop WHERE id = %s", loop)).lower()
    finish_loop(at, loop, version=1, outcome=Outcome.DONE, note="Called him.")
    assert broken_invariants() == {}
