"""Who could stand in for somebody: pure."""

from collections.abc import Sequence
from datetime import datetime

from careloop.facts.access import Role
from careloop.facts.caseloads import Load


def suggest_cover(candidates: Sequence[Load], *, since: datetime, until: datetime) -> Load | None:
    """Return who has the least due soon of those who are there all the time, coordinators first; None if nobody is."""
    there = [one for one in candidates if not any(c.since < until and since < c.until for c in one.away)]
    return min(
        there,
        key=lambda one: (one.role is not Role.COORDINATOR, one.soon_count, one.patients, one.name),
        default=None,
    )
