"""The ladder of reminders: due at the promised time of day whatever the clocks do, never in the past, never twice."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.basics.refusals import Refusal
from careloop.catalog.reminders import load_ladder
from careloop.facts.consents import Road
from careloop.facts.preparation import Item
from careloop.facts.reminders import LADDER, DatedRung, Kept, LadderVisit, ReminderKind, Rung, SkippedWhy
from careloop.facts.worklist import Confidence
from careloop.rules.reminders import check_rung, choose_rungs, clean_reason, is_prepared_for, plan_ladder, restate

ON = date(2026, 11, 2)
# Monday, 23 November 2026 at 9:30 in New York.
VISIT = LadderVisit(
    starts_at=datetime(2026, 11, 23, 14, 30, tzinfo=UTC),
    starts_wall=datetime.fromisoformat("2026-11-23 09:30"),
    zone="America/New_York",
    is_confirmed=False,
    has_preparation=True,
)
EARLY = datetime(2026, 11, 2, 12, tzinfo=UTC)
RUNGS = choose_rungs(load_ladder(), (), ON)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(UTC)


def test_a_visit_booked_in_good_time_has_every_rung_on_the_clocks_of_its_place() -> None:
    plan = plan_ladder(VISIT, RUNGS, EARLY)

    assert [(one.kind, one.due_at) for one in plan.planned] == [
        (ReminderKind.CONFIRM, at("2026-11-16T10:00-05:00")),
        (ReminderKind.PREPARE, at("2026-11-20T10:00-05:00")),
        (ReminderKind.CALL, at("2026-11-21T09:00-05:00")),
        (ReminderKind.DAY_BEFORE, at("2026-11-22T10:00-05:00")),
    ]
    assert plan.skipped == ()


@pytest.mark.parametrize(
    ("visit", "now", "left", "skipped"),
    [
        (replace(VISIT, is_confirmed=True), EARLY, ["prepare", "day_before"],
         [("confirm", SkippedWhy.SAID_YES), ("call", SkippedWhy.SAID_YES)]),
        (replace(VISIT, has_preparation=False), EARLY, ["confirm", "call", "day_before"],
         [("prepare", SkippedWhy.NOTHING_TO_PREPARE)]),
        # Booked on the Sunday before: nobody is written to about what was just said.
        (VISIT, at("2026-11-22T12:00-05:00"), [], [(str(r.kind), SkippedWhy.TOO_NEAR) for r in RUNGS]),
        (VISIT, at("2026-11-20T10:00-05:00"), ["call", "day_before"],
         [("confirm", SkippedWhy.TOO_NEAR), ("prepare", SkippedWhy.TOO_NEAR)]),
    ],
)  # fmt: skip
def test_what_is_left_out_is_said(
    visit: LadderVisit, now: datetime, left: list[str], skipped: list[tuple[str, SkippedWhy]]
) -> None:
    plan = plan_ladder(visit, RUNGS, now)

    assert [one.kind for one in plan.planned] == left
    assert [(one.kind, one.why) for one in plan.skipped] == skipped
    assert all(one.say.key == f"reminder_skipped.{one.why}" for one in plan.skipped)


def test_a_rung_that_is_switched_off_is_left_out() -> None:
    rungs = choose_rungs(load_ladder(), [replace(RUNGS[0], is_on=False)], ON)

    plan = plan_ladder(VISIT, rungs, EARLY)

    assert [(one.kind, one.why) for one in plan.skipped] == [(ReminderKind.CONFIRM, SkippedWhy.OFF)]


def test_the_clinics_own_rung_and_the_latest_of_the_product_hold() -> None:
    later = DatedRung(date(2026, 1, 1), replace(RUNGS[-1], at=time(8)), "The clinic", False, Confidence.GENERAL)
    future = DatedRung(date(2027, 1, 1), replace(RUNGS[-1], at=time(7)), "The clinic", False, Confidence.GENERAL)
    own = Rung(ReminderKind.CONFIRM, 14, time(11), (Road.EMAIL,), 24)

    found = {one.kind: one for one in choose_rungs([*load_ladder(), later, future], [own], ON)}

    assert found[ReminderKind.DAY_BEFORE].at == time(8)
    assert found[ReminderKind.CONFIRM] == own
    assert set(found) == set(LADDER)


def test_a_time_that_the_clocks_skip_is_an_hour_later_and_of_two_the_first_counts() -> None:
    # 8 March 2026: 2:30 is skipped. 1 November 2026: 1:30 comes twice.
    night = Rung(ReminderKind.DAY_BEFORE, 1, time(2, 30), (Road.TEXT,), 10)
    spring = replace(
        VISIT, starts_wall=datetime.fromisoformat("2026-03-09 09:30"), starts_at=at("2026-03-09T09:30-04:00")
    )
    autumn = replace(
        VISIT, starts_wall=datetime.fromisoformat("2026-11-02 09:30"), starts_at=at("2026-11-02T09:30-05:00")
    )

    (skipped,) = plan_ladder(spring, [night], at("2026-03-01T00:00-05:00")).planned
    (twice,) = plan_ladder(autumn, [replace(night, at=time(1, 30))], at("2026-10-01T00:00-04:00")).planned

    assert skipped.due_at == at("2026-03-08T03:30-04:00")
    assert twice.due_at == at("2026-11-01T01:30-04:00")


ZONES = ("America/New_York", "America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")


@given(
    zone=st.sampled_from(ZONES),
    starts=st.datetimes(datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2030-12-31")),
    days=st.integers(1, 60),
    hour=st.integers(0, 23),
    ahead=st.integers(0, 90 * 24),
)
def test_a_reminder_is_never_past_nor_after_the_visit_and_keeps_its_time_of_day(
    zone: str, starts: datetime, days: int, hour: int, ahead: int
) -> None:
    here = ZoneInfo(zone)
    starts_at = starts.replace(tzinfo=here).astimezone(UTC)
    wall = starts_at.astimezone(here).replace(tzinfo=None)
    visit = LadderVisit(starts_at, wall, zone, is_confirmed=False, has_preparation=True)
    now = starts_at - timedelta(hours=ahead)
    rung = Rung(ReminderKind.CONFIRM, days, time(hour), (Road.TEXT,), 48)

    plan = plan_ladder(visit, [rung], now)

    assert len(plan.planned) + len(plan.skipped) == 1
    for one in plan.planned:
        assert now < one.due_at < starts_at
        assert one.due_at < one.good_until <= starts_at
        shown = one.due_at.astimezone(here)
        assert shown.date() == wall.date() - timedelta(days=days)
        # But for the few hours of the year that the clocks skip.
        assert shown.hour in (hour, hour + 1)


def test_what_went_is_never_planned_again_and_what_is_not_wanted_any_more_is_over() -> None:
    plan = plan_ladder(VISIT, RUNGS, EARLY)
    first, *rest = plan.planned
    kept = {(first.kind, first.due_at): Kept.GONE, (ReminderKind.DAY_BEFORE, EARLY): Kept.PLANNED}

    new, over = restate(plan, kept)

    assert new == tuple(rest)
    assert over == ((ReminderKind.DAY_BEFORE, EARLY),)
    # The confirmation went, and the clinic sets it to another day: it does not go a second time.
    moved = plan_ladder(VISIT, [replace(RUNGS[0], days_before=5)], EARLY)
    assert restate(moved, {(first.kind, first.due_at): Kept.GONE}) == ((), ())
    # The rung was moved away and back: it stands again.
    assert restate(plan, {(first.kind, first.due_at): Kept.LEFT})[0] == plan.planned
    assert restate(plan, {(one.kind, one.due_at): Kept.PLANNED for one in plan.planned}) == ((), ())


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"days_before": 0}, "refusal.rung_days"),
        ({"days_before": 61}, "refusal.rung_days"),
        ({"good_hours": 0}, "refusal.rung_hours"),
        ({"roads": (Road.LETTER,)}, "refusal.rung_roads"),
        ({"roads": ()}, "refusal.rung_no_road"),
        # "Your visit is tomorrow" is said on one day only.
        ({"kind": ReminderKind.DAY_BEFORE, "days_before": 2}, "refusal.rung_days"),
    ],
)
def test_a_rung_that_cannot_be_climbed_is_refused(changed: dict[str, object], key: str) -> None:
    with pytest.raises(Refusal) as no:
        check_rung(replace(RUNGS[0], **changed))  # type: ignore[arg-type]

    assert no.value.say.key == key


def test_only_what_the_patient_does_is_prepared_for() -> None:
    assert is_prepared_for([Item.COVERAGE, Item.FASTING])
    assert not is_prepared_for([Item.COVERAGE, Item.RIDE, Item.INSTRUCTIONS])


def test_a_pause_says_why() -> None:
    assert clean_reason("  in\nhospital ") == "in hospital"
    for words in ("  ", "x" * 301):
        with pytest.raises(Refusal):
            clean_reason(words)
