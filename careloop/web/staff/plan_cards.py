"""Plans as cards to choose from: what each is best at, what it costs in words, and its times."""

from dataclasses import dataclass
from datetime import date, datetime

from careloop.basics.words import Say
from careloop.facts.itineraries import Broken, Plan
from careloop.facts.plan_page import PlanPage
from careloop.rules.itineraries import AIMS, say_broken, say_kind, say_plan, say_step, say_why_fewer
from careloop.rules.planning.asked import ends_on
from careloop.web.screen import ActingRequest
from careloop.web.staff.plan_forms import seal_plan

Fault = tuple[Say | None, Say, Say | None]


@dataclass(frozen=True, slots=True)
class Cell:
    """A step with its time as it is read."""

    title: Say
    on: date
    time: str
    names: tuple[str, ...]
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A plan to choose: its number, what the form carries, what it is best at, its cost in words, and its times.

    ``show`` is its place among the plans that were found, 0 for times that somebody chose.
    """

    number: int
    value: str
    heads: tuple[Say, ...]
    said: tuple[Say, ...]
    plan: Plan
    ends_on: date
    cells: tuple[Cell, ...]
    broken: tuple[Fault, ...]
    is_own: bool = False
    is_chosen: bool = False
    show: int = 0


def make_cards(request: ActingRequest, shown: PlanPage) -> list[Card]:
    """Return the plans to choose from, one of a longer look last; the closest one where none keeps everything."""
    if shown.proposal is None or shown.ask is None or request.acting is None:
        return []
    plans = list_plans(shown)
    chosen = shown.arranged.plan if shown.arranged else plans[0] if plans else None
    own = is_own(shown)
    is_companion = bool(shown.ask.companion_days)
    has_help = is_companion or bool(shown.ask.ride_days)
    return [
        Card(
            number,
            seal_plan(request.acting, shown, plan),
            tuple(say_kind(kind, is_companion=is_companion) for kind in plan.kinds),
            say_plan(plan, plans, is_companion=is_companion, has_help=has_help),
            plan,
            ends_on(plan),
            tuple(_cells(shown, plan)),
            tuple(say_fault(one) for one in plan.broken),
            is_own=own and number == 1,
            show=number - own,
            is_chosen=chosen is not None and plan.placed == chosen.placed,
        )
        for number, plan in enumerate(plans, start=1)
    ]


def say_fewer(shown: PlanPage) -> Say | None:
    """Say why there are fewer plans to choose from than three, None where there is nothing to say."""
    if shown.proposal is None or shown.ask is None or len(list_plans(shown)) >= AIMS:
        return None
    has_help = bool(shown.ask.companion_days or shown.ask.ride_days)
    return say_why_fewer(shown.proposal.plans, has_help=has_help)


def list_plans(shown: PlanPage) -> list[Plan]:
    """Return the plans that are shown, in their order: times that somebody chose come first."""
    plans = _found(shown)
    if shown.arranged and is_own(shown):
        plans.insert(0, shown.arranged.plan)
    proposal = shown.proposal
    return plans or ([proposal.closest] if proposal and proposal.closest else [])


def is_own(shown: PlanPage) -> bool:
    """Tell whether times that somebody chose stand on the board, and not one of the plans that were found."""
    arranged = shown.arranged
    return arranged is not None and all(one.placed != arranged.plan.placed for one in _found(shown))


def _found(shown: PlanPage) -> list[Plan]:
    proposal, better = shown.proposal, shown.search.better if shown.search else None
    return [*(proposal.plans if proposal else ()), *([better] if better else [])]


def _cells(shown: PlanPage, plan: Plan) -> list[Cell]:
    """Return the times of a plan, those that had to be found anew first."""
    lost = shown.proposal.lost if shown.proposal else ()
    placed = sorted(plan.placed, key=lambda one: (one.step not in lost, one.promised.at))
    return [
        Cell(
            say_step(one.step),
            one.promised.wall.date(),
            wall_clock(one.promised.wall),
            tuple(shown.names[key] for key in one.picks if key in shown.names),
            one.step in lost,
        )
        for one in placed
    ]


def say_fault(fault: Broken) -> Fault:
    """Return a rule that is not kept, with the names of its steps."""
    return (
        say_step(fault.step) if fault.step else None,
        say_broken(fault),
        say_step(fault.other) if fault.other else None,
    )


def wall_clock(wall: datetime) -> str:
    """Return the time on the wall as it is read: 8:30 am."""
    return wall.strftime("%-I:%M %p").lower()
