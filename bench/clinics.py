"""Clinics for the planner: drawn from a seed and written down, and what a desk does that gives out the first free time.

An instance has 40 patients in the order in which they called, each with 3 steps, over 25 people, rooms and devices of
5 sorts on 10 working days. One patient in ten is harmed eight times as much by a day of waiting as four in ten others.
"""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.facts.itineraries import Gap, Journey, StepAsk
from careloop.facts.scheduling import Candidate, Span, VisitLength
from careloop.rules.planning.cells import first_of
from careloop.rules.planning.frame import Frame, bounds, make_frame, pick, read_free, step_starts, take, window_of
from careloop.rules.planning.many import Placement, days_of, take_all
from careloop.rules.planning.propose import answer_of, read_plan, sort_steps

ZONE = "America/New_York"
# Monday 30 November 2026: two weeks without a change of the clocks.
FIRST = datetime(2026, 11, 30, tzinfo=ZoneInfo(ZONE))
SORTS = (("laboratory", 4), ("imaging", 5), ("doctor", 8), ("room", 5), ("therapy", 3))
MINUTES = {"laboratory": (15, 30), "imaging": (45, 60), "doctor": (30, 40), "room": (60, 90), "therapy": (45, 60)}
WEIGHTS = (1, 1, 1, 1, 2, 2, 2, 4, 4, 8)


def make_clinic(seed: int, *, patients: int = 40, days: int = 10, steps: int = 3) -> list[Journey]:
    """Return the journeys of an instance, in the order in which the patients called."""
    dice = Random(seed)  # noqa: S311
    window = Span(_at(0, 0), _at(_calendar_day(days - 1) + 1, 0))
    people: dict[str, list[Candidate]] = {}
    number = 0
    for sort, count in SORTS:
        for _ in range(count):
            number += 1
            people.setdefault(sort, []).append(_candidate(dice, number, days))
    return [_journey(dice, n, people, window, steps) for n in range(patients)]


def first_available(journeys: list[Journey]) -> Placement:
    """Give every patient, in the order of their calls, the first free time for one step after the other."""
    free = read_free(journeys)
    plans, unplaced, cost, trips = [], [], 0, 0
    for journey in journeys:
        frame = make_frame(journey)
        found = _first(frame, dict(free))
        if found is None:
            unplaced.append(journey.key)
            continue
        answer = answer_of(frame, *found)
        take_all(frame, answer, free)
        plans.append((journey, read_plan(frame, answer, ())))
        cost += journey.weight * days_of(frame, answer)
        trips += answer.marks[0]
    return Placement(tuple(plans), tuple(unplaced), cost, trips)


def _first(frame: Frame, free: dict[UUID, int]) -> tuple[list[int], list[tuple[UUID, ...]]] | None:
    """Return the first free time of each step after those before it; None where a step then finds none."""
    cells, picks = [-1] * frame.size, [()] * frame.size
    for number in sort_steps(frame):
        step = frame.steps[number]
        starts = [step_starts(one, free) for one in frame.steps]
        # The desk looks at this step alone: whether the ones after it will fit is seen when they are asked for.
        only = [mask if at == number else -1 for at, mask in enumerate(starts)]
        whole = [one.ground.window if mask == -1 else mask for one, mask in zip(frame.steps, only, strict=True)]
        days = bounds(frame, whole, cells)
        mask = starts[number] & window_of(frame, number, cells, days[number]) if days else 0
        if not mask:
            return None
        cells[number] = first_of(mask)
        picks[number] = pick(step, cells[number], free)
        free = take(step, cells[number], picks[number], free)
    return cells, picks


def _journey(dice: Random, number: int, people: dict[str, list[Candidate]], window: Span, steps: int) -> Journey:
    sorts = [dice.choice([sort for sort, _count in SORTS]) for _ in range(steps)]
    asks = []
    for at, sort in enumerate(sorts):
        some = tuple(sorted(dice.sample(people[sort], min(3, len(people[sort]))), key=lambda one: one.id))
        asks.append(StepAsk(f"step{at}", VisitLength(dice.choice(MINUTES[sort]), 0, 5), (some,), ZONE, sort))
    gaps = []
    for at in range(1, steps):
        least = dice.choice((0, 0, 1, 1, 2))
        gaps.append(Gap(f"step{at}", f"step{at - 1}", least, least + dice.choice((2, 3, 5))))
    return Journey(f"patient {number:03}", tuple(asks), tuple(gaps), window, weight=dice.choice(WEIGHTS))


def _candidate(dice: Random, number: int, days: int) -> Candidate:
    opens, busy = [], []
    for n in range(days):
        if dice.random() < 0.75:
            day, begins = _calendar_day(n), dice.choice((8, 9, 10, 12))
            ends = begins + dice.choice((2, 3, 4))
            opens.append(Span(_at(day, begins), _at(day, ends)))
            if dice.random() < 0.8:
                start = _at(day, begins) + timedelta(minutes=15 * dice.randrange(4))
                busy.append(Span(start, start + timedelta(minutes=dice.choice((30, 60, 90)))))
    return Candidate(UUID(int=number), tuple(opens), tuple(busy))


def _calendar_day(working_day: int) -> int:
    return working_day // 5 * 7 + working_day % 5


def _at(day: int, hour: int) -> datetime:
    return (FIRST + timedelta(days=day)).replace(hour=hour).astimezone(UTC)
