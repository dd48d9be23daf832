"""Servers that could forget and roles that could see too much are refused; each refusal is provoked for real."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import psycopg
import pytest

from careloop.postgres.binaries import find_binaries
from careloop.postgres.errors import ServerError
from careloop.postgres.guards import refuse_unsafe_role, refuse_unsafe_server
from careloop.postgres.home import Home, choose_account
from careloop.postgres.roles import Connection
from careloop.postgres.server import Server, ensure_running, find_running, stop
from tests.postgres.conftest import Connect


@pytest.mark.parametrize("role", ["app", "owner", "backup", "super"])
def test_the_private_server_is_safe_for_every_role(connect: Connect, role: str) -> None:
    refuse_unsafe_server(connect(role))


def test_the_app_role_is_accepted_also_with_temporary_tables(connect: Connect) -> None:
    connect("app").execute("CREATE TEMPORARY TABLE mine (a int)")

    refuse_unsafe_role(connect("app"))


@pytest.mark.parametrize("value", ["off", "local", "remote_write"])
def test_a_session_that_does_not_wait_for_the_disk_is_refused(connect: Connect, value: str) -> None:
    app = connect("app")
    app.execute(f"SET synchronous_commit = {value}")

    with pytest.raises(ServerError) as caught:
        refuse_unsafe_server(app)
    assert caught.value.why == f"The setting synchronous_commit is {value}."
    app.execute("SET synchronous_commit = remote_apply")
    refuse_unsafe_server(app)


def test_a_role_whose_setting_is_unsafe_is_refused(connect: Connect) -> None:
    connect("super").execute("ALTER ROLE careloop_app SET synchronous_commit = off")
    try:
        with pytest.raises(ServerError, match="could lose what was saved"):
            refuse_unsafe_server(connect("app"))
    finally:
        connect("super").execute("ALTER ROLE careloop_app RESET synchronous_commit")


@contextmanager
def run_by_hand(home: Path, *options: str) -> Iterator[str]:
    """Run the server of a home folder as an administrator with other ideas would; the superuser's URL."""
    ensure_running(home)
    stop(home)
    account = choose_account(Home(home))
    command = [find_binaries().program("postgres"), "-D", str(home / "data"), *options]
    command += ["-c", f"config_file={home / 'conf' / 'postgresql.conf'}"]
    with subprocess.Popen(command, cwd="/", stderr=subprocess.DEVNULL, **account.run_as) as process:
        try:
            while (server := find_running(home)) is None:
                assert process.poll() is None
            yield server.url("super")
        finally:
            process.terminate()


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_an_outside_server_that_forgets_is_refused(home: Path, setting: str) -> None:
    with (
        run_by_hand(home, "-c", f"{setting}=off") as url,
        psycopg.connect(url) as connection,
        pytest.raises(ServerError, match=f"The setting {setting} is off"),
    ):
        refuse_unsafe_server(connection)


def test_an_old_server_is_refused() -> None:
    old = cast("Connection", SimpleNamespace(info=SimpleNamespace(server_version=140011)))

    with pytest.raises(ServerError, match="version 14"):
        refuse_unsafe_server(old)


@pytest.mark.parametrize(
    ("role", "reason"),
    [
        ("super", "The role postgres is a superuser."),
        ("backup", "The role careloop_backup is allowed to bypass row security."),
        ("owner", "The role owns the database."),
    ],
)
def test_our_other_roles_are_refused(connect: Connect, role: str, reason: str) -> None:
    with pytest.raises(ServerError) as caught:
        refuse_unsafe_role(connect(role))
    assert caught.value.why == reason


@pytest.mark.parametrize(
    ("change", "undo", "reason"),
    [
        ("ALTER ROLE careloop_app BYPASSRLS", "ALTER ROLE careloop_app NOBYPASSRLS", "bypass row security"),
        ("ALTER ROLE careloop_app CREATEROLE", "ALTER ROLE careloop_app NOCREATEROLE", "allowed to make roles"),
        ("ALTER ROLE careloop_app REPLICATION", "ALTER ROLE careloop_app NOREPLICATION", "allowed to replicate"),
        ("GRANT careloop_seer TO careloop_app", "REVOKE careloop_seer FROM careloop_app", "member of careloop_seer"),
        ("GRANT careloop_backup TO careloop_app", "REVOKE careloop_backup FROM careloop_app", "careloop_backup"),
        ("GRANT careloop_owner TO careloop_app", "REVOKE careloop_owner FROM careloop_app", "careloop_owner"),
        ("GRANT postgres TO careloop_app", "REVOKE postgres FROM careloop_app", "member of postgres"),
        (
            "GRANT pg_execute_server_program TO careloop_app",
            "REVOKE pg_execute_server_program FROM careloop_app",
            "member of pg_execute_server_program",
        ),
        (
            "CREATE ROLE peeping BYPASSRLS; GRANT peeping TO careloop_app",
            "DROP ROLE peeping",
            "member of peeping",
        ),
        (
            "CREATE ROLE step; GRANT careloop_seer TO step; GRANT step TO careloop_app",
            "DROP ROLE step",
            "member of careloop_seer",
        ),
        (
            "CREATE TABLE owned (); ALTER TABLE owned OWNER TO careloop_app",
            "DROP TABLE owned",
            "owns tables or views",
        ),
        (
            "CREATE VIEW owned AS SELECT 1; ALTER VIEW owned OWNER TO careloop_app",
            "DROP VIEW owned",
            "owns tables or views",
        ),
    ],
)
def test_an_app_role_with_too_much_is_refused(connect: Connect, change: str, undo: str, reason: str) -> None:
    admin, app = connect("super"), connect("app")
    admin.execute(change)
    try:
        with pytest.raises(ServerError) as caught:
            refuse_unsafe_role(app)
    finally:
        admin.execute(undo)
    assert reason in caught.value.why
    refuse_unsafe_role(app)


def test_a_superuser_who_dresses_as_the_app_is_refused(connect: Connect) -> None:
    admin = connect("super")
    admin.execute("SET ROLE careloop_app")

    with pytest.raises(ServerError, match="is a superuser"):
        refuse_unsafe_role(admin)


def test_the_guards_speak_of_no_rows_and_of_what_to_do(server: Server, connect: Connect) -> None:
    with pytest.raises(ServerError) as caught:
        refuse_unsafe_role(connect("owner"))
    assert caught.value.fix.startswith("Connect as careloop_app")
    assert str(caught.value) == f"{caught.value.what} {caught.value.why} {caught.value.fix}"
