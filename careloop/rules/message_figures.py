"""How long people waited for an answer, and how many were answered in time. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from careloop.facts.message_figures import FEWEST, Counted, HoursOn, Wait, Waited
from careloop.facts.outbox import ThreadWith
from careloop.rules.outreach import wilson
from careloop.rules.threads import answer_by


def count(part: int, whole: int) -> Counted:
    """Return so many of so many, with the share where enough are counted."""
    return Counted(part, whole, wilson(part, whole) if whole >= FEWEST else None)


def measure(
    waits: Sequence[Wait], at: datetime, *, zone: str, hours_on: HoursOn, partner: ThreadWith | None = None
) -> Waited:
    """Return how some people, or those of one kind of partner, were answered as it stands at a moment.

    Each is judged by the hours that held on the day in ``zone`` on which they asked. Who is answered in time counts as
    soon as they are; who is not counts when their time is over.
    """
    ours = [one for one in waits if partner in (None, one.partner)]
    by = [answer_by(one.asked_at, hours_on(one.asked_at.astimezone(ZoneInfo(zone)).date())) or at for one in ours]
    ends = [(one.answered_at, until) for one, until in zip(ours, by, strict=True)]
    on_time = sum(ended is not None and ended <= until for ended, until in ends)
    waiting = sum(ended is None and until > at for ended, until in ends)
    lasted = sorted(one.answered_at - one.asked_at for one in ours if one.answered_at is not None)
    return Waited(
        partner=partner,
        on_time=count(on_time, len(ours) - waiting),
        answered=len(lasted),
        waiting=waiting,
        middle=at_most(lasted, 50),
        ninth=at_most(lasted, 90),
    )


def at_most(lasted: Sequence[timedelta], percent: int) -> timedelta | None:
    """Return how long so many in a hundred waited at most, of times in order; None of fewer than eleven.

    It is the time of one of them (nearest rank), never one in between.
    """
    if len(lasted) < FEWEST:
        return None
    return lasted[-(-len(lasted) * percent // 100) - 1]
