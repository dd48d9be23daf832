"""Until when a record is kept."""

from datetime import date

import pytest

from careloop.catalog.retention import RetentionError, load_retention, read_retention
from careloop.facts.retention import RetentionRule
from careloop.rules.retention import kept_until

RULE = RetentionRule(years=10, begins_at_age=18, is_verified=False, source="")


@pytest.mark.parametrize(
    ("last_on", "born", "until"),
    [
        (date(2020, 5, 1), date(1960, 1, 1), date(2030, 5, 1)),
        (date(2020, 5, 1), date(2015, 3, 2), date(2043, 3, 2)),
        (date(2020, 5, 1), None, date(2030, 5, 1)),
        (date(2020, 2, 29), date(1960, 1, 1), date(2030, 2, 28)),
    ],
)
def test_years_count_from_the_last_event_and_for_the_young_from_a_birthday(
    last_on: date, born: date | None, until: date
) -> None:
    assert kept_until(RULE, last_on, born) == until


def test_what_is_shipped_says_that_it_is_not_verified() -> None:
    assert load_retention().is_verified is False
    assert "not checked" in load_retention().source


@pytest.mark.parametrize(
    "text",
    ["", "[record]\nyears = 10\n", '[record]\nyears = 0\nbegins_at_age = 18\nverified = true\nsource = "x"\n'],
)
def test_a_rule_that_lacks_something_is_refused(text: str) -> None:
    with pytest.raises(RetentionError, match=r"retention\.toml"):
        read_retention(text)
