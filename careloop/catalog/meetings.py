"""The defaults of family meetings, read from ``data/meetings.toml``: dated, each with its source."""

from functools import cache
from pathlib import Path

from careloop.catalog.defaults import Defaults, read_defaults
from careloop.rules.meetings import VALUES

FILE = Path(__file__).with_name("data") / "meetings.toml"


@cache
def load_meetings() -> Defaults:
    """Return every default of family meetings by name, its values (days) in order of their first day.

    :raises ClockError: if the file is not clear
    """
    return read_defaults(FILE, VALUES)
