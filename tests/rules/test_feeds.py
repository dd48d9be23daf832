"""How often a calendar's address is answered in an hour."""

from datetime import UTC, datetime, timedelta

import pytest

from careloop.facts.feeds import Window
from careloop.rules.feeds import AN_HOUR, ASKED, TooOften, count_asking

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def test_an_address_is_answered_so_often_and_again_when_the_hour_is_over() -> None:
    window = count_asking(None, NINE)
    for _ in range(ASKED - 1):
        window = count_asking(window, NINE + timedelta(minutes=59))

    assert window == Window(NINE, ASKED)
    with pytest.raises(TooOften):
        count_asking(window, NINE + timedelta(minutes=59, seconds=59))
    assert count_asking(window, NINE + AN_HOUR) == Window(NINE + AN_HOUR, 1)
