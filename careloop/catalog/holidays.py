"""Days on which the clinic is closed: the federal holidays of the United States.

Source: 5 U.S.C. 6103 with Executive Order 11582 (a holiday on a Saturday is kept on the Friday before,
one on a Sunday on the Monday after), as the ``holidays`` library computes them.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache

import holidays


@cache
def clinic_holidays(year: int) -> frozenset[date]:
    """Return the days of one calendar year on which the clinic is closed, as kept and as named.

    A holiday that falls on a weekend is there twice: its own day and the day on which it is kept. New
    Year's Day of the next year is kept on 31 December when it falls on a Saturday.
    """
    return frozenset(name_holidays(year))


@cache
def name_holidays(year: int) -> Mapping[date, str]:
    """Return what each of these days is called, in English, as the law and the library name them."""
    federal = holidays.country_holidays("US", years=(year, year + 1), language="en_US")
    return {day: name for day, name in sorted(federal.items()) if day.year == year}
