"""Times of group visits with their seats: how many are taken, never by whom."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from careloop.facts.directory import EntryKind
from careloop.facts.groups import GroupTime
from careloop.facts.scheduling import Promised
from careloop.records.models import Booking, BookingPart, GroupVisit, Patient, VisitType

# Groups meet every week or every month: for them one looks further ahead than for a visit with one person.
GROUPS_AHEAD = timedelta(days=84)
GROUPS = 40


def count_seats(groups: Collection[UUID]) -> dict[UUID, int]:
    """Return how many seats of each group are taken: one statement, however many there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT g, count(s) FROM unnest(%s::uuid[]) g LEFT JOIN LATERAL seats_taken(g) s ON true GROUP BY g",
            [list(groups)],
        )
        return dict(cursor.fetchall())


def load_groups(rows: "QuerySet[GroupVisit]") -> tuple[GroupTime, ...]:
    """Return group visits in order of time, with who leads them, where, and the seats that are taken."""
    parts = BookingPart.objects.filter(entry__isnull=False).select_related("entry__site").order_by("id")
    ordered = rows.select_related("visit_type").order_by("starts_at", "id")
    found = list(ordered.prefetch_related(Prefetch("bookingpart_set", queryset=parts)))
    taken = count_seats([row.pk for row in found]) if found else {}
    return tuple(_read(row, taken[row.pk]) for row in found)


def find_groups(visit: VisitType, since: datetime, patient: Patient | None = None) -> tuple[GroupTime, ...]:
    """Return the groups of a kind of visit that begin after a moment and have a free seat, the first first.

    Those in which ``patient`` has a seat already are left out.
    """
    rows = GroupVisit.objects.filter(visit_type=visit, is_cancelled=False)
    rows = rows.filter(starts_at__gt=since, starts_at__lt=since + GROUPS_AHEAD)
    if patient is not None:
        rows = rows.exclude(Exists(Booking.objects.filter(group_id=OuterRef("pk"), patient=patient, occupies=True)))
    return tuple(group for group in load_groups(rows) if group.free > 0)[:GROUPS]


def _read(row: GroupVisit, taken: int) -> GroupTime:
    entries = [part.entry for part in row.bookingpart_set.all() if part.entry is not None]
    sites = [entry.site.name for entry in entries if entry.site is not None and entry.kind != EntryKind.INTERPRETER]
    return GroupTime(
        id=row.pk,
        visit_type=row.visit_type.name,
        promised=Promised(row.starts_at.astimezone(UTC), row.zone, row.starts_wall),
        minutes=row.minutes,
        names=tuple(entry.name for entry in entries),
        site=sites[0] if sites else "",
        taken=taken,
        seats=row.seats,
    )
