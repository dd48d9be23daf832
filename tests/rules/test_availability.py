"""Free times: hours and exceptions less what is busy, for one and for all who are needed."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from careloop.facts.scheduling import Calendar, CalendarException, Candidate, Span, VisitLength, WeeklyHours
from careloop.rules.availability import free_times, offer_times, open_times, pick_at, subtract, unite

ZONE = "America/New_York"
START = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
WEEK = tuple(WeeklyHours(day, time(9), time(17)) for day in range(1, 6))
ONE, TWO, THREE = (UUID(int=n) for n in (1, 2, 3))


def minutes(spans: object) -> set[int]:
    """Return the minutes from START that lie in some spans: the slow and certain way."""
    return {
        n for span in spans  # type: ignore[attr-defined]
        for n in range(int((span.start - START) / timedelta(minutes=1)), int((span.end - START) / timedelta(minutes=1)))
    }  # fmt: skip


def span(first: int, last: int) -> Span:
    return Span(START + timedelta(minutes=first), START + timedelta(minutes=last))


SPANS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda ends: span(min(ends), max(ends))))


@given(SPANS, SPANS)
def test_what_is_left_is_every_minute_of_the_one_and_none_of_the_other(some: list[Span], less: list[Span]) -> None:
    left = subtract(some, less)

    assert minutes(left) == minutes(some) - minutes(less)
    assert all(one.end < other.start for one, other in pairwise(left))


@given(SPANS)
def test_spans_that_are_united_are_the_same_minutes_apart_and_in_order(some: list[Span]) -> None:
    united = unite(some)

    assert minutes(united) == minutes(some)
    assert all(one.end < other.start for one, other in pairwise(united))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 7), st.integers(0, 22), st.integers(1, 6)), max_size=6),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.booleans(), st.integers(0, 20)), max_size=4),
    st.sampled_from([ZONE, "Asia/Kolkata", "Australia/Lord_Howe", "America/Anchorage", "Pacific/Apia"]),
)
def test_open_times_are_those_of_each_day_asked_by_itself(
    hours: list[tuple[int, int, int]], days: list[tuple[int, int, bool, int]], zone: str
) -> None:
    """A window of ten days says the same as ten windows of a day, and closed days are closed."""
    first = date(2027, 3, 8)
    calendar = Calendar(
        zone,
        tuple(WeeklyHours(d, time(h), time(min(h + n, 23), 30)) for d, h, n in hours),
        tuple(
            CalendarException(first + timedelta(days=a), first + timedelta(days=a + n), is_open=o,
                              opens=time(h) if o else None, closes=time(h + 2) if o else None)
            for a, n, o, h in days
        ),
        frozenset({first + timedelta(days=2)}),
    )  # fmt: skip
    start = datetime(2027, 3, 8, tzinfo=UTC)

    whole = open_times(calendar, start, start + timedelta(days=10))
    parts = [
        s for n in range(10) for s in open_times(calendar, start + timedelta(days=n), start + timedelta(days=n + 1))
    ]

    assert unite(parts) == whole


def monday(*exceptions: CalendarException, holidays: frozenset[date] = frozenset()) -> list[tuple[int, int]]:
    """Return the open hours of Monday on the clocks of New York, as pairs of UTC hours."""
    spans = open_times(Calendar(ZONE, WEEK, exceptions, holidays), START, START + timedelta(days=1, hours=5))
    return [(one.start.hour, one.end.hour) for one in spans if one.start.date() == MONDAY]


def test_the_hours_of_a_day_are_those_of_its_week() -> None:
    assert monday() == [(14, 22)]


def test_a_holiday_is_closed_unless_an_exception_opens_it() -> None:
    closed = frozenset({MONDAY})

    assert monday(holidays=closed) == []
    assert monday(CalendarException(MONDAY, MONDAY, True, time(10), time(12)), holidays=closed) == [(15, 17)]


def test_leave_closes_the_day_and_a_meeting_its_hours() -> None:
    assert monday(CalendarException(MONDAY - timedelta(days=3), MONDAY, False)) == []
    assert monday(CalendarException(MONDAY, MONDAY, False, time(12), time(13))) == [(14, 17), (18, 22)]


def test_what_is_closed_stays_closed_where_another_exception_opens_it() -> None:
    assert monday(
        CalendarException(MONDAY, MONDAY, True, time(18), time(20)), CalendarException(MONDAY, MONDAY, False)
    ) == []  # fmt: skip


def test_hours_hold_from_their_day_until_their_day() -> None:
    hours = (
        WeeklyHours(1, time(9), time(10), until_on=date(2026, 11, 23)),
        WeeklyHours(1, time(13), time(14), date(2026, 11, 24)),
    )
    spans = open_times(Calendar(ZONE, hours), START, START + timedelta(days=15))

    assert [(one.start.date(), one.start.hour) for one in spans] == [
        (date(2026, 11, 23), 14), (date(2026, 11, 30), 18), (date(2026, 12, 7), 18),
    ]  # fmt: skip


def test_hours_over_a_change_of_the_clocks_are_longer_and_shorter() -> None:
    night = Calendar(ZONE, tuple(WeeklyHours(day, time(0), time(6)) for day in range(1, 8)))
    spring = open_times(night, datetime(2027, 3, 14, 5, tzinfo=UTC), datetime(2027, 3, 15, 4, tzinfo=UTC))
    autumn = open_times(night, datetime(2027, 11, 7, 4, tzinfo=UTC), datetime(2027, 11, 8, 5, tzinfo=UTC))

    assert [one.end - one.start for one in (*spring, *autumn)] == [timedelta(hours=5), timedelta(hours=7)]


VISIT = VisitLength(30, gap_before=5, gap_after=10)


@given(SPANS, st.integers(0, 260), st.booleans())
def test_a_visit_fits_exactly_where_nobody_is_and_its_gaps_touch_nobody(
    busy: list[Span], first: int, keeps_gaps: bool
) -> None:
    candidate = Candidate(ONE, (span(30, 280),), tuple(busy), keeps_gaps=keeps_gaps)
    before, after = (5, 10) if keeps_gaps else (0, 0)

    found = pick_at([[candidate]], VISIT, START + timedelta(minutes=first))

    visit = set(range(first, first + 30))
    kept = set(range(first - before, first + 30 + after))
    free = visit <= minutes([span(30, 280)]) and not kept & minutes(busy)
    assert (found is not None) == free


def test_free_times_of_a_patient_are_all_but_the_busy_ones() -> None:
    patient = Candidate(ONE, None, (span(60, 90),), keeps_gaps=False)

    assert free_times(patient, VISIT, span(0, 300)) == (span(0, 60), span(90, 300))


def test_times_are_offered_where_one_of_each_need_is_free_and_say_who() -> None:
    doctor = Candidate(ONE, (span(60, 240),), (span(60, 90),), keeps_gaps=False)
    rooms = [Candidate(TWO, (span(0, 300),), (span(90, 120),), keeps_gaps=False), Candidate(THREE, (span(0, 125),))]

    offers = offer_times([[doctor], rooms], VisitLength(30), span(0, 300), zone="UTC", count=3)

    assert [(int((o.promised.at - START) / timedelta(minutes=1)), o.picks) for o in offers] == [
        (90, (ONE, THREE)), (120, (ONE, TWO)), (135, (ONE, TWO)),
    ]  # fmt: skip


def test_nothing_is_offered_that_would_end_after_the_window() -> None:
    always = Candidate(ONE, (span(0, 300),))

    offers = offer_times([[always]], VisitLength(30), span(0, 60), zone="UTC", count=9)

    assert [int((o.promised.at - START) / timedelta(minutes=1)) for o in offers] == [0, 15, 30]
