"""The clocks of the house, read from ``data/clocks.toml``: every value dated, with its source."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from careloop.catalog.holidays import clinic_holidays
from careloop.facts.clocks import Clocks, ClockValue

FILE = Path(__file__).with_name("data") / "clocks.toml"


class ClockError(ValueError):
    """A clock in the file cannot be used: the message names the clock and what is wrong."""


@cache
def load_clocks() -> Clocks:
    """Return every clock, with the holidays of the years 2020 to 2035.

    :raises ClockError: if an entry lacks a field or its values are not in order of their days
    """
    found = tomllib.loads(FILE.read_text())
    values = {name: _read_values(name, entry) for name, entry in found.items() if isinstance(entry, list)}
    holidays = frozenset[date]().union(*(clinic_holidays(year) for year in range(2020, 2036)))
    return Clocks(values=values, holidays=holidays)


def _read_values(name: str, entries: list[dict[str, object]]) -> tuple[ClockValue, ...]:
    try:
        values = tuple(_read_value(entry) for entry in entries)
    except KeyError as missing:
        message = f"clock {name!r} in {FILE.name} lacks {missing}: add it"
        raise ClockError(message) from None
    if [v.from_on for v in values] != sorted(v.from_on for v in values):
        message = f"clock {name!r} in {FILE.name}: put its values in order of 'from'"
        raise ClockError(message)
    return values


def _read_value(entry: dict[str, object]) -> ClockValue:
    business = "business_days" in entry
    days = entry["business_days"] if business else entry["days"]
    return ClockValue(
        from_on=date.fromisoformat(str(entry["from"])),
        days=int(str(days)),
        is_business=business,
        source=str(entry["source"]),
        is_ours=bool(entry.get("ours", False)),
    )
