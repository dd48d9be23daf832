"""A question of the planner as it is kept, and what is said of a longer look into it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.itineraries import Journey, Plan, PlanAsk, StepChoice
from careloop.facts.plan_search import PlacedAt, SearchRow, SearchState
from careloop.facts.visits import PartOfDay
from careloop.rules.planning.cells import CELL
from careloop.rules.planning.frame import make_frame
from careloop.rules.planning.propose import answer_of, read_plan

# Product choices: calendars change, so a longer look is old after half an hour.
STALE, SEEN_EVERY = timedelta(minutes=30), timedelta(minutes=1)


def write_ask(ask: PlanAsk) -> dict[str, object]:
    """Return a question as it is kept: every part by its name, days as text. Times of steps are not part of it."""
    choices = ask.choices
    return {
        "template": ask.template,
        "choices": None if choices is None else [[o.key, str(o.visit_type_id), _text(o.entry_id)] for o in choices],
        "since_on": _text(ask.since_on),
        "weekdays": sorted(ask.weekdays),
        "part_of_day": _text(ask.part_of_day),
        "most_trips": ask.most_trips,
        "companion_days": sorted(ask.companion_days),
        "ride_days": sorted(ask.ride_days),
        "approved_from": _text(ask.approved_from),
        "approved_until": _text(ask.approved_until),
        "itinerary_id": _text(ask.itinerary_id),
    }


def read_ask(kept: Mapping[str, object]) -> PlanAsk:
    """Return the question that was kept."""
    choices, most, part = kept["choices"], kept["most_trips"], kept["part_of_day"]
    itinerary = kept["itinerary_id"]
    return PlanAsk(
        template=str(kept["template"]),
        choices=tuple(_choice(one) for one in choices) if isinstance(choices, list) else None,
        since_on=_day(kept["since_on"]),
        weekdays=_numbers(kept["weekdays"]),
        part_of_day=PartOfDay(str(part)) if part else None,
        most_trips=most if isinstance(most, int) else None,
        companion_days=_numbers(kept["companion_days"]),
        ride_days=_numbers(kept["ride_days"]),
        approved_from=_day(kept["approved_from"]),
        approved_until=_day(kept["approved_until"]),
        itinerary_id=UUID(str(itinerary)) if itinerary else None,
    )


def name_ask(ask: PlanAsk) -> str:
    """Return the name of a question: the same for the same question, whatever order its parts were ticked in."""
    return sha256(json.dumps(write_ask(ask), sort_keys=True).encode()).hexdigest()


def write_times(times: Iterable[PlacedAt]) -> list[list[object]]:
    """Return times as they are kept."""
    return [[one.step, one.at.isoformat(), [str(key) for key in one.picks]] for one in times]


def read_times(kept: Iterable[Sequence[object]]) -> tuple[PlacedAt, ...]:
    """Return the times that were kept."""
    return tuple(
        PlacedAt(str(step), datetime.fromisoformat(str(at)), _keys(picks)) for step, at, picks in kept
    )  # fmt: skip


def lay_plan(journey: Journey, times: Iterable[PlacedAt]) -> Plan | None:
    """Return times as a plan of a journey, whatever rules it breaks; None if they are not its steps, or lie outside."""
    frame = make_frame(journey)
    known = {one.step: one for one in times}
    if known.keys() != {step.ask.key for step in frame.steps}:
        return None
    placed = [known[step.ask.key] for step in frame.steps]
    cells = [(one.at - step.ground.start) // CELL for one, step in zip(placed, frame.steps, strict=True)]
    if any(not 0 <= cell < step.ground.count for cell, step in zip(cells, frame.steps, strict=True)):
        return None
    return read_plan(frame, answer_of(frame, cells, [one.picks for one in placed]), ())


def ends_on(plan: Plan) -> date:
    """Return the day of a plan's last step, on the clocks of its place."""
    return max(one.promised.wall for one in plan.placed).date()


def worth_of(plan: Plan) -> tuple[date, int]:
    """Return how good a plan is as the longer look judges it: how soon it ends, then how few trips; less is better."""
    return ends_on(plan), plan.trips


def beats(plan: Plan, others: Iterable[Plan]) -> bool:
    """Tell whether a plan ends sooner than all others, or as soon with fewer trips."""
    return all(worth_of(plan) < worth_of(other) for other in others)


def say_search(row: SearchRow, plans: Sequence[Plan]) -> Say:
    """Say where a longer look stands and, once it is done, how far the plans shown are from the best at most."""
    if row.state is not SearchState.DONE:
        return Say("plan_search.waiting") if row.state is SearchState.WAITING else Say("plan_search.given_up")
    shown = [*plans, *([row.better] if row.better else [])]
    if not shown:
        return Say("plan_search.none") if row.is_best else Say("plan_search.not_found")
    if row.least_end_on is None:
        return Say("plan_search.not_proven")
    best = min(worth_of(plan) for plan in shown)
    days = (best[0] - row.least_end_on).days
    if days > 0:
        return Say("plan_search.at_most", count=days)
    return Say("plan_search.best") if row.is_best else Say("plan_search.soonest")


def begins_by_itself(row: SearchRow | None, at: datetime) -> bool:
    """Tell whether showing plans asks for a longer look: the first time, and anew when the last one is old or was left.

    While one waits, the page says now and then that somebody still looks at it.
    """
    if row is None:
        return True
    if row.state is SearchState.WAITING:
        return at - (row.seen_at or row.asked_at) >= SEEN_EVERY
    rest = STALE if row.state is SearchState.DONE else SEEN_EVERY
    return at - (row.finished_at or row.asked_at) >= rest


def _choice(one: Sequence[object]) -> StepChoice:
    key, visit, who = one
    return StepChoice(str(key), UUID(str(visit)), UUID(str(who)) if who else None)


def _text(value: object) -> str | None:
    return value.isoformat() if isinstance(value, date) else str(value) if value is not None else None


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None


def _numbers(kept: object) -> frozenset[int]:
    return frozenset(kept) if isinstance(kept, list) else frozenset()


def _keys(kept: object) -> tuple[UUID, ...]:
    return tuple(UUID(str(one)) for one in kept) if isinstance(kept, list) else ()
