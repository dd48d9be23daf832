"""A family meeting books its room as a visit does: nothing twice, given back when it is moved, missed or called off."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import time
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from careloop.actions import meetings as acts
from careloop.actions.calendars import set_hours
from careloop.actions.directory import add_entry
from careloop.actions.worklist import dismiss_loop
from careloop.basics.refusals import NotFound
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.meetings import Interprets, MeetingDraft, MeetingForm, Setting
from careloop.facts.scheduling import WeeklyHours
from careloop.facts.worklist import Outcome
from careloop.reads.meetings import get_meeting_page
from careloop.rules.scheduling import TimeTaken
from tests.actions.apart import apart, at_once
from tests.actions.calling import take_caller_in
from tests.actions.look import ask, ask_one, broken_invariants
from tests.outgoing import past
from tests.people import House, build_house, later

__all__ = ["apart"]
ZONE = "America/New_York"
NEEDS_ONE = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
# NOW is Friday 10 am; this is Monday 10 am.
MONDAY = later(days=3)
HERE = Setting(MONDAY, 45, MeetingForm.IN_PERSON, "", Interprets.NOBODY)


@pytest.fixture
def house() -> House:
    return build_house()


def add(house: House, kind: EntryKind, name: str, opens: int = 8, closes: int = 17, **more: object) -> UUID:
    draft = EntryDraft(kind=kind, name=name, zone=ZONE, **more)  # type: ignore[arg-type]
    entry = add_entry(house.acting("sol"), draft)
    hours = [WeeklyHours(day, time(opens), time(closes)) for day in range(1, 6)]
    set_hours(house.acting("sol"), entry_id=entry, hours=hours)
    return entry


def plan(house: House, patient: UUID) -> UUID:
    return acts.plan_meeting(house.acting("dana"), patient, MeetingDraft("Plan going home"))


def version(meeting: UUID) -> int:
    return int(ask_one("SELECT version FROM family_meeting WHERE id = %s", meeting))


def book(
    house: House, patient: UUID, meeting: UUID, entries: Sequence[UUID], setting: Setting = HERE, who: str = "dana"
) -> Interprets:
    chosen = replace(setting, entry_ids=tuple(entries))
    return acts.set_meeting(house.acting(who), patient, chosen, meeting_id=meeting, version=version(meeting))


def kept(entry: UUID) -> int:
    return int(ask_one("SELECT count(*) FROM booking_part WHERE entry_id = %s AND occupies", entry))


@pytest.fixture
def rosa(house: House) -> UUID:
    return take_caller_in(house)


@pytest.mark.django_db
def test_a_room_and_a_clinician_are_booked_with_the_meeting_and_named_on_its_page(house: House, rosa: UUID) -> None:
    room, doctor = add(house, EntryKind.ROOM, "Family room"), add(house, EntryKind.PRACTITIONER, "Dr. Ana")
    meeting = plan(house, rosa)

    book(house, rosa, meeting, [room, doctor])

    page = get_meeting_page(house.acting("dana"), rosa, meeting_id=meeting)
    assert {one.name for one in page.booked} == {"Family room", "Dr. Ana"}
    assert {one.id for one in page.bookable} == {room, doctor}
    assert page.setting is not None
    assert page.setting.place == "Family room"
    # The patient's own time is kept too.
    assert ask_one("SELECT count(*) FROM booking_part WHERE meeting_id = %s AND is_patient AND occupies", meeting) == 1
    assert broken_invariants() == {}


@pytest.mark.django_db
def test_what_is_taken_or_shut_is_refused_with_the_next_times_and_nothing_is_half_done(
    house: House, rosa: UUID
) -> None:
    room = add(house, EntryKind.ROOM, "Family room")
    ben = take_caller_in(house, "p2", number="555-0102")
    first, second = plan(house, rosa), plan(house, ben)
    book(house, rosa, first, [room])

    with pytest.raises(TimeTaken) as taken:
        book(house, ben, second, [room])
    # Right after the first, which ends at a quarter to.
    assert taken.value.offers[0].promised.at >= later(days=3, minutes=45)
    with pytest.raises(TimeTaken):
        book(house, ben, second, [room], replace(HERE, starts_at=later(days=3, hours=9)))

    assert ask_one("SELECT state FROM family_meeting WHERE id = %s", second) == "to_arrange"
    assert kept(room) == 1
    with pytest.raises(NotFound):
        book(house, ben, second, [room, room])


@pytest.mark.django_db
def test_moved_it_gives_the_room_back_and_takes_the_new_time(house: House, rosa: UUID) -> None:
    room, other = add(house, EntryKind.ROOM, "Family room"), add(house, EntryKind.ROOM, "Other room")
    ben = take_caller_in(house, "p2", number="555-0102")
    first, second = plan(house, rosa), plan(house, ben)
    book(house, rosa, first, [room])

    book(house, rosa, first, [room], replace(HERE, starts_at=later(days=3, hours=2)))
    book(house, ben, second, [room])
    # At the same time, in another room.
    book(house, rosa, first, [other], replace(HERE, starts_at=later(days=3, hours=2)))

    assert (kept(room), kept(other)) == (1, 1)
    assert broken_invariants() == {}


@pytest.mark.django_db
@pytest.mark.parametrize("road", ["cancel", "miss", "loop"])
def test_called_off_or_missed_by_whatever_road_it_gives_all_back(house: House, rosa: UUID, road: str) -> None:
    room = add(house, EntryKind.ROOM, "Family room")
    meeting = plan(house, rosa)
    book(house, rosa, meeting, [room])
    dana, at = house.acting("dana"), house.acting("dana", at=later(days=4))
    if road == "cancel":
        acts.cancel_meeting(
            dana, rosa, meeting_id=meeting, version=version(meeting), outcome=Outcome.DECLINED, reason="Not now."
        )
    elif road == "miss":
        acts.miss_meeting(at, rosa, meeting_id=meeting, version=version(meeting))
    else:
        ((loop, seen),) = ask("SELECT l.id, l.version FROM loop l JOIN family_meeting m ON m.loop_id = l.id")
        dismiss_loop(dana, loop, version=seen, outcome=Outcome.DECLINED, reason="They decided at home.")

    assert ask_one("SELECT count(*) FROM booking_part WHERE occupies") == 0
    assert get_meeting_page(at, rosa, meeting_id=meeting).booked == ()
    assert broken_invariants() == {}


@pytest.mark.django_db
def test_an_interpreter_who_is_booked_needs_no_task(house: House) -> None:
    rosa = take_caller_in(
        house, communication=[{"language": {"coding": [{"code": "es"}]}, "preferred": True}],
        extension=[{"url": NEEDS_ONE, "valueBoolean": True}],
    )  # fmt: skip
    tongue = add(house, EntryKind.INTERPRETER, "Luz Ruiz", languages=("es",))
    meeting = plan(house, rosa)
    qualified = replace(HERE, place="Room 2", interprets=Interprets.QUALIFIED)
    book(house, rosa, meeting, [], qualified)
    ((task, state),) = ask("SELECT id, state FROM loop WHERE title ->> 'key' = 'meeting.interpreter'")
    assert state == "to_do"

    book(house, rosa, meeting, [tongue], qualified)

    assert ask_one("SELECT state FROM loop WHERE id = %s", task) == "closed"
    assert kept(tongue) == 1


@pytest.mark.django_db
def test_the_database_keeps_nothing_for_a_meeting_beside_its_time(house: House, rosa: UUID) -> None:
    room = add(house, EntryKind.ROOM, "Family room")
    meeting = plan(house, rosa)
    book(house, rosa, meeting, [room])
    part = ask_one("SELECT id FROM booking_part WHERE entry_id = %s", room)

    wrong = "UPDATE booking_part SET during = tstzrange(lower(during), upper(during) + '1 hour') WHERE patient_id = %s"
    with pytest.raises(IntegrityError, match="for its own time"), transaction.atomic():
        past(f"{wrong} AND id = %s", rosa, part)


@pytest.mark.django_db
def test_the_page_is_a_constant_number_of_statements(house: House, rosa: UUID) -> None:
    meeting, counts = plan(house, rosa), []
    for n in range(3):
        entry = add(house, EntryKind.ROOM, f"Room {n}")
        book(house, rosa, meeting, [entry])
        with CaptureQueriesContext(connection) as seen:
            get_meeting_page(house.acting("dana"), rosa, meeting_id=meeting)
        counts.append(len(seen.captured_queries))
    assert len(set(counts)) == 1


def test_of_two_meetings_that_take_one_room_at_once_one_has_it(apart: None) -> None:
    house = build_house()
    room = add(house, EntryKind.ROOM, "Family room")
    people = [take_caller_in(house, f"p{n}", number=f"555-010{n}") for n in range(3)]
    meetings = [plan(house, one) for one in people]
    seen = [version(one) for one in meetings]
    chosen = replace(HERE, entry_ids=(room,))

    fates = at_once(*[
        lambda patient=patient, meeting=meeting, was=was: acts.set_meeting(
            house.acting("dana"), patient, chosen, meeting_id=meeting, version=was
        )
        for patient, meeting, was in zip(people, meetings, seen, strict=True)
    ])  # fmt: skip

    assert Counter(type(one).__name__ for one in fates) == {"Interprets": 1, "TimeTaken": 2}
    assert kept(room) == 1
    assert ask("SELECT count(*) FROM family_meeting WHERE state = 'set'") == [(1,)]
    assert broken_invariants() == {}
