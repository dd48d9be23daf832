"""What an answer moves: a visit is confirmed, texts stop or start, a person is asked to act, a thread waits.

A text alone cancels and judges nothing, and books only a time that was offered (``offer_texts``). Words of danger reach
a person at once, and the writer gets the words that the catalog keeps for it; nothing medical is answered by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.catalog.answers import load_vocabulary
from careloop.facts.access import Acting
from careloop.facts.answers import Asked, Meaning, Understood
from careloop.facts.consents import Road, Topic
from careloop.facts.messages import Field, Value
from careloop.facts.outbox import ChoiceKind, Direction, OutgoingDraft, Stopped
from careloop.facts.scheduling import BookingEvent, BookingState
from careloop.facts.threads import Did
from careloop.facts.worklist import LoopKind, Severity
from careloop.records.models import Booking, CircleMember, Loop, Message, Outbox, Patient, Thread
from careloop.rules.answers import understand
from careloop.rules.threads import (
    ANSWER_HOURS,
    READS_FROM,
    READS_UNTIL,
    answer_by,
    needs_person,
    task_of,
)
from careloop.worklist.contact_points import Receiver, add_choice, stopped_since
from careloop.worklist.danger import ANSWERED, CALL_NOW, danger_due
from careloop.worklist.opening import Draft, open_loop, primary_coordinators
from careloop.worklist.outbox import queue_message, withdraw_where
from careloop.worklist.thread_values import value_of
from careloop.worklist.visits import Move, move_booking

STEPS = {
    Meaning.URGENT: CALL_NOW,
    Meaning.STOP: Say("step.answer_road"),
    Meaning.RIDE: Say("step.answer_ride"),
    Meaning.YES: Say("step.answer_book"),
}
CALL = Say("step.answer_call")
# An answer that was not sent by then says nothing any more.
REPLY_GOOD_FOR = timedelta(hours=12)
# On these roads a reply goes by itself. Its key names the message that it replies to.
REPLIED_ON = (Road.TEXT, Road.EMAIL)
ANSWER_KEY = "answer "
# What must be said, however often one was written to.
STOPPED, IN_DANGER = "stop_confirmed", "emergency_answer"
# To what was not understood is answered once in so long: nobody talks to a machine.
UNKNOWN_ONCE_IN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Landed:
    """An answer in its thread: what was meant, as an answer to what. The thread is locked."""

    receiver: Receiver
    thread: Thread
    message: Message
    road: Road
    asked: Asked
    meant: Understood
    answered: Outbox | None

    @property
    def patient(self) -> Patient:
        """The patient whom the thread is about."""
        return self.receiver.patient

    @property
    def name(self) -> str:
        """The name of who wrote."""
        return str(self.receiver.member.name if self.receiver.member else self.patient.full_name)


def follow(acting: Acting, one: Landed) -> tuple[Did, UUID | None]:
    """Do what follows from an answer; return what it did, and the loop where it did it."""
    touch(acting, one)
    if one.meant.meaning is Meaning.URGENT:
        return _danger(acting, one)
    if one.meant.meaning is Meaning.STOP:
        return _stop(acting, one)
    match one.meant.meaning:
        case Meaning.START:
            return _start(acting, one)
        case Meaning.HELP:
            reply(acting, one, "help_answer", _hours(acting))
            return Did.REPLIED, None
        case Meaning.YES:
            return _yes(acting, one)
        case Meaning.WORDS:
            return _words(acting, one)
        case _:
            return _tasks(acting, one)


def keep_stop(acting: Acting, road: Road, words: str, people: Sequence[tuple[UUID, UUID | None]]) -> bool:
    """Keep for each of these people that they want no more messages on a road, if the words say so; tell whether."""
    if not understand(words, Asked.NOTHING, load_vocabulary()).has(Meaning.STOP):
        return False
    for patient_id, member_id in people:
        patient = Patient.objects.get(pk=patient_id)
        member = CircleMember.objects.filter(pk=member_id).first() if member_id else None
        _keep_stop(acting, Receiver(patient, member), road, words)
    return True


def _keep_stop(acting: Acting, receiver: Receiver, road: Road, words: str) -> None:
    add_choice(acting, receiver, ChoiceKind.STOP, road=road, because=words[:200])
    which = {"patient": receiver.patient, "member_id": receiver.member_id, "road": str(road)}
    withdraw_where(acting, which, Stopped.STOPPED)


def touch(acting: Acting, one: Landed, *, is_settled: bool = False) -> None:
    """Note on the thread that something came in, and from when on an answer is owed, unless that is settled."""
    thread = one.thread
    thread.last_at, thread.snoozed_until = acting.at, None
    thread.unread_since = thread.unread_since or acting.at
    if not is_settled and needs_person(one.meant.meaning, one.meant.also):
        thread.unanswered_since = thread.unanswered_since or acting.at
    thread.owner_id = thread.owner_id or primary_coordinators(acting, [one.patient.pk]).get(one.patient.pk)
    thread.version += 1
    thread.save()


def _danger(acting: Acting, one: Landed) -> tuple[Did, UUID | None]:
    loop = ask_person(
        acting, one, Meaning.URGENT, Say("answer.urgent", name=one.name),
        because=Say("answer.danger_found", text=", ".join(one.meant.found)), severity=Severity.CRITICAL,
    )  # fmt: skip
    if one.meant.has(Meaning.STOP):
        _keep_stop(acting, one.receiver, one.road, one.message.words)
    reply(acting, one, IN_DANGER, topic=Topic.EMERGENCY, is_last_word=one.meant.has(Meaning.STOP))
    return Did.LOOP, loop.pk


def _stop(acting: Acting, one: Landed) -> tuple[Did, UUID | None]:
    """One message confirms it, and it is the last: 47 CFR 64.1200(a)(12) lets one be sent, within five minutes."""
    _keep_stop(acting, one.receiver, one.road, one.message.words)
    reply(acting, one, STOPPED, is_last_word=True)
    loop = ask_person(acting, one, Meaning.STOP, Say("answer.stopped", name=one.name), severity=Severity.MODERATE)
    return Did.STOPPED, loop.pk


def _start(acting: Acting, one: Landed) -> tuple[Did, UUID | None]:
    add_choice(acting, one.receiver, ChoiceKind.START, road=one.road, because=one.message.words[:200])
    reply(acting, one, "start_confirmed")
    return Did.STARTED, None


def _yes(acting: Acting, one: Landed) -> tuple[Did, UUID | None]:
    """Confirm the visit that was asked about, if it still stands as it was written; else a person looks."""
    booking = asked_booking(one)
    if booking is not None:
        if booking.state == BookingState.BOOKED:
            said = Say("event.answered_by_text")
            move_booking(acting, booking, Move(BookingEvent.CONFIRM, said, one.message.words[:200]))
        moment: dict[Field, Value] = {Field.WHEN: booking.starts_at}
        reply(acting, one, "confirmed_thanks", moment)
        if one.meant.has(Meaning.RIDE):
            ask_person(acting, one, Meaning.RIDE, Say("answer.ride", name=one.name), parent=booking.loop_id)
        return Did.CONFIRMED, booking.loop_id
    if one.asked is Asked.QUESTION:
        return Did.NOTHING, None
    if one.asked is Asked.NOTHING and not one.meant.also:
        # Nothing was asked that a yes could answer: "ok" and "thanks" close a talk, they open no work.
        return Did.NOTHING, None
    is_offer = one.asked is Asked.OFFER
    title = Say("answer.offer", name=one.name) if is_offer else Say("answer.moved", name=one.name)
    loop = ask_person(acting, one, Meaning.YES, title)
    return Did.LOOP, loop.pk


def asked_booking(one: Landed) -> Booking | None:
    """Return the visit that was asked about, locked, if it stands as it was written and keeps its time."""
    sent = one.answered
    if one.asked is not Asked.VISIT or sent is None or sent.booking_id is None:
        return None
    rows = Booking.objects.filter(pk=sent.booking_id, patient=one.patient).select_for_update(of=("self",), no_key=True)
    booking: Booking | None = rows.first()
    if booking is None:
        return None
    is_same = booking.version == sent.booking_version and booking.state == BookingState.BOOKED
    return booking if is_same or booking.state == BookingState.CONFIRMED else None


def _tasks(acting: Acting, one: Landed) -> tuple[Did, UUID | None]:
    """Ask a person to do what was asked for: the first is what the answer points to."""
    loops = [
        ask_person(acting, one, meaning, title, parent=_visit_loop(one))
        for meaning in (one.meant.meaning, *one.meant.also)
        if (title := task_of(meaning, one.name)) is not None
    ]
    _acknowledge(acting, one)
    return (Did.LOOP, loops[0].pk) if loops else (Did.PERSON, None)


def _visit_loop(one: Landed) -> UUID | None:
    sent = one.answered
    return sent.loop_id if one.asked is Asked.VISIT and sent is not None else None


def _words(acting: Acting, one: Landed) -> tuple[Did, UUID | None]:
    _acknowledge(acting, one)
    return Did.PERSON, None


def _acknowledge(acting: Acting, one: Landed) -> None:
    """Say once a day that a person reads it; outside of the hours in which texts are read, say when."""
    since = acting.at - UNKNOWN_ONCE_IN
    said = Message.objects.filter(thread=one.thread, at__gt=since, situation__in=("unknown_answer", "quiet_hours"))
    if said.exists():
        return
    hour = acting.at.astimezone(ZoneInfo(one.patient.zone)).hour
    is_read = value_of(READS_FROM, acting) <= hour < value_of(READS_UNTIL, acting)
    if is_read:
        reply(acting, one, "unknown_answer")
    else:
        reply(acting, one, "quiet_hours", _hours(acting))


def _hours(acting: Acting) -> dict[Field, Value]:
    return {
        Field.OPENS: time(value_of(READS_FROM, acting)),
        Field.CLOSES: time(value_of(READS_UNTIL, acting)),
    }


def reply(
    acting: Acting,
    one: Landed,
    situation: str,
    values: dict[Field, Value] | None = None,
    *,
    topic: Topic = Topic.VISITS,
    is_last_word: bool = False,
) -> bool:
    """Answer by the road on which it came, text or e-mail, and tell whether one could.

    What may not go is left to the person who is asked. Of e-mail nobody gets more than one in a day that was sent by
    itself, but for what must be said.
    """
    if one.road not in REPLIED_ON or (one.road is Road.EMAIL and _had_mail(acting, one, situation)):
        return False
    if stopped_since(one.receiver, one.road) is not None and not is_last_word:
        return False
    draft = OutgoingDraft(
        patient_id=one.patient.pk,
        member_id=one.receiver.member_id,
        thread_id=one.thread.pk,
        topic=topic,
        road=one.road,
        situation=situation,
        values=values or {},
        not_before=acting.at,
        good_until=acting.at + REPLY_GOOD_FOR,
        key=f"{ANSWER_KEY}{one.message.pk} {situation}",
        is_last_word=is_last_word,
    )
    try:
        queue_message(acting, draft)
    except Refusal:
        # The words are not approved, or nothing may go there. A person has been asked where one is needed.
        return False
    return True


def _had_mail(acting: Acting, one: Landed, situation: str) -> bool:
    """Tell whether somebody has had a reply that was sent by itself within a day, or this one that must be said."""
    if situation == STOPPED:
        return False
    rows = Message.objects.filter(
        thread=one.thread, direction=str(Direction.OUT), road=str(Road.EMAIL), at__gt=acting.at - UNKNOWN_ONCE_IN,
        outbox__key__startswith=ANSWER_KEY,
    )  # fmt: skip
    return bool((rows.filter(situation=situation) if situation == IN_DANGER else rows).exists())


def ask_person(
    acting: Acting,
    one: Landed,
    meaning: Meaning,
    title: Say,
    *,
    because: Say | None = None,
    severity: Severity = Severity.HIGH,
    parent: UUID | None = None,
) -> Loop:
    """Ask a person to see to an answer; return the loop. Danger stands in the team's queue and is due in minutes."""
    is_danger = meaning is Meaning.URGENT
    patient = one.patient
    hours = value_of(ANSWER_HOURS, acting)
    due = danger_due(acting) if is_danger else answer_by(acting.at, hours)
    owner = primary_coordinators(acting, [patient.pk]).get(patient.pk)
    return open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=patient.label_mask,
            title=title,
            because=(because or Say("answer.by_road"), Say("answer.wrote", text=one.message.words[:500])),
            if_waits=Say("answer.if_danger_waits") if is_danger else Say("answer.if_waits"),
            step=STEPS.get(meaning, CALL),
            severity=severity,
            due_at=due,
            # Danger stands in the team's queue: whoever is there first calls, and nobody waits for one person.
            owner_id=None if is_danger else owner,
            queue_id=patient.unit_id,
            check_name=ANSWERED,
            finding_key=f"{one.message.pk} {meaning}",
            parent_id=parent,
        ),
        zone=patient.zone,
    )
