"""A record with messages is deleted whole: what was written and how it was understood goes with it."""

from dataclasses import replace
from uuid import UUID

import pytest

from careloop.actions.answer_corrections import correct_answer
from careloop.actions.answers import say_whose
from careloop.actions.consents import add_member
from careloop.actions.retention import confirm_deletion, propose_deletion
from careloop.actions.threads import begin_thread, hold_thread, note_call
from careloop.facts.answers import Meaning
from careloop.facts.consents import MemberDraft, Relation
from careloop.facts.outbox import ThreadWith
from tests.actions.answering import hear
from tests.actions.look import ask_one, broken_invariants
from tests.cli.old_records import THEN
from tests.people import House, give_to, later

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("verified")]
CELL = "(217) 555-0177"
TABLES = ("answer", "answer_correction", "answer_review", "thread_lock")


def test_messages_go_with_the_record(house: House, uma: UUID, rosa: UUID) -> None:
    give_to(house, "dana", rosa)
    dana = house.acting("dana", at=later(minutes=1))
    luis = add_member(dana, rosa, MemberDraft("Luis Tran", Relation.CHILD, phone=CELL))
    thread = begin_thread(dana, rosa, partner=ThreadWith.MEMBER, key=luis)
    hear("She is well my dear", address="+12175550177", at=later(minutes=2))
    correct_answer(
        replace(dana, at=later(minutes=3)), rosa, message_id=ask_one("SELECT message_id FROM answer"),
        meaning=Meaning.YES, why="She said so.",
    )  # fmt: skip
    hear("And this is my other phone", address="+12175550199", at=later(minutes=3))
    say_whose(replace(dana, at=later(minutes=4)), rosa, review_id=ask_one("SELECT id FROM answer_review"))
    note_call(replace(dana, at=later(minutes=5)), rosa, thread_id=thread, words="Agreed.")
    hold_thread(replace(dana, at=later(minutes=6)), rosa, thread_id=thread)
    first = house.acting("sol", at=THEN)

    propose_deletion(first, rosa)
    deleted = confirm_deletion(replace(first, person_id=uma), rosa)

    assert [deleted.rows[table] for table in TABLES] == [2, 1, 1, 1]
    for table in (*TABLES, "message", "thread", "inbox_item"):
        assert ask_one(f"SELECT count(*) FROM {table}") == 0
    assert broken_invariants() == {}
