"""Reaching people: tries, the ladder of roads, numbers that are shut, and when somebody answers best."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.facts.worklist import Confidence, ContactResult


class TryRoad(StrEnum):
    """By which road somebody was tried."""

    CALL = "call"
    TEXT = "text"
    EMAIL = "email"
    PORTAL = "portal"
    LETTER = "letter"
    CERTIFIED = "certified"
    OTHER = "other"
    VISIT = "visit"


# Roads on which something is written and sent.
WRITTEN = (TryRoad.TEXT, TryRoad.EMAIL, TryRoad.PORTAL, TryRoad.LETTER, TryRoad.CERTIFIED)
# Roads that need a number.
BY_NUMBER = (TryRoad.CALL, TryRoad.TEXT)


class TryResult(StrEnum):
    """How a try ended. ``reached`` is a talk of which nothing more is known."""

    BOOKED = "booked"
    WILL_CALL = "will_call"
    DECLINED = "declined"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"
    NEEDS_NURSE = "needs_nurse"
    ASKED_NOT = "asked_not"
    LATER = "later"
    REACHED = "reached"
    SENT = "sent"


# What a call can end in, in the order of its keys 1 to 9 and 0.
OUTCOMES = (
    TryResult.BOOKED, TryResult.WILL_CALL, TryResult.DECLINED, TryResult.VOICEMAIL, TryResult.NO_ANSWER,
    TryResult.BUSY, TryResult.WRONG_NUMBER, TryResult.NEEDS_NURSE, TryResult.ASKED_NOT, TryResult.LATER,
)  # fmt: skip
# Somebody answered, and was the right person.
ANSWERED = frozenset(
    {
        TryResult.BOOKED, TryResult.WILL_CALL, TryResult.DECLINED, TryResult.NEEDS_NURSE, TryResult.ASKED_NOT,
        TryResult.LATER, TryResult.REACHED,
    }
)  # fmt: skip
# The person could have been reached and was not. A wrong number was never theirs: it counts for nothing.
UNANSWERED = frozenset({TryResult.VOICEMAIL, TryResult.NO_ANSWER, TryResult.BUSY})
# How a loop is told of a try.
AS_CONTACT: dict[TryResult, ContactResult] = {
    TryResult.BOOKED: ContactResult.REACHED,
    TryResult.WILL_CALL: ContactResult.CALL_BACK,
    TryResult.DECLINED: ContactResult.REACHED,
    TryResult.VOICEMAIL: ContactResult.LEFT_MESSAGE,
    TryResult.NO_ANSWER: ContactResult.NO_ANSWER,
    TryResult.BUSY: ContactResult.NO_ANSWER,
    TryResult.WRONG_NUMBER: ContactResult.WRONG_NUMBER,
    TryResult.NEEDS_NURSE: ContactResult.REACHED,
    TryResult.ASKED_NOT: ContactResult.REACHED,
    TryResult.LATER: ContactResult.REACHED,
    TryResult.REACHED: ContactResult.REACHED,
    TryResult.SENT: ContactResult.LEFT_MESSAGE,
}
# How a contact that was logged on a loop alone stands among the tries.
FROM_CONTACT: dict[ContactResult, TryResult] = {
    ContactResult.REACHED: TryResult.REACHED,
    ContactResult.LEFT_MESSAGE: TryResult.VOICEMAIL,
    ContactResult.NO_ANSWER: TryResult.NO_ANSWER,
    ContactResult.WRONG_NUMBER: TryResult.WRONG_NUMBER,
    ContactResult.CALL_BACK: TryResult.WILL_CALL,
}


class PartOfCall(StrEnum):
    """A part of the day in the person's own zone: to noon, to 5 pm, after."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class WhyNo(StrEnum):
    """Why somebody said no, as they say it."""

    NOT_NOW = "not_now"
    DONE_ELSEWHERE = "done_elsewhere"
    COST = "cost"
    FEAR = "fear"
    NO_NEED = "no_need"
    NO_TRUST = "no_trust"
    OTHER = "other"


class BlockWhy(StrEnum):
    """Why a number or a road is not used."""

    WRONG_NUMBER = "wrong_number"
    ASKED_NOT = "asked_not"


class Interpreter(StrEnum):
    """Who spoke between."""

    NONE = "none"
    BY_PHONE = "by_phone"
    STAFF = "staff"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Try:
    """One try, as the rules read it. ``at`` is aware; ``zone`` is the person's IANA zone."""

    at: datetime
    zone: str
    road: TryRoad
    result: TryResult


@dataclass(frozen=True, slots=True)
class LadderStep:
    """One rung: the road, how many hours after the try before, and whether at another part of the day."""

    road: TryRoad
    gap_hours: int
    at_other_part: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """How people are tried for one kind of loop, and what must have been tried before nobody can be reached.

    ``calls`` unanswered calls in ``parts`` parts of the day, ``written`` things sent, over ``days`` days.
    ``is_signed``: a clinician closes it and a letter was certified. ``source`` is where the numbers come from,
    ``is_ours`` that they are a default of the product.
    """

    id: str
    from_on: date
    steps: tuple[LadderStep, ...]
    calls: int
    parts: int
    written: int
    days: int
    is_signed: bool
    source: str
    confidence: Confidence
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """What was tried so far, as the rule counts it. ``days`` are whole days since the first try."""

    calls: int
    parts: int
    written: int
    certified: int
    days: int


@dataclass(frozen=True, slots=True)
class Lacking:
    """What is still to be tried before somebody may be called unreachable; all zero: the rule is met."""

    calls: int = 0
    parts: int = 0
    written: int = 0
    certified: int = 0
    days: int = 0
    clinician: bool = False

    @property
    def is_met(self) -> bool:
        """Whether nothing is lacking."""
        return self == Lacking()


@dataclass(frozen=True, slots=True)
class NextTry:
    """The next rung of a ladder: by which road, from when on, best in which part of the day ("" for any)."""

    number: int
    road: TryRoad
    from_at: datetime
    parts: tuple[PartOfCall, ...] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """The next rung on the calendar: by which road, in which parts of the day, by when. ``road`` None: none is left.

    ``by`` is aware. ``calls`` and ``written`` are what was tried so far. ``is_late``: the rung opens only after the
    deadline of the loop.
    """

    road: TryRoad | None
    parts: tuple[PartOfCall, ...]
    by: datetime
    calls: int
    written: int
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class BestTime:
    """When somebody answered best, with the counts that say so."""

    part: PartOfCall
    answered: int
    of: int


@dataclass(frozen=True, slots=True)
class Number:
    """A number or address on file. ``block`` says why it is not used, None where it is."""

    system: str
    use: str
    value: str
    block: BlockWhy | None = None


@dataclass(frozen=True, slots=True)
class TryLine:
    """A try as a page shows it: ``whom`` is the name from the circle, "" for the patient."""

    at: datetime
    who: str
    whom: str
    road: TryRoad
    result: TryResult
    address: str
    minutes: int | None
    note: str


@dataclass(frozen=True, slots=True)
class CallDraft:
    """What somebody says of a call. ``loops`` are versions by loop; ``minutes`` None: as long as the page was open.

    ``until`` is the day of another call; ``flags`` are what a nurse must hear at once.
    """

    result: TryResult
    loops: dict[UUID, int]
    address: str = ""
    member_id: UUID | None = None
    opened_at: datetime | None = None
    minutes: int | None = None
    note: str = ""
    why_no: WhyNo | None = None
    until: date | None = None
    flags: tuple[str, ...] = ()
    barriers: tuple[str, ...] = ()
    interpreter: Interpreter = Interpreter.NONE
    language: str = ""
    entry_id: UUID | None = None
