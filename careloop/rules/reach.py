"""Reaching people: what is tried next and when, when nobody can be reached, and when somebody answers best.

The ladders and their numbers are dated values of the catalog; these functions know none of them by heart.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from careloop.facts.reach import (
    ANSWERED,
    UNANSWERED,
    WRITTEN,
    BestTime,
    Counted,
    Lacking,
    Ladder,
    LadderStep,
    NextTry,
    PartOfCall,
    Try,
    TryResult,
    TryRoad,
)
from careloop.facts.worklist import LoopKind

# Checks about a result that is not normal: tries alone never end them. The database holds the same names.
ABNORMAL = ("abnormal_result_without_follow_up", "critical_result_without_follow_up")
ABNORMAL_LADDER = "abnormal_result"
NOON, EVENING = 12, 17
# Of fewer calls in a part of the day nothing is said. A product choice, said on screen in counts.
FEW = 3
# The names of what the catalog sets.
NURSE_MINUTES, TOLD_HOURS, LEASE_MINUTES = "nurse_minutes", "told_hours", "lease_minutes"
VALUES = (NURSE_MINUTES, TOLD_HOURS, LEASE_MINUTES)


def ladder_name(kind: LoopKind, check_name: str) -> str:
    """Return which ladder a loop climbs."""
    return ABNORMAL_LADDER if check_name in ABNORMAL else str(kind)


def ladder_on(ladders: Mapping[str, Sequence[Ladder]], kind: LoopKind, check_name: str, on: date) -> Ladder:
    """Return the ladder that holds on a day.

    :raises KeyError: if none is in the catalog for this kind on that day
    """
    name = ladder_name(kind, check_name)
    held = [one for one in ladders[name] if one.from_on <= on]
    if not held:
        raise KeyError(name)
    return held[-1]


def part_of(at: datetime, zone: str) -> PartOfCall:
    """Return the part of the day of a moment on the clocks of a zone."""
    hour = at.astimezone(ZoneInfo(zone)).hour
    if hour < NOON:
        return PartOfCall.MORNING
    return PartOfCall.AFTERNOON if hour < EVENING else PartOfCall.EVENING


def counts(one: Try) -> bool:
    """Tell whether a try counts as one that could have reached the person and did not."""
    if one.road in WRITTEN:
        return one.result is TryResult.SENT
    return one.result in UNANSWERED


def count_tries(tries: Sequence[Try], at: datetime) -> Counted:
    """Return what was tried, as the rule counts it. Calls to another contact count as none."""
    held = [one for one in tries if counts(one)]
    calls = [one for one in held if one.road is TryRoad.CALL]
    written = [one for one in held if one.road in WRITTEN]
    first = min((one.at for one in held), default=at)
    return Counted(
        calls=len(calls),
        parts=len({part_of(one.at, one.zone) for one in calls}),
        written=len(written),
        certified=sum(one.road is TryRoad.CERTIFIED for one in written),
        days=(at - first).days,
    )


def find_lacking(ladder: Ladder, tries: Sequence[Try], at: datetime, *, may_call: bool, is_clinician: bool) -> Lacking:
    """Return what is lacking before the person may be called unreachable.

    Where no number may be called, nothing on file or all of it shut, one letter more stands in for the calls.
    ``is_clinician`` says that a clinician closes it.
    """
    had = count_tries(tries, at)
    calls, parts, written = needed(ladder, may_call=may_call)
    return Lacking(
        calls=max(0, calls - had.calls),
        parts=max(0, parts - had.parts),
        written=max(0, written - had.written),
        certified=max(0, int(ladder.is_signed) - had.certified),
        days=max(0, ladder.days - had.days),
        clinician=ladder.is_signed and not is_clinician,
    )


def needed(ladder: Ladder, *, may_call: bool) -> tuple[int, int, int]:
    """Return how many calls, parts of the day and things written the rule asks for."""
    if may_call:
        return ladder.calls, ladder.parts, ladder.written
    return 0, 0, ladder.written + 1


def find_next(ladder: Ladder, tries: Sequence[Try], at: datetime, shut: Collection[TryRoad]) -> NextTry | None:
    """Return the next rung, None when the ladder is at its end. Roads in ``shut`` are stepped over."""
    held = sorted((one for one in tries if counts(one)), key=lambda one: one.at)
    rungs = _open_rungs(ladder, held, shut)
    if not rungs:
        return None
    number, step = rungs[0]
    from_at = max(at, held[-1].at + timedelta(hours=step.gap_hours)) if held else at
    used = {part_of(one.at, one.zone) for one in held if one.road is TryRoad.CALL}
    parts = tuple(part for part in PartOfCall if part not in used) if step.at_other_part and used else ()
    return NextTry(number, step.road, from_at, parts)


def _open_rungs(ladder: Ladder, held: Sequence[Try], shut: Collection[TryRoad]) -> list[tuple[int, LadderStep]]:
    """Return the rungs that are left: each try takes the first rung of its road that nobody stood on."""
    left = list(enumerate(ladder.steps, 1))
    for one in held:
        taken = next((rung for rung in left if rung[1].road is one.road), None)
        if taken is not None:
            left.remove(taken)
    return [rung for rung in left if rung[1].road not in shut]


def find_best_time(tries: Sequence[Try]) -> BestTime | None:
    """Return the part of the day in which calls were answered best, None of fewer than FEW calls in it.

    A part in which nobody ever answered is never the best; of two that are alike, the one with more calls.
    """
    found = []
    for part in PartOfCall:
        calls = [one for one in tries if one.road is TryRoad.CALL and part_of(one.at, one.zone) is part]
        calls = [one for one in calls if one.result in ANSWERED | UNANSWERED]
        answered = sum(one.result in ANSWERED for one in calls)
        if len(calls) >= FEW and answered:
            found.append(BestTime(part, answered, len(calls)))
    return max(found, key=lambda one: (one.answered / one.of, one.of), default=None)


def find_minutes(given: int | None, opened_at: datetime | None, at: datetime, *, most: int = 240) -> int | None:
    """Return how long a call took, in whole minutes: as said, else as long as its page was open, rounded up.

    None where neither is known or the page was open longer than ``most`` minutes: then nobody knows.
    """
    if given is not None:
        return min(given, most)
    if opened_at is None or not timedelta(0) <= at - opened_at <= timedelta(minutes=most):
        return None
    return max(1, -int(-(at - opened_at).total_seconds() // 60))
