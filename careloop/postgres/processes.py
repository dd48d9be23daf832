"""Which process is the server: what its pid file says, and whether that process is really it."""

import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc/self/stat")


@dataclass(frozen=True, slots=True)
class Status:
    """What ``postmaster.pid`` says: lines 1 (pid), 4 (port), 5 (socket folder) and 8 (state)."""

    pid: int
    port: int
    socket_dir: Path
    ready: bool


def read_status(data: Path) -> Status | None:
    """Return what the pid file of a data folder says; None when there is none or it is not whole."""
    try:
        lines = (data / "postmaster.pid").read_text("utf-8", errors="surrogateescape").splitlines()
        pid, port, folder = int(lines[0]), int(lines[3]), Path(lines[4])
    except (FileNotFoundError, NotADirectoryError, ValueError, IndexError):
        return None
    ready = len(lines) > 7 and lines[7].strip() == "ready"
    return Status(pid, port, folder, ready) if pid > 0 else None


def find_postmaster(data: Path) -> Status | None:
    """Return the status of the server that lives on a data folder, ready or not; None when none does.

    A pid file outlives its server, and its number may belong to another program by now: only a
    process of the data folder's owner that works in the data folder counts.
    """
    status = read_status(data)
    return status if status and _is_postmaster(status.pid, data) else None


def _is_postmaster(pid: int, data: Path) -> bool:
    if not _PROC.exists():
        return _is_postmaster_by_ps(pid, data)
    process = Path("/proc") / str(pid)
    with suppress(OSError):
        state = (process / "stat").read_text("ascii", errors="replace").rpartition(")")[2].split()[0]
        same_owner = process.stat().st_uid == data.stat().st_uid
        return state not in "ZX" and same_owner and (process / "cwd").samefile(data)
    return False


def _is_postmaster_by_ps(pid: int, data: Path) -> bool:
    """Do the same where there is no ``/proc``: the server is started with the data folder in its command."""
    command = ["ps", "-ww", "-o", "uid=,stat=,command=", "-p", str(pid)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    parts = answer.stdout.split(maxsplit=2)
    if len(parts) < 3:
        return False
    uid, state, line = parts
    return uid == str(data.stat().st_uid) and not state.startswith("Z") and str(data) in line
