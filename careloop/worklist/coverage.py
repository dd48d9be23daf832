"""Another coverage on a patient's record is heard at once by the loops of the referrals for which it was looked at."""

from collections.abc import Collection
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.preparation import NOTHING_ARRANGED, Item, ItemState
from careloop.records.models import Referral
from careloop.rules.referral_items import NOTED_IN
from careloop.worklist.referral_items import find_outdated, write_item
from careloop.worklist.referrals import tell_beside


def follow_coverage(acting: Acting, patient_ids: Collection[UUID]) -> int:
    """Open again what a health plan that covers the patient no more had said of an open referral; return of how many.

    In the transaction in which the coverage came. One statement finds the open referrals of all who came; each that was
    looked at for another coverage is written by itself. A record that says the same as before tells nobody, and so does
    one that came twice.
    """
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
