"""Rounds: one line a patient, to be gone through together."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from careloop.facts.handoffs import IllnessLevel
from careloop.facts.pages import Choice, LoopRow


@dataclass(frozen=True, slots=True)
class RoundsLine:
    """One patient: how ill as it was last said and when, why here, what waits first, and how much else is open.

    ``level`` and ``said_on`` are None where no handoff said it.
    """

    patient_id: UUID
    name: str
    birth_on: date | None
    level: IllnessLevel | None
    said_on: date | None
    why: str
    first: LoopRow
    others: int


@dataclass(frozen=True, slots=True)
class RoundsPage:
    """Patients with something open, the most pressing first; ``beyond`` are left out. One's own have no ``team``."""

    at: datetime
    zone: str
    printed_by: str
    team: int | None
    teams: tuple[Choice, ...]
    people: tuple[Choice, ...]
    lines: tuple[RoundsLine, ...]
    beyond: int


@dataclass(frozen=True, slots=True)
class RoundsBeat:
    """How rounds are timed, as their address says it: minutes for each patient, which one is talked of (from 1),
    and since when the rounds and this patient are."""

    minutes: int
    no: int
    began_at: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class RoundsClock:
    """Where timed rounds stand. ``no`` counts from 1 and is one beyond ``count`` when all were gone through.

    ``left`` are seconds, below 0 when the time of this patient is over; ``spent`` the whole minutes since they began.
    """

    beat: RoundsBeat
    no: int
    count: int
    left: int
    spent: int

    @property
    def is_over(self) -> bool:
        """Whether all were gone through."""
        return self.no > self.count
