"""What an accounting of disclosures holds. Pure; the sources stand with the values in ``facts/disclosures.py``."""

from datetime import date

from careloop.facts.disclosures import LEFT_OUT, YEARS, Basis


def first_day(today: date) -> date:
    """Return the first day of an accounting that is asked for today: six years before."""
    try:
        return today.replace(year=today.year - YEARS)
    except ValueError:
        # The 29th of February: six years before there was none.
        return today.replace(year=today.year - YEARS, day=28)


def is_counted(basis: Basis, on: date, today: date) -> bool:
    """Tell whether a disclosure of a day belongs into an accounting. Where no ground was stated it does."""
    return basis not in LEFT_OUT and on >= first_day(today)
