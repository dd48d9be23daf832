"""The solver: takes plans that were found quickly, betters them for a limited time, and proves how good they are.

OR-Tools CP-SAT is a library with threads and a clock: it stays on the floor of the jobs and never answers a request.
What it finds is held against every rule by the same checker as any other plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ortools.sat.python import cp_model

from careloop.facts.itineraries import Journey, Plan, PlanKind
from careloop.facts.plan_search import Better, PlacedAt
from careloop.rules.planning.cells import cells_of
from careloop.rules.planning.frame import Frame, FrameStep, Free, make_frame, part_starts, read_free
from careloop.rules.planning.keep import find_broken_together
from careloop.rules.planning.many import Placement
from careloop.rules.planning.propose import Answer, answer_of, propose, read_plan

# Nobody is left out to make others sooner: a patient without a place costs more than any number of days.
LEFT_OUT_DAYS = 1000
# A day of one patient with the least weight outweighs so many trips.
TRIPS_A_DAY = 100


class SolverError(Exception):
    """The solver's answer breaks a rule: a fault of the model, never shown to anybody."""


@dataclass(frozen=True, slots=True)
class Improved:
    """The better plans, the worth of them and the bound that was proven; ``off_percent`` is how far they are at most.

    ``off_percent`` is 0 for plans that are proven best.
    """

    placement: Placement
    value: int
    bound: int

    @property
    def off_percent(self) -> float:
        """Return how far from the best possible these plans are at most, in percent of their worth."""
        return 0.0 if self.value <= self.bound else round(100 * (self.value - self.bound) / self.value, 2)


@dataclass(slots=True)
class _Step:
    """The variables of a step: when it begins, on which day (by its number), and who takes part by need."""

    frame: FrameStep
    start: cp_model.IntVar
    on: dict[int, cp_model.IntVar]
    picks: list[dict[UUID, cp_model.IntVar]]


def improve(journeys: Sequence[Journey], first: Placement, *, seconds: float, workers: int = 1) -> Improved:
    """Return plans at least as good as the first ones, after at most so many seconds of looking.

    :raises SolverError: if the solver's answer breaks a rule
    """
    frames, free = [make_frame(journey) for journey in journeys], read_free(journeys)
    model = cp_model.CpModel()
    taken: dict[UUID, list[cp_model.IntervalVar]] = {}
    placed = [model.new_bool_var(f"placed {journey.key}") for journey in journeys]
    steps = [[_add_step(model, step, placed[n], free, taken) for step in frame.steps] for n, frame in enumerate(frames)]
    for intervals in taken.values():
        model.add_no_overlap(intervals)
    worth = []
    for n, frame in enumerate(frames):
        _add_rules(model, frame, steps[n], placed[n])
        worth.append(_add_worth(model, frame, steps[n], placed[n]))
    model.minimize(cp_model.LinearExpr.sum(worth))
    _hint(model, frames, steps, placed, first)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = 1
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Improved(first, worth_of(journeys, first), int(solver.best_objective_bound))
    found = _read(solver, frames, steps, placed)
    if broken := find_broken_together(found.plans):
        raise SolverError(broken)
    kept = found if worth_of(journeys, found) < worth_of(journeys, first) else first
    return Improved(kept, worth_of(journeys, kept), int(solver.best_objective_bound))


def find_better(journey: Journey, *, seconds: float) -> Better:
    """Return the plan of one patient that is done soonest, on fewest days among those, and what is proven of it.

    The search begins at what was found quickly and takes at most so many seconds.

    :raises SolverError: if the solver's answer breaks a rule
    """
    first = place_one(journey)
    better = improve([journey], first, seconds=seconds)
    plan = next((found for _journey, found in better.placement.plans), None)
    times = tuple(PlacedAt(one.step, one.promised.at, one.picks) for one in plan.placed) if plan else ()
    begins = make_frame(journey).steps[0].ground.days[0].number
    # A plan has no more trips than steps: what is left of the bound is days.
    days = -((len(journey.steps) - better.bound) // TRIPS_A_DAY)
    is_told = plan is not None and days > 0
    least = date.fromordinal(begins + days - 1) if is_told else None
    return Better(times, least, better.value <= better.bound)


def place_one(journey: Journey) -> Placement:
    """Return what the quick search finds for one patient: the plan that is done soonest."""
    plans = propose(journey).plans
    plan = next((one for one in plans if PlanKind.SOONEST in one.kinds), None)
    if plan is None:
        return Placement((), (journey.key,), 0, 0)
    begins = make_frame(journey).steps[0].ground.days[0].number
    last = max(one.promised.wall.date().toordinal() for one in plan.placed)
    return Placement(((journey, plan),), (), journey.weight * (last - begins + 1), plan.trips)


def worth_of(journeys: Sequence[Journey], placement: Placement) -> int:
    """Return what the solver makes least: weighted days with those left out, and trips."""
    left_out = sum(one.weight for one in journeys if one.key in placement.unplaced) * LEFT_OUT_DAYS
    return TRIPS_A_DAY * (placement.cost + left_out) + placement.trips


def _add_step(
    model: cp_model.CpModel,
    step: FrameStep,
    is_placed: cp_model.IntVar,
    free: Free,
    taken: dict[UUID, list[cp_model.IntervalVar]],
) -> _Step:
    """Add a step: it begins at a cell that one candidate of each need allows, on exactly one day if it is placed."""
    cells = _cells(step.allowed)
    start = model.new_int_var_from_domain(cp_model.Domain.from_values([0, *cells]), f"start {step.ask.key}")
    picks = []
    for need in step.needs:
        chosen = {}
        for part in need:
            is_picked = model.new_bool_var(f"{step.ask.key} {part.id}")
            open_cells = _cells(step.allowed & part_starts(step, part, free))
            model.add_linear_expression_in_domain(
                start, cp_model.Domain.from_values(open_cells or [0])
            ).only_enforce_if(is_picked)
            if not open_cells:
                model.add(is_picked == 0)
            whole = part.before + step.length + part.after
            taken.setdefault(part.id, []).append(
                model.new_optional_fixed_size_interval_var(start - part.before, whole, is_picked, f"{part.id}")
            )
            chosen[part.id] = is_picked
        model.add(sum(chosen.values()) == is_placed)
        picks.append(chosen)
    on = {}
    for day in step.ground.days:
        here = step.allowed & day.mask
        if here:
            on[day.number] = model.new_bool_var(f"{step.ask.key} on {day.number}")
            model.add_linear_constraint(start, day.first, day.end - 1).only_enforce_if(on[day.number])
    model.add(sum(on.values()) == is_placed)
    return _Step(step, start, on, picks)


def _add_rules(model: cp_model.CpModel, frame: Frame, steps: Sequence[_Step], is_placed: cp_model.IntVar) -> None:
    """Add the order, the gaps in days, that the patient is at one place at a time, and the most trips."""
    for link in frame.links:
        later, earlier = steps[link.step], steps[link.after]
        model.add(later.start >= earlier.start + earlier.frame.length).only_enforce_if(is_placed)
        days = _day_of(later) - _day_of(earlier)
        model.add(days >= link.least).only_enforce_if(is_placed)
        model.add(days <= link.most).only_enforce_if(is_placed)
    for at, one in enumerate(steps):
        for other in steps[at + 1 :]:
            way = frame.between if one.frame.ask.place != other.frame.ask.place else 0
            is_first = model.new_bool_var("")
            first = one.start + one.frame.length + way <= other.start
            then = other.start + other.frame.length + way <= one.start
            model.add(first).only_enforce_if(is_placed, is_first)
            model.add(then).only_enforce_if(is_placed, ~is_first)


def _add_worth(
    model: cp_model.CpModel, frame: Frame, steps: Sequence[_Step], is_placed: cp_model.IntVar
) -> cp_model.LinearExpr:
    """Add what is to be made least for a patient: weighted days until all is done, else a high price, and trips."""
    ground = frame.steps[0].ground
    first, weight = ground.days[0].number, frame.journey.weight
    done = model.new_int_var(0, ground.days[-1].number - first + 1, "done")
    for step in steps:
        model.add(done >= _day_of(step) - first + 1).only_enforce_if(is_placed)
    trips = []
    for number in sorted({number for step in steps for number in step.on}):
        is_out = model.new_bool_var("")
        for step in steps:
            if number in step.on:
                model.add_implication(step.on[number], is_out)
        trips.append(is_out)
    if frame.journey.wishes.most_trips is not None:
        model.add(sum(trips) <= frame.journey.wishes.most_trips)
    days = TRIPS_A_DAY * weight
    return cp_model.LinearExpr.weighted_sum(
        [done, ~is_placed, *trips], [days, days * LEFT_OUT_DAYS, *(1 for _ in trips)]
    )


def _hint(
    model: cp_model.CpModel,
    frames: Sequence[Frame],
    steps: Sequence[Sequence[_Step]],
    placed: Sequence[cp_model.IntVar],
    first: Placement,
) -> None:
    """Begin at the plans that were found already."""
    plans: Mapping[str, Plan] = {journey.key: plan for journey, plan in first.plans}
    for frame, own, is_placed in zip(frames, steps, placed, strict=True):
        plan = plans.get(frame.journey.key)
        model.add_hint(is_placed, plan is not None)
        if plan is None:
            continue
        times = {one.step: one for one in plan.placed}
        for step in own:
            one, ground = times[step.frame.ask.key], step.frame.ground
            cell = cells_of(int((one.promised.at - ground.start).total_seconds()) // 60)
            model.add_hint(step.start, cell)
            for number, is_on in step.on.items():
                model.add_hint(is_on, number == ground.day_of(cell))
            for need, key in zip(step.picks, one.picks, strict=True):
                for who, is_picked in need.items():
                    model.add_hint(is_picked, who == key)


def _read(
    solver: cp_model.CpSolver,
    frames: Sequence[Frame],
    steps: Sequence[Sequence[_Step]],
    placed: Sequence[cp_model.IntVar],
) -> Placement:
    plans, unplaced, cost, trips = [], [], 0, 0
    for frame, own, is_placed in zip(frames, steps, placed, strict=True):
        if not solver.boolean_value(is_placed):
            unplaced.append(frame.journey.key)
            continue
        answer = _answer(solver, frame, own)
        plans.append((frame.journey, read_plan(frame, answer, ())))
        last = max(step.frame.ground.day_of(cell) for step, cell in zip(own, answer.cells, strict=True))
        cost += frame.journey.weight * (last - frame.steps[0].ground.days[0].number + 1)
        trips += answer.marks[0]
    return Placement(tuple(plans), tuple(unplaced), cost, trips)


def _answer(solver: cp_model.CpSolver, frame: Frame, steps: Sequence[_Step]) -> Answer:
    cells = [solver.value(step.start) for step in steps]
    picks = [
        tuple(next(who for who, is_picked in need.items() if solver.boolean_value(is_picked)) for need in step.picks)
        for step in steps
    ]
    return answer_of(frame, cells, picks)


def _day_of(step: _Step) -> cp_model.LinearExpr:
    return cp_model.LinearExpr.weighted_sum(list(step.on.values()), list(step.on))


def _cells(mask: int) -> list[int]:
    """Return the cells of a mask, in order."""
    return [cell for cell in range(mask.bit_length()) if mask >> cell & 1]
