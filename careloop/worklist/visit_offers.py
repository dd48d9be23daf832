"""Whom and what a kind of visit needs, at each place where it can be; and which need has nobody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from careloop.basics.words import Say
from careloop.facts.directory import EntryKind
from careloop.facts.scheduling import Span
from careloop.facts.visits import Wish
from careloop.records.models import CalendarDay, CalendarHours, DirectoryEntry, Patient, VisitType, VisitTypeWith
from careloop.rules.visits import Ways, find_offers
from careloop.worklist.free_times import Needs, length_of, load_candidates
from careloop.worklist.settle import clinic_zone

# Where a clinic has more places or people for one kind of visit, one chooses with whom.
PLACES, PEOPLE = 12, 40
# What is said of a need that is not in the directory at all, and of one that has no time.
MISSING = {
    EntryKind.PRACTITIONER: Say("visit.nobody_does_it"),
    EntryKind.ROOM: Say("visit.no_room"),
    EntryKind.DEVICE: Say("visit.no_device"),
    EntryKind.INTERPRETER: Say("visit.no_interpreter"),
}
BUSY = {
    EntryKind.PRACTITIONER: Say("visit.nobody_free"),
    EntryKind.ROOM: Say("visit.room_busy"),
    EntryKind.DEVICE: Say("visit.device_busy"),
    EntryKind.INTERPRETER: Say("visit.interpreter_busy"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """What a visit needs at one place: for each need those who could be picked."""

    site_id: UUID | None
    groups: tuple[tuple[DirectoryEntry, ...], ...]


def list_people(visit: VisitType) -> list[DirectoryEntry]:
    """Return the practitioners with a calendar whom this kind of visit is with, by name: those it names, else all."""
    rows = _with_calendar().filter(kind=str(EntryKind.PRACTITIONER))
    named = VisitTypeWith.objects.filter(visit_type=visit).values("entry_id")
    if visit.needs_practitioner and named.exists():
        rows = rows.filter(pk__in=named)
    return list(rows.order_by("name_key", "id")[:PEOPLE])


def find_places(
    visit: VisitType, patient: Patient, people: Sequence[DirectoryEntry]
) -> tuple[list[Place], tuple[Say, ...]]:
    """Return the places at which everything that a visit needs is there, and what is missing where there is none.

    ``people`` are those whom it may be with.
    """
    things = _things(visit, patient)
    if visit.needs_practitioner:
        sites = list(dict.fromkeys(one.site_id for one in people))
    else:
        sites = list(dict.fromkeys(one.site_id for one in things if one.kind != EntryKind.INTERPRETER))
    places, missing = [], []
    for site_id in sites[:PLACES]:
        wanted = _groups(visit, patient, site_id, people, things)
        missing += [MISSING[kind] for kind, group in wanted if not group]
        if wanted and all(group for _kind, group in wanted):
            places.append(Place(site_id, tuple(group for _kind, group in wanted)))
    if not sites:
        missing.append(MISSING[EntryKind.PRACTITIONER if visit.needs_practitioner else EntryKind.ROOM])
    return places, () if places else tuple(dict.fromkeys(missing))


def load_ways(place: Place, visit: VisitType, patient: Patient, window: Span) -> Ways:
    """Return everybody and everything that could take part at a place, with when they are open and busy."""
    zone = place.groups[0][0].zone or clinic_zone()
    candidates = load_candidates(Needs(place.groups, zone, patient), length_of(visit), window)
    return Ways(tuple(tuple(group) for group in candidates), zone)


def say_lacking(places: Iterable[tuple[Place, Ways]], visit: VisitType, window: Span, wish: Wish) -> tuple[Say, ...]:
    """Say which need has no time that suits in a window; if each has some, that they are never free at once."""
    length = length_of(visit)
    found: list[Say] = []
    for place, ways in places:
        kinds = [EntryKind(group[0].kind) for group in place.groups]
        for number, need in enumerate(ways.needs):
            if not find_offers(Ways((need,), ways.zone), length, window, wish):
                found.append(BUSY[kinds[number]] if number < len(kinds) else Say("visit.patient_busy"))
    return tuple(dict.fromkeys(found)) or (Say("visit.never_at_once"),)


def _with_calendar() -> "QuerySet[DirectoryEntry]":
    hours = CalendarHours.objects.filter(entry_id=OuterRef("pk"))
    days = CalendarDay.objects.filter(entry_id=OuterRef("pk"), is_open=True)
    return DirectoryEntry.objects.filter(Q(Exists(hours)) | Q(Exists(days)), is_active=True)


def _things(visit: VisitType, patient: Patient) -> list[DirectoryEntry]:
    """Return rooms, devices and interpreters that this visit of this patient could use: one statement."""
    wanted = Q(pk=None)
    if visit.room_sort:
        wanted |= Q(kind=str(EntryKind.ROOM), sort=visit.room_sort)
    if visit.device_sort:
        wanted |= Q(kind=str(EntryKind.DEVICE), sort=visit.device_sort)
    if patient.needs_interpreter:
        wanted |= Q(kind=str(EntryKind.INTERPRETER), languages__overlap=patient.languages)
    return list(DirectoryEntry.objects.filter(wanted, is_active=True).order_by("name_key", "id"))


def _groups(
    visit: VisitType,
    patient: Patient,
    site_id: UUID | None,
    people: Sequence[DirectoryEntry],
    things: Sequence[DirectoryEntry],
) -> list[tuple[EntryKind, tuple[DirectoryEntry, ...]]]:
    here = [one for one in things if one.site_id == site_id]
    wanted = []
    if visit.needs_practitioner:
        wanted.append((EntryKind.PRACTITIONER, tuple(one for one in people if one.site_id == site_id)))
    for kind, sort in ((EntryKind.ROOM, visit.room_sort), (EntryKind.DEVICE, visit.device_sort)):
        if sort:
            wanted.append((kind, tuple(one for one in here if one.kind == kind)))
    if patient.needs_interpreter:
        wanted.append((EntryKind.INTERPRETER, tuple(one for one in things if one.kind == EntryKind.INTERPRETER)))
    return wanted
