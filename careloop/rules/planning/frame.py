"""A journey made ready for the search: for every step the cells at which it may begin, and the days that gaps leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from careloop.facts.itineraries import Gap, Journey, StepAsk
from careloop.facts.scheduling import Candidate
from careloop.rules.planning.cells import CELL, Ground, cells_between, cells_of, first_of, lay_ground, starts_of

# No gap is longer: an upper bound where none is said.
FAR = 100_000

# When everybody and everything is neither busy nor taken by what was placed before, by key: bits of cells.
Free = dict[UUID, int]
# The first cell of each step, in the order of the frame; -1 where it has none yet.
Cells = list[int]
# Who takes part in each step.
Picks = list[tuple[UUID, ...]]


@dataclass(frozen=True, slots=True)
class Part:
    """A candidate of a step: its key, when it is open for the whole length, and the gaps it keeps, in cells."""

    id: UUID
    opens: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class FrameStep:
    """A step as cells: its length, its candidates by need, where it may begin by wish, and where help is there."""

    ask: StepAsk
    ground: Ground
    length: int
    needs: tuple[tuple[Part, ...], ...]
    who: frozenset[UUID]
    allowed: int
    helped: int
    has_help: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A gap between two steps of a frame, by their numbers, in days."""

    after: int
    step: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A journey with its steps sorted by key, so that the order in which they were given changes nothing."""

    journey: Journey
    steps: tuple[FrameStep, ...]
    links: tuple[Link, ...]
    between: int

    @property
    def size(self) -> int:
        """Return how many steps there are."""
        return len(self.steps)


def make_frame(journey: Journey) -> Frame:
    """Return a journey ready for the search."""
    asks = sorted(journey.steps, key=lambda ask: ask.key)
    number = {ask.key: at for at, ask in enumerate(asks)}
    steps = tuple(_make_step(journey, ask) for ask in asks)
    gaps = [gap for gap in journey.gaps if gap.step in number and gap.after in number]
    links = tuple(sorted((_link(gap, number) for gap in gaps), key=lambda one: (one.after, one.step)))
    return Frame(journey, steps, links, cells_of(journey.wishes.between_places))


def read_free(journeys: Sequence[Journey]) -> Free:
    """Return when the candidates of some journeys are not busy; all journeys share one window."""
    free: Free = {}
    for journey in journeys:
        for ask in journey.steps:
            ground = lay_ground(journey.window, ask.zone)
            for candidate in (one for need in ask.needs for one in need):
                if candidate.id not in free:
                    free[candidate.id] = cells_between(0, ground.count + 100) & ~ground.outward(candidate.busy)
    return free


def part_starts(step: FrameStep, part: Part, free: Free) -> int:
    """Return the cells at which a step may begin as far as one candidate is concerned."""
    whole = part.before + step.length + part.after
    return part.opens & (starts_of(free[part.id], whole) << part.before)


def step_starts(step: FrameStep, free: Free) -> int:
    """Return the cells at which a step may begin: one candidate of every need is free."""
    mask = step.allowed
    for need in step.needs:
        mask &= _any(step, need, free)
    return mask


def pick(step: FrameStep, cell: int, free: Free) -> tuple[UUID, ...]:
    """Return the first candidate of each need that is free for a step from this cell on; none is picked twice."""
    picks: list[UUID] = []
    for need in step.needs:
        found = (one.id for one in need if one.id not in picks and part_starts(step, one, free) >> cell & 1)
        chosen = next(found, None)
        if chosen is None:
            return ()
        picks.append(chosen)
    return tuple(picks)


def take(step: FrameStep, cell: int, picks: Sequence[UUID], free: Free) -> Free:
    """Return what is free when a step takes its people and places, with their gaps, from this cell on."""
    taken = dict(free)
    for need, chosen in zip(step.needs, picks, strict=True):
        part = next(one for one in need if one.id == chosen)
        taken[chosen] &= ~cells_between(max(cell - part.before, 0), cell + step.length + part.after)
    return taken


def bounds(frame: Frame, starts: Sequence[int], cells: Sequence[int]) -> list[tuple[int, int]] | None:
    """Return the first and last day (numbers) of each step that gaps leave; None if they leave none for some step.

    ``starts`` are where each step may begin, ``cells`` where those that have a time do.
    """
    found: list[tuple[int, int]] = []
    for step, mask, cell in zip(frame.steps, starts, cells, strict=True):
        if cell < 0 and not mask:
            return None
        low, high = (cell, cell) if cell >= 0 else (first_of(mask), mask.bit_length() - 1)
        found.append((step.ground.day_of(low), step.ground.day_of(high)))
    for _ in range(frame.size + 1):
        before = list(found)
        for link in frame.links:
            (low, high), (low_after, high_after) = found[link.step], found[link.after]
            found[link.step] = max(low, low_after + link.least), min(high, high_after + link.most)
            found[link.after] = max(low_after, low - link.most), min(high_after, high - link.least)
        if any(low > high for low, high in found):
            return None
        if found == before:
            break
    return found


def window_of(frame: Frame, number: int, cells: Sequence[int], days: tuple[int, int]) -> int:
    """Return where a step may begin as far as its days, the steps around it and the patient's own way are concerned."""
    step = frame.steps[number]
    mask = step.ground.within(*days)
    for link in frame.links:
        if link.step == number and cells[link.after] >= 0:
            earlier = frame.steps[link.after]
            mask &= -1 << (cells[link.after] + earlier.length)
        elif link.after == number and cells[link.step] >= 0:
            mask &= cells_between(0, max(cells[link.step] - step.length + 1, 0))
    for other, cell in zip(frame.steps, cells, strict=True):
        if cell >= 0 and other is not step:
            way = frame.between if other.ask.place != step.ask.place else 0
            mask &= ~cells_between(max(cell - way - step.length + 1, 0), cell + other.length + way)
    return mask


def _any(step: FrameStep, need: tuple[Part, ...], free: Free) -> int:
    mask = 0
    for part in need:
        mask |= part_starts(step, part, free)
    return mask


def _make_step(journey: Journey, ask: StepAsk) -> FrameStep:
    ground = lay_ground(journey.window, ask.zone)
    length, wishes = cells_of(ask.length.minutes), journey.wishes
    quarters = 0
    for day in ground.days:
        quarters |= day.quarters
    allowed = quarters & starts_of(ground.window & ~ground.outward(journey.busy), length)
    allowed &= ground.weekdays(wishes.weekdays)
    if wishes.part_of_day is not None:
        allowed &= ground.part(wishes.part_of_day)
    if ask.first_on or ask.last_on:
        first = ask.first_on.toordinal() if ask.first_on else 0
        allowed &= ground.within(first, ask.last_on.toordinal() if ask.last_on else first + FAR)
    if ask.only_at is not None:
        cell = (ask.only_at - ground.start) // CELL
        allowed &= 1 << cell if cell >= 0 else 0
    helped = starts_of(ground.inward(wishes.help), length) if wishes.help is not None else 0
    if ask.needs_escort and wishes.companion is not None:
        allowed &= helped
    needs = tuple(tuple(_part(ground, ask, one) for one in sorted(need, key=lambda c: c.id)) for need in ask.needs)
    who = frozenset(part.id for need in needs for part in need)
    return FrameStep(ask, ground, length, needs, who, allowed, helped, wishes.help is not None)


def _part(ground: Ground, ask: StepAsk, candidate: Candidate) -> Part:
    opens = ground.window if candidate.open is None else ground.inward(candidate.open)
    before, after = (ask.length.gap_before, ask.length.gap_after) if candidate.keeps_gaps else (0, 0)
    return Part(candidate.id, starts_of(opens, cells_of(ask.length.minutes)), cells_of(before), cells_of(after))


def _link(gap: Gap, number: Mapping[str, int]) -> Link:
    most = FAR if gap.at_most_days is None else gap.at_most_days
    return Link(number[gap.after], number[gap.step], gap.at_least_days, most)
