"""Visits as their pages show them: times to choose from, one visit with what can be done about it, and a day."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.chart import Sex
from careloop.facts.directory import EntryKind
from careloop.facts.fetching import AddressShown
from careloop.facts.groups import GroupTime
from careloop.facts.pages import HistoryLine, Identifier
from careloop.facts.preparation import Readiness
from careloop.facts.referrals import ReferralState
from careloop.facts.reminders import VisitReminders
from careloop.facts.scheduling import (
    BookingState,
    CalendarException,
    Promised,
    VisitRow,
    VisitTypeRow,
    WeeklyHours,
)
from careloop.facts.tips import TipsBox


class PartOfDay(StrEnum):
    """When on a day somebody would like to come."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


class Barrier(StrEnum):
    """What stood in the way of a visit, as the patient or family said it."""

    RIDE = "ride"
    COST = "cost"
    WORK_OR_FAMILY = "work_or_family"
    SICK = "sick"
    FORGOT = "forgot"
    LANGUAGE = "language"
    FEAR = "fear"
    OTHER = "other"
    NOT_ASKED = "not_asked"


class Deed(StrEnum):
    """What somebody can do about a visit now."""

    BOOK = "book"
    RELEASE = "release"
    CONFIRM = "confirm"
    ARRIVE = "arrive"
    FINISH = "finish"
    MISS = "miss"
    CORRECT = "correct"
    TAKE_BACK = "take_back"
    CANCEL = "cancel"
    MOVE = "move"
    AGAIN = "again"


class Known(StrEnum):
    """Whether a need of a visit is seen to: never a guess."""

    KNOWN = "known"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a patient would like: from which day on, which part of the day, which weekday (1 is Monday), with whom."""

    since_on: date | None = None
    part: PartOfDay | None = None
    weekday: int | None = None
    entry_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose visit it is: what tells people apart, above every form."""

    patient_id: UUID
    name: str
    birth_on: date | None
    sex: Sex
    identifiers: tuple[Identifier, ...]
    languages: tuple[str, ...]
    needs_interpreter: bool
    is_dead: bool


@dataclass(frozen=True, slots=True)
class Pick:
    """Somebody or something that takes part."""

    id: UUID
    kind: EntryKind
    name: str


@dataclass(frozen=True, slots=True)
class TimeOffer:
    """A time that fits, with who and where. ``why`` says what makes it stand out; ``entries`` are to be asked for."""

    promised: Promised
    picks: tuple[Pick, ...]
    entries: tuple[UUID, ...]
    site: str = ""
    why: tuple[Say, ...] = ()

    @property
    def code(self) -> str:
        """Return the time and whom it is asked with, as a form carries it."""
        return "|".join([self.promised.wall.isoformat(timespec="minutes"), *map(str, self.entries)])


@dataclass(frozen=True, slots=True)
class OfferDay:
    """A day with times that fit, on the clocks where the visit takes place."""

    on: date
    offers: tuple[TimeOffer, ...]


@dataclass(frozen=True, slots=True)
class TimesPage:
    """Times for a visit. Without a chosen kind of visit only the kinds are there.

    ``lacking`` says why there is no time. ``moves`` is the visit that gets another time, ``loop_id`` the open promise
    on which the new time hangs. ``next_on`` is the day from which on one looks further. A kind of visit with seats has
    ``groups`` with a free seat instead of days.
    """

    at: datetime
    zone: str
    whose: Whose
    kinds: tuple[VisitTypeRow, ...]
    chosen: VisitTypeRow | None
    people: tuple[Pick, ...]
    wish: Wish
    days: tuple[OfferDay, ...]
    lacking: tuple[Say, ...]
    next_on: date | None
    may_book: bool
    loop_id: UUID | None = None
    moves: VisitRow | None = None
    groups: tuple[GroupTime, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One thing that a visit needs, and whether it is seen to."""

    say: Say
    known: Known


@dataclass(frozen=True, slots=True)
class ReferralBeside:
    """A referral that is to be seen at a visit: where it stands, and whether it moved with the visit."""

    id: UUID
    specialty: str
    state: ReferralState
    say: Say


@dataclass(frozen=True, slots=True)
class VisitPage:
    """One visit: where it stands, what it needs, what can be done about it, and what happened.

    ``hold_until`` is there while the time is only held; ``others`` are the other times of the same promise.
    ``decision_id`` is the open loop in which a clinician decides whether there is another time, ``asking_id`` the
    referral in which they do. ``freed_id`` is its time where others can have it, ``wish_id`` the patient's place on the
    waiting list for an earlier one. ``group`` is the group in which it is a seat. ``reminders`` are None where it never
    had any. ``referrals`` go by this visit.
    """

    at: datetime
    whose: Whose
    row: VisitRow
    state_since: datetime
    hold_token: UUID | None
    hold_until: datetime | None
    site: str
    address: str
    checklist: tuple[CheckItem, ...]
    deeds: tuple[Deed, ...]
    others: tuple[VisitRow, ...]
    history: tuple[HistoryLine, ...]
    loop_is_open: bool
    may_see_loop: bool
    readiness: Readiness
    may_prepare: bool
    missed: int = 0
    decision_id: UUID | None = None
    asking_id: UUID | None = None
    freed_id: UUID | None = None
    wish_id: UUID | None = None
    group: GroupTime | None = None
    reminders: VisitReminders | None = None
    tips: TipsBox | None = None
    referrals: tuple[ReferralBeside, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardVisit:
    """A visit on the board of a day: its start and end in minutes of the day there.

    ``prepared`` is how many of how many things are in order before it; None when it is over. ``seats`` are the taken
    and all seats of its group, None if it is no group's.
    """

    id: UUID
    start: int
    end: int
    name: str
    visit_type: str
    state: BookingState
    takes_part: tuple[str, ...]
    prepared: tuple[int, int] | None = None
    seats: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """Somebody or something on a day: open and busy as pairs of minutes of the day there, and the visits."""

    entry_id: UUID
    name: str
    kind: EntryKind
    site: str
    open: tuple[tuple[int, int], ...]
    busy: tuple[tuple[int, int], ...]
    visits: tuple[BoardVisit, ...]


class CellKind(StrEnum):
    """What a cell of the board shows."""

    OPEN = "open"
    CLOSED = "closed"
    BUSY = "busy"
    VISITS = "visits"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that begins in a row and reaches over so many of them."""

    kind: CellKind
    rows: int
    column: int
    visits: tuple[BoardVisit, ...] = ()


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of the board: the minute of the day at which it begins, and the cells that begin in it."""

    minute: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class DayPage:
    """The board of a day: columns, rows, and every visit once. ``hidden`` is how many columns found no room.

    ``freed`` are times of the day that were given back and can be offered: key, when there, kind of visit, with whom.
    ``groups`` are the group visits of the day with those who are shown, whoever has their seats.
    """

    at: datetime
    on: date
    columns: tuple[BoardColumn, ...]
    rows: tuple[GridRow, ...]
    visits: tuple[BoardVisit, ...]
    sites: tuple[tuple[UUID, str], ...]
    site_id: UUID | None
    kind: EntryKind | None
    hidden: int = 0
    freed: tuple[tuple[UUID, Promised, str, tuple[str, ...]], ...] = ()
    groups: tuple[GroupTime, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """Somebody or something that can have a calendar, and whether it has weekly hours.

    ``is_silent`` says that its calendar elsewhere could not be fetched for some time.
    """

    entry_id: UUID
    name: str
    kind: EntryKind
    site: str
    has_hours: bool
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class DifferentDay:
    """Days on which a calendar differs, why, and who said so."""

    id: int
    differs: CalendarException
    reason: str
    set_by: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What was read of an entry's calendar elsewhere: when, by whom, how many busy times, known until when.

    ``is_old`` says that it should be read again. ``clashes`` are times that are booked here and busy there.
    """

    read_at: datetime
    set_by: str
    count: int
    known_until: datetime
    is_old: bool
    clashes: tuple[Promised, ...]


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """The calendar of one entry, on the clocks of its zone.

    ``elsewhere`` is None if no calendar from elsewhere was read; ``may_read`` that one can be, for who takes part.
    ``address`` is where it is fetched from, None if it is not.
    """

    entry_id: UUID
    name: str
    kind: EntryKind
    site: str
    zone: str
    hours: tuple[WeeklyHours, ...]
    days: tuple[DifferentDay, ...]
    elsewhere: Elsewhere | None = None
    may_read: bool = False
    address: AddressShown | None = None
    tips: TipsBox | None = None


@dataclass(frozen=True, slots=True)
class KindsPage:
    """Every kind of visit, and the practitioners whom one can be with."""

    kinds: tuple[VisitTypeRow, ...]
    people: tuple[Pick, ...]
