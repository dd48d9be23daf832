"""Workers killed while packets go to a FHIR server: looked up, never sent twice, and each sending has its receipt."""

import random
import time
from collections.abc import Iterator

import pytest

from tests.channels.fhir_server import Shelf, serve_fhir
from tests.faults.conftest import House
from tests.faults.oracle import look

pytestmark = pytest.mark.faults

CLOCK = "2026-11-20T15:00:00+00:00"
PACKETS, KILLS = 24, 12
HELD = ("POST", "GET", "POST", "POST")
# So many minutes lie between two workers: what the one before had claimed is to be looked up by then.
STEP = 3
PATIENCE = 120  # seconds, a safety net


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with serve_fhir() as one:
        yield one


def test_killed_between_handing_over_and_keeping_a_packet_is_looked_up_and_never_goes_twice(
    house: House, shelf: Shelf, chance: random.Random
) -> None:
    house.set_back("empty")
    names = house.stage.play("queue_packets", clock=CLOCK, url=shelf.url, count=PACKETS)
    assert len(set(names)) == PACKETS

    during = {"POST": 0, "GET": 0}
    for n in range(KILLS):
        # The server keeps a document, or finds it, and says so late: whoever is killed in between knows nothing of it.
        # First at handing over: what nobody knows of is what is looked up.
        method = HELD[n % len(HELD)]
        during[method] += kill_at(house, shelf, method, minutes=n * STEP, more=chance.uniform(0, 0.02))
    send_the_rest(house, minutes=KILLS * STEP)

    # Deaths in the very moment did occur, or nothing was shown.
    assert min(during.values()) > 0, during
    assert sorted(shelf.kept) == sorted(names)
    assert [name for name, kept in shelf.kept.items() if len(kept) != 1] == []
    assert shelf.again == []
    with look(house.url) as now:
        assert now.rows("SELECT state, count(*) FROM outbox GROUP BY 1") == [("sent", PACKETS)]
        assert now.rows("SELECT state, count(*) FROM referral_sending GROUP BY 1") == [("delivered", PACKETS)]
        assert now.value("SELECT count(*) FROM disclosure WHERE what = 'referral_packet'") == PACKETS
        assert now.broken() == {}


def kill_at(house: House, shelf: Shelf, method: str, *, minutes: int, more: float) -> bool:
    """Kill a worker while the server holds its answer back; tell whether it did when the worker died."""
    shelf.stops_at = method
    shelf.goes_on.clear()
    worker = house.stage.act("send_packets", clock=CLOCK, minutes=minutes)
    until = time.monotonic() + PATIENCE
    while worker.is_alive() and not shelf.waiting and time.monotonic() < until:
        time.sleep(0.002)
    time.sleep(more)
    is_during = shelf.waiting > 0
    worker.kill()
    worker.wait()
    shelf.settle()
    return is_during


def send_the_rest(house: House, *, minutes: int) -> None:
    """Let workers send and look up until nothing is left."""
    for n in range(40):
        house.stage.play("send_packets", clock=CLOCK, minutes=minutes + n * STEP)
        with look(house.url) as now:
            left = now.value("SELECT count(*) FROM outbox WHERE state IN ('held', 'waiting', 'claimed', 'unknown')")
        if not left:
            return
