"""Workers killed while they send: nothing is lost, and nobody gets anything twice, as the receiving gateway counts."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from careloop.jobs.sandbox import Sandbox
from careloop.jobs.sandbox_http import Server
from tests.faults.conftest import House
from tests.faults.oracle import look

pytestmark = pytest.mark.faults

CLOCK = "2026-11-20T15:00:00+00:00"
PATIENTS, EACH = 60, 6
KILLS = 52
# So many minutes lie between two workers: what the one before had claimed is to be looked up by then.
STEP = 3
ROUNDS = 150


@pytest.fixture
def box() -> Sandbox:
    return Sandbox(deliver_after=None)


@pytest.fixture
def url(box: Sandbox) -> Iterator[str]:
    server = Server(box, 0)
    server.begin()
    yield server.url
    server.shutdown()
    server.server_close()


def test_killed_while_it_sends_nothing_is_lost_and_nothing_goes_twice(
    house: House, box: Sandbox, url: str, chance: random.Random
) -> None:
    house.set_back("empty")
    keys = house.stage.play("queue_many", clock=CLOCK, patients=PATIENTS, each=EACH)
    assert len(keys) == PATIENTS * EACH
    # The gateway is as gateways are: some answers come late, some lines break before or after a text was taken.
    for _ in range(len(keys)):
        box.behave(chance.choice(["slow", "slow", "slow", "take_and_drop", "drop", "busy"]), seconds=0.02)

    killed = minutes = 0
    while killed < KILLS and minutes < 600:
        # Killed after some texts more, however fast the machine is, and at any instant around the next.
        enough = len(box.lines) + chance.randrange(6)
        worker = house.stage.act("send_all", clock=CLOCK, url=url, minutes=minutes)
        while worker.is_alive() and len(box.lines) < enough:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.1))
        killed += worker.is_alive()
        worker.kill()
        worker.wait()
        let_arrive(url)
        minutes += STEP
    for _ in range(40):
        house.stage.play("send_all", clock=CLOCK, url=url, minutes=minutes)
        minutes += STEP
        with look(house.url) as now:
            left = now.value("SELECT count(*) FROM outbox WHERE state IN ('held', 'waiting', 'claimed', 'unknown')")
        if not left:
            break

    assert killed >= KILLS
    count_all(house, box, keys)


def let_arrive(url: str) -> None:
    """Wait until the gateway has done with all that was on the way: whoever looks it up does so minutes later."""
    # It takes up one caller after the other: whoever called before has been taken up when this is answered.
    urlopen(url, timeout=60).read()  # noqa: S310
    while any("process_request_thread" in one.name for one in threading.enumerate()):
        time.sleep(0.005)


def count_all(house: House, box: Sandbox, keys: list[str]) -> None:
    """Compare what the gateway took with what the house knows of it, in one snapshot."""
    took = Counter(line.key for line in box.lines)
    assert [key for key, count in took.items() if count > 1] == []
    with look(house.url) as now:
        states = dict(now.rows("SELECT state, count(*) FROM outbox GROUP BY 1"))
        never = {key for (key,) in now.rows("SELECT key FROM outbox WHERE state = 'failed'")}
        asked = now.value("SELECT count(*) FROM loop WHERE check_name LIKE 'outbox%%' AND state <> 'closed'")
        references = now.value("SELECT count(DISTINCT reference) FROM outbox WHERE state = 'sent'")
        assert now.broken() == {}
    # What was tried too often did not go, and somebody is asked about it: that is not lost.
    assert states.get("sent", 0) + len(never) == len(keys)
    assert len(took) == states["sent"] == references
    assert not never & took.keys()
    assert asked == len(never)
    assert len(never) < len(keys) // 10


@pytest.mark.parametrize("how", ["stop", "revoke", "death"])
def test_from_the_moment_at_which_a_stop_is_done_nothing_goes(house: House, chance: random.Random, how: str) -> None:
    house.set_back("empty")

    rounds = house.stage.play("race_to_stop", clock=CLOCK, how=how, rounds=ROUNDS, seed=chance.randrange(1 << 30))

    assert len(rounds) == ROUNDS
    assert [one for one in rounds if one["fates"] != ["done", "done"]] == []
    assert [one for one in rounds if one["took"] and one["took"][0] > one["stopped"][0]] == []
    # Both ways occur: or it would be no race.
    took = sum(1 for one in rounds if one["took"])
    assert 0 < took < ROUNDS
    # Whoever was in whose way, nobody has to find out what became of any of them.
    with look(house.url) as now:
        assert dict(now.rows("SELECT state, count(*) FROM outbox GROUP BY 1")) == {
            "sent": took,
            "withdrawn": ROUNDS - took,
        }
        assert now.broken() == {}
