"""Lines kept in a file outside the database: only added to, each safe on the disk before anything goes on.

What they say still stands when an older copy of the database is restored.
"""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path


def find_file(variable: str, name: str) -> Path | None:
    """Return where such lines are kept: the file that the variable names, else ``name`` in the home folder.

    None without either.
    """
    given, home = os.environ.get(variable), os.environ.get("CARELOOP_HOME")
    if given:
        return Path(given)
    return Path(home) / name if home else None


def add_lines(file: Path, lines: Iterable[Mapping[str, object]]) -> None:
    """Add lines at the end and see them on the disk.

    :raises OSError: if the file cannot be written
    """
    # A line that a power loss has cut ends here, or the new one would be lost with it.
    torn = _is_torn(file)
    with open(file, "a", opener=_for_oneself) as out:
        out.write("\n" * torn + "".join(json.dumps(line) + "\n" for line in lines))
        out.flush()
        os.fsync(out.fileno())


def read_lines(file: Path) -> list[dict[str, object]]:
    """Return the whole lines in their order; a last line cut by a power loss is left out."""
    if not file.exists():
        return []
    found = []
    for line in file.read_text().splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def _is_torn(file: Path) -> bool:
    if not file.exists() or not file.stat().st_size:
        return False
    with file.open("rb") as whole:
        whole.seek(-1, os.SEEK_END)
        return whole.read() != b"\n"


def _for_oneself(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
