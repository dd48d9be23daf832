"""What people are told when the clinic changes a visit: one message a patient, and only when it cannot be undone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from careloop.basics.ids import new_id
from careloop.catalog.reminders import load_reminder_numbers
from careloop.facts.access import Acting
from careloop.facts.consents import Road
from careloop.facts.reminders import ReminderKind, ReminderState, WithdrawnWhy
from careloop.facts.worklist import State
from careloop.records.models import Booking, OutageMove, Reminder
from careloop.rules.defaults import value_on
from careloop.rules.reminders import TELL_AFTER

ROADS = (Road.TEXT, Road.EMAIL)


def plan_moved(acting: Acting, moved: Sequence[tuple[Booking, Booking]], since: datetime) -> None:
    """Plan that one patient is told of new times, ten minutes after ``since``: until then it can be undone.

    ``moved`` are old and new bookings. Of several at once nobody is written to: a person calls and goes through them.
    """
    due_at = max(since + _wait(acting, moved[0][1]), acting.at)
    for old, new in moved:
        row = _row(acting, new, ReminderKind.MOVED, due_at, old_booking=old)
        if len(moved) > 1:
            row.state, row.why = str(ReminderState.WITHDRAWN), str(WithdrawnWhy.SEVERAL)
        if due_at < new.starts_at:
            row.save(force_insert=True)


def plan_off(acting: Acting, booking: Booking) -> None:
    """Plan that a patient is told that the clinic has taken a visit's time away."""
    due_at = acting.at + _wait(acting, booking)
    if due_at < booking.starts_at:
        _row(acting, booking, ReminderKind.OFF, due_at).save(force_insert=True)


def why_not_told(reminder: Reminder) -> WithdrawnWhy | None:
    """Return why nobody needs to be told any more, None if they do: it was undone, or a person has told them."""
    if reminder.kind == ReminderKind.OFF:
        is_rebooked = Booking.objects.filter(loop_id=reminder.booking.loop_id, occupies=True).exists()
        return WithdrawnWhy.TOLD if is_rebooked else None
    move = OutageMove.objects.filter(new_booking_id=reminder.booking_id).select_related("outage", "loop").first()
    if move is None:
        return None
    if move.outage.undone_at is not None:
        return WithdrawnWhy.ENDED
    return WithdrawnWhy.TOLD if move.loop.state == State.CLOSED else None


def _wait(acting: Acting, booking: Booking) -> timedelta:
    on = acting.at.astimezone(ZoneInfo(booking.zone)).date()
    return timedelta(minutes=value_on(load_reminder_numbers()[TELL_AFTER], on))


def _row(
    acting: Acting, booking: Booking, kind: ReminderKind, due_at: datetime, *, old_booking: Booking | None = None
) -> Reminder:
    return Reminder(
        id=new_id(acting.at),
        patient_id=booking.patient_id,
        unit_id=booking.unit_id,
        label_mask=booking.label_mask,
        booking=booking,
        booking_version=booking.version,
        kind=str(kind),
        due_at=due_at,
        good_until=booking.starts_at,
        roads=[str(road) for road in ROADS],
        state=str(ReminderState.PLANNED),
        state_since=acting.at,
        old_booking=old_booking,
    )
