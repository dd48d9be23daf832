"""Referrals: where one stands on its way out and back, what can happen to it, and what is known of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.misfiled import MisfiledReport
from careloop.facts.outbox import OutState
from careloop.facts.preparation import Item, ItemDue, Readiness
from careloop.facts.scheduling import BookingState, Promised
from careloop.facts.tips import TipsBox
from careloop.facts.worklist import Ball, Deadline, Outcome, Tone

# The check_name of the loop that asks whose report it is that came.
STRAY = "stray_report"


class ReferralState(StrEnum):
    """Where a referral stands. All but the last are open."""

    TO_SEND = "to_send"
    NEEDS_INFO = "needs_info"
    CHECKING = "checking"
    SENT = "sent"
    DELIVERED = "delivered"
    SILENT = "silent"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    DATE_SET = "date_set"
    MISSED = "missed"
    SEEN = "seen"
    REPORT_IN = "report_in"
    READ = "read"
    CLOSED = "closed"


class ReferralEvent(StrEnum):
    """What can happen to a referral."""

    SEND = "send"
    SEND_UNSURE = "send_unsure"
    FOUND_SENT = "found_sent"
    FOUND_NOT_SENT = "found_not_sent"
    DELIVER = "deliver"
    ASK_INFO = "ask_info"
    GIVE_INFO = "give_info"
    ACCEPT = "accept"
    DECLINE = "decline"
    SILENCE = "silence"
    REROUTE = "reroute"
    SET_DATE = "set_date"
    LOSE_DATE = "lose_date"
    SEE = "see"
    MISS = "miss"
    GO_ON = "go_on"
    REPORT = "report"
    READ = "read"
    TELL = "tell"
    HAS_SPECIALIST = "has_specialist"
    PATIENT_NO = "patient_no"
    UNREACHABLE = "unreachable"
    DUPLICATE = "duplicate"
    WITHDRAW = "withdraw"
    DEATH = "death"
    TAKE_OUT = "take_out"
    REOPEN = "reopen"


class Urgency(StrEnum):
    """How soon somebody must be seen. Emergent is the same day, and by phone."""

    EMERGENT = "emergent"
    URGENT = "urgent"
    ROUTINE = "routine"


class Channel(StrEnum):
    """How a packet went: by the outbox, with its receipt, or by a person, who says what shows it."""

    PHONE = "phone"
    FAX = "fax"
    LETTER = "letter"
    PORTAL = "portal"
    EMAIL = "email"
    BY_HAND = "by_hand"
    FHIR = "fhir"


class SendingState(StrEnum):
    """What is known of one sending."""

    CHECKING = "checking"
    SENT = "sent"
    DELIVERED = "delivered"
    NOT_SENT = "not_sent"


class AnswerKind(StrEnum):
    """What the receiver said, or that nobody said anything."""

    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NEEDS_INFO = "needs_info"
    SILENT = "silent"


class StrayState(StrEnum):
    """Where a report stands that was not shown to be the patient's: in exactly one place."""

    WAITING = "waiting"
    MATCHED = "matched"
    SET_ASIDE = "set_aside"


class Told(StrEnum):
    """How a patient was told."""

    PHONE = "phone"
    VISIT = "visit"
    INTERPRETER = "interpreter"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class ReferralDraft:
    """A referral as somebody asks for it. Without an entry of the directory ``to_name`` says to whom it goes.

    ``asked_by`` is the clinician who wants to know; ``see_by`` the last good day, None by the clinic's limits.
    """

    question: str
    specialty: str
    urgency: Urgency
    asked_by: UUID
    to_entry: UUID | None = None
    to_name: str = ""
    see_by: date | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """One sending as it is kept: how, to which number or address, what shows it."""

    channel: Channel
    address: str
    evidence: str
    is_unsure: bool = False


@dataclass(frozen=True, slots=True)
class ReferralFacts:
    """What the plan of a referral's loop needs to know. ``starts_at`` is the visit at the receiver, if it has a date.

    ``is_late_agreed`` is true when somebody said why a date beyond ``see_by`` is right; ``approval_since`` is since
    when the health plan's approval is waited for, None if it is not. ``open_items`` is what is not in order yet before
    a visit at another office.
    """

    state: ReferralState
    state_since: datetime
    urgency: Urgency
    see_by: date
    starts_at: datetime | None = None
    silences: int = 0
    misses: int = 0
    is_late_agreed: bool = False
    approval_since: datetime | None = None
    open_items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Claimed:
    """Whose report it is by its own words: name and birth date as they stand on it, and a record number or ""."""

    name: str
    birth_on: date | None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whether a report is a patient's: strong only when birth date and name, or the record number, agree."""

    is_strong: bool
    agrees: tuple[str, ...]
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """A referral as a line of the list. ``limit`` says where its state stands against its limit."""

    id: UUID
    loop_id: UUID
    patient_id: UUID
    patient_name: str
    birth_on: date | None
    language: str
    specialty: str
    question: str
    urgency: Urgency
    state: ReferralState
    state_since: datetime
    days_in_state: int
    limit: Deadline
    next_step: Say
    owner_name: str
    owner_id: UUID | None
    to_name: str
    ball: Ball
    see_by: date
    version: int


@dataclass(frozen=True, slots=True)
class ReferralFilter:
    """What a list of referrals is asked for; None and "" are all. ``is_closed`` shows those that are over."""

    state: ReferralState | None = None
    urgency: Urgency | None = None
    specialty: str = ""
    owner: UUID | None = None
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class ReferralList:
    """The list, at most a page of it, with how many there are in each state and what can be filtered by."""

    at: datetime
    rows: tuple[ReferralRow, ...]
    count: int
    by_state: tuple[tuple[ReferralState, int], ...]
    specialties: tuple[str, ...]
    owners: tuple[tuple[UUID, str], ...]
    stray_count: int


@dataclass(frozen=True, slots=True)
class SendingLine:
    """A sending as the page shows it. ``out`` is where it stands in the outbox; None if a person sent it themselves.

    ``is_carried``: it waits for a person who prints and sends it.
    """

    channel: Channel
    to_name: str
    address: str
    evidence: str
    state: SendingState
    sent_at: datetime
    sent_by: str
    packet_id: UUID
    out: OutState | None = None
    is_carried: bool = False


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What the receiver said."""

    kind: AnswerKind
    said_by: str
    note: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report of the receiver: the document, what showed that it is this patient's, and who read it when."""

    id: UUID
    document_id: UUID
    title: str
    at: datetime
    evidence: tuple[str, ...]
    read_by: str
    read_at: datetime | None
    is_amended: bool


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A line of a referral's history."""

    at: datetime
    who: str
    say: Say
    note: str


@dataclass(frozen=True, slots=True)
class VisitBeside:
    """The visit here at which a referral is to be seen: when, where it stands, and whether the referral moved along."""

    id: UUID
    name: str
    promised: Promised
    state: BookingState
    say: Say


@dataclass(frozen=True, slots=True)
class ReferralPage:
    """One referral with everything that the page says. ``others`` are the patient's other referrals.

    ``visit`` is the visit here that carries its date, None where the receiver gave it or who looks may see no visits.
    ``dues`` say by when what is open before a visit at another office is to be in order.
    """

    row: ReferralRow
    zone: str
    asked_by: str
    asked_by_id: UUID
    made_at: datetime
    state_tone: Tone
    moves: tuple[ReferralEvent, ...]
    may_write: bool
    may_sign: bool
    is_asker: bool
    promised: Promised | None
    late_because: str
    is_beyond_limit: bool
    decline_reason: str
    sendings: tuple[SendingLine, ...]
    answers: tuple[AnswerLine, ...]
    reports: tuple[ReportLine, ...]
    history: tuple[HistoryEntry, ...]
    told_by: str
    told_at: datetime | None
    told_how: Told | None
    teach_back: str
    outcome: Outcome | None
    visits: tuple[tuple[UUID, str, Promised], ...]
    misfiled: tuple[MisfiledReport, ...]
    others: tuple[tuple[UUID, str], ...]
    receiver_phone: str
    receiver_fax: str
    tips: TipsBox | None = None
    visit: VisitBeside | None = None
    awaits_decision: bool = False
    readiness: Readiness = field(default_factory=lambda: Readiness(()))
    may_prepare: bool = False
    dues: tuple[ItemDue, ...] = ()


@dataclass(frozen=True, slots=True)
class NewReferral:
    """What the form of a new referral needs: the patient, clinicians who can ask, specialties, open ones beside."""

    patient_id: UUID
    patient_name: str
    birth_on: date | None
    clinicians: tuple[tuple[UUID, str], ...]
    specialties: tuple[str, ...]
    open_ones: tuple[ReferralRow, ...]


@dataclass(frozen=True, slots=True)
class StrayLine:
    """A report that waits to be matched: whose it says it is, and referrals that it could answer.

    ``people`` are patients whose it could be without a referral: key, name, birth date and what agrees. ``came_for`` is
    "" where it was taken out of a record.
    """

    id: UUID
    came_at: datetime
    came_by: str
    title: str
    claimed: Claimed
    came_for: str
    words: str
    state: StrayState
    version: int
    could_be: tuple[tuple[ReferralRow, Evidence], ...]
    people: tuple[tuple[UUID, str, date | None, Evidence], ...] = ()
