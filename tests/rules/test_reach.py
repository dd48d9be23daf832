"""Reaching people: the next rung, the rule of giving up, the best time, how long a call took."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from careloop.catalog.reach import load_ladders
from careloop.facts.reach import (
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
from careloop.facts.worklist import Confidence, LoopKind
from careloop.rules.reach import (
    count_tries,
    find_best_time,
    find_lacking,
    find_minutes,
    find_next,
    ladder_on,
    needed,
    part_of,
)

ZONE = "America/New_York"
# A Monday, 10 am in New York.
MON = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
C, T, L, K = TryRoad.CALL, TryRoad.TEXT, TryRoad.LETTER, TryRoad.CERTIFIED
LADDER = Ladder(
    "planted", date(2020, 1, 1),
    (LadderStep(C, 0), LadderStep(C, 20, at_other_part=True), LadderStep(T, 4), LadderStep(L, 48)),
    calls=2, parts=2, written=1, days=3, is_signed=False, source="test", confidence=Confidence.GENERAL, is_ours=True,
)  # fmt: skip


def tried(hours: float, road: TryRoad = C, result: TryResult = TryResult.NO_ANSWER) -> Try:
    return Try(MON + timedelta(hours=hours), ZONE, road, TryResult.SENT if road in (T, L, K) else result)


NEXT: list[tuple[list[Try], set[TryRoad], NextTry | None]] = [
    ([], set(), NextTry(1, C, MON + timedelta(days=9))),
    ([tried(230)], set(), NextTry(2, C, MON + timedelta(hours=250), (PartOfCall.AFTERNOON, PartOfCall.EVENING))),
    ([tried(0)], {C}, NextTry(3, T, MON + timedelta(days=9))),
    ([tried(0), tried(26)], {T}, NextTry(4, L, MON + timedelta(days=9))),
    ([tried(0), tried(26), tried(30, T), tried(80, L)], set(), None),
    # A wrong number took no rung.
    ([tried(0, result=TryResult.WRONG_NUMBER)], set(), NextTry(1, C, MON + timedelta(days=9))),
    # Out of order: each try takes a rung of its own road.
    ([tried(0, L)], set(), NextTry(1, C, MON + timedelta(days=9))),
]


@pytest.mark.parametrize(("tries", "shut", "said"), NEXT)
def test_the_next_rung_is_the_first_that_nobody_stood_on(
    tries: list[Try], shut: set[TryRoad], said: NextTry | None
) -> None:
    assert find_next(LADDER, tries, MON + timedelta(days=9), shut) == said


LACKS = [
    ([], True, Lacking(2, 2, 1, 0, 3)),
    ([tried(0), tried(1)], True, Lacking(0, 1, 1, 0, 0)),
    ([tried(0), tried(4), tried(5, T)], True, Lacking()),
    ([tried(0), tried(4), tried(5, T)], False, Lacking(written=1)),
    ([tried(0, L), tried(5, T)], False, Lacking()),
    ([tried(0), tried(4, result=TryResult.WRONG_NUMBER), tried(5, T)], True, Lacking(calls=1, parts=1)),
    ([tried(0), tried(4, result=TryResult.REACHED), tried(5, T)], True, Lacking(calls=1, parts=1)),
    ([tried(70), tried(74), tried(75, T)], True, Lacking(days=3)),
]


@pytest.mark.parametrize(("tries", "may_call", "said"), LACKS)
def test_nobody_is_unreachable_before_all_was_tried(tries: list[Try], may_call: bool, said: Lacking) -> None:
    at = MON + timedelta(days=3)
    assert find_lacking(LADDER, tries, at, may_call=may_call, is_clinician=False) == said


def test_tries_alone_never_end_a_result_that_is_not_normal() -> None:
    signed = replace(LADDER, is_signed=True)
    tries, at = [tried(0), tried(4), tried(5, L)], MON + timedelta(days=9)
    assert find_lacking(signed, tries, at, may_call=True, is_clinician=False) == Lacking(certified=1, clinician=True)
    tries.append(tried(6, K))
    assert find_lacking(signed, tries, at, may_call=True, is_clinician=False) == Lacking(clinician=True)
    assert find_lacking(signed, tries, at, may_call=True, is_clinician=True).is_met


def test_three_days_are_seventy_two_hours() -> None:
    tries = [tried(0), tried(4), tried(5, T)]
    end = MON + timedelta(days=3)
    assert not find_lacking(LADDER, tries, end - timedelta(seconds=1), may_call=True, is_clinician=False).is_met
    assert count_tries(tries, end) == Counted(2, 2, 1, 0, 3)


@pytest.mark.parametrize(
    ("name", "kind", "check"),
    [
        *((str(kind), kind, "") for kind in LoopKind),
        ("abnormal_result", LoopKind.SAFETY, "critical_result_without_follow_up"),
        ("gap", LoopKind.GAP, "diabetic_eye"),
    ],
)
def test_every_loop_has_a_ladder_that_leads_to_its_rule(name: str, kind: LoopKind, check: str) -> None:
    ladder = ladder_on(load_ladders(), kind, check, date(2026, 11, 20))

    assert ladder.id == name
    assert ladder.source
    calls, parts, written = needed(ladder, may_call=True)
    assert sum(step.road is C for step in ladder.steps) >= calls >= parts
    assert calls + written >= 2
    assert needed(ladder, may_call=False) == (0, 0, written + 1)


def test_a_later_ladder_holds_from_its_day() -> None:
    later = replace(LADDER, from_on=date(2026, 6, 1), calls=3)
    ladders = {"task": (LADDER, later)}
    assert ladder_on(ladders, LoopKind.TASK, "", date(2026, 5, 31)).calls == 2
    assert ladder_on(ladders, LoopKind.TASK, "", date(2026, 6, 1)).calls == 3
    with pytest.raises(KeyError):
        ladder_on(ladders, LoopKind.TASK, "", date(2019, 1, 1))


YES, NO = TryResult.REACHED, TryResult.NO_ANSWER
BEST = [
    ([], None),
    # Of two calls nothing is said, however well they went.
    ([tried(0, result=YES), tried(24, result=YES)], None),
    ([tried(h, result=NO) for h in (0, 24, 48)], None),
    ([tried(8, result=YES), tried(32, result=YES), tried(56, result=NO)], BestTime(PartOfCall.EVENING, 2, 3)),
    (
        [*(tried(h, result=YES) for h in (0, 24, 48)), *(tried(h, result=YES) for h in (3, 27, 51, 75))],
        BestTime(PartOfCall.AFTERNOON, 4, 4),
    ),
    # What is no call, or was no number of theirs, counts for nothing.
    ([tried(0, result=YES), tried(24, result=YES), tried(48, T), tried(72, result=TryResult.WRONG_NUMBER)], None),
]


@pytest.mark.parametrize(("tries", "said"), BEST)
def test_the_best_time_is_claimed_from_three_calls_on(tries: list[Try], said: BestTime | None) -> None:
    assert find_best_time(tries) == said


@pytest.mark.parametrize(("hour", "part"), [(0, "morning"), (11, "morning"), (12, "afternoon"), (17, "evening")])
def test_parts_of_the_day_are_those_of_the_patients_clock(hour: int, part: str) -> None:
    assert part_of(datetime(2026, 7, 1, hour + 4 if hour < 20 else hour, 59, tzinfo=UTC), ZONE) == part


MINUTES = [
    (7, None, 7),
    (999, None, 240),
    (None, None, None),
    (None, timedelta(seconds=1), 1),
    (None, timedelta(minutes=3), 3),
    (None, timedelta(minutes=3, seconds=1), 4),
    (None, timedelta(hours=5), None),
    (None, timedelta(seconds=-5), None),
]


@pytest.mark.parametrize(("given", "opened", "said"), MINUTES)
def test_minutes_are_as_said_or_as_long_as_the_page_was_open(
    given: int | None, opened: timedelta | None, said: int | None
) -> None:
    assert find_minutes(given, MON - opened if opened is not None else None, MON) == said
