"""A visit that was noted as missed by mistake: the patient had come, and all that followed is put right with it."""

from careloop.basics.notes import clean_words
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.scheduling import BookingEvent, BookingState
from careloop.facts.worklist import Outcome
from careloop.guard.doors import action
from careloop.records.models import Booking
from careloop.rules.scheduling import next_state
from careloop.worklist.missed_referrals import take_back_missed
from careloop.worklist.no_shows import end_decision
from careloop.worklist.visits import Move, expect_version, move_booking


@action(needs=Right.BOOKING_WRITE, about=Booking)
def correct_no_show(acting: Acting, booking: Booking, *, version: int, note: str) -> int:
    """Note that the patient had come to a visit that was noted as missed, with what shows it; return its version.

    The promise is kept with it, the question to a clinician is taken back where this was the second time, and a
    referral that lost its date by it has that date again.

    :raises Refusal: if nothing shows it, or the promise has another visit by now: cancel that one first
    """
    expect_version(booking, version)
    next_state(BookingState(booking.state), BookingEvent.CORRECT)
    words = clean_words(note)
    if not words:
        raise Refusal(Say("refusal.evidence_missing"))
    if Booking.objects.filter(loop_id=booking.loop_id, occupies=True).exists():
        raise Refusal(Say("refusal.visit_still_booked"))
    said = Say("event.visit_not_missed")
    done = move_booking(acting, booking, Move(BookingEvent.CORRECT, said, words, outcome=Outcome.DONE))
    end_decision(acting, booking, words)
    take_back_missed(acting, booking, words)
    return done
