"""What an accounting holds: six years, without what the rule leaves out."""

from datetime import date

import pytest

from careloop.facts.disclosures import Basis
from careloop.rules.disclosures import first_day, is_counted

TODAY = date(2026, 11, 20)


def test_an_accounting_reaches_six_years_back_also_from_a_leap_day() -> None:
    assert first_day(TODAY) == date(2020, 11, 20)
    assert first_day(date(2024, 2, 29)) == date(2018, 2, 28)


@pytest.mark.parametrize("basis", Basis)
def test_law_and_what_is_not_stated_are_counted_and_nothing_else(basis: Basis) -> None:
    assert is_counted(basis, TODAY, TODAY) is (basis in (Basis.LAW, Basis.UNSTATED))


def test_what_is_older_is_not_counted() -> None:
    assert is_counted(Basis.LAW, date(2020, 11, 20), TODAY)
    assert not is_counted(Basis.LAW, date(2020, 11, 19), TODAY)
