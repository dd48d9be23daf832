"""How a table of the catalog is read: every row is validated, and a fault names file, entry and field."""

import tomllib
from collections.abc import Container, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec

from careloop.facts.worklist import Confidence, Source


class KnowledgeError(Exception):
    """A table of the catalog is wrong: the message names file, entry and field."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every row of a table has in common: fields that are not declared are refused."""


class SourceEntry(Entry, frozen=True):
    """Where a row comes from; ``address`` is where its statement was read, where somebody noted it."""

    id: str
    organization: str
    title: str
    year: int
    section: str
    address: str = ""


AnyEntry = TypeVar("AnyEntry", bound=Entry)


def read_table(path: Path) -> Mapping[str, object]:
    """Return a table as it stands in its file; raise KnowledgeError if it is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{path.name}: cannot be read: {error}"
        raise KnowledgeError(message) from error


def read_rows(table: str, content: Mapping[str, object], called: str, shape: type[AnyEntry]) -> tuple[AnyEntry, ...]:
    """Return the validated rows of a table; raise KnowledgeError if it has none or one is wrong."""
    rows = content.get(called)
    if not isinstance(rows, list) or not rows:
        message = f"{table}.toml: has no [[{called}]] rows."
        raise KnowledgeError(message)
    return tuple(_convert(table, number, row, shape) for number, row in enumerate(rows, start=1))


def _convert(table: str, number: int, row: object, shape: type[AnyEntry]) -> AnyEntry:
    try:
        return msgspec.convert(row, shape)
    except msgspec.ValidationError as error:
        name = row.get("id") or row.get("name") if isinstance(row, Mapping) else None
        message = f"{table}.toml, {name or f'row {number}'}: {error}"
        raise KnowledgeError(message) from error


def by_id(table: str, entries: Iterable[AnyEntry], field: str = "id") -> dict[str, AnyEntry]:
    """Return entries by their name; raise KnowledgeError if one stands there twice."""
    found: dict[str, AnyEntry] = {}
    for entry in entries:
        name = str(getattr(entry, field))
        if name in found:
            message = f"{table}.toml, {name}: stands there twice."
            raise KnowledgeError(message)
        found[name] = entry
    return found


def must_know(table: str, entry: str, field: str, names: Iterable[str], *, known: Container[str]) -> None:
    """Raise KnowledgeError unless all names are known."""
    unknown = sorted(name for name in set(names) if name not in known)
    if unknown:
        message = f"{table}.toml, {entry}, {field}: unknown {', '.join(unknown)}."
        raise KnowledgeError(message)


def select(selectors: Iterable[str], members: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return the ingredients that names and classes select; ``members`` holds the ingredients of each class."""
    return frozenset(name for selector in selectors for name in members.get(selector, (selector,)))


def build_source(
    entry: SourceEntry, confidence: Confidence, checked_on: date, effective_on: date | None = None
) -> Source:
    """Return a source with how well and when its row was checked."""
    return Source(
        id=entry.id,
        organization=entry.organization,
        title=entry.title,
        year=entry.year,
        section=entry.section,
        confidence=confidence,
        checked_on=checked_on,
        effective_on=effective_on,
        address=entry.address,
    )
