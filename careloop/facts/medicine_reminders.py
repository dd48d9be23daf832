"""Reminders of medicines: what a schedule is made of, where it stands, and what its page shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from careloop.facts.consents import CircleWho, Road
from careloop.facts.reminders import ReminderAnswer, ReminderState


class ScheduleState(StrEnum):
    """Where the reminders of one medicine stand. PAUSED: a clinician was asked, and nothing goes until then."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    ENDED = "ended"


class StopWhy(StrEnum):
    """Why reminders of a medicine do not go any more, or not now."""

    BY_HAND = "by_hand"
    PATIENT_STOPPED = "patient_stopped"
    SIDE_EFFECT = "side_effect"
    STATEMENT_CHANGED = "statement_changed"
    OVER = "over"
    DIED = "died"


@dataclass(frozen=True, slots=True)
class PillWords:
    """The words that answer a reminder, in small letters without accents: said alone, or anywhere in a text."""

    whole: Mapping[tuple[str, ...], ReminderAnswer]
    within: Mapping[tuple[str, ...], ReminderAnswer]


@dataclass(frozen=True, slots=True)
class ScheduleDraft:
    """A schedule as somebody sets it up with the patient.

    ``resource_id`` and ``statement_version`` name the statement of the list that it rests on. ``times`` are times of
    the day on the patient's clocks. ``consent`` says how the patient agreed, in words.
    """

    resource_id: UUID
    statement_version: int
    times: tuple[time, ...]
    road: Road
    ends_on: date
    consent: str


@dataclass(frozen=True, slots=True)
class MedicineMoment:
    """A moment (UTC) at which somebody is reminded, its day and time on the patient's clocks, and when it is late."""

    due_at: datetime
    wall: datetime
    good_until: datetime


@dataclass(frozen=True, slots=True)
class DayAnswers:
    """One day of a schedule: how many reminders went, and how many were answered."""

    on: date
    sent: int
    answered: int


@dataclass(frozen=True, slots=True)
class MedicineChoice:
    """A medicine that is taken as the list says, with the newest statement that says so."""

    resource_id: UUID
    version: int
    label: str
    sender: str


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """A schedule with its last days."""

    id: UUID
    label: str
    state: ScheduleState
    state_since: datetime
    why: StopWhy | None
    times: tuple[time, ...]
    road: Road
    starts_on: date
    ends_on: date
    consent: str
    made_by: str
    version: int
    last: tuple["MedicineLine", ...]


@dataclass(frozen=True, slots=True)
class MedicineLine:
    """One reminder of a medicine as it is shown: when it was due on the patient's clocks."""

    due_wall: datetime
    state: ReminderState
    answer: ReminderAnswer | None


@dataclass(frozen=True, slots=True)
class NamingWish:
    """What a patient said of the name of a medicine in its reminder: when, who wrote it down, and how it was said."""

    is_named: bool
    at: datetime
    who: str
    because: str


@dataclass(frozen=True, slots=True)
class MedicineRemindersPage:
    """The schedules of one patient, and the medicines for which one can be set up.

    ``latest_on`` is the last day that a schedule can have before somebody looks at it again.
    """

    whose: CircleWho
    today: date
    latest_on: date
    schedules: tuple[ScheduleLine, ...]
    choices: tuple[MedicineChoice, ...]
    may_write: bool
    wish: NamingWish | None = None
