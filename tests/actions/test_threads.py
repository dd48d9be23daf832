"""Threads through their doors: answered, taken back, kept in hand, given on, put off; and what is shown of them."""

import json
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from careloop.actions import threads as acts
from careloop.actions.answers import raise_unanswered
from careloop.actions.consents import add_member, give_consent
from careloop.actions.documents import add_document
from careloop.actions.threads import Wording
from careloop.basics.refusals import NotFound, Refusal
from careloop.catalog.part2 import load_notice
from careloop.facts.access import Acting, Purpose
from careloop.facts.consents import ConsentDraft, ConsentPurpose, GivenHow, MemberDraft, Relation, Road, Topic
from careloop.facts.outbox import Direction, OutState, ThreadWith
from careloop.facts.threads import Box, ThreadPage
from careloop.reads.threads import get_new_thread_page, get_thread_page, get_threads_page
from tests.actions.answering import bring_with_phone, hear
from tests.actions.look import ask, ask_one, broken_invariants
from tests.people import NOW, House, later, system

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_with_phone(house)


@pytest.fixture
def thread(dana: Acting, rosa: UUID) -> UUID:
    return acts.begin_thread(dana, rosa, partner=ThreadWith.PATIENT)


def own(words: str = "We found a ride for you.", **changes: object) -> Wording:
    return replace(Wording(Road.TEXT, Topic.VISITS, str(uuid4()), words=words), **changes)  # type: ignore[arg-type]


def page(who: Acting, thread: UUID) -> ThreadPage:
    return get_thread_page(who, thread_id=thread)


def refused(do: object) -> str:
    with pytest.raises(Refusal) as no:
        do()  # type: ignore[operator]
    return no.value.say.key


def test_an_answer_goes_out_and_nothing_is_owed_any_more(dana: Acting, rosa: UUID, thread: UUID) -> None:
    hear("Can my daughter come with me", at=later(minutes=1))
    at = replace(dana, at=later(minutes=5))
    before = page(at, thread)
    acts.send_message(at, rosa, thread_id=thread, wording=own("Yes, she can come."))
    after = page(at, thread)

    assert (before.row.is_unread, before.row.answer_by) == (True, later(hours=24, minutes=1, seconds=1))
    assert (after.row.is_unread, after.row.answer_by) == (False, None)
    line = after.lines[-1]
    assert (line.direction, line.state, line.words) == (Direction.OUT, OutState.HELD, "Yes, she can come.")
    assert line.undo_until == later(minutes=5, seconds=10)
    assert line.may_withdraw
    assert [one.direction for one in after.lines] == [Direction.IN, Direction.OUT, Direction.OUT]
    assert broken_invariants() == {}


def test_within_ten_seconds_it_is_taken_back_and_the_answer_is_owed_again(
    dana: Acting, rosa: UUID, thread: UUID
) -> None:
    hear("Can my daughter come with me", at=later(minutes=1))
    at = replace(dana, at=later(minutes=5))
    key = acts.send_message(at, rosa, thread_id=thread, wording=own())
    acts.take_back_message(replace(dana, at=later(minutes=5, seconds=4)), rosa, message_id=key)

    assert page(at, thread).lines[-1].state is OutState.WITHDRAWN
    assert page(at, thread).row.answer_by == later(hours=24, minutes=1, seconds=1)
    assert refused(lambda: acts.take_back_message(at, rosa, message_id=key)) == "refusal.thread_gone"


def test_the_same_form_twice_is_one_message(dana: Acting, rosa: UUID, thread: UUID) -> None:
    wording = own()

    assert acts.send_message(dana, rosa, thread_id=thread, wording=wording) == acts.send_message(
        dana, rosa, thread_id=thread, wording=wording
    )
    assert ask_one("SELECT count(*) FROM outbox") == 1


def test_what_others_may_see_does_not_go_and_a_letter_may_say_it(dana: Acting, rosa: UUID, thread: UUID) -> None:
    secret = own("Your diabetes talk is set.")

    look = acts.look_at_message(dana, rosa, thread_id=thread, wording=secret)
    assert [say.key for say in look.stops] == ["message_private.condition"]
    assert refused(lambda: acts.send_message(dana, rosa, thread_id=thread, wording=secret)) == "refusal.outbox_private"
    assert ask_one("SELECT count(*) FROM message") == 0


def test_a_look_shows_the_very_words_that_go(dana: Acting, rosa: UUID, thread: UUID) -> None:
    wording = own("Bring {your} list.")
    look = acts.look_at_message(dana, rosa, thread_id=thread, wording=wording)
    acts.send_message(dana, rosa, thread_id=thread, wording=wording)

    assert ask_one("SELECT pieces ->> 'text' FROM message") == look.composed.pieces[0][1]
    assert "Bring {your} list." in look.composed.pieces[0][1]
    assert look.may_go


def test_whoever_begins_to_write_keeps_the_thread_for_some_minutes(
    house: House, dana: Acting, rosa: UUID, thread: UUID
) -> None:
    lee = house.acting("lee", at=later(minutes=1))
    acts.look_at_message(dana, rosa, thread_id=thread, wording=own())

    assert page(lee, thread).answering == "Dana"
    assert page(dana, thread).answering == ""
    for do in (
        lambda: acts.send_message(lee, rosa, thread_id=thread, wording=own()),
        lambda: acts.hold_thread(lee, rosa, thread_id=thread),
    ):
        assert refused(do) == "refusal.thread_taken"
    then = replace(lee, at=later(minutes=5))
    assert page(then, thread).answering == ""
    acts.send_message(then, rosa, thread_id=thread, wording=own())


def test_notes_stay_among_us_and_answer_nothing_and_a_call_does(dana: Acting, rosa: UUID, thread: UUID) -> None:
    hear("Please call me about Monday", at=later(minutes=1))
    at = replace(dana, at=later(minutes=5))
    acts.add_note(at, rosa, thread_id=thread, words="She hears badly: speak slowly.")
    assert page(at, thread).row.answer_by is not None
    acts.note_call(replace(dana, at=later(minutes=6)), rosa, thread_id=thread, words="Agreed on Tuesday.")

    shown = page(at, thread)
    assert shown.row.answer_by is None
    assert [one.direction for one in shown.lines[-2:]] == [Direction.NOTE, Direction.CALL]
    assert ask_one("SELECT count(*) FROM outbox WHERE key NOT LIKE 'answer %%'") == 0


def test_an_answer_ends_the_loop_that_said_it_was_owed(dana: Acting, rosa: UUID, thread: UUID) -> None:
    hear("Please call me about Monday", at=later(minutes=1))
    raise_unanswered(system(Purpose.SWEEP, later(hours=25)), how_many=9)
    assert ask_one("SELECT state FROM loop WHERE check_name = 'thread_unanswered'") == "to_do"

    acts.send_message(replace(dana, at=later(hours=26)), rosa, thread_id=thread, wording=own())

    assert ask_one("SELECT state FROM loop WHERE check_name = 'thread_unanswered'") == "closed"


def test_somebody_of_the_circle_is_written_to_only_with_consent(dana: Acting, rosa: UUID) -> None:
    luis = add_member(dana, rosa, MemberDraft("Luis Tran", Relation.CHILD, phone="(217) 555-0177"))
    key = acts.begin_thread(dana, rosa, partner=ThreadWith.MEMBER, key=luis)
    wording = own("The visit is on Monday.")

    assert page(dana, key).hearing == ()
    assert refused(lambda: acts.send_message(dana, rosa, thread_id=key, wording=wording)) == "refusal.telling_not_asked"
    rides = ConsentDraft((Topic.VISITS,), (ConsentPurpose.CARE,), (Road.TEXT,), GivenHow.SCREEN)
    give_consent(dana, rosa, rides, member_id=luis)
    acts.send_message(dana, rosa, thread_id=key, wording=wording)
    (hearing,) = page(dana, key).hearing or ()
    assert hearing.topics == (Topic.VISITS,)
    about_money = own("The bill is here.", topic=Topic.MONEY)
    assert refused(lambda: acts.send_message(dana, rosa, thread_id=key, wording=about_money)) == (
        "refusal.telling_other_topic"
    )


def test_a_letter_about_alcohol_and_drug_care_to_the_circle_bears_the_notice_and_a_text_says_nothing_of_it(
    dana: Acting, rosa: UUID
) -> None:
    luis = add_member(
        dana, rosa, MemberDraft("Luis Tran", Relation.CHILD, phone="(217) 555-0177", address="1 Bay St, Springfield")
    )
    key = acts.begin_thread(dana, rosa, partner=ThreadWith.MEMBER, key=luis)
    paper = add_document(dana, rosa, content=b"I agree that Luis hears of it.", title="Consent", dated_on=None)
    written = ConsentDraft(
        (Topic.SUBSTANCE,), (ConsentPurpose.CARE,), (Road.LETTER, Road.TEXT), GivenHow.PAPER,
        document_id=paper.document_id, until=(NOW + timedelta(days=90)).date(),
    )  # fmt: skip
    give_consent(dana, rosa, written, member_id=luis)

    for road in (Road.LETTER, Road.TEXT):
        wording = own("She asks you to call her.", topic=Topic.SUBSTANCE, road=road)
        acts.send_message(dana, rosa, thread_id=key, wording=wording)

    pieces = dict(ask("SELECT road, pieces FROM message WHERE direction = 'out'"))
    assert load_notice().words in json.loads(pieces["letter"])["letter_body"]
    assert "agreed in writing" in json.loads(pieces["letter"])["letter_body"]
    assert load_notice().words not in str(pieces["text"]) + json.loads(pieces["letter"])["envelope"]


def test_a_thread_is_given_to_a_colleague_who_may_see_the_patient(
    house: House, dana: Acting, rosa: UUID, thread: UUID
) -> None:
    version = page(dana, thread).version
    kim, lee = house.id_of("kim"), house.id_of("lee")

    assert refused(lambda: acts.give_thread(dana, rosa, thread_id=thread, version=version, to_person=kim)) == (
        "refusal.receiver_elsewhere"
    )
    acts.give_thread(dana, rosa, thread_id=thread, version=version, to_person=lee)
    assert page(dana, thread).row.owner_name == "Lee"
    assert refused(lambda: acts.give_thread(dana, rosa, thread_id=thread, version=version, to_person=lee)) == (
        "refusal.thread_changed"
    )


def test_what_is_put_off_comes_back_on_its_day_or_with_an_answer(dana: Acting, rosa: UUID, thread: UUID) -> None:
    version = page(dana, thread).version
    assert refused(
        lambda: acts.put_off_thread(dana, rosa, thread_id=thread, version=version, until=date(2026, 11, 20))
    ) == "refusal.handoff_day"  # fmt: skip
    acts.put_off_thread(dana, rosa, thread_id=thread, version=version, until=date(2026, 11, 24))

    def listed(box: Box, at: object = NOW) -> list[UUID]:
        return [one.id for one in get_threads_page(replace(dana, at=at), box=box).rows]  # type: ignore[arg-type]

    assert (listed(Box.MINE), listed(Box.SNOOZED)) == ([], [thread])
    assert listed(Box.MINE, later(days=5)) == [thread]
    hear("When do I hear from you", at=later(minutes=1))
    assert listed(Box.MINE) == [thread]


def test_lists_hold_what_their_names_say_and_others_see_nothing(
    house: House, dana: Acting, rosa: UUID, thread: UUID
) -> None:
    hear("Please call me about Monday", at=later(minutes=1))
    hear("Who reads this", address="+12175559999", at=later(minutes=2))
    at = replace(dana, at=later(minutes=5))

    shown = get_threads_page(at, box=Box.UNANSWERED)
    assert [one.id for one in shown.rows] == [thread]
    assert dict(shown.counts) == {
        Box.MINE: 1, Box.TEAM: 1, Box.UNREAD: 1, Box.UNANSWERED: 1, Box.FAILED: 0, Box.SNOOZED: 0, Box.REVIEW: 1,
    }  # fmt: skip
    (waiting,) = get_threads_page(at, box=Box.REVIEW).review
    assert (waiting.ending, waiting.words, waiting.candidates) == ("…9999", "Who reads this", ())
    assert [one.id for one in get_threads_page(at, box=Box.MINE, query="about mon").rows] == [thread]
    assert get_threads_page(at, box=Box.MINE, query="no such words").rows == ()
    assert get_threads_page(at, box=Box.TEAM, partner=ThreadWith.MEMBER).rows == ()
    kim = house.acting("kim")
    assert get_threads_page(kim, box=Box.TEAM).rows == ()
    assert get_threads_page(kim, box=Box.REVIEW).review == ()
    for who in ("kim", "tom", "ines", "saul", "noor"):
        with pytest.raises(NotFound):
            page(house.acting(who), thread)


def test_one_can_write_to_the_circle_the_directory_and_the_team(house: House, dana: Acting, rosa: UUID) -> None:
    luis = add_member(dana, rosa, MemberDraft("Luis Tran", Relation.CHILD))
    shown = get_new_thread_page(dana, rosa)
    kinds = [one.id.split(":")[0] for one in shown.partners]

    assert kinds[:2] == ["patient", "member"]
    assert "colleague" in kinds
    lee = acts.begin_thread(dana, rosa, partner=ThreadWith.COLLEAGUE, key=house.id_of("lee"))
    acts.send_message(dana, rosa, thread_id=lee, wording=own("Did you reach her?"))
    assert [one.id for one in get_threads_page(house.acting("lee"), box=Box.MINE).rows] == [lee]
    assert ask("SELECT id FROM outbox") == []
    for partner, key in (
        (ThreadWith.COLLEAGUE, house.id_of("kim")),
        (ThreadWith.OFFICE, uuid4()),
        (ThreadWith.MEMBER, uuid4()),
    ):
        with pytest.raises(NotFound):
            acts.begin_thread(dana, rosa, partner=partner, key=key)
    assert acts.begin_thread(dana, rosa, partner=ThreadWith.MEMBER, key=luis) == acts.begin_thread(
        dana, rosa, partner=ThreadWith.MEMBER, key=luis
    )
