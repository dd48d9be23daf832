"""The medicine list as the tables read it: what is in each entry, with the same medicine folded into one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.chart import Chart, ChartFact, FactColumns, FactKind
from careloop.facts.checks import Knowledge
from careloop.facts.safety import SafetyRow, Side
from careloop.rules.checks.what_counts import Span, day_after, in_order

# Once taken, maybe no longer. What was never taken (draft, cancelled, not-taken) ends nothing.
BEGUN = frozenset({"active", "stopped", "completed", "on-hold"})
DOUBTFUL = "medicine_code_in_conflict"


@dataclass(frozen=True, slots=True)
class Listed:
    """One medicine of the list: its ingredients, and the entries that hold just these, oldest first."""

    ingredients: frozenset[str]
    entries: tuple[ChartFact, ...]

    @property
    def newest(self) -> FactColumns:
        """The entry that names it."""
        return self.entries[-1].columns

    def is_of_form(self, row: SafetyRow) -> bool:
        """Tell whether an entry is of a form that the row means, as far as its label tells."""
        return any(not _tells(entry.columns.label, row.unless_label) for entry in self.entries)


@dataclass(frozen=True, slots=True)
class MedicineList:
    """What is taken now and what was ever begun, both folded; ``spans`` say when entries are taken.

    ``ended`` are the ingredients of what was begun and is taken no longer.
    """

    taken: tuple[ChartFact, ...]
    now: tuple[Listed, ...]
    begun: tuple[Listed, ...]
    ended: frozenset[str]
    spans: tuple[Span, ...]
    not_read: tuple[Say, ...]


def read_list(chart: Chart, on: date, knowledge: Knowledge) -> MedicineList:
    """Read the medicine list of a chart as it stands on a day."""
    facts = in_order(chart.of(FactKind.MEDICINE))
    spans = tuple(_span(fact) for fact in facts if fact.columns.status == "active")
    taken = tuple(span.fact for span in spans if span.covers(on))
    begun = [f for f in facts if f.columns.status in BEGUN and (f.columns.start_on or date.min) <= on]
    now = _fold(taken, knowledge)
    ever = now if len(begun) == len(taken) else _fold(begun, knowledge)
    return MedicineList(
        taken=taken,
        now=now,
        begun=ever,
        ended=_names(ever) - _names(now),
        spans=spans,
        not_read=tuple(dict.fromkeys(_say_not_read(taken, knowledge))),
    )


def find_ingredients(columns: FactColumns, knowledge: Knowledge) -> frozenset[str]:
    """Return what is in a medicine, by its codes."""
    return knowledge.meaning_of(columns.codes).ingredients


def make_side(name: str, listed: Iterable[Listed], named_by: FactColumns | None = None) -> Side:
    """Return the side of a finding that an ingredient is: named by its newest entry, resting on all."""
    some = tuple(listed)
    entries = some[0].entries if len(some) == 1 else in_order(entry for one in some for entry in one.entries)
    newest = named_by or entries[-1].columns
    ids: tuple[UUID, ...] = tuple(dict.fromkeys(entry.resource_id for entry in entries))
    return Side(FactKind.MEDICINE, name, newest.label, newest.start_on, ids)


def _span(fact: ChartFact) -> Span:
    columns = fact.columns
    return Span(fact, columns.start_on or date.min, day_after(columns.end_on or date.max))


def _fold(facts: Iterable[ChartFact], knowledge: Knowledge) -> tuple[Listed, ...]:
    """Fold entries with the same ingredients; one that cannot be read or has a doubtful code is left out."""
    found: dict[frozenset[str], list[ChartFact]] = {}
    for fact in facts:
        if not _is_doubtful(fact.columns, knowledge) and (names := find_ingredients(fact.columns, knowledge)):
            found.setdefault(names, []).append(fact)
    listed = [Listed(names, tuple(entries)) for names, entries in found.items()]
    return tuple(sorted(listed, key=lambda one: sorted(one.ingredients)))


def _is_doubtful(columns: FactColumns, knowledge: Knowledge) -> bool:
    return DOUBTFUL in knowledge.meaning_of(columns.codes).sets


def _names(listed: Iterable[Listed]) -> frozenset[str]:
    return frozenset(name for one in listed for name in one.ingredients)


def _say_not_read(taken: Iterable[ChartFact], knowledge: Knowledge) -> Iterator[Say]:
    for fact in taken:
        if _is_doubtful(fact.columns, knowledge):
            yield Say("medicines.not_checked.doubtful_code", medicine=fact.columns.label)
        elif not find_ingredients(fact.columns, knowledge):
            yield Say("medicines.not_checked.unknown_medicine", medicine=fact.columns.label)


def _tells(label: str, forms: Iterable[str]) -> bool:
    words = label.casefold()
    return any(form in words for form in forms)
