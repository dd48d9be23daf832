"""Reminders as lines, inside the doors of the pages that show them."""

from collections.abc import Mapping, Sequence
from typing import cast

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
from careloop.records.models import Booking, Reminder, ReminderPlan
from careloop.worklist.json_rows import read_json_rows
from careloop.worklist.reminder_plans import STANDS

# So many are named on the page of a patient.
COMING = 4
# The next reminders of visits of the records of one person, and of how many medicines they are reminded now; for
# ``load_who``, which asks for much else in the same statement.
REMINDER_PARTS = (
    "SELECT json_agg(json_build_array(to_jsonb(r), t.name, b.zone, p.paused_at IS NOT NULL) ORDER BY r.due_at, r.id)"
    " FROM (SELECT * FROM reminder WHERE patient_id = ANY(%(ids)s) AND state = 'planned'"
    f" ORDER BY due_at, id LIMIT {COMING}) r JOIN booking b ON b.id = r.booking_id"
    " JOIN visit_type t ON t.id = b.visit_type_id JOIN reminder_plan p ON p.booking_id = b.id",
    "SELECT json_build_array(count(*)) FROM medicine_schedule s"
    " WHERE s.patient_id = ANY(%(ids)s) AND s.state IN ('active', 'paused')",
)
# A rung that the clinic set to another day stands elsewhere: the one before is not worth a line.
UNSHOWN = str(WithdrawnWhy.LADDER)


def load_visit_reminders(booking: Booking, *, may_pause: bool) -> VisitReminders | None:
    """Return the reminders of one visit, None if it never had any: two statements.

    What was left out is said of those alone that have no line of their own.
    """
    rows = Reminder.objects.filter(booking=booking).exclude(why=UNSHOWN).order_by("due_at", "id")
    lines = tuple(_line(row, booking.zone) for row in rows)
    plan = ReminderPlan.objects.filter(pk=booking.pk).select_related("paused_by").first()
    if plan is None:
        return VisitReminders(lines, (), None, is_planned=True, may_pause=False) if lines else None
    stands = booking.state in STANDS
    paused = Paused(plan.paused_at, plan.paused_by.name, plan.pause_reason) if plan.paused_at and stands else None
    return VisitReminders(
        lines=lines,
        skipped=tuple(
            Skipped(ReminderKind(kind), SkippedWhy(why))
            for kind, why in plan.skipped
            if kind not in {str(line.kind) for line in lines}
        ),
        paused=paused,
        is_planned=not plan.is_due or not stands,
        may_pause=may_pause and stands,
    )


def read_coming(found: Sequence[Sequence[object]]) -> tuple[ComingReminder, ...]:
    """Return the next reminders of visits, from the answer to the first of ``REMINDER_PARTS``."""
    return tuple(
        ComingReminder(
            booking_id=row.booking_id,
            visit_type=str(name),
            line=_line(row, str(zone)),
            is_paused=bool(is_paused),
        )
        for one, name, zone, is_paused in found
        for row in read_json_rows(Reminder, [cast("Mapping[str, object]", one)])
    )


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
