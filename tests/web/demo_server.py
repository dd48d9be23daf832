"""The real thing for browsers: an empty database, the demo clinic in it, and ``careloop demo`` serving it."""

import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import psycopg

from careloop.cli.demo import PASSWORD
from careloop.postgres.roles import prepare_database
from tests.conftest import find_server, migrated_template, with_name

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 600
# The demo's clock stands still: what can be undone for ten seconds can be undone on a slow machine too.
CLOCK = "2026-11-20T15:04:00+00:00"
SMALL = ("demo", "--small")

__all__ = [
    "CLOCK", "PASSWORD", "ROOT", "copy_demo", "fresh_database", "serve_at", "serve_copy", "serve_demo", "share_demo",
    "wait_for",
]  # fmt: skip


@contextmanager
def fresh_database(template: str = "") -> Iterator[tuple[str, str]]:
    """Make an empty database, or a copy of one, on the server of the suite; yield the application's and owner's URL."""
    name = _make_database(template)
    yield _urls_of(name)
    _drop_database(name)


def _make_database(template: str) -> str:
    name = f"careloop_browser_{os.getpid()}_{secrets.token_hex(3)}"
    with psycopg.connect(find_server()[2], autocommit=True) as link:
        if template:
            link.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[arg-type]
        prepare_database(link, name)
    return name


def _drop_database(name: str) -> None:
    with psycopg.connect(find_server()[2], autocommit=True) as link:
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


def _urls_of(name: str) -> tuple[str, str]:
    app, owner, _admin = find_server()
    return with_name(app, name), with_name(owner, name)


@dataclass(frozen=True, slots=True)
class MadeDemo:
    """A small demo clinic that was made and is served by nobody: its home folder and the name of its database."""

    home: Path
    database: str


@contextmanager
def share_demo(folder: Path) -> Iterator[MadeDemo]:
    """Make the small demo clinic once for all processes that share a folder; the last to leave takes it away."""
    note, home = folder / "demo.json", folder / "demo"
    with _alone(folder):
        if note.exists():
            database, users = json.loads(note.read_text())
        else:
            database, users = _make_demo(home), 0
        note.write_text(json.dumps([database, users + 1]))
    yield MadeDemo(home, database)
    with _alone(folder):
        _database, users = json.loads(note.read_text())
        if users > 1:
            note.write_text(json.dumps([database, users - 1]))
        else:
            note.unlink()
            shutil.rmtree(home)
            _drop_database(database)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other process is in here for this folder."""
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_demo(home: Path) -> str:
    database = _make_database(migrated_template())
    home.mkdir()
    command = [sys.executable, "-m", "careloop", *SMALL, "--no-serve"]
    given = _given(home, *_urls_of(database))
    subprocess.run(command, cwd=ROOT, env=given, check=True, stdout=subprocess.DEVNULL)
    return database


@contextmanager
def serve_copy(made: MadeDemo, home: Path, *words: str) -> Iterator[tuple[str, str]]:
    """Serve a copy of a demo that was made; yield its address and the owner's URL of its database.

    What is done there is seen by nobody else. ``words`` are the command that serves, ``serve`` if none are given.
    """
    shutil.copytree(made.home, home)
    with fresh_database(made.database) as urls, _serve(home, urls, words or ("serve",)) as address:
        yield address, urls[1]


@contextmanager
def copy_demo(made: MadeDemo, home: Path) -> Iterator[tuple[str, str]]:
    """Copy a demo that was made, for ``serve_at``; yield the application's and owner's URL."""
    shutil.copytree(made.home, home)
    with fresh_database(made.database) as urls:
        yield urls


@contextmanager
def serve_at(home: Path, urls: tuple[str, str], clock: str) -> Iterator[str]:
    """Serve a copy, its worker beside it, at one moment (ISO 8601); yield its address. Time passes by serving again."""
    with _serve(home, urls, ("serve",), clock) as address:
        yield address


@contextmanager
def serve_demo(home: Path, *options: str) -> Iterator[str]:
    """Run ``careloop demo`` with these options over an empty database; yield its address once it answers."""
    with fresh_database() as urls, _serve(home, urls, ("demo", *options)) as address:
        yield address


@contextmanager
def _serve(home: Path, urls: tuple[str, str], words: Sequence[str], clock: str = CLOCK) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "careloop", *words, "--port", str(port)],
            cwd=ROOT,
            env=_given(home, *urls, clock),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/livez", process, home / "log")
            yield address
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def _given(home: Path, app: str, owner: str, clock: str = CLOCK) -> dict[str, str]:
    place = {"DATABASE_URL": app, "CARELOOP_OWNER_URL": owner, "CARELOOP_HOME": str(home), "CARELOOP_CLOCK": clock}
    return os.environ | place | {"DJANGO_SETTINGS_MODULE": "tests.web.demo_settings"}


def wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until an address answers; what the process said is in the failure."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    message = f"careloop demo did not come up:\n{log.read_text()[-4000:]}"
    raise AssertionError(message)
