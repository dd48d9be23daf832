"""Rounds against the clock: how long is left for the patient who is talked of. Pure.

The minutes are chosen by whoever leads the rounds: Careloop says when they are over, and cuts nobody short.
"""

from datetime import datetime, timedelta

from careloop.facts.rounds import RoundsBeat, RoundsClock

# What can be chosen for each patient, in minutes.
MINUTES = (1, 2, 3, 5, 10)
# An address that is older than this is of other rounds.
FORGOTTEN = timedelta(hours=12)


def follow_clock(beat: RoundsBeat, count: int, at: datetime) -> RoundsClock | None:
    """Say where rounds stand at a moment; None for an address of other rounds, or one that somebody made up."""
    if beat.minutes not in MINUTES or beat.no < 1 or not beat.began_at <= beat.since <= at:
        return None
    if at - beat.began_at > FORGOTTEN:
        return None
    no = min(beat.no, count + 1)
    until = beat.since if no > count else at
    return RoundsClock(
        beat=beat,
        no=no,
        count=count,
        left=beat.minutes * 60 - int((at - beat.since).total_seconds()),
        spent=int((until - beat.began_at).total_seconds()) // 60,
    )
