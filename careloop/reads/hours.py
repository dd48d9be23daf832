"""Calendars are looked at: who and what has one, the hours of one entry, and kinds of visits with those out of use."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Exists, OuterRef

from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.directory import EntryKind
from careloop.facts.fetching import AddressShown
from careloop.facts.scheduling import CalendarException, Promised, ReadingWindow, VisitTypeRow, WeeklyHours
from careloop.facts.tips import TipAbout
from careloop.facts.visits import CalendarLine, CalendarPage, DifferentDay, Elsewhere, KindsPage, Pick
from careloop.guard.doors import managing
from careloop.records.models import (
    CalendarDay,
    CalendarHours,
    DirectoryEntry,
    OutsideAddress,
    OutsideBusy,
    OutsideCalendar,
    VisitType,
)
from careloop.rules.fetching import AHEAD, SILENT
from careloop.worklist.directory_rows import read_visit_types
from careloop.worklist.free_times import TAKES_PART
from careloop.worklist.tips import make_box

WITH_HOURS = (*TAKES_PART, EntryKind.SITE)
LINES = 500
# A calendar that was read longer ago is said to be old. A product choice: most people plan two weeks ahead.
OLD, CLASHES = timedelta(days=14), 20


@managing(needs=Right.CALENDAR_WRITE, write=False)
def list_calendars(acting: Acting) -> tuple[CalendarLine, ...]:
    """Return who and what can have a calendar, by kind and name, at most 500."""
    hours = Exists(CalendarHours.objects.filter(entry_id=OuterRef("pk")))
    rows = DirectoryEntry.objects.filter(is_active=True, kind__in=[str(kind) for kind in WITH_HOURS], zone__gt="")
    silent = Exists(OutsideAddress.objects.filter(entry_id=OuterRef("pk"), failures__gte=SILENT))
    rows = (
        rows.annotate(has_hours=hours, is_silent=silent)
        .select_related("site")
        .order_by("kind", "name_key", "id")[:LINES]
    )
    return tuple(
        CalendarLine(
            row.pk, row.name, EntryKind(row.kind), row.site.name if row.site else "", row.has_hours, row.is_silent
        )
        for row in rows
    )


@managing(needs=Right.CALENDAR_WRITE, write=False)
def get_reading_window(acting: Acting, entry_id: UUID) -> ReadingWindow:
    """Return how a calendar from elsewhere is to be read for an entry: on its clocks, from now on.

    :raises NotFound: if there is no such entry, or it takes part in no visit
    """
    rows = DirectoryEntry.objects.filter(pk=entry_id, kind__in=[str(kind) for kind in TAKES_PART], is_active=True)
    zone = rows.values_list("zone", flat=True).first()
    if not zone:
        raise NotFound
    return ReadingWindow(str(zone), acting.at, acting.at + AHEAD)


@managing(needs=Right.CALENDAR_WRITE, write=False)
def get_calendar_page(acting: Acting, entry_id: UUID) -> CalendarPage:
    """Return the weekly hours of an entry and the days from today on that differ.

    :raises NotFound: if there is no such entry, or it can have no calendar
    """
    kinds = [str(kind) for kind in WITH_HOURS]
    entry = DirectoryEntry.objects.filter(pk=entry_id, kind__in=kinds, zone__gt="").select_related("site").first()
    if entry is None:
        raise NotFound
    hours = CalendarHours.objects.filter(entry=entry).order_by("weekday", "opens", "id")
    days = CalendarDay.objects.filter(entry=entry, last_on__gte=acting.at.date()).select_related("set_by")
    return CalendarPage(
        entry_id=entry.pk,
        name=entry.name,
        kind=EntryKind(entry.kind),
        site=entry.site.name if entry.site else "",
        zone=entry.zone,
        hours=tuple(WeeklyHours(row.weekday, row.opens, row.closes, row.from_on, row.until_on) for row in hours),
        days=tuple(
            DifferentDay(
                row.pk,
                CalendarException(row.first_on, row.last_on, row.is_open, row.opens, row.closes),
                row.reason,
                row.set_by.name,
            )
            for row in days.order_by("first_on", "id")
        ),
        elsewhere=_elsewhere(acting, entry),
        address=_address(acting, entry),
        may_read=entry.kind in TAKES_PART and entry.is_active,
        tips=make_box(acting, TipAbout.ENTRY, str(entry.pk)),
    )


def _elsewhere(acting: Acting, entry: DirectoryEntry) -> Elsewhere | None:
    """Return what was read of an entry's calendar elsewhere, and what is booked here while it is busy there."""
    row = OutsideCalendar.objects.filter(entry=entry).select_related("set_by").first()
    if row is None:
        return None
    here = ZoneInfo(entry.zone)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT t.starts FROM busy_times(%s::bigint[], %s, %s) t JOIN outside_busy o"
            " ON o.calendar_id = %s AND o.starts_at < t.ends AND o.ends_at > t.starts ORDER BY 1 LIMIT %s",
            [[entry.no], acting.at, row.known_until, entry.pk, CLASHES],
        )
        moments = [found[0] for found in cursor.fetchall()]
    return Elsewhere(
        read_at=row.read_at,
        set_by=row.set_by.name,
        count=OutsideBusy.objects.filter(calendar=row, ends_at__gt=acting.at).count(),
        known_until=row.known_until,
        is_old=acting.at - row.read_at > OLD,
        clashes=tuple(Promised(one, entry.zone, one.astimezone(here).replace(tzinfo=None)) for one in moments),
    )


def _address(acting: Acting, entry: DirectoryEntry) -> AddressShown | None:
    """Return the address from which an entry's calendar elsewhere is fetched; never all of it."""
    row = OutsideAddress.objects.filter(entry=entry).select_related("set_by").first()
    if row is None:
        return None
    return AddressShown(
        shown=row.shown,
        set_by=row.set_by.name,
        set_at=row.set_at,
        tried_at=row.tried_at,
        reached_at=row.reached_at,
        due_at=row.due_at,
        is_due=row.due_at <= acting.at,
        failures=row.failures,
        trouble=Say.from_stored(row.trouble) if row.trouble else None,
        is_silent=row.failures >= SILENT,
    )


@managing(needs=Right.CALENDAR_WRITE, write=False)
def get_kinds_page(acting: Acting) -> KindsPage:
    """Return every kind of visit, in use or not, and the practitioners whom one can be with."""
    people = DirectoryEntry.objects.filter(kind=str(EntryKind.PRACTITIONER), is_active=True, zone__gt="")
    kinds: tuple[VisitTypeRow, ...] = read_visit_types(VisitType.objects.order_by("-is_active", "name", "id"))
    return KindsPage(
        kinds=kinds,
        people=tuple(
            Pick(row.pk, EntryKind.PRACTITIONER, row.name) for row in people.order_by("name_key", "id")[:LINES]
        ),
    )
