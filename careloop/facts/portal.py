"""What a patient does without an account: links that open one thing for a while, and what stands behind them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Role
from careloop.facts.consents import CircleWho, Road
from careloop.facts.messages import Composed
from careloop.facts.referrals import ReferralState
from careloop.facts.scheduling import BookingState
from careloop.facts.worklist import Ball, LoopKind

# A birth date can be tried so often; then the link is locked and a person calls.
TRIES = 5
# How long what a link opened stays open in one browser, in minutes.
SESSION_MINUTES = 30
# For how many days a message stands behind its link, at most. A choice of the product.
MESSAGE_DAYS = 30
# For how many days a link can be given. All three are choices of the product.
DAYS = (1, 7, 30)
# Letters of a question, and of what is answered.
QUESTION_LONGEST, ANSWER_LONGEST = 300, 1000


class LinkPurpose(StrEnum):
    """What one link opens, and nothing beside it."""

    VISIT = "visit"
    QUESTION = "question"
    NEXT = "next"
    ALL = "all"
    MESSAGE = "message"


# What a person gives; a link to a message is made with the message.
GIVEN = (LinkPurpose.VISIT, LinkPurpose.QUESTION, LinkPurpose.NEXT, LinkPurpose.ALL)


class AnswerForm(StrEnum):
    """How a question is answered."""

    YES_NO = "yes_no"
    WORDS = "words"


class PartOfDay(StrEnum):
    """When somebody who asks for another time could come."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class LinkState(StrEnum):
    """Where a link stands."""

    LIVE = "live"
    ENDED = "ended"
    LOCKED = "locked"
    OVER = "over"


class LinkStep(StrEnum):
    """What can happen to a link. The last five are what somebody did with it; SEEN that its message was shown."""

    GIVEN = "given"
    WRONG = "wrong"
    LOCKED = "locked"
    ENDED = "ended"
    OPENED = "opened"
    CONFIRMED = "confirmed"
    ASKED_CHANGE = "asked_change"
    ANSWERED = "answered"
    SEEN = "seen"


# What can only happen while a link is live.
USES = (LinkStep.OPENED, LinkStep.CONFIRMED, LinkStep.ASKED_CHANGE, LinkStep.ANSWERED, LinkStep.SEEN)


@dataclass(frozen=True, slots=True)
class LinkDraft:
    """A link as it is asked for: for how many days, for what, and for a person of the circle or (None) the patient."""

    purpose: LinkPurpose
    days: int
    booking_id: UUID | None = None
    question: str = ""
    answer_form: AnswerForm = AnswerForm.WORDS
    member_id: UUID | None = None


# What stands in a message where its link goes, until it is handed over.
LINK_MARK = "(link)"
# On these a link is sent: nobody types one from a letter, and nobody says one.
LINK_ROADS = (Road.TEXT, Road.EMAIL)


@dataclass(frozen=True, slots=True)
class GivenLink:
    """A link that was made just now. Its token is shown once and kept nowhere."""

    link_id: UUID
    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of a birth date: who acts with which link, None where it did not fit. Why is never said."""

    link_id: UUID | None = None
    person_id: UUID | None = None
    role: Role = Role.PATIENT


@dataclass(frozen=True, slots=True)
class OpenPromise:
    """What is open for a patient, as the rule of plain sentences reads it. Nothing of its content is here.

    ``by_on`` is the day by which we mean to act, in the patient's zone; ``wall`` the time of a visit on the clocks
    where it takes place, and ``is_over`` that this time has ended. ``has_label`` says that it is of a sensitive kind.
    """

    kind: LoopKind
    ball: Ball
    by_on: date | None
    owner: str = ""
    has_label: bool = False
    booking: BookingState | None = None
    wall: datetime | None = None
    is_over: bool = False
    referral: ReferralState | None = None
    is_question: bool = False


@dataclass(frozen=True, slots=True)
class NextLine:
    """One open promise in plain words: what it is, who does it, by when, and what the patient does.

    ``count`` is how many promises say the same.
    """

    what: Say
    who: Say
    by_when: Say | None
    you: Say
    count: int = 1

    @property
    def says(self) -> tuple[Say, ...]:
        """All of it, in the order in which it is read."""
        more = (Say("portal.more_same", count=self.count),) if self.count > 1 else ()
        return (self.what, *more, self.who, *((self.by_when,) if self.by_when else ()), self.you)


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """A visit as its patient sees it. ``place`` is where, "" where that would say too much.

    ``steps`` are what they do before it, ``cost`` says what they pay.
    """

    id: UUID
    version: int
    wall: datetime
    minutes: int
    place: str
    may_confirm: bool
    may_change: bool
    is_confirmed: bool
    steps: tuple[Say, ...] = ()
    asked_to_change: bool = False
    has_moved: bool = False
    cost: Say | None = None


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question to the patient, and the answer once it is given."""

    words: str
    form: AnswerForm
    answer: str = ""
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """A message behind a link, whole, in its own language; nothing of it once ``has_changed``.

    ``form`` is how it is answered, ``answer`` what was answered.
    """

    words: str = ""
    language: str = "en"
    form: AnswerForm = AnswerForm.WORDS
    answer: str = ""
    has_changed: bool = False


@dataclass(frozen=True, slots=True)
class PortalPage:
    """All that one link shows. ``name`` is what the patient likes to be called, ``for_name`` who reads it if somebody
    else does. ``helper`` is who helps the patient, "" if that is the team.
    """

    at: datetime
    zone: str
    purpose: LinkPurpose
    name: str
    language: str
    until: datetime
    helper: str = ""
    for_name: str = ""
    visits: tuple[OwnVisit, ...] = ()
    question: OwnQuestion | None = None
    message: OwnMessage | None = None
    lines: tuple[NextLine, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link in the list of the staff. ``about`` is the wall time of its visit."""

    id: UUID
    purpose: LinkPurpose
    state: LinkState
    made_at: datetime
    made_by: str
    until: datetime
    uses: int
    used_at: datetime | None
    for_name: str = ""
    about: datetime | None = None
    question: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class LinksPage:
    """The page on which a link is given: what can be given, what the person would see, and the links there are.

    ``messages`` are those that would carry a link, whole; ``roads`` are those on which this person may send one.
    ``visits`` can be asked about; ``members`` of the circle may be given one, each with what for. ``previews`` holds
    what a link of each purpose would show today.
    """

    at: datetime
    whose: CircleWho
    language: str
    rows: tuple[LinkRow, ...]
    visits: tuple[OwnVisit, ...]
    members: tuple[tuple[UUID, str, tuple[LinkPurpose, ...]], ...]
    previews: tuple[PortalPage, ...]
    may_give: bool
    chosen: LinkPurpose = LinkPurpose.NEXT
    messages: tuple[tuple[Road, Composed], ...] = ()
    roads: tuple[Road, ...] = ()
    days: tuple[int, ...] = field(default=DAYS)
