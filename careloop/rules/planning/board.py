"""The board of a plan, and a step of it that is moved: alone, with others along, or not at all and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from careloop.basics.refusals import Refusal
from careloop.facts.itineraries import Broken, HardRule, Journey, Plan, PlanKind, StepAsk
from careloop.facts.plan_board import Arranged, BoardCell, BoardRow, PlanBoard, Slot
from careloop.facts.plan_search import PlacedAt
from careloop.rules.planning.asked import lay_plan
from careloop.rules.planning.cells import CELL, first_of
from careloop.rules.planning.frame import FAR, Frame, FrameStep, Free, make_frame, pick, read_free, step_starts, take
from careloop.rules.planning.keep import find_broken
from careloop.rules.planning.propose import Answer, better, find_answers, read_plan
from careloop.rules.planning.search import find_cells
from careloop.rules.wall_time import promise, show

# So many days stand on a board.
DAYS = 21


@dataclass(frozen=True, slots=True)
class Masks:
    """Where a step could begin: with the others where they are, wherever they go, whoever is busy; and its days."""

    fits: int
    anyhow: int
    opens: int
    low: int
    high: int


def arrange(journey: Journey, base: Plan, times: Mapping[str, datetime], move: tuple[str, datetime] | None) -> Arranged:
    """Return a plan with own times (on the walls of their places) and one step moved; ``base`` has the other times.

    Own times of which one is not free any more, or that break a rule, are given up, and it says which.
    """
    loose = _loosen(journey)
    asks = {ask.key: ask for ask in loose.steps if ask.needs}
    own, broken = base, tuple[Broken, ...]()
    if times:
        found = _lay(loose, _times_of(base) | _read_walls(asks, times))
        broken = find_broken(loose, found) if found else (Broken(HardRule.IN_TIME),)
        own = found if found and not broken else base
    if move is None or move[0] not in asks:
        return Arranged(own, is_moved=not broken, broken=broken)
    key, wall = move
    at = _read_walls(asks, {key: wall}).get(key)
    if at is None:
        return Arranged(own, key, is_moved=False, broken=(Broken(HardRule.IN_TIME, key),))
    return _move(loose, own, key, at)


def lay_board(journey: Journey, plan: Plan, first_on: date) -> PlanBoard:
    """Return three weeks of a plan from a day on; at weekends only days on which something can be."""
    frame, free = make_frame(_loosen(journey)), read_free([journey])
    answer = _answer_of(frame, plan)
    known = frame.steps[0].ground.days
    first = min(max(first_on.toordinal(), known[0].number - 7), known[-1].number)
    days = [date.fromordinal(first + number) for number in range(DAYS)]
    rows = [_lay_row(frame, free, answer, number, days) for number in range(frame.size)]
    rows.sort(key=lambda row: (row.wall, row.step))
    used = {cell.on for row in rows for cell in row.cells if cell.wall is not None}
    shown = tuple(on for on in days if on.isoweekday() < 6 or on in used)
    cut = tuple(replace(row, cells=tuple(cell for cell in row.cells if cell.on in shown)) for row in rows)
    helped = frozenset(on for on in shown if any(one.helped & _mask(one, on) for one in frame.steps))
    return PlanBoard(shown, cut, helped if frame.steps[0].has_help else None)


def begin_of(plan: Plan) -> date:
    """Return the Monday of the week in which a plan begins; steps that stand already do not count."""
    first = min((one.promised.wall for one in plan.placed if one.picks), default=plan.placed[0].promised.wall).date()
    return first - timedelta(days=first.isoweekday() - 1)


def _loosen(journey: Journey) -> Journey:
    """Return a journey whose steps may begin at any time again, but those that stand already."""
    return replace(journey, steps=tuple(replace(ask, only_at=None) if ask.needs else ask for ask in journey.steps))


def _times_of(plan: Plan) -> dict[str, datetime]:
    return {one.step: one.promised.at for one in plan.placed}


def _read_walls(asks: Mapping[str, StepAsk], walls: Mapping[str, datetime]) -> dict[str, datetime]:
    """Return wall times of known steps as instants; quarters of an hour that come once, no others."""
    found = {}
    for key, wall in walls.items():
        if key not in asks or wall.minute % 15 or wall.second:
            continue
        try:
            found[key] = promise(wall, asks[key].zone).at
        except Refusal:
            continue
    return found


def _lay(journey: Journey, times: Mapping[str, datetime]) -> Plan | None:
    """Return times as a plan, with whoever is free for each; nobody where nobody is. None if one lies outside."""
    frame, free = make_frame(journey), read_free([journey])
    if times.keys() != {step.ask.key for step in frame.steps}:
        return None
    placed = []
    for step in sorted(frame.steps, key=lambda one: times[one.ask.key]):
        at = times[step.ask.key]
        cell = (at - step.ground.start) // CELL
        chosen = pick(step, cell, free) if 0 <= cell < step.ground.count else ()
        free = take(step, cell, chosen, free) if chosen else free
        placed.append(PlacedAt(step.ask.key, at, chosen))
    return lay_plan(journey, placed)


def _move(journey: Journey, own: Plan, key: str, at: datetime) -> Arranged:
    times = _times_of(own) | {key: at}
    alone = _lay(journey, times)
    broken = find_broken(journey, alone) if alone else (Broken(HardRule.IN_TIME, key),)
    if alone and not broken:
        return Arranged(alone, key)
    pinned = replace(
        journey, steps=tuple(replace(ask, only_at=at) if ask.key == key else ask for ask in journey.steps)
    )  # fmt: skip
    frame, free = make_frame(pinned), read_free([pinned])
    cells = [(times[step.ask.key] - step.ground.start) // CELL for step in frame.steps]

    def score(answer: Answer) -> tuple[int, ...]:
        changed = sum(1 for cell, before in zip(answer.cells, cells, strict=True) if cell != before)
        return (changed, *answer.score(PlanKind.SOONEST))

    found = find_answers(frame, free)
    if not found:
        return Arranged(own, key, is_moved=False, broken=broken)
    plan = read_plan(frame, better(frame, free, min(found, key=score), score), ())
    also = tuple(one.step for one in plan.placed if one.step != key and one.promised.at != times[one.step])
    return Arranged(plan, key, also=also, broken=broken)


def _answer_of(frame: Frame, plan: Plan) -> Answer:
    known = {one.step: one for one in plan.placed}
    placed = [known[step.ask.key] for step in frame.steps]
    cells = [(one.promised.at - step.ground.start) // CELL for one, step in zip(placed, frame.steps, strict=True)]
    return Answer((0, 0, 0), tuple(cells), [one.picks for one in placed])


def _lay_row(frame: Frame, free: Free, answer: Answer, number: int, days: Sequence[date]) -> BoardRow:
    step, others, cells = frame.steps[number], free, list(answer.cells)
    for at, one in enumerate(frame.steps):
        if at != number:
            others = take(one, answer.cells[at], answer.picks[at], others)
    cells[number] = -1
    anyhow = step_starts(step, free) if step.ask.needs else 0
    starts = [step_starts(step, others) & anyhow if at == number else 0 for at in range(frame.size)]
    fits = find_cells(frame, number, cells, starts) if starts[number] else 0
    own = _wall(step, answer.cells[number])
    low, high = _reach(frame, number, cells)
    masks = Masks(fits, anyhow, _opens(step), low, high)
    row = tuple(
        BoardCell(on, Slot.CHOSEN, own) if on == own.date() else _lay_cell(frame, step, masks, cells, on)
        for on in days
    )  # fmt: skip
    return BoardRow(step.ask.key, own, step.ask.length.minutes, not step.ask.needs, row)


def _lay_cell(frame: Frame, step: FrameStep, masks: Masks, cells: Sequence[int], on: date) -> BoardCell:
    here = _mask(step, on)
    if masks.fits & here and _is_few(frame, cells, on):
        return BoardCell(on, Slot.FITS, _wall(step, first_of(masks.fits & here)))
    if masks.anyhow & here:
        return BoardCell(on, Slot.MOVES, _wall(step, first_of(masks.anyhow & here)))
    if here and not masks.opens & here:
        return BoardCell(on, Slot.CLOSED)
    is_outside = not masks.low <= on.toordinal() <= masks.high or not step.allowed & here
    return BoardCell(on, Slot.OUTSIDE if is_outside else Slot.FULL)


def _wall(step: FrameStep, cell: int) -> datetime:
    """Return a cell as the clocks of a step's place show it."""
    return show(step.ground.at(cell), step.ask.zone).wall


def _mask(step: FrameStep, on: date) -> int:
    return step.ground.within(on.toordinal(), on.toordinal())


def _opens(step: FrameStep) -> int:
    """Return the cells at which somebody or something of each need is open, whoever is busy."""
    mask = -1
    for need in step.needs:
        some = 0
        for part in need:
            some |= part.opens
        mask &= some
    return mask


def _reach(frame: Frame, number: int, cells: Sequence[int]) -> tuple[int, int]:
    """Return the first and last day (numbers) that the gaps to the other steps leave where these are."""
    low, high = 0, FAR * 100
    for link in frame.links:
        if link.step == number:
            day = frame.steps[link.after].ground.day_of(cells[link.after])
            low, high = max(low, day + link.least), min(high, day + link.most)
        elif link.after == number:
            day = frame.steps[link.step].ground.day_of(cells[link.step])
            low, high = max(low, day - link.most), min(high, day - link.least)
    return low, high


def _is_few(frame: Frame, cells: Sequence[int], on: date) -> bool:
    """Tell whether a step on this day leaves the patient no more trips than wished, the others where they are."""
    most = frame.journey.wishes.most_trips
    days = {step.ground.day_of(cell) for step, cell in zip(frame.steps, cells, strict=True) if cell >= 0}
    return most is None or len(days | {on.toordinal()}) <= most
