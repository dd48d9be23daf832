"""Federal holidays, against the days that the government's own calendar gives for 2026."""

from datetime import date

import pytest

from careloop.basics.days import add_business_days
from careloop.catalog.holidays import clinic_holidays


def test_the_holidays_of_2026() -> None:
    kept = {
        date(2026, 1, 1),
        date(2026, 1, 19),
        date(2026, 2, 16),
        date(2026, 5, 25),
        date(2026, 6, 19),
        date(2026, 7, 3),  # Independence Day falls on a Saturday
        date(2026, 9, 7),
        date(2026, 10, 12),
        date(2026, 11, 11),
        date(2026, 11, 26),
        date(2026, 12, 25),
    }

    assert clinic_holidays(2026) == kept | {date(2026, 7, 4)}


@pytest.mark.parametrize(
    "kept_on",
    [
        date(2021, 12, 31),  # New Year's Day 2022 falls on a Saturday
        date(2023, 1, 2),  # New Year's Day 2023 falls on a Sunday
        date(2027, 7, 5),  # Independence Day 2027 falls on a Sunday
    ],
)
def test_a_holiday_on_a_weekend_is_kept_on_the_nearest_weekday(kept_on: date) -> None:
    assert kept_on in clinic_holidays(kept_on.year)


def test_business_days_step_over_thanksgiving() -> None:
    assert add_business_days(date(2026, 11, 24), 2, clinic_holidays(2026)) == date(2026, 11, 27)
