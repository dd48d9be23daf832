"""One private server for all scenes, and databases copied from templates."""

import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg
import pytest

from careloop.catalog.demo.clinic import make_clinic
from careloop.jobs.outbox import MARK
from careloop.postgres.server import Server, create_database, ensure_running, stop
from tests.faults.stage import Stage
from tests.postgres.conftest import make_place

SCENE = "careloop_scene"
DAY = date(2026, 11, 19)


@dataclass(slots=True)
class House:
    """A server with one database, ``scene``, that can be set back to a template, and the stage of its processes."""

    server: Server
    stage: Stage
    folder: Path

    @property
    def url(self) -> str:
        """The superuser's URL of the scene."""
        return self.server.url("super", SCENE)

    def keep(self, template: str) -> None:
        """Keep the scene as it is under a name."""
        self._copy(SCENE, template)

    def set_back(self, template: str) -> None:
        """Make the scene anew from a template."""
        self._copy(template, SCENE)
        create_database(self.server, SCENE)  # who may connect is not copied
        # What lies outside the database would show that it was set back.
        for file in (self.folder / "anchors.jsonl", self.folder / "home" / MARK):
            file.unlink(missing_ok=True)

    def _copy(self, source: str, target: str) -> None:
        with psycopg.connect(self.server.url("super", "postgres"), autocommit=True) as link:
            link.execute(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)")  # type: ignore[arg-type]
            # Backends of killed processes end in their own time; no copy is made while one is there.
            link.execute("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = %s", [source])
            link.execute(f"CREATE DATABASE {target} TEMPLATE {source} OWNER careloop_owner")  # type: ignore[arg-type]


def open_house(folder: Path) -> House:
    """Start a server in a folder, and a stage whose processes use its scene."""
    server = ensure_running(folder / "home")
    create_database(server, SCENE)
    (folder / "said").mkdir()
    environment = {
        "CARELOOP_HOME": str(folder / "home"),
        "CARELOOP_ANCHORS": str(folder / "anchors.jsonl"),
        "DATABASE_URL": server.url("app", SCENE),
        "CARELOOP_OWNER_URL": server.url("owner", SCENE),
    }
    stage = Stage(folder / "said", environment)
    stage.run("init")
    return House(server, stage, folder)


def kill_server(home: Path, *, children: bool) -> None:
    """Kill the server of a home folder, all of its processes at the same moment or the first one alone."""
    server = ensure_running(home)
    found = [server.pid]
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            if int((process / "stat").read_text().rpartition(")")[2].split()[1]) == server.pid:
                found.append(int(process.name))
    for pid in found if children else found[:1]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Return the moments of death: the same ones in each run of a test."""
    return random.Random(request.node.name)  # noqa: S311


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """The house of all scenes that leave the server alone; template ``empty`` is a prepared database."""
    folder = make_place()
    try:
        made = open_house(folder)
        made.keep("empty")
        yield made
        made.stage.close()
    finally:
        stop(folder / "home")
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def write_bundles(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write bundles of the demo clinic into a folder of their own."""
    made: dict[int, tuple[bytes, ...]] = {}

    def write(first: int, last: int, **others: bytes) -> Path:
        if last not in made:
            made[last] = tuple(p.bundle for p in make_clinic(seed=7, on=DAY, patients=last).patients)
        folder = tmp_path_factory.mktemp("bundles")
        for number in range(first, last):
            (folder / f"{number:03}.json").write_bytes(made[last][number])
        for name, text in others.items():
            (folder / f"{name}.json").write_bytes(text)
        return folder

    return write
