"""Busy times out of somebody else's calendar (RFC 5545): when they are busy, never with what.

Whatever cannot be expanded surely is refused with its place: a wrong busy time is worse than none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from threading import Lock
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrulestr
from icalendar import Calendar
from icalendar.cal import Component
from icalendar.timezone import tzp

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.scheduling import Span

MAX_BYTES = 2_000_000
# More than these in one calendar is no person's calendar.
EVENTS, SPANS = 20_000, 20_000
# Our own appointments come back from who subscribed to them: they are busy here already.
OURS = "@careloop"
# What decides when somebody is busy: anything of these that cannot be read makes the event unsure.
DECIDES = frozenset({
    "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "TRANSP", "STATUS",
    "FREEBUSY",
})  # fmt: skip
# The parts of a rule that are expanded, by how often it repeats; any other is refused.
ALWAYS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})
PARTS = {
    "DAILY": ALWAYS | {"BYDAY", "BYMONTH"},
    "WEEKLY": ALWAYS | {"BYDAY", "BYMONTH"},
    "MONTHLY": ALWAYS | {"BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS"},
    "YEARLY": ALWAYS | {"BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS"},
}
# The longest that each month can be: a day that no month has would be looked for until the year 9999.
LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# A day or a week that repeats since before this is a mistake; only years reach further back (birthdays).
SINCE = 1970
DAY = timedelta(days=1)

Moment = date | datetime
# The library remembers for the whole process the zones that a calendar defines by itself: the next calendar with a zone
# of that name would be read on its clocks. Each is read with nothing remembered, one at a time.
_zones = Lock()


@dataclass(frozen=True, slots=True)
class _Event:
    """One event as it decides: its number in the file, start as written, length, rules and changes of single days."""

    number: int
    uid: str
    start: Moment
    length: timedelta
    is_busy: bool
    instead_of: datetime | None
    rules: tuple[str, ...]
    more: tuple[datetime, ...]
    without: frozenset[datetime]


class NotBusyTimes(Refusal):
    """A calendar that cannot be read, or not surely: where, why, and how to mend it."""

    status = 422


def read_busy(data: bytes, *, zone: str, since: datetime, until: datetime) -> tuple[Span, ...]:
    """Return when whoever keeps this calendar is busy between two instants, in order, each span cut at both.

    ``zone`` is that of days and of times without a zone, unless the calendar names its own. Free, transparent and
    cancelled events are not busy, nor are our own appointments.

    :raises NotBusyTimes: if it is no calendar, is cut off, or has an event whose times are not sure
    """
    calendar = _parse(data)
    here = _zone_of(calendar, zone)
    events = [
        _read_event(component, number, here)
        for number, component in enumerate(calendar.walk("VEVENT"), 1)
        if not str(component.get("UID", "")).endswith(OURS)
    ]
    found = list(_expand(events, since, until, here))
    for number, component in enumerate(calendar.walk("VFREEBUSY"), 1):
        found += _read_free_busy(component, number)
    cut = [Span(max(one.start, since), min(one.end, until)) for one in found]
    spans = sorted(
        {one for one in cut if one.start < one.end},
        key=lambda one: (one.start, one.end),
    )
    if len(spans) > SPANS:
        raise NotBusyTimes(Say("refusal.busy_many", count=SPANS))
    return tuple(spans)


def _parse(data: bytes) -> Component:
    if len(data) > MAX_BYTES:
        raise NotBusyTimes(Say("refusal.busy_large", count=MAX_BYTES // 1_000_000))
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as fault:
        raise NotBusyTimes(Say("refusal.busy_not_text", line=data.count(b"\n", 0, fault.start) + 1)) from None
    if "\x00" in text or not text.upper().startswith("BEGIN:VCALENDAR"):
        raise NotBusyTimes(Say("refusal.busy_no_calendar"))
    if not text.upper().endswith("END:VCALENDAR"):
        raise NotBusyTimes(Say("refusal.busy_cut", line=text.count("\n") + 1))
    try:
        with _zones:
            tzp.use_zoneinfo()
            calendar = Calendar.from_ical(text)
        if len(calendar.walk("VEVENT")) > EVENTS:
            raise NotBusyTimes(Say("refusal.busy_many", count=EVENTS))
    except Refusal:
        raise
    except Exception:  # the library says in many ways that it cannot read something
        raise NotBusyTimes(Say("refusal.busy_unreadable")) from None
    return calendar


def _zone_of(calendar: Component, zone: str) -> ZoneInfo:
    """Return the zone that the calendar names for itself, else the given one."""
    named = str(calendar.get("X-WR-TIMEZONE", "") or "")
    if not named:
        return ZoneInfo(zone)
    try:
        return ZoneInfo(named)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NotBusyTimes(Say("refusal.busy_own_zone", zone=named[:80])) from None


def _read_event(component: Component, number: int, here: ZoneInfo) -> _Event:
    """Return an event as it decides; its title and whatever else it says are left where they are."""
    _expect_sure(component, number)
    start = _single(component, "DTSTART", number)
    if not isinstance(start, date):
        raise NotBusyTimes(Say("refusal.busy_start", number=number))
    rules = [_read_rule(rule, start, number, here) for rule in _listed(component, "RRULE")]
    instead = _single(component, "RECURRENCE-ID", number)
    if "EXRULE" in component or (instead is not None and component["RECURRENCE-ID"].params.get("RANGE")):
        part = "EXRULE" if "EXRULE" in component else "RANGE"
        raise NotBusyTimes(Say("refusal.busy_rule", number=number, part=part))
    without = list(_dates(component, "EXDATE", number))
    if any(isinstance(one, datetime) is not isinstance(start, datetime) for one in without):
        raise NotBusyTimes(Say("refusal.busy_rule", number=number, part="EXDATE"))
    transparent = str(component.get("TRANSP", "")).upper() == "TRANSPARENT"
    cancelled = str(component.get("STATUS", "")).upper() == "CANCELLED"
    return _Event(
        number=number,
        uid=str(component.get("UID", f"event {number}")),
        start=start,
        length=_length(component, start, number, here),
        is_busy=not (transparent or cancelled),
        instead_of=_instant(instead, here, number) if isinstance(instead, date) else None,
        rules=tuple(rules),
        more=tuple(_instant(one, here, number) for one in _dates(component, "RDATE", number)),
        without=frozenset(_instant(one, here, number) for one in without),
    )


def _expect_sure(component: Component, number: int) -> None:
    """Refuse an event of which something that decides could not be read, or is in a zone that nobody explains."""
    broken = sorted({str(name) for name, _why in component.errors} & DECIDES)
    if broken:
        raise NotBusyTimes(Say("refusal.busy_broken", number=number, part=broken[0]))
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE"):
        for value in _listed(component, name):
            named = str(getattr(value, "params", {}).get("TZID", ""))
            moments = [one.dt for one in getattr(value, "dts", [value])]
            if named and any(isinstance(one, datetime) and one.tzinfo is None for one in moments):
                raise NotBusyTimes(Say("refusal.busy_zone", number=number, zone=named[:80]))


def _listed(component: Component, name: str) -> list[object]:
    value = component.get(name)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _single(component: Component, name: str, number: int) -> object:
    values = _listed(component, name)
    if len(values) > 1:
        raise NotBusyTimes(Say("refusal.busy_broken", number=number, part=name))
    return getattr(values[0], "dt", None) if values else None


def _dates(component: Component, name: str, number: int) -> Iterator[Moment]:
    for value in _listed(component, name):
        for one in getattr(value, "dts", []):
            if not isinstance(one.dt, date):
                raise NotBusyTimes(Say("refusal.busy_rule", number=number, part=f"{name} PERIOD"))
            yield one.dt


def _length(component: Component, start: Moment, number: int, here: ZoneInfo) -> timedelta:
    """Return how long an event lasts: a day without an end is one day, a moment without an end keeps nobody busy."""
    end, length = (
        _single(component, "DTEND", number),
        _single(component, "DURATION", number),
    )
    if end is None:
        if length is None:
            return timedelta() if isinstance(start, datetime) else DAY
        if not isinstance(length, timedelta) or length < timedelta():
            raise NotBusyTimes(Say("refusal.busy_broken", number=number, part="DURATION"))
        return length
    if not isinstance(end, date) or isinstance(end, datetime) is not isinstance(start, datetime):
        raise NotBusyTimes(Say("refusal.busy_broken", number=number, part="DTEND"))
    if not isinstance(end, datetime):
        lasts = end - start if not isinstance(start, datetime) else timedelta()
    else:
        lasts = _instant(end, here, number) - _instant(start, here, number)
    if lasts < timedelta():
        raise NotBusyTimes(Say("refusal.busy_broken", number=number, part="DTEND"))
    return lasts


def _read_rule(rule: object, start: Moment, number: int, here: ZoneInfo) -> str:
    """Return a rule as text on the clocks of its event, if all of it can be expanded surely."""
    parts = {str(name).upper(): value for name, value in rule.items()} if isinstance(rule, dict) else {}
    often = "".join(str(one) for one in parts.get("FREQ", [])).upper()
    odd = sorted(set(parts) - PARTS.get(often, frozenset()))
    if often not in PARTS or odd:
        part = odd[0] if often in PARTS else f"FREQ={often}"
        raise NotBusyTimes(Say("refusal.busy_rule", number=number, part=part))
    months = [int(one) for one in parts.get("BYMONTH", [])] or range(1, 13)
    days = [abs(int(one)) for one in parts.get("BYMONTHDAY", [])] or [1]
    if not all(1 <= month <= 12 for month in months) or not any(day <= LONGEST[m - 1] for m in months for day in days):
        raise NotBusyTimes(Say("refusal.busy_rule", number=number, part="BYMONTHDAY"))
    if often != "YEARLY" and start.year < SINCE:
        raise NotBusyTimes(Say("refusal.busy_rule", number=number, part=f"DTSTART {start.year}"))
    counts = [int(one) for name in ("INTERVAL", "COUNT") for one in parts.get(name, [])]
    numbered = often in ("DAILY", "WEEKLY") and any(c.isdigit() for one in parts.get("BYDAY", []) for c in str(one))
    if min(counts, default=1) < 1 or numbered:
        raise NotBusyTimes(Say("refusal.busy_rule", number=number, part="BYDAY" if numbered else "INTERVAL"))
    said = []
    for name, values in parts.items():
        words = [_until(one, start, number, here) for one in values] if name == "UNTIL" else [str(v) for v in values]
        said.append(f"{name}={','.join(words)}")
    return ";".join(said)


def _until(end: object, start: Moment, number: int, here: ZoneInfo) -> str:
    """Return the end of a rule on the clocks of its event; a day is meant whole."""
    if not isinstance(end, date):
        raise NotBusyTimes(Say("refusal.busy_rule", number=number, part="UNTIL"))
    if not isinstance(end, datetime):
        end = datetime.combine(end, time(23, 59, 59))
    elif end.tzinfo is not None:
        zone = start.tzinfo if isinstance(start, datetime) and start.tzinfo else here
        end = end.astimezone(zone).replace(tzinfo=None)
    return f"{end:%Y%m%dT%H%M%S}"


def _instant(moment: Moment, here: ZoneInfo, number: int) -> datetime:
    """Return a day or a time as an instant: without a zone of its own it is on the clocks of the calendar."""
    try:
        if not isinstance(moment, datetime):
            return datetime.combine(moment, time.min, here).astimezone(UTC)
        return (moment if moment.tzinfo else moment.replace(tzinfo=here)).astimezone(UTC)
    except (OverflowError, ValueError):
        raise NotBusyTimes(Say("refusal.busy_broken", number=number, part="DTSTART")) from None


def _expand(events: Sequence[_Event], since: datetime, until: datetime, here: ZoneInfo) -> Iterator[Span]:
    """Return the spans of events; a day that was changed stands in the place of the one that the rule gives."""
    changed: dict[str, set[datetime]] = {}
    for event in events:
        if event.instead_of is not None:
            changed.setdefault(event.uid, set()).add(event.instead_of)
    for event in events:
        if not event.is_busy:
            continue
        away = event.without | (changed.get(event.uid, set()) if event.instead_of is None else set())
        for start, end in _repeat(event, since, until, here):
            if start not in away:
                yield Span(start, end)


def _repeat(event: _Event, since: datetime, until: datetime, here: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """Return the start and end of each time of an event that can reach into a window."""
    zone = (event.start.tzinfo if isinstance(event.start, datetime) else None) or here
    first = _wall(event.start)
    try:
        # Two days more on both sides: the window is in instants, the rule on the clocks of the event.
        low, high = (one.astimezone(zone) for one in (since - event.length - 2 * DAY, until + 2 * DAY))
        walls = {first, *(_wall(one.astimezone(zone)) for one in event.more)}
        for rule in event.rules:
            walls |= set(rrulestr(rule, dtstart=first).between(_wall(low), _wall(high), inc=True))
        return [_lasting(wall, event, zone) for wall in walls]
    except (ValueError, TypeError, OverflowError):
        raise NotBusyTimes(Say("refusal.busy_rule", number=event.number, part="RRULE")) from None


def _lasting(wall: datetime, event: _Event, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return start and end of an event that begins then; a time that the clocks skip moves on with them (RFC 5545)."""
    start = wall.replace(tzinfo=zone).astimezone(UTC)
    # A length of whole days is meant on the clocks there, one of hours as it passes: the longer of the two.
    ends = [(wall + event.length).replace(tzinfo=zone).astimezone(UTC)]
    ends += [start + event.length] if isinstance(event.start, datetime) else []
    return start, max(ends) if event.length >= DAY else ends[-1]


def _wall(moment: Moment) -> datetime:
    """Return what the clock on the wall shows then; a day begins at midnight."""
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=None)
    return datetime.combine(moment, time.min)


def _read_free_busy(component: Component, number: int) -> Iterator[Span]:
    """Return the periods of a free/busy answer that are not free."""
    if any(name in DECIDES for name, _why in component.errors):
        raise NotBusyTimes(Say("refusal.busy_broken", number=number, part="FREEBUSY"))
    for value in _listed(component, "FREEBUSY"):
        start, end = getattr(value, "start", None), getattr(value, "end", None)
        if not isinstance(start, datetime) or not isinstance(end, datetime) or start.tzinfo is None:
            raise NotBusyTimes(Say("refusal.busy_broken", number=number, part="FREEBUSY"))
        if str(getattr(value, "params", {}).get("FBTYPE", "BUSY")).upper() != "FREE":
            yield Span(start.astimezone(UTC), end.astimezone(UTC))
