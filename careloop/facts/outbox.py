"""What goes out to patients and their people, where it stands, and what comes in: the vocabulary of the outbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Label
from careloop.facts.consents import ConsentPurpose, Road, Topic
from careloop.facts.messages import Field, Value

# Seconds in which somebody who wrote a message can take it back: the product's design of messages, 2026-11-21.
UNDO_SECONDS = 10


class OutState(StrEnum):
    """Where something on its way out stands.

    HELD waits for the end of the time to undo, or for a person who prints or calls (``held_for``).
    """

    HELD = "held"
    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


class HeldFor(StrEnum):
    """What a held row waits for: nothing, the end of undo, a person, a decision after a restore or a long outage."""

    NOTHING = ""
    UNDO = "undo"
    PERSON = "person"
    DECISION = "decision"


# Not yet gone: it can be withdrawn.
PENDING = (OutState.HELD, OutState.WAITING)
# Where nothing more is done.
OVER = (OutState.DELIVERED, OutState.FAILED, OutState.WITHDRAWN)


class OutKind(StrEnum):
    """What goes out."""

    MESSAGE = "message"
    PACKET = "packet"
    INVITATION = "invitation"
    OFFICE = "office"


# What goes to offices: what the patient chose about being reached is about them and their people, and stops none of it.
TO_OFFICES = (OutKind.PACKET, OutKind.OFFICE)


class Stopped(StrEnum):
    """Why something did not go."""

    DEAD = "dead"
    STOPPED = "stopped"
    NO_CONSENT = "no_consent"
    FROZEN = "frozen"
    MOVED = "moved"
    MEDICINE_CHANGED = "medicine_changed"
    TOO_LATE = "too_late"
    BY_PERSON = "by_person"
    NOT_SENT_AGAIN = "not_sent_again"
    DOCUMENT_CHANGED = "document_changed"
    OFFICE_CHANGED = "office_changed"


class OutEvent(StrEnum):
    """A line in the history of what goes out."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    PUT_OFF = "put_off"
    HANDED_TO_PERSON = "handed_to_person"
    SENT = "sent"
    TRY_AGAIN = "try_again"
    UNKNOWN = "unknown"
    LOOKED_UP = "looked_up"
    DELIVERED = "delivered"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    DECIDED = "decided"


class ThreadWith(StrEnum):
    """With whom a thread is."""

    PATIENT = "patient"
    MEMBER = "member"
    CLINICIAN = "clinician"
    OFFICE = "office"
    PAYER = "payer"
    COLLEAGUE = "colleague"


class Direction(StrEnum):
    """Whence a message came: from us, to us, a note among ourselves, or a call."""

    OUT = "out"
    IN = "in"
    NOTE = "note"
    CALL = "call"


# The situation of a note that asks for nothing: it stands on the timeline, and no loop is opened for it.
FOR_INFORMATION = "for_information"


class ChoiceKind(StrEnum):
    """What somebody chose about being reached. ``NAMING`` lists what may be named openly, ``HOURS`` when it is best."""

    STOP = "stop"
    START = "start"
    NAMING = "naming"
    HOURS = "hours"
    DO_NOT_CONTACT = "do_not_contact"
    MAY_CONTACT = "may_contact"


class InboxState(StrEnum):
    """Where something that came in stands."""

    NEW = "new"
    DONE = "done"
    REVIEW = "review"
    FAILED = "failed"


class InboxSource(StrEnum):
    """By which door it came in."""

    TEXT = "text"
    TEXT_STATUS = "text_status"
    MAIL = "mail"
    PAGE = "page"


class ChannelState(StrEnum):
    """Whether a channel can be used: not set up, by people's hands, only inside this house, or in use."""

    OFF = "off"
    BY_HAND = "by_hand"
    SANDBOX = "sandbox"
    ON = "on"


@dataclass(frozen=True, slots=True)
class AboutBooking:
    """That a message is about a visit as it stood when it was written: if the visit moves, the message does not go."""

    booking_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class AboutMedicine:
    """That a message is about a medicine as the record had it: if that row changes or ends, the message does not go."""

    resource_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class OutgoingDraft:
    """What is to be said to whom, on which road and when.

    Exactly one of ``situation`` (the key of a message of the catalog) and ``words`` (own words, in ``language``, "en"
    if left empty). ``thread_id`` None: the thread with that receiver is found or opened. ``member_id`` None: it goes
    to the patient. ``values`` fill the situation; ``NAME``, ``SENDER`` and ``PHONE`` are filled in where they are not
    given. ``labels`` are those of what is said. ``key`` makes it one: the same key again is the same message.
    ``not_before`` and ``good_until`` are aware moments. ``undo_seconds`` can take it back unseen; 0 where nobody looks.
    ``is_last_word``: it confirms a stop, and may go though the person has just asked for nothing more.
    """

    patient_id: UUID
    topic: Topic
    road: Road
    not_before: datetime
    good_until: datetime
    key: str
    situation: str = ""
    words: str = ""
    language: str = ""
    values: Mapping[Field, Value] = field(default_factory=dict)
    thread_id: UUID | None = None
    member_id: UUID | None = None
    loop_id: UUID | None = None
    about: AboutBooking | AboutMedicine | None = None
    undo_seconds: int = 0
    labels: Label = Label.NONE
    purpose: ConsentPurpose = ConsentPurpose.CARE
    point_id: UUID | None = None
    is_last_word: bool = False


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes along: its name, its media type and its bytes, as they are kept."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a channel is handed: where to, the pieces by name, and the key by which the provider knows it again.

    ``replies_to`` are the names of the mails that a mail replies to by itself, the nearest last.
    """

    outbox_id: UUID
    token: int
    road: Road
    address: str
    pieces: Mapping[str, str]
    key: str
    at: datetime
    language: str = "en"
    enclosures: tuple[Enclosure, ...] = ()
    replies_to: tuple[str, ...] = ()


class Went(StrEnum):
    """What became of handing something to a channel."""

    SENT = "sent"
    TRY_AGAIN = "try_again"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Handed:
    """What a channel says: the outcome, the provider's own reference, and what it answered in short."""

    went: Went
    reference: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What a provider knows: references of what it took for this address and these words, oldest first.

    ``can_tell`` is False if it could not be asked, or has no way to tell: then nothing is sent again.
    """

    can_tell: bool
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gone:
    """Something that a provider took, as it lists it."""

    reference: str
    address: str
    words: str


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """A channel on the page and for operators: no secret is here."""

    road: Road
    state: ChannelState
    where: str
    can_look_up: bool
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutLine:
    """Something on its way out, on the patient's page. ``why`` is why it did not go, None while it may."""

    id: UUID
    at: datetime
    road: Road
    state: OutState
    held_for: HeldFor
    to_name: str
    topic: Topic
    next_at: datetime | None
    sent_at: datetime | None
    delivered_at: datetime | None
    why: Say | None
    is_draft_words: bool
    may_withdraw: bool
    is_office: bool = False
