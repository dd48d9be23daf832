"""Who cares for a patient, who did, and why they left: plain values for the patient's page."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from careloop.facts.access import Role


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody who cares for a patient. ``part`` is in which part, "" for the primary coordinator."""

    person_id: UUID
    name: str
    role: Role
    part: str
    since: datetime
    may_leave: bool


@dataclass(frozen=True, slots=True)
class FormerMember:
    """Somebody who left, when, and why; ``reason`` and ``by`` are "" where nobody said: work here ended, for one."""

    name: str
    role: Role
    part: str
    since: datetime
    left_at: datetime
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class StandIn:
    """Somebody who stands in for the primary coordinator, and until when (UTC)."""

    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class CareTeam:
    """The care team of a patient. ``successors`` can follow the primary coordinator: empty for who may not choose.

    ``stands_in`` is who has the patient while the primary coordinator is away.
    """

    primary: TeamMember | None = None
    stands_in: tuple[StandIn, ...] = ()
    members: tuple[TeamMember, ...] = ()
    former: tuple[FormerMember, ...] = ()
    successors: tuple[tuple[UUID, str], ...] = ()


NO_TEAM = CareTeam()
