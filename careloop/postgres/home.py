"""The folder that holds the private server: who may use it, where things lie in it, and its locks.

Everything Careloop keeps on a machine lies under one folder; nothing outside it is changed, but for a
short socket folder under ``/tmp`` where the path to the home folder is too long for a socket.
"""

import fcntl
import hashlib
import os
import pwd
import re
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from careloop.postgres.errors import ServerError

PORT = 5432
LOCK_PATIENCE = 660.0  # seconds: a little longer than the longest crash recovery that is waited for

# sockaddr_un holds 108 bytes on Linux and 104 elsewhere, one of them for the closing zero.
_LONGEST_SOCKET = 107 if sys.platform == "linux" else 103
_PLAIN_PATH = re.compile(r"[\w/.+~@=: -]+")
_SHORT_PLACE = Path("/tmp")  # noqa: S108 - the folder made in it is checked against foreign hands


class RunAs(TypedDict, total=False):
    """How ``subprocess`` is told to run a program as another user; empty to run it as oneself."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """The operating system's user that the server runs as."""

    uid: int
    gid: int

    @property
    def run_as(self) -> RunAs:
        """Return the ``subprocess`` options that make a program run as this user."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_enter(self, folder: Path) -> bool:
        """Tell whether this user can reach a folder by its path; tried, not computed."""
        command = ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]
        return subprocess.run(command, cwd="/", capture_output=True, check=False, **self.run_as).returncode == 0

    def own(self, folder: Path) -> None:
        """Make a folder that only this user (and root) may use; an existing one is taken as it is."""
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        if folder.stat().st_uid != self.uid:
            os.chown(folder, self.uid, self.gid)


@dataclass(frozen=True, slots=True)
class Home:
    """Where things lie in the home folder."""

    path: Path

    @property
    def data(self) -> Path:
        """The data folder of PostgreSQL, owned by the server's user."""
        return self.path / "data"

    @property
    def unfinished(self) -> Path:
        """Where a new data folder is made; renamed to ``data`` when it is whole."""
        return self.path / "data.new"

    @property
    def logs(self) -> Path:
        """The server's log files."""
        return self.path / "log"

    @property
    def start_log(self) -> Path:
        """What the server said before its own log was open."""
        return self.path / "start.log"

    @property
    def settings(self) -> Path:
        """The settings that Careloop writes anew at every start."""
        return self.path / "conf"

    @property
    def programs(self) -> Path:
        """Copies of the PostgreSQL programs, where the server's user cannot reach the originals."""
        return self.path / "binaries"

    @property
    def passwords(self) -> Path:
        """The passwords of the database roles, readable by this user only."""
        return self.path / "passwords.json"

    @property
    def prepared(self) -> Path:
        """The note that roles and database are as they should be."""
        return self.path / "prepared"

    @property
    def start_lock(self) -> Path:
        """Held by the one command that starts or stops the server."""
        return self.path / "start.lock"

    @property
    def server_lock(self) -> Path:
        """Held by every process of a living server, and let go by the kernel when the last one ends."""
        return self.path / "server.lock"

    def version(self) -> int | None:
        """Return the major version of the data folder; None when there is none yet.

        Raises ServerError when something else lies there.
        """
        try:
            if not any(self.data.iterdir()):
                return None
            return int((self.data / "PG_VERSION").read_text("ascii"))
        except FileNotFoundError:
            if not self.data.exists():
                return None
        except (ValueError, NotADirectoryError):
            pass
        raise ServerError(
            "The database cannot be started.",
            why=f"{self.data} is not a whole PostgreSQL data folder: its file PG_VERSION is missing or damaged.",
            fix="Restore the folder from a backup, or move it away to begin with an empty database.",
        )


def find_home() -> Path:
    """Return the home folder: ``CARELOOP_HOME``, else ``/var/lib/careloop`` for root and
    ``~/.local/share/careloop`` for everybody else.
    """
    chosen = os.environ.get("CARELOOP_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/careloop")
    return Path.home() / ".local" / "share" / "careloop"


def open_home(path: Path) -> Home:
    """Make the home folder if there is none, and return it. Raises ServerError when it is not ours alone."""
    root = os.geteuid() == 0
    if not path.exists():
        path.mkdir(parents=True, exist_ok=True, mode=0o711 if root else 0o700)
        path.chmod(0o711 if root else 0o700)
    found = path.stat()
    why = None
    if not stat.S_ISDIR(found.st_mode):
        why = f"{path} is not a folder."
    elif found.st_uid != os.geteuid():
        why = f"{path} belongs to another user ({_name(found.st_uid)})."
    elif found.st_mode & stat.S_IWOTH:
        why = f"Everybody on this computer may write to {path}."
    elif not str(path).isprintable():
        why = "The name of the home folder holds characters that cannot be printed."
    if why:
        raise ServerError(
            "The home folder of Careloop cannot be used.",
            why=why,
            fix="Set CARELOOP_HOME to a folder that belongs to this user alone, or run as the folder's user.",
        )
    if root and found.st_mode & 0o011 != 0o011:
        path.chmod(stat.S_IMODE(found.st_mode) | 0o011)  # the server's user has to pass through
    return Home(path)


def choose_account(home: Home) -> Account:
    """Return the user to run the server as: oneself or, for root, the data folder's owner or ``nobody``.

    PostgreSQL refuses to run as root. Raises ServerError when no user can be found, or when that
    user cannot reach the home folder.
    """
    if os.geteuid() != 0:
        _name(os.geteuid(), needed=True)
        return Account(os.geteuid(), os.getegid())
    account = _existing_owner(home) or _nobody()
    if account.uid == 0:
        raise ServerError(
            "The database cannot be started.",
            why=f"{home.data} belongs to root, and PostgreSQL does not run as root.",
            fix=f"Give the folder to an ordinary user: chown -R nobody {home.data}",
        )
    try:
        reachable = account.may_enter(home.path)
    except (OSError, subprocess.SubprocessError) as error:
        raise ServerError(
            "The database cannot be started.",
            why=f"PostgreSQL does not run as root, and this root may not act as user number {account.uid}.",
            fix="Run Careloop as an ordinary user, or set DATABASE_URL to a PostgreSQL server.",
        ) from error
    if not reachable:
        raise ServerError(
            "The database cannot be started.",
            why=f"It would run as user {_name(account.uid)}, who may not enter {home.path}.",
            fix="Set CARELOOP_HOME to a folder outside of private folders, such as /var/lib/careloop.",
        )
    return account


def _existing_owner(home: Home) -> Account | None:
    if home.version() is None:
        return None
    found = home.data.stat()
    return Account(found.st_uid, found.st_gid)


def _nobody() -> Account:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError as error:
        raise ServerError(
            "The database cannot be started.",
            why="PostgreSQL does not run as root, and this computer has no user called nobody.",
            fix="Run Careloop as an ordinary user, or set DATABASE_URL to a PostgreSQL server.",
        ) from error
    return Account(entry.pw_uid, entry.pw_gid)


def _name(uid: int, *, needed: bool = False) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError as error:
        if not needed:
            return f"number {uid}"
        raise ServerError(
            "The database cannot be started.",
            why=f"This computer has no name for user number {uid}, and PostgreSQL asks for one.",
            fix="Run Careloop as a user with a name, or set DATABASE_URL to a PostgreSQL server.",
        ) from error


def allowed_names() -> list[str]:
    """Return the names of the users who may act as the server's superuser: root and oneself."""
    return sorted({_name(0), _name(os.geteuid(), needed=True)})


def make_socket_folder(home: Home, account: Account) -> Path:
    """Make the folder of the socket, and return it: in the home folder, or a short one if need be.

    Raises ServerError when somebody else has put something in its place.
    """
    inside = home.path / "run"
    longest = inside / f".s.PGSQL.{PORT}"
    if len(os.fsencode(longest)) <= _LONGEST_SOCKET and _PLAIN_PATH.fullmatch(str(inside)):
        account.own(inside)
        return inside
    folder = _short_folder(home)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    ours = found.st_uid in (account.uid, os.geteuid()) and stat.S_ISDIR(found.st_mode)
    if not ours or found.st_mode & 0o077:
        raise ServerError(
            "The database cannot be started.",
            why=f"{folder} is not a private folder of Careloop: somebody else made it.",
            fix="Have it removed, or set CARELOOP_HOME to a folder with a shorter path.",
        )
    account.own(folder)
    return folder


def remove_socket_folder(home: Home) -> None:
    """Remove the short socket folder if there is one: nothing is left outside the home folder."""
    with suppress(OSError):
        _short_folder(home).rmdir()


def _short_folder(home: Home) -> Path:
    digest = hashlib.sha256(os.fsencode(home.path)).hexdigest()[:12]
    return _SHORT_PLACE / f"careloop-{os.geteuid()}-{digest}"


def write_file(path: Path, text: str, *, mode: int) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut; leave an equal one alone."""
    with suppress(OSError, UnicodeDecodeError):
        if path.read_text("utf-8") == text and stat.S_IMODE(path.stat().st_mode) == mode:
            return
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(handle, mode)
        file.write(text)
        file.flush()
        os.fsync(handle)
    new.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make sure that names made or changed in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def try_lock(path: Path) -> int | None:
    """Return an open file that holds the lock, or None while somebody else holds it.

    The kernel lets go of it when the last process that has the file open ends, however it ends.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except BaseException:
        os.close(handle)
        raise
    return handle


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Hold a lock for the block, waiting for whoever has it. Raises ServerError after eleven minutes."""
    until = time.monotonic() + LOCK_PATIENCE
    while (handle := try_lock(path)) is None:
        if time.monotonic() > until:
            raise ServerError(
                "The database cannot be started or stopped.",
                why="Another careloop command has been starting or stopping it for eleven minutes.",
                fix="See what that command is doing, end it, and try again.",
            )
        time.sleep(0.05)
    try:
        yield
    finally:
        os.close(handle)
