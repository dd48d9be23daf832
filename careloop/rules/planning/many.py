"""Plans for many patients at once who need the same people and things: who is harmed most by waiting comes first.

Several orders are tried, those who found no place are put forward, and the best of all is bettered one patient at a
time. All of it is the same for the same seed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from careloop.facts.itineraries import Journey, Plan
from careloop.rules.planning.cells import cells_between
from careloop.rules.planning.frame import Frame, Free, make_frame, read_free, step_starts
from careloop.rules.planning.propose import SEED, Answer, answer_of, better, read_plan, shuffle, sort_steps
from careloop.rules.planning.search import Start, Taste, search

# Turning back so often at most for one patient: at first, and where that found nothing.
TRIES, MORE_TRIES = 40, 600
# So many orders are drawn by lot around the best one.
LOTS = 3
# So many times those who found no place are put before the others.
FORWARD = 12
# So many times the times of so many patients are given back together.
TURNS, GROUP = 80, 5
# Who has no place is looked at first.
LOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Placement:
    """Plans of those who found a place, and the keys of those who did not, in the order in which they were given.

    ``cost`` is the sum over patients of weight times days until the last step is done, the first day being 1.
    """

    plans: tuple[tuple[Journey, Plan], ...]
    unplaced: tuple[str, ...]
    cost: int
    trips: int


@dataclass(slots=True)
class State:
    """Where a search over many stands: the answer of each frame, or None, and what is free beside them."""

    answers: list[Answer | None]
    left: Free

    def give_back(self, frame: Frame, number: int, answer: Answer | None) -> None:
        """Take the times of a patient back."""
        if answer is not None:
            for key, mask in _taken(frame, answer):
                self.left[key] |= mask
        self.answers[number] = None

    def put(self, frame: Frame, number: int, answer: Answer | None) -> None:
        """Give a patient these times."""
        if answer is not None:
            take_all(frame, answer, self.left)
        self.answers[number] = answer

    def find_anew(self, frame: Frame, number: int) -> None:
        """Give a patient the best times that are free now, on as few days as moving one step at a time can."""
        found = _find(frame, self.left)
        if found is not None:
            found = better(frame, self.left, found, lambda one: _worth(frame, one))
        self.put(frame, number, found)


@dataclass(frozen=True, slots=True)
class Round:
    """What one order led to: the answer of each frame, or None, and how good it is; less is better."""

    answers: tuple[Answer | None, ...]
    score: tuple[int, int, int]


def plan_many(journeys: Sequence[Journey], *, seed: int = SEED) -> Placement:
    """Return plans for journeys that share one window: all keep every rule, by themselves and between them."""
    frames = [make_frame(journey) for journey in journeys]
    free = read_free(journeys)
    best: Round | None = None
    for order in _orders(frames, free, seed):
        best = _better_of(best, _place(frames, free, order))
    assert best is not None
    best = _put_forward(frames, free, best)
    return _read(frames, _better_together(frames, free, best, seed))


def take_all(frame: Frame, answer: Answer, free: Free) -> None:
    """Take what an answer needs from what is free, in place."""
    for key, mask in _taken(frame, answer):
        free[key] &= ~mask


def days_of(frame: Frame, answer: Answer) -> int:
    """Return how many days it takes until the last step is done; the first day of the window is 1."""
    last = max(step.ground.day_of(cell) for step, cell in zip(frame.steps, answer.cells, strict=True))
    return last - frame.steps[0].ground.days[0].number + 1


def _orders(frames: Sequence[Frame], free: Free, seed: int) -> Iterator[list[int]]:
    """Yield orders of patients: by harm, by harm and how tight it is for them, as they came, and some by lot."""
    yield _by_harm(frames, free)
    room = [sum(step_starts(step, free).bit_count() for step in frame.steps) for frame in frames]
    yield sorted(range(len(frames)), key=lambda n: (room[n] / frames[n].journey.weight, n))
    yield list(range(len(frames)))
    for lot in range(LOTS):
        drawn = shuffle(range(len(frames)), seed + lot)
        place = {n: at for at, n in enumerate(drawn)}
        yield sorted(range(len(frames)), key=lambda n: (-frames[n].journey.weight, place[n]))


def _by_harm(frames: Sequence[Frame], free: Free) -> list[int]:
    room = [min(step_starts(step, free).bit_count() for step in frame.steps) for frame in frames]
    return sorted(range(len(frames)), key=lambda n: (-frames[n].journey.weight, room[n], n))


def _put_forward(frames: Sequence[Frame], free: Free, best: Round) -> Round:
    """Put those who found no place before all others, again and again, until everybody has one or it is enough."""
    order, last = _by_harm(frames, free), best
    for _ in range(FORWARD):
        missing = [n for n, answer in enumerate(last.answers) if answer is None]
        if not missing:
            break
        order = missing + [n for n in order if n not in missing]
        last = _place(frames, free, order)
        best = _better_of(best, last)
    return best


def _place(frames: Sequence[Frame], free: Free, order: Iterable[int]) -> Round:
    left: Free = dict(free)
    answers: list[Answer | None] = [None] * len(frames)
    for number in order:
        answer = _find(frames[number], left)
        if answer is not None:
            take_all(frames[number], answer, left)
        answers[number] = answer
    return Round(tuple(answers), _score(frames, answers))


def _find(frame: Frame, free: Free) -> Answer | None:
    """Return the times at which one patient is done soonest, on the fewest days among those."""
    forward = tuple(sort_steps(frame))
    found = []
    for taste in (Taste.EARLY, Taste.TOGETHER):
        result = search(frame, free, Start(forward, taste), tries=TRIES)
        if result is not None:
            found.append(answer_of(frame, *result))
    if not found:
        for order in (forward[::-1], forward):
            result = search(frame, free, Start(order, Taste.EARLY), tries=MORE_TRIES)
            if result is not None:
                found.append(answer_of(frame, *result))
                break
    return min(found, key=lambda one: (days_of(frame, one), one.marks, one.cells), default=None)


def _better_together(frames: Sequence[Frame], free: Free, best: Round, seed: int) -> Round:
    """Give the times of a few patients back who stand in one another's way, and look again, most harmed first."""
    state = State(list(best.answers), dict(free))
    for frame, answer in zip(frames, best.answers, strict=True):
        if answer is not None:
            take_all(frame, answer, state.left)
    who = [frozenset().union(*(step.who for step in frame.steps)) for frame in frames]
    for turn in range(TURNS):
        _try_anew(frames, state, _draw(frames, state.answers, who, turn, seed))
    return Round(tuple(state.answers), _score(frames, state.answers))


def _try_anew(frames: Sequence[Frame], state: State, group: Sequence[int]) -> None:
    """Look anew for a few patients, one after the other; keep what stood if that is not better."""
    before = {number: state.answers[number] for number in group}
    for number, answer in before.items():
        state.give_back(frames[number], number, answer)
    for number in group:
        state.find_anew(frames[number], number)
    some = [frames[number] for number in group]
    after = [state.answers[number] for number in group]
    if _score(some, after) > _score(some, list(before.values())):
        for number, now in zip(group, after, strict=True):
            state.give_back(frames[number], number, now)
        for number, answer in before.items():
            state.put(frames[number], number, answer)


def _draw(
    frames: Sequence[Frame], answers: Sequence[Answer | None], who: Sequence[frozenset[UUID]], turn: int, seed: int
) -> list[int]:
    """Return a few patients: in turn each of those who cost most, and others who need the same people, by lot."""
    costs = [
        frame.journey.weight * days_of(frame, one) if one else LOST for frame, one in zip(frames, answers, strict=True)
    ]
    dear = sorted(range(len(frames)), key=lambda n: (-costs[n], n))
    first = dear[turn % max(1, len(frames) // 2)]
    others = [n for n in shuffle(range(len(frames)), seed + turn) if n != first and who[n] & who[first]]
    group = [first, *others[: GROUP - 1]]
    if turn % 2:
        return group
    return sorted(group, key=lambda n: (answers[n] is not None, -frames[n].journey.weight, n))


def _worth(frame: Frame, answer: Answer) -> tuple[int, int, int]:
    return days_of(frame, answer), answer.marks[0], answer.marks[1]


def _taken(frame: Frame, answer: Answer) -> Iterator[tuple[UUID, int]]:
    for step, cell, picks in zip(frame.steps, answer.cells, answer.picks, strict=True):
        for need, chosen in zip(step.needs, picks, strict=True):
            part = next(one for one in need if one.id == chosen)
            yield chosen, cells_between(max(cell - part.before, 0), cell + step.length + part.after)


def _score(frames: Sequence[Frame], answers: Sequence[Answer | None]) -> tuple[int, int, int]:
    missing = cost = trips = 0
    for frame, answer in zip(frames, answers, strict=True):
        if answer is None:
            missing += frame.journey.weight
        else:
            cost += frame.journey.weight * days_of(frame, answer)
            trips += answer.marks[0]
    return missing, cost, trips


def _better_of(one: Round | None, other: Round) -> Round:
    return other if one is None or other.score < one.score else one


def _read(frames: Sequence[Frame], best: Round) -> Placement:
    pairs = list(zip(frames, best.answers, strict=True))
    plans = tuple((frame.journey, read_plan(frame, answer, ())) for frame, answer in pairs if answer is not None)
    unplaced = tuple(frame.journey.key for frame, answer in pairs if answer is None)
    return Placement(plans, unplaced, best.score[1], best.score[2])
