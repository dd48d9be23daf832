"""Referrals whose visit here was missed, or was not after all: they follow the visit in its own transaction."""

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.referrals import ReferralEvent, ReferralState
from careloop.records.models import Booking, Referral
from careloop.worklist.referrals import Move, move_referral, no_date


def follow_missed(acting: Acting, booking: Booking, note: str) -> None:
    """Note in the referral that was to be seen at a visit that the patient did not come: another date is asked for.

    It keeps the visit by which it was missed, so that a mistake can be taken back.
    """
    for referral in _referrals_of(booking, ReferralState.DATE_SET):
        columns = no_date() | {"booking": booking, "misses": referral.misses + 1}
        said = Say("event.referral_missed_here")
        move_referral(acting, referral, Move(ReferralEvent.MISS, said, note, columns))


def take_back_missed(acting: Acting, booking: Booking, note: str) -> None:
    """Give a referral the date again that it lost by a visit that was not missed after all.

    One that has moved on since stays where it is. Why a late date was right has to be said anew.
    """
    for referral in _referrals_of(booking, ReferralState.MISSED):
        columns: dict[str, object] = {
            "starts_at": booking.starts_at, "zone": booking.zone, "starts_wall": booking.starts_wall,
            "misses": max(referral.misses - 1, 0),
        }  # fmt: skip
        said = Say("event.referral_not_missed")
        back = Move(ReferralEvent.SET_DATE, said, note, columns, back_to=ReferralState.DATE_SET)
        move_referral(acting, referral, back)


def _referrals_of(booking: Booking, state: ReferralState) -> list[Referral]:
    """Return the locked referrals of the visit's patient that name it and stand there."""
    rows = Referral.objects.filter(patient_id=booking.patient_id, booking=booking, state=str(state))
    return list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
