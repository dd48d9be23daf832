"""Days: business days of a clinic and steps of months that never leave the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.basics.days import (
    add_business_days,
    add_months,
    add_years,
    age_on,
    count_business_days,
    is_business_day,
    take_business_days,
    take_days,
)

HOLIDAYS = frozenset({date(2026, 11, 26), date(2026, 12, 25), date(2027, 1, 1)})
days = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("on", "months", "after"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 11, 20), 12, date(2027, 11, 20)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_that_month(on: date, months: int, after: date) -> None:
    assert add_months(on, months) == after


@pytest.mark.parametrize(
    ("on", "years", "after"),
    [
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2000, 2, 29), 100, date(2100, 2, 28)),
        (date(2026, 11, 20), 10, date(2036, 11, 20)),
    ],
)
def test_a_leap_day_becomes_the_28th_in_a_common_year(on: date, years: int, after: date) -> None:
    assert add_years(on, years) == after


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(1958, 3, 14), date(2026, 3, 13), 67),
        (date(1958, 3, 14), date(2026, 3, 14), 68),
        (date(2004, 2, 29), date(2026, 2, 28), 21),
        (date(2004, 2, 29), date(2026, 3, 1), 22),
        (date(2026, 11, 20), date(2026, 11, 20), 0),
    ],
)
def test_an_age_is_in_whole_years(born: date, on: date, age: int) -> None:
    assert age_on(born, on) == age


@pytest.mark.parametrize(
    ("on", "works"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
        (date(2026, 11, 26), False),
        (date(2026, 11, 27), True),
    ],
)
def test_the_clinic_works_monday_to_friday_but_not_on_holidays(on: date, works: bool) -> None:
    assert is_business_day(on, HOLIDAYS) is works


@pytest.mark.parametrize(
    ("on", "count", "after"),
    [
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 25), 1, date(2026, 11, 27)),
        (date(2026, 12, 24), 1, date(2026, 12, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        (date(2026, 11, 20), 10, date(2026, 12, 7)),
    ],
)
def test_business_days_are_counted_over_weekends_holidays_and_years(on: date, count: int, after: date) -> None:
    assert add_business_days(on, count, HOLIDAYS) == after


@given(days, st.integers(0, 60))
def test_counting_takes_back_what_adding_did(on: date, count: int) -> None:
    after = add_business_days(on, count, HOLIDAYS)

    assert count_business_days(on, after, HOLIDAYS) == count
    assert count == 0 or is_business_day(after, HOLIDAYS)


@given(days, st.integers(0, 90), st.integers(0, 90))
def test_business_days_of_two_stretches_add_up(on: date, first: int, second: int) -> None:
    middle, end = on + timedelta(days=first), on + timedelta(days=first + second)

    whole = count_business_days(on, end, HOLIDAYS)

    assert whole == count_business_days(on, middle, HOLIDAYS) + count_business_days(middle, end, HOLIDAYS)


@given(days, st.integers(-600, 600))
def test_a_step_of_months_lands_in_that_month_and_comes_back_close(on: date, months: int) -> None:
    after = add_months(on, months)

    assert (after.year * 12 + after.month) - (on.year * 12 + on.month) == months
    assert after.day == on.day or (after + timedelta(days=1)).day == 1
    assert add_months(after, -months) <= on
    assert on - add_months(after, -months) <= timedelta(days=3)


@given(days, st.integers(0, 120))
def test_a_birthday_comes_every_year(born: date, age: int) -> None:
    birthday = add_years(born, age)

    assert age_on(born, birthday) in (age, age - (born.month == 2 and born.day == 29 and birthday.day == 28))
    assert age_on(born, birthday - timedelta(days=1)) == age - 1


@given(days, st.integers(0, 40))
def test_business_days_before_lead_back_to_a_day_and_none_of_them_is_a_holiday(on: date, count: int) -> None:
    before = take_business_days(on, count, HOLIDAYS)

    assert before <= take_days(on, count)
    assert count == 0 or is_business_day(before, HOLIDAYS)
    # Between the two lie so many, whatever day of the week it began with.
    assert sum(is_business_day(before + timedelta(days=n), HOLIDAYS) for n in range((on - before).days)) == count
