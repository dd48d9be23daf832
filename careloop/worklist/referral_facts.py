"""What the plan of a referral's loop is told of the referral, and the limits with the clinic's own days."""

from dataclasses import replace
from uuid import UUID

from careloop.catalog.referrals import load_limits
from careloop.facts.clocks import Clocks
from careloop.facts.referrals import ReferralFacts, ReferralState, Urgency
from careloop.records.models import Referral


def find_referral_facts(loop_id: UUID) -> ReferralFacts | None:
    """Return the facts of the open referral that hangs on this loop, None before it is written."""
    referral = Referral.objects.filter(loop_id=loop_id).first()
    if referral is None or referral.state == ReferralState.CLOSED:
        return None
    return read_facts(referral)


def read_facts(referral: Referral) -> ReferralFacts:
    """Return the facts of one referral."""
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
    )


def make_limits(calendar: Clocks) -> Clocks:
    """Return the limits of referrals, counted over the days on which the clinic works."""
    return replace(calendar, values=load_limits())
