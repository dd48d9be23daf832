"""The notice that goes with what is told about substance use treatment under a consent (42 CFR 2.32), from its file."""

from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from careloop.catalog.tables import Entry, KnowledgeError, read_table

FILE = Path(__file__).with_name("data") / "part2.toml"


class Notice(Entry, frozen=True):
    """The statement word for word, the rule that asks for it, and where and when that was read."""

    key: str
    words: str
    source: str
    section: str
    checked_on: date


@cache
def load_notice() -> Notice:
    """Return the statement of 42 CFR 2.32(a)(2).

    :raises KnowledgeError: if the file is not clear
    """
    return read_notice(FILE)


def read_notice(path: Path) -> Notice:
    """Read and validate one file.

    :raises KnowledgeError: naming the file, if a word or the source is missing
    """
    try:
        found = msgspec.convert(read_table(path).get("notice"), Notice)
    except msgspec.ValidationError as error:
        message = f"{path.name}: {error}"
        raise KnowledgeError(message) from error
    if not found.words.strip() or not found.source.strip():
        message = f"{path.name}: the notice has words and says whence they are."
        raise KnowledgeError(message)
    return found
