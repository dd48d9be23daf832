"""The next rung as a date on the clinic's calendar: on a day it is open, in the patient's zone, before the deadline."""

from collections.abc import Container
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from careloop.basics.days import is_business_day
from careloop.basics.words import Say
from careloop.facts.reach import Counted, NextTry, PartOfCall, Rung, TryRoad
from careloop.facts.worklist import ContactResult

# After these somebody tries again, as the ladder says. Who was reached, or will call, is waited for otherwise; for a
# wrong number the right one is looked for first.
CLIMBING = (ContactResult.LEFT_MESSAGE, ContactResult.NO_ANSWER)
# On whose clocks and when: the day of a clinic, and the evening to 8 pm. A product choice; calls of sale end at 9 pm by
# 47 CFR 64.1200(c)(1), and a clinic calls about care earlier than that.
SPANS = (
    (PartOfCall.MORNING, time(8), time(12)),
    (PartOfCall.AFTERNOON, time(12), time(17)),
    (PartOfCall.EVENING, time(17), time(20)),
)
BY_DAY = (PartOfCall.MORNING, PartOfCall.AFTERNOON)
# No clinic is shut for longer; a rung is found before.
MOST_DAYS = 60


def plan_rung(
    found: NextTry | None, counted: Counted, since: datetime, due_at: datetime | None, zone: str,
    holidays: Container[date],
) -> Rung:  # fmt: skip
    """Return by when the next try is due: by the end of the day on which its rung is open, in the patient's zone.

    ``since`` is the last try. Never later than ``due_at``: where the rung opens only after it, or it has passed, the
    next day of the clinic is taken, or the deadline where that is sooner, and the rung says so. With no rung left
    (``found`` None) somebody decides by the end of the next day of the clinic.
    """
    soon = _end_of_next_day(since, zone, holidays)
    if found is None:
        by, is_late = _cap(soon, since, due_at), False
        return Rung(None, (), by, counted.calls, counted.written, is_late=is_late)
    opens, by = _find_span(found, zone, holidays)
    is_late = due_at is not None and opens >= due_at
    if is_late:
        by = _cap(soon, since, due_at)
    elif due_at is not None:
        by = min(by, due_at)
    return Rung(found.road, found.parts, by, counted.calls, counted.written, is_late=is_late)


def say_rung(rung: Rung, zone: str) -> Say:
    """Return what comes next, by when and why, as one sentence."""
    day = rung.by.astimezone(ZoneInfo(zone)).date()
    return Say(f"step.ladder.{_name(rung)}", day=day, calls=rung.calls, written=rung.written)


def is_climbed(step: Say) -> bool:
    """Tell whether a next step came from a ladder."""
    return step.key.startswith("step.ladder.")


def _name(rung: Rung) -> str:
    if rung.road is None:
        return "end"
    if rung.is_late:
        return "late"
    if rung.road is not TryRoad.CALL or not rung.parts:
        return str(rung.road)
    return "_".join([str(rung.road), *(str(part) for part in rung.parts)])


def _cap(by: datetime, since: datetime, due_at: datetime | None) -> datetime:
    """Return the deadline where it is still ahead and comes first."""
    return min(by, due_at) if due_at is not None and due_at > since else by


def _end_of_next_day(since: datetime, zone: str, holidays: Container[date]) -> datetime:
    day = since.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    while not is_business_day(day, holidays):
        day += timedelta(days=1)
    return datetime.combine(day, time(17), ZoneInfo(zone))


def _find_span(found: NextTry, zone: str, holidays: Container[date]) -> tuple[datetime, datetime]:
    """Return from when and by when a rung is open: the first day of the clinic with time left in a part it asks for."""
    here = ZoneInfo(zone)
    wanted = found.parts or BY_DAY
    first = found.from_at.astimezone(here).date()
    for day in (first + timedelta(days=n) for n in range(MOST_DAYS)):
        if not is_business_day(day, holidays):
            continue
        spans = [
            (datetime.combine(day, start, here), datetime.combine(day, end, here))
            for part, start, end in SPANS
            if part in wanted
        ]
        left = [(start, end) for start, end in spans if end > found.from_at]
        if left:
            return max(left[0][0], found.from_at), left[-1][1]
    return found.from_at, found.from_at
