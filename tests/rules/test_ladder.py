"""The next rung on the calendar: days the clinic is open, the patient's zone, the deadline, and the sentence."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.basics.days import is_business_day
from careloop.basics.words import Say
from careloop.catalog.reach import load_ladders
from careloop.facts.reach import Counted, NextTry, PartOfCall, Try, TryResult, TryRoad
from careloop.rules.ladder import is_climbed, plan_rung, say_rung
from careloop.rules.reach import count_tries, find_next

ZONE = "America/New_York"
THANKSGIVING = date(2026, 11, 26)
HAD = Counted(calls=1, parts=1, written=0, certified=0, days=0)
M, A, E = PartOfCall
C, T, L = TryRoad.CALL, TryRoad.TEXT, TryRoad.LETTER


def here(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 on the clocks of New York, in UTC."""
    return datetime(2026, 11, day, hour + 5, minute, tzinfo=UTC)


EIGHT_PM = datetime(2026, 11, 18, 1, tzinfo=UTC)
# What opens when; by when it is due; whether the deadline comes first. The 20th is a Friday, the 26th a holiday.
CASES = [
    ("the next morning", NextTry(2, C, here(17, 6)), None, here(17, 17), False),
    ("in a part of the day that is ahead", NextTry(2, C, here(17, 6), (A, E)), None, EIGHT_PM, False),
    ("in the evening alone", NextTry(2, C, here(17, 9), (E,)), None, EIGHT_PM, False),
    ("a morning that is over waits for the next", NextTry(2, C, here(17, 13), (M,)), None, here(18, 12), False),
    ("after the clinic has shut", NextTry(3, T, here(17, 18)), None, here(18, 17), False),
    ("not at a weekend", NextTry(2, C, here(21, 9)), None, here(23, 17), False),
    ("not on a holiday", NextTry(5, L, here(26, 9)), None, here(27, 17), False),
    ("by the deadline, where that is sooner", NextTry(2, C, here(17, 6)), here(17, 15), here(17, 15), False),
    ("before a deadline far ahead", NextTry(2, C, here(17, 6)), here(25, 17), here(17, 17), False),
    ("a rung after the deadline", NextTry(5, L, here(20, 9)), here(18, 12), here(17, 17), True),
    ("a rung after a deadline of today", NextTry(5, L, here(20, 9)), here(16, 17), here(16, 17), True),
    ("a deadline that has passed", NextTry(5, L, here(20, 9)), here(13, 17), here(17, 17), True),
    ("no rung left", None, None, here(17, 17), False),
    ("no rung left, and a deadline today", None, here(16, 16), here(16, 16), False),
]  # fmt: skip


@pytest.mark.parametrize(("found", "due_at", "by", "is_late"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_next_try_stands_on_a_day_of_the_clinic_and_never_after_the_deadline(
    found: NextTry | None, due_at: datetime | None, by: datetime, is_late: bool
) -> None:
    rung = plan_rung(found, HAD, here(16, 10), due_at, ZONE, {THANKSGIVING})

    assert (rung.by, rung.is_late) == (by, is_late)
    assert rung.road == (found.road if found else None)


@given(
    hours=st.integers(0, 24 * 40),
    parts=st.sampled_from([(), (M,), (A,), (E,), (M, A), (A, E), (M, E)]),
    due=st.none() | st.integers(1, 24 * 40),
)
def test_the_date_is_ahead_on_an_open_day_and_not_after_the_deadline(
    hours: int, parts: tuple[PartOfCall, ...], due: int | None
) -> None:
    since = here(16, 10)
    due_at = None if due is None else since + timedelta(hours=due)

    rung = plan_rung(NextTry(2, C, since + timedelta(hours=hours), parts), HAD, since, due_at, ZONE, {THANKSGIVING})

    assert rung.by > since
    assert due_at is None or rung.by <= due_at
    assert rung.by == due_at or is_business_day((rung.by - timedelta(hours=6)).date(), {THANKSGIVING})


SAID = [
    (NextTry(2, C, here(17, 6)), None, "step.ladder.call"),
    (NextTry(2, C, here(17, 6), (E,)), None, "step.ladder.call_evening"),
    (NextTry(2, C, here(17, 6), (A, E)), None, "step.ladder.call_afternoon_evening"),
    (NextTry(3, T, here(17, 10)), None, "step.ladder.text"),
    (NextTry(3, T, here(20, 10)), here(17, 17), "step.ladder.late"),
    (None, None, "step.ladder.end"),
]


@pytest.mark.parametrize(("found", "due_at", "key"), SAID)
def test_the_sentence_says_the_road_the_day_and_what_was_tried(
    found: NextTry | None, due_at: datetime | None, key: str
) -> None:
    said = say_rung(plan_rung(found, HAD, here(16, 10), due_at, ZONE, ()), ZONE)

    assert said == Say(key, day=date(2026, 11, 17), calls=1, written=0)
    assert is_climbed(said)


def test_the_day_is_that_of_the_patients_zone() -> None:
    rung = plan_rung(NextTry(2, C, here(17, 6), (E,)), HAD, here(16, 10), None, "Pacific/Honolulu", ())

    # 8 pm of the 17th in Honolulu is the morning of the 18th in UTC.
    assert rung.by == datetime(2026, 11, 18, 6, tzinfo=UTC)
    assert say_rung(rung, "Pacific/Honolulu") == Say(
        "step.ladder.call_evening", day=date(2026, 11, 17), calls=1, written=0
    )


@pytest.mark.parametrize("name", sorted(load_ladders()))
def test_whoever_climbs_each_ladder_on_its_dates_comes_to_its_end(name: str) -> None:
    """Each try on the date that the rung before it gave: dates only go on, and after the last rung somebody decides."""
    ladder, at, tries = load_ladders()[name][-1], here(16, 10), list[Try]()
    for _ in ladder.steps:
        found = find_next(ladder, tries, at, ())
        assert found is not None
        rung = plan_rung(found, count_tries(tries, at), at, None, ZONE, {THANKSGIVING})
        assert rung.by >= at
        at = max(rung.by - timedelta(minutes=1), found.from_at)
        no_answer = rung.road in (C, TryRoad.OTHER, TryRoad.VISIT)
        tries.append(Try(at, ZONE, found.road, TryResult.NO_ANSWER if no_answer else TryResult.SENT))

    assert find_next(ladder, tries, at, ()) is None
    assert say_rung(plan_rung(None, count_tries(tries, at), at, None, ZONE, ()), ZONE).key == "step.ladder.end"
