"""Time as Clinical Quality Language counts it: precision, open and closed ends, and "nobody can tell".

The rules are those of the CQL specification, release 1.5 (HL7, 2021), author's guide and appendix B: two moments
are compared part by part, and where only one of them goes on the answer is None. A stretch of time has a start
and an end; where an end is not known it is somewhere between two others, and an answer is given only if it holds
for all of them. None means unknown throughout: ``both`` and ``either`` carry it as three-valued logic does.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from careloop.basics.days import add_months, age_on
from careloop.facts.measures import AgeSpan, Moment, Quantity, Span, When

Truth = bool | None

DAY = 3
WHOLE = 4
LAST_MILLISECOND = 24 * 60 * 60 * 1000 - 1
FIRST = Moment((1, 1, 1, 0))
LAST = Moment((9999, 12, 31, LAST_MILLISECOND))

# Calendar words and UCUM codes for the units in which an age may be given: months in one of them, or days.
MONTHS = {"year": 12, "years": 12, "a": 12, "month": 1, "months": 1, "mo": 1}
DAYS = {"week": 7, "weeks": 7, "wk": 7, "day": 1, "days": 1, "d": 1}


@dataclass(frozen=True, slots=True)
class Point:
    """A moment that lies somewhere from ``low`` to ``high``; they are the same where it is known."""

    low: Moment
    high: Moment

    @property
    def known(self) -> Moment | None:
        """Return the moment if it is known."""
        return self.low if self.low == self.high else None


@dataclass(frozen=True, slots=True)
class Reach:
    """A stretch of time from its start to its end, both within it."""

    start: Point
    end: Point


def both(*truths: Truth) -> Truth:
    """Return whether all hold: False if one does not, None if that cannot be told."""
    if any(truth is False for truth in truths):
        return False
    return None if None in truths else True


def either(*truths: Truth) -> Truth:
    """Return whether one holds: True if one does, None if that cannot be told."""
    if any(truth is True for truth in truths):
        return True
    return None if None in truths else False


def opposite(truth: Truth) -> Truth:
    """Return the opposite; what cannot be told still cannot."""
    return None if truth is None else not truth


def point(moment: Moment | None) -> Point | None:
    """Return a moment as a point that is known."""
    return None if moment is None else Point(moment, moment)


def at(moment: Moment | None) -> Reach | None:
    """Return the stretch that begins and ends at one moment."""
    only = point(moment)
    return None if only is None else Reach(only, only)


def reach(span: Span) -> Reach:
    """Return the start and the end of a span: unknown ends lie between the other end and the end of time."""
    low = _low(span)
    high = _high(span)
    start = Point(low, low) if low is not None else Point(FIRST, high or LAST)
    end = Point(high, high) if high is not None else Point(low or FIRST, LAST)
    return Reach(start, end)


def _low(span: Span) -> Moment | None:
    if span.low is None:
        return FIRST if span.is_low_closed else None
    return span.low if span.is_low_closed else step(span.low, 1)


def _high(span: Span) -> Moment | None:
    if span.high is None:
        return LAST if span.is_high_closed else None
    return span.high if span.is_high_closed else step(span.high, -1)


def when(told: When, born: Moment | None) -> Reach | None:
    """Return when something was; what is told by age needs the day of birth and is None without it."""
    if not isinstance(told, AgeSpan):
        return None if told is None else reach(told)
    low = None if born is None else _aged(born, told.low)
    high = None if born is None else _aged(born, told.high)
    if low is None or high is None:
        return None
    return reach(Span(begin_of(low), begin_of(shift(high, months=12)), is_high_closed=False))


def _aged(born: Moment, age: Quantity) -> Moment | None:
    whole = int(age.value)
    if age.unit in MONTHS:
        return shift(born, months=whole * MONTHS[age.unit])
    return shift(born, days=whole * DAYS[age.unit]) if age.unit in DAYS else None


def shift(moment: Moment, *, months: int = 0, days: int = 0) -> Moment:
    """Return the moment so many months and days later (earlier if less than 0), as precise as it was.

    The 29th to 31st become the last day of a shorter month. Past the ends of the calendar it is the end itself.
    """
    year, month, day = (*moment.parts[:DAY], 1, 1)[:DAY]
    try:
        later = add_months(date(year, month, day), months) + timedelta(days=days)
    except (ValueError, OverflowError):
        return LAST if months + days > 0 else FIRST
    return Moment(((later.year, later.month, later.day)[: len(moment.parts)]) + moment.parts[DAY:])


def step(moment: Moment, by: int) -> Moment:
    """Return the next moment (the one before if ``by`` is -1) of the same precision."""
    size = len(moment.parts)
    if size < DAY:
        return shift(moment, months=by * (12 if size == 1 else 1))
    if size == DAY:
        return shift(moment, days=by)
    days, millisecond = divmod(moment.parts[-1] + by, LAST_MILLISECOND + 1)
    return Moment((*shift(moment, days=days).parts[:DAY], millisecond))


def begin_of(day: Moment) -> Moment:
    """Return the first moment of a day; what is less precise than a day stays as it is."""
    return Moment((*day.parts, 0)) if len(day.parts) == DAY else day


def day_of(moment: Moment) -> Moment:
    """Return the day of a moment."""
    return Moment(moment.parts[:DAY])


def same_or_before(one: Point | None, other: Point | None, *, by_day: bool = False) -> Truth:
    """Tell whether the first is the same as the second or before it."""
    return _in_order(one, other, is_same_enough=True, by_day=by_day)


def before(one: Point | None, other: Point | None, *, by_day: bool = False) -> Truth:
    """Tell whether the first is before the second."""
    return _in_order(one, other, is_same_enough=False, by_day=by_day)


def same_day(one: Point | None, other: Point | None) -> Truth:
    """Tell whether both are on one day."""
    return both(same_or_before(one, other, by_day=True), same_or_before(other, one, by_day=True))


def is_in(one: Point | None, whole: Reach | None, *, by_day: bool = False) -> Truth:
    """Tell whether a point lies in a stretch."""
    if one is None or whole is None:
        return None
    return both(same_or_before(whole.start, one, by_day=by_day), same_or_before(one, whole.end, by_day=by_day))


def is_during(part: Reach | None, whole: Reach | None, *, by_day: bool = False) -> Truth:
    """Tell whether a stretch lies within another."""
    if part is None or whole is None:
        return None
    return both(
        same_or_before(whole.start, part.start, by_day=by_day), same_or_before(part.end, whole.end, by_day=by_day)
    )


def overlaps(one: Reach | None, other: Reach | None, *, by_day: bool = False) -> Truth:
    """Tell whether two stretches have a moment in common."""
    if one is None or other is None:
        return None
    return both(
        same_or_before(one.start, other.end, by_day=by_day), same_or_before(other.start, one.end, by_day=by_day)
    )


def start(of: Reach | None) -> Point | None:
    """Return when a stretch starts."""
    return None if of is None else of.start


def end(of: Reach | None) -> Point | None:
    """Return when a stretch ends."""
    return None if of is None else of.end


def latest(of: Reach | None) -> Point | None:
    """Return when a stretch ends or, where it has not ended, when it starts."""
    if of is None:
        return None
    return of.start if of.end.known == LAST else of.end


def has_age(born: Moment | None, on: Point | None, least: int, most: int | None = None) -> Truth:
    """Tell whether somebody is at least so many whole years old on a day, and at most ``most``."""
    if born is None or on is None:
        return None
    youngest = age_on(_as_date(born, is_last=True), _as_date(on.low, is_last=False))
    oldest = age_on(_as_date(born, is_last=False), _as_date(on.high, is_last=True))
    old_enough = True if youngest >= least else None if oldest >= least else False
    if most is None:
        return old_enough
    return both(old_enough, True if oldest <= most else None if youngest <= most else False)


def _as_date(moment: Moment, *, is_last: bool) -> date:
    """Return the first day that a moment may mean, or the last."""
    year, month, day = (*moment.parts[:DAY], *((12, 31) if is_last else (1, 1))[len(moment.parts) - 1 :])[:DAY]
    if is_last and len(moment.parts) < DAY:
        return add_months(date(year, month, 1), 1) - timedelta(days=1) if (year, month) < (9999, 12) else date.max
    return date(year, month, day)


def _in_order(one: Point | None, other: Point | None, *, is_same_enough: bool, by_day: bool) -> Truth:
    if one is None or other is None:
        return None
    size = DAY if by_day else WHOLE
    surely = _compare(one.high, other.low, size)
    if surely is not None and (surely < 0 or (surely == 0 and is_same_enough)):
        return True
    perhaps = _compare(one.low, other.high, size)
    if perhaps is not None and (perhaps > 0 or (perhaps == 0 and not is_same_enough)):
        return False
    return None


def _compare(one: Moment, other: Moment, size: int) -> int | None:
    """Return -1, 0 or 1; None where one goes on and the other does not, or a day is asked for and not written."""
    for left, right in zip(one.parts[:size], other.parts[:size], strict=False):
        if left != right:
            return -1 if left < right else 1
    shorter, longer = sorted((min(len(one.parts), size), min(len(other.parts), size)))
    if shorter == size or (shorter == longer and size == WHOLE):
        return 0
    return None
