"""Sharing out the patients of somebody who is away: who may, who suits best, and why. Pure.

It suggests; a supervisor looks and changes. The weights are the product's own, said with each patient in words, and
from no study: a shared language counts most, then whether somebody knows the family, then how much room is left.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.words import Say
from careloop.facts.covering import Charge, Helper, Share
from careloop.facts.worklist import LoopKind, Severity

ENGLISH = "en"
# Of a colleague's room, in ten thousandths: by so much they may be fuller than another and still suit better.
WHOLE, LANGUAGE_COUNTS, KNOWING_COUNTS = 10_000, 6_000, 3_000
# Nobody counts as having no room at all: an hour keeps the comparison fair among those who are full.
LEAST_ROOM = 60
# Beside its loops a patient takes so many minutes of a cover: reading who it is. Ours.
READING = 5
LONGEST = timedelta(days=366)
DAYS = 7


@dataclass(frozen=True, slots=True)
class Week:
    """For how many minutes somebody works on coordination, Monday first."""

    minutes: tuple[int, int, int, int, int, int, int]


def may_cover(helper: Helper, charge: Charge) -> bool:
    """Tell whether somebody works in the team of a patient and may see all that is open about them."""
    return charge.unit_id in helper.units and charge.labels & ~helper.labels == 0


def share_out(charges: Iterable[Charge], helpers: Iterable[Helper]) -> tuple[Share, ...]:
    """Return for each patient, in the order given, who is suggested and why; the same answer for the same question.

    Those who could be harmed most are shared out first, while there is most room.
    """
    listed, colleagues = tuple(charges), tuple(helpers)
    given = {one.person_id: 0 for one in colleagues}
    chosen: dict[UUID, Share] = {}
    for charge in sorted(listed, key=lambda one: (-one.harm, -one.minutes, one.patient_id)):
        able = [one for one in colleagues if may_cover(one, charge)]
        best = _find_best(able, charge, given)
        if best is None:
            chosen[charge.patient_id] = Share(charge.patient_id, None, (Say("covering.nobody"),))
            continue
        given[best.person_id] += charge.minutes
        left = best.free - given[best.person_id]
        chosen[charge.patient_id] = Share(charge.patient_id, best.person_id, _because(best, charge, len(able), left))
    return tuple(chosen[one.patient_id] for one in listed)


def explain_choice(helper: Helper, charge: Charge, left: int) -> tuple[Say, ...]:
    """Return why somebody suits whom a person chose; ``left`` are the minutes that remain to them."""
    return _because(helper, charge, 2, left)


def _find_best(able: Sequence[Helper], charge: Charge, given: Mapping[UUID, int]) -> Helper | None:
    return min(able, key=lambda one: (one.reserve, _cost(one, charge, given), one.name, one.person_id), default=None)


def _cost(helper: Helper, charge: Charge, given: Mapping[UUID, int]) -> int:
    room = max(helper.free, LEAST_ROOM)
    full = (given[helper.person_id] + charge.minutes) * WHOLE // room
    return full - LANGUAGE_COUNTS * _speaks(helper, charge) - KNOWING_COUNTS * bool(charge.known.get(helper.person_id))


def _speaks(helper: Helper, charge: Charge) -> bool:
    return charge.language not in ("", ENGLISH) and charge.language in helper.languages


def _because(helper: Helper, charge: Charge, able: int, left: int) -> tuple[Say, ...]:
    said = []
    if able == 1:
        said.append(Say("covering.only_one"))
    if _speaks(helper, charge):
        said.append(Say("covering.speaks"))
    elif charge.language not in ("", ENGLISH):
        said.append(Say("covering.interpreter"))
    if times := charge.known.get(helper.person_id, 0):
        said.append(Say("covering.knows", count=times))
    said.append(Say("covering.room", count=left // 60) if left >= 60 else Say("covering.full"))
    return tuple(said)


def estimate_minutes(counts: Mapping[LoopKind, int], values: Mapping[LoopKind, int]) -> int:
    """Return how many minutes so many loops of each kind take, by the default of each kind."""
    return sum(count * values[kind] for kind, count in counts.items())


def working_minutes(week: Week, since: datetime, until: datetime, zone: str, closed: frozenset[date]) -> int:
    """Return for how many minutes somebody works between two moments: whole days of the zone, none when closed.

    The day on which the time begins counts as a whole, that on which it ends only if it does not end at midnight.
    """
    first = since.astimezone(ZoneInfo(zone)).date()
    last = (until.astimezone(ZoneInfo(zone)) - timedelta(microseconds=1)).date()
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(week.minutes[day.weekday()] for day in days if day not in closed)


def is_critical(harm: int, moments: Sequence[datetime], tonight: datetime) -> bool:
    """Tell whether somebody must be looked at first: something is due or a visit before tonight, or harm is near."""
    return harm >= Severity.CRITICAL or any(moment < tonight for moment in moments)
