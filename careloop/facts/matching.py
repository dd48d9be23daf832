"""Who is who: what a record says of a person, and what comparing two records comes to."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.chart import Sex
from careloop.facts.intake import IdentifierColumns
from careloop.facts.pages import Contact, Identifier

# The names under which loops about one person in two records are found.
SAME_PERSON, TAKE_APART = "same_person", "take_apart"


class Verdict(StrEnum):
    """What comparing two records comes to: one person, a question for people, or two persons."""

    SAME = "same"
    ASK = "ask"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Description:
    """What one record says of a person. ``source`` names the system that it came from."""

    source: str
    family: str
    given: str
    full_name: str
    birth_on: date | None
    sex: Sex
    identifiers: tuple[IdentifierColumns, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The verdict on two records, what speaks for it, and whether they share a strong identifier."""

    verdict: Verdict
    because: tuple[Say, ...]
    is_strong: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that could be of the same person; ``root`` is the record in which that person goes on."""

    id: UUID
    root: UUID
    who: Description


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a record that arrived: the one it is linked to, and those that people must compare."""

    same: Candidate | None
    ask: tuple[tuple[Candidate, Compared], ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """By what a record's likes are looked up: numbers, birth dates, and beginnings of names."""

    numbers: tuple[str, ...]
    births: tuple[date, ...]
    starts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordSide:
    """One of two records that are held against each other."""

    patient_id: UUID
    name: str
    birth_on: date | None
    sex: Sex
    is_dead: bool
    identifiers: tuple[Identifier, ...]
    contacts: tuple[Contact, ...]
    address: str
    languages: tuple[str, ...]
    source: str
    unit_name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class SamePage:
    """Two records side by side. ``differs`` names the fields that do; ``said_by`` is who said that they are one.

    ``other`` is None if the reader does not reach that record.
    """

    loop_id: UUID
    version: int
    is_open: bool
    because: tuple[Say, ...]
    one: RecordSide
    other: RecordSide | None
    differs: frozenset[str]
    said_by: str
    said_why: str
    said_by_me: bool
