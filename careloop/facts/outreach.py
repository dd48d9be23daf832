"""Outreach lists: who is to be called about what, who is left out, and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.pages import Choice
from careloop.facts.reach import TryResult


class ListState(StrEnum):
    """Where a list stands."""

    OPEN = "open"
    CLOSED = "closed"


class EntryState(StrEnum):
    """Where somebody on a list stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    ENDED = "ended"
    LEFT_OUT = "left_out"


class WhyLeftOut(StrEnum):
    """Why somebody whom the rule finds is not called."""

    DIED = "died"
    ASKED_NOT = "asked_not"
    NO_NUMBER = "no_number"
    HOSPICE = "hospice"
    RECENT = "recent"
    ON_ANOTHER_LIST = "on_another_list"
    LIST_CLOSED = "list_closed"


@dataclass(frozen=True, slots=True)
class OutreachRule:
    """Who is on a list: everything that is given must hold. At least one of the first three is.

    ``check`` is a check with an open gap, ``no_visit_days`` that nobody was seen for so many days, ``referral`` that
    has no date yet; ages in whole years, both ends in; ``language`` a tag or "".
    """

    check: str = ""
    no_visit_days: int | None = None
    referral: bool = False
    from_age: int | None = None
    to_age: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class OutreachDraft:
    """A list as it is asked for. ``quiet_days``: who was tried within so many days is left out."""

    name: str
    unit_id: int
    rule: OutreachRule
    per_day: int
    quiet_days: int
    most_tries: int


@dataclass(frozen=True, slots=True)
class Found:
    """How many the rule finds now, and how many of them are left out, by why."""

    called: int
    left_out: tuple[tuple[WhyLeftOut, int], ...]

    @property
    def all(self) -> int:
        """How many the rule finds in all."""
        return self.called + sum(count for _why, count in self.left_out)


@dataclass(frozen=True, slots=True)
class Interval:
    """A share in percent with its 95 % interval after Wilson; ``is_small``: of so few little can be said."""

    part: int
    whole: int
    low: int
    high: int
    is_small: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """One end of a call on a list, for the figures. ``group`` is a band of ages."""

    language: str
    group: str
    result: TryResult


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of the calls to some people: those who were tried to the end, reached, booked."""

    name: str
    people: int
    reached: Interval
    booked: Interval


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list with how far it is."""

    id: UUID
    name: str
    state: ListState
    rule: tuple[Say, ...]
    made_by: str
    made_at: datetime
    waiting: int
    claimed: int
    ended: int
    left_out: int


@dataclass(frozen=True, slots=True)
class ListsPage:
    """The lists of one's teams."""

    rows: tuple[ListRow, ...]
    may_make: bool


@dataclass(frozen=True, slots=True)
class NewListPage:
    """A new list as it is asked for, with whom the rule finds now, None before it was asked."""

    units: tuple[Choice, ...]
    checks: tuple[str, ...]
    languages: tuple[str, ...]
    found: Found | None = None
    rule: tuple[Say, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody whom one calls now: nobody else is given them before ``until``."""

    entry_id: UUID
    patient_id: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class ListPage:
    """One list: how far it is, who was left out and why, what came of it, and whom one holds now."""

    at: datetime
    row: ListRow
    version: int
    per_day: int
    quiet_days: int
    most_tries: int
    today: int
    later: int
    next_on: date | None
    mine: Claim | None
    mine_name: str
    left_out: tuple[tuple[WhyLeftOut, int], ...]
    results: tuple[tuple[TryResult, int], ...]
    by_language: tuple[Figures, ...]
    by_group: tuple[Figures, ...]
    all: Figures
    may_make: bool
