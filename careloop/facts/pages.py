"""Plain values that pages are made of: what is not here, a template cannot show."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Purpose, Role
from careloop.facts.care_team import CareTeam
from careloop.facts.chart import FactKind, Sex
from careloop.facts.chart_lists import ChartLists
from careloop.facts.consents import NearAndTold
from careloop.facts.overview import NOTHING_TO_SEE, Overview, ProxyLine
from careloop.facts.papers import NO_PAPERS, Papers
from careloop.facts.referrals import ReferralRow
from careloop.facts.reminders import ComingReminder
from careloop.facts.safety import Concern, Override, Side, Tier
from careloop.facts.scheduling import VisitRow
from careloop.facts.signing import CheckUse, JudgedBy
from careloop.facts.worklist import (
    FINISHED_STEP,
    Ball,
    Deadline,
    Event,
    LoopKind,
    Outcome,
    Severity,
    Source,
    State,
    Tone,
)


@dataclass(frozen=True, slots=True)
class LoopRow:
    """One loop as a list shows it. ``same_person`` counts the other open loops of the patient.

    ``asks_same`` says that the loop asks whether two records are of one person. ``folded`` are the other loops of the
    patient on the same list that stand in this row, because one contact may cover them.
    """

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
    next_at: datetime | None = None
    reminders: int = 0
    asks_same: bool = False
    folded: tuple["LoopRow", ...] = ()

    @property
    def is_to_close(self) -> bool:
        """Whether all that it asked for took place: what is left is that its owner closes it."""
        return self.owner_id is not None and self.next_step.key == FINISHED_STEP.key

    @property
    def things(self) -> int:
        """How many things stand in this row."""
        return 1 + len(self.folded)


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
    """Why a loop is here, why now, what if it waits, what is next, from which source.

    ``check`` names the check that it is about; ``judged_by`` is the rule that found it, if a check did, and
    ``thresholds`` what that rule's thresholds are called and were. ``words_at_hand`` is what was noted when the
    person was reached last, if nothing happened since.
    """

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
    check: str = ""
    judged_by: JudgedBy | None = None
    thresholds: tuple[tuple[Say, str], ...] = ()
    words_at_hand: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose from in a form: a person (id is a UUID) or a team (id is a number)."""

    id: str
    name: str


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
    """One fact with its source. ``codes`` are "system|code"; ``said_by`` names resource and source.

    ``from_record`` is the linked record that holds it, None for the record of the page.
    """

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
    from_record: UUID | None = None


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
class LinkedRecord:
    """A record linked to the page's: its name and source, how it was linked, and who wants to take it apart."""

    patient_id: UUID
    name: str
    source: str
    linked_at: datetime
    by_rule: bool
    apart_asked: bool
    apart_asked_by_me: bool


@dataclass(frozen=True, slots=True)
class PatientPage:
    """All that the patient page shows. What the reader's role may not see is an empty tuple or None.

    ``linked`` are the records that go on in this one and may be seen; ``goes_on_in`` is the patient's record in
    which this one goes on, None if it stands for itself; ``is_held_elsewhere`` says that there is more of this
    person's record than the reader may see. ``lists`` are medicines, problems and allergies as one list each,
    ``sections`` the facts of all other kinds.
    """

    at: datetime
    zone: str
    banner: Banner
    open_loops: tuple[LoopRow, ...]
    closed_loops: tuple[LoopRow, ...]
    lists: ChartLists | None
    sections: tuple[FactSection, ...]
    not_checked: tuple[Say, ...]
    care_team: CareTeam
    who_looked: tuple[LookLine, ...]
    may_see_chart: bool
    may_act: bool
    people: tuple[Choice, ...]
    teams: tuple[Choice, ...]
    linked: tuple[LinkedRecord, ...] = ()
    goes_on_in: UUID | None = None
    is_held_elsewhere: bool = False
    may_review: bool = False
    papers: Papers = NO_PAPERS
    overview: Overview = NOTHING_TO_SEE
    proxies: tuple[ProxyLine, ...] = ()
    visits: tuple[VisitRow, ...] = ()
    may_see_visits: bool = False
    may_book: bool = False
    referrals: tuple[ReferralRow, ...] = ()
    may_refer: bool = False
    circle: tuple[NearAndTold, ...] = ()
    may_see_circle: bool = False
    may_give_link: bool = False
    may_check_caller: bool = False
    may_see_ledger: bool = False
    reminders: tuple[ComingReminder, ...] = ()
    medicine_reminders: int = 0


@dataclass(frozen=True, slots=True)
class PersonName:
    """Name and birth date of a patient: just enough to say who is meant."""

    patient_id: UUID
    name: str
    birth_on: date | None


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


@dataclass(frozen=True, slots=True)
class SafetyLine:
    """One finding about medicines. ``mark`` is what it rests on; ``returned`` an override that no longer holds.

    ``loop`` is the open loop about it. ``set_aside`` is the override that holds today.
    """

    check: str
    key: str
    mark: str
    concern: Concern
    tier: Tier
    tone: Tone
    title: Say
    about: Say
    sides: tuple[Side, ...]
    matters: tuple[Say, ...]
    unknown: tuple[Say, ...]
    if_waits: Say
    question: Say
    source: Source
    is_verified: bool
    loop: LoopRow | None
    set_aside: Override | None
    returned: Override | None


@dataclass(frozen=True, slots=True)
class SafetyPage:
    """The medicines of one patient looked at together.

    ``ask_by`` is the day that the form offers, ``override_by`` the last day for which a finding can be set aside.
    """

    at: datetime
    zone: str
    patient_id: UUID
    name: str
    birth_on: date | None
    sex: Sex
    identifier: Identifier
    medicines: int
    lines: tuple[SafetyLine, ...]
    uses: tuple[CheckUse, ...]
    not_checked: tuple[Say, ...]
    may_act: bool
    ask_by: date
    override_by: date
    people: tuple[Choice, ...]
    teams: tuple[Choice, ...]
