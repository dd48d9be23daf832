"""Threads: talks about a patient with the patient, their family, offices and colleagues; their lists and pages."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.answers import Meaning
from careloop.facts.choices import ChosenStop
from careloop.facts.composer import AskedField, Look
from careloop.facts.consents import Hearing, NearAndTold, Road, Topic
from careloop.facts.offices import HeardBy, LetterComposing, OfficeSearch, Way
from careloop.facts.outbox import Direction, OutState, ThreadWith
from careloop.facts.pages import Choice, LoopRow
from careloop.facts.reach import BestTime
from careloop.facts.scheduling import VisitRow
from careloop.facts.tips import BriefTip


class Box(StrEnum):
    """A list of threads."""

    MINE = "mine"
    TEAM = "team"
    UNREAD = "unread"
    UNANSWERED = "unanswered"
    FAILED = "failed"
    SNOOZED = "snoozed"
    REVIEW = "review"


class Did(StrEnum):
    """What an answer moved."""

    NOTHING = "nothing"
    CONFIRMED = "confirmed"
    BOOKED = "booked"
    DECLINED = "declined"
    NOTED = "noted"
    LOOP = "loop"
    STOPPED = "stopped"
    STARTED = "started"
    REPLIED = "replied"
    PERSON = "person"
    AUTOMATIC = "automatic"


class Undone(StrEnum):
    """What was taken back of what a wrongly read answer had moved."""

    NOTHING = "nothing"
    VISIT = "visit"
    STOP = "stop"
    START = "start"
    OFFER = "offer"


class WhyReview(StrEnum):
    """Why a person must say from whom an answer came."""

    UNKNOWN = "unknown"
    SHARED = "shared"
    UNREADABLE = "unreadable"
    DEAD = "dead"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One thread in a list. ``partner_name`` is "" for the patient themselves.

    ``answer_by`` is until when an answer is owed, None if none is; ``words`` the beginning of what they
    said last while an answer is owed, else of the newest message.
    """

    id: UUID
    patient_id: UUID
    patient_name: str
    birth_on: date | None
    partner: ThreadWith
    partner_name: str
    owner_id: UUID | None
    owner_name: str
    last_at: datetime
    words: str
    direction: Direction
    is_unread: bool
    answer_by: datetime | None
    is_late: bool
    has_failed: bool
    snoozed_until: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """Something that came in and could not be given to anybody: whose might it be? ``ending`` of the address only."""

    id: UUID
    received_at: datetime
    road: Road
    ending: str
    words: str
    why: WhyReview
    candidates: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ThreadsPage:
    """A list of threads, how many stand in each box, and what waits for a name. ``hours`` is how long an answer may
    take: a default.
    """

    at: datetime
    box: Box
    partner: ThreadWith | None
    query: str
    rows: tuple[ThreadRow, ...]
    counts: tuple[tuple[Box, int], ...]
    review: tuple[ReviewRow, ...]
    has_more: bool
    hours: int

    @property
    def waits_longest(self) -> ThreadRow | None:
        """Return the thread of the list to which an answer is owed first, None where none is."""
        owed = [one for one in self.rows if one.answer_by is not None]
        return min(owed, key=lambda one: (one.answer_by or one.last_at, str(one.id)), default=None)


@dataclass(frozen=True, slots=True)
class Beside:
    """Whom a talk is about, beside it: of each part only what the reader's role may see.

    ``loops`` are the most urgent open ones, ``loop_count`` how many there are in all; both None where the role may not
    see them, as are ``visits`` (the next one, or nothing) and ``circle``. ``calls`` is how many calls were looked at
    for the best time, None where it may not be seen. ``stops`` are those that the talk does not show itself.
    """

    language: str
    needs_interpreter: bool
    stops: tuple[ChosenStop, ...] = ()
    loops: tuple[LoopRow, ...] | None = None
    loop_count: int | None = None
    visits: tuple[VisitRow, ...] | None = None
    circle: tuple[NearAndTold, ...] | None = None
    best: BestTime | None = None
    calls: int | None = None

    @property
    def more_loops(self) -> int:
        """How many open ones are not shown."""
        return max(0, (self.loop_count or 0) - len(self.loops or ()))


@dataclass(frozen=True, slots=True)
class Correction:
    """That somebody said that an answer was read wrongly: what it means, what was taken back, why, who and when."""

    meaning: Meaning
    undone: Undone
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message in a talk. ``state`` is that of what went out; ``why`` is why it did not go.

    ``undo_until`` is the moment until which it can be taken back unseen; ``may_withdraw`` whether it still can at all.
    ``meaning`` and ``hints`` are how an answer was understood, ``did`` what it moved and ``loop_id`` where. Of a letter
    to or from an office ``way`` is how it went, ``sender`` whence it came, known to the directory or not. ``seen_at``
    is when a message behind a link was first shown there.
    """

    id: UUID
    at: datetime
    direction: Direction
    by: str
    road: Road | None
    language: str
    words: str
    situation: str = ""
    is_draft_words: bool = False
    state: OutState | None = None
    state_since: datetime | None = None
    why: Say | None = None
    undo_until: datetime | None = None
    may_withdraw: bool = False
    meaning: Meaning | None = None
    hints: tuple[Meaning, ...] = ()
    did: Did | None = None
    loop_id: UUID | None = None
    correction: Correction | None = None
    may_correct: bool = False
    way: Way | None = None
    sender: str = ""
    is_known_sender: bool = True
    heard_by: HeardBy | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SituationChoice:
    """A situation that can be chosen, what it is about, and on which roads it can go."""

    id: str
    topic: Topic
    roads: tuple[Road, ...]


@dataclass(frozen=True, slots=True)
class Composing:
    """What is being written: the choices, what was typed, and how it would look. ``look`` is None before anything is.

    ``tips`` are notes of colleagues on the situations that can be chosen. ``why_not`` says why this road or thread
    cannot be written on; None while it can. ``asked`` is what the chosen situation asks for.
    """

    roads: tuple[Choice, ...]
    situations: tuple[SituationChoice, ...]
    languages: tuple[str, ...]
    road: Road | None = None
    situation: str = ""
    language: str = ""
    words: str = ""
    look: Look | None = None
    tips: tuple[BriefTip, ...] = ()
    why_not: Say | None = None
    asked: tuple[AskedField, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """One thread with its talk. ``answering`` is who is writing an answer now, "" for nobody or oneself.

    ``hearing`` is what somebody of the circle may hear; None for others. ``asked_language`` is the receiver's.
    ``letters`` is what can be written to somebody of the directory; None for others. ``member_id`` is who of the circle
    it is with, ``stops`` what whoever it is with wants no more. ``beside`` is whom it is about, None where only a part
    of the page was asked for.
    """

    at: datetime
    zone: str
    row: ThreadRow
    version: int
    is_dead: bool
    lines: tuple[MessageLine, ...]
    has_earlier: bool
    hearing: tuple[Hearing, ...] | None
    asked_language: str
    needs_interpreter: bool
    answering: str
    answering_until: datetime | None
    owners: tuple[Choice, ...]
    may_write: bool
    composing: Composing
    hours: int
    lock_minutes: int
    letters: LetterComposing | None = None
    member_id: UUID | None = None
    stops: tuple[ChosenStop, ...] = ()
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class NewThreadPage:
    """With whom a talk about a patient can be begun, those that there are, and what waits for a name.

    ``offices`` are those of the directory that were looked for; ``office_threads`` the threads with some, by key.
    """

    patient_id: UUID
    patient_name: str
    birth_on: date | None
    partners: tuple[Choice, ...]
    threads: tuple[ThreadRow, ...]
    review: tuple[ReviewRow, ...] = ()
    offices: OfficeSearch | None = None
    office_threads: tuple[Choice, ...] = ()
