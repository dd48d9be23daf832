"""Small plots of results: pure. A long time without a value stays a gap; nothing is drawn that was not measured."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from careloop.basics.units import write_quantity
from careloop.basics.words import Say
from careloop.facts.plots import Dot, Plot, Point, Series
from careloop.facts.timeline import Box

WIDTH, HEIGHT, EDGE = 260, 92, 10
# A gap: more than so many times the usual distance between two values, and at least so many days.
GAP_TIMES, GAP_DAYS = 2.5, 21


def plot(series: Series, *, is_rtl: bool = False) -> Plot:
    """Return the picture of a series of at least one value; two values of one day stand as they are.

    Time runs as one reads: from the left, in a right-to-left language from the right.
    """
    area = Box(EDGE, EDGE, WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE)
    points = sorted(series.points, key=lambda p: (p.on, p.value))
    lines = _goal_values(series)
    low, high = _range([p.value for p in points] + lines)

    def place(value: Decimal) -> float:
        return area.bottom - float((value - low) / (high - low)) * area.height

    first, span = points[0].on, max(1, (points[-1].on - points[0].on).days)

    def across(on: date) -> float:
        x = area.x + (on - first).days / span * area.width
        return WIDTH - x if is_rtl else x

    runs = tuple(tuple(Dot(p, across(p.on), place(p.value)) for p in run) for run in _runs(points))
    goals = tuple((value, place(value)) for value in lines)
    return Plot(series, WIDTH, HEIGHT, area, runs, goals, say_last(series.unit, points))


def say_last(unit: str, points: Sequence[Point]) -> Say:
    """Say the last value in words, and how it stands to the one before it. Which is better is not said."""
    last, amount = points[-1], _write(points[-1].value, unit)
    if len(points) < 2:
        return Say("plot.only", value=amount, day=last.on)
    before = points[-2]
    if last.value == before.value:
        return Say("plot.same", value=amount, day=last.on)
    earlier = _write(before.value, unit)
    if last.value > before.value:
        return Say("plot.higher", value=amount, day=last.on, before=earlier)
    return Say("plot.lower", value=amount, day=last.on, before=earlier)


def _goal_values(series: Series) -> list[Decimal]:
    if series.goal is None:
        return []
    return [value for value in (series.goal.low, series.goal.high) if value is not None]


def _range(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """Return the lowest and highest value to show; equal values lie in the middle."""
    low, high = min(values), max(values)
    return (low - 1, high + 1) if low == high else (low, high)


def _runs(points: Sequence[Point]) -> list[list[Point]]:
    steps = [(b.on - a.on).days for a, b in pairwise(points)]
    longest = max(GAP_DAYS, GAP_TIMES * _usual(steps))
    runs = [[points[0]]]
    for point, step in zip(points[1:], steps, strict=True):
        if step > longest:
            runs.append([point])
        else:
            runs[-1].append(point)
    return runs


def _usual(steps: Sequence[int]) -> int:
    """Return the middle one of the distances, 0 where there is none."""
    return sorted(steps)[len(steps) // 2] if steps else 0


def _write(value: Decimal, unit: str) -> str:
    return write_quantity(f"{value:f}", unit)
