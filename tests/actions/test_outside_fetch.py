"""The address of a calendar elsewhere: kept as a secret, claimed by one worker, and what comes is kept whole."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import override_settings

from careloop.actions.outside_busy import drop_outside_calendar
from careloop.actions.outside_fetch import (
    LEASE,
    claim_fetch,
    drop_address,
    fetch_soon,
    keep_fetched,
    note_trouble,
    set_address,
)
from careloop.actions.outside_silent import ask_about_silent
from careloop.actions.worklist import dismiss_loop
from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.channels.addresses import NotAnAddress
from careloop.facts.access import Purpose
from careloop.facts.fetching import AddressShown, Fetched, Fetching, Marks
from careloop.facts.scheduling import Span
from careloop.facts.visits import Elsewhere
from careloop.facts.worklist import Outcome
from careloop.reads.health import get_status
from careloop.reads.health_page import get_health_page
from careloop.reads.hours import get_calendar_page, list_calendars
from careloop.reads.loop_page import get_loop_page
from careloop.rules.fetching import EVERY, SILENT
from tests.actions.calendars_read import take_calendar
from tests.actions.look import ask
from tests.actions.places import Places, make_places
from tests.formats.test_busy import calendar, event
from tests.people import NOW, House, later, system

pytestmark = pytest.mark.django_db
SECRET = "private-4Zk0secret"
ADDRESS = f"webcal://calendar.example.org/{SECRET}/basic.ics"
BUSY = Span(later(days=3), later(days=3, hours=2))
MARKS = Marks('"v1"', "Fri, 20 Nov 2026 10:00:00 GMT")
GONE = Say("fetching.gone", status=404)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def places(house: House) -> Places:
    return make_places(house)


@pytest.fixture
def rivera(house: House, places: Places) -> UUID:
    set_address(house.acting("sol"), entry_id=places.rivera, address=ADDRESS)
    return places.rivera


def claim(at: datetime = NOW) -> Fetching | None:
    return claim_fetch(system(Purpose.SWEEP, at))


def claimed(at: datetime = NOW) -> Fetching:
    found = claim(at)
    assert found is not None
    return found


def bring(at: datetime = NOW, *, spans: tuple[Span, ...] | None = (BUSY,), marks: Marks = MARKS) -> bool:
    return keep_fetched(system(Purpose.SWEEP, at), claimed(at), Fetched(spans, marks))


def fail(at: datetime, fetching: Fetching | None = None, **more: datetime) -> bool:
    return note_trouble(system(Purpose.SWEEP, at), fetching or claimed(at), GONE, **more)


def shown(house: House, entry: UUID, at: datetime = NOW) -> tuple[Elsewhere | None, AddressShown | None]:
    page = get_calendar_page(house.acting("sol", at=at), entry)
    return page.elsewhere, page.address


def address(house: House, entry: UUID, at: datetime = NOW) -> AddressShown:
    found = shown(house, entry, at)[1]
    assert found is not None
    return found


def known(house: House, entry: UUID, at: datetime = NOW) -> tuple[int, datetime]:
    found = shown(house, entry, at)[0]
    assert found is not None
    return found.count, found.read_at


def test_an_address_is_fetched_and_what_comes_is_kept_with_when(house: House, rivera: UUID) -> None:
    before = address(house, rivera)
    assert (before.shown, before.set_by, before.is_due) == ("calendar.example.org (… .ics)", "Sol", True)
    assert (before.tried_at, before.reached_at, before.trouble) == (None, None, None)

    fetching = claimed()
    assert fetching.url == f"https://calendar.example.org/{SECRET}/basic.ics"
    assert (fetching.zone, fetching.marks) == ("America/New_York", Marks())
    assert keep_fetched(system(Purpose.SWEEP, later(minutes=1)), fetching, Fetched((BUSY,), MARKS))

    after = address(house, rivera, later(minutes=1))
    assert (after.tried_at, after.reached_at, after.due_at) == (
        later(minutes=1),
        later(minutes=1),
        NOW + MINUTE + EVERY,
    )
    assert known(house, rivera) == (1, later(minutes=1))
    assert ask("SELECT starts_at, ends_at FROM outside_busy") == [(BUSY.start, BUSY.end)]
    assert claim(NOW + EVERY) is None
    assert claimed(NOW + MINUTE + EVERY).marks == MARKS


def test_the_address_is_in_no_column_line_or_page(house: House, rivera: UUID) -> None:
    fetching = claimed()
    fail(NOW, fetching)

    ((row,),) = ask("SELECT to_jsonb(a)::text FROM outside_address a")
    assert "calendar.example.org" in row
    assert SECRET not in f"{row} {fetching!r} {shown(house, rivera)!r}"


@override_settings(SECRET_KEY="another")
def test_under_another_key_the_address_is_asked_for_again(house: House, places: Places) -> None:
    with override_settings(SECRET_KEY="the one before"):
        set_address(house.acting("sol"), entry_id=places.rivera, address=ADDRESS)

    assert claimed().url is None


def test_what_did_not_change_stays_and_is_known_to_be_fresh(house: House, rivera: UUID) -> None:
    bring()
    at = NOW + EVERY
    assert bring(at, spans=None)

    assert known(house, rivera) == (1, at)
    # A week on all of it is asked for, so that what repeats is known 400 days ahead.
    assert claimed(NOW + timedelta(days=7)).marks == Marks()


def test_a_file_or_another_zone_makes_it_ask_for_all_of_it(house: House, rivera: UUID) -> None:
    bring()
    take_calendar(house.acting("sol"), entry_id=rivera, data=calendar(event("DTSTART:20261123T150000Z")))

    assert claimed(NOW + EVERY).marks == Marks()

    at = NOW + EVERY + LEASE
    assert bring(at)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE directory_entry SET zone = 'America/Chicago' WHERE id = %s", [rivera])
    assert claimed(at + EVERY).marks == Marks()


def test_trouble_leaves_what_was_known_and_comes_back_ever_more_seldom(house: House, rivera: UUID) -> None:
    bring()
    at = NOW + EVERY
    for count, minutes in enumerate((15, 30, 60), 1):
        assert not address(house, rivera, at).is_silent
        assert fail(at)
        told = address(house, rivera, at)
        assert (told.failures, told.trouble, told.tried_at, told.reached_at) == (count, GONE, at, NOW)
        assert told.due_at == at + minutes * MINUTE
        at = told.due_at
    assert address(house, rivera, at).is_silent
    assert known(house, rivera) == (1, NOW)
    assert [line.name for line in list_calendars(house.acting("sol")) if line.is_silent] == ["Dr. Ana Rivera"]
    assert get_status(system()).queues["calendars_silent"] == 1
    queue = get_health_page(house.acting("noor")).queues[-1]
    assert (queue.name, queue.count, queue.oldest_at) == ("calendars_silent", 1, NOW)

    assert bring(at)
    told = address(house, rivera, at)
    assert (told.failures, told.trouble, told.is_silent) == (0, None, False)
    assert get_status(system()).queues["calendars_silent"] == 0
    assert SILENT == 3


def test_who_asks_to_be_left_alone_is_also_when_somebody_presses(house: House, rivera: UUID) -> None:
    sol, until = house.acting("sol"), later(hours=2)
    fail(NOW, wait_until=until)
    fetch_soon(sol, entry_id=rivera)

    assert address(house, rivera).due_at == until
    assert claim(until - MINUTE) is None
    bring(until)
    fetch_soon(house.acting("sol", at=later(hours=3)), entry_id=rivera)
    assert claim(later(hours=3)) is not None


def test_one_worker_has_it_until_it_is_lost_and_who_comes_too_late_keeps_nothing(house: House, rivera: UUID) -> None:
    bring()
    first = claimed(NOW + EVERY)
    assert claim(NOW + EVERY) is None
    # Killed between claim and keeping: nothing is changed, and after five minutes it is another's turn.
    assert known(house, rivera) == (1, NOW)
    second = claimed(NOW + EVERY + LEASE)

    worker = system(Purpose.SWEEP, NOW + EVERY + LEASE)
    assert not keep_fetched(worker, first, Fetched((), Marks()))
    assert not note_trouble(worker, first, GONE)
    assert known(house, rivera) == (1, NOW)
    assert keep_fetched(worker, second, Fetched((), Marks()))
    assert not keep_fetched(worker, second, Fetched((BUSY,), Marks()))
    assert known(house, rivera)[0] == 0


def test_what_was_fetched_from_an_address_that_was_changed_or_let_go_is_not_kept(house: House, rivera: UUID) -> None:
    sol, worker = house.acting("sol"), system(Purpose.SWEEP)
    old = claimed()
    set_address(sol, entry_id=rivera, address="https://other.example.org/")
    assert not keep_fetched(worker, old, Fetched((BUSY,), MARKS))
    assert claimed().url == "https://other.example.org/"

    bring(later(minutes=10))
    drop_address(sol, entry_id=rivera)
    assert shown(house, rivera)[1] is None
    assert known(house, rivera) == (1, later(minutes=10))
    assert claim(later(days=9)) is None

    set_address(sol, entry_id=rivera, address=ADDRESS)
    drop_outside_calendar(sol, entry_id=rivera)
    assert shown(house, rivera) == (None, None)


def test_only_who_keeps_the_calendars_may_and_only_a_good_address_for_who_takes_part(
    house: House, places: Places, rivera: UUID
) -> None:
    dana, sol = house.acting("dana"), house.acting("sol")
    for refused in (
        lambda: set_address(dana, entry_id=rivera, address=ADDRESS),
        lambda: fetch_soon(dana, entry_id=rivera),
        lambda: drop_address(dana, entry_id=rivera),
        lambda: set_address(sol, entry_id=places.site, address=ADDRESS),
        lambda: fetch_soon(sol, entry_id=places.chen),
        lambda: claim_fetch(sol),
        lambda: claim_fetch(replace(system(Purpose.SWEEP), role=sol.role)),
    ):
        with pytest.raises(NotFound):
            refused()
    with pytest.raises(NotAnAddress):
        set_address(sol, entry_id=rivera, address="http://calendar.example.org/")
    assert claimed().url is not None


def ask_about(**span: float) -> int:
    return ask_about_silent(system(Purpose.SWEEP, later(**span)))


def looks() -> list[tuple[object, ...]]:
    return ask("SELECT finding_key, kind, state FROM loop WHERE check_name = 'calendar_silent' ORDER BY opened_at, id")


def fail_often(house: House, entry: UUID, count: int, *, day: int = 0) -> None:
    """Let so many fetches of a day fail, each when it is due."""
    for n in range(count):
        fail(max(later(days=day), address(house, entry, later(days=day)).due_at) + n * MINUTE)


def test_of_a_calendar_that_fails_three_times_in_a_row_somebody_is_asked_once(house: House, rivera: UUID) -> None:
    fail_often(house, rivera, SILENT - 1)
    assert (ask_about(days=1), looks()) == (0, [])

    fail_often(house, rivera, 1, day=1)
    assert [ask_about(days=1, hours=1), ask_about(days=1, hours=2)] == [1, 0]

    assert looks() == [(str(rivera), "review", "to_do")]
    ((loop,),) = ask("SELECT id FROM loop WHERE check_name = 'calendar_silent'")
    told = get_loop_page(house.acting("sol", at=later(days=1, hours=2)), UUID(str(loop))).selected
    assert told.row.title == Say("review.calendar", name="Dr. Ana Rivera")
    assert told.why_here == (Say("review.calendar_tries", count=SILENT), GONE)
    assert told.next_step == Say("step.mend_calendar", name="Dr. Ana Rivera")


def test_it_ends_when_the_calendar_answers_and_is_asked_anew_for_the_next_silence(house: House, rivera: UUID) -> None:
    fail_often(house, rivera, SILENT)
    ask_about(days=1)
    bring(later(days=2))
    assert (ask_about(days=2), looks()) == (1, [(str(rivera), "review", "closed")])

    fail_often(house, rivera, SILENT, day=3)

    assert (ask_about(days=4), looks()[1:]) == (1, [(str(rivera), "review", "to_do")])
    drop_address(house.acting("sol", at=later(days=5)), entry_id=rivera)
    assert (ask_about(days=5), looks()[1:]) == (1, [(str(rivera), "review", "closed")])


def test_who_closed_the_question_is_not_asked_again_about_the_same_silence(house: House, rivera: UUID) -> None:
    fail_often(house, rivera, SILENT)
    ask_about(days=1)
    ((loop, version),) = ask("SELECT id, version FROM loop WHERE check_name = 'calendar_silent'")
    acting = house.acting("sol", at=later(days=1))
    dismiss_loop(
        acting, UUID(str(loop)), version=int(str(version)), outcome=Outcome.WITHDRAWN, reason="They move house."
    )

    fail_often(house, rivera, 1, day=2)

    assert (ask_about(days=2), looks()) == (0, [(str(rivera), "review", "closed")])
