"""The real thing for browsers: an empty database, the demo clinic in it, and ``careloop demo`` serving it."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit

import psycopg

from careloop.cli.demo import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 600
# The demo's clock stands still: what can be undone for ten seconds can be undone on a slow machine too.
CLOCK = "2026-11-20T15:04:00+00:00"

__all__ = ["PASSWORD", "fresh_database", "serve_demo"]


@contextmanager
def fresh_database() -> Iterator[tuple[str, str]]:
    """Make an empty database on the server that the suite uses; yield the application's and owner's URL."""
    name = f"careloop_browser_{os.getpid()}_{secrets.token_hex(3)}"
    app, owner = os.environ.get("DATABASE_URL"), os.environ.get("CARELOOP_OWNER_URL")
    if app and owner:
        from careloop.postgres.roles import prepare_database

        admin = os.environ.get("CARELOOP_ADMIN_URL", owner)
        with psycopg.connect(admin, autocommit=True) as link:
            prepare_database(link, name)
        yield tuple(urlunsplit(urlsplit(url)._replace(path=f"/{name}")) for url in (app, owner))  # type: ignore[misc]
        with psycopg.connect(admin, autocommit=True) as link:
            link.execute(f"DROP DATABASE {name} WITH (FORCE)")
        return
    from careloop.postgres.server import create_database, drop_database, ensure_running

    server = ensure_running(ROOT / "build" / "test-server")
    create_database(server, name)
    yield server.url("app", name), server.url("owner", name)
    drop_database(server, name)


@contextmanager
def serve_demo(home: Path) -> Iterator[str]:
    """Run ``careloop demo`` over an empty database; yield its address once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with fresh_database() as (app, owner), (home / "log").open("wb") as log:
        given = os.environ | {
            "DATABASE_URL": app,
            "CARELOOP_OWNER_URL": owner,
            "CARELOOP_HOME": str(home),
            "CARELOOP_CLOCK": CLOCK,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "careloop", "demo", "--port", str(port)],
            cwd=ROOT,
            env=given,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/livez", process, home / "log")
            yield address
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    message = f"careloop demo did not come up:\n{log.read_text()[-4000:]}"
    raise AssertionError(message)
