"""Kill and starve the private server at any moment: what it has acknowledged is there afterwards, and it starts."""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from careloop.postgres.errors import ServerError
from careloop.postgres.server import Server, ensure_running, find_running, stop
from tests.postgres.conftest import make_place

pytestmark = pytest.mark.faults

KILLS_WHILE_WRITING = 20
# What appears one after the other in the home folder while a server is started for the first time.
MOMENTS = (
    "start.lock",
    "data.new",
    "data.new/global/pg_control",
    "data/PG_VERSION",
    "start.log",
    "data/postmaster.pid",
    "passwords.json",
    "prepared",
)
START = "from careloop.postgres.server import ensure_running; ensure_running()"
TABLE = "CREATE TABLE kept (writer int, number int, filling text, PRIMARY KEY (writer, number))"


@pytest.fixture
def home() -> Iterator[Path]:
    """A home folder of the test's own, with nothing in it yet."""
    folder = make_place()
    yield folder / "home"
    stop(folder / "home")
    shutil.rmtree(folder)


def find_processes(home: Path) -> list[int]:
    """The processes that work for this home: by their working folder or by their command."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (process / "cmdline").read_bytes()
            inside = str((process / "cwd").readlink()).startswith(str(home))
            if inside or str(home).encode() in command:
                found.append(int(process.name))
    return found


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def write(server: Server, writer: int, first: int, acknowledged: set[tuple[int, int]]) -> None:
    """Insert rows until the server goes away; note those whose commit was answered."""
    with suppress(psycopg.Error), psycopg.connect(server.url("owner"), autocommit=True) as connection:
        for number in range(first, first + 1_000_000):
            connection.execute("INSERT INTO kept VALUES (%s, %s, repeat('x', 500))", [writer, number])
            acknowledged.add((writer, number))


def read_kept(server: Server) -> set[tuple[int, int]]:
    with psycopg.connect(server.url("owner")) as connection:
        rows = connection.execute("SELECT writer, number FROM kept").fetchall()
    return {(writer, number) for writer, number in rows}


def test_kill_9_while_writing_loses_nothing_acknowledged(home: Path) -> None:
    chance = random.Random(20)  # noqa: S311 - moments of death, not secrets
    acknowledged: set[tuple[int, int]] = set()
    server = ensure_running(home)
    with psycopg.connect(server.url("owner"), autocommit=True) as connection:
        connection.execute(TABLE)
    for round_number in range(KILLS_WHILE_WRITING):
        enough = len(acknowledged) + 20
        arguments = [(server, writer, round_number * 1_000_000, acknowledged) for writer in (1, 2)]
        writers = [threading.Thread(target=write, args=each) for each in arguments]
        for thread in writers:
            thread.start()
        while len(acknowledged) < enough:
            assert any(thread.is_alive() for thread in writers)
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.1))
        kill(server.pid)
        if round_number % 2:  # every other time all children die at the same moment too
            for pid in find_processes(home):
                kill(pid)
        for thread in writers:
            thread.join()
        before, server = server, ensure_running(home)
        assert server.pid != before.pid
        assert acknowledged <= read_kept(server)
    assert len(acknowledged) >= 20 * KILLS_WHILE_WRITING


def kill_starter_when(home: Path, appears: str, moment: float) -> None:
    """Start for the first time in a process of its own, and kill -9 that a moment after a file has appeared."""
    environment = {**os.environ, "CARELOOP_HOME": str(home)}
    with subprocess.Popen([sys.executable, "-c", START], env=environment, start_new_session=True) as starter:
        while not (home / appears).exists():
            assert starter.poll() is None or (home / appears).exists()
            time.sleep(0.0005)
        time.sleep(moment)
        kill(starter.pid)


@pytest.mark.parametrize("also_children", [True, False], ids=["everything", "the starter alone"])
@pytest.mark.parametrize("appears", MOMENTS)
def test_kill_9_during_the_first_start_and_start_again(home: Path, appears: str, also_children: bool) -> None:
    moment = random.Random(appears).uniform(0, 0.05)  # noqa: S311 - a moment of death, not a secret
    kill_starter_when(home, appears, moment)
    if also_children:
        for pid in find_processes(home):
            kill(pid)

    server = ensure_running(home)

    for role in ("app", "owner", "backup"):
        with psycopg.connect(server.url(role)) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (f"careloop_{role}",)
    assert not (home / "data.new").exists()
    assert stop(home) is True
    assert find_processes(home) == []


@pytest.mark.parametrize("appears", MOMENTS)
def test_stop_while_a_killed_command_was_starting_leaves_no_process(home: Path, appears: str) -> None:
    kill_starter_when(home, appears, 0)

    stop(home)

    assert find_running(home) is None
    assert find_processes(home) == []


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 120 MB; skips where none can be mounted."""
    folder = make_place()
    mount = ["mount", "-t", "tmpfs", "-o", "size=120m,mode=755", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        folder.rmdir()
        pytest.skip("a small disk cannot be mounted here: that needs root and the right to mount")
    yield folder
    stop(folder / "home")
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()


def fill(folder: Path, *, but: int = 0) -> Path:
    """Fill the disk to the last byte, but for so many megabytes."""
    ballast = folder / "ballast"
    with suppress(OSError), ballast.open("ab", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    os.truncate(ballast, max(0, ballast.stat().st_size - (but << 20)))
    return ballast


def test_a_full_disk_loses_nothing_and_it_starts_when_there_is_room(small_disk: Path) -> None:
    home = small_disk / "home"
    acknowledged: set[tuple[int, int]] = set()
    server = ensure_running(home)
    with psycopg.connect(server.url("owner"), autocommit=True) as connection:
        connection.execute(TABLE)

    fill(small_disk, but=3)
    write(server, 1, 0, acknowledged)  # goes on until the table or the journal cannot grow
    assert acknowledged
    stop(home)  # a full disk has ended it already, or it goes on and refuses to write: both are fine
    ballast = fill(small_disk)

    with pytest.raises(ServerError) as caught:
        ensure_running(home)
    assert "is full" in caught.value.why
    assert "Free some space" in caught.value.fix

    ballast.unlink()
    assert acknowledged <= read_kept(ensure_running(home))


def test_a_first_start_on_a_full_disk_is_a_clear_error_and_works_when_there_is_room(small_disk: Path) -> None:
    home = small_disk / "home"
    refusals = 0
    for megabytes in (0, 1, 8, 24, 40, 48, 64):
        ballast = fill(small_disk, but=megabytes)
        try:
            ensure_running(home)
        except ServerError as error:
            assert "is full" in error.why  # noqa: PT017 - with enough room it does start
            refusals += 1
        stop(home)
        ballast.unlink()
    assert refusals >= 2

    server = ensure_running(home)
    with psycopg.connect(server.url("app")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
