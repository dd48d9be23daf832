"""Wall times that were promised, as instants: a time that the clocks skip is refused, one that comes twice is asked.

Source: the IANA time zone database through zoneinfo; PEP 495 (2015) for the meaning of ``fold``.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.scheduling import Promised, Which

FOLDS = {Which.FIRST: 0, Which.SECOND: 1}


def find_instants(wall: datetime, zone: str) -> tuple[datetime, ...]:
    """Return the instants (UTC) at which clocks in this zone show this naive time: none, one or two, in order."""
    here = ZoneInfo(zone)
    both = [wall.replace(tzinfo=here, fold=fold).astimezone(UTC) for fold in (0, 1)]
    shown = [at for at in both if at.astimezone(here).replace(tzinfo=None) == wall]
    return tuple(sorted(set(shown)))


def promise(wall: datetime, zone: str, which: Which | None = None) -> Promised:
    """Return a naive wall time in an IANA zone with its instant.

    :raises Refusal: if the clocks skip it that day, or it comes twice and nobody said which
    """
    instants = find_instants(wall, zone)
    if not instants:
        raise Refusal(Say("refusal.time_skipped", day=wall.date(), time=f"{wall:%H:%M}", zone=zone))
    if len(instants) > 1 and which is None:
        raise Refusal(Say("refusal.time_twice", day=wall.date(), time=f"{wall:%H:%M}", zone=zone))
    return Promised(instants[FOLDS[which] if which and len(instants) > 1 else 0], zone, wall)


def promise_series(first: datetime, zone: str, *, every_days: int, count: int) -> tuple[Promised, ...]:
    """Return a series of wall times, so many days apart, each at the same time of the day.

    :raises Refusal: if one of them is skipped or comes twice, with its day
    """
    return tuple(promise(first + timedelta(days=every_days * n), zone) for n in range(count))


def show(at: datetime, zone: str) -> Promised:
    """Return an instant as clocks in this zone show it."""
    return Promised(at.astimezone(UTC), zone, at.astimezone(ZoneInfo(zone)).replace(tzinfo=None))


def walk_wall(since: datetime, until: datetime, zone: str, minutes: int) -> Iterator[Promised]:
    """Yield the times of day that are multiples of so many minutes, within instants, that come once in this zone."""
    step = timedelta(minutes=minutes)
    midnight = since.astimezone(ZoneInfo(zone)).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    last = until.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    wall = midnight
    while wall <= last:
        instants = find_instants(wall, zone)
        if len(instants) == 1 and since <= instants[0] < until:
            yield Promised(instants[0], zone, wall)
        wall += step
