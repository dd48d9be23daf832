"""Days: business days of a clinic and steps of months that never leave the calendar."""

from collections.abc import Container
from datetime import date, timedelta

SHORTEST_MONTH = 28


def is_business_day(on: date, holidays: Container[date] = ()) -> bool:
    """Tell whether the clinic works on this day: Monday to Friday and no holiday."""
    return on.weekday() < 5 and on not in holidays


def add_business_days(on: date, count: int, holidays: Container[date] = ()) -> date:
    """Return the day that lies ``count`` business days after ``on``."""
    day = on
    for _ in range(count):
        day += timedelta(days=1)
        while not is_business_day(day, holidays):
            day += timedelta(days=1)
    return day


def take_business_days(on: date, count: int, holidays: Container[date] = ()) -> date:
    """Return the day that lies ``count`` business days before ``on``."""
    day = on
    for _ in range(count):
        day -= timedelta(days=1)
        while not is_business_day(day, holidays):
            day -= timedelta(days=1)
    return day


def take_days(on: date, count: int, _holidays: Container[date] = ()) -> date:
    """Return the day that lies ``count`` days of the calendar before ``on``."""
    return on - timedelta(days=count)


def count_business_days(first: date, last: date, holidays: Container[date] = ()) -> int:
    """Return how many business days lie after ``first`` up to and including ``last``."""
    return sum(is_business_day(first + timedelta(days=n), holidays) for n in range(1, (last - first).days + 1))


def add_months(on: date, months: int) -> date:
    """Return the same day of the month ``months`` later, or that month's last day."""
    index = on.year * 12 + on.month - 1 + months
    year, month = divmod(index, 12)
    if on.day <= SHORTEST_MONTH:
        return date(year, month + 1, on.day)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (after - timedelta(days=1)).day
    return date(year, month + 1, min(on.day, last))


def add_years(on: date, years: int) -> date:
    """Return the same day ``years`` later; 29 February becomes 28 February in a common year."""
    return add_months(on, 12 * years)


def age_on(born: date, on: date) -> int:
    """Return the age in whole years on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
