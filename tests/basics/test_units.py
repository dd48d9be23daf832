"""Units as people read them."""

import pytest

from careloop.basics.units import write_quantity, write_unit


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ("mm[Hg]", "mmHg"),
        ("{INR}", ""),
        ("{score}", ""),
        ("", ""),
        ("mL/min/{1.73_m2}", "mL/min/1.73 m2"),
        ("10*3/uL", "10³/uL"),
        ("10*-6", "10⁻⁶"),
        ("Cel", "°C"),
        ("%", "%"),
        ("mmol/L", "mmol/L"),
        ("years", "years"),
        ("{", "{"),
    ],
)
def test_a_unit_is_written_for_reading(code: str, read: str) -> None:
    assert write_unit(code) == read


def test_an_amount_stands_before_its_unit_or_alone() -> None:
    assert write_quantity("131", "mm[Hg]") == "131 mmHg"
    assert write_quantity("6.2", "{INR}") == "6.2"
    assert write_quantity("", "mmol/L") == "mmol/L"
