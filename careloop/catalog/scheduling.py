"""The defaults of visits, read from ``data/scheduling.toml``: dated, each with its source."""

from functools import cache
from pathlib import Path

from careloop.catalog.defaults import Defaults, read_defaults
from careloop.rules.scheduling import HOLD_MINUTES

FILE = Path(__file__).with_name("data") / "scheduling.toml"


@cache
def load_scheduling() -> Defaults:
    """Return every default of visits by name, its values in order of their first day.

    :raises ClockError: if the file is not clear
    """
    return read_defaults(FILE, (HOLD_MINUTES,))
