"""What becomes of an offer of a freed time: a yes is booked at once, a no keeps the wish; by telephone or by text."""

from uuid import UUID

from django.db import connection

from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say, Value
from careloop.facts.access import Acting
from careloop.facts.outbox import Stopped
from careloop.facts.scheduling import MOVABLE, BookingEvent, BookingState, CancelledBy, CancelReason
from careloop.facts.waitlist import Answer, OfferState, WishState
from careloop.facts.worklist import Event
from careloop.records.models import Booking, FreedTime, Loop, Patient, WaitlistOffer, WaitlistWish
from careloop.rules.scheduling import TimeTaken
from careloop.rules.waitlist import next_offer
from careloop.worklist.booking import book_held, close_to_front_desk, labels_of
from careloop.worklist.free_times import Needs, find_needs, length_of
from careloop.worklist.freed_times import promised_of
from careloop.worklist.no_shows import is_undecided
from careloop.worklist.outbox import withdraw_where
from careloop.worklist.settle import Change, change
from careloop.worklist.visits import Move, Taking, find_next, hold_time, move_booking, say_wall, say_when

UNANSWERED = (str(OfferState.OPEN), str(OfferState.NOT_REACHED), str(OfferState.EXPIRED))
# The key of the text by which somebody is asked, and of the one that says that the time is taken: the offer stands
# behind it.
KEY, GONE_KEY = "waitlist ", "waitlist-gone "


def settle_offer(acting: Acting, patient: Patient, offer_id: UUID, answer: Answer, note: str = "") -> Booking | None:
    """Note what a patient answered, inside a caller's door; return the booking that a yes made.

    The freed time is locked first: of two who say yes at once the second waits, and finds it taken.

    :raises TimeTaken: if somebody else has the time, with the next times that fit
    :raises OfferMoveNotAllowed: if the offer was answered already or ended with the wish
    :raises NotFound: if this patient has no such offer
    """
    offer = WaitlistOffer.objects.filter(pk=offer_id, patient=patient).first()
    if offer is None:
        raise NotFound
    freed, wish = lock_freed(offer.freed_id), lock_wish(patient, offer.wish_id)
    # Read again under the locks: another yes may have ended it meanwhile.
    offer.refresh_from_db()
    if answer is Answer.YES and offer.state == OfferState.TAKEN:
        raise TimeTaken(find_next(acting, _needs(patient, freed), length_of(freed.visit_type), promised_of(freed)))
    offer.state = str(next_offer(OfferState(offer.state), answer))
    offer.state_since, offer.note = acting.at, note
    if answer is not Answer.NOT_REACHED:
        # Who has answered is not asked any more.
        withdraw_where(acting, {"key": text_key(offer.pk)}, Stopped.BY_PERSON)
    if answer is not Answer.YES:
        offer.save()
        tell_wish(acting, wish.loop_id, Say(f"event.waitlist_{answer}", **when_freed(freed)), offer.note)
        return None
    booking = _book(acting, patient, wish, freed)
    offer.booking = booking
    offer.save()
    freed.taken_at = acting.at
    freed.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_freed_time(%s, %s)", [freed.pk, wish.pk])
    end_wish(acting, wish, WishState.GOT_TIME)
    return booking


def text_key(offer_id: UUID) -> str:
    """Return the key of the text by which an offer is told."""
    return f"{KEY}{offer_id}"


def offer_of(key: str) -> UUID | None:
    """Return the offer that a text told, or told to be over, by the text's key; None if it told none."""
    try:
        return next((UUID(key.removeprefix(one)) for one in (KEY, GONE_KEY) if key.startswith(one)), None)
    except ValueError:
        return None


def _book(acting: Acting, patient: Patient, wish: WaitlistWish, freed: FreedTime) -> Booking:
    """Book the freed time on the loop of the wish, after the visit's later time was given back."""
    if wish.state != WishState.WAITING:
        raise Refusal(Say("refusal.waitlist_not_waiting"))
    if is_undecided(wish.loop_id):
        raise Refusal(Say("refusal.visit_clinician_decides"))
    visit, needs, promised = freed.visit_type, _needs(patient, freed), promised_of(freed)
    if promised.at <= acting.at:
        raise Refusal(Say("refusal.time_past"))
    mask = labels_of(acting, patient, visit)
    _give_back_later(acting, wish, freed)
    booking = hold_time(acting, Taking(visit, patient, wish.loop, promised, mask), needs)
    book_held(acting, booking)
    return booking


def _give_back_later(acting: Acting, wish: WaitlistWish, freed: FreedTime) -> None:
    """Free the time that the visit has now; it is freed like any other and can be offered in its turn."""
    rows = Booking.objects.filter(loop_id=wish.loop_id, occupies=True).select_for_update(of=("self",), no_key=True)
    later = rows.first()
    if later is None:
        return
    if later.starts_at <= freed.starts_at:
        raise Refusal(Say("refusal.waitlist_not_sooner", **say_when(later)))
    if later.state == BookingState.HELD:
        move_booking(acting, later, Move(BookingEvent.RELEASE, Say("event.visit_let_go")))
        return
    columns = {"cancelled_by": str(CancelledBy.PATIENT), "reason": str(CancelReason.EARLIER_TIME), "note": ""}
    if later.state not in MOVABLE:
        raise Refusal(Say("refusal.booking_move"))
    move_booking(
        acting, later, Move(BookingEvent.CANCEL, Say("event.visit_moved_from", **say_when(later)), "", columns)
    )
    close_to_front_desk(acting, later)


def end_wish(acting: Acting, wish: WaitlistWish, state: WishState) -> None:
    """End a wish and with it what else its patient was asked about."""
    wish.state, wish.state_since = str(state), acting.at
    wish.save()
    open_still = WaitlistOffer.objects.filter(wish=wish, state__in=UNANSWERED)
    open_still.update(state=str(OfferState.OVER), state_since=acting.at)


def _needs(patient: Patient, freed: FreedTime) -> Needs:
    return find_needs(freed.visit_type, list(freed.entries), patient)


def when_freed(freed: FreedTime) -> dict[str, Value]:
    """Return day and time of a freed time, on the clocks where it takes place, as sentences take them."""
    return say_wall(freed.starts_wall)


def tell_wish(acting: Acting, loop_id: UUID, said: Say, note: str = "") -> None:
    """Write a line into the history of a wish's loop; what comes next and when stays as its visit says."""
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=loop_id)
    change(acting, loop, Change(Event.VISIT, said, note=note))


def lock_freed(key: UUID) -> FreedTime:
    """Return a freed time, locked: of two who answer at once the second waits, and finds it taken."""
    rows = FreedTime.objects.select_related("visit_type", "site").select_for_update(of=("self",), no_key=True)
    freed: FreedTime | None = rows.filter(pk=key).first()
    if freed is None:
        raise NotFound
    return freed


def lock_wish(patient: Patient, key: UUID) -> WaitlistWish:
    """Return a wish of this patient with its loop, locked.

    :raises NotFound: if there is none
    """
    rows = WaitlistWish.objects.select_related("loop").select_for_update(of=("self",), no_key=True)
    wish: WaitlistWish | None = rows.filter(pk=key, patient=patient).first()
    if wish is None:
        raise NotFound
    return wish
