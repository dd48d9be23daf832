"""The board of a plan: its steps by days, where each could be moved to, and a step that somebody moved."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from careloop.facts.itineraries import Broken, Plan


class Slot(StrEnum):
    """What a day is for a step: its own, free, free if others move, not suited, closed, or open and taken."""

    CHOSEN = "chosen"
    FITS = "fits"
    MOVES = "moves"
    OUTSIDE = "outside"
    CLOSED = "closed"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class BoardCell:
    """One day of one step; ``wall`` is the time on the clocks of its place at which it begins or could begin."""

    on: date
    slot: Slot
    wall: datetime | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A step with its days; one that stands already is not moved here."""

    step: str
    wall: datetime
    minutes: int
    stands: bool
    cells: tuple[BoardCell, ...]


@dataclass(frozen=True, slots=True)
class PlanBoard:
    """Three weeks of a plan, steps in the order of their times. ``helped`` are the days on which help is there."""

    days: tuple[date, ...]
    rows: tuple[BoardRow, ...]
    helped: frozenset[date] | None = None


@dataclass(frozen=True, slots=True)
class Arranged:
    """A plan with the times that somebody chose. ``moved`` is the step that was to move, "" for none.

    ``broken`` are the rules that its new time alone would break: then either ``also`` names the steps that moved
    along, or nothing moved and ``is_moved`` is false.
    """

    plan: Plan
    moved: str = ""
    is_moved: bool = True
    also: tuple[str, ...] = ()
    broken: tuple[Broken, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardAsk:
    """Which board is asked for: which of the plans that are shown, own times and one step that moves, and from when.

    Times are on the walls of the places of their steps. ``since`` is the first day that is shown, None for the week in
    which the plan begins.
    """

    shown: int = 1
    times: tuple[tuple[str, datetime], ...] = ()
    move: tuple[str, datetime] | None = None
    since: date | None = None
