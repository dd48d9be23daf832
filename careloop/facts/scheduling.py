"""Calendars and visits: hours, free times, what a visit needs, and where a booking stands."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from careloop.basics.words import Say


class BookingState(StrEnum):
    """Where a booking stands. The first four keep their time; the others have given it back."""

    HELD = "held"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    BUMPED = "bumped"
    RELEASED = "released"


# The states from which a visit is given another time; whoever is there already is seen to by those who are there.
MOVABLE = (BookingState.BOOKED, BookingState.CONFIRMED)


class BookingEvent(StrEnum):
    """What can happen to a booking."""

    BOOK = "book"
    CONFIRM = "confirm"
    UNCONFIRM = "unconfirm"
    ARRIVE = "arrive"
    FINISH = "finish"
    MISS = "miss"
    CORRECT = "correct"
    TAKE_BACK = "take_back"
    CANCEL = "cancel"
    BUMP = "bump"
    RELEASE = "release"


class CancelledBy(StrEnum):
    """Who wanted a visit cancelled."""

    PATIENT = "patient"
    FAMILY = "family"
    PROVIDER = "provider"
    CLINIC = "clinic"
    PAYER = "payer"
    DEATH = "death"


class CancelReason(StrEnum):
    """Why a visit was cancelled or bumped."""

    SICK = "sick"
    RIDE = "ride"
    COST = "cost"
    WORK_OR_FAMILY = "work_or_family"
    NOT_NEEDED = "not_needed"
    APPROVAL_MISSING = "approval_missing"
    NOT_PREPARED = "not_prepared"
    PROVIDER_AWAY = "provider_away"
    CLINIC_CLOSED = "clinic_closed"
    LEFT_UNSEEN = "left_unseen"
    EARLIER_TIME = "earlier_time"
    DIED = "died"
    OTHER = "other"


class Which(StrEnum):
    """Which of the two is meant when the clocks go back and a time comes twice."""

    FIRST = "first"
    SECOND = "second"


class Preparation(StrEnum):
    """What the patient is told to do before a visit: each has its words in every language."""

    NONE = "none"
    FASTING = "fasting"
    MEDICINE_LIST = "medicine_list"
    ESCORT = "escort"
    RECORDS = "records"


@dataclass(frozen=True, slots=True)
class Promised:
    """A moment as it was promised: the instant (UTC), the IANA zone, and what the clock on the wall there says."""

    at: datetime
    zone: str
    wall: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` up to but not at ``end``, both aware."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class ReadingWindow:
    """How a calendar from elsewhere is read for an entry: on which clocks, from when until when (aware moments)."""

    zone: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours of one weekday (1 is Monday) in the calendar's zone, from and until days that may be open-ended."""

    weekday: int
    opens: time
    closes: time
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class CalendarException:
    """Days on which a calendar differs: open as well, or closed. Without times it is the whole day."""

    first_on: date
    last_on: date
    is_open: bool
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody or something can be booked: hours, exceptions, and days on which nobody works."""

    zone: str
    weekly: tuple[WeeklyHours, ...]
    exceptions: tuple[CalendarException, ...] = ()
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class VisitLength:
    """How long a visit lasts, and what is kept free before and after it by whoever and whatever it occupies."""

    minutes: int
    gap_before: int = 0
    gap_after: int = 0

    @property
    def length(self) -> timedelta:
        """Return the visit's own length."""
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class VisitTypeDraft:
    """A kind of visit as somebody writes it down: lengths in minutes, needs by kind, "" for none.

    ``labels`` are the sensitivity bits that its visits carry. ``people`` are the practitioners whom it is with; none
    means whoever has a calendar.
    """

    name: str
    minutes: int
    gap_before: int = 0
    gap_after: int = 0
    preparation: Preparation = Preparation.NONE
    needs_practitioner: bool = True
    needs_escort: bool = False
    needs_fasting: bool = False
    room_sort: str = ""
    device_sort: str = ""
    seats: int = 1
    labels: int = 0
    is_active: bool = True
    people: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitTypeRow:
    """A kind of visit as it is read, with what the patient is told to do before it."""

    id: UUID
    draft: VisitTypeDraft
    preparation: Say
    version: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody or something that could take part: when open, when busy, and whether gaps are kept around it.

    ``open`` None is always open: a patient has no calendar here.
    """

    id: UUID
    open: tuple[Span, ...] | None
    busy: tuple[Span, ...] = ()
    keeps_gaps: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """A time that fits, and who and what would take part, one of each need in the order of the needs."""

    promised: Promised
    picks: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class VisitAsk:
    """What is asked for: which visit, at which wall time, with whom and what.

    ``entries`` are directory entries that must take part. What the visit type needs beside them (a room, a device,
    an interpreter) is found among those of the same site. ``seats`` names extra seats by entry.
    """

    visit_type_id: UUID
    wall: datetime
    entries: tuple[UUID, ...] = ()
    which: Which | None = None
    seats: tuple[tuple[UUID, UUID], ...] = ()
    group_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A hold: its booking and loop, the token with which it is booked, and until when (UTC) it holds."""

    booking_id: UUID
    loop_id: UUID
    token: UUID
    until: datetime
    promised: Promised


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """What the plan of a visit's loop needs to know of its newest booking.

    ``open_items`` is how much of what is to be in order before the visit is still open.
    """

    state: BookingState
    state_since: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    hold_until: datetime | None = None
    open_items: int = 0


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A booking as a line: what, when there, where it stands, and with whom.

    ``prepared`` is how many of how many things are in order before it, where that was asked for.
    """

    id: UUID
    loop_id: UUID
    patient_id: UUID
    visit_type: str
    state: BookingState
    promised: Promised
    minutes: int
    version: int
    takes_part: tuple[tuple[str, str], ...]
    preparation: Say
    cancelled_by: CancelledBy | None = None
    reason: CancelReason | None = None
    note: str = ""
    prepared: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class DayColumn:
    """One column of a day: who or what, when open, and when busy. Nobody is named in what is busy."""

    entry_id: UUID
    name: str
    kind: str
    open: tuple[Span, ...]
    busy: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class DayBoard:
    """A day in one zone: its columns, and the visits of it that the reader may see."""

    on: date
    columns: tuple[DayColumn, ...]
    visits: tuple[VisitRow, ...]
