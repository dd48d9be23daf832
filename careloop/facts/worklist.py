"""The loop: what somebody was promised, who must act, what comes next and by when."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from careloop.basics.words import Say


class LoopKind(StrEnum):
    """Which promise a loop is."""

    TASK = "task"
    GAP = "gap"
    SAFETY = "safety"
    REVIEW = "review"
    VISIT = "visit"
    REFERRAL = "referral"


# What comes next for an itinerary whose every step took place: its loop is closed with what shows it.
FINISHED_STEP = Say("step.itinerary_finish")


class State(StrEnum):
    """Where a loop stands."""

    TO_DO = "to_do"
    STARTED = "started"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class Event(StrEnum):
    """What can happen to a loop."""

    START = "start"
    LOG_CONTACT = "log_contact"
    SNOOZE = "snooze"
    WAKE = "wake"
    HAND_OFF = "hand_off"
    TAKE = "take"
    FINISH = "finish"
    NOT_NEEDED = "not_needed"
    ENDED_BY_FACTS = "ended_by_facts"
    DEATH = "death"
    REOPEN = "reopen"
    UNDO = "undo"
    ESCALATE = "escalate"
    OPEN = "open"
    FACTS_CHANGED = "facts_changed"
    OVERRIDE = "override"
    VISIT = "visit"
    VISIT_ENDED = "visit_ended"
    VISIT_BACK = "visit_back"
    REFERRAL = "referral"
    REFERRAL_ENDED = "referral_ended"
    REFERRAL_BACK = "referral_back"


class Ball(StrEnum):
    """Who has the ball."""

    US = "us"
    PATIENT = "patient"
    PROVIDER = "provider"
    PAYER = "payer"
    OTHER = "other"


class Outcome(StrEnum):
    """How a loop can end. There is no other way."""

    DONE = "done"
    DECLINED = "declined_by_patient"
    UNREACHABLE = "unable_to_reach"
    WITHDRAWN = "withdrawn_clinically"
    ELSEWHERE = "done_elsewhere"
    DUPLICATE = "duplicate"
    TRANSFERRED = "transferred"
    DECEASED = "deceased"


class Severity(IntEnum):
    """Harm if it is missed."""

    LOW = 1
    MODERATE = 2
    HIGH = 3
    CRITICAL = 4


class ContactResult(StrEnum):
    """How an attempt to reach somebody ended."""

    REACHED = "reached"
    LEFT_MESSAGE = "left_message"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    CALL_BACK = "call_back"


class Confidence(StrEnum):
    """How well a rule's source was checked."""

    PRIMARY = "primary_text_seen"
    SECONDARY = "secondary"
    GENERAL = "general_knowledge"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from, when it took effect and how well that was checked.

    ``address`` is the page on which the statement was read, "" where none was noted.
    """

    id: str
    organization: str
    title: str
    year: int
    section: str
    confidence: Confidence
    checked_on: date
    effective_on: date | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that needs doing for one patient, and why.

    ``key`` tells two findings of one check apart and stays the same from run to run: it is how the
    open loop is found again. ``because`` may hold several sentences. ``evidence`` names the
    resources that it rests on. ``due_on`` is the last good day, None if the source gives none. ``beside``
    is said after ``because``, but nothing rests on it: a quiet finding stays quiet when it changes.
    """

    key: str
    title: Say
    because: tuple[Say, ...]
    if_waits: Say
    next_step: Say
    severity: Severity
    source: Source
    since_on: date | None = None
    due_on: date | None = None
    evidence: tuple[UUID, ...] = ()
    beside: tuple[Say, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check says about one patient on one day.

    ``look_again_on`` is the next day on which the answer could change without new facts, or None.
    ``not_checked`` says what could not be judged and why. ``satisfied_by`` are the resources that
    answer the check when it finds nothing: the evidence that closes its loop.
    """

    findings: tuple[Finding, ...] = ()
    look_again_on: date | None = None
    not_checked: tuple[Say, ...] = ()
    satisfied_by: tuple[UUID, ...] = ()


class Tone(StrEnum):
    """How a deadline or status is shown: a shape, a word and a colour."""

    LATE = "late"
    SOON = "soon"
    WAIT = "wait"
    INFO = "info"
    TO_DO = "todo"
    BLOCK = "block"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline in words: the main sentence, a second line or None, and how to show it."""

    tone: Tone
    say: Say
    more: Say | None
    at: datetime | None
