"""Whose patients, whose work, who stands in for whom: plain values for the pages of people and teams."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Role
from careloop.facts.pages import Choice, LoopRow


@dataclass(frozen=True, slots=True)
class Filter:
    """A way to narrow a list, with how many would be on it."""

    key: str
    count: int


@dataclass(frozen=True, slots=True)
class PatientLine:
    """One patient of a caseload. ``top`` is the most urgent open loop.

    ``contact_at`` and ``contact`` are when somebody last tried to reach them, and how it went; ``next_at`` is the next
    moment at which an open loop is looked at. ``coordinator`` is named where the patient is covered for somebody.
    """

    patient_id: UUID
    name: str
    birth_on: date | None
    language: str
    needs_interpreter: bool
    open_count: int
    top: LoopRow | None
    contact_at: datetime | None
    contact: Say | None
    next_at: datetime | None
    coordinator: str = ""
    care_team: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MyPatientsPage:
    """A page of somebody's caseload, with the patients of those whom they cover."""

    filters: tuple[Filter, ...]
    chosen: str
    sort: str
    lines: tuple[PatientLine, ...]
    next_cursor: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class WorkLine:
    """What a person or a queue has open. ``still_count`` has not moved for a while; ``oldest_at`` is the first opened.

    A queue has a ``team`` and no person.
    """

    person_id: UUID | None
    team: int | None
    name: str
    role: Role | None
    patients: int = 0
    open_count: int = 0
    late_count: int = 0
    today_count: int = 0
    snoozed_count: int = 0
    still_count: int = 0
    oldest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CoverLine:
    """Who stands in for whom, and when. ``is_now`` while it holds, ``is_over`` afterwards."""

    id: int
    absent_id: UUID
    absent: str
    covering_id: UUID
    covering: str
    since: datetime
    until: datetime
    reason: str
    is_now: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class TeamPage:
    """Who owns what in the teams of a supervisor. ``still_days`` is after how many days a loop counts as not moved."""

    people: tuple[WorkLine, ...]
    queues: tuple[WorkLine, ...]
    covers: tuple[CoverLine, ...]
    still_days: int

    @property
    def total(self) -> WorkLine:
        """Everything together."""
        lines = (*self.people, *self.queues)
        return WorkLine(
            person_id=None,
            team=None,
            name="",
            role=None,
            patients=sum(line.patients for line in lines),
            open_count=sum(line.open_count for line in lines),
            late_count=sum(line.late_count for line in lines),
            today_count=sum(line.today_count for line in lines),
            snoozed_count=sum(line.snoozed_count for line in lines),
            still_count=sum(line.still_count for line in lines),
            oldest_at=min((line.oldest_at for line in lines if line.oldest_at), default=None),
        )


@dataclass(frozen=True, slots=True)
class WorkPage:
    """The loops of a person or a queue, to be handed over. ``name`` is whose they are, "" for everybody's."""

    person_id: UUID | None
    team: int | None
    name: str
    show: str
    rows: tuple[LoopRow, ...]
    next_cursor: str
    people: tuple[Choice, ...]
    teams: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """What a coordinator carries. ``soon_count`` is due in the next ten days.

    ``languages`` are those of their patients other than English, with how many.
    """

    person_id: UUID
    name: str
    role: Role
    patients: int
    open_count: int
    late_count: int
    soon_count: int
    languages: tuple[tuple[str, int], ...]
    away: tuple[CoverLine, ...]
    covers: tuple[CoverLine, ...]


@dataclass(frozen=True, slots=True)
class CaseloadPage:
    """The coordinators of a supervisor's teams, and how many patients have none (counted to a thousand)."""

    lines: tuple[Load, ...]
    without: int
    most: int


@dataclass(frozen=True, slots=True)
class CaseloadList:
    """The patients of one coordinator, or of nobody, to be given to somebody or to get a care team."""

    person_id: UUID | None
    name: str
    lines: tuple[PatientLine, ...]
    next_cursor: str
    coordinators: tuple[Choice, ...]
    members: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class CoverPlan:
    """Who could stand in for somebody, and what would be opened to them. ``absent`` None asks who will be away.

    ``lines`` are the first fifty of the patients, most urgent first; empty until everything is chosen. Where nobody was
    chosen to stand in, ``covering`` is who has the least due soon, and ``is_suggested``.
    """

    people: tuple[Choice, ...]
    absent: Load | None
    candidates: tuple[Load, ...]
    covering: Load | None
    due_count: int
    lines: tuple[PatientLine, ...]
    covers: tuple[CoverLine, ...]
    is_suggested: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was done for a patient while their coordinator was away."""

    at: datetime
    patient_id: UUID
    name: str
    birth_on: date | None
    title: Say
    say: Say
    note: str
    who: str


@dataclass(frozen=True, slots=True)
class BackPage:
    """What changed during a cover, newest first; ``is_cut`` when there was more than is shown."""

    cover: CoverLine
    changes: tuple[Change, ...]
    is_cut: bool
