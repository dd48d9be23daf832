"""Quantities compared as the measures compare them: in UCUM units, and not at all where units do not fit.

Factors are those of the Unified Code for Units of Measure, version 2.1 (Regenstrief Institute, 2017). Amounts of
substance (mmol/L) are never turned into mass, nor mmol/mol into per cent: they would need the substance.
"""

from collections.abc import Mapping
from decimal import Decimal

from careloop.facts.measures import Quantity
from careloop.rules.measures.clock import Truth

# Unit that a measure names -> unit of a record -> how many of the first are one of the second.
FACTORS: Mapping[str, Mapping[str, Decimal]] = {
    "%": {"%": Decimal(1), "1": Decimal(100)},
    "kg/m2": {"kg/m2": Decimal(1), "g/m2": Decimal("0.001"), "g/cm2": Decimal(10)},
    "mg/dL": {
        "mg/dL": Decimal(1),
        "g/L": Decimal(100),
        "g/dL": Decimal(1000),
        "mg/L": Decimal("0.1"),
        "mg/mL": Decimal(100),
        "ug/mL": Decimal("0.1"),
    },
    "mm[Hg]": {"mm[Hg]": Decimal(1), "cm[Hg]": Decimal(10), "m[Hg]": Decimal(1000)},
    "day": {
        **dict.fromkeys(("d", "day", "days"), Decimal(1)),
        **dict.fromkeys(("wk", "week", "weeks"), Decimal(7)),
        **dict.fromkeys(("mo", "month", "months"), Decimal("30.4375")),
        **dict.fromkeys(("a", "year", "years"), Decimal("365.25")),
        **dict.fromkeys(("h", "hour", "hours"), Decimal(1) / 24),
        **dict.fromkeys(("min", "minute", "minutes"), Decimal(1) / 1440),
        **dict.fromkeys(("s", "second", "seconds"), Decimal(1) / 86400),
    },
}


def in_unit(quantity: Quantity | None, unit: str) -> Decimal | None:
    """Return the number of a quantity in a unit of FACTORS; None if there is none or the units do not fit."""
    if quantity is None or quantity.unit not in FACTORS[unit]:
        return None
    return quantity.value * FACTORS[unit][quantity.unit]


def is_at_least(quantity: Quantity | None, least: str, unit: str) -> Truth:
    """Tell whether a quantity is at least so much."""
    number = in_unit(quantity, unit)
    return None if number is None else number >= Decimal(least)


def is_more(quantity: Quantity | None, than: str, unit: str) -> Truth:
    """Tell whether a quantity is more than that."""
    number = in_unit(quantity, unit)
    return None if number is None else number > Decimal(than)


def is_less(quantity: Quantity | None, than: str, unit: str) -> Truth:
    """Tell whether a quantity is less than that."""
    number = in_unit(quantity, unit)
    return None if number is None else number < Decimal(than)


def is_plain_number(quantity: Quantity) -> bool:
    """Tell whether a quantity counts things: no unit, or only a remark such as {tablet}."""
    return quantity.unit == "1" or (quantity.unit.startswith("{") and quantity.unit.endswith("}"))
