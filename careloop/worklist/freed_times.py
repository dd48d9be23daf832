"""Times that were given back: noted as they are freed, and held against the calendars whether they are free still."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection

from careloop.basics.ids import new_id
from careloop.basics.refusals import Refusal
from careloop.facts.access import Acting
from careloop.facts.directory import EntryKind
from careloop.facts.scheduling import BookingEvent, BookingState, CancelledBy, CancelReason, Promised, Span
from careloop.facts.waitlist import Freed, FreedRow
from careloop.records.models import Booking, BookingPart, DirectoryEntry, FreedTime
from careloop.rules.availability import fits, subtract
from careloop.rules.waitlist import is_freed
from careloop.worklist.free_times import find_needs, length_of, load_busy, load_opening, pick_at

# So many freed times ahead are listed.
SHOWN = 40
# A time that is freed again before anybody of the list had it stays one row.
NOTE = (
    "INSERT INTO freed_time (id, visit_type_id, entries, site_id, starts_at, ends_at, zone, starts_wall, freed_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
    " ON CONFLICT (visit_type_id, starts_at, entries) WHERE taken_at IS NULL DO UPDATE SET freed_at = excluded.freed_at"
)


@dataclass(frozen=True, slots=True)
class Parties:
    """Who and what freed times are with, by key."""

    entries: dict[UUID, DirectoryEntry]

    def names(self, freed: FreedTime) -> tuple[str, ...]:
        """Return the names of those whom a freed time is with."""
        return tuple(self.entries[key].name for key in freed.entries if key in self.entries)


def note_freed(acting: Acting, booking: Booking, was: BookingState, event: BookingEvent) -> None:
    """Note the time of a visit that has just been cancelled or bumped, if somebody else can have it."""
    by = CancelledBy(booking.cancelled_by) if booking.cancelled_by else None
    reason = CancelReason(booking.reason) if booking.reason else None
    is_ahead = booking.starts_at > acting.at
    if booking.group_id is not None or not is_freed(was, event, by, reason, is_ahead=is_ahead):
        return
    entries = asked_with(_entries_of(booking))
    if not entries:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            NOTE,
            [
                new_id(acting.at), booking.visit_type_id, [one.pk for one in entries], entries[0].site_id,
                booking.starts_at, booking.ends_at, booking.zone, booking.starts_wall, acting.at,
            ],
        )  # fmt: skip


def find_freed(booking: Booking) -> UUID | None:
    """Return the freed time of a visit that gave its time back, None if there is none or somebody has it."""
    keys = [one.pk for one in asked_with(_entries_of(booking))]
    rows = FreedTime.objects.filter(visit_type=booking.visit_type_id, starts_at=booking.starts_at, taken_at=None)
    found: UUID | None = rows.filter(entries=keys).values_list("pk", flat=True).first()
    return found


def asked_with(entries: Iterable[DirectoryEntry]) -> list[DirectoryEntry]:
    """Return whom a time is asked for with: its practitioners, else its rooms and devices; the rest is found anew."""
    known = sorted(entries, key=lambda one: one.pk)
    with_whom = [one for one in known if one.kind == EntryKind.PRACTITIONER]
    return with_whom or [one for one in known if one.kind in (EntryKind.ROOM, EntryKind.DEVICE)]


def read_freed(freed: FreedTime) -> Freed:
    """Return a freed time as the rule knows it."""
    return Freed(freed.visit_type_id, promised_of(freed), frozenset(freed.entries), freed.site_id)


def promised_of(freed: FreedTime) -> Promised:
    """Return when a freed time is."""
    return Promised(freed.starts_at.astimezone(UTC), freed.zone, freed.starts_wall)


def is_free_still(freed: FreedTime, at: datetime) -> bool:
    """Tell whether everybody and everything that the visit needs, the patient aside, is free at a freed time."""
    if freed.taken_at is not None or freed.starts_at <= at or not freed.visit_type.is_active:
        return False
    try:
        needs = find_needs(freed.visit_type, list(freed.entries), None)
    except Refusal:
        # Somebody left the directory, or the last room of the kind did.
        return False
    return pick_at(needs, length_of(freed.visit_type), freed.starts_at.astimezone(UTC)) is not None


def list_freed(at: datetime) -> tuple[list[FreedTime], Parties]:
    """Return the freed times ahead that nobody of the list has, the first to come first, with their people.

    A constant number of statements.
    """
    rows = FreedTime.objects.filter(starts_at__gt=at, taken_at=None, visit_type__is_active=True)
    found = list(rows.select_related("visit_type", "site").order_by("starts_at", "id")[:SHOWN])
    return found, load_parties(found)


def load_parties(rows: Sequence[FreedTime]) -> Parties:
    """Return who and what these freed times are with."""
    keys = {key for row in rows for key in row.entries}
    return Parties({one.pk: one for one in DirectoryEntry.objects.filter(pk__in=keys).select_related("site")})


def find_free(rows: Sequence[FreedTime], parties: Parties) -> set[UUID]:
    """Return which of these times those whom they are with have still free; rooms are looked at when one is opened."""
    if not rows:
        return set()
    entries = list(parties.entries.values())
    window = Span(min(one.starts_at for one in rows), max(one.ends_at for one in rows))
    around = Span(window.start - timedelta(hours=4), window.end + timedelta(hours=4))
    opening, busy = load_opening(entries, window), load_busy([one.no for one in entries], around)
    free = {
        one.pk: subtract(opening[one.pk], [span for seat, span in busy.get(one.no, ()) if seat == 0])
        for one in entries
        if one.is_active
    }
    return {
        row.pk
        for row in rows
        if all(fits(Span(row.starts_at, row.ends_at), free.get(key, ())) for key in row.entries)
    }  # fmt: skip


def count_open_offers(rows: Sequence[FreedTime]) -> dict[UUID, int]:
    """Return how many were asked about each of these times and have not answered, in every team."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT freed_id, offers FROM count_open_offers(%s)", [[row.pk for row in rows]])
        return dict(cursor.fetchall())


def make_row(freed: FreedTime, parties: Parties, *, is_free: bool, waiting: int = 0, offers: int = 0) -> FreedRow:
    """Return a freed time as a line."""
    return FreedRow(
        id=freed.pk,
        visit_type=freed.visit_type.name,
        promised=promised_of(freed),
        minutes=round((freed.ends_at - freed.starts_at).total_seconds() / 60),
        takes_part=parties.names(freed),
        site=freed.site.name if freed.site else "",
        freed_at=freed.freed_at,
        is_free=is_free,
        waiting=waiting,
        open_offers=offers,
    )


def _entries_of(booking: Booking) -> list[DirectoryEntry]:
    parts = BookingPart.objects.filter(booking_id=booking.pk, entry__isnull=False).select_related("entry")
    return [part.entry for part in parts if part.entry is not None]
