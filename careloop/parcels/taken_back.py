"""Which consents were taken back, kept outside the database: a restored older copy must not tell again.

A line names a consent by its key and the moment; it says nothing of whom. It is written before the deed is: a kill
between the two leaves a line for a consent that still stands, which the next start of the worker takes back. That is
what the person asked for.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

from careloop.parcels.kept_lines import add_lines, find_file, read_lines

LOG = logging.getLogger(__name__)


def find_taken_back_file() -> Path | None:
    """Return where they are kept: ``CARELOOP_TAKEN_BACK``, else in the home folder; None without either."""
    return find_file("CARELOOP_TAKEN_BACK", "taken-back.jsonl")


def keep_taken_back(at: datetime, consents: Iterable[UUID]) -> None:
    """Keep that these consents are taken back. A file that cannot be written stops nobody from taking back."""
    file = find_taken_back_file()
    lines = [{"at": at.isoformat(), "consent": str(key)} for key in consents]
    if file is None or not lines:
        return
    try:
        add_lines(file, lines)
    except OSError as fault:
        LOG.error("consents taken back could not be kept outside the database: %s", fault.strerror)


def load_taken_back() -> Mapping[UUID, datetime]:
    """Return the keys of all consents that were ever taken back, each with its moment."""
    file = find_taken_back_file()
    if file is None:
        return {}
    return {UUID(str(line["consent"])): datetime.fromisoformat(str(line["at"])) for line in read_lines(file)}
