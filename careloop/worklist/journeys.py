"""What the planner is given: the steps of an itinerary, who and what is free for them, what the patient can do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.catalog.speech import list_languages, speak
from careloop.facts.access import Acting
from careloop.facts.directory import EntryKind
from careloop.facts.itineraries import Journey, PlanAsk, StepAsk, StepChoice, StepLine, Template, TemplateStep
from careloop.facts.preparation import Arranged
from careloop.facts.scheduling import Candidate, Span
from careloop.records.models import Booking, DirectoryEntry, ItineraryStep, Patient, VisitType, VisitTypeWith
from careloop.rules.itineraries import STANDS, read_wishes, say_step
from careloop.worklist.free_times import KEEPS_GAPS, find_needs, length_of, load_busy, load_opening
from careloop.worklist.itineraries import find_newest
from careloop.worklist.preparation import load_approvals

# So many people at most are looked at for one step.
PEOPLE = 25
# No time is offered sooner: the patient must hear of it and get there. A product choice.
NOTICE = timedelta(hours=2)

Groups = tuple[tuple[DirectoryEntry, ...], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A step with its kind of visit and who and what it needs; without anybody it has one empty need, and says why."""

    line: StepLine
    visit: VisitType
    groups: Groups
    zone: str
    place: str
    lacks: Say | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the planner is given, the names of who and what could take part, and why some steps have nobody."""

    journey: Journey
    names: dict[UUID, str]
    lacking: tuple[tuple[str, Say], ...]


def choose_steps(template: Template, ask: PlanAsk) -> tuple[StepLine, ...]:
    """Return every step with how the clinic does it: as was chosen, else by the kind of visit of the same name.

    A step for which the clinic has no such visit, or nobody who does it, is left out.
    """
    chosen = None if ask.choices is None else {one.key: one for one in ask.choices}
    types = {row.name.casefold(): row for row in VisitType.objects.filter(is_active=True, seats=1)}
    lines = []
    for step in template.steps:
        gaps = tuple(one.gap for one in template.gaps if one.gap.step == step.key)
        names = [speak(say_step(step.key), language).casefold() for language in list_languages()]
        visit = next((types[name] for name in names if name in types), None)
        if chosen is not None:
            choice = chosen.get(step.key)
        else:
            choice = StepChoice(step.key, visit.pk) if visit and _leaders(step, visit, None).exists() else None
        lines.append(StepLine(step, gaps, choice))
    return tuple(lines)


def load_journey(
    acting: Acting, patient: Patient, template: Template, lines: Sequence[StepLine], ask: PlanAsk
) -> Loaded:
    """Return what is to be planned from now on.

    Steps of the itinerary that has a time already stay where they are.
    """
    standing = find_standing(patient, ask.itinerary_id)
    types = {row.pk: row for row in VisitType.objects.filter(is_active=True)}
    wanted = [_want(patient, line, types) for line in lines if line.choice and line.step.key not in standing]
    since = _since(acting.at, patient.zone, ask.since_on)
    window = Span(since, since + timedelta(days=template.look_days))
    entries = {entry.pk: entry for one in wanted for group in one.groups for entry in group}
    opening = load_opening(list(entries.values()), window)
    around = Span(window.start - timedelta(hours=4), window.end + timedelta(hours=4))
    busy = load_busy([patient.no, *(entry.no for entry in entries.values())], around)
    people = {
        key: Candidate(
            key,
            opening[key],
            tuple(span for seat, span in busy.get(entry.no, ()) if seat == 0),
            entry.kind in KEEPS_GAPS,
        )
        for key, entry in entries.items()
    }
    kept = [_keep(key, booking) for key, booking in standing.items()]
    noted = _load_noted(patient, ask.itinerary_id)
    own = {(booking.starts_at, booking.ends_at) for booking in standing.values()}
    whole = Span(min([window.start, *(one.only_at for one in kept if one.only_at)]), window.end)
    journey = Journey(
        key=template.key,
        steps=(*kept, *(_ask(one, people, ask, noted.get(one.line.step.key)) for one in wanted)),
        gaps=tuple(one.gap for one in template.gaps),
        window=whole,
        busy=tuple(span for _seat, span in busy.get(patient.no, ()) if (span.start, span.end) not in own),
        wishes=read_wishes(ask, whole, patient.zone),
    )
    lacking = tuple((one.line.step.key, one.lacks) for one in wanted if one.lacks is not None)
    return Loaded(journey, {key: entry.name for key, entry in entries.items()}, lacking)


def find_standing(patient: Patient, itinerary_id: UUID | None) -> dict[str, Booking]:
    """Return the bookings of an itinerary's steps that have their time or happened, by step; none without one."""
    if itinerary_id is None:
        return {}
    steps = list(ItineraryStep.objects.filter(itinerary_id=itinerary_id, patient=patient).order_by("id"))
    newest = find_newest(step.loop_id for step in steps)
    found = {step.key: newest[step.loop_id] for step in steps if step.loop_id in newest}
    return {key: one for key, one in found.items() if one.state in STANDS}


def list_people() -> tuple[tuple[UUID, str], ...]:
    """Return the practitioners who can be booked, by name."""
    rows = DirectoryEntry.objects.filter(kind=str(EntryKind.PRACTITIONER), is_active=True)
    return tuple(rows.order_by("name_key", "id").values_list("pk", "name")[:200])


def _leaders(step: TemplateStep, visit: VisitType, entry_id: UUID | None) -> "QuerySet[DirectoryEntry]":
    """Return who does a step: who was named, else with whom the kind of visit is, else all of its specialty.

    A visit without a practitioner goes by the rooms or devices that it takes.
    """
    rows = DirectoryEntry.objects.filter(is_active=True).order_by("name_key", "id")
    if entry_id is not None:
        return rows.filter(pk=entry_id)
    if visit.needs_practitioner:
        own = rows.filter(pk__in=VisitTypeWith.objects.filter(visit_type=visit).values("entry_id"))
        if own.exists():
            return own
        named = {step.specialty, step.specialty.capitalize(), step.specialty.title()}
        return rows.filter(kind=str(EntryKind.PRACTITIONER), specialties__overlap=sorted(named))
    kind, sort = (EntryKind.ROOM, visit.room_sort) if visit.room_sort else (EntryKind.DEVICE, visit.device_sort)
    return rows.filter(kind=str(kind), sort=sort)


def _want(patient: Patient, line: StepLine, types: dict[UUID, VisitType]) -> Wanted:
    assert line.choice is not None
    visit = types.get(line.choice.visit_type_id)
    if visit is None:
        raise Refusal(Say("refusal.itinerary_unknown"))
    leaders = list(_leaders(line.step, visit, line.choice.entry_id)[:PEOPLE])
    if not leaders:
        return Wanted(line, visit, ((),), patient.zone, "", Say("refusal.visit_with_whom"))
    # Rooms go with a site: the others who could do it are those of the same one.
    same = tuple(one for one in leaders if one.site_id == leaders[0].site_id and one.zone == leaders[0].zone)
    try:
        needs = find_needs(visit, [leaders[0].pk], patient)
    except Refusal as no:
        # What the visit needs is not in the directory: there is no time for it, and the page says so.
        return Wanted(line, visit, ((),), patient.zone, "", no.say)
    return Wanted(line, visit, (same, *needs.groups[1:]), needs.zone, str(leaders[0].site_id or ""))


def _load_noted(patient: Patient, itinerary_id: UUID | None) -> dict[str, Arranged]:
    """Return the days of the approvals that were noted for an itinerary's steps, by step."""
    if itinerary_id is None:
        return {}
    steps = list(ItineraryStep.objects.filter(itinerary_id=itinerary_id, patient=patient))
    found = load_approvals(step.loop_id for step in steps)
    return {step.key: found[step.loop_id] for step in steps if step.loop_id in found}


def _ask(one: Wanted, people: dict[UUID, Candidate], ask: PlanAsk, noted: Arranged | None) -> StepAsk:
    """Return a step as the planner takes it; the days of an approval that was noted hold unless others are asked."""
    step = one.line.step
    asked = StepAsk(
        key=step.key,
        length=length_of(one.visit),
        needs=tuple(tuple(people[entry.pk] for entry in group) for group in one.groups),
        zone=one.zone,
        place=one.place,
        needs_escort=step.needs_escort or one.visit.needs_escort,
        only_at=dict(ask.pins).get(step.key),
    )
    if not step.needs_approval:
        return asked
    if noted is not None and ask.approved_from is None and ask.approved_until is None:
        return replace(asked, first_on=noted.first_on, last_on=noted.last_on)
    return replace(asked, first_on=ask.approved_from, last_on=ask.approved_until)


def _keep(key: str, booking: Booking) -> StepAsk:
    """Return a step that has its time already: it needs nobody any more and stays."""
    length = length_of(booking.visit_type)
    sites = [part.entry.site_id for part in booking.bookingpart_set.all()]
    return StepAsk(
        key=key,
        length=replace(length, minutes=booking.minutes),
        needs=(),
        zone=booking.zone,
        place=str(next((site for site in sites if site), "")),
        only_at=booking.starts_at.astimezone(UTC),
    )


def _since(at: datetime, zone: str, since_on: date | None) -> datetime:
    here = ZoneInfo(zone)
    first = max(since_on or date.min, at.astimezone(here).date())
    return max(datetime.combine(first, time.min, here).astimezone(UTC), at + NOTICE)
