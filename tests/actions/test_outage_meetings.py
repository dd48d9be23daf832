"""A family meeting in an outage is shown, never moved, and its owner is asked for another time, once."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloop.actions import meetings as acts
from careloop.actions.outage_meetings import ask_for_forgotten_meetings, ask_for_meeting, stop_asking_for_meeting
from careloop.actions.outages import enter_outage, undo_outage
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting, Purpose
from careloop.facts.directory import EntryKind
from careloop.facts.outages import OutAsk
from careloop.facts.worklist import Outcome
from careloop.reads.outages import get_outage_page
from tests.actions.calling import take_caller_in
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.test_meeting_rooms import HERE, MONDAY, add, book, house, kept, plan, version
from tests.people import House, later, system

__all__ = ["house"]
pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


@pytest.fixture
def rosa(house: House) -> UUID:
    return take_caller_in(house)


def enter(who: Acting, entry: UUID, **more: object) -> UUID:
    ask = replace(OutAsk(entry, DAY, DAY), **more)  # type: ignore[arg-type]
    return enter_outage(who, ask, reason="", key=str(uuid4()))


def asked(patient: UUID) -> list[tuple[object, ...]]:
    """Return the loops in which the owner of a meeting is asked for another time."""
    return ask(
        "SELECT state, owner_id, outcome FROM loop WHERE patient_id = %s AND finding_key LIKE 'meeting-out:%%'"
        " ORDER BY opened_at, id",
        patient,
    )


def state(meeting: UUID) -> str:
    return str(ask_one("SELECT state FROM family_meeting WHERE id = %s", meeting))


@pytest.mark.parametrize("kind", [EntryKind.ROOM, EntryKind.PRACTITIONER])
def test_it_is_in_the_preview_as_needing_a_person_and_nothing_moves(house: House, rosa: UUID, kind: EntryKind) -> None:
    dana, entry = house.acting("dana"), add(house, kind, "North")
    meeting = plan(house, rosa)
    book(house, rosa, meeting, [entry], replace(HERE, place="Room 2"))

    page = get_outage_page(dana, ask=OutAsk(entry, DAY, DAY))

    (one,) = page.meetings
    assert (one.id, one.patient_id, one.with_whom, one.was.at, one.loop_id) == (meeting, rosa, ("North",), MONDAY, None)
    assert (page.lines, page.others) == ((), 0)
    assert (state(meeting), kept(entry), asked(rosa)) == ("set", 1, [])
    # On another day nothing of it falls out.
    next_day = DAY + timedelta(days=1)
    assert get_outage_page(dana, ask=OutAsk(entry, next_day, next_day)).meetings == ()


def test_a_place_that_is_closed_takes_its_rooms_along_and_each_meeting_is_shown_once(house: House, rosa: UUID) -> None:
    dana, site = house.acting("dana"), add(house, EntryKind.SITE, "Harbor")
    room, doctor = (
        add(house, EntryKind.ROOM, "Room 1", site_id=site), add(house, EntryKind.PRACTITIONER, "Dr. Ana", site_id=site)
    )  # fmt: skip
    meeting = plan(house, rosa)
    book(house, rosa, meeting, [room, doctor])

    (one,) = get_outage_page(dana, ask=OutAsk(site, DAY, DAY)).meetings

    assert one.id == meeting
    assert set(one.with_whom) == {"Room 1", "Dr. Ana"}


def test_its_owner_is_asked_once_and_it_stays_as_it_is_set(house: House, rosa: UUID) -> None:
    dana, sol, entry = house.acting("dana"), house.acting("sol"), add(house, EntryKind.ROOM, "North")
    meeting = plan(house, rosa)
    book(house, rosa, meeting, [entry])
    outage = enter(sol, entry)

    assert ask_for_meeting(sol, rosa, meeting_id=meeting, outage_id=outage) is True
    assert ask_for_meeting(dana, rosa, meeting_id=meeting, outage_id=outage) is False

    assert asked(rosa) == [("to_do", dana.person_id, None)]
    assert (state(meeting), kept(entry)) == ("set", 1)
    title = "SELECT next_step ->> 'key', due_at <= %s, parent_id FROM loop WHERE finding_key LIKE 'meeting-out:%%'"
    above = ask_one("SELECT loop_id FROM family_meeting WHERE id = %s", meeting)
    assert ask(title, MONDAY) == [("step.outage_meeting", True, above)]
    page = get_outage_page(dana, outage_id=outage)
    assert page.meetings == ()
    assert [(one.id, one.is_open) for one in page.asked] == [(meeting, True)]
    assert broken_invariants() == {}


@pytest.mark.parametrize("then", ["set", "missed", "cancelled"])
def test_what_asks_ends_when_the_meeting_is_seen_to(house: House, rosa: UUID, then: str) -> None:
    dana, entry = house.acting("dana"), add(house, EntryKind.ROOM, "North")
    meeting = plan(house, rosa)
    book(house, rosa, meeting, [entry])
    ask_for_meeting(dana, rosa, meeting_id=meeting, outage_id=enter(dana, entry))
    seen = {"meeting_id": meeting, "version": version(meeting)}

    if then == "set":
        book(house, rosa, meeting, [entry], replace(HERE, starts_at=MONDAY + timedelta(days=1)))
    elif then == "missed":
        acts.miss_meeting(dana, rosa, **seen)
    else:
        acts.cancel_meeting(dana, rosa, **seen, outcome=Outcome.DECLINED, reason="No wish")

    assert asked(rosa) == [("closed", dana.person_id, "done")]
    assert broken_invariants() == {}


def test_an_outage_that_is_undone_asks_nobody_any_more(house: House, rosa: UUID) -> None:
    dana, entry = house.acting("dana"), add(house, EntryKind.ROOM, "North")
    meeting = plan(house, rosa)
    book(house, rosa, meeting, [entry])
    outage = enter(dana, entry)
    ask_for_meeting(dana, rosa, meeting_id=meeting, outage_id=outage)
    with pytest.raises(NotFound):
        stop_asking_for_meeting(dana, rosa, meeting_id=meeting, outage_id=outage)
    undo_outage(dana, outage_id=outage)

    assert stop_asking_for_meeting(dana, rosa, meeting_id=meeting, outage_id=outage) == 1
    assert stop_asking_for_meeting(dana, rosa, meeting_id=meeting, outage_id=outage) == 0

    assert asked(rosa) == [("closed", dana.person_id, "withdrawn_clinically")]
    assert state(meeting) == "set"
    with pytest.raises(Refusal):
        ask_for_meeting(dana, rosa, meeting_id=meeting, outage_id=outage)


def test_what_nobody_saw_to_is_asked_by_the_worker_after_half_an_hour(house: House, rosa: UUID) -> None:
    dana, entry = house.acting("dana"), add(house, EntryKind.ROOM, "North")
    meeting = plan(house, rosa)
    book(house, rosa, meeting, [entry])
    enter(dana, entry)

    assert ask_for_forgotten_meetings(system(Purpose.SWEEP, later(minutes=20)), how_many=9) == 0
    assert ask_for_forgotten_meetings(system(Purpose.SWEEP, later(minutes=31)), how_many=9) == 1
    assert ask_for_forgotten_meetings(system(Purpose.SWEEP, later(minutes=32)), how_many=9) == 0

    assert asked(rosa) == [("to_do", dana.person_id, None)]


def test_a_meeting_elsewhere_or_of_another_team_is_not_asked_for(house: House, rosa: UUID) -> None:
    dana, entry, other = house.acting("dana"), add(house, EntryKind.ROOM, "North"), add(house, EntryKind.ROOM, "South")
    meeting = plan(house, rosa)
    book(house, rosa, meeting, [other])
    outage = enter(dana, entry)

    assert ask_for_meeting(dana, rosa, meeting_id=meeting, outage_id=outage) is False
    with pytest.raises(NotFound):
        ask_for_meeting(house.acting("kim"), rosa, meeting_id=meeting, outage_id=outage)
    assert get_outage_page(house.acting("kim"), ask=OutAsk(other, DAY, DAY)).others == 1
    assert get_outage_page(house.acting("kim"), ask=OutAsk(other, DAY, DAY)).meetings == ()
    assert asked(rosa) == []


def test_the_page_asks_the_database_as_often_for_many_meetings_as_for_one(house: House, rosa: UUID) -> None:
    dana, entry = house.acting("dana"), add(house, EntryKind.ROOM, "North")

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert get_outage_page(dana, ask=OutAsk(entry, DAY, DAY)).meetings
        return len(seen)

    book(house, rosa, plan(house, rosa), [entry])
    few = count()
    for hour in (1, 2, 3):
        book(house, rosa, plan(house, rosa), [entry], replace(HERE, starts_at=MONDAY + timedelta(hours=hour)))

    assert count() == few
