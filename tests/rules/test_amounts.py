"""Amounts of money, read as people type them and written as people read them."""

import pytest

from careloop.rules.amounts import read_amount, write_amount


@pytest.mark.parametrize(("cents", "text"), [(29500, "$295"), (29550, "$295.50"), (123456, "$1,234.56"), (5, "$0.05")])
def test_amounts_are_written_in_dollars(cents: int, text: str) -> None:
    assert write_amount(cents) == text


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("295", 29500), ("$295.50", 29550), (" 1,295.00 ", 129500), ("0", 0), ("$ 5", 500), ("1000000", 100_000_000),
        ("٣", 300),
    ],
)  # fmt: skip
def test_what_people_type_is_read(text: str, cents: int) -> None:
    assert read_amount(text) == cents


@pytest.mark.parametrize("text", ["", "thirty", "-5", "30.5", "1,2", "30 dollars", "1000000.01", "9" * 400])
def test_what_is_no_amount_is_not_guessed(text: str) -> None:
    assert read_amount(text) is None
