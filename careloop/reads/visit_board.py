"""The board of a day: who and what is open and busy, and the visits within reach."""

from collections.abc import Sequence
from collections.abc import Set as Collection
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from careloop.facts.access import Acting, Right
from careloop.facts.directory import EntryKind
from careloop.facts.groups import GroupTime
from careloop.facts.preparation import Readiness
from careloop.facts.scheduling import BookingState, Promised, Span
from careloop.facts.visits import BoardColumn, BoardVisit, DayPage
from careloop.guard.doors import Shown, listing
from careloop.guard.grants import Reach
from careloop.reads.visit_rows import list_entries, list_group_kinds, select_visits
from careloop.records.models import Booking, BookingPart, CalendarDay, CalendarHours, DirectoryEntry, GroupVisit
from careloop.rules.availability import unite
from careloop.rules.day_board import DAY, lay_out
from careloop.rules.preparation import COUNTED_IN
from careloop.worklist.free_times import TAKES_PART, load_busy, load_opening
from careloop.worklist.freed_times import find_free, list_freed, promised_of
from careloop.worklist.group_times import load_groups
from careloop.worklist.preparation import load_many
from careloop.worklist.settle import clinic_zone

# More columns than this are read by nobody; one chooses a place or a kind.
COLUMNS = 9
# Times that were given back do not stand on the board; their visits do when they get another time.
GIVEN_BACK = (BookingState.CANCELLED, BookingState.BUMPED, BookingState.RELEASED)


@listing(needs=Right.BOOKING_READ)
def get_visit_day(
    acting: Acting, reach: Reach, *, on: date | None, site_id: UUID | None = None, kind: EntryKind | None = None
) -> Shown[DayPage]:
    """Return the board of a day, today if none is asked for: columns by kind and name, each on its own clocks.

    What is busy for somebody else's patient is shown as busy, without a name. A constant number of statements.
    """
    day = on or acting.at.astimezone(ZoneInfo(clinic_zone())).date()
    entries = _entries(site_id, kind)
    shown, window = entries[:COLUMNS], _around(day)
    opening, busy = load_opening(shown, window), load_busy([one.no for one in shown], window)
    rows = _visits(reach, shown, day)
    readiness = load_many(rows)
    groups: dict[UUID | None, GroupTime] = {one.id: one for one in _groups(acting, shown, day)}
    visits = {row.pk: _visit(row, readiness[row.pk], groups.get(row.group_id)) for row in rows}
    taking = {row.pk: {entry.pk for entry in list_entries(row)} for row in rows}
    columns = tuple(
        BoardColumn(
            entry_id=one.pk,
            name=one.name,
            kind=EntryKind(one.kind),
            site=one.site.name if one.site else "",
            open=_minutes(opening[one.pk], day, one.zone),
            busy=_minutes(unite(span for _seat, span in busy.get(one.no, [])), day, one.zone),
            visits=tuple(visits[key] for key, entries_of in taking.items() if one.pk in entries_of),
        )
        for one in shown
    )
    page = DayPage(
        at=acting.at,
        on=day,
        columns=columns,
        rows=lay_out(columns),
        visits=tuple(visits.values()),
        sites=tuple((one.pk, one.name) for one in _sites()),
        site_id=site_id,
        kind=kind,
        hidden=len(entries) - len(shown),
        freed=_freed(acting.at, day, {one.pk for one in shown}),
        groups=tuple(groups.values()),
    )
    return Shown(page, tuple(dict.fromkeys(row.patient_id for row in rows)), asked=day.isoformat())


def _entries(site_id: UUID | None, kind: EntryKind | None) -> list[DirectoryEntry]:
    """Return who and what has a calendar, people first, by name."""
    hours = CalendarHours.objects.filter(entry_id=OuterRef("pk"))
    days = CalendarDay.objects.filter(entry_id=OuterRef("pk"))
    kinds = [str(one) for one in TAKES_PART if kind in (None, one)]
    rows = DirectoryEntry.objects.filter(Q(Exists(hours)) | Q(Exists(days)), is_active=True, kind__in=kinds)
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    found = list(rows.select_related("site").order_by("name_key", "id"))
    return sorted(found, key=lambda one: TAKES_PART.index(EntryKind(one.kind)))


def _sites() -> list[DirectoryEntry]:
    return list(DirectoryEntry.objects.filter(kind=str(EntryKind.SITE), is_active=True).order_by("name_key", "id"))


def _around(day: date) -> Span:
    """Return a window that holds this day wherever on earth it is."""
    noon = datetime.combine(day, time(12), UTC)
    return Span(noon - timedelta(hours=26), noon + timedelta(hours=26))


def _visits(reach: Reach, entries: Sequence[DirectoryEntry], day: date) -> list[Booking]:
    ours = Q(unit_id__in=reach.units) | Q(patient_id__in=reach.patients)
    with_them = Q(bookingpart__entry__in=entries) | Q(group__bookingpart__entry__in=entries)
    window = _around(day)
    rows = Booking.objects.filter(ours, with_them, starts_at__gte=window.start, starts_at__lt=window.end)
    rows = rows.exclude(state__in=[str(one) for one in GIVEN_BACK]).distinct().order_by("starts_at", "id")
    return [row for row in select_visits(rows) if row.starts_wall.date() == day]


def _freed(at: datetime, day: date, shown: Collection[UUID]) -> tuple[tuple[UUID, Promised, str, tuple[str, ...]], ...]:
    """Return the freed times of a day with those who are shown, while they are free."""
    listed, parties = list_freed(at)
    rows = [row for row in listed if row.starts_wall.date() == day and shown & set(row.entries)]
    free = find_free(rows, parties)
    return tuple(
        (row.pk, promised_of(row), row.visit_type.name, parties.names(row)) for row in rows if row.pk in free
    )  # fmt: skip


def _groups(acting: Acting, entries: Sequence[DirectoryEntry], day: date) -> list[GroupTime]:
    """Return the group visits of a day with those who are shown, of kinds that the role may know of."""
    window = _around(day)
    parts = BookingPart.objects.filter(group_id=OuterRef("pk"), entry__in=entries)
    rows = GroupVisit.objects.filter(Exists(parts), starts_at__gte=window.start, starts_at__lt=window.end)
    rows = rows.filter(is_cancelled=False, visit_type__in=list_group_kinds(acting))
    return [one for one in load_groups(rows) if one.promised.wall.date() == day]


def _visit(row: Booking, readiness: Readiness, group: GroupTime | None) -> BoardVisit:
    start = row.starts_wall.hour * 60 + row.starts_wall.minute
    return BoardVisit(
        id=row.pk,
        start=start,
        end=min(DAY, start + row.minutes),
        name=row.patient.full_name,
        visit_type=row.visit_type.name,
        state=BookingState(row.state),
        takes_part=tuple(entry.name for entry in list_entries(row)),
        prepared=readiness.counts if row.state in COUNTED_IN else None,
        seats=(group.taken, group.seats) if group else None,
    )


def _minutes(spans: Sequence[Span], day: date, zone: str) -> tuple[tuple[int, int], ...]:
    """Return spans as minutes of a day on the clocks of a zone, without what lies on other days."""
    here = ZoneInfo(zone)
    midnight = datetime.combine(day, time.min)
    found = []
    for span in spans:
        walls = [end.astimezone(here).replace(tzinfo=None) - midnight for end in (span.start, span.end)]
        first, last = (round(one.total_seconds() / 60) for one in walls)
        if first < DAY and last > 0:
            found.append((max(0, first), min(DAY, last)))
    return tuple(found)
