"""What leaves the house: where it goes, what was counted, and the words that a reader finds first."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID


class Sink(Protocol):
    """Takes what leaves, a piece at a time. Paths are relative, with slashes, and ours alone."""

    def add(self, path: str, data: bytes) -> None:
        """Add bytes at the end of a file that may still grow."""
        ...

    def put(self, path: str, data: bytes) -> None:
        """Add a file that is whole with these bytes."""
        ...


@dataclass(frozen=True, slots=True)
class HandedDocument:
    """One document among the files: where it lies, what it is called, its day."""

    path: str
    title: str
    dated_on: date | None


@dataclass(frozen=True, slots=True)
class HandedFact:
    """One line of the record for people to read."""

    kind: str
    label: str
    on: date | None
    value: str
    status: str


@dataclass(frozen=True, slots=True)
class HandedPerson:
    """Whose record it is, for people to read."""

    patient_id: UUID
    name: str
    birth_on: date | None
    identifiers: tuple[str, ...]
    documents: tuple[HandedDocument, ...]
    facts: tuple[HandedFact, ...]


@dataclass(slots=True)
class Handed:
    """How many lines or files of each kind left: kinds are "records/Condition", "rows/loop", "documents" ..."""

    counts: dict[str, int] = field(default_factory=dict)

    def count(self, kind: str, number: int = 1) -> None:
        """Count lines or files."""
        self.counts[kind] = self.counts.get(kind, 0) + number

    def merge(self, other: "Handed") -> None:
        """Add what another part counted."""
        for kind, number in other.counts.items():
            self.count(kind, number)


@dataclass(frozen=True, slots=True)
class Cover:
    """What the first page says: whose record, made when and by which version, for whom and why.

    ``page`` is the file about the one person, "" where many are inside.
    """

    made_at: datetime
    version: str
    recipient: str
    reason: str
    page: str
    counts: dict[str, int]
