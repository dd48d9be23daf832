"""Support: distress that was noted, the call that follows, and groups and programs that could help."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.facts.consents import CircleWho
from careloop.facts.finder import Reason
from careloop.facts.pages import Choice

# The clocks of the loops of a supportive call and of an offer.
CALL_CLOCK, OFFER_CLOCK = "support.call", "support.offer"
# What the kind of a service says in the directory if it is a group or a program.
GROUP_SORTS = {
    "support_group": "support_group", "support group": "support_group", "group": "support_group",
    "grupo de apoyo": "support_group", "program": "program", "programme": "program", "programa": "program",
}  # fmt: skip


class HeardFrom(StrEnum):
    """Who said it."""

    PATIENT = "patient"
    FAMILY = "family"
    COLLEAGUE = "colleague"


class SupportState(StrEnum):
    """Where the care for somebody in distress stands."""

    CALL = "call"
    CHECK = "check"
    ENDED = "ended"


class SupportEvent(StrEnum):
    """What can happen to it."""

    CALLED = "called"
    AGAIN = "again"
    END = "end"


class OfferState(StrEnum):
    """Where the offer of a group or program stands."""

    CHOSEN = "chosen"
    TOLD = "told"
    JOINED = "joined"
    DECLINED = "declined"
    ENDED = "ended"


class OfferEvent(StrEnum):
    """What can happen to an offer."""

    TELL = "tell"
    JOIN = "join"
    DECLINE = "decline"


class Form(StrEnum):
    """In which form a group or program is there."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class SupportAsk:
    """What is looked for: about what, in which language (BCP 47), form, place, and only what costs nothing."""

    about: str = ""
    language: str = ""
    form: Form | None = None
    place: str = ""
    free: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """A group or program as the directory has it. None and "" are not known."""

    id: UUID
    name: str
    sort: str
    about: str
    specialties: tuple[str, ...]
    languages: tuple[str, ...]
    telehealth: bool | None
    address: str
    phone: str
    cost: str
    hours: str
    how_to_apply: str
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A program with its reasons; ``has`` and ``lacks`` count the wishes that are met and not."""

    program: Program
    reasons: tuple[Reason, ...]
    has: int
    lacks: int


@dataclass(frozen=True, slots=True)
class DistressLine:
    """Distress that was noted: what was heard, in the words that were used, and where the care for it stands."""

    id: UUID
    words: str
    heard_from: HeardFrom
    heard_by: str
    heard_at: datetime
    state: SupportState
    loop_id: UUID
    version: int
    due_at: datetime | None
    owner: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class OfferLine:
    """An offer of a group or program."""

    id: UUID
    name: str
    state: OfferState
    version: int
    loop_id: UUID
    because: tuple[Reason, ...]
    offered_at: datetime
    offered_by: str


@dataclass(frozen=True, slots=True)
class SupportPage:
    """Support for one patient. ``script`` are words for the call in the languages there are: (language, text, state).

    ``asked`` is None before something was looked for.
    """

    at: datetime
    whose: CircleWho
    distress: tuple[DistressLine, ...]
    offers: tuple[OfferLine, ...]
    script: tuple[tuple[str, str, str], ...]
    people: tuple[Choice, ...]
    known: tuple[str, ...]
    languages: tuple[str, ...]
    may_change: bool
    asked: SupportAsk | None = None
    matches: tuple[Match, ...] = ()
    beyond: int = 0
