"""Itineraries, read from ``data/itineraries``: one file each, an example that a clinic confirms, with its sources.

Every row is validated when it is loaded: a fault stops the program with a sentence that names file, row and field.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from careloop.catalog.tables import (
    Entry,
    KnowledgeError,
    SourceEntry,
    build_source,
    by_id,
    must_know,
    read_rows,
    read_table,
)
from careloop.facts.itineraries import Gap, Template, TemplateGap, TemplateStep
from careloop.facts.scheduling import Preparation
from careloop.facts.worklist import Confidence, Source

FOLDER = Path(__file__).with_name("data") / "itineraries"
# The longest way ahead that is looked at, and the longest gap, in days.
LONGEST = 366


class DatedSource(SourceEntry, frozen=True):
    """A row of sources, with how well and when it was checked."""

    confidence: Confidence = Confidence.GENERAL
    checked_on: date = date.min


class StepEntry(Entry, frozen=True):
    """A row of steps; ``source`` names a row of sources."""

    key: str
    minutes: int
    specialty: str
    source: str
    sort: str = ""
    preparation: Preparation = Preparation.NONE
    needs_escort: bool = False
    needs_ride: bool = False
    needs_approval: bool = False


class GapEntry(Entry, frozen=True):
    """A row of gaps, in days; ``step`` and ``after`` name steps of the same file."""

    step: str
    after: str
    source: str
    at_least_days: int = 0
    at_most_days: int | None = None
    is_validity: bool = False


@cache
def load_templates() -> Mapping[str, Template]:
    """Return every itinerary by its key; raise KnowledgeError when a file is wrong."""
    return {path.stem: read_template(path) for path in sorted(FOLDER.glob("*.toml"))}


def read_template(path: Path) -> Template:
    """Read and validate one file; raise KnowledgeError naming file, row and field."""
    content = read_table(path)
    name = path.stem
    sources = by_id(name, read_rows(name, content, "source", DatedSource))
    steps = by_id(name, read_rows(name, content, "step", StepEntry), "key")
    gaps = read_rows(name, content, "gap", GapEntry)
    for step in steps.values():
        must_know(name, step.key, "source", [step.source], known=sources)
        _must(5 <= step.minutes <= 720, name, step.key, "minutes", "say 5 to 720")
    for gap in gaps:
        _check_gap(name, gap, steps, sources)
    _must_have_an_order(name, gaps)
    look_days = content.get("look_days")
    if not isinstance(look_days, int) or not 1 <= look_days <= LONGEST:
        message = f"{path.name}, look_days: say 1 to {LONGEST}."
        raise KnowledgeError(message)
    if content.get("key") != name:
        message = f"{path.name}, key: must be the name of the file, {name}."
        raise KnowledgeError(message)
    built = {key: build_source(one, one.confidence, one.checked_on) for key, one in sources.items()}
    return Template(
        key=name,
        version=str(content.get("version", "")),
        look_days=look_days,
        steps=tuple(_build_step(step, built) for step in steps.values()),
        gaps=tuple(_build_gap(gap, built) for gap in gaps),
    )


def _check_gap(name: str, gap: GapEntry, steps: Mapping[str, StepEntry], sources: Mapping[str, DatedSource]) -> None:
    row = f"gap {gap.step} after {gap.after}"
    must_know(name, row, "step, after", [gap.step, gap.after], known=steps)
    must_know(name, row, "source", [gap.source], known=sources)
    _must(0 <= gap.at_least_days <= LONGEST, name, row, "at_least_days", f"say 0 to {LONGEST}")
    most = LONGEST if gap.at_most_days is None else gap.at_most_days
    _must(gap.at_least_days <= most <= LONGEST, name, row, "at_most_days", f"say at_least_days to {LONGEST}")
    _must(not gap.is_validity or gap.at_most_days is not None, name, row, "is_validity", "needs at_most_days")


def _must_have_an_order(name: str, gaps: Iterable[GapEntry]) -> None:
    """Raise KnowledgeError where a step comes, over others, after itself."""
    after = {(gap.step, gap.after) for gap in gaps}
    while more := {(one, other) for one, middle in after for again, other in after if middle == again} - after:
        after |= more
    round_about = sorted(one for one, other in after if one == other)
    if round_about:
        message = f"{name}.toml, gap: {', '.join(round_about)} would come after itself."
        raise KnowledgeError(message)


def _must(is_right: bool, name: str, row: str, field: str, mend: str) -> None:
    if not is_right:
        message = f"{name}.toml, {row}, {field}: {mend}."
        raise KnowledgeError(message)


def _build_step(step: StepEntry, sources: Mapping[str, Source]) -> TemplateStep:
    return TemplateStep(
        key=step.key,
        minutes=step.minutes,
        specialty=step.specialty,
        sort=step.sort,
        preparation=step.preparation,
        needs_escort=step.needs_escort,
        needs_ride=step.needs_ride,
        needs_approval=step.needs_approval,
        source=sources[step.source],
    )


def _build_gap(gap: GapEntry, sources: Mapping[str, Source]) -> TemplateGap:
    kept = Gap(gap.step, gap.after, gap.at_least_days, gap.at_most_days, gap.is_validity)
    return TemplateGap(kept, sources[gap.source])
