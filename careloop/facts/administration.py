"""How the clinic is run, as plain values: people and their teams, sites, cover, days, and who is signed in."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from careloop.facts.access import Relation, Right, Role


class StaffStep(StrEnum):
    """What changes about somebody who works here."""

    BEGIN = "begin"
    ROLE = "role"
    END = "end"


# Roles that give rights to others or see the whole log: a second person must agree.
PRIVILEGED = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class StaffChangeLine:
    """One change: from when it holds, who asked, who agreed, and when it was done or withdrawn."""

    id: UUID
    step: StaffStep
    role_before: Role | None
    role_after: Role | None
    from_at: datetime
    reason: str
    needs_second: bool
    asked_by: str
    asked_at: datetime
    asked_by_me: bool
    agreed_by: str
    withdrawn_by: str
    withdrawn_at: datetime | None
    applied_at: datetime | None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A team or a site. ``zone`` is an IANA zone, "" for the clinic's own; ``hours`` go by weekday, 1 is Monday."""

    id: int
    name: str
    kind: str
    zone: str
    version: int
    members: int
    hours: tuple[tuple[int, time, time], ...] = ()


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person of staff in the list. ``waiting`` is the change that is not done yet."""

    id: UUID
    name: str
    email: str
    role: Role
    teams: tuple[str, ...]
    is_active: bool
    may_sign_in: bool
    deactivated_at: datetime | None
    waiting: StaffChangeLine | None


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Everybody who works or worked here, and the teams that somebody new can join."""

    people: tuple[StaffRow, ...]
    units: tuple[UnitLine, ...]


@dataclass(frozen=True, slots=True)
class RoleLine:
    """What a role may do, through what it reaches patients, and whether a second person must agree to it."""

    role: Role
    rights: tuple[Right, ...]
    through: tuple[Relation, ...]
    is_privileged: bool


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person of staff: what the role may do, teams, changes, and how many open loops they own."""

    row: StaffRow
    version: int
    language: str
    is_me: bool
    unit_ids: tuple[int, ...]
    units: tuple[UnitLine, ...]
    sees: RoleLine
    open_loops: int
    changes: tuple[StaffChangeLine, ...]


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day on which the clinic is closed, or open though it is a holiday. ``set_by`` is "" for federal holidays."""

    on: date
    name: str
    is_open: bool
    is_federal: bool
    set_by: str


@dataclass(frozen=True, slots=True)
class DaysPage:
    """The days of a year that differ, and the last day for which federal holidays are known."""

    year: int
    days: tuple[DayLine, ...]
    known_until: date
    may_write: bool


@dataclass(frozen=True, slots=True)
class SessionLine:
    """Somebody who is signed in: since when, from where, with what."""

    id: int
    person_id: UUID
    name: str
    role: Role
    since: datetime
    seen_at: datetime
    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class CatalogRow:
    """One value of the catalog with its source. ``checks`` are the names of the checks that rest on it."""

    table: str
    id: str
    value: str
    organization: str
    title: str
    year: int
    section: str
    confidence: str
    checked_on: date | None
    checks: tuple[str, ...]
