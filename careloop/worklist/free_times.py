"""Free times of who and what a visit needs: calendars and busy times from the tables, the rest by rule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.directory import EntryKind
from careloop.facts.scheduling import (
    Calendar,
    CalendarException,
    Candidate,
    Offer,
    Span,
    VisitLength,
    WeeklyHours,
)
from careloop.records.models import (
    CalendarDay,
    CalendarHours,
    DirectoryEntry,
    OpeningHours,
    OutsideBusy,
    Patient,
    VisitType,
)
from careloop.rules import availability as rule
from careloop.rules.availability import open_times, subtract
from careloop.worklist.calendar import load_calendar
from careloop.worklist.settle import clinic_zone

# Who and what takes part itself; sites, services and organizations only say where.
TAKES_PART = (EntryKind.PRACTITIONER, EntryKind.ROOM, EntryKind.DEVICE, EntryKind.INTERPRETER)
# Gaps are kept around those who have to prepare; patients and interpreters come and go.
KEEPS_GAPS = (EntryKind.PRACTITIONER, EntryKind.ROOM, EntryKind.DEVICE)


@dataclass(frozen=True, slots=True)
class Needs:
    """Whom and what a visit needs: for each need those who could be picked, and the zone of its clocks.

    ``seats`` are the numbers of extra seats that are to be used, by entry.
    """

    groups: tuple[tuple[DirectoryEntry, ...], ...]
    zone: str
    patient: Patient | None = None
    seats: Mapping[UUID, int] = field(default_factory=dict)

    def numbers(self) -> list[int]:
        """Return the numbers of everybody and everything that could take part, in order."""
        found = {entry.no for group in self.groups for entry in group}
        return sorted(found | ({self.patient.no} if self.patient else set()))

    def by_id(self) -> dict[UUID, DirectoryEntry]:
        """Return everybody and everything that could take part, by key."""
        return {entry.pk: entry for group in self.groups for entry in group}


def length_of(visit: VisitType) -> VisitLength:
    """Return the length of a visit with its gaps."""
    return VisitLength(visit.minutes, visit.gap_before, visit.gap_after)


def find_visit_type(key: UUID) -> VisitType:
    """Return a visit type that is in use.

    :raises NotFound: if there is none
    """
    visit: VisitType | None = VisitType.objects.filter(pk=key, is_active=True).first()
    if visit is None:
        raise NotFound
    return visit


def find_needs(
    visit: VisitType, entry_ids: Sequence[UUID], patient: Patient | None, seats: Mapping[UUID, int] | None = None
) -> Needs:
    """Return what a visit needs: the entries that were named, and candidates for what the visit type asks beside them.

    :raises Refusal: if nobody is named whom the visit is with, or what it needs is not in the directory
    """
    named = _find_entries(entry_ids)
    groups: list[tuple[DirectoryEntry, ...]] = [(entry,) for entry in named]
    kinds = {entry.kind for entry in named}
    if visit.needs_practitioner and EntryKind.PRACTITIONER not in kinds:
        raise Refusal(Say("refusal.visit_with_whom"))
    site_id = next((entry.site_id for entry in named if entry.site_id), None)
    for kind, sort in ((EntryKind.ROOM, visit.room_sort), (EntryKind.DEVICE, visit.device_sort)):
        if sort and not any(entry.kind == kind and entry.sort == sort for entry in named):
            groups.append(_expect(DirectoryEntry.objects.filter(kind=str(kind), sort=sort, site_id=site_id), sort))
    if patient is not None and patient.needs_interpreter and EntryKind.INTERPRETER not in kinds:
        speak = DirectoryEntry.objects.filter(kind=str(EntryKind.INTERPRETER), languages__overlap=patient.languages)
        groups.append(_expect(speak, ", ".join(patient.languages)))
    return Needs(tuple(groups), named[0].zone if named else clinic_zone(), patient, seats or {})


def find_offers(needs: Needs, length: VisitLength, window: Span, count: int) -> tuple[Offer, ...]:
    """Return the first so many times within a window that fit everybody and everything that is needed."""
    return rule.offer_times(load_candidates(needs, length, window), length, window, zone=needs.zone, count=count)


def pick_at(needs: Needs, length: VisitLength, at: datetime) -> tuple[UUID, ...] | None:
    """Return who and what would take part at exactly this instant, or None if somebody or something is not free."""
    visit = Span(at, at + length.length)
    return rule.pick_at(load_candidates(needs, length, visit), length, at)


def is_open(needs: Needs, visit: Span) -> bool:
    """Tell whether somebody or something of each need has hours at this time, whoever is busy."""
    entries = [entry for group in needs.groups for entry in group]
    opening = load_opening(entries, visit)
    return all(any(opening[entry.pk] == (visit,) for entry in group) for group in needs.groups)


def load_opening(entries: Sequence[DirectoryEntry], window: Span) -> dict[UUID, tuple[Span, ...]]:
    """Return when each entry is open within a window, by its own hours and those of its site."""
    sites = {entry.site_id for entry in entries if entry.site_id}
    calendars = _load_calendars({entry.pk: entry.zone for entry in entries}, load_calendar().holidays)
    # A site's own closed days are exceptions; the clinic's are looked at for who works there.
    of_sites = _load_calendars(dict(DirectoryEntry.objects.filter(pk__in=sites).values_list("pk", "zone")), frozenset())
    of_sites |= _load_units(sites - {key for key, one in of_sites.items() if one.weekly})
    found = {}
    for entry in entries:
        spans = open_times(calendars[entry.pk], window.start, window.end)
        site = of_sites.get(entry.site_id) if entry.site_id else None
        if site is not None and (site.weekly or site.exceptions):
            closed = subtract((window,), open_times(_always(site), window.start, window.end))
            spans = subtract(spans, closed)
        found[entry.pk] = spans
    return found


def load_busy(numbers: Iterable[int], window: Span) -> dict[int, list[tuple[int, Span]]]:
    """Return when each number is busy, here and elsewhere, with the seat that is taken.

    A hold that ran out keeps nobody busy. Who is busy elsewhere can be given an extra seat, as for a visit here.
    """
    wanted = list(numbers)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT occupant_no, seat, starts, ends FROM busy_times(%s::bigint[], %s, %s)",
            [wanted, window.start, window.end],
        )
        rows = cursor.fetchall()
    elsewhere = OutsideBusy.objects.filter(calendar__entry__no__in=wanted)
    elsewhere = elsewhere.filter(starts_at__lt=window.end, ends_at__gt=window.start).order_by("starts_at", "id")
    rows += [
        (number, 0, starts, ends)
        for number, starts, ends in elsewhere.values_list("calendar__entry__no", "starts_at", "ends_at")
    ]
    busy: dict[int, list[tuple[int, Span]]] = {}
    for number, seat, starts, ends in rows:
        busy.setdefault(number, []).append((seat, Span(starts, ends)))
    return busy


def release_run_out(numbers: Sequence[int]) -> None:
    """Give back the times of holds that ran out, of these numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT release_run_out(%s::bigint[])", [list(numbers)])


def load_candidates(needs: Needs, length: VisitLength, window: Span) -> list[list[Candidate]]:
    """Return for each need those who could be picked, with when they are open and busy; the patient comes last."""
    entries = list(needs.by_id().values())
    # What lies just outside the window may reach into it with its gaps.
    around = Span(window.start - timedelta(hours=4), window.end + timedelta(hours=4))
    opening, busy = load_opening(entries, window), load_busy(needs.numbers(), around)
    groups = []
    for group in needs.groups:
        groups.append(
            [
                Candidate(
                    id=entry.pk,
                    open=opening[entry.pk],
                    busy=tuple(s for seat, s in busy.get(entry.no, ()) if seat == needs.seats.get(entry.pk, 0)),
                    keeps_gaps=entry.kind in KEEPS_GAPS,
                )
                for entry in group
            ]
        )
    if needs.patient is not None:
        own = tuple(span for _seat, span in busy.get(needs.patient.no, ()))
        groups.append([Candidate(id=needs.patient.pk, open=None, busy=own, keeps_gaps=False)])
    return groups


def _find_entries(keys: Sequence[UUID]) -> list[DirectoryEntry]:
    found = {
        entry.pk: entry
        for entry in DirectoryEntry.objects.filter(pk__in=keys, is_active=True, kind__in=[str(k) for k in TAKES_PART])
    }
    if len(found) != len(set(keys)) or len(set(keys)) != len(keys):
        raise NotFound
    return [found[key] for key in keys]


def _expect(rows: Iterable[DirectoryEntry], what: str) -> tuple[DirectoryEntry, ...]:
    found = tuple(sorted((row for row in rows if row.is_active), key=lambda row: (row.name_key, row.pk)))
    if not found:
        raise Refusal(Say("refusal.visit_needs", what=what))
    return found


def _load_calendars(zones: Mapping[UUID, str], holidays: frozenset[date]) -> dict[UUID, Calendar]:
    weekly: dict[UUID, list[WeeklyHours]] = {key: [] for key in zones}
    days: dict[UUID, list[CalendarException]] = {key: [] for key in zones}
    for row in CalendarHours.objects.filter(entry_id__in=zones).order_by("id"):
        weekly[row.entry_id].append(WeeklyHours(row.weekday, row.opens, row.closes, row.from_on, row.until_on))
    for day in CalendarDay.objects.filter(entry_id__in=zones).order_by("id"):
        days[day.entry_id].append(CalendarException(day.first_on, day.last_on, day.is_open, day.opens, day.closes))
    return {key: Calendar(zone, tuple(weekly[key]), tuple(days[key]), holidays) for key, zone in zones.items() if zone}


def _load_units(sites: Iterable[UUID | None]) -> dict[UUID, Calendar]:
    """Return the hours of sites that are units of the house, as administration keeps them."""
    rows = DirectoryEntry.objects.filter(pk__in=list(sites), unit__isnull=False).select_related("unit")
    found = {}
    for site in rows:
        hours = OpeningHours.objects.filter(unit_id=site.unit_id).order_by("weekday")
        weekly = tuple(WeeklyHours(row.weekday, row.opens, row.closes) for row in hours)
        zone = site.zone or site.unit.zone or clinic_zone()
        days = CalendarDay.objects.filter(entry_id=site.pk).order_by("id")
        found[site.pk] = Calendar(
            zone, weekly, tuple(CalendarException(d.first_on, d.last_on, d.is_open, d.opens, d.closes) for d in days)
        )
    return found


def _always(site: Calendar) -> Calendar:
    """Return a site's calendar; one without weekly hours is open but for its exceptions."""
    if site.weekly:
        return site
    whole = CalendarException(date.min, date.max, is_open=True)
    return Calendar(site.zone, (), (whole, *site.exceptions))
