"""Another coverage on a patient's record is heard at once by the referrals and visits for which it was looked at."""

from collections.abc import Collection
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.preparation import NOTHING_ARRANGED, Item, ItemState
from careloop.facts.scheduling import BookingState
from careloop.facts.worklist import Event
from careloop.records.models import Booking, Loop, Referral
from careloop.rules.referral_items import NOTED_IN
from careloop.worklist.preparation import open_for_coverage
from careloop.worklist.referral_items import find_outdated, write_item
from careloop.worklist.referrals import tell_beside
from careloop.worklist.settle import Change, change, stored
from careloop.worklist.visits import why_open

# A visit that stands there is still to come.
AHEAD = (BookingState.HELD, BookingState.BOOKED, BookingState.CONFIRMED)


def follow_coverage(acting: Acting, patient_ids: Collection[UUID]) -> int:
    """Open again what a health plan that covers the patient no more had said; return of how many referrals and visits.

    In the transaction in which the coverage came. One statement finds the open referrals of all who came, one their
    visits to come; each that was looked at for another coverage is written by itself. A record that says the same as
    before tells nobody, and so does one that came twice.
    """
    return _follow_referrals(acting, patient_ids) + _follow_visits(acting, patient_ids)


def _follow_referrals(acting: Acting, patient_ids: Collection[UUID]) -> int:
    rows = Referral.objects.filter(patient_id__in=list(patient_ids), state__in=[str(state) for state in NOTED_IN])
    told = 0
    # Also those of which nothing is noted yet: whoever notes something at this moment is waited for, or waits.
    for referral in rows.order_by("pk").select_for_update(of=("self",), no_key=True):
        outdated = find_outdated(referral)
        for item in outdated:
            write_item(acting, referral, item, ItemState.OPEN, "", NOTHING_ARRANGED)
        if not outdated:
            continue
        if Item.APPROVAL in outdated:
            referral.approval_since = acting.at
        referral.version += 1
        referral.save()
        tell_beside(acting, referral, Say("event.referral_coverage"), "")
        told += 1
    return told


def _follow_visits(acting: Acting, patient_ids: Collection[UUID]) -> int:
    states = [str(state) for state in AHEAD]
    rows = Booking.objects.filter(patient_id__in=list(patient_ids), state__in=states, starts_at__gt=acting.at)
    told = 0
    for booking in rows.order_by("pk").select_for_update(of=("self",), no_key=True):
        if not open_for_coverage(acting, booking):
            continue
        loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=booking.loop_id)
        columns: dict[str, object] = {"snoozed_until": None, "because": stored(why_open(booking))}
        change(acting, loop, Change(Event.VISIT, Say("event.visit_coverage"), columns=columns))
        told += 1
    return told
