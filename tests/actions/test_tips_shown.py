"""Notes on what worked stand where the next one chooses: what to say, whom to refer to, when somebody is free."""

from dataclasses import replace
from datetime import time
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloop.actions.calendars import set_hours
from careloop.actions.directory import add_entry
from careloop.actions.threads import begin_thread
from careloop.actions.tips import note_helped, withdraw_tip, write_tip
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.finder import FinderAsk
from careloop.facts.outbox import ThreadWith
from careloop.facts.scheduling import WeeklyHours
from careloop.facts.tips import BriefTip, TipAbout
from careloop.reads.finder import search_finder
from careloop.reads.hours import get_calendar_page
from careloop.reads.threads import get_thread_page
from tests.outgoing import bring_reachable
from tests.people import House, build_house, later

pytestmark = pytest.mark.django_db
HEART = EntryDraft(
    kind=EntryKind.SERVICE, name="Bayview Heart", specialties=("Cardiology",), networks=("Blue Plan", "Green Plan")
)


@pytest.fixture
def house() -> House:
    return build_house()


def note(house: House, about: TipAbout, key: str, words: str = "Ask in the morning.", who: str = "dana") -> UUID:
    return write_tip(house.acting(who), about=about, key=key, words=words)


def test_the_composer_shows_the_notes_on_what_can_be_said_the_most_helpful_first(house: House) -> None:
    rosa = bring_reachable(house)
    thread = begin_thread(house.acting("dana"), rosa, partner=ThreadWith.PATIENT)
    note(house, TipAbout.MESSAGE, "thank_you", "Say it the same day.")
    best = note(house, TipAbout.MESSAGE, "thank_you", "Short is kind.")
    gone = note(house, TipAbout.MESSAGE, "thank_you", "Gone.")
    note(house, TipAbout.LOOP_KIND, "task", "Not about words.")
    note_helped(house.acting("lee"), tip_id=best)
    withdraw_tip(house.acting("dana"), tip_id=gone)

    shown = get_thread_page(house.acting("lee", at=later(hours=1)), thread_id=thread).composing.tips

    assert shown == (
        BriefTip("thank_you", "Short is kind.", "Dana", 1),
        BriefTip("thank_you", "Say it the same day.", "Dana", 0),
    )
    # A year later nobody said that it still helps: it is out of date.
    assert get_thread_page(house.acting("lee", at=later(days=800)), thread_id=thread).composing.tips == ()


def test_the_finder_counts_the_notes_on_a_place_and_its_plans(house: House) -> None:
    heart = add_entry(house.acting("dana"), HEART)
    bare = add_entry(house.acting("dana"), replace(HEART, name="Old Heart", networks=()))
    note(house, TipAbout.ENTRY, str(heart))
    note(house, TipAbout.PAYER, "Blue Plan")
    note(house, TipAbout.PAYER, "Red Plan")

    page = search_finder(house.acting("lee"), FinderAsk("cardiology"))

    assert {one.row.id: one.notes for one in page.findings} == {heart: 2, bare: 0}


def test_the_finder_asks_for_notes_once_however_many_it_finds(house: House) -> None:
    counts = []
    for n in range(4):
        add_entry(house.acting("dana"), replace(HEART, name=f"Heart {n}"))
        with CaptureQueriesContext(connection) as seen:
            search_finder(house.acting("lee"), FinderAsk("cardiology"))
        counts.append(sum('"tip"' in one["sql"] for one in seen.captured_queries))
    assert counts == [1, 1, 1, 1]


def test_the_calendar_shows_the_notes_on_whose_it_is(house: House) -> None:
    entry = add_entry(
        house.acting("sol"), EntryDraft(kind=EntryKind.PRACTITIONER, name="Dr. Ana", zone="America/New_York")
    )
    set_hours(house.acting("sol"), entry_id=entry, hours=[WeeklyHours(1, time(8), time(12))])
    note(house, TipAbout.ENTRY, str(entry), "Never on Mondays.")

    box = get_calendar_page(house.acting("sol"), entry).tips

    assert box is not None
    assert [one.words for one in box.tips] == ["Never on Mondays."]
