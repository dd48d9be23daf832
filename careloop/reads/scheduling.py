"""Times and visits are looked at: free times for a patient, a patient's visits, and a day by who and what is in it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.scheduling import DayBoard, DayColumn, Offer, Span, VisitRow
from careloop.guard.doors import Shown, listing, reading
from careloop.guard.grants import Reach
from careloop.reads.visit_rows import load_visits, read_visit, select_visits
from careloop.records.models import Booking, DirectoryEntry, Patient
from careloop.rules.availability import unite
from careloop.worklist.free_times import (
    TAKES_PART,
    find_needs,
    find_offers,
    find_visit_type,
    length_of,
    load_busy,
    load_opening,
)

LONGEST = 92
OFFERS = 60


@reading(needs=Right.BOOKING_READ, about=Patient)
def find_times(
    acting: Acting,
    patient: Patient,
    *,
    visit_type_id: UUID,
    entry_ids: Sequence[UUID],
    since_on: date | None = None,
    days: int = 14,
    count: int = 20,
) -> tuple[Offer, ...]:
    """Return the first times at which patient, entries and whatever else the visit needs are free.

    ``since_on`` is a day on the clocks where the visit takes place, today at the earliest; ``days`` at most 92.

    :raises Refusal: if a need of the visit cannot be met at all, or more is asked than is looked at
    """
    if not 1 <= days <= LONGEST or not 1 <= count <= OFFERS:
        raise Refusal(Say("refusal.times_asked", days=LONGEST, count=OFFERS))
    visit = find_visit_type(visit_type_id)
    needs = find_needs(visit, entry_ids, patient)
    here = ZoneInfo(needs.zone)
    first = max(since_on or date.min, acting.at.astimezone(here).date())
    start = datetime.combine(first, time.min, here).astimezone(UTC)
    end = datetime.combine(first + timedelta(days=days), time.min, here).astimezone(UTC)
    return find_offers(needs, length_of(visit), Span(max(start, acting.at), end), count)


@reading(needs=Right.BOOKING_READ, about=Patient)
def get_visits(acting: Acting, patient: Patient) -> tuple[VisitRow, ...]:
    """Return every booking of a patient, the newest day first."""
    return load_visits([patient.pk])


@listing(needs=Right.BOOKING_READ)
def get_day_board(acting: Acting, reach: Reach, *, on: date, entry_ids: Sequence[UUID]) -> Shown[DayBoard]:
    """Return a day of some entries, each on its own clocks: open and busy times, and the visits within reach.

    What is busy for somebody else's patient is shown as busy, without a name.
    """
    kinds = [str(kind) for kind in TAKES_PART]
    entries = list(DirectoryEntry.objects.filter(pk__in=entry_ids, kind__in=kinds).order_by("name_key", "id"))
    columns = tuple(_column(entry, on) for entry in entries)
    ours = Q(unit_id__in=reach.units) | Q(patient_id__in=reach.patients)
    window = Q(starts_at__gte=datetime.combine(on, time.min, UTC) - timedelta(hours=14))
    window &= Q(starts_at__lt=datetime.combine(on, time.min, UTC) + timedelta(hours=36))
    rows = Booking.objects.filter(ours, window, bookingpart__entry__in=entries).distinct().order_by("starts_at", "id")
    visits = tuple(row for row in (read_visit(row) for row in select_visits(rows)) if row.promised.wall.date() == on)
    return Shown(DayBoard(on, columns, visits), tuple(dict.fromkeys(row.patient_id for row in visits)))


def _column(entry: DirectoryEntry, on: date) -> DayColumn:
    here = ZoneInfo(entry.zone)
    start = datetime.combine(on, time.min, here).astimezone(UTC)
    day = Span(start, datetime.combine(on + timedelta(days=1), time.min, here).astimezone(UTC))
    busy = load_busy([entry.no], day).get(entry.no, [])
    return DayColumn(
        entry.pk, entry.name, entry.kind, load_opening([entry], day)[entry.pk], unite(span for _seat, span in busy)
    )
