"""Reminders whose time has come: handed to the outbox while the visit stands as it was planned, else left."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.catalog.plain import speak_plain
from careloop.catalog.speech import list_languages, speak
from careloop.facts.access import Acting, Label
from careloop.facts.consents import Road, Topic
from careloop.facts.messages import Field, Value
from careloop.facts.outbox import AboutBooking, OutgoingDraft
from careloop.facts.preparation import Cost, Item
from careloop.facts.reminders import ReminderKind, ReminderState, WithdrawnWhy
from careloop.facts.scheduling import BookingState
from careloop.facts.worklist import Event, State
from careloop.records.models import Booking, BookingPart, Loop, Patient, Reminder, ReminderPlan
from careloop.rules.preparation import list_steps, say_cost
from careloop.rules.reminders import SITUATIONS, message_key
from careloop.worklist.outbox import queue_message
from careloop.worklist.pages import queue_page
from careloop.worklist.preparation import load_costs, load_readiness, needs_of
from careloop.worklist.reminder_calls import ask_to_call
from careloop.worklist.reminder_told import why_not_told
from careloop.worklist.settle import Change, change
from careloop.worklist.visits import say_when

STANDS = (BookingState.BOOKED, BookingState.CONFIRMED)


def send_reminders(acting: Acting, reminder_ids: Sequence[UUID]) -> int:
    """Hand reminders that are due to the outbox, or leave them; return how many were looked at.

    The visit is held first, as whoever moves it does: a move that comes now waits, one that came before is seen. What
    somebody else holds is left for the next round.
    """
    rows = Reminder.objects.filter(pk__in=reminder_ids, state=str(ReminderState.PLANNED))
    bookings = Booking.objects.filter(pk__in=list(rows.values_list("booking_id", flat=True))).order_by("pk")
    held = {one.pk: one for one in bookings.select_for_update(of=("self",), no_key=True, skip_locked=True)}
    mine = rows.filter(booking__in=list(held)).order_by("due_at", "pk")
    due = list(mine.select_for_update(of=("self",), no_key=True, skip_locked=True))
    paused = set(ReminderPlan.objects.filter(pk__in=list(held), paused_at__isnull=False).values_list("pk", flat=True))
    for one in due:
        one.booking = held[one.booking_id]
        is_late = acting.at >= one.good_until
        if is_late or one.booking_id not in paused:
            _see_to(acting, one, is_late=is_late)
    return len(due)


def _see_to(acting: Acting, reminder: Reminder, *, is_late: bool) -> None:
    why = WithdrawnWhy.TOO_LATE if is_late else _why_not(reminder)
    if why is not None:
        _leave(acting, reminder, why)
    elif reminder.kind == ReminderKind.CALL:
        loop = ask_to_call(acting, reminder.booking)
        reminder.state, reminder.state_since, reminder.loop = str(ReminderState.CALLED), acting.at, loop
        reminder.save()
    else:
        _send(acting, reminder)


def _why_not(reminder: Reminder) -> WithdrawnWhy | None:
    """Return why a reminder is not wanted any more, None if it is."""
    booking = reminder.booking
    if reminder.kind in (ReminderKind.MOVED, ReminderKind.OFF):
        return why_not_told(reminder)
    if booking.state not in STANDS:
        return WithdrawnWhy.ENDED
    is_asking = reminder.kind in (ReminderKind.CONFIRM, ReminderKind.CALL)
    return WithdrawnWhy.SAID_YES if is_asking and booking.state == BookingState.CONFIRMED else None


def _leave(acting: Acting, reminder: Reminder, why: WithdrawnWhy) -> None:
    reminder.state, reminder.why, reminder.state_since = str(ReminderState.WITHDRAWN), str(why), acting.at
    reminder.save()


def _send(acting: Acting, reminder: Reminder) -> None:
    """Hand it to the outbox by the first road on which it may go; if it may go on none, it is left with the reason."""
    patient = Patient.objects.get(pk=reminder.patient_id)
    values = _values(acting, reminder, patient)
    for road in map(Road, reminder.roads):
        try:
            with transaction.atomic():
                made = _queue(acting, _draft(acting, reminder, patient, road, values))
        except Refusal:
            continue
        reminder.state, reminder.state_since, reminder.sent_at = str(ReminderState.SENT), acting.at, acting.at
        reminder.road, reminder.message_id = str(road), made
        reminder.save()
        _tell(acting, reminder.booking)
        return
    _leave(acting, reminder, WithdrawnWhy.NO_ROAD)


def _queue(acting: Acting, draft: OutgoingDraft) -> UUID:
    """Write it on its way; a page behind a link is told of by text."""
    if draft.road is Road.PORTAL:
        return queue_page(acting, draft, Road.TEXT)
    return queue_message(acting, draft)


def _draft(
    acting: Acting, reminder: Reminder, patient: Patient, road: Road, values: Mapping[Field, Value]
) -> OutgoingDraft:
    booking = reminder.booking
    return OutgoingDraft(
        patient_id=patient.pk,
        topic=Topic.VISITS,
        road=road,
        not_before=acting.at,
        good_until=reminder.good_until,
        key=message_key(reminder.pk, booking.version),
        situation=SITUATIONS[ReminderKind(reminder.kind)],
        values=values,
        loop_id=booking.loop_id,
        about=AboutBooking(booking.pk, booking.version),
        labels=Label(reminder.label_mask),
    )


def _values(acting: Acting, reminder: Reminder, patient: Patient) -> dict[Field, Value]:
    """Return what the words of a reminder leave open. Moments are aware, as the words want them."""
    booking, kind = reminder.booking, ReminderKind(reminder.kind)
    at_place = _moment(booking)
    match kind:
        case ReminderKind.PREPARE:
            cost = load_costs([booking.pk]).get(booking.pk)
            return {Field.WHEN: at_place, Field.STEPS: say_steps(booking, _language(patient), cost)}
        case ReminderKind.DAY_BEFORE:
            return {Field.WHEN: at_place, Field.PLACE: name_place(booking, _language(patient))}
        case ReminderKind.MOVED:
            old = Booking.objects.filter(pk=reminder.old_booking_id or booking.pk).get()
            return {Field.WHEN: at_place, Field.OLD_WHEN: _moment(old)}
        case ReminderKind.OFF:
            return {Field.OLD_WHEN: at_place}
        case _:
            return {Field.WHEN: at_place}


def _moment(booking: Booking) -> datetime:
    at: datetime = booking.starts_at.astimezone(ZoneInfo(booking.zone))
    return at


def say_steps(booking: Booking, language: str, cost: Cost | None = None) -> str:
    """Return what the patient is to do before a visit, about the ride and why it matters, in a language.

    What it costs is for the patient alone, and for whom the patient allowed to hear of money.
    """
    said = [*list_steps(needs_of(booking))]
    if any(one.item is Item.RIDE and one.state == "open" for one in load_readiness(booking).items):
        said.append(Say("reminder_step.ride"))
    if cost is not None:
        said.append(say_cost(cost, booking.zone))
    said.append(Say("reminder_step.why"))
    return " ".join(speak_plain(one, language) for one in said)


def name_place(booking: Booking, language: str) -> str:
    """Return where a visit takes place: the street, which names no specialty; its name where there is no street."""
    parts = BookingPart.objects.filter(booking=booking, entry__isnull=False).select_related("entry__site")
    sites = [part.entry.site or part.entry for part in parts.order_by("id") if part.entry is not None]
    for site in sites:
        if site.address:
            return str(site.address)
    return str(sites[0].name) if sites else speak(Say("reminder_step.place"), language)


def _language(patient: Patient) -> str:
    """Return the language in which the words that are put in are spoken: the patient's, if it is one of the catalog."""
    language = patient.languages[0].split("-")[0] if patient.languages else "en"
    return language if language in list_languages() else "en"


def _tell(acting: Acting, booking: Booking) -> None:
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=booking.loop_id)
    if loop.state != State.CLOSED:
        change(acting, loop, Change(Event.FACTS_CHANGED, Say("event.reminder_sent", **say_when(booking))))
