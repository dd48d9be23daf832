"""What people answer to reminders: written down where it was asked, and what has to be done about it."""

from uuid import UUID

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.answers import Meaning
from careloop.facts.reminders import ABOUT_VISITS, ReminderAnswer, ReminderKind, ReminderState
from careloop.facts.scheduling import BookingEvent, BookingState
from careloop.facts.worklist import Event, State
from careloop.records.models import Booking, Loop, MedicineReminder, Reminder
from careloop.worklist.medicine_answers import answer_medicine
from careloop.worklist.reminder_calls import ask_about_answer, ask_about_steps
from careloop.worklist.settle import Change, change
from careloop.worklist.visits import Move, move_booking

ANSWERABLE = (ReminderState.SENT, ReminderState.ANSWERED)
# What words that came in mean as an answer to a reminder of a visit.
MEANS = {
    Meaning.YES: ReminderAnswer.YES,
    Meaning.NO: ReminderAnswer.NO,
    Meaning.CHANGE: ReminderAnswer.CHANGE,
    Meaning.RIDE: ReminderAnswer.RIDE,
}


def find_reminder(message_id: UUID) -> UUID | None:
    """Return the reminder, of a visit or of a medicine, that a message was; None if it was none."""
    for kind in (Reminder, MedicineReminder):
        found = kind.objects.filter(message_id=message_id).values_list("pk", flat=True).first()
        if found is not None:
            return UUID(str(found))
    return None


def answer_reminder(acting: Acting, reminder_id: UUID, answer: ReminderAnswer) -> UUID | None:
    """Write down what somebody answered to a reminder, and do or ask for what it means; inside a caller's door.

    Return the loop in which a person has to do something, None if nobody has to. A later answer counts beside the
    first: both are in the history of the visit.

    :raises NotFound: if there is no such reminder within reach
    :raises Refusal: if it did not go, or the answer is none to what it asked
    """
    key = Reminder.objects.filter(pk=reminder_id).values_list("booking_id", flat=True).first()
    if key is None:
        return answer_medicine(acting, reminder_id, answer)
    if answer not in ABOUT_VISITS:
        raise Refusal(Say("refusal.reminder_answer"))
    # The visit first, as whoever moves it does.
    booking = Booking.objects.select_for_update(of=("self",), no_key=True).get(pk=key)
    reminder = Reminder.objects.select_for_update(of=("self",), no_key=True).get(pk=reminder_id)
    if reminder.state not in ANSWERABLE:
        raise Refusal(Say("refusal.reminder_old"))
    reminder.state, reminder.state_since = str(ReminderState.ANSWERED), acting.at
    reminder.answer, reminder.answered_at = str(answer), acting.at
    reminder.save()
    return _act(acting, booking, ReminderKind(reminder.kind), answer)


def note_answered(acting: Acting, message_id: UUID, meaning: Meaning) -> bool:
    """Note on the reminder of a visit that a message was what came back; tell whether there was one to note it on.

    What follows from the answer is done where it came in.
    """
    answer = MEANS.get(meaning)
    rows = Reminder.objects.filter(message_id=message_id, state__in=[str(one) for one in ANSWERABLE])
    if answer is None:
        return False
    return bool(
        rows.update(state=str(ReminderState.ANSWERED), state_since=acting.at, answer=str(answer), answered_at=acting.at)
    )


def _act(acting: Acting, booking: Booking, kind: ReminderKind, answer: ReminderAnswer) -> UUID | None:
    said = Say(f"event.reminder_answered_{answer}")
    if answer is ReminderAnswer.YES and kind not in (ReminderKind.PREPARE, ReminderKind.OFF):
        if booking.state == BookingState.BOOKED:
            move_booking(acting, booking, Move(BookingEvent.CONFIRM, said))
            return None
        _tell(acting, booking, said)
        is_true = booking.state in (BookingState.CONFIRMED, BookingState.ARRIVED, BookingState.DONE)
        return None if is_true else UUID(str(ask_about_answer(acting, booking, answer).pk))
    _tell(acting, booking, said)
    if kind is ReminderKind.PREPARE and answer in (ReminderAnswer.YES, ReminderAnswer.NO):
        return None if answer is ReminderAnswer.YES else UUID(str(ask_about_steps(acting, booking).pk))
    wanted = ReminderAnswer.CHANGE if kind is ReminderKind.OFF else answer
    return UUID(str(ask_about_answer(acting, booking, wanted).pk))


def _tell(acting: Acting, booking: Booking, said: Say) -> None:
    """Write the answer into the history of the visit's loop."""
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=booking.loop_id)
    if loop.state != State.CLOSED:
        change(acting, loop, Change(Event.FACTS_CHANGED, said))
