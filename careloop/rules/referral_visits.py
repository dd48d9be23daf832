"""A referral and the visit here at which it is seen: whether they say the same, in one sentence for both. Pure."""

from collections.abc import Mapping

from careloop.basics.words import Say
from careloop.facts.referrals import ReferralEvent, ReferralState
from careloop.facts.scheduling import BookingState
from careloop.rules.referrals import next_state
from careloop.rules.scheduling import OCCUPYING

S, E, B = ReferralState, ReferralEvent, BookingState

# A referral that stands here takes the date of another time of the same visit.
FINDS_DATE_IN = (S.DATE_SET, S.MISSED, S.ACCEPTED)
# What the end of a visit is to the referral that was to be seen at it.
FOLLOWS: Mapping[BookingState, ReferralEvent] = {
    B.DONE: E.SEE,
    B.NO_SHOW: E.MISS,
    B.CANCELLED: E.LOSE_DATE,
    B.BUMPED: E.LOSE_DATE,
    B.RELEASED: E.LOSE_DATE,
}


def say_followed(
    visit: BookingState, referral: ReferralState, *, is_named: bool = True, is_undecided: bool = False
) -> Say:
    """Say whether a referral moved with a visit that carries its date, or stays where it is.

    ``is_named``: it is this very time of the visit that the referral goes by, and no other one. ``is_undecided``: after
    two missed visits a clinician says first whether it goes on.
    """
    if is_undecided and visit in OCCUPYING:
        return Say("visit.referral_undecided")
    if not is_named:
        return Say("visit.referral_at_newer")
    if visit in OCCUPYING and referral is S.DATE_SET:
        return Say("visit.referral_will_move")
    if visit in FOLLOWS and next_state(S.DATE_SET, FOLLOWS[visit]) is referral:
        return Say("visit.referral_moved")
    return Say("visit.referral_stays")
