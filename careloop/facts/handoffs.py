"""Handing patients or loops on by word: where a handoff stands, what is said of each patient, and its pages."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.facts.covering import AbsenceRow
from careloop.facts.pages import Choice, LoopRow


class HandoffState(StrEnum):
    """Where a handoff stands. Until it is accepted all stays with the giver."""

    DRAFT = "draft"
    OFFERED = "offered"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class HandoffEvent(StrEnum):
    """What can happen to a handoff."""

    OFFER = "offer"
    ASK = "ask"
    ANSWER = "answer"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class HandoffScope(StrEnum):
    """What moves: single loops, or patients with all that the giver has open about them."""

    LOOPS = "loops"
    PATIENTS = "patients"


class IllnessLevel(StrEnum):
    """How ill somebody is, in the words of I-PASS. A person says it: nothing here works it out."""

    STABLE = "stable"
    WATCHER = "watcher"
    UNSTABLE = "unstable"


class DeclineReason(StrEnum):
    """Why somebody does not take over."""

    TOO_MUCH = "too_much"
    AWAY = "away"
    OTHER_PERSON = "other_person"
    LET_US_TALK = "let_us_talk"


@dataclass(frozen=True, slots=True)
class WhatIf:
    """If something happens, what the receiver does, and when to look for it; "" and None where nothing is said."""

    if_words: str
    then_words: str
    on: date


@dataclass(frozen=True, slots=True)
class HandoffLine:
    """What is said of one patient. ``actions`` are the open loops that move, in the order of the list."""

    id: int
    patient_id: UUID
    name: str
    birth_on: date | None
    level: IllnessLevel | None
    summary: str
    actions: tuple[LoopRow, ...]
    what_ifs: tuple[WhatIf, ...]
    question: str
    answer: str
    said_back: str

    @property
    def needs_own_words(self) -> bool:
        """Whether the receiver says this patient back alone: everybody but those who are stable."""
        return self.level is not IllnessLevel.STABLE


@dataclass(frozen=True, slots=True)
class HandoffRow:
    """One handoff in a list. ``patients`` counts those who are on it."""

    id: UUID
    giver: str
    receiver: str
    is_given: bool
    scope: HandoffScope
    state: HandoffState
    state_since: datetime
    expires_at: datetime | None
    patients: int


@dataclass(frozen=True, slots=True)
class HandoffsPage:
    """Handoffs to and from somebody: those that wait, the latest that ended, and shared cover that concerns them."""

    waiting: tuple[HandoffRow, ...]
    ended: tuple[HandoffRow, ...]
    covers: tuple[AbsenceRow, ...] = ()


@dataclass(frozen=True, slots=True)
class DayPatient:
    """A patient of somebody's day, and how many loops of it are about them."""

    id: UUID
    name: str
    birth_on: date | None
    loops: int


@dataclass(frozen=True, slots=True)
class NewHandoffPage:
    """What a handoff can be made of, and to whom: how many ``loops`` of the day, which ``people`` of the caseload.

    ``day`` are the patients of the day, by name.
    """

    receivers: tuple[Choice, ...]
    loops: int
    people: tuple[Choice, ...]
    patient_id: UUID | None = None
    patient_name: str = ""
    day: tuple[DayPatient, ...] = ()


@dataclass(frozen=True, slots=True)
class HandoffPage:
    """One handoff with all that is said in it. ``hours`` is how long an answer is waited for."""

    at: datetime
    row: HandoffRow
    version: int
    lines: tuple[HandoffLine, ...]
    decline_reason: DeclineReason | None
    hours: int
    is_receiver: bool
