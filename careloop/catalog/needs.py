"""The needs that the house has words for, read from ``data/needs.toml``: only to find entries of the directory by."""

from functools import cache
from pathlib import Path

from careloop.catalog.tables import Entry, by_id, read_rows, read_table
from careloop.facts.finder import Need, NeedKind

FILE = Path(__file__).with_name("data") / "needs.toml"


class _Need(Entry, frozen=True):
    id: str
    kind: NeedKind
    words: tuple[str, ...]


@cache
def load_needs() -> tuple[Need, ...]:
    """Return every need, in the order of the file.

    Raises KnowledgeError naming file, entry and field.
    """
    rows = by_id("needs", read_rows("needs", read_table(FILE), "needs", _Need))
    return tuple(Need(row.id, row.kind, row.words) for row in rows.values())
