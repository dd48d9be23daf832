"""The reader of the mailbox killed at any moment: each mail is filed exactly once, and marked as seen in the end."""

import random
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from tests.channels.imap_server import ImapServer, serve_imap
from tests.faults.conftest import House
from tests.faults.oracle import look

pytestmark = pytest.mark.faults

CLOCK = "2026-11-20T15:00:00+00:00"
MAILS = 9
# At what the reader asks it is killed; with a dash, at any moment after that was answered.
MOMENTS = ("SELECT", "SEARCH", "SIZE", "PEEK", "STORE", "PEEK-", "STORE-")
# So many minutes lie between two readers: longer than whoever was killed had claimed the mailbox.
STEP = 6
PATIENCE = 120  # seconds, a safety net


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ImapServer]:
    with serve_imap(tmp_path) as one:
        yield one


def test_killed_between_reading_and_marking_each_mail_is_filed_exactly_once(
    house: House, server: ImapServer, chance: random.Random
) -> None:
    house.set_back("empty")
    for n in range(MAILS):
        server.put(
            f"From: rosa@patient.example\r\nMessage-ID: <{n}@patient.example>\r\n"
            f"Content-Type: text/plain\r\n\r\nThe knee is better, no. {n}\r\n".encode()
        )
    house.stage.play("set_up_mailbox", clock=CLOCK, port=server.port)

    killed = [
        kill_at(house, server, moment, minutes=n * STEP, more=chance.uniform(0, 0.3))
        for n, moment in enumerate(MOMENTS * 2)
    ]
    for n in range(len(killed), len(killed) + 3):
        house.stage.play("read_mail", clock=CLOCK, minutes=n * STEP)

    assert any(killed)
    assert all(one.seen for one in server.mails.values())
    with look(house.url) as now:
        assert now.value("SELECT count(*) FROM inbox_item") == MAILS
        assert now.rows("SELECT became, count(*), count(marked_at) FROM mailbox_letter GROUP BY 1") == [
            ("kept", MAILS, MAILS)
        ]
        words = [one for (one,) in now.rows("SELECT words FROM message WHERE direction = 'in' ORDER BY words")]
        assert words == [f"The knee is better, no. {n}" for n in range(MAILS)]
        assert now.broken() == {}


def kill_at(house: House, server: ImapServer, moment: str, *, minutes: int, more: float) -> bool:
    """Kill a reader as it asks for something, or ``more`` seconds after that; tell whether it was alive until then."""
    reached, go_on = Event(), Event()
    verb, is_after = moment.rstrip("-"), moment.endswith("-")

    def wait(line: str) -> None:
        if verb not in line or reached.is_set():
            return
        reached.set()
        if not is_after:
            go_on.wait(PATIENCE)
            raise OSError

    server.fails = wait
    reader = house.stage.act("read_mail", clock=CLOCK, minutes=minutes)
    until = time.monotonic() + PATIENCE
    while reader.is_alive() and not reached.is_set() and time.monotonic() < until:
        time.sleep(0.002)
    time.sleep(more if is_after else 0)
    was_alive = reader.is_alive()
    reader.kill()
    reader.wait()
    server.fails = lambda _line: None
    go_on.set()
    return was_alive
