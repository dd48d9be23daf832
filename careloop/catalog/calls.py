"""What is said and asked on a call, read from ``data/calls.toml``: scripts, barriers, and signs for a nurse."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from careloop.catalog.tables import Entry, KnowledgeError, by_id, read_rows, read_table
from careloop.facts.messages import FIRST_LANGUAGE, State
from careloop.facts.worklist import Confidence

FILE = Path(__file__).with_name("data") / "calls.toml"
# The languages that every script has.
LANGUAGES = (FIRST_LANGUAGE, "es")


@dataclass(frozen=True, slots=True)
class Script:
    """What is said about one reason, by language, and how far the words are."""

    id: str
    words: Mapping[str, str]
    state: State


@dataclass(frozen=True, slots=True)
class AskedList:
    """A list of what is asked or listened for, with its source."""

    ids: tuple[str, ...]
    source: str
    checked_on: date
    confidence: Confidence
    is_reviewed: bool


class ScriptEntry(Entry, frozen=True):
    """A row of scripts."""

    id: str
    words: dict[str, str]
    state: State = State.DRAFT


class ListEntry(Entry, frozen=True):
    """A list with its source."""

    ids: tuple[str, ...]
    source: str
    checked_on: date
    confidence: Confidence
    reviewed: bool = False


@cache
def load_scripts() -> Mapping[str, Script]:
    """Return every script by the kind of loop or the check that it is for; raise KnowledgeError if one is wrong."""
    rows = by_id(FILE.stem, read_rows(FILE.stem, read_table(FILE), "script", ScriptEntry))
    short = [row.id for row in rows.values() if set(LANGUAGES) - row.words.keys()]
    if short:
        message = f"{FILE.name}: lacks a language: {', '.join(short)}."
        raise KnowledgeError(message)
    return {row.id: Script(row.id, row.words, row.state) for row in rows.values()}


@cache
def load_flags() -> AskedList:
    """Return what a nurse must hear at once; raise KnowledgeError if the list is wrong."""
    return _read_list("flags")


@cache
def load_barriers() -> AskedList:
    """Return what is asked about what stands in the way; raise KnowledgeError if the list is wrong."""
    return _read_list("barriers")


def find_script(kind: str, check_name: str) -> Script:
    """Return the script of a loop: that of its check, else that of its kind."""
    scripts = load_scripts()
    return scripts.get(check_name) or scripts[kind]


def _read_list(name: str) -> AskedList:
    try:
        row = msgspec.convert(read_table(FILE).get(name), ListEntry)
    except msgspec.ValidationError as error:
        message = f"{FILE.name}, {name}: {error}"
        raise KnowledgeError(message) from error
    if not row.ids or len(set(row.ids)) < len(row.ids):
        message = f"{FILE.name}, {name}: name something, and nothing twice."
        raise KnowledgeError(message)
    return AskedList(row.ids, row.source, row.checked_on, row.confidence, row.reviewed)
