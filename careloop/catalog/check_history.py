"""Earlier versions of the checks, as text: which held from when, what each asked, and why it came."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from careloop.catalog.knowledge import DATA
from careloop.catalog.tables import KnowledgeError
from careloop.facts.checks import Check
from careloop.facts.signing import PastVersion

FILE = DATA / "check_history.toml"


class VersionEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of check_history.toml; ``what`` and ``why`` go by language."""

    check: str
    version: int
    from_on: date = msgspec.field(name="from")
    what: dict[str, str]
    why: dict[str, str]


class HistoryFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of check_history.toml."""

    version: tuple[VersionEntry, ...]


@cache
def load_check_history(language: str) -> tuple[PastVersion, ...]:
    """Return every version that is written down, in one language ("en", "es"), by check and version."""
    return read_check_history(FILE, language)


def read_check_history(path: Path, language: str) -> tuple[PastVersion, ...]:
    """Read one file; raise KnowledgeError naming the file, and the row or language that is wrong."""
    try:
        rows = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), HistoryFile).version
        return tuple(
            PastVersion(row.check, row.version, row.from_on, row.what[language], row.why[language])
            for row in sorted(rows, key=lambda row: (row.check, row.version))
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        message = f"{path.name}: cannot be read: {error}"
        raise KnowledgeError(message) from error
    except KeyError as error:
        message = f"{path.name}: a version has no words in {error}."
        raise KnowledgeError(message) from error


def find_gaps(checks: Mapping[str, Check], past: Iterable[PastVersion]) -> tuple[str, ...]:
    """Return what is missing or wrong in the history of the checks, one sentence each; empty when all is well."""
    by_check: dict[str, list[PastVersion]] = {}
    for one in past:
        by_check.setdefault(one.check, []).append(one)
    wrong = [f"{name}: there is no such check." for name in by_check if name not in checks]
    for name, check in checks.items():
        rows = by_check.get(name, [])
        if not rows and check.version == 1:
            continue
        days = [row.from_on for row in rows]
        if [row.version for row in rows] != list(range(1, check.version + 1)):
            wrong.append(f"{name}: give every version from 1 to {check.version}.")
        elif days[-1] != check.from_on or days != sorted(set(days)):
            wrong.append(f"{name}: each version begins after the one before it, the last on {check.from_on}.")
    return tuple(wrong)
