"""Fills the directory of the demo, through the usual doors: a list comes in, people look at parts of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from careloop.actions.directory import note_checked
from careloop.actions.directory_table import take_in_directory_table
from careloop.catalog.demo.directory import CHECKS, SOURCE, make_rows
from careloop.facts.access import Acting
from careloop.reads.directory import find_entries


def fill_demo_directory(operator: Acting, acting: Callable[[str, datetime], Acting]) -> None:
    """Take the demo's list in, and note who looked at which entry and when; a second time adds nothing.

    ``acting`` returns somebody of the staff at work at a moment.
    """
    told = take_in_directory_table(operator, make_rows(), source=SOURCE)
    if not told.added:
        return
    rows = {row.draft.name: row for row in find_entries(operator)}
    for check in CHECKS:
        row, at = rows[check.name], operator.at - timedelta(days=check.days_ago)
        note_checked(acting(check.who, at), entry_id=row.id, version=row.version)
