"""Visits that fall out of a calendar when it changes: found before it is saved, and each a thing to do after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.scheduling import Span
from careloop.facts.worklist import LoopKind, Severity, State
from careloop.records.models import Booking, DirectoryEntry, Loop
from careloop.rules.availability import fits
from careloop.rules.worklist import after
from careloop.worklist.calendar import load_calendar
from careloop.worklist.free_times import load_busy, load_opening
from careloop.worklist.opening import Draft, open_loop, primary_coordinators
from careloop.worklist.visits import say_when

# Nobody books further ahead than this.
AHEAD = timedelta(days=500)


@dataclass(frozen=True, slots=True)
class Outside:
    """Visits of an entry outside its hours: those within reach, and how many may be others'."""

    bookings: tuple[Booking, ...]
    others: int

    @property
    def count(self) -> int:
        """Return how many there are together."""
        return len(self.bookings) + self.others


def find_outside(acting: Acting, entries: Sequence[DirectoryEntry]) -> Outside:
    """Return the visits to come that lie outside the hours of one of these entries as they stand now.

    Of visits that this person does not reach only busy times are seen, with their gaps: what is not wholly inside the
    hours counts.
    """
    window = Span(acting.at, acting.at + AHEAD)
    opening, busy = load_opening(entries, window), load_busy([one.no for one in entries], window)
    found: dict[object, Booking] = {}
    others = 0
    for entry in entries:
        rows = Booking.objects.filter(bookingpart__entry=entry, occupies=True, starts_at__gt=acting.at)
        ours = list(rows.select_related("visit_type").order_by("starts_at", "id"))
        spans = opening[entry.pk]
        found |= {row.pk: row for row in ours if not fits(Span(row.starts_at, row.ends_at), spans)}
        foreign = [span for _seat, span in busy.get(entry.no, []) if not any(_holds(span, row) for row in ours)]
        others += sum(span.start > acting.at and not fits(span, spans) for span in foreign)
    return Outside(tuple(found.values()), others)


def open_tasks(acting: Acting, bookings: Sequence[Booking]) -> None:
    """Open a task for each visit: somebody finds another time for it by the next business day."""
    owners = primary_coordinators(acting, [booking.patient_id for booking in bookings])
    clocks = load_calendar()
    for booking in bookings:
        key = f"hours:{booking.pk}"
        if (
            Loop.objects.filter(patient_id=booking.patient_id, finding_key=key)
            .exclude(state=str(State.CLOSED))
            .exists()
        ):
            continue
        draft = Draft(
            kind=LoopKind.TASK,
            patient_id=booking.patient_id,
            unit_id=booking.unit_id,
            label_mask=booking.label_mask,
            title=Say("visit.outside_title", name=booking.visit_type.name, **say_when(booking)),
            because=(Say("visit.outside_hours"),),
            if_waits=Say("visit.if_waits"),
            step=Say("step.visit_outside"),
            severity=Severity.HIGH,
            due_at=after(clocks, "visit.bumped", acting.at, booking.zone),
            owner_id=owners.get(booking.patient_id),
            queue_id=booking.unit_id,
            finding_key=key,
        )
        open_loop(acting, draft)


def _holds(span: Span, row: Booking) -> bool:
    return span.start <= row.starts_at and row.ends_at <= span.end
