"""Letters to offices with fields and grounds (``data/office_letters.toml``), their defaults (``data/offices.toml``)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter

from careloop.catalog.defaults import Defaults, read_defaults
from careloop.catalog.tables import Entry, KnowledgeError, read_rows, read_table
from careloop.facts.disclosures import Basis
from careloop.facts.offices import LetterField, LetterKind, LetterTemplate
from careloop.facts.outbox import ThreadWith
from careloop.rules.offices import VALUES

FOLDER = Path(__file__).with_name("data")
FILE = FOLDER / "office_letters.toml"
SOURCE = "The product's own words, 2026-11-23"


class _Row(Entry, frozen=True):
    kind: LetterKind
    title: str
    body: str
    fields: list[LetterField]
    partners: list[ThreadWith]
    basis: Basis
    asks: bool


@cache
def load_letters() -> Mapping[LetterKind, LetterTemplate]:
    """Return every letter of the catalog by its kind; own words are none.

    :raises KnowledgeError: if one is missing, stands there twice, or its words want a field that it does not name
    """
    rows = read_rows("office_letters", read_table(FILE), "letter", _Row)
    found = {row.kind: _make(row) for row in rows}
    wanted = set(LetterKind) - {LetterKind.OWN_WORDS}
    if set(found) != wanted or len(found) != len(rows):
        message = f"{FILE.name}: these letters are missing, unknown or twice: {sorted(set(found) ^ wanted)}"
        raise KnowledgeError(message)
    return found


@cache
def load_defaults() -> Defaults:
    """Return the defaults of letters by name.

    :raises ClockError: if the file is not clear
    """
    return read_defaults(FOLDER / "offices.toml", VALUES)


def _make(row: _Row) -> LetterTemplate:
    named = {name for _text, name, _spec, _how in Formatter().parse(row.body) if name}
    if named != {str(one) for one in row.fields}:
        message = f"{FILE.name}, {row.kind}: its words want {sorted(named)}, its fields are {sorted(row.fields)}"
        raise KnowledgeError(message)
    return LetterTemplate(
        row.kind, row.title, row.body, frozenset(row.fields), tuple(row.partners), row.basis, row.asks, SOURCE
    )
