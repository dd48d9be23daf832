"""The defaults of support, read from ``data/support.toml``: dated, each with its source."""

from functools import cache
from pathlib import Path

from careloop.catalog.defaults import Defaults, read_defaults
from careloop.rules.support import VALUES

FILE = Path(__file__).with_name("data") / "support.toml"


@cache
def load_support() -> Defaults:
    """Return every default of support by name, its values (days) in order of their first day.

    :raises ClockError: if the file is not clear
    """
    return read_defaults(FILE, VALUES)
