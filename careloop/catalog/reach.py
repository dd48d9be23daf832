"""The ladders by which people are tried, read from ``data/reach.toml``: dated, each with its source."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from careloop.catalog.defaults import Defaults, read_defaults
from careloop.catalog.tables import Entry, KnowledgeError, read_rows, read_table
from careloop.facts.reach import Ladder, LadderStep, TryRoad
from careloop.facts.worklist import Confidence
from careloop.rules.reach import VALUES

FILE = Path(__file__).with_name("data") / "reach.toml"
TIMES = FILE.with_name("reach_times.toml")
# Nobody is called unreachable after one try: the database holds the same.
LEAST = 2


class UnableEntry(Entry, frozen=True):
    """What must have been tried."""

    calls: int
    parts: int
    written: int
    days: int
    signed: bool = False


class StepEntry(Entry, frozen=True):
    """A rung."""

    road: TryRoad
    gap_hours: int
    other_part: bool = False


class LadderEntry(Entry, frozen=True, rename={"from_on": "from"}):
    """A row of ladders."""

    id: str
    from_on: date
    unable: UnableEntry
    steps: tuple[StepEntry, ...]
    source: str
    confidence: Confidence
    ours: bool = False


@cache
def load_reach_times() -> Defaults:
    """Return every default of reaching people by name, its values in order of their first day.

    :raises ClockError: if the file is not clear
    """
    return read_defaults(TIMES, VALUES)


@cache
def load_ladders() -> Mapping[str, tuple[Ladder, ...]]:
    """Return every ladder by its name, each in the order of its first days; raise KnowledgeError if one is wrong."""
    return read_ladders(FILE)


def read_ladders(path: Path) -> Mapping[str, tuple[Ladder, ...]]:
    """Read and validate a file of ladders.

    :raises KnowledgeError: naming file, ladder and what is wrong: days out of order, a rule that no ladder can meet
    """
    found: dict[str, tuple[Ladder, ...]] = {}
    for row in read_rows(path.stem, read_table(path), "ladder", LadderEntry):
        ladder = _build(path, row)
        before = found.get(row.id, ())
        if before and before[-1].from_on >= ladder.from_on:
            _refuse(path, row, "put the ladders of one name in order of 'from'")
        found[row.id] = (*before, ladder)
    return found


def _build(path: Path, row: LadderEntry) -> Ladder:
    rule = row.unable
    calls = sum(step.road is TryRoad.CALL for step in row.steps)
    if rule.calls + rule.written < LEAST or min(msgspec.structs.astuple(rule)[:4]) < 0:
        _refuse(path, row, f"ask for {LEAST} tries at least")
    if rule.calls > calls or rule.parts > min(calls, rule.calls):
        _refuse(path, row, "the rungs do not lead to what the rule asks for")
    if rule.signed and not any(step.road is TryRoad.CERTIFIED for step in row.steps):
        _refuse(path, row, "a rule that asks for a clinician's word needs a certified letter among its rungs")
    steps = tuple(LadderStep(step.road, step.gap_hours, step.other_part) for step in row.steps)
    return Ladder(
        row.id, row.from_on, steps, rule.calls, rule.parts, rule.written, rule.days, rule.signed, row.source,
        row.confidence, row.ours,
    )  # fmt: skip


def _refuse(path: Path, row: LadderEntry, why: str) -> None:
    message = f"{path.name}, {row.id}: {why}."
    raise KnowledgeError(message)
