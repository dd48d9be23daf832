"""The defaults of what goes out, read from ``data/outbox.toml``: dated, each with its source."""

from functools import cache
from pathlib import Path

from careloop.catalog.defaults import Defaults, read_defaults
from careloop.rules.outbox import VALUES

FILE = Path(__file__).with_name("data") / "outbox.toml"


@cache
def load_outbox() -> Defaults:
    """Return every default of what goes out by name, its values in order of their first day.

    :raises ClockError: if the file is not clear
    """
    return read_defaults(FILE, VALUES)
