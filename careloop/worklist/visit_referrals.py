"""Referrals that are seen at a visit here follow it in its own transaction: missed, seen, called off, another time.

Nothing is forced: a referral that stands elsewhere by now stays there, and both pages say so.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.referrals import ReferralEvent, ReferralState
from careloop.facts.scheduling import BookingState
from careloop.records.models import Booking, Referral
from careloop.rules.referral_visits import FINDS_DATE_IN, FOLLOWS
from careloop.rules.referrals import awaits_decision
from careloop.worklist.no_shows import count_missed
from careloop.worklist.referral_items import recheck_approval
from careloop.worklist.referrals import Move, day_of, move_referral, no_date
from careloop.worklist.visits import say_when

SAYS: Mapping[ReferralEvent, Say] = {
    ReferralEvent.MISS: Say("event.referral_missed_here"),
    ReferralEvent.SEE: Say("event.referral_seen_here"),
    ReferralEvent.LOSE_DATE: Say("event.referral_lost_here"),
}


def follow_visit(acting: Acting, booking: Booking, note: str) -> None:
    """Move the referral that was to be seen at a visit along with how the visit ended; ``note`` is what shows it.

    It keeps which visit it was: a mistake can be taken back, and another time of the same visit is its time too. A
    visit that goes on moves nothing.
    """
    event = FOLLOWS.get(BookingState(booking.state))
    if event is None:
        return
    for referral in _lock(booking, [booking.pk], [ReferralState.DATE_SET]):
        columns: dict[str, object] = {"seen_on": day_of(booking.starts_at, booking.zone)}
        if event is not ReferralEvent.SEE:
            columns = no_date() | {"booking": booking}
        if event is ReferralEvent.MISS:
            columns["misses"] = _count_misses(referral, booking)
        move_referral(acting, referral, Move(event, SAYS[event], note, columns))


def take_back_missed(acting: Acting, booking: Booking, note: str) -> None:
    """Note in a referral that lost its date by a visit that was not missed after all that it was seen there.

    One that has moved on since stays where it is.
    """
    for referral in _lock(booking, [booking.pk], [ReferralState.MISSED]):
        columns = _date_of(booking) | {"misses": max(referral.misses - 1, 0)}
        said = Say("event.referral_not_missed")
        back = Move(ReferralEvent.SET_DATE, said, note, columns, back_to=ReferralState.DATE_SET)
        move_referral(acting, referral, back)
    follow_visit(acting, booking, note)


def take_back_seen(acting: Acting, booking: Booking, note: str) -> None:
    """Note in a referral that was seen at a visit that this was a mistake: it counts as missed.

    One whose report is here stays: a report shows that the patient was seen. So does one that somebody else sees.
    """
    for referral in _lock(booking, [booking.pk], [ReferralState.SEEN]):
        if not referral.is_elsewhere:
            misses = _count_misses(referral, booking)
            columns = no_date() | {"booking": booking, "misses": misses, "seen_on": None}
            said = Say("event.referral_not_seen_here")
            move_referral(acting, referral, Move(ReferralEvent.MISS, said, note, columns, back_to=ReferralState.MISSED))


def follow_booked(acting: Acting, booking: Booking) -> None:
    """Give the referral that hangs on an earlier time of the same visit the date of the time that is booked now.

    Why a late date was right has to be said anew, unless this one is no later. After two missed visits a clinician
    says first that it goes on; then it follows.
    """
    rows = Booking.objects.filter(loop_id=booking.loop_id, patient_id=booking.patient_id).exclude(pk=booking.pk)
    earlier = list(rows.values_list("pk", flat=True))
    for referral in _lock(booking, earlier, FINDS_DATE_IN):
        if awaits_decision(ReferralState(referral.state), referral.misses):
            continue
        columns = _date_of(booking) | {"booking": booking, "had_date": True, "silences": 0}
        if referral.starts_at is None or booking.starts_at > referral.starts_at:
            columns["late_because"] = ""
        recheck_approval(acting, referral, to_name=referral.to_name, on=day_of(booking.starts_at, booking.zone))
        said = Say("event.referral_moved_here", **say_when(booking))
        move_referral(acting, referral, Move(ReferralEvent.SET_DATE, said, columns=columns))


def catch_up(acting: Acting, loop_id: UUID) -> None:
    """Bring a referral that stands again where it stood in line with what became of its visit meanwhile."""
    referral = Referral.objects.filter(loop_id=loop_id).first()
    visit = Booking.objects.filter(pk=referral.booking_id).first() if referral and referral.booking_id else None
    if referral is None or visit is None or visit.occupies:
        return
    if referral.state == ReferralState.SEEN and visit.state == BookingState.NO_SHOW:
        take_back_seen(acting, visit, "")
    if referral.state not in FINDS_DATE_IN:
        return
    newer = Booking.objects.filter(loop_id=visit.loop_id, occupies=True).exclude(state=str(BookingState.HELD)).first()
    if newer is not None:
        follow_booked(acting, newer)
    elif referral.state == ReferralState.DATE_SET:
        follow_visit(acting, visit, "")


def _count_misses(referral: Referral, booking: Booking) -> int:
    """Return how often the patient did not come: there and here, also before the referral hung on the visit."""
    return max(int(referral.misses) + 1, count_missed(booking.loop_id))


def _date_of(booking: Booking) -> dict[str, object]:
    return {"starts_at": booking.starts_at, "zone": booking.zone, "starts_wall": booking.starts_wall}


def _lock(booking: Booking, keys: Sequence[UUID], states: Sequence[ReferralState]) -> list[Referral]:
    """Return the locked referrals of the visit's patient that name one of these visits and stand there."""
    if not keys:
        return []
    named = [str(state) for state in states]
    found = Referral.objects.filter(patient_id=booking.patient_id, booking__in=list(keys))
    rows = found.select_for_update(of=("self",), no_key=True)
    # Locked first, then asked: who waited for somebody else sees where it stands now.
    return [one for one in rows.order_by("pk") if one.state in named]
