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
