"""Workers that are killed, or stopped for a while, do everything that is due once."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.conftest import House
from tests.faults.oracle import FINDINGS, LOOPS, Rows, look

pytestmark = pytest.mark.faults

FRESH = 4
ROUNDS = 8
AT_ONCE = 2
STOPS = 4
PATIENTS = 130
TASKS = 120
BEGAN = "2026-11-20T15:00:00+00:00"
CLOCK = "2026-12-10T15:00:00+00:00"
WORK = ("worker", "--once")


@dataclass(frozen=True, slots=True)
class Done:
    """What the worker leaves behind: the same however often it was killed."""

    tasks: Rows
    findings: Rows
    found: Rows
    opened: Rows


@dataclass(frozen=True, slots=True)
class Busy:
    """Work that is due, what is there when it was done undisturbed, and how long that took."""

    expected: Done
    lasts: float


def read_done(house: House) -> Done:
    """Read what the worker did; every loop must have an owner, a next step, a date and a whole history."""
    with look(house.url) as now:
        assert now.broken() == {}
        assert now.value("SELECT count(*) FROM recheck WHERE due_at <= %s", CLOCK) == 0
        assert now.value("SELECT count(*) FROM loop WHERE state <> 'closed' AND next_at <= %s", CLOCK) == 0
        twice = now.rows("SELECT patient_id, check_name, finding_key FROM loop WHERE check_name <> ''"
                         " GROUP BY 1, 2, 3 HAVING count(*) > 1")  # fmt: skip
        assert twice == []
        return Done(
            tasks=[row for row in now.rows(LOOPS) if row[1] == "task"],
            findings=now.rows(FINDINGS),
            # Which of two equally urgent findings is opened first, also of two checks, is left to chance: how many
            # each check found is not, nor how many of each urgency are opened.
            found=now.rows("SELECT check_name, severity, count(*) FROM"
                           " (SELECT check_name, severity FROM loop WHERE check_name <> ''"
                           "  UNION ALL SELECT check_name, severity FROM waiting_finding) AS whole GROUP BY 1, 2"),
            opened=now.rows("SELECT severity, state, version, owner_id IS NULL, count(*) FROM loop"
                            " WHERE check_name <> '' GROUP BY 1, 2, 3, 4"),
        )  # fmt: skip


@pytest.fixture(scope="module")
def busy(house: House, write_bundles: Callable[..., Path]) -> Iterator[Busy]:
    """Keep the template ``busy``: hundreds of patients to check, findings that wait, loops that are due."""
    house.set_back("empty")
    first = write_bundles(0, 10)
    house.stage.run("import", "fhir", str(first), "--team", "north", clock=BEGAN)
    told = house.stage.play("settle_in", clock=BEGAN, patients=[])[0]
    patients = list(told["patients"].values())
    titles = [f"task {n}" for n in range(TASKS)]
    house.stage.play(
        "open_tasks", clock=BEGAN, person=told["people"]["dana"], patients=patients, titles=titles, snoozed=30
    )
    house.stage.run("import", "fhir", str(write_bundles(0, PATIENTS)), "--team", "north", clock=BEGAN)
    with look(house.url) as now:
        due = (
            "SELECT (SELECT count(*) FROM recheck WHERE due_at <= %s) + (SELECT count(*) FROM loop WHERE next_at <= %s)"
        )
        assert now.value(due, CLOCK, CLOCK) == PATIENTS + TASKS
    house.keep("busy")

    began = time.monotonic()
    house.stage.run(*WORK, clock=CLOCK)
    lasts = time.monotonic() - began
    done = read_done(house)
    assert len(done.tasks) == TASKS
    assert {row[-1].split(",")[-1] for row in done.tasks} == {"escalate", "wake"}
    assert done.opened
    assert sum(row[-1] for row in done.found) > sum(row[-1] for row in done.opened), "some must wait"
    return Busy(done, lasts)


def test_workers_killed_again_and_again_do_everything_once(house: House, busy: Busy, chance: random.Random) -> None:
    for _ in range(FRESH):
        house.set_back("busy")
        for _ in range(ROUNDS):
            workers = [house.stage.start(*WORK, clock=CLOCK) for _ in range(AT_ONCE)]
            for worker in workers:
                time.sleep(chance.uniform(0, busy.lasts / 2))
                worker.kill()
            assert {worker.wait() for worker in workers} <= {-9, 0}, [worker.said() for worker in workers]
            with look(house.url) as now:
                assert now.broken() == {}
        house.stage.run(*WORK, clock=CLOCK)

        assert read_done(house) == busy.expected


def test_workers_at_the_same_time_share_the_work_and_keep_the_pace_of_the_team(house: House, busy: Busy) -> None:
    house.set_back("busy")
    workers = [house.stage.start(*WORK, clock=CLOCK) for _ in range(3)]
    assert [worker.wait() for worker in workers] == [0, 0, 0], [worker.said() for worker in workers]
    house.stage.run(*WORK, clock=CLOCK)

    assert read_done(house) == busy.expected


def test_a_worker_that_stood_still_goes_on_without_doing_anything_twice(
    house: House, busy: Busy, chance: random.Random
) -> None:
    from signal import SIGCONT, SIGSTOP

    for _ in range(STOPS):
        house.set_back("busy")
        stopped = house.stage.start(*WORK, clock=CLOCK)
        time.sleep(chance.uniform(0, busy.lasts))
        stopped.kill(SIGSTOP)
        other = house.stage.start(*WORK, clock=CLOCK)
        time.sleep(busy.lasts)
        stopped.kill(SIGCONT)
        assert [stopped.wait(), other.wait()] == [0, 0], stopped.said() + other.said()
        house.stage.run(*WORK, clock=CLOCK)

        assert read_done(house) == busy.expected
