"""An answer that was read wrongly: what the reading moved is taken back, and what the answer means is done.

Inside one transaction. Nothing is sent by itself: whoever corrects it writes or calls. A message that was withdrawn
because of a wrong stop stays so.
"""

from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.answers import Asked, Meaning, Understood
from careloop.facts.consents import Road
from careloop.facts.outbox import ChoiceKind, Stopped
from careloop.facts.reminders import ReminderState
from careloop.facts.scheduling import BookingEvent, BookingState, CancelledBy, CancelReason
from careloop.facts.threads import Did, Undone
from careloop.facts.worklist import Event, Outcome, State
from careloop.records.models import (
    Answer,
    AnswerCorrection,
    Booking,
    ContactChoice,
    Loop,
    LoopEvent,
    Message,
    Patient,
    Reminder,
    Thread,
    WaitlistOffer,
)
from careloop.rules.answer_corrections import NotCorrected
from careloop.rules.threads import needs_person, task_of
from careloop.worklist.answer_moves import ANSWER_KEY, Landed, ask_person, asked_booking
from careloop.worklist.booking import close_to_front_desk
from careloop.worklist.contact_points import Receiver, add_choice, stopped_since
from careloop.worklist.offer_moves import offer_of
from careloop.worklist.outbox import withdraw_where
from careloop.worklist.reminders import MEANS
from careloop.worklist.settle import Change, change
from careloop.worklist.visit_referrals import follow_visit
from careloop.worklist.visits import Move, move_booking

# What the history of a visit says when an answer confirmed it.
CONFIRMED = "event.answered_by_text"
CORRECTED = Say("event.answer_corrected")
SWITCHES = (str(ChoiceKind.STOP), str(ChoiceKind.START))


def take_back(acting: Acting, answer: Answer, patient: Patient, why: str) -> Undone:
    """Take back what a wrong reading moved, where it still can; return what that was.

    :raises NotCorrected: if what it moved cannot be taken back any more
    """
    undone = Undone.NOTHING
    match Did(answer.did):
        case Did.CONFIRMED:
            undone = _unconfirm(acting, answer, why)
        case Did.BOOKED:
            undone = _give_back(acting, answer, why)
        case Did.STOPPED:
            undone = _switch_back(acting, answer, patient, ChoiceKind.STOP, why)
        case Did.STARTED:
            undone = _switch_back(acting, answer, patient, ChoiceKind.START, why)
        case _:
            pass
    _close_task(acting, answer, why)
    # What was to go by itself because of it does not go any more.
    withdraw_where(acting, {"key__startswith": f"{ANSWER_KEY}{answer.pk} "}, Stopped.BY_PERSON)
    return undone


def do_right(acting: Acting, answer: Answer, thread: Thread, message: Message, meaning: Meaning, why: str) -> None:
    """Do what an answer means as a person reads it: what can be done at once is, all else becomes work."""
    receiver = Receiver(thread.patient, thread.member)
    meant = Understood(meaning)
    one = Landed(receiver, thread, message, Road(message.road), Asked(answer.asked), meant, answer.answers)
    match meaning:
        case Meaning.YES:
            _confirm(acting, one, why)
        case Meaning.STOP:
            add_choice(acting, receiver, ChoiceKind.STOP, road=one.road, because=message.words[:200])
            withdraw_where(acting, _to(receiver, one.road), Stopped.STOPPED)
        case Meaning.START:
            add_choice(acting, receiver, ChoiceKind.START, road=one.road, because=message.words[:200])
        case Meaning.URGENT:
            ask_person(acting, one, meaning, Say("answer.urgent", name=one.name))
        case _:
            title = task_of(meaning, one.name)
            if title is not None:
                ask_person(acting, one, meaning, title)
    _note_reminder(acting, answer, meaning)
    if needs_person(meaning, ()):
        thread.unanswered_since = thread.unanswered_since or message.at
    thread.version += 1
    thread.save()


def _unconfirm(acting: Acting, answer: Answer, why: str) -> Undone:
    """Take a confirmation back, if it was this answer that made it and no other has said the same since."""
    booking = _lock_booking(answer)
    if booking is None or not _has_confirmed(answer, booking) or _has_another_yes(answer, booking):
        return Undone.NOTHING
    if booking.state == BookingState.BOOKED:
        return Undone.NOTHING
    if booking.state != BookingState.CONFIRMED:
        raise NotCorrected(Say("refusal.correction_visit_over"))
    move_booking(acting, booking, Move(BookingEvent.UNCONFIRM, CORRECTED, why))
    return Undone.VISIT


def _lock_booking(answer: Answer) -> Booking | None:
    if answer.answers is None or answer.answers.booking_id is None:
        return None
    rows = Booking.objects.filter(pk=answer.answers.booking_id, patient_id=answer.patient_id)
    found: Booking | None = rows.select_for_update(of=("self",), no_key=True).first()
    return found


def _has_confirmed(answer: Answer, booking: Booking) -> bool:
    """Tell whether this very answer confirmed the visit: it wrote so into the history in the same moment."""
    rows = LoopEvent.objects.filter(loop_id=booking.loop_id, at=answer.at, say__key=CONFIRMED)
    return bool(rows.exists())


def _has_another_yes(answer: Answer, booking: Booking) -> bool:
    others = Answer.objects.filter(
        patient_id=answer.patient_id, did=str(Did.CONFIRMED), loop_id=booking.loop_id, at__gte=answer.at
    ).exclude(pk=answer.pk)
    return bool(others.exclude(pk__in=AnswerCorrection.objects.values("answer_id")).exists())


def _give_back(acting: Acting, answer: Answer, why: str) -> Undone:
    """Give a time back that was booked on a yes to an offer, if it is still as it was booked.

    Where another time was given back for it there is no way back: somebody else may have that by now.
    """
    key = offer_of(answer.answers.key) if answer.answers is not None else None
    if key is None:
        return Undone.NOTHING
    offer = WaitlistOffer.objects.filter(pk=key, patient_id=answer.patient_id, state_since=answer.at).first()
    if offer is None or offer.booking_id is None:
        return Undone.NOTHING
    rows = Booking.objects.filter(pk=offer.booking_id).select_for_update(of=("self",), no_key=True)
    booking = rows.get()
    if booking.state != BookingState.BOOKED or booking.starts_at <= acting.at:
        raise NotCorrected(Say("refusal.correction_visit_over"))
    given_back = Booking.objects.filter(loop_id=booking.loop_id, reason=str(CancelReason.EARLIER_TIME))
    if given_back.filter(state_since=answer.at).exists():
        raise NotCorrected(Say("refusal.correction_booked"))
    columns = {"cancelled_by": str(CancelledBy.PATIENT), "reason": str(CancelReason.OTHER), "note": why}
    move_booking(acting, booking, Move(BookingEvent.CANCEL, CORRECTED, why, columns))
    close_to_front_desk(acting, booking)
    follow_visit(acting, booking, why)
    return Undone.OFFER


def _switch_back(acting: Acting, answer: Answer, patient: Patient, kind: ChoiceKind, why: str) -> Undone:
    """Let messages be as they stood before a wrong stop or start, if nothing was chosen since.

    Who wanted none before wants none now; and a wish that was said again by itself stands.
    """
    message = answer.message
    rows = ContactChoice.objects.filter(
        patient=patient, member_id=message.thread.member_id, road__in=("", message.road), kind__in=SWITCHES
    )
    newest, *before = rows.order_by("-id")[:2] or (None,)
    is_ours = newest is not None and newest.kind == kind and newest.at == answer.at
    was = ChoiceKind(before[0].kind) if before else ChoiceKind.START
    if not is_ours or was is kind:
        return Undone.NOTHING
    receiver = Receiver(patient, message.thread.member)
    add_choice(acting, receiver, was, road=Road(message.road), because=why[:200])
    if stopped_since(receiver, Road(message.road)) is not None:
        withdraw_where(acting, _to(receiver, Road(message.road)), Stopped.STOPPED)
    return Undone.STOP if kind is ChoiceKind.STOP else Undone.START


def _to(receiver: Receiver, road: Road) -> dict[str, object]:
    return {"patient": receiver.patient, "member_id": receiver.member_id, "road": str(road)}


def _close_task(acting: Acting, answer: Answer, why: str) -> None:
    """End the tasks that a wrong reading opened, if they are open still."""
    names = [f"{answer.pk} {meaning}" for meaning in (answer.meaning, *answer.also)]
    rows = Loop.objects.filter(patient_id=answer.patient_id, check_name="answer", finding_key__in=names)
    for loop in rows.select_for_update(of=("self",), no_key=True).order_by("id"):
        if loop.state != State.CLOSED:
            change(acting, loop, Change(Event.FINISH, CORRECTED, note=why, outcome=Outcome.DONE))


def _confirm(acting: Acting, one: Landed, why: str) -> None:
    """Confirm the visit that was asked about, if it still stands as it was written; else a person looks."""
    if one.asked in (Asked.NOTHING, Asked.QUESTION):
        return
    booking = asked_booking(one)
    if booking is None:
        title = Say("answer.offer", name=one.name) if one.asked is Asked.OFFER else Say("answer.moved", name=one.name)
        ask_person(acting, one, Meaning.YES, title)
    elif booking.state == BookingState.BOOKED:
        move_booking(acting, booking, Move(BookingEvent.CONFIRM, CORRECTED, why))


def _note_reminder(acting: Acting, answer: Answer, meaning: Meaning) -> None:
    """Write down on the reminder of a visit what was answered to it, or that nothing was."""
    if answer.answers_id is None:
        return
    rows = Reminder.objects.filter(message_id=answer.answers_id, answered_at=answer.at)
    meant = MEANS.get(meaning)
    if meant is None:
        rows.update(state=str(ReminderState.SENT), state_since=acting.at, answer="", answered_at=None)
    else:
        rows.update(answer=str(meant), state_since=acting.at)


def find_corrections(keys: list[UUID]) -> dict[UUID, AnswerCorrection]:
    """Return the corrections of messages, by the message: one statement."""
    rows = AnswerCorrection.objects.filter(pk__in=keys).select_related("by")
    return {one.pk: one for one in rows}
