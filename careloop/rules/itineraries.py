"""Itineraries: what plans cost in words, which steps wait for another, and what the whole itinerary wants next."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.itineraries import Broken, Gap, HardRule, Plan, PlanAsk, PlanKind, Wishes
from careloop.facts.scheduling import BookingState, Span
from careloop.facts.worklist import FINISHED_STEP

# The states in which a step has its time, or has happened.
STANDS = (
    BookingState.HELD,
    BookingState.BOOKED,
    BookingState.CONFIRMED,
    BookingState.ARRIVED,
    BookingState.DONE,
)

# So many plans at most, each best in one thing.
AIMS = len(PlanKind)


class StepTaken(Refusal):
    """The time of one step is not free any more; nothing was held."""

    def __init__(self, step: str) -> None:
        super().__init__(Say("refusal.step_taken"))
        self.step = step


def read_wishes(ask: PlanAsk, window: Span, zone: str) -> Wishes:
    """Return what the patient can do, with days of help as whole days on the clocks of a zone within a window."""
    return Wishes(
        weekdays=ask.weekdays or frozenset(range(1, 8)),
        part_of_day=ask.part_of_day,
        most_trips=ask.most_trips,
        companion=_whole_days(ask.companion_days, window, zone) if ask.companion_days else None,
        rides=_whole_days(ask.ride_days, window, zone) if ask.ride_days else None,
    )


def say_plan(plan: Plan, plans: Sequence[Plan], *, is_companion: bool, has_help: bool) -> tuple[Say, ...]:
    """Say what a plan costs and gains against the others, the day of its end left out.

    ``is_companion`` says that help is somebody who comes along, and not a ride.
    """
    said = []
    soonest = min(plans, key=lambda one: one.finishes_at)
    fewest = min(one.trips for one in plans)
    later = (plan.finishes_at.date() - soonest.finishes_at.date()).days
    if len(plans) > 1 and later > 0:
        said.append(Say("plan.later", count=later))
    if len(plans) > 1 and plan.trips > fewest:
        said.append(Say("plan.more_trips", count=plan.trips - fewest))
    if has_help:
        help_ = "companion" if is_companion else "ride"
        said.append(Say(f"plan.{help_}_missing", count=plan.alone) if plan.alone else Say(f"plan.{help_}_always"))
    if len(plan.placed) > plan.trips:
        said.append(Say("plan.together", count=len(plan.placed) - plan.trips))
    return tuple(said)


def say_why_fewer(plans: Sequence[Plan], *, has_help: bool) -> Say | None:
    """Say why there are fewer than three plans, None where there are three or none was found.

    ``has_help`` says that somebody said when there is company or a ride: without that no plan can be best in it.
    """
    aims = sum(len(plan.kinds) for plan in plans)
    if not aims or len(plans) >= AIMS:
        return None
    if len(plans) == aims:
        return Say("plan.fewer_no_help")
    if not has_help:
        return Say("plan.fewer_same_no_help")
    return Say("plan.fewer_one") if len(plans) == 1 else Say("plan.fewer_two")


def say_kind(kind: PlanKind, *, is_companion: bool) -> Say:
    """Say what a plan is best at."""
    if kind is PlanKind.HELPED:
        return Say("plan.best_companion") if is_companion else Say("plan.best_ride")
    return Say("plan.best_trips") if kind is PlanKind.FEWEST_TRIPS else Say("plan.best_soonest")


def say_step(key: str) -> Say:
    """Say the name of a step."""
    return Say(f"itinerary_step.{key}")


def say_state(state: BookingState | None) -> Say:
    """Say how a step stands, by the state of its newest booking."""
    return Say(f"itinerary_state.{state or 'none'}")


def say_broken(broken: Broken) -> Say:
    """Say which rule is not kept; the names of the steps stand before and after it."""
    return RULES[broken.rule]


def say_gap(gap: Gap) -> Say:
    """Say when a step may be after another, whose name stands after it."""
    if gap.at_most_days is None:
        return Say("gap.after", count=gap.at_least_days) if gap.at_least_days else Say("gap.any_time_after")
    if gap.is_validity:
        return Say("gap.valid", least=gap.at_least_days, count=gap.at_most_days)
    return Say("gap.between", least=gap.at_least_days, count=gap.at_most_days)


def find_dependents(gaps: Iterable[Gap], step: str) -> tuple[str, ...]:
    """Return the steps that come after a step, over others too, in the order in which they are found."""
    known, waiting = [step], [step]
    kept = tuple(gaps)
    while waiting:
        before = waiting.pop(0)
        for gap in kept:
            if gap.after == before and gap.step not in known:
                known.append(gap.step)
                waiting.append(gap.step)
    return tuple(known[1:])


def next_for(states: Mapping[str, BookingState | None], abnormal: Iterable[str]) -> Say:
    """Say what comes next for a whole itinerary, from where each of its steps stands."""
    if any(abnormal):
        return Say("step.itinerary_ask_clinician")
    missing = sum(1 for state in states.values() if state not in STANDS)
    if missing:
        return Say("step.itinerary_plan_again", count=missing)
    if any(state is BookingState.HELD for state in states.values()):
        return Say("step.itinerary_book")
    if all(state is BookingState.DONE for state in states.values()):
        return FINISHED_STEP
    return Say("step.itinerary_see_through")


RULES = {
    HardRule.EVERY_STEP: Say("broken.every_step"),
    HardRule.FREE: Say("broken.free"),
    HardRule.PATIENT_FREE: Say("broken.patient_free"),
    HardRule.IN_TIME: Say("broken.in_time"),
    HardRule.ORDER: Say("broken.order"),
    HardRule.TOO_SOON: Say("broken.too_soon"),
    HardRule.TOO_LATE: Say("broken.too_late"),
    HardRule.STILL_VALID: Say("broken.still_valid"),
    HardRule.APPROVED: Say("broken.approved"),
    HardRule.ESCORT: Say("broken.escort"),
    HardRule.WEEKDAY: Say("broken.weekday"),
    HardRule.PART_OF_DAY: Say("broken.part_of_day"),
    HardRule.TRIPS: Say("broken.trips"),
}


def _whole_days(weekdays: frozenset[int], window: Span, zone: str) -> tuple[Span, ...]:
    here = ZoneInfo(zone)
    day, last = window.start.astimezone(here).date(), window.end.astimezone(here).date()
    spans = []
    while day <= last:
        if day.isoweekday() in weekdays:
            spans.append(Span(_midnight(day, here), _midnight(day + timedelta(days=1), here)))
        day += timedelta(days=1)
    return tuple(spans)


def _midnight(day: date, here: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, here)
