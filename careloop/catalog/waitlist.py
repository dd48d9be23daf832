"""The defaults of the waiting list, read from ``data/waitlist.toml``: dated, each with its source."""

from functools import cache
from pathlib import Path

from careloop.catalog.defaults import Defaults, read_defaults
from careloop.rules.waitlist import VALUES

FILE = Path(__file__).with_name("data") / "waitlist.toml"


@cache
def load_waitlist() -> Defaults:
    """Return every default of the waiting list by name, its values in order of their first day.

    :raises ClockError: if the file is not clear
    """
    return read_defaults(FILE, VALUES)
