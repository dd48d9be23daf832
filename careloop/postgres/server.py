"""The private PostgreSQL server: started by the first command that needs it, and living on until it is stopped."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import psycopg
from psycopg.pq import PGconn, Ping

from careloop.postgres.binaries import Binaries, find_binaries, make_reachable
from careloop.postgres.errors import ServerError, disk_full, plain_errors
from careloop.postgres.home import (
    Account,
    Home,
    choose_account,
    find_home,
    hold_lock,
    make_socket_folder,
    open_home,
    remove_socket_folder,
    sync_folder,
    try_lock,
    write_file,
)
from careloop.postgres.processes import Status, find_postmaster, read_status
from careloop.postgres.roles import (
    DATABASE,
    SIGN_IN,
    SUPERUSER,
    prepare_cluster,
    prepare_database,
    remove_database,
)
from careloop.postgres.settings import find_reason, is_about_space, not_started, trim_logs, write_settings

Role = Literal["app", "owner", "backup", "super"]

_PAUSE = 0.02  # seconds between two looks
_START_PATIENCE = 600.0  # seconds: after a crash the server replays up to 2 GB of its journal first
_STOP_PATIENCE = 60.0  # seconds for a fast, and again for an immediate shutdown
_RECIPE = "1"  # raise it when prepare_cluster or prepare_database does something new

# Servers that this very process started: kept so that they can be reaped when they end.
_children: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True, slots=True)
class Server:
    """A running private server. ``version`` is the major version."""

    home: Path
    socket_dir: Path
    port: int
    version: int
    pid: int

    def url(self, role: Role, database: str = DATABASE) -> str:
        """Return the connection URL of a role. The superuser has no password: the kernel says who asks.

        Raises ServerError when the passwords were lost since the server was found.
        """
        place = f"{quote(database)}?host={quote(str(self.socket_dir), safe='')}&port={self.port}"
        if role == "super":
            return f"postgresql://{SUPERUSER}@/{place}"
        passwords = _read_passwords(Home(self.home))
        if passwords is None:
            raise ServerError(
                "The database cannot be opened.",
                why=f"The passwords in {Home(self.home).passwords} are missing or damaged.",
                fix="Run careloop db start: it gives new ones.",
            )
        return f"postgresql://{SIGN_IN[role]}:{quote(passwords[role], safe='')}@/{place}"


def ensure_running(home: Path | None = None) -> Server:
    """Start the private server if it is not running, see that roles and database are there, and return it.

    Two commands at once start one server. It lives on when the command ends. Raises ServerError.
    """
    place = home or find_home()
    with plain_errors(place):
        house = open_home(place)
        server = _find_answering(house)
        if server is None or not _is_prepared(house):
            with hold_lock(house.start_lock):
                server = _find_answering(house) or _start(house)
                _prepare(server, house)
        trim_logs(house)
        return server


def find_running(home: Path | None = None) -> Server | None:
    """Return the private server if it is running and past its start; None otherwise. Starts nothing."""
    place = home or find_home()
    with plain_errors(place):
        status = find_postmaster(Home(place).data)
        return _describe(Home(place), status) if status and status.ready else None


def stop(home: Path | None = None) -> bool:
    """Stop the private server and wait until its last process is gone; False when it was not running.

    Open transactions are rolled back. Raises ServerError when it does not end in two minutes.
    """
    place = home or find_home()
    if not place.exists():
        return False
    with plain_errors(place):
        house = open_home(place)
        with hold_lock(house.start_lock):
            status = _find_living(house)
            if status is None:
                return False
            for order in (signal.SIGINT, signal.SIGQUIT):  # fast, then immediate: both are safe
                with suppress(ProcessLookupError):
                    os.kill(status.pid, order)
                if _wait_for_end(house, status.pid):
                    remove_socket_folder(house)
                    return True
    raise ServerError(
        "The database does not stop.",
        why=f"Process {status.pid} or one of its children is still there after two minutes.",
        fix="See what it is waiting for (a disk that does not answer?), and try again.",
    )


def create_database(server: Server, name: str) -> None:
    """Make a further database, as empty and as guarded as the first; one that is there is mended."""
    with psycopg.connect(server.url("super", "postgres"), autocommit=True) as connection:
        prepare_database(connection, name)


def drop_database(server: Server, name: str) -> None:
    """Remove a database with all that is in it, also while it is in use; one that is not there is fine."""
    with psycopg.connect(server.url("super", "postgres"), autocommit=True) as connection:
        remove_database(connection, name)


def _describe(house: Home, status: Status) -> Server | None:
    version = house.version()
    return Server(house.path, status.socket_dir, status.port, version, status.pid) if version else None


def _find_answering(house: Home) -> Server | None:
    """Return the running server once it lets people in (after a crash it mends itself first)."""
    until = time.monotonic() + _START_PATIENCE
    while (server := find_running(house.path)) is not None:
        place = f"host='{server.socket_dir}' port={server.port} user={SUPERUSER} dbname=postgres"
        if PGconn.ping(place.encode()) == Ping.OK:
            return server
        if time.monotonic() > until:
            raise _still_starting(server.pid)
        time.sleep(_PAUSE)
    return None


def _start(house: Home) -> Server:
    account = choose_account(house)
    lock = _take_server_lock(house)
    if lock is None:
        return _find_answering(house) or _start(house)
    try:
        binaries = make_reachable(find_binaries(house.version()), house, account)
        if house.version() is None:
            _make_data_folder(house, binaries, account, lock)
        _check_data_folder(house)
        process = _launch(house, binaries, account, lock)
    finally:
        os.close(lock)  # the server holds it on
    _wait_until_ready(house, process)
    server = find_running(house.path)
    if server is None:
        raise not_started(find_reason(house))
    return server


def _take_server_lock(house: Home) -> int | None:
    """Wait for what is left of a former server, and take its lock; None when it turns out to be alive and ready."""
    until = time.monotonic() + _START_PATIENCE
    while (lock := try_lock(house.server_lock)) is None:
        status = find_postmaster(house.data)
        if status and status.ready:
            return None
        if time.monotonic() > until:
            raise _still_starting(status.pid if status else 0)
        time.sleep(_PAUSE)
    stranger = find_postmaster(house.data)
    if stranger is None:
        return lock
    os.close(lock)
    raise ServerError(
        "The database cannot be started.",
        why=f"A PostgreSQL that Careloop did not start (process {stranger.pid}) is using {house.data}.",
        fix="Stop it and run the command again.",
    )


def _still_starting(pid: int) -> ServerError:
    return ServerError(
        "The database is not ready yet.",
        why=f"A former start (process {pid}) has been at work for ten minutes."
        if pid
        else "Processes of a former server have not ended for ten minutes.",
        fix="After a crash it may need longer: try again later. If nothing changes, end the processes and try again.",
    )


def _make_data_folder(house: Home, binaries: Binaries, account: Account, lock: int) -> None:
    """Make a data folder beside its place and move it there when it is whole and on the disk."""
    if house.unfinished.exists():
        shutil.rmtree(house.unfinished)
    house.prepared.unlink(missing_ok=True)
    account.own(house.unfinished)
    command = [binaries.program("initdb"), "--pgdata", str(house.unfinished), "--username", SUPERUSER]
    command += ["--encoding", "UTF8", "--no-locale", "--data-checksums", "--no-instructions"]
    command += ["--auth-local", "peer", "--auth-host", "reject"]
    made = subprocess.run(
        command,
        cwd="/",
        env=_environment(),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        start_new_session=True,
        pass_fds=[lock],
        **account.run_as,
    )
    if made.returncode != 0:
        shutil.rmtree(house.unfinished, ignore_errors=True)
        reason = " / ".join(made.stderr.split("\n")[-8:]).strip(" /")
        raise disk_full(house.path) if is_about_space(made.stderr) else not_started(reason)
    house.unfinished.rename(house.data)
    sync_folder(house.path)


def _check_data_folder(house: Home) -> None:
    """See what PostgreSQL would refuse less plainly: a data folder that others may write to or that is closed to it."""
    mode = house.data.stat().st_mode & 0o777
    if mode not in (0o700, 0o750):
        raise ServerError(
            "The database cannot be started.",
            why=f"The permissions of {house.data} are {mode:o}; PostgreSQL asks for 700.",
            fix=f"chmod 700 {house.data}",
        )


def _launch(house: Home, binaries: Binaries, account: Account, lock: int) -> "subprocess.Popen[bytes]":
    """Start ``postgres`` apart from this process and its terminal; it and its children hold the server lock."""
    account.own(house.logs)
    socket_dir = make_socket_folder(house, account)
    options = write_settings(house, socket_dir)
    # Nobody holds the server lock but we: whatever lies here is left from a server that is gone.
    for stale in (house.data / "postmaster.pid", *socket_dir.glob(".s.PGSQL.*")):
        stale.unlink(missing_ok=True)
    with house.start_log.open("wb") as said:
        process = subprocess.Popen(
            [binaries.program("postgres"), "-D", str(house.data), *options],
            cwd="/",
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
            umask=0o077,
            pass_fds=[lock],
            **account.run_as,
        )
    _children.append(process)
    return process


def _environment() -> dict[str, str]:
    """Return our environment without what would steer PostgreSQL or translate its words."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


def _wait_until_ready(house: Home, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _START_PATIENCE
    while process.poll() is None:
        status = read_status(house.data)
        if status and status.pid == process.pid and status.ready:
            return
        if time.monotonic() > until:
            raise _still_starting(process.pid)
        time.sleep(_PAUSE)
    _children.remove(process)
    reason = find_reason(house)
    raise disk_full(house.path) if is_about_space(reason) else not_started(reason)


def _find_living(house: Home) -> Status | None:
    """Return the status of the server; one that a killed command has only just started is waited for."""
    until = time.monotonic() + _STOP_PATIENCE
    while (status := find_postmaster(house.data)) is None and time.monotonic() < until:
        lock = try_lock(house.server_lock)
        if lock is not None:
            os.close(lock)
            break
        time.sleep(_PAUSE)
    return status


def _wait_for_end(house: Home, pid: int) -> bool:
    """Wait until no process of the server is left; a child of this process is reaped."""
    until = time.monotonic() + _STOP_PATIENCE
    while time.monotonic() < until:
        lock = try_lock(house.server_lock)
        if lock is not None:
            os.close(lock)
        _children[:] = [child for child in _children if child.poll() is None]
        reaped = pid not in {child.pid for child in _children}
        if lock is not None and reaped and find_postmaster(house.data) is None:
            return True
        time.sleep(_PAUSE)
    return False


def _prepare(server: Server, house: Home) -> None:
    """Give passwords where there are none, and see that roles and database are as they should be."""
    passwords = _read_passwords(house)
    if passwords is None:
        passwords = {role: secrets.token_urlsafe(32) for role in SIGN_IN}
    write_file(house.passwords, json.dumps(passwords), mode=0o600)
    try:
        with psycopg.connect(server.url("super", "postgres"), autocommit=True) as connection:
            prepare_cluster(connection, passwords)
            prepare_database(connection, DATABASE)
    except psycopg.Error as error:
        if isinstance(error, psycopg.errors.DiskFull) or is_about_space(find_reason(house)):
            raise disk_full(house.path) from error
        raise ServerError(
            "The database roles could not be made.",
            why=f"PostgreSQL says: {error.diag.message_primary or error}",
            fix="Mend what it names and run the command again.",
        ) from error
    write_file(house.prepared, _mark(passwords), mode=0o600)


def _is_prepared(house: Home) -> bool:
    passwords = _read_passwords(house)
    with suppress(FileNotFoundError, UnicodeDecodeError):
        return passwords is not None and house.prepared.read_text("utf-8") == _mark(passwords)
    return False


def _mark(passwords: dict[str, str]) -> str:
    """Return what the note says when roles and database were made by this recipe with these passwords."""
    return sha256(json.dumps([_RECIPE, passwords], sort_keys=True).encode()).hexdigest()


def _read_passwords(house: Home) -> dict[str, str] | None:
    """Return the passwords of the roles; None when the file is missing or damaged."""
    try:
        found = json.loads(house.passwords.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    whole = isinstance(found, dict) and all(isinstance(found.get(role), str) and found[role] for role in SIGN_IN)
    return {role: found[role] for role in SIGN_IN} if whole else None
