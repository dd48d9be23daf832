"""How a visit went was noted by mistake, missed or seen: all that followed from it is put right with it."""

from careloop.basics.notes import clean_words
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.scheduling import BookingEvent, BookingState
from careloop.facts.worklist import Outcome, State
from careloop.guard.doors import action
from careloop.records.models import Booking, Loop
from careloop.rules.scheduling import next_state
from careloop.worklist.no_shows import ask_clinician, end_decision
from careloop.worklist.visit_referrals import take_back_missed, take_back_seen
from careloop.worklist.visits import Move, expect_version, move_booking


@action(needs=Right.BOOKING_WRITE, about=Booking)
def correct_no_show(acting: Acting, booking: Booking, *, version: int, note: str) -> int:
    """Note that the patient had come to a visit that was noted as missed, with what shows it; return its version.

    The promise is kept with it, the question to a clinician is taken back where this was the second time, and a
    referral that lost its date by it was seen there.

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


@action(needs=Right.BOOKING_WRITE, about=Booking)
def correct_seen(acting: Acting, booking: Booking, *, version: int, note: str) -> int:
    """Note that a patient who was noted as seen had not come, with what shows it; return the visit's version.

    The promise is open again, and a clinician is asked where this was the second time. A referral that was seen by it
    counts as missed; one whose report is here stays.

    :raises Refusal: if nothing shows it, the promise has another visit by now, or the plan that it is a step of is over
    """
    expect_version(booking, version)
    next_state(BookingState(booking.state), BookingEvent.TAKE_BACK)
    words = clean_words(note)
    if not words:
        raise Refusal(Say("refusal.evidence_missing"))
    if Booking.objects.filter(loop_id=booking.loop_id, occupies=True).exists():
        raise Refusal(Say("refusal.visit_still_booked"))
    above = booking.loop.parent_id
    if above is not None and Loop.objects.filter(pk=above, state=str(State.CLOSED)).exists():
        raise Refusal(Say("refusal.visit_plan_over"))
    done = move_booking(acting, booking, Move(BookingEvent.TAKE_BACK, Say("event.visit_not_seen"), words))
    take_back_seen(acting, booking, words)
    ask_clinician(acting, booking)
    return done
