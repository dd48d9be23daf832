"""The ladder of reminders and the numbers around them, read from ``data``: dated, each with its source."""

from datetime import date, time
from functools import cache
from pathlib import Path

from careloop.basics.refusals import Refusal
from careloop.catalog.defaults import Defaults, read_defaults
from careloop.catalog.tables import Entry, KnowledgeError, read_rows, read_table
from careloop.facts.consents import Road
from careloop.facts.reminders import LADDER, DatedRung, ReminderKind, Rung
from careloop.facts.worklist import Confidence
from careloop.rules.reminders import VALUES, check_rung

DATA = Path(__file__).with_name("data")


class RungEntry(Entry, frozen=True, rename={"from_on": "from"}):
    """A rung of the ladder as it stands in the file."""

    kind: ReminderKind
    from_on: date
    days_before: int
    at: time
    roads: tuple[Road, ...]
    good_hours: int
    source: str
    confidence: Confidence
    ours: bool = False


@cache
def load_ladder() -> tuple[DatedRung, ...]:
    """Return the rungs that the product comes with, in order of their first day.

    :raises KnowledgeError: naming file, row and field if one is wrong, or a rung of the ladder is missing
    """
    return read_ladder(DATA / "reminders.toml")


def read_ladder(path: Path) -> tuple[DatedRung, ...]:
    """Read and validate one file of rungs.

    :raises KnowledgeError: naming file, row and field if one is wrong, or a rung of the ladder is missing
    """
    found = [_build(path, row) for row in read_rows(path.stem, read_table(path), "rung", RungEntry)]
    if missing := sorted(set(LADDER) - {one.rung.kind for one in found}):
        message = f"{path.name}: these rungs are missing: {', '.join(missing)}"
        raise KnowledgeError(message)
    return tuple(sorted(found, key=lambda one: one.from_on))


@cache
def load_reminder_numbers() -> Defaults:
    """Return every number around reminders by name, its values in order of their first day.

    :raises ClockError: if the file is not clear
    """
    return read_defaults(DATA / "reminder_numbers.toml", VALUES)


def _build(path: Path, row: RungEntry) -> DatedRung:
    rung = Rung(row.kind, row.days_before, row.at, row.roads, row.good_hours)
    message = f"{path.name}, {row.kind}: its days, hours or roads are none that it can have."
    if row.kind not in LADDER:
        raise KnowledgeError(message)
    try:
        check_rung(rung)
    except Refusal:
        raise KnowledgeError(message) from None
    return DatedRung(row.from_on, rung, row.source, row.ours, row.confidence)
