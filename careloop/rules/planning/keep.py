"""Whether a plan keeps every rule: each rule read once more from the calendars themselves, not from the search.

Nothing of the search is used here, so that a fault of the search is found.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import combinations, pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.facts.itineraries import Broken, Gap, HardRule, Journey, Placed, Plan, StepAsk
from careloop.facts.scheduling import Candidate, Span
from careloop.facts.visits import PartOfDay
from careloop.rules.availability import unite

WISHES = (HardRule.ESCORT, HardRule.WEEKDAY, HardRule.PART_OF_DAY, HardRule.TRIPS)


def find_broken(journey: Journey, plan: Plan) -> tuple[Broken, ...]:
    """Return every rule that a plan does not keep, in the order of the rules; () if it keeps all."""
    asks = {ask.key: ask for ask in journey.steps}
    names = [one.step for one in plan.placed]
    if sorted(names) != sorted(asks):
        odd = sorted(set(asks) ^ set(names)) or sorted({name for name in names if names.count(name) > 1})
        return tuple(Broken(HardRule.EVERY_STEP, name) for name in odd)
    pairs = [(asks[one.step], one) for one in plan.placed]
    found = [
        *(fault for ask, one in pairs for fault in _step_faults(journey, ask, one)),
        *_free_faults(pairs),
        *_own_faults(journey, pairs),
        *_gap_faults(journey.gaps, {one.step: one for one in plan.placed}),
        *_trip_faults(journey, plan),
    ]
    rules = list(HardRule)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (rules.index(one.rule), one.step, one.other)))


def find_broken_together(plans: Sequence[tuple[Journey, Plan]]) -> tuple[Broken, ...]:
    """Return what plans of several patients break: each by itself, and people or things taken twice between them."""
    found = [fault for journey, plan in plans for fault in find_broken(journey, plan)]
    taken: dict[UUID, list[tuple[datetime, datetime, str]]] = {}
    for journey, plan in plans:
        asks = {ask.key: ask for ask in journey.steps}
        for one in plan.placed:
            for candidate in _picked(asks[one.step], one):
                kept = _kept(asks[one.step], one, candidate)
                taken.setdefault(candidate.id, []).append((kept.start, kept.end, f"{journey.key} {one.step}"))
    for spans in taken.values():
        for (_s, end, name), (start, _e, other) in pairwise(sorted(spans)):
            if start < end:
                found.append(Broken(HardRule.FREE, name, other))
    return tuple(dict.fromkeys(found))


def _step_faults(journey: Journey, ask: StepAsk, one: Placed) -> Iterator[Broken]:
    wishes, visit = journey.wishes, Span(one.promised.at, one.ends_at)
    wall = one.promised.at.astimezone(ZoneInfo(ask.zone)).replace(tzinfo=None)
    first, last = ask.first_on or date.min, ask.last_on or date.max
    is_long = visit.end - visit.start == timedelta(minutes=ask.length.minutes)
    is_told_right = one.promised.zone == ask.zone and one.promised.wall == wall
    within = journey.window.start <= visit.start and visit.end <= journey.window.end
    is_pinned = ask.only_at in (None, one.promised.at)
    if not (is_long and is_told_right and within and is_pinned and wall.minute % 15 == 0):
        yield Broken(HardRule.IN_TIME, ask.key)
    if not first <= wall.date() <= last:
        yield Broken(HardRule.APPROVED, ask.key)
    if wall.isoweekday() not in wishes.weekdays:
        yield Broken(HardRule.WEEKDAY, ask.key)
    if wishes.part_of_day is not None and (wall.hour < 12) is not (wishes.part_of_day is PartOfDay.MORNING):
        yield Broken(HardRule.PART_OF_DAY, ask.key)
    if ask.needs_escort and wishes.companion is not None and not _inside(visit, wishes.companion):
        yield Broken(HardRule.ESCORT, ask.key)


def _free_faults(pairs: Sequence[tuple[StepAsk, Placed]]) -> Iterator[Broken]:
    for ask, one in pairs:
        chosen = _picked(ask, one)
        if len(one.picks) != len(ask.needs) or len(set(one.picks)) != len(one.picks) or len(chosen) != len(one.picks):
            yield Broken(HardRule.FREE, ask.key)
        visit = Span(one.promised.at, one.ends_at)
        for candidate in chosen:
            kept = _kept(ask, one, candidate)
            is_open = candidate.open is None or _inside(visit, candidate.open)
            if not is_open or any(_meet(kept, busy) for busy in candidate.busy):
                yield Broken(HardRule.FREE, ask.key)
    yield from _shared_faults(pairs)


def _shared_faults(pairs: Sequence[tuple[StepAsk, Placed]]) -> Iterator[Broken]:
    for (ask, one), (other_ask, other) in combinations(pairs, 2):
        for candidate in _picked(ask, one):
            for same in _picked(other_ask, other):
                if same.id == candidate.id and _meet(_kept(ask, one, candidate), _kept(other_ask, other, same)):
                    yield Broken(HardRule.FREE, ask.key, other_ask.key)


def _own_faults(journey: Journey, pairs: Sequence[tuple[StepAsk, Placed]]) -> Iterator[Broken]:
    for ask, one in pairs:
        if any(_meet(Span(one.promised.at, one.ends_at), busy) for busy in journey.busy):
            yield Broken(HardRule.PATIENT_FREE, ask.key)
    for (ask, one), (other_ask, other) in combinations(sorted(pairs, key=lambda pair: pair[1].promised.at), 2):
        way = timedelta(minutes=journey.wishes.between_places if ask.place != other_ask.place else 0)
        if other.promised.at < one.ends_at + way:
            yield Broken(HardRule.PATIENT_FREE, ask.key, other_ask.key)


def find_broken_gaps(gaps: Iterable[Gap], placed: Mapping[str, Placed]) -> tuple[Broken, ...]:
    """Return the gaps that times do not keep; one whose steps have not both a time is not looked at."""
    return tuple(_gap_faults(gaps, placed))


def _gap_faults(gaps: Iterable[Gap], placed: Mapping[str, Placed]) -> Iterator[Broken]:
    for gap in gaps:
        if gap.step not in placed or gap.after not in placed:
            continue
        later, earlier = placed[gap.step], placed[gap.after]
        days = (later.promised.wall.date() - earlier.promised.wall.date()).days
        if later.promised.at < earlier.ends_at:
            yield Broken(HardRule.ORDER, gap.step, gap.after)
        elif days < gap.at_least_days:
            yield Broken(HardRule.TOO_SOON, gap.step, gap.after)
        elif gap.at_most_days is not None and days > gap.at_most_days:
            rule = HardRule.STILL_VALID if gap.is_validity else HardRule.TOO_LATE
            yield Broken(rule, gap.step, gap.after)


def _trip_faults(journey: Journey, plan: Plan) -> Iterator[Broken]:
    most = journey.wishes.most_trips
    if most is not None and len({one.promised.wall.date() for one in plan.placed}) > most:
        yield Broken(HardRule.TRIPS)


def _picked(ask: StepAsk, one: Placed) -> list[Candidate]:
    """Return the candidates that were picked, each from its own need; fewer if one is of none."""
    return [c for need, key in zip(ask.needs, one.picks, strict=False) for c in need if c.id == key]


def _kept(ask: StepAsk, one: Placed, candidate: Candidate) -> Span:
    before, after = (ask.length.gap_before, ask.length.gap_after) if candidate.keeps_gaps else (0, 0)
    return Span(one.promised.at - timedelta(minutes=before), one.ends_at + timedelta(minutes=after))


def _inside(visit: Span, spans: Sequence[Span]) -> bool:
    return any(span.start <= visit.start and visit.end <= span.end for span in unite(spans))


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
