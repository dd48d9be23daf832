"""The calls that reminders lead to: one loop a patient in which a person asks who has not answered, with why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.reminders import ASKING, ReminderAnswer, ReminderKind, ReminderState
from careloop.facts.scheduling import BookingState
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity, State
from careloop.records.models import Booking, Loop, Reminder
from careloop.rules.worklist import after
from careloop.worklist.calendar import load_calendar
from careloop.worklist.opening import Draft, open_loop, primary_coordinators
from careloop.worklist.settle import Change, change, stored
from careloop.worklist.visits import say_when

CALL = "reminder:call"
# An answer that a person has to do something about, and what it asks of them.
STEPS: Mapping[ReminderAnswer, Say] = {
    ReminderAnswer.CHANGE: Say("step.reminder_change"),
    ReminderAnswer.NO: Say("step.reminder_change"),
    ReminderAnswer.RIDE: Say("step.reminder_ride"),
    ReminderAnswer.YES: Say("step.reminder_gone"),
}


def ask_to_call(acting: Acting, booking: Booking) -> Loop:
    """Open the one loop in which somebody calls a patient who has not answered, or add this visit to it."""
    said = (Say("reminder.unanswered", name=booking.visit_type.name, **say_when(booking)), _say_asked(booking))
    due_at = min(after(load_calendar(), "reminder.call", acting.at, booking.zone), booking.starts_at)
    return _open_or_add(acting, booking, CALL, Say("reminder.call_title"), said, Say("step.reminder_call"), due_at)


def ask_about_answer(acting: Acting, booking: Booking, answer: ReminderAnswer) -> Loop:
    """Open the loop in which somebody does what an answer asks for, or add to the one that is open."""
    said = (Say(f"reminder.answered_{answer}", name=booking.visit_type.name, **say_when(booking)),)
    due_at = min(after(load_calendar(), "reminder.answer", acting.at, booking.zone), max(booking.starts_at, acting.at))
    key = f"reminder:{answer}:{booking.pk}"
    return _open_or_add(acting, booking, key, Say(f"reminder.{answer}_title"), said, STEPS[answer], due_at)


def ask_about_steps(acting: Acting, booking: Booking) -> Loop:
    """Open the loop in which somebody goes through what has to be prepared with a patient who has not got it."""
    said = (Say("reminder.answered_prepare", name=booking.visit_type.name, **say_when(booking)),)
    due_at = min(after(load_calendar(), "reminder.answer", acting.at, booking.zone), max(booking.starts_at, acting.at))
    key, title = f"reminder:prepare:{booking.pk}", Say("reminder.prepare_title")
    return _open_or_add(acting, booking, key, title, said, Say("step.reminder_prepare"), due_at)


def close_calls(acting: Acting, bookings: Sequence[Booking]) -> None:
    """End the calls about visits that need none any more: confirmed, given back or over. Others of the patient stay."""
    rows = Reminder.objects.filter(
        booking__in=[one.pk for one in bookings], kind=str(ReminderKind.CALL), state=str(ReminderState.CALLED)
    )
    called = list(rows)
    if not called:
        return
    Reminder.objects.filter(pk__in=[row.pk for row in called]).update(
        state=str(ReminderState.WITHDRAWN), why="said_yes", state_since=acting.at
    )
    for loop_id in sorted({row.loop_id for row in called if row.loop_id is not None}):
        _close_if_over(acting, loop_id)


def _close_if_over(acting: Acting, loop_id: UUID) -> None:
    if Reminder.objects.filter(loop_id=loop_id, state=str(ReminderState.CALLED)).exists():
        return
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).filter(pk=loop_id).first()
    if loop is not None and loop.state != State.CLOSED:
        change(acting, loop, Change(Event.ENDED_BY_FACTS, Say("event.reminder_settled"), outcome=Outcome.DONE))


def _say_asked(booking: Booking) -> Say:
    """Say how often the patient was asked, and when the last time."""
    rows = Reminder.objects.filter(booking=booking, kind__in=[str(one) for one in ASKING], sent_at__isnull=False)
    moments: list[datetime] = list(rows.order_by("sent_at").values_list("sent_at", flat=True))
    if not moments:
        return Say("reminder.never_asked")
    return Say("reminder.asked", count=len(moments), day=moments[-1].date())


def _open_or_add(
    acting: Acting, booking: Booking, key: str, title: Say, said: tuple[Say, ...], step: Say, due_at: datetime
) -> Loop:
    loop = _find_open(booking.patient_id, key)
    if loop is not None:
        because = [*loop.because, *(one for one in stored(said) if one not in loop.because)]
        columns: dict[str, object] = {"because": because, "due_at": min(loop.due_at or due_at, due_at)}
        change(acting, loop, Change(Event.FACTS_CHANGED, said[0], columns=columns))
        return loop
    draft = Draft(
        kind=LoopKind.TASK,
        patient_id=booking.patient_id,
        unit_id=booking.unit_id,
        label_mask=booking.label_mask,
        title=title,
        because=said,
        if_waits=Say("reminder.if_waits"),
        step=step,
        severity=Severity.MODERATE if booking.state == BookingState.BOOKED else Severity.HIGH,
        due_at=due_at,
        owner_id=primary_coordinators(acting, [booking.patient_id]).get(booking.patient_id),
        queue_id=booking.unit_id,
        finding_key=key,
        evidence=(booking.pk,),
    )
    return open_loop(acting, draft)


def _find_open(patient_id: UUID, key: str) -> Loop | None:
    rows = Loop.objects.filter(patient_id=patient_id, finding_key=key, kind=str(LoopKind.TASK))
    found: Loop | None = (
        rows.exclude(state=str(State.CLOSED)).select_for_update(of=("self",), no_key=True).order_by("opened_at").first()
    )
    return found
