"""What the plan of a referral's loop is told of the referral, and the limits with the clinic's own days."""

from dataclasses import replace
from uuid import UUID

from careloop.catalog.referrals import load_limits
from careloop.facts.clocks import Clocks
from careloop.facts.preparation import Item
from careloop.facts.referrals import ReferralFacts, ReferralState, Urgency
from careloop.records.models import Referral
from careloop.worklist.referral_items import load_open_items


def find_referral_facts(loop_id: UUID) -> ReferralFacts | None:
    """Return the facts of the open referral that hangs on this loop, None before it is written."""
    referral = Referral.objects.filter(loop_id=loop_id).first()
    if referral is None or referral.state == ReferralState.CLOSED:
        return None
    dated = [referral.pk] if has_clocks(referral) else []
    return read_facts(referral, load_open_items(dated).get(referral.pk, ()))


def has_clocks(referral: Referral) -> bool:
    """Tell whether what is open before a referral's visit has clocks: at another office; a visit here has its own."""
    return referral.state == ReferralState.DATE_SET and referral.booking_id is None


def read_facts(referral: Referral, open_items: tuple[Item, ...] = ()) -> ReferralFacts:
    """Return the facts of one referral; ``open_items`` is what is open before its visit and has a clock."""
    return ReferralFacts(
        state=ReferralState(referral.state),
        state_since=referral.state_since,
        urgency=Urgency(referral.urgency),
        see_by=referral.see_by,
        starts_at=referral.starts_at,
        silences=referral.silences,
        misses=referral.misses,
        is_late_agreed=bool(referral.late_because),
        approval_since=referral.approval_since,
        open_items=open_items,
    )


def make_limits(calendar: Clocks) -> Clocks:
    """Return the limits of referrals, counted over the days on which the clinic works."""
    return replace(calendar, values=load_limits())
