"""Plain values that pages are made of: what is not here, a template cannot show."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Purpose, Role
from careloop.facts.chart import FactKind, Sex
from careloop.facts.worklist import Ball, Deadline, Event, LoopKind, Outcome, Severity, Source, State, Tone


@dataclass(frozen=True, slots=True)
class LoopRow:
    """One loop as a list shows it. ``same_person`` counts the other open loops of the patient."""

    id: UUID
    version: int
    patient_id: UUID | None
    patient_name: str
    birth_on: date | None
    language: str
    needs_interpreter: bool
    kind: LoopKind
    state: State
    outcome: Outcome | None
    severity: Severity
    tone: Tone
    title: Say
    because: tuple[Say, ...]
    deadline: Deadline
    next_step: Say
    ball: Ball
    owner_id: UUID | None
    owner_name: str
    queue_name: str
    is_mine: bool
    same_person: int
    sort_at: datetime | None = None
    reminders: int = 0


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of a loop's history. ``say`` is what happened, ``note`` a person's own words."""

    at: datetime
    who: str
    event: Event
    say: Say
    note: str


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A fact of the record that a loop rests on."""

    resource_id: UUID
    kind: FactKind
    label: str
    on: date | None
    said_by: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a loop is here, why now, what if it waits, what is next, from which source."""

    row: LoopRow
    phone: str
    why_here: tuple[Say, ...]
    why_now: Say
    if_waits: Say
    next_step: Say
    moved: tuple[Say, ...]
    source: Source | None
    evidence: tuple[EvidenceLine, ...]
    same_person: tuple[LoopRow, ...]
    history: tuple[HistoryLine, ...]
    can_act: bool
    undo_until: datetime | None


@dataclass(frozen=True, slots=True)
class Group:
    """A group of rows on Today, in order. ``key`` is first, queue or then."""

    key: str
    title: Say
    more: Say
    rows: tuple[LoopRow, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose from in a form: a person (id is a UUID) or a team (id is a number)."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of Today with its count."""

    key: str
    title: Say
    count: int


@dataclass(frozen=True, slots=True)
class TodayPage:
    """All that Today shows. ``worker_silent_since`` is set when the background worker is not seen."""

    at: datetime
    on: date
    zone: str
    role: Role
    person_name: str
    tab: str
    tabs: tuple[Tab, ...]
    late_count: int
    due_today_count: int
    groups: tuple[Group, ...]
    next_cursor: str
    selected: Explanation | None
    waiting_to_open: int
    snoozed_count: int
    closed_today: int
    worker_silent_since: datetime | None
    people: tuple[Choice, ...]
    teams: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert in the banner."""

    tone: Tone
    say: Say


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier with what it is called ("MRN") and who gives it."""

    name: str
    value: str
    system: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach the patient."""

    system: str
    use: str
    value: str


@dataclass(frozen=True, slots=True)
class Banner:
    """Who this is: always at least the birth date and one identifier beside the name."""

    patient_id: UUID
    name: str
    preferred_name: str
    birth_on: date | None
    age: int | None
    died_on: date | None
    is_dead: bool
    sex: Sex
    identifiers: tuple[Identifier, ...]
    languages: tuple[str, ...]
    needs_interpreter: bool
    contacts: tuple[Contact, ...]
    address: str
    zone: str
    unit_name: str
    coordinator_name: str
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact with its source. ``codes`` are "system|code"; ``said_by`` names resource and source."""

    resource_id: UUID
    label: str
    codes: tuple[str, ...]
    status: str
    on: date | None
    until: date | None
    value: Decimal | None
    value_text: str
    unit: str
    said_by: str


@dataclass(frozen=True, slots=True)
class FactSection:
    """The facts of one kind, newest first; ``count`` is the whole number, ``lines`` the first ones."""

    kind: FactKind
    count: int
    lines: tuple[FactLine, ...]


@dataclass(frozen=True, slots=True)
class LookLine:
    """Who looked or acted, when and why."""

    at: datetime
    who: str
    role: Role
    what: str
    purpose: Purpose
    outcome: str


@dataclass(frozen=True, slots=True)
class PatientPage:
    """All that the patient page shows. What the reader's role may not see is an empty tuple."""

    at: datetime
    zone: str
    banner: Banner
    open_loops: tuple[LoopRow, ...]
    closed_loops: tuple[LoopRow, ...]
    sections: tuple[FactSection, ...]
    not_checked: tuple[Say, ...]
    care_team: tuple[tuple[str, Role], ...]
    who_looked: tuple[LookLine, ...]
    may_see_chart: bool
    may_act: bool
    people: tuple[Choice, ...]
    teams: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class PatientHit:
    """One answer of the find door: only what tells people apart."""

    patient_id: UUID
    name: str
    birth_on: date | None
    sex: Sex
    last_of_identifier: str
    city: str
    may_open: bool
