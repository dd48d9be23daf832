"""Reminders as lines, inside the doors of the pages that show them."""

from collections.abc import Sequence
from uuid import UUID

from careloop.facts.consents import Road
from careloop.facts.reminders import (
    ComingReminder,
    Paused,
    ReminderAnswer,
    ReminderKind,
    ReminderLine,
    ReminderState,
    Skipped,
    SkippedWhy,
    VisitReminders,
    WithdrawnWhy,
)
from careloop.records.models import Booking, MedicineSchedule, Reminder, ReminderPlan
from careloop.worklist.reminder_plans import STANDS

# So many are named on the page of a patient.
COMING = 4
# A rung that the clinic set to another day stands elsewhere: the one before is not worth a line.
UNSHOWN = str(WithdrawnWhy.LADDER)


def load_visit_reminders(booking: Booking, *, may_pause: bool) -> VisitReminders | None:
    """Return the reminders of one visit, None if it never had any: two statements."""
    rows = Reminder.objects.filter(booking=booking).exclude(why=UNSHOWN).order_by("due_at", "id")
    lines = tuple(_line(row, booking.zone) for row in rows)
    plan = ReminderPlan.objects.filter(pk=booking.pk).select_related("paused_by").first()
    if plan is None:
        return VisitReminders(lines, (), None, is_planned=True, may_pause=False) if lines else None
    stands = booking.state in STANDS
    paused = Paused(plan.paused_at, plan.paused_by.name, plan.pause_reason) if plan.paused_at and stands else None
    return VisitReminders(
        lines=lines,
        skipped=tuple(Skipped(ReminderKind(kind), SkippedWhy(why)) for kind, why in plan.skipped),
        paused=paused,
        is_planned=not plan.is_due or not stands,
        may_pause=may_pause and stands,
    )


def load_coming(patient_ids: Sequence[UUID]) -> tuple[ComingReminder, ...]:
    """Return the next reminders of visits of the records of one person: one statement."""
    rows = Reminder.objects.filter(patient__in=patient_ids, state=str(ReminderState.PLANNED))
    rows = rows.select_related("booking__visit_type", "booking__reminderplan").order_by("due_at", "id")[:COMING]
    return tuple(
        ComingReminder(
            booking_id=row.booking_id,
            visit_type=row.booking.visit_type.name,
            line=_line(row, row.booking.zone),
            is_paused=row.booking.reminderplan.paused_at is not None,
        )
        for row in rows
    )


def count_schedules(patient_ids: Sequence[UUID]) -> int:
    """Return of how many medicines one person is reminded now."""
    return int(MedicineSchedule.objects.filter(patient__in=patient_ids, state__in=["active", "paused"]).count())


def _line(row: Reminder, zone: str) -> ReminderLine:
    return ReminderLine(
        id=row.pk,
        kind=ReminderKind(row.kind),
        state=ReminderState(row.state),
        state_since=row.state_since,
        due_at=row.due_at,
        zone=zone,
        why=WithdrawnWhy(row.why) if row.why else None,
        road=Road(row.road) if row.road else None,
        answer=ReminderAnswer(row.answer) if row.answer else None,
    )
