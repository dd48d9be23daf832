"""A calendar is fetched from a server, read, and stands in the way of visits; a bad day of theirs changes nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import connection, connections

from careloop.actions.outside_fetch import claim_fetch, set_address
from careloop.basics.words import Say
from careloop.facts.access import Purpose
from careloop.formats.busy import NotBusyTimes
from careloop.jobs.fetching import fetch_calendar
from careloop.jobs.reading import read_apart
from careloop.reads.hours import get_calendar_page
from careloop.rules.fetching import EVERY
from tests.actions.look import ask, ask_one
from tests.actions.places import make_places
from tests.channels.server import Server, answer, serve
from tests.formats.test_busy import calendar, event
from tests.guard.standing import log_lines
from tests.people import NOW, House, build_house, system

THERE = calendar(
    event("DTSTART;TZID=America/New_York:20261123T100000", "DURATION:PT2H"),
    event("DTSTART;TZID=America/New_York:20261124T100000", "DURATION:PT2H"),
)
REPEATS_ODDLY = calendar(event("DTSTART:20261123T100000Z", "RRULE:FREQ=HOURLY"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("certificate")) as one:
        yield one


@pytest.fixture
def house(apart: None) -> House:
    return build_house()


def test_a_calendar_is_fetched_read_and_asked_for_again(
    house: House, server: Server, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    sol, entry = house.acting("sol"), make_places(house).rivera
    set_address(sol, entry_id=entry, address=server.url())

    def fetch_at(at: datetime, *said: bytes) -> tuple[int, Say | None, datetime]:
        server.says(*said)
        assert fetch_calendar(lambda: at, server.way)
        page = get_calendar_page(house.acting("sol", at=at), entry)
        assert page.address is not None
        return ask_one("SELECT count(*) FROM outside_busy"), page.address.trouble, page.address.due_at

    with log_lines() as lines:
        assert fetch_at(NOW, answer("200 OK", THERE, 'ETag: "v1"')) == (2, None, NOW + EVERY)
    assert not fetch_calendar(lambda: NOW, server.way)
    at = NOW + EVERY
    assert fetch_at(at, answer("304 Not Modified")) == (2, None, at + EVERY)
    assert 'If-None-Match: "v1"' in server.asked[0]
    at += EVERY
    soon = at + timedelta(minutes=15)
    no = Say("refusal.busy_rule", number=1, part="FREQ=HOURLY")
    assert fetch_at(at, answer("200 OK", REPEATS_ODDLY)) == (2, no, soon)
    wait = answer("429 Too Many Requests", b"", "Retry-After: 7200")
    assert fetch_at(soon, wait) == (2, Say("fetching.wait", status=429), soon + timedelta(hours=2))
    at = soon + timedelta(hours=2)
    assert fetch_at(at, answer("200 OK", calendar())) == (0, None, at + EVERY)

    # That the house was left is in the log, to where is not.
    assert [line.what.rpartition(".")[2] for line in lines][:2] == ["claim_fetch", "keep_fetched"]
    heard = capfd.readouterr()
    assert "4Zk0" not in f"{lines}{heard.out}{heard.err}{caplog.text}"


def test_a_calendar_that_would_be_read_for_hours_is_let_go_and_its_words_are_nobodys(
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Every day since 1970, five thousand times over: a few lines for whoever writes them, minutes for whoever reads.
    days = [event("DTSTART:19700101T000000Z", "RRULE:FREQ=DAILY;BYMONTH=2", uid=f"{n}") for n in range(5000)]

    with pytest.raises(NotBusyTimes) as no:
        read_apart(calendar(*days), zone="UTC", since=NOW, until=NOW + EVERY, seconds=2)

    assert no.value.say == Say("fetching.heavy")
    assert "Nobody reads this" not in caplog.text


def test_the_road_of_the_product_reaches_nothing_on_this_machine(house: House, server: Server) -> None:
    server.says(answer("200 OK", THERE))
    entry = make_places(house).rivera
    # A name that everybody's machine resolves to itself, as a name of the internet may do too.
    set_address(house.acting("sol"), entry_id=entry, address=f"https://a.localhost:{server.port}/")

    assert fetch_calendar(lambda: NOW)

    (kind,) = ask("SELECT trouble->>'key' FROM outside_address")[0]
    assert kind in ("fetching.inside", "fetching.name")
    assert server.asked == []


def test_what_another_worker_holds_is_passed_over(house: House, database_urls: tuple[str, str]) -> None:
    entries = make_places(house)
    for entry in (entries.rivera, entries.chen):
        set_address(house.acting("sol"), entry_id=entry, address="https://calendar.example.org/")
    name = connections["default"].settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '20s'")

    def claimed_meanwhile(held: UUID) -> list[UUID]:
        with psycopg.connect(database_urls[0], dbname=name) as other:
            other.execute("SELECT 1 FROM outside_address WHERE entry_id = %s FOR UPDATE", [held])
            found = [claim_fetch(system(Purpose.SWEEP)) for _ in range(2)]
            return [one.entry_id for one in found if one is not None]

    assert claimed_meanwhile(entries.rivera) == [entries.chen]
