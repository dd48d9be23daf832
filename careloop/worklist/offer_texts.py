"""Offers of a freed time by text: told to whom waits, and what they answer to it, booked as a coordinator books it."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Label
from careloop.facts.answers import Asked, Meaning
from careloop.facts.consents import Road, Topic
from careloop.facts.messages import Field, Value
from careloop.facts.outbox import OutgoingDraft, Stopped
from careloop.facts.threads import Did
from careloop.facts.waitlist import Answer, OfferState, ReachBy, WishState
from careloop.records.models import Booking, Outbox, WaitlistOffer
from careloop.rules.scheduling import TimeTaken
from careloop.worklist.answer_moves import Landed, ask_person, reply, touch
from careloop.worklist.offer_moves import GONE_KEY, offer_of, settle_offer, text_key
from careloop.worklist.outbox import queue_message, withdraw_where

SITUATION = "waitlist_offer"
# What tells that somebody else has the time.
GONE = "waitlist_gone"
TOLD = ("claimed", "sent", "delivered", "unknown")
# Another time than this one is no to this one: a person looks for the other.
ANSWERS = {Meaning.YES: Answer.YES, Meaning.NO: Answer.NO, Meaning.CHANGE: Answer.NO}


def tell_offer(acting: Acting, offer: WaitlistOffer) -> bool:
    """Write the text that tells an offer on its way, inside a caller's door; tell whether it may go.

    It goes only while an answer is waited for. Who wants their family called gets none.
    """
    wish, freed = offer.wish, offer.freed
    if wish.reach_by != ReachBy.PATIENT:
        return False
    draft = OutgoingDraft(
        patient_id=offer.patient_id,
        topic=Topic.VISITS,
        road=Road.TEXT,
        not_before=acting.at,
        good_until=offer.expires_at,
        key=text_key(offer.pk),
        situation=SITUATION,
        values={
            Field.WHEN: freed.starts_at.astimezone(ZoneInfo(freed.zone)),
            Field.UNTIL: offer.expires_at.astimezone(ZoneInfo(freed.zone)),
        },
        loop_id=wish.loop_id,
        labels=Label(offer.label_mask),
    )
    try:
        with transaction.atomic():
            queue_message(acting, draft)
    except Refusal:
        return False
    return True


def tell_taken(acting: Acting, offer: WaitlistOffer) -> bool:
    """Tell somebody who was asked by text that the time is taken, once, by the same rule; tell whether it is written.

    Who does not wait any more, or was asked about a time that has passed, is not told.
    """
    offer.told_taken_at = acting.at
    offer.save()
    wish, freed = offer.wish, offer.freed
    if wish.state != WishState.WAITING or wish.reach_by != ReachBy.PATIENT or freed.starts_at <= acting.at:
        return False
    draft = OutgoingDraft(
        patient_id=offer.patient_id,
        topic=Topic.VISITS,
        road=Road.TEXT,
        not_before=acting.at,
        good_until=freed.starts_at,
        key=f"{GONE_KEY}{offer.pk}",
        situation=GONE,
        loop_id=wish.loop_id,
        labels=Label(offer.label_mask),
    )
    try:
        with transaction.atomic():
            queue_message(acting, draft)
    except Refusal:
        return False
    return True


def follow_offer(acting: Acting, one: Landed) -> tuple[Did, UUID | None] | None:
    """Do what an answer to an offer says; None if it is none, or is for a person to read.

    A yes is booked at once, under the same locks as a coordinator's. If somebody else has the time, that is said and
    the wish stays. What cannot be booked for another reason a person looks at.
    """
    answer = ANSWERS.get(one.meant.meaning)
    offer_id = offer_of(one.answered.key) if one.answered is not None else None
    if one.asked is not Asked.OFFER or answer is None or offer_id is None:
        return None
    found = WaitlistOffer.objects.filter(pk=offer_id, patient=one.patient).select_related("wish").first()
    if found is None:
        return None
    touch(acting, one, is_settled=one.meant.meaning is not Meaning.CHANGE)
    if answer is Answer.NO:
        return _no(acting, one, found)
    if found.state == OfferState.YES:
        # Said twice is said once.
        return Did.BOOKED, found.wish.loop_id
    try:
        with transaction.atomic():
            booking = settle_offer(acting, one.patient, found.pk, Answer.YES, one.message.words[:200])
    except TimeTaken:
        return _taken(acting, one, found)
    except Refusal as no:
        return _ask(acting, one, found, no.say)
    assert booking is not None
    _thank(acting, one, booking)
    return Did.BOOKED, booking.loop_id


def _thank(acting: Acting, one: Landed, booking: Booking) -> None:
    moment: dict[Field, Value] = {Field.WHEN: booking.starts_at.astimezone(ZoneInfo(booking.zone))}
    if not reply(acting, one, "confirmed_thanks", moment):
        ask_person(acting, one, Meaning.YES, Say("answer.booked_untold", name=one.name), parent=booking.loop_id)
    if one.meant.has(Meaning.RIDE):
        ask_person(acting, one, Meaning.RIDE, Say("answer.ride", name=one.name), parent=booking.loop_id)


def _taken(acting: Acting, one: Landed, offer: WaitlistOffer) -> tuple[Did, UUID | None]:
    """Say that somebody else was first; who cannot be told is called, and who was told is not told again."""
    unsent = withdraw_where(acting, {"key": f"{GONE_KEY}{offer.pk}"}, Stopped.BY_PERSON)
    if not unsent and Outbox.objects.filter(key=f"{GONE_KEY}{offer.pk}", state__in=TOLD).exists():
        return Did.NOTHING, offer.wish.loop_id
    WaitlistOffer.objects.filter(pk=offer.pk).update(told_taken_at=acting.at)
    if reply(acting, one, "waitlist_taken"):
        return Did.REPLIED, offer.wish.loop_id
    return _ask(acting, one, offer, Say("answer.offer_gone"))


def _no(acting: Acting, one: Landed, offer: WaitlistOffer) -> tuple[Did, UUID | None]:
    try:
        with transaction.atomic():
            settle_offer(acting, one.patient, offer.pk, Answer.NO, one.message.words[:200])
    except Refusal as no:
        if offer.state != OfferState.YES:
            # The offer is over: there is nothing left to say no to.
            return Did.NOTHING, offer.wish.loop_id
        return _ask(acting, one, offer, no.say)
    if one.meant.meaning is Meaning.CHANGE:
        ask_person(acting, one, Meaning.CHANGE, Say("answer.change", name=one.name), parent=offer.wish.loop_id)
    return Did.DECLINED, offer.wish.loop_id


def _ask(acting: Acting, one: Landed, offer: WaitlistOffer, why: Say) -> tuple[Did, UUID | None]:
    """Let a person see to an answer that could not be done as it was meant."""
    title = Say("answer.offer", name=one.name) if one.meant.has(Meaning.YES) else Say("answer.no", name=one.name)
    loop = ask_person(acting, one, one.meant.meaning, title, because=why, parent=offer.wish.loop_id)
    return Did.LOOP, loop.pk
