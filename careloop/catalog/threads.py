"""The defaults of threads, read from ``data/threads.toml``: dated, each with its source."""

from functools import cache
from pathlib import Path

from careloop.catalog.defaults import Defaults, read_defaults
from careloop.rules.threads import VALUES

FILE = Path(__file__).with_name("data") / "threads.toml"


@cache
def load_threads() -> Defaults:
    """Return every default of threads by name, its values in order of their first day.

    :raises ClockError: if the file is not clear
    """
    return read_defaults(FILE, VALUES)
