"""Numbers to call in a crisis, read from ``data/crisis.toml``: each with region, source and how it was checked."""

from datetime import date
from functools import cache
from pathlib import Path

from careloop.catalog.tables import Entry, KnowledgeError, by_id, read_rows, read_table
from careloop.facts.crisis import Checked, CrisisKind, CrisisNumber

FILE = Path(__file__).with_name("data") / "crisis.toml"


class NumberEntry(Entry, frozen=True):
    """A row of numbers."""

    key: str
    region: str
    number: str
    source: str
    checked: Checked
    checked_on: date
    kinds: tuple[CrisisKind, ...]


@cache
def load_crisis_numbers() -> tuple[CrisisNumber, ...]:
    """Return every number in the order of the file.

    :raises KnowledgeError: naming file, row and field, if one is wrong
    """
    return read_crisis_numbers(FILE)


def read_crisis_numbers(path: Path) -> tuple[CrisisNumber, ...]:
    """Read and validate one file.

    :raises KnowledgeError: naming file, row and field, if one is wrong
    """
    rows = by_id(path.stem, read_rows(path.stem, read_table(path), "number", NumberEntry), "key")
    return tuple(_build(path.stem, row) for row in rows.values())


def _build(name: str, row: NumberEntry) -> CrisisNumber:
    if not any(sign.isdigit() for sign in row.number) or not row.source.strip():
        message = f"{name}, {row.key}: a number has digits, and says whence it is known."
        raise KnowledgeError(message)
    return CrisisNumber(row.key, row.region, row.number, row.source, row.checked, row.checked_on, row.kinds)
