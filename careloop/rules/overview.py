"""What the story and the timeline of a patient are made of, gathered from the record, the lists and the loops: pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from careloop.basics.words import Say
from careloop.facts.chart import GOING_ON, FactKind
from careloop.facts.chart_lists import ChartLists, MedicineLine, MedicineState, ProblemState
from careloop.facts.consents import Road
from careloop.facts.outbox import Direction
from careloop.facts.overview import Appointment, Chip, ContactLine, Dated, Goal, Talked
from careloop.facts.pages import LoopRow
from careloop.facts.plots import GoalLine
from careloop.facts.reach import ANSWERED as ANSWERED_AS
from careloop.facts.story import Booked, Change, Changed, Cited, Needed, Place, Stay, StoryFacts, Tried
from careloop.facts.timeline import Happening, Lane, Standing
from careloop.facts.worklist import Ball, ContactResult, LoopKind, State

# Classes of visits of HL7's ActCode: a bed in a hospital, an emergency room.
HOSPITAL = frozenset({"IMP", "ACUTE", "NONAC", "OBSENC"})
EMERGENCY = "EMER"
SEEN = frozenset({"finished", *GOING_ON})
# So many of the last moments at which somebody answered are told.
ANSWERED = 3
REACHED_ENDS = frozenset({str(one) for one in ANSWERED_AS})
PLACED = frozenset({"active", "on-hold"})

# What the list says lately changed, as the story tells it.
_CHANGES = {
    "lists.new": Change.NEW,
    "lists.strength_changed": Change.CHANGED,
    "lists.dose_changed": Change.CHANGED,
    "lists.stopped": Change.STOPPED,
}
_LANES = {
    FactKind.VISIT: Lane.VISITS,
    FactKind.RESULT: Lane.TESTS,
    FactKind.PROCEDURE: Lane.TESTS,
    FactKind.IMMUNIZATION: Lane.TESTS,
    FactKind.COVERAGE: Lane.INSURANCE,
}
# Checks that ask for somebody to be seen; other care gaps ask for a test.
_SEEN_BY = ("check.visit_after_discharge.", "check.no_visit_in_12_months.")


# What is said of a message by its road; the rest is named by its direction alone.
WRITTEN_WAYS = (Direction.IN, Direction.OUT)
NAMED_ROADS = (Road.TEXT, Road.EMAIL, Road.LETTER, Road.PORTAL)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was loaded about a patient. ``shown`` are the ids of the elements that the page has; ``zone`` is IANA's."""

    on: date
    zone: str
    dated: tuple[Dated, ...]
    lists: ChartLists | None
    appointments: tuple[Appointment, ...]
    loops: tuple[LoopRow, ...]
    open_count: int
    contacts: tuple[ContactLine, ...]
    shown: frozenset[str]
    talked: tuple[Talked, ...] = ()


def gather_story(known: Gathered) -> StoryFacts:
    """Return what the story is told from."""
    on, zone, shown = known.on, known.zone, known.shown
    visits = [fact for fact in known.dated if fact.kind is FactKind.VISIT]
    planned = [Booked(_cite_visit(v, shown), v.start) for v in visits if _is_booked(v, on)]
    return StoryFacts(
        on=on,
        stays=tuple(_stay(v, shown) for v in visits if v.status in SEEN and v.start <= on),
        problems=tuple(_list_problems(known.lists, shown)),
        medicines=tuple(_list_medicines(known.lists, shown)),
        booked=(*planned, *(Booked(_cite_appointment(a), a.on, a.clock) for a in known.appointments)),
        needed=tuple(Needed(_cite_loop(row), place) for place, row in enumerate(known.loops)),
        open_count=known.open_count,
        tried=tuple(Tried(_cite_contact(c, zone), _day(c, zone), _say_result(c)) for c in known.contacts),
    )


def gather_happenings(known: Gathered) -> tuple[Happening, ...]:
    """Return everything that the timeline shows, the newest first; the list beside the picture has this order."""
    on, zone, shown = known.on, known.zone, known.shown
    found = [
        *(one for fact in known.dated if (one := _from_fact(fact, on, shown)) is not None),
        *(_from_appointment(a) for a in known.appointments),
        *(one for line in _medicines_of(known.lists) if (one := _from_medicine(line, shown)) is not None),
        *(one for row in known.loops if (one := _from_loop(row, on, zone, shown)) is not None),
        *(_from_contact(c, zone) for c in known.contacts),
        *(_from_talked(one, zone) for one in known.talked),
    ]
    return tuple(sorted(found, key=lambda h: (-h.start.toordinal(), list(Lane).index(h.lane), h.key)))


def list_chips(loops: Iterable[LoopRow]) -> tuple[Chip, ...]:
    """Return the risks that open loops ask about, in the order of the list."""
    return tuple(Chip(row.id, row.tone, row.title) for row in loops if row.kind is LoopKind.SAFETY)


def find_goal(code: str, unit: str, goals: Iterable[Goal]) -> GoalLine | None:
    """Return the goal of a measure in its unit, the newest that is known."""
    fitting = [
        (goal.since or date.min, str(goal.resource_id), target)
        for goal in goals
        for target in goal.targets
        if code in target.codes and target.unit == unit
    ]
    if not fitting:
        return None
    target = max(fitting, key=lambda found: found[:2])[2]
    return GoalLine(target.low, target.high)


def _is_booked(visit: Dated, on: date) -> bool:
    return visit.status == "planned" and visit.start >= on


def _stay(visit: Dated, shown: frozenset[str]) -> Stay:
    place = Place.HOSPITAL if visit.visit_class in HOSPITAL else Place.VISIT
    place = Place.EMERGENCY if visit.visit_class == EMERGENCY else place
    ended = visit.end or (None if visit.status in GOING_ON else visit.start)
    return Stay(_cite_visit(visit, shown), place, visit.start, ended)


def _cite_visit(visit: Dated, shown: frozenset[str]) -> Cited:
    anchor = f"fact-{visit.resource_id}"
    return Cited(
        key=f"visit-{visit.resource_id}",
        label=Say("text.free", text=visit.label or "?"),
        on=visit.start,
        until=visit.end,
        said_by=visit.said_by,
        anchor=anchor if anchor in shown else "",
    )


def _cite_appointment(one: Appointment) -> Cited:
    label = Say("text.free", text=one.words or "?")
    return Cited(f"appointment-{one.resource_id}", label, one.on, None, one.said_by)


def _cite_loop(row: LoopRow) -> Cited:
    return Cited(f"loop-{row.id}", row.title, None, None, "", f"row-{row.id}")


def _cite_contact(one: ContactLine, zone: str) -> Cited:
    return Cited(f"contact-{one.id}", _say_result(one), _day(one, zone), None, one.who, f"contact-{one.id}")


def _list_problems(lists: ChartLists | None, shown: frozenset[str]) -> Iterable[Cited]:
    for line in lists.problems.now if lists else ():
        if line.state is ProblemState.ACTIVE and line.label:
            source = line.sources[0]
            anchor = f"line-{source.fact.resource_id}"
            yield Cited(
                key=f"problem-{source.fact.resource_id}-{line.label}",
                label=Say("text.free", text=line.label),
                on=line.since,
                said_by=f"{source.resource_type}, {source.sender}",
                anchor=anchor if anchor in shown else "",
            )


def _medicines_of(lists: ChartLists | None) -> tuple[MedicineLine, ...]:
    return (*lists.medicines.now, *lists.medicines.ended) if lists else ()


def _list_medicines(lists: ChartLists | None, shown: frozenset[str]) -> Iterable[Changed]:
    for line in _medicines_of(lists):
        change = next((_CHANGES[say.key] for say in line.changes if say.key in _CHANGES), None)
        if line.label and (change or line.state is MedicineState.TAKING):
            yield Changed(_cite_medicine(line, shown), change)


def _cite_medicine(line: MedicineLine, shown: frozenset[str]) -> Cited:
    source = line.sources[-1]
    anchor = f"line-{line.sources[0].fact.resource_id}"
    return Cited(
        key=f"medicine-{source.fact.resource_id}-{line.label}",
        label=Say("text.free", text=_name_of(line)),
        on=line.ended_on or line.since,
        said_by=f"{source.resource_type}, {source.sender}",
        anchor=anchor if anchor in shown else "",
    )


def _name_of(line: MedicineLine) -> str:
    """Return the name of a medicine, with its strengths unless the name holds a number already."""
    if any(letter.isdigit() for letter in line.label):
        return line.label
    return " ".join([line.label, "; ".join(line.strengths)]).strip()


def _from_fact(fact: Dated, on: date, shown: frozenset[str]) -> Happening | None:
    standing = _standing_of(fact, on)
    if standing is None:
        return None
    anchor = f"fact-{fact.resource_id}"
    label = Say("text.free", text=fact.label or "?")
    if fact.same_day > 1 and fact.kind is not FactKind.VISIT:
        label = Say("timeline.several", count=fact.same_day)
    return Happening(
        key=f"{fact.kind}-{fact.resource_id}",
        lane=_lane_of(fact),
        standing=standing,
        label=label,
        start=fact.start,
        end=fact.end if fact.end != fact.start else None,
        goes_on=fact.end is None and (fact.kind is FactKind.COVERAGE or fact.status in GOING_ON),
        said_by=fact.said_by,
        anchor=anchor if anchor in shown else "",
    )


def _lane_of(fact: Dated) -> Lane:
    if fact.kind is FactKind.ORDER:
        return Lane.TESTS if fact.code.startswith("loinc|") else Lane.REFERRALS
    return _LANES[fact.kind]


def _standing_of(fact: Dated, on: date) -> Standing | None:
    """Return how sure a fact is; None for what was called off or never came to be."""
    if fact.kind is FactKind.VISIT:
        if _is_booked(fact, on):
            return Standing.BOOKED
        return Standing.HAPPENED if fact.status in SEEN else None
    if fact.kind is FactKind.ORDER:
        return Standing.WAITING if fact.status in PLACED else Standing.HAPPENED if fact.status == "completed" else None
    if fact.kind is FactKind.COVERAGE:
        return Standing.HAPPENED if fact.status == "active" else None
    return Standing.HAPPENED if fact.start <= on else Standing.BOOKED


def _from_appointment(one: Appointment) -> Happening:
    label = Say("text.free", text=one.words or "?")
    return Happening(f"appointment-{one.resource_id}", Lane.VISITS, Standing.BOOKED, label, one.on, said_by=one.said_by)


def _from_medicine(line: MedicineLine, shown: frozenset[str]) -> Happening | None:
    is_taken = line.state is MedicineState.TAKING
    if line.since is None or (not is_taken and line.ended_on is None):
        return None
    cited = _cite_medicine(line, shown)
    ended = None if is_taken else line.ended_on
    return Happening(
        key=cited.key,
        lane=Lane.MEDICINES,
        standing=Standing.HAPPENED,
        label=cited.label,
        start=line.since,
        end=ended,
        goes_on=is_taken,
        said_by=cited.said_by,
        anchor=cited.anchor,
    )


def _from_loop(row: LoopRow, on: date, zone: str, shown: frozenset[str]) -> Happening | None:
    """Return an open loop from today until its day: any day before is fine. One that is late stands on its day."""
    if row.deadline.at is None:
        return None
    due = row.deadline.at.astimezone(ZoneInfo(zone)).date()
    anchor = f"row-{row.id}"
    is_waiting = row.state is State.SNOOZED or row.ball is not Ball.US
    return Happening(
        key=f"loop-{row.id}",
        lane=_lane_of_loop(row),
        standing=Standing.WAITING if is_waiting else Standing.EXPECTED,
        label=row.title,
        start=min(on, due),
        end=due if due > on else None,
        anchor=anchor if anchor in shown else "",
    )


def _lane_of_loop(row: LoopRow) -> Lane:
    if row.kind is LoopKind.SAFETY:
        return Lane.MEDICINES
    if row.kind is LoopKind.GAP:
        return Lane.VISITS if row.title.key.startswith(_SEEN_BY) else Lane.TESTS
    return Lane.CONTACTS


def _from_contact(one: ContactLine, zone: str) -> Happening:
    return Happening(
        key=f"contact-{one.id}",
        lane=Lane.CONTACTS,
        standing=Standing.HAPPENED,
        label=_say_result(one),
        start=_day(one, zone),
        said_by=one.who,
        anchor=f"contact-{one.id}",
    )


def _from_talked(one: Talked, zone: str) -> Happening:
    """Return a message or a call on its lane: the way it went, with whom, and its first words."""
    way = f"{one.direction}_{one.road}" if one.direction in WRITTEN_WAYS and one.road in NAMED_ROADS else one.direction
    return Happening(
        key=f"talked-{one.id}",
        lane=Lane.CONTACTS,
        standing=Standing.HAPPENED,
        label=Say(f"timeline.talked.{way}", who=one.with_whom, words=one.words),
        start=one.at.astimezone(ZoneInfo(zone)).date(),
        said_by=one.by,
    )


def _say_result(one: ContactLine) -> Say:
    """Return how an attempt went in as few words as can be; what the history says where they are not known."""
    result = one.result.key.rpartition(".")[2]
    return Say(f"story.result.{result}") if result in list(ContactResult) else one.result


def _day(one: ContactLine, zone: str) -> date:
    return one.at.astimezone(ZoneInfo(zone)).date()


def _is_answered(key: str) -> bool:
    """Tell whether a line of history says that somebody answered: a contact that was logged, or the end of a call."""
    return key.startswith("event.call_no.") or key.rpartition(".")[2] in REACHED_ENDS


def list_reached(contacts: Iterable[ContactLine]) -> tuple[datetime, ...]:
    """Return when somebody answered, the last ANSWERED times, newest first."""
    answered = [one.at for one in contacts if _is_answered(one.result.key)]
    return tuple(sorted(answered, reverse=True)[:ANSWERED])
