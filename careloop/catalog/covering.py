"""The defaults of cover and caseloads, read from ``data/covering.toml``: dated, each with its source."""

from functools import cache
from pathlib import Path

from careloop.catalog.defaults import Defaults, read_defaults
from careloop.facts.worklist import LoopKind

FILE = Path(__file__).with_name("data") / "covering.toml"
DAY, ANSWER, SUDDEN_ANSWER, TIP = "minutes_a_day", "answer_hours", "sudden_answer_hours", "tip_days"


@cache
def load_covering() -> Defaults:
    """Return every default of cover by name, its values in order of their first day.

    :raises ClockError: if the file is not clear
    """
    return read_defaults(FILE, [*(minutes_of(kind) for kind in LoopKind), DAY, ANSWER, SUDDEN_ANSWER, TIP])


def minutes_of(kind: LoopKind) -> str:
    """Return the name of the default that says how long a loop of a kind takes."""
    return f"minutes_{kind}"
