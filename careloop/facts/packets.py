"""What goes with a referral: the manifest of a packet, exactly as it leaves."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from careloop.facts.chart import Sex
from careloop.facts.referrals import Urgency
from careloop.facts.worklist import Confidence


class PacketPart(StrEnum):
    """A part of a packet."""

    QUESTION = "question"
    PROBLEMS = "problems"
    MEDICINES = "medicines"
    ALLERGIES = "allergies"
    RESULTS = "results"
    DOCUMENTS = "documents"
    COVERAGE = "coverage"
    NEEDS = "needs"


@dataclass(frozen=True, slots=True)
class PacketProfile:
    """What a packet may hold: its parts, and how far back and how many results."""

    name: str
    parts: tuple[PacketPart, ...]
    results_days: int
    results_most: int
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class PacketLine:
    """A line of a part: what it is, what is said beside it in plain text, and its day."""

    main: str
    more: tuple[str, ...] = ()
    on: date | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class PacketDocument:
    """A document that goes along because a person ticked it: its title, day and hash."""

    id: UUID
    title: str
    on: date | None
    media_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PacketFile:
    """A document as the file that goes along: its name there, its title here, its media type and size in bytes."""

    name: str
    title: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Packet:
    """Everything that leaves with a referral, in plain values. ``missing`` are the parts with nothing in them.

    ``withheld`` counts entries that are labelled as sensitive: they stay here. ``sha256`` is that of the manifest.
    """

    referral_id: UUID
    profile: str
    clinic: str
    to_name: str
    asked_by: str
    urgency: Urgency
    question: str
    specialty: str
    see_by: date
    patient_name: str
    birth_on: date | None
    sex: Sex
    record_number: str
    phone: str
    languages: tuple[str, ...]
    needs_interpreter: bool
    problems: tuple[PacketLine, ...]
    medicines: tuple[PacketLine, ...]
    allergies: tuple[PacketLine, ...]
    results: tuple[PacketLine, ...]
    coverage: tuple[PacketLine, ...]
    documents: tuple[PacketDocument, ...]
    missing: tuple[PacketPart, ...]
    withheld: int
    made_on: date
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class PacketPage:
    """The preview of a packet: what leaves, what could be ticked besides, and the referral's version.

    ``email`` is where it can go as mail: "" unless the directory says that the receiver wants referrals so.
    ``may_queue``: the outbox may carry it; what cannot wait goes by phone alone. ``files`` are the ticked documents as
    they go along. ``endpoint`` is the FHIR address to which it can go, as people may see it.
    """

    packet: Packet
    can_tick: tuple[PacketDocument, ...]
    version: int
    may_send: bool
    patient_id: UUID
    zone: str
    phone: str
    fax: str
    source: str
    email: str = ""
    may_queue: bool = False
    files: tuple[PacketFile, ...] = ()
    endpoint: str = ""
