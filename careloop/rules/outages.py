"""Somebody or something is out: for each visit that falls out the time that costs its patient least, most harm first.

What a day of waiting weighs, and what another person, is a choice of the product, said here and in ADR 0046. Nothing
moves to an earlier time than it had. A time that is found keeps every gap of its itinerary; what cannot be kept needs a
person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.words import Say
from careloop.facts.itineraries import Gap, Placed
from careloop.facts.outages import Hit, HitVisit, Moving, NeedsPerson, NewPlace, NewTime, OutAsk
from careloop.facts.scheduling import CalendarException, Candidate, Offer, Span
from careloop.facts.worklist import Severity
from careloop.rules.availability import offer_times, subtract
from careloop.rules.planning.keep import find_broken_gaps
from careloop.rules.visits import NOON

DAY = timedelta(days=1)
# So far after the old day another time is looked for.
AHEAD_DAYS = 28
# No new time is sooner than this: the patient must hear of it and get there.
NOTICE = timedelta(hours=2)
# For so long everything can be put back.
UNDO = timedelta(minutes=10)
# What is left after so long by whoever began becomes a task of its own.
FORGOTTEN = timedelta(minutes=30)
# What a day of waiting weighs, by the harm of delay; and, in such days, another person and another part of the day.
A_DAY = {Severity.LOW: 1, Severity.MODERATE: 1, Severity.HIGH: 3, Severity.CRITICAL: 14}
OTHER_PERSON, OTHER_PART = 5, 1
QUARTERS = 96
# A later step is given another time so often at most: then a person looks at it.
ROUNDS = 3

EVER, NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
Taken = Mapping[UUID, Sequence[Span]]


@dataclass(frozen=True, slots=True)
class _Limits:
    """Between which days and instants a step may be, by the steps around it."""

    first_on: date = date.min
    last_on: date = date.max
    since: datetime = EVER
    until: datetime = NEVER


def out_spans(ask: OutAsk, zone: str) -> tuple[Span, ...]:
    """Return when somebody is out, as instants."""
    here = ZoneInfo(zone)
    if ask.opens is None or ask.closes is None:
        return (Span(_at(ask.first_on, time.min, here), _at(ask.last_on + DAY, time.min, here)),)
    days = [ask.first_on + DAY * n for n in range((ask.last_on - ask.first_on).days + 1)]
    return tuple(Span(_at(day, ask.opens, here), _at(day, ask.closes, here)) for day in days)


def as_exception(ask: OutAsk) -> CalendarException:
    """Return an outage as days on which a calendar is closed."""
    return CalendarException(ask.first_on, ask.last_on, False, ask.opens, ask.closes)


def is_reversed(ask: OutAsk) -> bool:
    """Tell whether an outage ends before it begins, or has only one of its two times."""
    if (ask.opens is None) != (ask.closes is None) or ask.last_on < ask.first_on:
        return True
    return ask.opens is not None and ask.closes is not None and ask.closes <= ask.opens


def is_hit(start: datetime, end: datetime, spans: Iterable[Span]) -> bool:
    """Tell whether a visit lies in an outage, wholly or partly."""
    return any(start < span.end and span.start < end for span in spans)


def plan_outage(hits: Iterable[Hit], window: Span) -> tuple[Moving, ...]:
    """Return for each hit its new times or why a person decides, the most harmful delay first, then the oldest time.

    What one takes is busy for those after it.
    """
    taken: dict[UUID, list[Span]] = {}
    done = []
    for hit in sorted(hits, key=lambda one: (-one.harm, min(v.was.at for v in one.visits), one.key)):
        moving = _plan_hit(hit, taken, window)
        lengths = {one.booking_id: one for one in hit.visits}
        for new in moving.times:
            _take(taken, lengths[new.booking_id], new)
        done.append(moving)
    return tuple(done)


def read_place(code: str) -> NewPlace | None:
    """Return a visit and its new time as a form carried them, None if they cannot be read."""
    parts = code.split("~")
    try:
        key, version, wall, *entries = parts
        at = datetime.fromisoformat(wall).replace(tzinfo=None)
        return NewPlace(UUID(key), int(version), at, tuple(UUID(one) for one in entries))
    except ValueError:
        return None


def say_person(why: NeedsPerson) -> Say:
    """Say why a person sees to a visit."""
    return Say(f"outage.person.{why}")


def _plan_hit(hit: Hit, taken: Taken, window: Span) -> Moving:
    if hit.stuck is not None:
        return Moving(hit.key, person=hit.stuck)
    placed = {key: one for key, one in hit.standing.items() if key not in {v.step for v in hit.visits if v.is_hit}}
    times: dict[str, NewTime] = {}
    visits = {one.step: one for one in hit.visits}
    for visit in sorted((one for one in hit.visits if one.is_hit), key=lambda one: (one.was.at, one.step)):
        person = _place(hit, visit, placed, times, taken, window)
        if person is not None:
            return Moving(hit.key, person=person)
    for _ in range(ROUNDS * len(visits)):
        broken = next(iter(find_broken_gaps(hit.gaps, placed)), None)
        if broken is None:
            return Moving(hit.key, tuple(sorted(times.values(), key=lambda one: (one.promised.at, one.step))))
        later = visits.get(broken.step)
        if later is None:
            return Moving(hit.key, person=NeedsPerson.STEP_STAYS)
        del placed[later.step]
        person = _place(hit, later, placed, times, taken, window)
        if person is not None:
            return Moving(hit.key, person=person)
    return Moving(hit.key, person=NeedsPerson.TOO_LATE)


def _place(
    hit: Hit, visit: HitVisit, placed: dict[str, Placed], times: dict[str, NewTime], taken: Taken, window: Span
) -> NeedsPerson | None:
    """Give a visit the time that costs least; say why not if there is none.

    First one that leaves the steps after it where they are, then one that moves them along.
    """
    times.pop(visit.step, None)
    own: dict[UUID, list[Span]] = {key: list(spans) for key, spans in taken.items()}
    for other in hit.visits:
        if other.step in times:
            _take(own, other, times[other.step])
    strict, loose = (_approved(_limits(hit.gaps, visit.step, placed, both=both), visit) for both in (True, False))
    offer = _search(visit, hit.harm, own, strict, window) or _search(visit, hit.harm, own, loose, window)
    if offer is None:
        return _find_reason(visit, hit.harm, own, loose, window)
    ends_at = offer.promised.at + visit.length.length
    placed[visit.step] = Placed(visit.step, offer.promised, ends_at, offer.picks)
    times[visit.step] = NewTime(visit.booking_id, visit.step, offer.promised, offer.picks, _say_why(hit, visit, offer))
    return None


def _search(visit: HitVisit, harm: Severity, taken: Taken, limits: _Limits, window: Span) -> Offer | None:
    """Return the time that costs least: days of waiting, another person, another part of the day, another hour."""
    here, old = ZoneInfo(visit.was.zone), visit.was.wall
    since = max(window.start, visit.was.at, limits.since)
    day = max(since.astimezone(here).date(), limits.first_on)
    last = min(limits.last_on, old.date() + DAY * AHEAD_DAYS)
    best: tuple[tuple[int, int], Offer] | None = None
    while day <= last:
        waits = (day - old.date()).days * A_DAY[harm]
        if best is not None and waits >= best[0][0]:
            break
        span = Span(max(since, _at(day, time.min, here)), min(limits.until, window.end, _at(day + DAY, time.min, here)))
        for offer in _offers(visit, taken, span):
            wall = offer.promised.wall
            cost = waits
            cost += OTHER_PERSON if visit.with_whom is not None and visit.with_whom not in offer.picks else 0
            cost += OTHER_PART if (wall.time() < NOON) is not (old.time() < NOON) else 0
            apart = abs((wall.hour - old.hour) * 60 + wall.minute - old.minute)
            if best is None or (cost, apart) < best[0]:
                best = (cost, apart), offer
        day += DAY
    return best[1] if best else None


def _offers(visit: HitVisit, taken: Taken, span: Span) -> tuple[Offer, ...]:
    """Return every time within a day at which one candidate of each need is free."""
    if span.end - span.start < visit.length.length:
        return ()
    near = Span(span.start - DAY, span.end + DAY)
    needs = []
    for need in visit.needs:
        group = [
            replace(
                one,
                open=None if one.open is None else tuple(s for s in one.open if _meet(s, span)),
                busy=tuple(s for s in (*one.busy, *taken.get(one.id, ())) if _meet(s, near)),
            )
            for one in need
        ]
        needs.append([one for one in group if one.open is None or one.open])
    if not all(needs):
        return ()
    return offer_times(needs, visit.length, span, zone=visit.was.zone, count=QUARTERS)


def _limits(gaps: Iterable[Gap], step: str, placed: Mapping[str, Placed], *, both: bool) -> _Limits:
    """Return between which days a step may be: after those before it, and with ``both`` before those after it."""
    found = _Limits()
    for gap in gaps:
        if gap.step == step and gap.after in placed:
            earlier = placed[gap.after]
            on = earlier.promised.wall.date()
            most = date.max if gap.at_most_days is None else on + DAY * gap.at_most_days
            found = replace(
                found,
                first_on=max(found.first_on, on + DAY * gap.at_least_days),
                last_on=min(found.last_on, most),
                since=max(found.since, earlier.ends_at),
            )
        elif both and gap.after == step and gap.step in placed:
            later = placed[gap.step].promised
            on = later.wall.date()
            least = date.min if gap.at_most_days is None else on - DAY * gap.at_most_days
            found = replace(
                found,
                first_on=max(found.first_on, least),
                last_on=min(found.last_on, on - DAY * gap.at_least_days),
                until=min(found.until, later.at),
            )
    return found


def _approved(limits: _Limits, visit: HitVisit) -> _Limits:
    """Return limits within the days of an approval: no visit moves by itself to a day on which it is not approved."""
    if visit.approved is None:
        return limits
    first, last = visit.approved
    return replace(limits, first_on=max(limits.first_on, first), last_on=min(limits.last_on, last))


def _say_why(hit: Hit, visit: HitVisit, offer: Offer) -> tuple[Say, ...]:
    days = (offer.promised.wall.date() - visit.was.wall.date()).days
    said = [] if visit.is_hit else [Say("outage.along")]
    said.append(Say("outage.days_later", count=days) if days else Say("outage.same_day"))
    if visit.with_whom is not None:
        said.append(Say("outage.same_person") if visit.with_whom in offer.picks else Say("outage.other_person"))
    if hit.harm >= Severity.HIGH:
        said.append(Say("outage.cannot_wait"))
    if visit.interpreter is not None:
        said.append(Say("outage.interpreter_free"))
    if visit.approved is not None:
        said.append(Say("outage.approval_holds", day=visit.approved[1]))
    if visit.has_ride:
        said.append(Say("outage.ride_anew"))
    if hit.gaps:
        said.append(Say("outage.in_order"))
    return tuple(said)


def _find_reason(visit: HitVisit, harm: Severity, taken: Taken, limits: _Limits, window: Span) -> NeedsPerson:
    """Return which rule leaves no time: the interpreter, an approval, the steps around it, or nothing that is free."""
    if visit.interpreter is not None:
        others = tuple(need for number, need in enumerate(visit.needs) if number != visit.interpreter)
        if _search(replace(visit, needs=others), harm, taken, limits, window) is not None:
            return NeedsPerson.INTERPRETER
    if visit.approved is not None:
        free = replace(limits, first_on=date.min, last_on=date.max)
        if _search(replace(visit, approved=None), harm, taken, free, window) is not None:
            return NeedsPerson.APPROVAL
    if limits != _Limits() and _search(visit, harm, taken, _Limits(), window) is not None:
        return NeedsPerson.TOO_LATE
    return NeedsPerson.NOTHING_FITS


def _take(taken: dict[UUID, list[Span]], visit: HitVisit, new: NewTime) -> None:
    """Keep everybody and everything of a new time for it, with the gaps that they keep."""
    known = {one.id: one for need in visit.needs for one in need}
    for key in new.picks:
        before, after = (visit.length.gap_before, visit.length.gap_after) if known[key].keeps_gaps else (0, 0)
        start = new.promised.at - timedelta(minutes=before)
        taken.setdefault(key, []).append(Span(start, new.promised.at + timedelta(minutes=visit.length.minutes + after)))


def leave_out(candidates: Sequence[Candidate], spans: Sequence[Span]) -> tuple[Candidate, ...]:
    """Return candidates who are not there within some spans."""
    return tuple(one if one.open is None else replace(one, open=subtract(one.open, spans)) for one in candidates)


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _at(day: date, wall: time, here: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, here).astimezone(UTC)
