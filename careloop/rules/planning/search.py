"""The search of one start: steps are placed one after the other by a taste for days, and taken back where it ends.

It is greedy: the first way down is taken, and so many times at most it turns back to the next best day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from uuid import UUID

from careloop.rules.planning.cells import Ground, first_of
from careloop.rules.planning.frame import (
    Cells,
    Frame,
    Free,
    Picks,
    bounds,
    pick,
    step_starts,
    take,
    window_of,
)

# So many days at most are looked at of each sort when a taste ranks them.
LOOK = 16


class Taste(StrEnum):
    """Which day is tried first: the earliest, one on which the patient is out anyway, or one with help."""

    EARLY = "early"
    TOGETHER = "together"
    HELPED = "helped"


@dataclass(frozen=True, slots=True)
class Start:
    """One start of the search: the order in which steps are placed, the taste, and times left out at the first step."""

    order: tuple[int, ...]
    taste: Taste
    skip: int = 0


@dataclass(slots=True)
class Search:
    """A search on its way: what was placed, and how many more steps may be tried."""

    frame: Frame
    start: Start
    left: int
    cells: Cells
    picks: Picks


def search(frame: Frame, free: Free, start: Start, *, tries: int) -> tuple[Cells, Picks] | None:
    """Return times for all steps, or None if so many tries did not find any."""
    run = Search(frame, start, tries, [-1] * frame.size, [()] * frame.size)
    starts = [step_starts(step, free) for step in frame.steps]
    return (run.cells, run.picks) if _place(run, 0, free, starts) else None


def find_cells(frame: Frame, number: int, cells: Sequence[int], starts: Sequence[int]) -> int:
    """Return the cells at which a step could begin with the others where they are."""
    days = bounds(frame, starts, cells)
    return starts[number] & window_of(frame, number, cells, days[number]) if days else 0


def split_days(ground: Ground, mask: int) -> Iterator[tuple[int, int]]:
    """Yield the days that have cells of a mask, in order: the day's number and its cells."""
    while mask:
        day = ground.find_day(first_of(mask))
        yield day.number, mask & day.mask
        mask &= -1 << day.end


def _choices(run: Search, number: int, starts: Sequence[int]) -> Iterator[int]:
    """Yield the cells at which a step could begin, one or two a day, the best day for the taste first."""
    frame, cells, taste = run.frame, run.cells, run.start.taste
    step = frame.steps[number]
    mask = find_cells(frame, number, cells, starts)
    if taste is Taste.EARLY:
        yield from (first_of(here) for _day, here in split_days(step.ground, mask))
        return
    used = {one.ground.day_of(cell) for one, cell in zip(frame.steps, cells, strict=True) if cell >= 0}
    again = 0
    for day in step.ground.days:
        if day.number in used:
            again |= mask & day.mask
    helped = mask & step.helped
    pools = [again, mask] if taste is Taste.TOGETHER else [again & helped, helped, again, mask]
    tried = 0
    for pool in pools:
        some = list(islice(split_days(step.ground, pool & ~tried), LOOK))
        if taste is Taste.TOGETHER and pool is mask:
            some.sort(key=lambda one: -_shared(frame, number, cells, starts, one[1]))
        for _day, here in some:
            tried |= here
            yield from dict.fromkeys((first_of(here), here.bit_length() - 1))


def _place(run: Search, depth: int, free: Free, starts: Sequence[int]) -> bool:
    frame, start = run.frame, run.start
    if depth == frame.size:
        return True
    number = start.order[depth]
    step = frame.steps[number]
    for cell in islice(_choices(run, number, starts), 0 if depth else start.skip, None):
        run.left -= 1
        if run.left < 0:
            return False
        if not (chosen := pick(step, cell, free)) and step.needs:
            continue
        run.cells[number], run.picks[number] = cell, chosen
        taken = take(step, cell, chosen, free)
        if not _too_many_trips(run) and _place(run, depth + 1, taken, _renew(frame, starts, chosen, taken)):
            return True
        run.cells[number], run.picks[number] = -1, ()
    return False


def _renew(frame: Frame, starts: Sequence[int], chosen: Sequence[UUID], free: Free) -> list[int]:
    """Return where steps may begin after some people and things were taken: only their steps are looked at anew."""
    gone = set(chosen)
    return [
        mask if gone.isdisjoint(step.who) else step_starts(step, free)
        for step, mask in zip(frame.steps, starts, strict=True)
    ]


def _too_many_trips(run: Search) -> bool:
    most = run.frame.journey.wishes.most_trips
    return most is not None and count_trips(run.frame, run.cells) > most


def count_trips(frame: Frame, cells: Sequence[int]) -> int:
    """Return on how many days the steps that have a time are."""
    return len({step.ground.day_of(cell) for step, cell in zip(frame.steps, cells, strict=True) if cell >= 0})


def _shared(frame: Frame, number: int, cells: Sequence[int], starts: Sequence[int], here: int) -> int:
    """Return how many other steps that have no time yet could begin around the same times."""
    day = frame.steps[number].ground.find_day(first_of(here))
    return sum(1 for other in range(frame.size) if other != number and cells[other] < 0 and starts[other] & day.mask)
