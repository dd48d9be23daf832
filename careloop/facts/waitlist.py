"""The waiting list: who would come sooner and when, times that were given back, and what was asked of whom."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.outbox import OutState
from careloop.facts.referrals import Urgency
from careloop.facts.scheduling import BookingState, Promised, VisitTypeRow
from careloop.facts.visits import PartOfDay, Pick, Whose

# Who must be seen today is called today: a list is no place for them.
CAN_WAIT = (Urgency.URGENT, Urgency.ROUTINE)
MOST_NOTICE_HOURS = 14 * 24


class WishState(StrEnum):
    """Where somebody's place on the waiting list stands. Only the first waits."""

    WAITING = "waiting"
    GOT_TIME = "got_time"
    TAKEN_OFF = "taken_off"
    ENDED = "ended"


class OfferState(StrEnum):
    """What became of a time that somebody was asked about."""

    OPEN = "open"
    YES = "yes"
    NO = "no"
    NOT_REACHED = "not_reached"
    EXPIRED = "expired"
    TAKEN = "taken"
    OVER = "over"


class Answer(StrEnum):
    """What a patient answered, as somebody heard it on the telephone."""

    YES = "yes"
    NO = "no"
    NOT_REACHED = "not_reached"


class ReachBy(StrEnum):
    """Whom one calls about a freed time."""

    PATIENT = "patient"
    FAMILY = "family"


@dataclass(frozen=True, slots=True)
class WishDraft:
    """What somebody waits for and when they could come. None and () are any; weekdays are 1 (Monday) to 7.

    ``notice_hours`` is how long before a time they must know of it. ``note`` is for whoever calls.
    """

    visit_type_id: UUID
    urgency: Urgency = Urgency.ROUTINE
    entry_id: UUID | None = None
    site_id: UUID | None = None
    weekdays: tuple[int, ...] = ()
    part: PartOfDay | None = None
    earliest_on: date | None = None
    latest_on: date | None = None
    notice_hours: int = 0
    reach_by: ReachBy = ReachBy.PATIENT
    note: str = ""


@dataclass(frozen=True, slots=True)
class Freed:
    """A time that was given back: which kind of visit, when, with whom or what, and where."""

    visit_type_id: UUID
    promised: Promised
    entry_ids: frozenset[UUID]
    site_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody on the waiting list as they are held against a freed time.

    ``booked`` is the time that their visit has now, None if it has none. ``is_busy`` tells of another visit at that
    time, ``lacks_interpreter`` that they need one and none is free. ``asked`` is what became of this very time.
    ``offers`` counts the times they were asked about before, ``miles`` is about how far they live from it, if known.
    """

    id: UUID
    draft: WishDraft
    since_on: date
    booked: Promised | None = None
    is_busy: bool = False
    lacks_interpreter: bool = False
    asked: OfferState | None = None
    offers: int = 0
    miles: int | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """Somebody for whom a freed time fits, with the reasons for their place."""

    id: UUID
    reasons: tuple[Say, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """Who fits, the first to ask first, and for whom it does not fit and why."""

    fits: tuple[Ranked, ...]
    others: tuple[tuple[UUID, Say], ...]


@dataclass(frozen=True, slots=True)
class WishRow:
    """Somebody on the waiting list as a line. ``booked`` is the visit that would move, with its time."""

    id: UUID
    patient_id: UUID
    loop_id: UUID
    name: str
    birth_on: date | None
    visit_type: str
    draft: WishDraft
    with_whom: str
    where: str
    since_on: date
    days: int
    offers: int
    booking_id: UUID | None = None
    booked: Promised | None = None
    booked_state: BookingState | None = None


@dataclass(frozen=True, slots=True)
class FreedRow:
    """A time that was given back and is still ahead. ``waiting`` counts who waits for this kind of visit."""

    id: UUID
    visit_type: str
    promised: Promised
    minutes: int
    takes_part: tuple[str, ...]
    site: str
    freed_at: datetime
    is_free: bool
    waiting: int = 0
    open_offers: int = 0


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A time that somebody was asked about: where that stands, and until when an answer is waited for.

    ``text`` is where the text stands that asks; None if nobody was asked by text.
    """

    id: UUID
    wish: WishRow
    state: OfferState
    offered_at: datetime
    expires_at: datetime
    booking_id: UUID | None
    note: str = ""
    text: OutState | None = None

    @property
    def waits_for_text(self) -> bool:
        """Whether an answer to a text may come: it is on its way, or went."""
        return self.text is not None and self.text not in (OutState.FAILED, OutState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class FitRow:
    """Somebody who can be asked about a freed time, with the reasons for their place."""

    wish: WishRow
    reasons: tuple[Say, ...]


@dataclass(frozen=True, slots=True)
class FreedPage:
    """One freed time: whom to ask next, who was asked, and for whom it does not fit.

    ``count`` is how many are asked at a time, ``hours`` how long an answer is waited for: defaults of the product.
    ``may_text``: this person may also write to patients.
    """

    at: datetime
    row: FreedRow
    fits: tuple[FitRow, ...]
    offers: tuple[OfferRow, ...]
    others: tuple[tuple[WishRow, Say], ...]
    count: int
    hours: int
    may_book: bool
    may_text: bool = False


@dataclass(frozen=True, slots=True)
class WaitlistAsk:
    """Which of those who wait are asked for."""

    visit_type_id: UUID | None = None
    urgency: Urgency | None = None
    booked: bool | None = None


@dataclass(frozen=True, slots=True)
class WaitlistPage:
    """The waiting list: freed times that are still ahead, and who waits, the first to ask first."""

    at: datetime
    freed: tuple[FreedRow, ...]
    rows: tuple[WishRow, ...]
    count: int
    kinds: tuple[tuple[UUID, str], ...]
    asked: WaitlistAsk


@dataclass(frozen=True, slots=True)
class WishPage:
    """Putting a patient on the waiting list, and where they stand on it already.

    ``moves`` is the visit that would come sooner: its kind, the newest time, and whether it keeps that time.
    """

    at: datetime
    whose: Whose
    kinds: tuple[VisitTypeRow, ...]
    people: tuple[Pick, ...]
    sites: tuple[tuple[UUID, str], ...]
    rows: tuple[WishRow, ...]
    may_book: bool
    loop_id: UUID | None = None
    moves: tuple[UUID, str, Promised, bool] | None = None
