"""Up to three plans for one patient: from many starts, each the best of all found in one thing, none worse in all.

Where no plan keeps every rule, the patient's wishes are given up one at a time, then all: the closest plan says which
of them it breaks. What care itself asks (order, gaps, validity, approval, an escort) is never given up.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from careloop.facts.itineraries import Journey, Placed, Plan, PlanKind, Proposal
from careloop.rules.planning.cells import first_of
from careloop.rules.planning.frame import Cells, Frame, Free, Picks, make_frame, pick, read_free, step_starts, take
from careloop.rules.planning.keep import find_broken
from careloop.rules.planning.search import Start, Taste, count_trips, find_cells, search, split_days
from careloop.rules.wall_time import show

# Turning back so often at most from one start, and once more where no start found a plan.
TRIES, LAST_TRIES = 60, 3000
# So many first days are tried, and so many orders drawn by lot beside those by rule.
SKIPS, LOTS = 3, 3
# So many days are looked at when a single step is moved.
MOVES = 40
SEED = 20261122

Score = tuple[int, ...]
Marks = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """Times that were found: trips, the cell of the end, visits without help; and the times themselves."""

    marks: Marks
    cells: tuple[int, ...]
    picks: Picks

    def score(self, kind: PlanKind) -> Score:
        """Return how good it is as this kind of plan: less is better, and no two answers are alike."""
        trips, end, alone = self.marks
        first = {
            PlanKind.FEWEST_TRIPS: (trips, end, alone),
            PlanKind.SOONEST: (end, trips, alone),
            PlanKind.HELPED: (alone, trips, end),
        }[kind]
        return (*first, *sorted(self.cells), *self.cells)


def propose(journey: Journey, *, seed: int = SEED) -> Proposal:
    """Return up to three plans for a journey that keep every rule, else the closest plan and what it breaks."""
    frame, free = make_frame(journey), read_free([journey])
    answers = find_answers(frame, free, seed=seed)
    if answers:
        return Proposal(plans=_choose(frame, answers))
    for easier in _ease(journey):
        eased = make_frame(easier)
        if found := find_answers(eased, free, seed=seed):
            best = min(found, key=lambda one: one.score(PlanKind.SOONEST))
            plan = read_plan(eased, best, (PlanKind.SOONEST,))
            return Proposal(closest=replace(plan, broken=find_broken(journey, plan)))
    return Proposal(stuck=_find_stuck(journey, free))


def propose_again(journey: Journey) -> Proposal:
    """Return plans that keep the steps with a time of their own where that is still free, and name those it is not.

    Where nothing fits around them any more, all steps are planned anew but those that need nobody: these stand.
    """
    frame, free = make_frame(journey), read_free([journey])
    lost = {one.ask.key for one in frame.steps if one.ask.only_at is not None and not step_starts(one, free)}
    steps = tuple(replace(ask, only_at=None) if ask.key in lost else ask for ask in journey.steps)
    found = propose(replace(journey, steps=steps))
    if not found.plans:
        anew = tuple(replace(ask, only_at=None) if ask.needs else ask for ask in steps)
        found = propose(replace(journey, steps=anew)) if anew != steps else found
    return replace(found, lost=tuple(sorted(lost)))


def find_answers(frame: Frame, free: Free, *, seed: int = SEED) -> list[Answer]:
    """Return all different answers that many starts lead to, each bettered as far as moving one step at a time can."""
    found: dict[tuple[int, ...], Answer] = {}
    for start in _starts(frame, free, seed):
        result = search(frame, free, start, tries=TRIES)
        if result is not None:
            _keep(found, answer_of(frame, *result))
    if not found:
        result = search(frame, free, next(_starts(frame, free, seed)), tries=LAST_TRIES)
        if result is None:
            return []
        _keep(found, answer_of(frame, *result))
    for kind in _kinds(frame):
        best = min(found.values(), key=lambda one: one.score(kind))
        _keep(found, better(frame, free, best, lambda one, kind=kind: one.score(kind)))  # type: ignore[misc]
    return list(found.values())


def better(frame: Frame, free: Free, answer: Answer, score: Callable[[Answer], Score]) -> Answer:
    """Return an answer that no move of a single step betters."""
    while True:
        moved = min(_moves(frame, free, answer), key=score, default=answer)
        if score(moved) >= score(answer):
            return answer
        answer = moved


def read_plan(frame: Frame, answer: Answer, kinds: tuple[PlanKind, ...]) -> Plan:
    """Return an answer as a plan, its steps in the order of time."""
    placed = []
    alone_on, alone = set(), 0
    for step, cell, picks in zip(frame.steps, answer.cells, answer.picks, strict=True):
        at = step.ground.at(cell)
        promised = show(at, step.ask.zone)
        placed.append(Placed(step.ask.key, promised, at + step.ask.length.length, picks))
        if not step.helped >> cell & 1:
            alone += 1
            alone_on.add(promised.wall.date())
    placed.sort(key=lambda one: (one.promised.at, one.step))
    finishes = max(one.ends_at for one in placed)
    return Plan(tuple(placed), answer.marks[0], finishes, alone, len(alone_on), kinds)


def _choose(frame: Frame, answers: Sequence[Answer]) -> tuple[Plan, ...]:
    chosen: dict[tuple[int, ...], tuple[Answer, list[PlanKind]]] = {}
    for kind in _kinds(frame):
        best = min(answers, key=lambda one: one.score(kind))
        chosen.setdefault(best.cells, (best, []))[1].append(kind)
    return tuple(read_plan(frame, answer, tuple(kinds)) for answer, kinds in chosen.values())


def _kinds(frame: Frame) -> tuple[PlanKind, ...]:
    """Return what plans can be best at: help only where somebody said when it is there."""
    has_help = frame.journey.wishes.help is not None
    return (PlanKind.FEWEST_TRIPS, PlanKind.SOONEST, *([PlanKind.HELPED] if has_help else []))


def answer_of(frame: Frame, cells: Cells, picks: Picks) -> Answer:
    """Return times with their marks."""
    steps = list(zip(frame.steps, cells, strict=True))
    end = max(cell + step.length for step, cell in steps)
    alone = sum(1 for step, cell in steps if not step.helped >> cell & 1) if steps[0][0].has_help else 0
    return Answer((count_trips(frame, cells), end, alone), tuple(cells), list(picks))


def _keep(found: dict[tuple[int, ...], Answer], answer: Answer) -> None:
    found.setdefault(answer.cells, answer)


def _moves(frame: Frame, free: Free, answer: Answer) -> Iterator[Answer]:
    """Yield the answers in which one step begins at another time."""
    most = frame.journey.wishes.most_trips
    for number, step in enumerate(frame.steps):
        others = free
        for at, one in enumerate(frame.steps):
            if at != number:
                others = take(one, answer.cells[at], answer.picks[at], others)
        cells = [-1 if at == number else cell for at, cell in enumerate(answer.cells)]
        starts = [step_starts(step, others) if at == number else 0 for at in range(frame.size)]
        mask = find_cells(frame, number, cells, starts)
        days = islice(split_days(step.ground, mask), MOVES)
        for cell in dict.fromkeys(end for _day, here in days for end in (first_of(here), here.bit_length() - 1)):
            chosen = pick(step, cell, others)
            if step.needs and not chosen:
                continue
            picks = [chosen if at == number else one for at, one in enumerate(answer.picks)]
            moved = answer_of(frame, [cell if at == number else one for at, one in enumerate(cells)], picks)
            if most is None or moved.marks[0] <= most:
                yield moved


def _starts(frame: Frame, free: Free, seed: int) -> Iterator[Start]:
    """Yield the starts of the search: orders by rule and by lot, every taste, and the first days left out in turn."""
    forward = sort_steps(frame)
    tight = sorted(forward, key=lambda n: step_starts(frame.steps[n], free).bit_count())
    orders = [forward, forward[::-1], tight]
    for lot in range(LOTS):
        orders.append(shuffle(forward, seed + lot))
    tastes = [taste for taste in Taste if taste is not Taste.HELPED or frame.journey.wishes.help is not None]
    for order in dict.fromkeys(map(tuple, orders)):
        for taste in tastes:
            for skip in range(SKIPS):
                yield Start(order, taste, skip)


def sort_steps(frame: Frame) -> list[int]:
    """Return the steps so that none stands before one that it comes after."""
    left, order = set(range(frame.size)), list[int]()
    while left:
        ready = [n for n in sorted(left) if not any(k.step == n and k.after in left for k in frame.links)]
        order += ready or sorted(left)
        left -= set(order)
    return order


def shuffle(order: Sequence[int], seed: int) -> list[int]:
    """Return the steps in an order drawn by lot: the same for the same seed."""
    state, keys = seed, {}
    for number in order:
        # Knuth's linear congruence (MMIX): no secret hangs on it.
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        keys[number] = state >> 33
    return sorted(order, key=lambda number: keys[number])


def _ease(journey: Journey) -> Iterator[Journey]:
    """Yield the journey with one wish given up, the lightest first, then with all."""
    wishes = journey.wishes
    anyday = frozenset(range(1, 8))
    eased = []
    if wishes.most_trips is not None:
        eased.append(replace(wishes, most_trips=None))
    if wishes.part_of_day is not None:
        eased.append(replace(wishes, part_of_day=None))
    if wishes.weekdays != anyday:
        eased.append(replace(wishes, weekdays=anyday))
    if wishes.companion is not None and any(ask.needs_escort for ask in journey.steps):
        eased.append(replace(wishes, companion=None))
    if len(eased) > 1:
        eased.append(replace(wishes, most_trips=None, part_of_day=None, weekdays=anyday, companion=None))
    for wish in eased:
        yield replace(journey, wishes=wish)


def _find_stuck(journey: Journey, free: Free) -> tuple[str, ...]:
    """Return the steps for which there is no time at all, whatever the patient gives up."""
    easiest = [journey, *_ease(journey)][-1]
    frame = make_frame(easiest)
    return tuple(step.ask.key for step in frame.steps if not step_starts(step, free))
