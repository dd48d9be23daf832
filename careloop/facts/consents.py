"""The people around a patient as the clinic keeps them, and what each of them may be told."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.facts.access import Label

# A consent given by voice holds so long at most. 720 hours, whatever the clocks do meanwhile.
VOICE_HOURS = 30 * 24


class Relation(StrEnum):
    """What somebody is to a patient."""

    SPOUSE = "spouse"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    FAMILY = "family"
    FRIEND = "friend"
    NEIGHBOUR = "neighbour"
    GUARDIAN = "guardian"
    PROXY = "proxy"
    OTHER = "other"


class Topic(StrEnum):
    """What somebody may be told about."""

    VISITS = "visits"
    MEDICINES = "medicines"
    RESULTS = "results"
    MONEY = "money"
    MENTAL = "mental"
    SUBSTANCE = "substance"
    EMERGENCY = "emergency"
    EVERYTHING = "everything"


# What is told is about one of these: everything is only consented to.
TOLD_TOPICS = tuple(one for one in Topic if one is not Topic.EVERYTHING)


class ConsentPurpose(StrEnum):
    """What for somebody may be told."""

    CARE = "care"
    PAYMENT = "payment"


class Road(StrEnum):
    """On which road something goes out: to people on all but the last."""

    PHONE = "phone"
    TEXT = "text"
    EMAIL = "email"
    LETTER = "letter"
    IN_PERSON = "in_person"
    PORTAL = "portal"
    FHIR = "fhir"


# On which roads people are told. From system to system only packets go, to an office.
TOLD_ROADS = tuple(road for road in Road if road is not Road.FHIR)


class GivenHow(StrEnum):
    """How a consent was given."""

    SCREEN = "screen"
    PAPER = "paper"
    VOICE = "voice"


class Why(StrEnum):
    """Why somebody may be told, or why not: the nearest consent decides which sentence is said."""

    HOLDS = "holds"
    NOT_ASKED = "not_asked"
    OTHER_TOPIC = "other_topic"
    OTHER_PURPOSE = "other_purpose"
    OTHER_ROAD = "other_road"
    GUARDED = "guarded"
    NOT_YET = "not_yet"
    OVER = "over"
    TAKEN_BACK = "taken_back"


# The labels that a consent can name. Restricted rows are told to nobody around a patient; the label of a colleague's
# own record asks for a closer look at the log and guards nothing from the patient's own people.
NAMEABLE = Label.PART2 | Label.PSY | Label.VIOLENCE | Label.HIV | Label.REPRO | Label.ADOLESCENT
NOT_A_GUARD = Label.EMPLOYEE
# A topic that is guarded by its nature: to speak of it needs the label to be named.
GUARDED_TOPICS = {Topic.MENTAL: Label.PSY, Topic.SUBSTANCE: Label.PART2}


@dataclass(frozen=True, slots=True)
class Consent:
    """That one person may be told of one topic, for one purpose, on one road, from a moment to a moment.

    Moments are aware; ``ends_at`` is the first at which it no longer holds, None for until it is taken back.
    ``named`` are the labels that it names.
    """

    id: UUID
    topic: Topic
    purpose: ConsentPurpose
    road: Road
    named: Label
    starts_at: datetime
    ends_at: datetime | None = None
    how: GivenHow = GivenHow.SCREEN
    taken_back_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TellAsk:
    """What is to be told: the topic, the labels of what is said, what for, and on which road."""

    topic: Topic
    purpose: ConsentPurpose
    road: Road
    labels: Label = Label.NONE


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether somebody may be told, by which consent, and the reason."""

    why: Why
    consent_id: UUID | None = None

    @property
    def is_allowed(self) -> bool:
        """Whether they may be told."""
        return self.why is Why.HOLDS


@dataclass(frozen=True, slots=True)
class Hearing:
    """A part of what somebody may hear: topics with the same roads, purposes, end and named labels.

    ``until`` is the last day in the patient's zone, None for no end.
    """

    topics: tuple[Topic, ...]
    roads: tuple[Road, ...]
    purposes: tuple[ConsentPurpose, ...]
    until: date | None
    named: Label = Label.NONE


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """Somebody of the circle as entered."""

    name: str
    relation: Relation
    language: str = ""
    needs_interpreter: bool = False
    phone: str = ""
    email: str = ""
    address: str = ""
    is_emergency: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class ConsentDraft:
    """What a patient agreed to, as entered: a row for each topic, purpose and road.

    ``until`` is the last day on which it holds, in the patient's zone.
    """

    topics: tuple[Topic, ...]
    purposes: tuple[ConsentPurpose, ...]
    roads: tuple[Road, ...]
    how: GivenHow
    until: date | None = None
    named: Label = Label.NONE
    document_id: UUID | None = None
    witness_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """A consent on the screen: ``until`` in the patient's zone, who wrote it down and who heard it."""

    consent: Consent
    until: date | None
    entered_by: str
    witness: str = ""
    document_id: UUID | None = None
    holds: bool = True
    taken_back_by: str = ""
    taken_back_because: str = ""


@dataclass(frozen=True, slots=True)
class MemberVersion:
    """How somebody of the circle was written down before: until when it stood so is the next version's ``at``."""

    at: datetime
    by: str
    draft: MemberDraft


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Somebody of the circle on the screen, with what they may hear now and every consent that was given."""

    id: UUID
    draft: MemberDraft
    version: int
    since: datetime
    added_by: str
    hearing: tuple[Hearing, ...] = ()
    consents: tuple[ConsentLine, ...] = ()
    has_code: bool = False
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_because: str = ""
    changes: int = 0
    versions: tuple[MemberVersion, ...] = ()


@dataclass(frozen=True, slots=True)
class CircleWho:
    """Whose page it is: just enough for the banner."""

    patient_id: UUID
    name: str
    birth_on: date | None
    zone: str
    is_dead: bool = False


@dataclass(frozen=True, slots=True)
class CirclePage:
    """The page of a patient's circle. ``documents`` are papers of the record that a consent can lie on, ``witnesses``
    are other members of staff.
    """

    at: datetime
    whose: CircleWho
    members: tuple[MemberLine, ...]
    former: tuple[MemberLine, ...]
    may_change: bool
    documents: tuple[tuple[UUID, str], ...] = ()
    witnesses: tuple[tuple[UUID, str], ...] = ()
    has_code: bool = False
    chosen: UUID | None = None


@dataclass(frozen=True, slots=True)
class TellDraft:
    """What was told to somebody of the circle, in words or as a document of the record."""

    ask: TellAsk
    words: str
    document_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NearAndTold:
    """Somebody of the circle on the patient's page, with what they may hear."""

    id: UUID
    name: str
    relation: Relation
    ways: tuple[str, ...] = ()
    is_emergency: bool = False
    hearing: tuple[Hearing, ...] = field(default=())
