"""Defaults that a clinic can change, read from files under ``data``: dated, each with its source."""

from collections.abc import Collection
from pathlib import Path

from careloop.catalog.clocks import ClockError
from careloop.catalog.tables import read_table
from careloop.facts.defaults import DatedDefault
from careloop.facts.worklist import Confidence

Defaults = dict[str, tuple[DatedDefault, ...]]


def read_defaults(path: Path, names: Collection[str]) -> Defaults:
    """Return the defaults of a file by name, the values of each in order of their first day.

    :raises ClockError: naming file, default and mend, if one is missing or unknown, lacks a field, is no whole number
        above 0, or is not in order
    """
    found = read_table(path)
    if set(found) != set(names):
        message = f"{path.name}: these defaults are missing or unknown: {', '.join(sorted(set(found) ^ set(names)))}"
        raise ClockError(message)
    return {name: _read(path, name, entries) for name, entries in found.items()}


def _read(path: Path, name: str, entries: object) -> tuple[DatedDefault, ...]:
    if not isinstance(entries, list) or not entries:
        message = f"{path.name}, {name}: give a list of values, each with its first day"
        raise ClockError(message)
    try:
        values = tuple(
            DatedDefault(
                one["from"], one["value"], one["source"], one.get("ours", False), Confidence(one["confidence"])
            )
            for one in entries
        )
    except (KeyError, ValueError) as wrong:
        message = f"{path.name}, {name}: a value is not clear: {wrong}"
        raise ClockError(message) from None
    if any(not isinstance(one.value, int) or one.value < 1 for one in values):
        message = f"{path.name}, {name}: a value is a whole number above 0"
        raise ClockError(message)
    if [one.from_on for one in values] != sorted(one.from_on for one in values):
        message = f"{path.name}, {name}: put the values in order of 'from'"
        raise ClockError(message)
    return values
