"""Servers for these tests: one that all share, and home folders that a test may break."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from careloop.postgres.roles import Connection
from careloop.postgres.server import Role, Server, create_database, drop_database, ensure_running, stop

Connect = Callable[..., Connection]


def make_place() -> Path:
    """A new folder that the server's user can reach, which pytest's own folders are not for root's server."""
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a private folder in it
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2 << 30
    place = Path(tempfile.mkdtemp(prefix="careloop-test-", dir=memory if roomy else "/tmp"))  # noqa: S108
    place.chmod(0o755)
    return place


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder; a server in its ``home`` is stopped at the end."""
    monkeypatch.delenv("CARELOOP_HOME", raising=False)
    folder = make_place()
    yield folder
    monkeypatch.delenv("CARELOOP_PG_BIN", raising=False)
    for home in [path for path in folder.iterdir() if (path / "server.lock").exists()]:
        stop(home)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def made_home() -> Iterator[Path]:
    """A home folder whose server was started once and stopped: to be copied, not used."""
    folder = make_place()
    ensure_running(folder / "home")
    stop(folder / "home")
    yield folder / "home"
    shutil.rmtree(folder)


@pytest.fixture
def home(made_home: Path, place: Path) -> Path:
    """A home folder with a stopped server, of the test's own."""
    subprocess.run(["cp", "-a", made_home, place / "home"], check=True)
    return place / "home"


@pytest.fixture(scope="session")
def server(made_home: Path) -> Iterator[Server]:
    """A running server that all tests share: they leave it as they found it."""
    folder = make_place()
    subprocess.run(["cp", "-a", made_home, folder / "home"], check=True)
    yield ensure_running(folder / "home")
    stop(folder / "home")
    shutil.rmtree(folder)


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    """The name of an empty database on the shared server."""
    name = f"test_{os.urandom(6).hex()}"
    create_database(server, name)
    yield name
    drop_database(server, name)


@pytest.fixture
def connect(server: Server, database: str) -> Iterator[Connect]:
    """Connect to the empty database as a role; closed at the end."""
    opened: list[Connection] = []

    def open_as(role: Role) -> Connection:
        opened.append(psycopg.connect(server.url(role, database), autocommit=True))
        return opened[-1]

    yield open_as
    for connection in opened:
        connection.close()
