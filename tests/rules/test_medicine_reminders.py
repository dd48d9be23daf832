"""Reminders of medicines: at the patient's times of day, up to the last day, and silence is counted by days."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.basics.refusals import Refusal
from careloop.facts.consents import Road
from careloop.facts.medicine_reminders import DayAnswers, ScheduleDraft
from careloop.rules.medicine_reminders import check_schedule, count_silent_days, plan_moments, same_day

TODAY = date(2026, 11, 20)
DRAFT = ScheduleDraft(UUID(int=1), 1, (time(8), time(20)), Road.TEXT, date(2026, 12, 1), "Dana asked, she said yes")
NEW_YORK = "America/New_York"


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(UTC)


def test_a_day_has_its_times_and_the_last_day_is_the_last() -> None:
    found = plan_moments(
        DRAFT.times, NEW_YORK, since=at("2026-11-20T08:00-05:00"), until=at("2026-11-23T00:00-05:00"),
        ends_on=date(2026, 11, 21), good_hours=2,
    )  # fmt: skip

    assert [one.due_at for one in found] == [
        at("2026-11-20T20:00-05:00"),
        at("2026-11-21T08:00-05:00"),
        at("2026-11-21T20:00-05:00"),
    ]
    assert all(one.good_until - one.due_at == timedelta(hours=2) for one in found)


def test_no_day_of_the_change_of_clocks_has_a_dose_twice_or_none() -> None:
    def moments(since: str, until: str) -> list[datetime]:
        found = plan_moments(
            [time(1, 30), time(2, 30)], NEW_YORK, since=at(since), until=at(until), ends_on=date(2027, 1, 1),
            good_hours=2,
        )  # fmt: skip
        return [one.due_at for one in found]

    assert moments("2026-03-08T00:00-05:00", "2026-03-08T23:00-04:00") == [
        at("2026-03-08T01:30-05:00"),
        at("2026-03-08T03:30-04:00"),
    ]
    assert moments("2026-11-01T00:00-04:00", "2026-11-01T23:00-05:00") == [
        at("2026-11-01T01:30-04:00"),
        at("2026-11-01T02:30-05:00"),
    ]


@given(
    zone=st.sampled_from(("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC")),
    since=st.datetimes(datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2030-12-31")),
    parts=st.lists(st.integers(1, 48), min_size=1, max_size=5),
    hours=st.sets(st.integers(0, 23), min_size=1, max_size=4),
)
def test_in_whatever_steps_it_is_planned_the_same_reminders_come_of_it(
    zone: str, since: datetime, parts: list[int], hours: set[int]
) -> None:
    times = [time(hour) for hour in sorted(hours)]
    start = since.replace(tzinfo=UTC)
    end = start + timedelta(hours=sum(parts))

    def moments(a: datetime, b: datetime) -> list[datetime]:
        found = plan_moments(times, zone, since=a, until=b, ends_on=date(2040, 1, 1), good_hours=2)
        return [one.due_at for one in found]

    stepped, here = [], start
    for hours_on in parts:
        stepped += moments(here, here + timedelta(hours=hours_on))
        here += timedelta(hours=hours_on)

    assert stepped == moments(start, end)
    assert len(set(stepped)) == len(stepped)
    assert all(one.astimezone(ZoneInfo(zone)).minute in (0, 30) for one in stepped)


@pytest.mark.parametrize(
    ("days", "count"),
    [
        ([], 0),
        ([(1, 2, 0), (2, 2, 0)], 2),
        ([(1, 2, 0), (2, 2, 1)], 0),
        # A day on which nothing went is no silence, and does not end one.
        ([(1, 2, 0), (2, 0, 0), (3, 1, 0)], 2),
        ([(1, 2, 1), (2, 2, 0)], 1),
    ],
)
def test_silent_days_are_counted_from_the_last(days: list[tuple[int, int, int]], count: int) -> None:
    found = [DayAnswers(date(2026, 11, day), sent, answered) for day, sent, answered in days]

    assert count_silent_days(found) == count
    assert count_silent_days(found[::-1]) == count


def test_a_clinician_is_asked_the_same_day() -> None:
    assert same_day(at("2026-11-20T10:00-05:00"), NEW_YORK) == at("2026-11-20T17:00-05:00")
    assert same_day(at("2026-11-20T20:00-05:00"), NEW_YORK) == at("2026-11-20T21:00-05:00")


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"times": ()}, "refusal.schedule_times"),
        ({"times": (time(8), time(8))}, "refusal.schedule_times"),
        ({"times": tuple(time(hour) for hour in range(7))}, "refusal.schedule_times"),
        ({"ends_on": date(2026, 11, 19)}, "refusal.schedule_ends"),
        ({"ends_on": date(2027, 11, 19)}, "refusal.schedule_ends"),
        ({"consent": "  "}, "refusal.schedule_consent"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(changed: dict[str, object], key: str) -> None:
    latest_on = TODAY + timedelta(days=90)
    check_schedule(DRAFT, TODAY, latest_on)

    with pytest.raises(Refusal) as no:
        check_schedule(replace(DRAFT, **changed), TODAY, latest_on)  # type: ignore[arg-type]

    assert no.value.say.key == key
