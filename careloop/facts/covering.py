"""Somebody is away and several colleagues share what they carry: who, what must happen meanwhile, and the pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.pages import Choice, LoopRow


class PartState(StrEnum):
    """Where the part of one colleague stands. Whoever planned the cover answers for what is not accepted."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"


class AbsenceState(StrEnum):
    """Where an absence stands."""

    COMING = "coming"
    RUNNING = "running"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who could stand in. ``free`` are their minutes in this time beside their own work, below 0 if too few.

    ``languages`` are primary tags ("es"); ``labels`` are the bits that they may see; a supervisor is ``reserve``.
    """

    person_id: UUID
    name: str
    units: frozenset[int]
    labels: int
    free: int
    languages: frozenset[str]
    reserve: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """A patient of somebody who is away. ``labels`` are those of the patient and of every open loop together.

    ``language`` is a primary tag, "" if not known; ``minutes`` is what is to be done in this time; ``known`` says how
    often each colleague had to do with the patient.
    """

    patient_id: UUID
    unit_id: int
    labels: int
    language: str
    minutes: int
    harm: int
    known: Mapping[UUID, int]


@dataclass(frozen=True, slots=True)
class Share:
    """Who is suggested for one patient and why; nobody (None) if none may see all of it."""

    patient_id: UUID
    person_id: UUID | None
    because: tuple[Say, ...]


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit in the time of an absence. ``at`` is its instant."""

    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One patient to be covered: what must happen while their coordinator is away, who is suggested, who else may.

    ``is_critical`` says that something is late, due or a visit on the first day, or a question of safety is open.
    """

    patient_id: UUID
    name: str
    birth_on: date | None
    language: str
    minutes: int
    is_critical: bool
    must: tuple[LoopRow, ...]
    visits: tuple[VisitLine, ...]
    person_id: UUID | None
    because: tuple[Say, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class HelperLine:
    """What a colleague would carry, in minutes: ``needed`` is their own work in this time, ``given`` would be added."""

    person_id: UUID
    name: str
    working: int
    needed: int
    given: int
    patients: int
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """An absence in a list. ``mine`` is where the part of who looks stands, None if they have none."""

    id: UUID
    person_id: UUID
    person: str
    since: datetime
    until: datetime
    is_sudden: bool
    state: AbsenceState
    patients: int
    mine: PartState | None = None


@dataclass(frozen=True, slots=True)
class SharePlan:
    """What would be shared out among whom. Without a person and days, ``lines`` is empty.

    ``without_patient`` counts open loops about no patient: they go to the team. ``beyond`` are teams of this person
    that whoever plans does not reach: their own supervisor sees to those patients.
    """

    at: datetime
    people: tuple[Choice, ...]
    person_id: UUID | None
    name: str
    lines: tuple[ChargeLine, ...]
    helpers: tuple[HelperLine, ...]
    without_patient: int
    beyond: tuple[str, ...]
    hours: int
    absences: tuple[AbsenceRow, ...]


@dataclass(frozen=True, slots=True)
class PartLine:
    """The part of one colleague: how many patients, and whether they said that they have it."""

    person_id: UUID
    name: str
    state: PartState
    expires_at: datetime | None
    patients: int


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One patient of a cover: with whom, why, what was closed, is new and is late, and what was done, newest last."""

    patient_id: UUID
    name: str
    birth_on: date | None
    person_id: UUID
    covering: str
    because: tuple[Say, ...]
    must: tuple[LoopRow, ...]
    closed: int
    new: int
    late: int
    done: tuple[tuple[datetime, str, Say, Say], ...]


@dataclass(frozen=True, slots=True)
class AbsencePage:
    """One absence with its parts and its patients. ``is_cut`` when more was done than is shown."""

    at: datetime
    row: AbsenceRow
    version: int
    parts: tuple[PartLine, ...]
    lines: tuple[DigestLine, ...]
    colleagues: tuple[Choice, ...]
    may_plan: bool
    is_mine: bool
    is_cut: bool
