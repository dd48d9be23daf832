"""How long records are kept, and what holds them longer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """A record is kept so many years after its last event, and for the young from a birthday on.

    ``is_verified`` is false until the clinic has set the rule that holds where it works.
    """

    years: int
    begins_at_age: int
    is_verified: bool
    source: str


@dataclass(frozen=True, slots=True)
class PastRetention:
    """A patient whose record need not be kept any more by the rule, and whether a legal hold keeps it.

    ``asked_by`` names who asked for the record to be deleted, "" if nobody did.
    """

    patient_id: UUID
    last_on: date
    kept_until: date
    is_held: bool
    asked_by: str


@dataclass(frozen=True, slots=True)
class Obstacles:
    """What may stand in the way of deleting a record, whatever its labels; ``asked_by`` is who asked for it, if any.

    ``last_on`` is the last day on which anything happened in it. ``is_linked`` counts wishes for a link too;
    ``is_in_inbox`` is true while something refused that names it waits to be mended.
    """

    last_on: date
    is_held: bool
    open_loops: int
    is_linked: bool
    is_in_inbox: bool
    asked_by: UUID | None


@dataclass(frozen=True, slots=True)
class Deleted:
    """A record that was deleted: the tombstone that stays, rows by table, and the hash over all of them (hex)."""

    tombstone: UUID
    kept_until: date
    rows: Mapping[str, int]
    sha256: str


@dataclass(frozen=True, slots=True)
class TombstoneLine:
    """A record that was deleted, without anything that it said. ``readmitted_at`` is None while it stays away."""

    id: UUID
    was_patient: UUID
    deleted_at: datetime
    kept_until: date
    asked_by: str
    confirmed_by: str
    rows: int
    sha256: str
    readmitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class HoldLine:
    """A legal hold; ``patient_id`` is None for one on everything."""

    id: int
    patient_id: UUID | None
    reason: str
    since: datetime
