"""Time as cells of five minutes, and sets of cells as the bits of one whole number: overlap is a single AND.

Busy times are rounded outwards and open ones inwards: what fits here fits in truth.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from careloop.facts.scheduling import Span
from careloop.facts.visits import PartOfDay
from careloop.rules.wall_time import walk_wall

CELL = timedelta(minutes=5)
DAY_CELLS = 288
# Gaps before a visit reach back before the window at most this far.
MARGIN = timedelta(hours=4)
QUARTERS = sum(1 << at for at in range(0, DAY_CELLS, 3))
NOON = DAY_CELLS // 2


@dataclass(frozen=True, slots=True)
class DayCells:
    """A day on the clocks of a zone: its number (``date.toordinal``), its cells, which of these begin a quarter,
    and all of them as a mask."""

    number: int
    first: int
    end: int
    quarters: int
    mask: int


@dataclass(frozen=True, slots=True)
class Ground:
    """The cells of a window: cell 0 begins at ``start`` (UTC), a margin before the window; the days of one zone."""

    start: datetime
    window: int
    days: tuple[DayCells, ...]
    ends: tuple[int, ...]
    zone: str

    @property
    def count(self) -> int:
        """Return how many cells there are."""
        return self.window.bit_length()

    def at(self, cell: int) -> datetime:
        """Return the instant at which a cell begins."""
        return self.start + cell * CELL

    def day_of(self, cell: int) -> int:
        """Return the number of the day on which a cell lies."""
        return self.find_day(cell).number

    def find_day(self, cell: int) -> DayCells:
        """Return the day on which a cell lies."""
        return self.days[bisect_right(self.ends, cell)]

    def within(self, first: int, last: int) -> int:
        """Return the cells of the days from one number to another, both included."""
        origin = self.days[0].number
        low, high = max(first - origin, 0), min(last - origin, len(self.days) - 1)
        return cells_between(self.days[low].first, self.days[high].end) if low <= high else 0

    def inward(self, spans: Iterable[Span]) -> int:
        """Return the cells that lie wholly within some spans."""
        mask = 0
        for span in spans:
            first = -((self.start - span.start) // CELL)
            mask |= self._clip(first, (span.end - self.start) // CELL)
        return mask

    def outward(self, spans: Iterable[Span]) -> int:
        """Return the cells that some spans touch."""
        mask = 0
        for span in spans:
            if span.start < span.end:
                mask |= self._clip((span.start - self.start) // CELL, -((self.start - span.end) // CELL))
        return mask

    def weekdays(self, wanted: frozenset[int]) -> int:
        """Return the cells of some weekdays (1 is Monday)."""
        mask = 0
        for day in self.days:
            if date.fromordinal(day.number).isoweekday() in wanted:
                mask |= day.mask
        return mask

    def part(self, part: PartOfDay) -> int:
        """Return the cells before noon, or those from noon on, of all days."""
        here, mask = ZoneInfo(self.zone), 0
        for day in self.days:
            noon = datetime.combine(date.fromordinal(day.number), time(12), here).astimezone(UTC)
            middle = min(max((noon - self.start) // CELL, day.first), day.end)
            is_morning = part is PartOfDay.MORNING
            mask |= cells_between(day.first, middle) if is_morning else cells_between(middle, day.end)
        return mask

    def _clip(self, first: int, end: int) -> int:
        return cells_between(max(first, 0), min(end, self.count))


@lru_cache(maxsize=64)
def lay_ground(window: Span, zone: str) -> Ground:
    """Return the cells of a window with the days of a zone."""
    start = window.start.astimezone(UTC) - MARGIN
    start -= timedelta(minutes=start.minute % 5, seconds=start.second, microseconds=start.microsecond)
    first, end = -((start - window.start) // CELL), (window.end - start) // CELL
    days = tuple(_days(start, window, zone, end))
    return Ground(start, cells_between(first, end), days, tuple(day.end for day in days), zone)


def cells_between(first: int, end: int) -> int:
    """Return the cells from one up to, but without, another."""
    return (1 << end) - (1 << first) if end > first else 0


def starts_of(mask: int, length: int) -> int:
    """Return the cells from which so many cells of a mask follow without a hole."""
    have = 1
    while have < length and mask:
        more = min(have, length - have)
        mask &= mask >> more
        have += more
    return mask


def first_of(mask: int) -> int:
    """Return the first cell of a mask that has one."""
    return (mask & -mask).bit_length() - 1


def cells_of(minutes: int) -> int:
    """Return how many cells so many minutes take up."""
    return -(-minutes // 5)


def _days(start: datetime, window: Span, zone: str, end: int) -> Iterator[DayCells]:
    here = ZoneInfo(zone)
    day = window.start.astimezone(here).date()
    while True:
        begins = datetime.combine(day, time.min, here).astimezone(UTC)
        after = datetime.combine(day + timedelta(days=1), time.min, here).astimezone(UTC)
        first, past = -((start - begins) // CELL), min(-((start - after) // CELL), end)
        if first >= end:
            return
        first = max(first, 0)
        quarters = _quarters(start, Span(begins, after), zone)
        yield DayCells(day.toordinal(), first, past, quarters, cells_between(first, past))
        day += timedelta(days=1)


def _quarters(start: datetime, day: Span, zone: str) -> int:
    """Return the cells of a day at which its clocks show a quarter of an hour, once."""
    first = (day.start - start) // CELL
    if day.end - day.start == DAY_CELLS * CELL and (day.start - start) % CELL == timedelta(0):
        return QUARTERS << first if first >= 0 else QUARTERS >> -first
    mask = 0
    for promised in walk_wall(max(day.start, start), day.end, zone, 15):
        cell, rest = divmod(promised.at - start, CELL)
        mask |= 0 if rest else 1 << cell
    return mask
