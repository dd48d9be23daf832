"""Dates at the receiver: set, lost, kept and missed. What shows that the patient was seen is written down."""

from datetime import UTC, datetime
from uuid import UUID

from careloop.basics.notes import clean_words, must_say
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.referrals import ReferralEvent, ReferralState
from careloop.facts.scheduling import BookingState, Promised
from careloop.guard.doors import action
from careloop.records.models import Booking, Patient, Referral
from careloop.rules.referrals import ReferralMoveNotAllowed, awaits_decision
from careloop.rules.wall_time import promise
from careloop.worklist.referral_items import recheck_approval
from careloop.worklist.referrals import (
    Move,
    day_of,
    expect_clinician_decided,
    expect_version,
    move_referral,
    no_date,
    say_time,
)
from careloop.worklist.visit_referrals import catch_up


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def set_date(
    acting: Acting, referral: Referral, *, version: int, wall: datetime | None = None, booking_id: UUID | None = None,
    note: str = "", late_because: str = "",
) -> int:  # fmt: skip
    """Note when the patient will be seen: a visit that is booked here, or a time that the receiver gave.

    ``wall`` is on the patient's clocks. A day beyond the limit needs a reason, or stays marked as too late.

    :raises Refusal: if there is no time, it has passed, is skipped or doubled by a change of the clocks, or after two
        missed visits no clinician has decided that it goes on
    """
    expect_version(referral, version)
    expect_clinician_decided(acting, referral)
    booking = _find_booking(referral, booking_id) if booking_id else None
    if booking is not None:
        promised = Promised(booking.starts_at.astimezone(UTC), booking.zone, booking.starts_wall)
    elif wall is not None:
        promised = promise(wall, Patient.objects.values_list("zone", flat=True).get(pk=referral.patient_id))
    else:
        raise Refusal(Say("refusal.referral_date"))
    if promised.at <= acting.at:
        raise Refusal(Say("refusal.time_past"))
    columns: dict[str, object] = {
        "starts_at": promised.at, "zone": promised.zone, "starts_wall": promised.wall, "booking": booking,
        "late_because": clean_words(late_because), "had_date": True, "silences": 0,
    }  # fmt: skip
    recheck_approval(acting, referral, to_name=referral.to_name, on=promised.wall.date())
    said = Say("event.referral_date", day=promised.wall.date(), time=say_time(promised.wall))
    return move_referral(acting, referral, Move(ReferralEvent.SET_DATE, said, clean_words(note), columns))


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def lose_date(acting: Acting, referral: Referral, *, version: int, reason: str) -> int:
    """Note that the date does not hold any more, whoever called it off; another one is asked for.

    :raises Refusal: if no reason is given
    """
    expect_version(referral, version)
    move = Move(ReferralEvent.LOSE_DATE, Say("event.referral_date_lost"), must_say(reason), no_date())
    return move_referral(acting, referral, move)


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def note_seen(acting: Acting, referral: Referral, *, version: int, note: str) -> int:
    """Note that the patient was seen, with what shows it; now the report is waited for.

    :raises Refusal: if nothing shows it, or the visit has not begun
    """
    expect_version(referral, version)
    _expect_begun(acting, referral)
    if not clean_words(note):
        raise Refusal(Say("refusal.evidence_missing"))
    columns = {"seen_on": day_of(referral.starts_at or acting.at, referral.zone)}
    move = Move(ReferralEvent.SEE, Say("event.referral_seen"), clean_words(note), columns)
    return move_referral(acting, referral, move)


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def note_missed(acting: Acting, referral: Referral, *, version: int, note: str = "") -> int:
    """Note that the patient did not come: a call follows, and after the second time the clinician decides.

    Which visit here it was is kept: noted there as well, it is neither counted nor asked twice.

    :raises Refusal: if the visit has not begun
    """
    expect_version(referral, version)
    _expect_begun(acting, referral)
    columns = no_date() | {"booking_id": referral.booking_id, "misses": referral.misses + 1}
    move = Move(ReferralEvent.MISS, Say("event.referral_missed"), clean_words(note), columns)
    return move_referral(acting, referral, move)


@action(needs=Right.REFERRAL_SIGN, about=Referral)
def go_on_after_misses(acting: Acting, referral: Referral, *, version: int, note: str) -> int:
    """Decide, on a clinician's word, that it goes on though the patient did not come: another date is asked for.

    Where the visit here has another time already, that is the date.

    :raises Refusal: if nothing is said, or the patient did not miss visits so often
    """
    expect_version(referral, version)
    if not awaits_decision(ReferralState(referral.state), referral.misses):
        raise ReferralMoveNotAllowed(ReferralState(referral.state), ReferralEvent.GO_ON)
    move_referral(acting, referral, Move(ReferralEvent.GO_ON, Say("event.referral_goes_on"), must_say(note)))
    catch_up(acting, referral.loop_id)
    return Referral.objects.values_list("version", flat=True).get(pk=referral.pk)


def _expect_begun(acting: Acting, referral: Referral) -> None:
    if referral.state != ReferralState.DATE_SET or referral.starts_at is None:
        return
    if referral.starts_at > acting.at:
        wall = referral.starts_wall
        raise Refusal(Say("refusal.visit_not_yet", day=wall.date(), time=say_time(wall)))


def _find_booking(referral: Referral, booking_id: UUID) -> Booking:
    # Locked: a visit that is called off meanwhile takes along the referrals that name it, and no other.
    rows = Booking.objects.select_for_update(of=("self",), no_key=True)
    kept = [str(state) for state in (BookingState.BOOKED, BookingState.CONFIRMED, BookingState.ARRIVED)]
    booking: Booking | None = rows.filter(pk=booking_id, patient_id=referral.patient_id, state__in=kept).first()
    if booking is None:
        raise NotFound
    return booking
