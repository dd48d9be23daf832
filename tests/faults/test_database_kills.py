"""The database is killed while people work, records come in and the worker runs: what was said to be done is done."""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from careloop.postgres.server import stop
from tests.faults.conftest import House, kill_server, open_house
from tests.faults.oracle import look
from tests.postgres.conftest import make_place

pytestmark = pytest.mark.faults

ROUNDS = 42
ROUNDS_A_FOLDER = 6
WRITERS = ("dana", "lee")
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
UNAVAILABLE = 4


@pytest.fixture
def frail() -> Iterator[House]:
    """A house whose server is killed."""
    folder = make_place()
    try:
        made = open_house(folder)
        yield made
        made.stage.close()
    finally:
        stop(folder / "home")
        shutil.rmtree(folder)


def test_what_was_acknowledged_outlives_the_database(
    frail: House, write_bundles: Callable[..., Path], chance: random.Random
) -> None:
    files = [str(path) for path in sorted(write_bundles(0, 4).glob("*.json"))]
    told = frail.stage.play("settle_in", clock=NOW.isoformat(), patients=files)[0]
    patients = list(told["patients"].values())
    folders = [write_bundles(n * 7, n * 7 + 7) for n in range(ROUNDS // ROUNDS_A_FOLDER)]
    acknowledged: set[tuple[str, int]] = set()
    for number in range(ROUNDS):
        clock = (NOW + timedelta(hours=number)).isoformat()
        people = [
            frail.stage.act("work", clock=clock, person=told["people"][key], patients=patients, name=f"{key} {number}")
            for key in WRITERS
        ]
        others = [frail.stage.start("import", "fhir", str(folders[number // ROUNDS_A_FOLDER]), clock=clock)]
        others.append(frail.stage.start("worker", clock=clock))
        while not any(person.lines() for person in people):
            assert all(person.is_alive() for person in people), people[0].said() + people[1].said()
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.4))
        kill_server(frail.server.home, children=number % 3 > 0)

        check_ends(people, others)
        acknowledged |= {(loop, version) for one in people for loop, version in map(json.loads, one.lines())}
        bring_up(frail, really=number % 10 == 0)
        with look(frail.url) as now:
            assert acknowledged <= now.deeds()
            assert now.broken() == {}
            assert now.log_differs() == []
            titles = "SELECT title->'values' FROM loop WHERE kind = 'task' GROUP BY 1 HAVING count(*) > 1"
            assert now.rows(titles) == []
    assert len(acknowledged) >= ROUNDS
    check_import_ends(frail, folders)


def check_ends(people: list, others: list) -> None:  # type: ignore[type-arg]
    """The people's processes break off; an import says so plainly; a worker waits for the database to come back."""
    for person in people:
        assert person.wait() == 1
        assert "OperationalError" in person.said() or "InterfaceError" in person.said()
    importer, worker = others
    assert importer.wait() in (0, UNAVAILABLE), importer.said()
    assert "Traceback" not in importer.said()
    worker.kill()
    worker.wait()
    assert "Traceback" not in worker.said()


def bring_up(frail: House, *, really: bool) -> None:
    """Let the next command start the server: as an operator types it, or in a fork."""
    if not really:
        frail.stage.play("bring_up")
        return
    environment = {**os.environ, "CARELOOP_HOME": str(frail.server.home)}
    command = [sys.executable, "-m", "careloop", "db", "start"]
    subprocess.run(command, env=environment, check=True, capture_output=True)


def check_import_ends(frail: House, folders: list[Path]) -> None:
    """Import the rest, then everything again: nothing is added."""
    paths = [str(folder) for folder in folders]
    frail.stage.run("import", "fhir", *paths, clock=NOW.isoformat())
    again = json.loads(frail.stage.run("import", "fhir", *paths, "--json", clock=NOW.isoformat())[0])
    assert (again["created"], again["updated"]) == (0, 0)
    with look(frail.url) as now:
        assert now.broken() == {}
        assert now.value("SELECT max(version) FROM resource") == 1
