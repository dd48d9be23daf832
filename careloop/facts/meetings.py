"""Family meetings: who comes, what was decided, and what each of them may hear of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.facts.consents import CircleWho, Hearing, NearAndTold, Relation, Road, Topic
from careloop.facts.directory import EntryKind
from careloop.facts.pages import Choice

# The clock of the loop of a meeting: by it the database knows that the loop ends with its meeting alone.
CLOCK = "family.meeting"


class MeetingState(StrEnum):
    """Where a meeting stands: it is over when everybody who may hear of it was told, or when it was called off."""

    TO_ARRANGE = "to_arrange"
    SET = "set"
    HELD = "held"
    TOLD = "told"
    CANCELLED = "cancelled"


class MeetingEvent(StrEnum):
    """What can happen to a meeting."""

    SET_TIME = "set_time"
    MISS = "miss"
    HOLD = "hold"
    TELL_LAST = "tell_last"
    CANCEL = "cancel"


class MeetingForm(StrEnum):
    """How people meet."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"


class Interprets(StrEnum):
    """Who interprets. A child can be named, and is refused: a qualified interpreter is booked instead."""

    NOBODY = "nobody"
    QUALIFIED = "qualified"
    ADULT_ASKED = "adult_asked"
    CHILD = "child"


# What is kept: never a child.
KEPT_INTERPRETS = tuple(one for one in Interprets if one is not Interprets.CHILD)


class GuestKind(StrEnum):
    """As what somebody comes."""

    PATIENT = "patient"
    MEMBER = "member"
    STAFF = "staff"


class Untold(StrEnum):
    """Why somebody gets no summary."""

    NO_CONSENT = "no_consent"
    DID_NOT_WANT = "did_not_want"


@dataclass(frozen=True, slots=True)
class MeetingDraft:
    """A meeting as it is asked for. ``wishes`` are the patient's own, in their words."""

    reason: str
    wishes: str = ""
    agenda: str = ""
    member_ids: tuple[UUID, ...] = ()
    person_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class BookedFor:
    """Somebody or something with a calendar here that a meeting can book: a room, an interpreter, a practitioner."""

    id: UUID
    name: str
    kind: EntryKind
    site: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """When and how people meet. ``starts_at`` is aware; ``minutes`` is how long it lasts.

    ``entry_ids`` are those of the directory whose time is booked for it.
    """

    starts_at: datetime
    minutes: int
    form: MeetingForm
    place: str
    interprets: Interprets
    entry_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with the topic that it belongs to; ``by`` is the day by which it is done, in the patient's zone."""

    topic: Topic
    words: str
    owner: str = ""
    by: date | None = None


@dataclass(frozen=True, slots=True)
class Scoped:
    """What one person may hear on one road: the decisions, and of how many more they may not hear."""

    road: Road
    heard: tuple[Decided, ...]
    kept_back: int


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision on the page, with its loop. ``grade`` is the school year its words are read at."""

    id: int
    decided: Decided
    loop_id: UUID
    is_open: bool
    grade: float
    is_plain: bool


@dataclass(frozen=True, slots=True)
class GuestLine:
    """Somebody who comes. ``hearing`` is what somebody of the circle may hear at all, ``scopes`` what of this
    meeting on each road.

    ``came`` is None before the meeting. ``needs_interpreter`` and ``language`` (BCP 47, "") are their own.
    """

    id: int
    kind: GuestKind
    name: str
    relation: Relation | None
    language: str
    needs_interpreter: bool
    came: bool | None
    hearing: tuple[Hearing, ...] = ()
    scopes: tuple[Scoped, ...] = ()
    told_at: datetime | None = None
    told_by: str = ""
    told_road: Road | None = None
    untold: Untold | None = None

    @property
    def is_owed(self) -> bool:
        """Whether a summary is still to be given, or not, with the reason."""
        return self.kind is not GuestKind.STAFF and self.told_at is None and self.untold is None

    @property
    def may_hear(self) -> bool:
        """Whether anything of it may be told to them."""
        return self.kind is GuestKind.PATIENT or any(one.heard for one in self.scopes)


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting in a list."""

    id: UUID
    reason: str
    state: MeetingState
    starts_at: datetime | None
    asked_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class MeetingsPage:
    """The meetings of a patient, the newest first, and who can be asked to a new one."""

    at: datetime
    whose: CircleWho
    rows: tuple[MeetingRow, ...]
    members: tuple[NearAndTold, ...]
    staff: tuple[Choice, ...]
    may_change: bool


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """One meeting. ``languages`` are those for which somebody who comes needs an interpreter; ``circle``
    are those who can still be asked. ``booked`` is whose time it has, ``bookable`` whose it could have."""

    at: datetime
    whose: CircleWho
    row: MeetingRow
    version: int
    loop_id: UUID
    wishes: str
    agenda: str
    setting: Setting | None
    guests: tuple[GuestLine, ...]
    decisions: tuple[DecisionLine, ...]
    languages: tuple[str, ...]
    interpreter_loop: UUID | None
    circle: tuple[NearAndTold, ...]
    staff: tuple[Choice, ...]
    clinic: str
    printed_by: str
    may_change: bool
    booked: tuple[BookedFor, ...] = ()
    bookable: tuple[BookedFor, ...] = ()


@dataclass(frozen=True, slots=True)
class SummaryPage:
    """What one person would be given of a meeting on one road, word for word, in ``language``.

    ``roads`` are those on which they may hear something; ``is_own_language`` is false where their language has no words
    here and English is used. ``lines`` are the text. For the patient nothing is kept back.
    """

    at: datetime
    whose: CircleWho
    meeting_id: UUID
    guest: GuestLine
    road: Road | None
    roads: tuple[Road, ...]
    language: str
    is_own_language: bool
    title: str
    lines: tuple[str, ...]
    own_words: tuple[str, ...]
    kept_back: int
    clinic: str
    printed_by: str
    may_change: bool
