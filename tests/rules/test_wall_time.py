"""Promised times: the clocks of every zone at every change from 2000 to 2040."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careloop.basics.refusals import Refusal
from careloop.facts.scheduling import Promised, Which
from careloop.rules.wall_time import find_instants, promise, promise_series, show, walk_wall

clock = datetime.fromisoformat
NEW_YORK = "America/New_York"
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2041, 1, 1, tzinfo=UTC)
# Names that are links to others, or mean whatever this machine has: they add nothing but time.
ZONES = sorted(z for z in available_timezones() if not z.startswith(("posix/", "right/")) and z != "localtime")


def find_changes(zone: str) -> list[datetime]:
    """Return the instants at which the offset of a zone changes, to the second: months, then halves."""
    here = ZoneInfo(zone)
    changes = []
    month = FIRST
    offset = month.astimezone(here).utcoffset()
    while month < LAST:
        after = month + timedelta(days=9)
        if (new := after.astimezone(here).utcoffset()) != offset:
            low, high = month, after
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                low, high = (middle, high) if middle.astimezone(here).utcoffset() == offset else (low, middle)
            changes.append(high.replace(microsecond=0))
            offset = new
        month = after
    return changes


def rules_of(zone: str) -> tuple[object, ...]:
    """Return what tells a zone from its namesakes: its offset every nine days."""
    here = ZoneInfo(zone)
    return tuple((FIRST + timedelta(days=9 * n)).astimezone(here).utcoffset() for n in range(1700))


def one_of_each() -> list[str]:
    """Return one zone of all that show the same times."""
    found: dict[tuple[object, ...], str] = {}
    for zone in ZONES:
        found.setdefault(rules_of(zone), zone)
    return sorted(found.values())


def refusal(wall: datetime, zone: str) -> str:
    with pytest.raises(Refusal) as no:
        promise(wall, zone)
    return no.value.say.key


def test_every_change_of_every_zone_is_refused_asked_about_or_told_apart() -> None:
    """At each change the last minute before, the first after, and the doubtful minutes between mean what they say."""
    gaps = doubles = 0
    for zone in one_of_each():
        here = ZoneInfo(zone)
        for at in find_changes(zone):
            before = (at - timedelta(seconds=1)).astimezone(here).utcoffset()
            after = at.astimezone(here).utcoffset()
            assert before is not None
            assert after is not None
            wall = (at + before).replace(tzinfo=None)
            middle = wall + (after - before) / 2
            if after > before:
                gaps += 1
                assert find_instants(middle, zone) == (), (zone, at)
                assert refusal(middle, zone) == "refusal.time_skipped"
            else:
                doubles += 1
                assert len(find_instants(middle, zone)) == 2, (zone, at)
                assert refusal(middle, zone) == "refusal.time_twice"
                one, two = (promise(middle, zone, which) for which in Which)
                assert two.at - one.at == before - after, (zone, at)
            for moment in (at - timedelta(minutes=1) - abs(after - before), at + abs(after - before)):
                shown = show(moment, zone)
                assert promise(shown.wall, zone) == shown, (zone, at)

    assert gaps > 2000
    assert doubles > 2000


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.datetimes(min_value=clock("2000-01-01 00:00"), max_value=clock("2040-12-31 00:00")),
)
def test_a_promise_shows_the_wall_time_that_was_said_in_every_zone(zone: str, wall: datetime) -> None:
    for at in find_instants(wall, zone):
        assert at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall
        assert show(at, zone) == Promised(at, zone, wall)


def test_the_hour_that_spring_skips_is_refused() -> None:
    with pytest.raises(Refusal) as no:
        promise(clock("2027-03-14 02:30"), NEW_YORK)

    assert dict(no.value.say.values) == {"day": clock("2027-03-14 00:00").date(), "time": "02:30", "zone": NEW_YORK}


def test_the_hour_that_autumn_doubles_is_asked_about() -> None:
    wall = clock("2027-11-07 01:30")

    assert refusal(wall, NEW_YORK) == "refusal.time_twice"
    assert promise(wall, NEW_YORK, Which.FIRST).at == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)
    assert promise(wall, NEW_YORK, Which.SECOND).at == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)


def test_which_of_two_makes_no_difference_where_there_is_one() -> None:
    wall = clock("2027-06-07 09:00")

    assert promise(wall, NEW_YORK, Which.SECOND) == promise(wall, NEW_YORK)


def test_a_series_keeps_its_time_of_day_over_the_change_and_so_is_not_always_a_day_apart() -> None:
    series = promise_series(clock("2027-03-12 09:00"), NEW_YORK, every_days=1, count=4)

    assert [one.wall.hour for one in series] == [9, 9, 9, 9]
    assert [b.at - a.at for a, b in pairwise(series)] == [
        timedelta(hours=24), timedelta(hours=23), timedelta(hours=24),
    ]  # fmt: skip


def test_a_series_that_meets_the_skipped_hour_says_on_which_day() -> None:
    with pytest.raises(Refusal) as no:
        promise_series(clock("2027-03-07 02:30"), NEW_YORK, every_days=7, count=3)

    assert dict(no.value.say.values)["day"] == clock("2027-03-14 00:00").date()


def test_a_series_of_weeks_keeps_its_time_in_every_zone() -> None:
    for zone in one_of_each():
        series = promise_series(clock("2026-01-05 10:15"), zone, every_days=7, count=52)

        assert {one.wall.time() for one in series} == {series[0].wall.time()}
        assert all(one.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == one.wall for one in series)


def test_doubtful_times_are_never_offered() -> None:
    spring = Promised(datetime(2027, 3, 14, 5, tzinfo=UTC), NEW_YORK, clock("2027-03-14 00:00"))
    walls = [one.wall.hour for one in walk_wall(spring.at, spring.at + timedelta(hours=5), NEW_YORK, 60)]
    assert walls == [0, 1, 3, 4, 5]
    autumn = datetime(2027, 11, 7, 4, tzinfo=UTC)
    assert [one.wall.hour for one in walk_wall(autumn, autumn + timedelta(hours=5), NEW_YORK, 60)] == [0, 2, 3]
