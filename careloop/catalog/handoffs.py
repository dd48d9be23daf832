"""The defaults of handoffs, read from ``data/handoffs.toml``: dated, each with its source."""

from functools import cache
from pathlib import Path

from careloop.catalog.defaults import Defaults, read_defaults
from careloop.rules.handoffs import VALUES

FILE = Path(__file__).with_name("data") / "handoffs.toml"


@cache
def load_handoffs() -> Defaults:
    """Return every default of handoffs by name, its values in order of their first day.

    :raises ClockError: if the file is not clear
    """
    return read_defaults(FILE, VALUES)
