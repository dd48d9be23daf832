"""Whom a talk is about, beside it: what is open, the next visit, who may hear what, and nothing without the right."""

from dataclasses import replace
from uuid import UUID

import pytest

from careloop.actions.consents import add_member, give_consent
from careloop.actions.threads import begin_thread
from careloop.actions.worklist import open_task
from careloop.facts.access import Acting, Right
from careloop.facts.consents import ConsentDraft, ConsentPurpose, GivenHow, MemberDraft, Relation, Road, Topic
from careloop.facts.outbox import ThreadWith
from careloop.facts.threads import Beside
from careloop.reads import thread_beside
from careloop.reads.threads import get_thread_page
from tests.actions.answering import bring_with_phone, hear
from tests.actions.look import ask_one
from tests.actions.places import Places
from tests.actions.visits import booked
from tests.people import House, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_with_phone(house, language="es")


@pytest.fixture
def thread(dana: Acting, rosa: UUID) -> UUID:
    return begin_thread(dana, rosa, partner=ThreadWith.PATIENT)


def beside(who: Acting, thread: UUID) -> Beside:
    shown = get_thread_page(who, thread_id=thread).beside
    assert shown is not None
    return shown


def tell_luis(dana: Acting, rosa: UUID) -> UUID:
    luis = add_member(dana, rosa, MemberDraft("Luis Tran", Relation.CHILD, phone="(217) 555-0177"))
    rides = ConsentDraft((Topic.VISITS,), (ConsentPurpose.CARE,), (Road.TEXT,), GivenHow.SCREEN)
    give_consent(dana, rosa, rides, member_id=luis)
    return luis


def test_everything_that_bears_on_an_answer_stands_beside_the_talk(
    house: House, dana: Acting, places: Places, rosa: UUID, thread: UUID
) -> None:
    nothing = beside(dana, thread)
    assert (nothing.language, nothing.loops, nothing.visits, nothing.circle, nothing.calls) == ("es", (), (), (), 0)

    for n in range(6):
        open_task(dana, rosa, title=f"Call about the ride {n}", due_on=None, note="")
    held, _version = booked(dana, rosa, places.talk_at(9))
    tell_luis(dana, rosa)
    shown = beside(dana, thread)

    assert shown.loops is not None
    assert len(shown.loops) == thread_beside.LOOPS
    assert shown.loop_count == len(shown.loops) + shown.more_loops
    assert shown.loop_count == ask_one("SELECT count(*) FROM loop WHERE state <> 'closed'")
    assert [one.id for one in shown.visits or ()] == [held.booking_id]
    assert [(one.name, one.hearing[0].topics) for one in shown.circle or ()] == [("Luis Tran", (Topic.VISITS,))]
    # A visit that is over is not the next one.
    assert beside(replace(dana, at=later(days=5)), thread).visits == ()


def test_a_stop_of_whom_one_writes_to_stands_above_the_talk_and_those_of_others_beside_it(
    dana: Acting, rosa: UUID, thread: UUID
) -> None:
    luis = tell_luis(dana, rosa)
    with_luis = begin_thread(dana, rosa, partner=ThreadWith.MEMBER, key=luis)
    hear("STOP", at=later(minutes=1))

    assert [one.member_id for one in get_thread_page(dana, thread_id=thread).stops] == [None]
    assert beside(dana, thread).stops == ()
    assert [one.member_id for one in beside(dana, with_luis).stops] == [None]
    assert get_thread_page(dana, thread_id=with_luis).stops == ()


def test_what_the_role_has_no_right_to_is_not_even_asked_for(
    dana: Acting, rosa: UUID, thread: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_task(dana, rosa, title="Call about the ride", due_on=None, note="")
    monkeypatch.setattr(thread_beside, "has_right", lambda _acting, right: right is Right.CIRCLE_READ)

    shown = beside(dana, thread)

    assert (shown.loops, shown.loop_count, shown.visits, shown.calls, shown.best) == (None, None, None, None, None)
    assert shown.circle == ()


def test_a_part_of_the_page_leaves_it_out(dana: Acting, thread: UUID) -> None:
    assert get_thread_page(dana, thread_id=thread, whole=False).beside is None
