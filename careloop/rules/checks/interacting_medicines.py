"""Two medicines on one list that the literature says to look at together.

The pairs come from the catalog (high-priority pairs of the ONC project, FDA labels and safety
communications, HL7's guide on potential interactions). The finding is a question for a clinician, never
advice, and no medicine is matched against itself: neither two entries of one medicine nor the partners
inside one combination product. What could not be read as an ingredient is said.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.chart import Chart, ChartFact, FactColumns, FactKind
from careloop.facts.checks import Check, Interaction, Knowledge, Needs
from careloop.facts.worklist import Answer, Confidence, Finding, LoopKind, Severity, Source
from careloop.rules.checks.what_counts import Span, day_after, in_order, next_turn

NAME = "interacting_medicines"

SEVERITIES = {
    "contraindicated": Severity.CRITICAL,
    "serious": Severity.HIGH,
    "monitor": Severity.MODERATE,
}
# Once taken, maybe no longer. What was never taken (draft, cancelled, not-taken) ends nothing.
BEGUN = frozenset({"active", "stopped", "completed", "on-hold"})


@dataclass(frozen=True, slots=True)
class Medicine:
    """One entry of the medicine list with what is in it."""

    fact: ChartFact
    ingredients: frozenset[str]


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Two ingredients, in the order of the alphabet, that an interaction names."""

    interaction_id: str
    first: str
    second: str


def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find pairs of medicines that are both taken now and raise a question."""
    if chart.died_on is not None:
        return Answer()
    facts = in_order(chart.of(FactKind.MEDICINE))
    spans = [_span(fact) for fact in facts if fact.columns.status == "active"]
    taken = [span.fact for span in spans if span.covers(on)]
    now = _read(taken, knowledge)
    interactions = {interaction.id: interaction for interaction in knowledge.interactions}
    pairs = _pairs(now, knowledge.interactions)
    return Answer(
        findings=tuple(
            _finding(interactions[pair.interaction_id], pair, entries)
            for pair, entries in sorted(pairs.items(), key=lambda item: item[0])
        ),
        look_again_on=next_turn(on, spans),
        not_checked=_not_checked(taken, knowledge) if len(taken) > 1 else (),
        satisfied_by=_ended(facts, on, now, knowledge),
    )


def _span(fact: ChartFact) -> Span:
    columns = fact.columns
    return Span(fact, columns.start_on or date.min, day_after(columns.end_on or date.max))


def _read(facts: Iterable[ChartFact], knowledge: Knowledge) -> list[Medicine]:
    """Read the ingredients; an entry that cannot be read, or has a doubtful code, is left out."""
    return [
        Medicine(fact, names)
        for fact in facts
        if not _is_doubtful(fact.columns, knowledge) and (names := _ingredients(fact.columns, knowledge))
    ]


def _ingredients(columns: FactColumns, knowledge: Knowledge) -> frozenset[str]:
    return frozenset(name for code in columns.codes for name in knowledge.products.get(code, ()))


def _is_doubtful(columns: FactColumns, knowledge: Knowledge) -> bool:
    return any(code in knowledge.codesets["medicine_code_in_conflict"] for code in columns.codes)


def _pairs(
    medicines: list[Medicine], interactions: Iterable[Interaction]
) -> dict[Pair, tuple[list[Medicine], list[Medicine]]]:
    """Return the pairs with the entries that hold the first and the second ingredient."""
    names = frozenset(name for medicine in medicines for name in medicine.ingredients)
    found: dict[Pair, tuple[list[Medicine], list[Medicine]]] = {}
    for interaction in interactions:
        for one, other in product(names & interaction.a, names & interaction.b):
            first, second = sorted((one, other))
            pair = Pair(interaction.id, first, second)
            if first != second and pair not in found and (entries := _apart(medicines, pair)):
                found[pair] = entries
    return found


def _apart(medicines: list[Medicine], pair: Pair) -> tuple[list[Medicine], list[Medicine]] | None:
    """Return the entries with each ingredient, or None if they are always one and the same medicine."""
    firsts = [m for m in medicines if pair.first in m.ingredients]
    seconds = [m for m in medicines if pair.second in m.ingredients]
    apart = any(one.ingredients != other.ingredients for one, other in product(firsts, seconds))
    return (firsts, seconds) if apart else None


def _finding(interaction: Interaction, pair: Pair, entries: tuple[list[Medicine], list[Medicine]]) -> Finding:
    firsts, seconds = entries
    first, second = _name_apart(firsts, seconds)
    began = [columns.start_on for columns in (first, second) if columns.start_on]
    return Finding(
        key=f"{pair.interaction_id}:{pair.first}:{pair.second}",
        title=Say(f"check.{NAME}.title", first=pair.first, second=pair.second),
        because=(
            Say(f"check.{NAME}.about.{interaction.id}"),
            _say_entry(first),
            _say_entry(second),
        ),
        if_waits=Say(f"check.{NAME}.if_waits_{interaction.tier}"),
        next_step=Say(f"check.{NAME}.ask.{interaction.id}"),
        severity=SEVERITIES[interaction.tier],
        source=interaction.source,
        since_on=max(began) if len(began) == 2 else None,
        evidence=tuple(dict.fromkeys(m.fact.resource_id for m in (*firsts, *seconds))),
    )


def _name_apart(firsts: list[Medicine], seconds: list[Medicine]) -> tuple[FactColumns, FactColumns]:
    """Return the newest two entries that are different medicines."""
    one, other = max(
        (pair for pair in product(firsts, seconds) if pair[0].ingredients != pair[1].ingredients),
        key=lambda pair: tuple(m.fact.columns.start_on or date.min for m in pair),
    )
    return one.fact.columns, other.fact.columns


def _say_entry(columns: FactColumns) -> Say:
    if columns.start_on is None:
        return Say(f"check.{NAME}.because_listed", medicine=columns.label)
    return Say(f"check.{NAME}.because_listed_since", medicine=columns.label, day=columns.start_on)


def _not_checked(taken: Iterable[ChartFact], knowledge: Knowledge) -> tuple[Say, ...]:
    """Say by label which entries of the list were left out."""
    return tuple(dict.fromkeys(_say_left_out(taken, knowledge)))


def _say_left_out(taken: Iterable[ChartFact], knowledge: Knowledge) -> Iterator[Say]:
    for fact in taken:
        if _is_doubtful(fact.columns, knowledge):
            yield Say(f"check.{NAME}.doubtful_code", medicine=fact.columns.label)
        elif not _ingredients(fact.columns, knowledge):
            yield Say(f"check.{NAME}.unknown_medicine", medicine=fact.columns.label)


def _ended(facts: Iterable[ChartFact], on: date, now: Iterable[Medicine], knowledge: Knowledge) -> tuple[UUID, ...]:
    """Return the entries of medicines no longer taken that were half of a pair: what closes a loop."""
    begun = [f for f in facts if f.columns.status in BEGUN and (f.columns.start_on or date.min) <= on]
    taken = frozenset(name for medicine in now for name in medicine.ingredients)
    pairs = _pairs(_read(begun, knowledge), knowledge.interactions)
    return tuple(
        dict.fromkeys(
            medicine.fact.resource_id
            for pair, entries in sorted(pairs.items(), key=lambda item: item[0])
            for name, side in zip((pair.first, pair.second), entries, strict=True)
            for medicine in side
            if name not in taken
        )
    )


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(interaction.source for interaction in knowledge.interactions))


CHECK = Check(
    name=NAME,
    kind=LoopKind.SAFETY,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 21),
    rule_ids=(),
    confidence=Confidence.SECONDARY,
    needs=Needs(coded={}, whole=frozenset({FactKind.MEDICINE})),
    find=find,
    sources=_sources,
)
