"""A million requests race for the same times in the database: nothing is booked twice. Without the constraint it is.

Every other three hours of contests go the application's way: look who is busy, wait for whoever writes, write. The
others do not look, and one contest in 500 does not wait either. In the control all look, and the constraint is gone:
what is booked twice there raced.
"""

import multiprocessing
import os
import threading
import time
from collections import Counter
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from pathlib import Path

import psycopg
from psycopg.errors import DeadlockDetected, SerializationFailure

from bench.common import Figures, Watch, note, own_server, read_machine
from bench.databases import open_databases
from bench.race_clinic import DOUBLE, INCOMPLETE, LANES, NOT_ONE, RACERS, count, fill_races

REQUESTS = {"full": 1_000_000, "small": 20_000}
CONTROL = {"full": 20_000, "small": 2_000}
OTHER = "careloop_control"
CONSTRAINT = "nothing_is_booked_twice"
CONNECTIONS = 6  # of each process
PROCESSES = min(2 * (os.cpu_count() or 1), 8)
# Requests of three hours, one contest for each sort in every lane: they go one way, the next three hours the other.
BLOCK = 3 * LANES * RACERS
# Of so many contests one neither looks nor waits: each takes some deadlocks, one after the other.
HEEDLESS = 500
# A deadlock is found after so long: the default of a second would be most of the time of the race.
DEADLOCK = "ALTER DATABASE careloop SET deadlock_timeout = '50ms'"


def main(*, scale: str, keep: Path | None) -> int:
    """Race with the constraint and without it; return the exit code. Nothing is kept: what is booked stays booked."""
    del keep
    figures = Figures("races")
    figures.tell("machine", **read_machine())
    with own_server() as home:
        from careloop.postgres.server import ensure_running

        open_databases(home, OTHER)
        server = ensure_running(home)
        with psycopg.connect(server.url("super")) as link:
            fill_races(link, REQUESTS[scale])
            link.execute(DEADLOCK)
            _judge(figures, link, server.url("app"), REQUESTS[scale])
        with psycopg.connect(server.url("super", OTHER)) as link:
            fill_races(link, CONTROL[scale])
            link.execute(f"ALTER TABLE booking_part DROP CONSTRAINT {CONSTRAINT}")
            _judge_control(figures, link, server.url("app", OTHER), CONTROL[scale])
    return figures.exit_code()


def _judge(figures: Figures, link: "psycopg.Connection[tuple[object, ...]]", url: str, requests: int) -> None:
    watch, ran = Watch(), _race(url, requests, all_look=False)
    busy = watch.busy()
    note(f"raced: {watch.wall():.0f} s")
    figures.tell(
        "requests a second", figure=round(requests / ran.seconds), requests=requests, seconds=round(ran.seconds, 1),
        connections=PROCESSES * CONNECTIONS, machine_busy_seconds=round(busy, 1), **ran.fates,
    )  # fmt: skip
    figures.judge("double bookings", count(link, DOUBLE, requests), at_most=0, bookings=ran.fates["won"])
    figures.judge(
        "times without exactly one winner", count(link, NOT_ONE, requests), at_most=0, times=requests // RACERS
    )
    figures.judge("bookings without all who take part", count(link, INCOMPLETE, requests), at_most=0)
    figures.judge("requests that the constraint refused", ran.fates["refused"], at_least=1)
    figures.judge("other errors", sum(ran.faults.values()), at_most=0, **ran.faults)


def _judge_control(figures: Figures, link: "psycopg.Connection[tuple[object, ...]]", url: str, requests: int) -> None:
    """Judge that the race is one: without the constraint, looking first is not enough."""
    ran = _race(url, requests, all_look=True)
    figures.judge(
        "control without the constraint: double bookings", count(link, DOUBLE, requests), at_least=1,
        times=requests // RACERS, times_without_one_winner=count(link, NOT_ONE, requests), **ran.fates,
    )  # fmt: skip
    figures.judge("control: other errors", sum(ran.faults.values()), at_most=0, **ran.faults)


@dataclass(frozen=True, slots=True)
class _Ran:
    """How a race went: how requests fared, errors that nobody expected, and how long it took."""

    fates: Counter[str]
    faults: Counter[str]
    seconds: float


def _race(url: str, requests: int, *, all_look: bool) -> _Ran:
    """Let every process take one request after the other until none is left."""
    context = multiprocessing.get_context("spawn")
    taken, ready = context.Value("q", 0), context.Barrier(PROCESSES)
    with context.Pool(PROCESSES, _begin, (taken, ready)) as pool:
        asked = [(url, requests, all_look)] * PROCESSES
        ran = pool.starmap(_ask_all, asked, chunksize=1)
    fates: Counter[str] = Counter(won=0, seen=0, refused=0, again=0)
    faults: Counter[str] = Counter()
    for some, others, _began, _ended in ran:
        fates.update(some)
        faults.update(others)
    return _Ran(fates, faults, max(one[3] for one in ran) - min(one[2] for one in ran))


_taken: "Synchronized[int]"
_ready: Barrier
_counting = threading.Lock()


def _begin(taken: "Synchronized[int]", ready: Barrier) -> None:
    """Remember in a new process what all share: the number of the next request, and the start."""
    global _taken, _ready
    _taken, _ready = taken, ready


def _ask_all(url: str, requests: int, all_look: bool) -> tuple[Counter[str], Counter[str], float, float]:
    """Ask on several connections at once; return how the requests fared, other errors, and begin and end."""
    fates: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    links = [psycopg.connect(url, autocommit=True, prepare_threshold=1) for _ in range(CONNECTIONS)]
    threads = [threading.Thread(target=_ask, args=(one, requests, all_look, fates, faults)) for one in links]
    _ready.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return fates, faults, began, time.perf_counter()


def _ask(
    link: "psycopg.Connection[tuple[object, ...]]", requests: int, all_look: bool,
    fates: Counter[str], faults: Counter[str],
) -> None:  # fmt: skip
    with link:
        while (number := _take()) < requests:
            way = _way_of(number, all_look=all_look)
            fate = "again"
            while fate == "again":
                fate = _ask_once(link, (number, *way), faults)
                with _counting:
                    fates[fate] += 1


def _way_of(number: int, *, all_look: bool) -> tuple[bool, bool]:
    """Tell whether a request looks who is busy, and whether it waits for whoever writes."""
    if all_look:
        return True, True
    is_heedless = number // RACERS % HEEDLESS == HEEDLESS - 1
    return number // BLOCK % 2 == 0 and not is_heedless, not is_heedless


def _ask_once(
    link: "psycopg.Connection[tuple[object, ...]]", asked: tuple[int, bool, bool], faults: Counter[str]
) -> str:
    try:
        answer = link.execute("SELECT race_for_a_time(%s, %s, %s)", asked).fetchone()
    except (DeadlockDetected, SerializationFailure):
        return "again"
    except psycopg.Error as fault:
        if fault.diag.constraint_name == CONSTRAINT:
            return "refused"
        with _counting:
            faults[f"{fault.sqlstate} {fault.diag.constraint_name or ''}".strip()] += 1
        return "failed"
    assert answer is not None
    return str(answer[0])


def _take() -> int:
    with _taken.get_lock():
        _taken.value += 1
        return _taken.value - 1
