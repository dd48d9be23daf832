"""Worker processes: they share the checks, end together, and a record that ends them is set aside."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import pytest
from django.db import connections

from careloop.actions import checks as at_work
from careloop.actions.checks import count_lost, recheck_patients
from careloop.facts.access import Purpose
from careloop.jobs.slate import BATCH, Slate
from tests.actions.few import FEW
from tests.actions.look import ask, ask_json, ask_one, broken_invariants
from tests.actions.records import SCREENED, bring, due, loops, person
from tests.people import NOW, House, build_house, find_patient, later, system

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 450
PATIENCE = 60  # seconds, a safety net

Running = subprocess.Popen[str]
Start = Callable[..., Running]


@pytest.fixture
def house(apart: None) -> House:
    return build_house()


@pytest.fixture
def many(house: House) -> None:
    for first in range(0, PEOPLE, 50):
        bring(house, *(person(f"p{n:03}", SCREENED) for n in range(first, first + 50)), name=f"{first}.json")


@pytest.fixture
def start(house: House, database_urls: tuple[str, str]) -> Start:
    """Return a function that starts ``careloop worker`` on the test's own database; ``code`` is run in it first."""
    name = connections["default"].settings_dict["NAME"]
    app, owner = (urlunsplit(urlsplit(url)._replace(path=f"/{name}")) for url in database_urls)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CARELOOP_", "DATABASE_", "DJANGO_"))}
    given = {"DATABASE_URL": app, "CARELOOP_OWNER_URL": owner, "CARELOOP_CLOCK": NOW.isoformat()}

    def begin(*arguments: str, code: str = "") -> Running:
        program = f"import sys; sys.argv = {['careloop', 'worker', *arguments]!r}\n{code}\n"
        program += "from careloop.cli.main import main; main()"
        return subprocess.Popen(
            [sys.executable, "-c", program], cwd=ROOT, env=kept | given, stderr=subprocess.PIPE, text=True
        )

    return begin


def wait_for(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def children_of(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@contextmanager
def running(start: Start, processes: int) -> Iterator[tuple[Running, list[int]]]:
    """Run a worker until the block ends, with the numbers of its processes."""
    worker = start("--processes", str(processes))
    try:
        wait_for(lambda: len(children_of(worker.pid)) == processes)
        yield worker, children_of(worker.pid)
    finally:
        worker.kill()
        worker.wait()
        assert worker.stderr is not None
        worker.stderr.close()


# The processes are not this one: each asks the few checks too.
ASK_FEW = f"""
from types import MappingProxyType
from careloop.rules import checks
checks.CHECKS = MappingProxyType({{name: checks.CHECKS[name] for name in {FEW!r}}})
"""


def test_processes_share_what_is_due_and_look_at_nobody_twice(many: None, start: Start) -> None:
    worker = start("--once", "--processes", "3", code=ASK_FEW)
    _out, said = worker.communicate(timeout=PATIENCE)

    assert worker.returncode == 0, said
    assert f"checked {PEOPLE} patients, opened 15 loops" in said
    assert ask_one("SELECT count(*) FROM recheck WHERE due_at <= %s OR checked_at IS NULL", NOW) == 0
    assert broken_invariants() == {}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_processes(start: Start, number: signal.Signals) -> None:
    with running(start, 2) as (worker, children):
        worker.send_signal(number)
        _out, said = worker.communicate(timeout=PATIENCE)

        assert worker.returncode == 0, said
        assert "Traceback" not in said
        assert not any(map(is_alive, children))


def test_processes_end_when_nobody_watches_them_any_more(start: Start) -> None:
    with running(start, 2) as (worker, children):
        worker.kill()
        worker.wait()

        wait_for(lambda: not any(map(is_alive, children)))


def test_when_one_process_is_lost_all_end_and_it_is_said(start: Start) -> None:
    with running(start, 2) as (worker, children):
        os.kill(children[1], signal.SIGKILL)
        _out, said = worker.communicate(timeout=PATIENCE)

        assert worker.returncode == 1
        assert "was lost (signal 9)" in said
        assert not is_alive(children[0])


# A check that takes the whole process with it at one record.
POISON = """
import os, signal
from dataclasses import replace
from types import MappingProxyType
from uuid import UUID
from careloop.rules import checks
def kill(chart, on, knowledge, find=checks.CHECKS["hba1c_overdue"].find):
    if chart.patient_id == UUID({poison!r}):
        os.kill(os.getpid(), signal.SIGKILL)
    return find(chart, on, knowledge)
poisoned = replace(checks.CHECKS["hba1c_overdue"], find=kill)
checks.CHECKS = MappingProxyType(checks.CHECKS | {{"hba1c_overdue": poisoned}})
"""


def test_a_record_that_ends_the_process_is_tried_alone_then_set_aside_and_the_others_go_on(
    house: House, start: Start
) -> None:
    bring(house, *(person(f"p{n:02}", SCREENED) for n in range(6)))
    poison = find_patient("p03")
    said, attempts = [], []
    for _ in range(at_work.TRIES):
        worker = start("--once", "--processes", "2", code=ASK_FEW + POISON.format(poison=str(poison)))
        said.append(worker.communicate(timeout=PATIENCE)[1])
        assert worker.returncode == 1, said
        attempts.append(ask_one("SELECT attempts FROM recheck WHERE patient_id = %s", poison))
        # The time until it is tried again passes.
        ask("UPDATE recheck SET due_at = %s WHERE due_at IS NOT NULL AND patient_id = %s RETURNING 1", NOW, poison)

    last = start("--once", "--processes", "2", code=ASK_FEW + POISON.format(poison=str(poison)))
    _out, told = last.communicate(timeout=PATIENCE)

    assert last.returncode == 0, told
    assert attempts == [1, 2, 3, 4, 5]
    # How many the other process had already taken is a matter of who came first.
    assert re.search(r"looking at [1-6] records", said[0])
    assert all("looking at 1 records" in one for one in said[1:])
    assert due("p03") is None
    reason = ask_json("SELECT not_checked::text FROM recheck WHERE patient_id = %s", poison)
    assert [one["key"] for one in reason] == ["check.set_aside"]
    assert len(loops()) == 5
    assert ask_one("SELECT count(*) FROM recheck WHERE attempts > 0") == 1
    assert broken_invariants() == {}


def test_a_record_is_tried_less_and_less_often_and_a_good_end_forgets_it(house: House) -> None:
    bring(house, person("ana"), person("ben"))
    names = [find_patient("ana"), find_patient("ben")]
    waits = []
    for _ in range(4):
        moment = due("ana")
        assert moment is not None
        assert count_lost(system(Purpose.CHECKS, max(moment, NOW)), patient_ids=names[:1]) == 1
        waits.append(due("ana"))

    assert waits[0] == NOW
    hours = [(after - before).total_seconds() / 3600 for before, after in pairwise(waits)]  # type: ignore[operator]
    assert hours == [4, 8, 16]
    acting = system(Purpose.CHECKS, later(days=3))
    assert [recheck_patients(acting, how_many=10) for _ in range(3)] == [1, 1, 0]
    assert ask("SELECT DISTINCT attempts, not_checked::text FROM recheck") == [(0, "[]")]


def test_who_was_looked_at_meanwhile_is_not_counted(house: House) -> None:
    bring(house, person("ana"))
    recheck_patients(system(Purpose.CHECKS), how_many=10)

    assert count_lost(system(Purpose.CHECKS), patient_ids=[find_patient("ana")]) == 0


def test_a_slate_names_whom_a_process_was_at_until_it_is_done() -> None:
    slate = Slate()
    names = [UUID(int=n) for n in range(BATCH)]
    slate.begin(names)
    during = slate.names()
    slate.end(BATCH)
    slate.begin(names[:3])

    assert during == tuple(names)
    assert slate.names() == tuple(names[:3])
    assert slate.checked == BATCH


def test_no_process_at_all_is_refused(start: Start) -> None:
    worker = start("--processes", "0")
    _out, said = worker.communicate(timeout=PATIENCE)

    assert worker.returncode == 2
    assert "Choose 1 or more." in said
