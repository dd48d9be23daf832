"""Days of a line: since when, last seen, what is later than what, and what is new.

Some systems write "no end" as a day in the year 9999; such a day is not believed.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from careloop.basics.words import Say
from careloop.facts.chart_lists import SourcedFact
from careloop.rules.checks.what_counts import FAR

# What changed in the last three months is marked: a change is often met first at the next visit.
LATELY = timedelta(days=90)


def start_of(source: SourcedFact) -> date | None:
    """Return the first day of a fact, None if it has no believable one."""
    return _believed(source.fact.columns.start_on)


def end_of(source: SourcedFact) -> date | None:
    """Return the last day of a fact, None if it has no believable one."""
    return _believed(source.fact.columns.end_on)


def newest_day(source: SourcedFact) -> date:
    """Return the last day that a fact names, the first day of the calendar if it names none."""
    return max(start_of(source) or date.min, end_of(source) or date.min)


def find_since(sources: Iterable[SourcedFact]) -> date | None:
    """Return the first day on which a source speaks of it."""
    return min((day for s in sources if (day := start_of(s) or end_of(s))), default=None)


def find_last_seen(sources: Iterable[SourcedFact], on: date) -> date | None:
    """Return the last day, up to today, on which a source speaks of it."""
    days = (day for s in sources for day in (start_of(s), end_of(s)) if day and day <= on)
    return max(days, default=None)


def newest_start(sources: Iterable[SourcedFact]) -> date | None:
    """Return the newest first day; None when one of the facts has none, for then nobody knows."""
    days = [start_of(source) for source in sources]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def is_later(source: SourcedFact, since: date | None) -> bool:
    """Tell whether an end must be set against something that began on ``since``: it is not plainly older.

    An end day on or before the beginning is history. Without an end day only the first day tells, and a fact
    that began on the same day or later is no history.
    """
    end, start = end_of(source), start_of(source)
    if since is None or (end is None and start is None):
        return True
    return end > since if end is not None else start is not None and start >= since


def say_new(since: date | None, on: date) -> tuple[Say, ...]:
    """Say that a line is new, if it began in the last three months."""
    return (Say("lists.new", day=since),) if since is not None and is_lately(since, on) else ()


def find_change(sources: Sequence[SourcedFact], on: date) -> tuple[date, date] | None:
    """Return the two newest different first days of facts, if the newer is of the last three months."""
    days = sorted({day for source in sources if (day := start_of(source)) and day <= on})
    return (days[-2], days[-1]) if len(days) > 1 and is_lately(days[-1], on) else None


def is_lately(day: date | None, on: date) -> bool:
    """Tell whether a day lies in the last three months."""
    return day is not None and on - LATELY <= day <= on


def _believed(day: date | None) -> date | None:
    return day if day is not None and day < FAR else None
