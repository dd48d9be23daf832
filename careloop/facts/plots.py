"""Results that were measured again and again, as small plots: points, gaps and a goal."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from careloop.basics.words import Say
from careloop.facts.timeline import Box


@dataclass(frozen=True, slots=True)
class Point:
    """One measured value on its day, and which resource says so."""

    on: date
    value: Decimal
    said_by: str = ""


@dataclass(frozen=True, slots=True)
class GoalLine:
    """What a value is hoped to be: at least ``low``, at most ``high``, in the unit of the series."""

    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one measure in one unit, oldest first. ``count`` is how many the record holds in all."""

    code: str
    label: str
    unit: str
    points: tuple[Point, ...]
    count: int
    goal: GoalLine | None = None


@dataclass(frozen=True, slots=True)
class Dot:
    """A point in its place, in pixels."""

    point: Point
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Plot:
    """A series as a small picture: runs of dots that a line joins, and the height of each goal line."""

    series: Series
    width: float
    height: float
    area: Box
    runs: tuple[tuple[Dot, ...], ...]
    goals: tuple[tuple[Decimal, float], ...]
    last_words: Say
