"""Free times: hours and exceptions of calendars, less what is busy, and the times at which all who are needed are free.

Nothing of this is stored: it is worked out anew from what stands in the calendars at that moment.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.facts.scheduling import Calendar, CalendarException, Candidate, Offer, Span, VisitLength
from careloop.rules.wall_time import walk_wall

DAY = timedelta(days=1)
# Times are offered at the quarters of an hour.
STEP_MINUTES = 15

# What PostgreSQL and Python can tell apart.
RESOLUTION = timedelta(microseconds=1)

Walls = tuple[datetime, datetime]
Free = list[list[tuple[UUID, tuple[Span, ...]]]]


def unite(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same times as spans in order that neither overlap nor touch."""
    united: list[Span] = []
    for span in sorted((s for s in spans if s.start < s.end), key=lambda s: (s.start, s.end)):
        if united and span.start <= united[-1].end:
            united[-1] = Span(united[-1].start, max(united[-1].end, span.end))
        else:
            united.append(span)
    return tuple(united)


def subtract(spans: Iterable[Span], less: Iterable[Span]) -> tuple[Span, ...]:
    """Return what is left of some spans without others, in order."""
    left: list[Span] = []
    away = unite(less)
    for span in unite(spans):
        start = span.start
        for gone in away:
            if gone.end <= start:
                continue
            if gone.start >= span.end:
                break
            if start < gone.start:
                left.append(Span(start, gone.start))
            start = gone.end
        if start < span.end:
            left.append(Span(start, span.end))
    return tuple(left)


def open_times(calendar: Calendar, since: datetime, until: datetime) -> tuple[Span, ...]:
    """Return when a calendar is open between two instants: weekly hours and exceptions, without its holidays.

    A day closed by an exception is closed even where another exception opens it; one that opens holds on a holiday.
    """
    here = ZoneInfo(calendar.zone)
    day, last = since.astimezone(here).date() - DAY, until.astimezone(here).date()
    found: list[Span] = []
    while day <= last:
        here_today = [one for one in calendar.exceptions if one.first_on <= day <= one.last_on]
        found += subtract(
            (_instants(walls, here) for walls in _opening(calendar, here_today, day)),
            (_instants(_walls(day, one.opens, one.closes), here) for one in here_today if not one.is_open),
        )
        day += DAY
    return tuple(
        Span(max(s.start, since), min(s.end, until)) for s in unite(found) if s.end > since and s.start < until
    )


def free_times(candidate: Candidate, length: VisitLength, window: Span) -> tuple[Span, ...]:
    """Return when a candidate is free for a visit within a window: open, and not busy with gaps kept.

    A visit fits if it lies wholly in one of these; its gaps need no opening hours, only that nothing else is there.
    """
    before, after = (length.gap_before, length.gap_after) if candidate.keeps_gaps else (0, 0)
    busy = (
        Span(one.start - timedelta(minutes=after), one.end + timedelta(minutes=before))
        for one in candidate.busy
        if one.start < one.end
    )
    return subtract((window,) if candidate.open is None else candidate.open, busy)


def offer_times(
    needs: Sequence[Sequence[Candidate]], length: VisitLength, window: Span, *, zone: str, count: int
) -> tuple[Offer, ...]:
    """Return the first so many times in a window at which one candidate of every need is free, with who it would be.

    The times are quarters of an hour on the clocks of the zone; one that a change of the clocks makes doubtful is left
    out. Of several candidates the first that is free is picked.
    """
    free = _free(needs, length, window)
    offers: list[Offer] = []
    for promised in walk_wall(window.start, window.end - length.length + RESOLUTION, zone, STEP_MINUTES):
        picks = _pick(free, Span(promised.at, promised.at + length.length))
        if picks is not None:
            offers.append(Offer(promised, picks))
            if len(offers) == count:
                break
    return tuple(offers)


def pick_at(needs: Sequence[Sequence[Candidate]], length: VisitLength, at: datetime) -> tuple[UUID, ...] | None:
    """Return one candidate of each need who is free for a visit at exactly this instant, or None."""
    visit = Span(at, at + length.length)
    return _pick(_free(needs, length, visit), visit)


def _free(needs: Sequence[Sequence[Candidate]], length: VisitLength, window: Span) -> Free:
    return [[(one.id, free_times(one, length, window)) for one in need] for need in needs]


def _pick(free: Free, visit: Span) -> tuple[UUID, ...] | None:
    picks: list[UUID] = []
    for need in free:
        found = next((key for key, spans in need if fits(visit, spans)), None)
        if found is None:
            return None
        picks.append(found)
    return tuple(picks)


def fits(visit: Span, spans: Iterable[Span]) -> bool:
    """Tell whether a visit lies wholly within one of the spans."""
    return any(span.start <= visit.start and visit.end <= span.end for span in spans)


def _opening(calendar: Calendar, exceptions: Sequence[CalendarException], day: date) -> list[Walls]:
    walls = [_walls(day, one.opens, one.closes) for one in exceptions if one.is_open]
    if day not in calendar.holidays:
        walls += [
            _walls(day, hours.opens, hours.closes)
            for hours in calendar.weekly
            if hours.weekday == day.isoweekday()
            and (hours.from_on is None or hours.from_on <= day)
            and (hours.until_on is None or day <= hours.until_on)
        ]
    return walls


def _walls(day: date, opens: time | None, closes: time | None) -> Walls:
    """Return the two naive ends of a stretch of a day; without times it is the whole day."""
    start = datetime.combine(day, opens or time.min)
    return start, datetime.combine(day, closes) if closes else datetime.combine(day + DAY, time.min)


def _instants(walls: Walls, here: ZoneInfo) -> Span:
    """Return a stretch of wall time as instants.

    Hours are no promise: an end that the clocks skip moves on with them, and one that comes twice closes at the second.
    """
    start, end = walls
    closes = max(end.replace(tzinfo=here, fold=fold).astimezone(UTC) for fold in (0, 1))
    return Span(start.replace(tzinfo=here, fold=0).astimezone(UTC), closes)
