"""How long records are kept, read from ``data/retention.toml``."""

import tomllib
from functools import cache
from pathlib import Path

from careloop.facts.retention import RetentionRule

FILE = Path(__file__).with_name("data") / "retention.toml"


class RetentionError(ValueError):
    """The rule in the file cannot be used: the message says what is wrong."""


@cache
def load_retention() -> RetentionRule:
    """Return the rule for medical records.

    :raises RetentionError: if a field lacks or years make no sense
    """
    return read_retention(FILE.read_text())


def read_retention(text: str) -> RetentionRule:
    """Return the rule that a text says; see ``load_retention``."""
    record = tomllib.loads(text).get("record", {})
    lacking = {"years", "begins_at_age", "verified", "source"} - record.keys()
    if lacking:
        message = f"{FILE.name}: [record] lacks {', '.join(sorted(lacking))}: add it"
        raise RetentionError(message)
    years, age = record["years"], record["begins_at_age"]
    if not (isinstance(years, int) and isinstance(age, int) and 1 <= years <= 100 and 0 <= age <= 30):
        message = f"{FILE.name}: [record] years must be 1 to 100, begins_at_age 0 to 30"
        raise RetentionError(message)
    return RetentionRule(years, age, bool(record["verified"]), str(record["source"]))
