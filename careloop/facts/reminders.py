"""Reminders of visits: the rungs of a ladder, what is planned for one visit, what was left out, and what is shown."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.consents import Road
from careloop.facts.worklist import Confidence


class ReminderKind(StrEnum):
    """What a reminder is for. CALL is no message: a person calls when nobody has answered until then."""

    CONFIRM = "confirm"
    PREPARE = "prepare"
    DAY_BEFORE = "day_before"
    CALL = "call"
    MOVED = "moved"
    OFF = "off"


# The rungs of the ladder, in the order in which they are climbed. The other kinds tell of a change.
LADDER = (ReminderKind.CONFIRM, ReminderKind.PREPARE, ReminderKind.DAY_BEFORE, ReminderKind.CALL)
# The rungs that ask whether the patient will come.
ASKING = (ReminderKind.CONFIRM, ReminderKind.DAY_BEFORE)


class ReminderState(StrEnum):
    """Where a reminder stands. SENT means handed to the outbox; CALLED that a person was asked to call."""

    PLANNED = "planned"
    SENT = "sent"
    CALLED = "called"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class WithdrawnWhy(StrEnum):
    """Why a reminder does not go any more."""

    MOVED = "moved"
    ENDED = "ended"
    SAID_YES = "said_yes"
    LADDER = "ladder"
    TOO_LATE = "too_late"
    DIED = "died"
    NO_ROAD = "no_road"
    TOLD = "told"
    SEVERAL = "several"
    STOPPED = "stopped"


class SkippedWhy(StrEnum):
    """Why a rung of the ladder is left out for one visit."""

    TOO_NEAR = "too_near"
    NOTHING_TO_PREPARE = "nothing_to_prepare"
    SAID_YES = "said_yes"
    OFF = "off"


class ReminderAnswer(StrEnum):
    """What somebody answered to a reminder. The last four are answers about medicines."""

    YES = "yes"
    NO = "no"
    CHANGE = "change"
    RIDE = "ride"
    TAKEN = "taken"
    NOT_TAKEN = "not_taken"
    STOPPED = "stopped"
    SIDE_EFFECT = "side_effect"


class Kept(StrEnum):
    """What became of a reminder that was planned before: it waits, it went (or is not to go), or its rung was moved."""

    PLANNED = "planned"
    GONE = "gone"
    LEFT = "left"


# What is answered to a reminder of a visit.
ABOUT_VISITS = (ReminderAnswer.YES, ReminderAnswer.NO, ReminderAnswer.CHANGE, ReminderAnswer.RIDE)


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: so many days before the visit, at a time on the clocks where it takes place.

    ``roads`` are tried in this order. ``good_hours``: after so many it is too late for it, and it is left out.
    """

    kind: ReminderKind
    days_before: int
    at: time
    roads: tuple[Road, ...]
    good_hours: int
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class DatedRung:
    """A rung as the product comes with it: from which day on, whence, and how sure."""

    from_on: date
    rung: Rung
    source: str
    is_ours: bool
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class LadderVisit:
    """What of a visit decides its ladder: when it is on the clocks where it takes place, and how it stands.

    ``has_preparation``: there is something to get ready, or a cost that is known.
    """

    starts_at: datetime
    starts_wall: datetime
    zone: str
    is_confirmed: bool
    has_preparation: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder that is due at a moment (UTC) and of no use after another."""

    kind: ReminderKind
    due_at: datetime
    good_until: datetime
    roads: tuple[Road, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rung that is left out, and why."""

    kind: ReminderKind
    why: SkippedWhy

    @property
    def say(self) -> Say:
        """Say why."""
        return Say(f"reminder_skipped.{self.why}")


@dataclass(frozen=True, slots=True)
class LadderPlan:
    """What goes when for one visit, in order of time, and what is left out."""

    planned: tuple[Planned, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """A reminder as it is shown. ``zone`` is where the visit takes place."""

    id: UUID
    kind: ReminderKind
    state: ReminderState
    state_since: datetime
    due_at: datetime
    zone: str
    why: WithdrawnWhy | None = None
    road: Road | None = None
    answer: ReminderAnswer | None = None


@dataclass(frozen=True, slots=True)
class Paused:
    """That nobody is reminded of a visit for now: since when, by whom and why."""

    at: datetime
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class VisitReminders:
    """The reminders of one visit. ``is_planned`` is false until the worker has looked at it."""

    lines: tuple[ReminderLine, ...]
    skipped: tuple[Skipped, ...]
    paused: Paused | None
    is_planned: bool
    may_pause: bool


@dataclass(frozen=True, slots=True)
class ComingReminder:
    """The next reminder of one visit, on the patient's page."""

    booking_id: UUID
    visit_type: str
    line: ReminderLine
    is_paused: bool


@dataclass(frozen=True, slots=True)
class RungRow:
    """A rung on the page of its kind of visit: ``is_own`` if the clinic has set it, else as the product comes."""

    rung: Rung
    is_own: bool
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class LadderPage:
    """The ladder of one kind of visit."""

    visit_type_id: UUID
    name: str
    rows: tuple[RungRow, ...]
