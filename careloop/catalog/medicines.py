"""The tables of medicines looked at together, read from ``data`` and validated row by row.

What a row selects is expanded to ingredients here, and the rows are laid out by ingredient: a rule that
silently matches nothing is refused, and nothing is searched when a list is looked at.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from careloop.catalog.tables import (
    Entry,
    KnowledgeError,
    SourceEntry,
    build_source,
    by_id,
    must_know,
    read_rows,
    select,
)
from careloop.facts.safety import Concern, Limit, Measure, SafetyRow, SafetyTables, Tier, TwoOf
from careloop.facts.worklist import Confidence

# Table -> what its medicines are looked at against.
TABLES: Mapping[str, Concern] = {
    "interactions": Concern.INTERACTION,
    "over65": Concern.OVER_AGE,
    "allergies": Concern.ALLERGY,
    "conditions": Concern.CONDITION,
    "pregnancy": Concern.PREGNANCY,
    "kidney": Concern.KIDNEY,
    "duplicates": Concern.DUPLICATE,
}
ADULT = 18


class LimitEntry(Entry, frozen=True):
    """A range of a result: at least one bound."""

    measure: Measure
    below: Decimal | None = None
    at_most: Decimal | None = None
    above: Decimal | None = None
    at_least: Decimal | None = None


class TwoOfEntry(Entry, frozen=True):
    """Three features of which two make a dose doubtful: years, kg, mg/dL."""

    age_min: int
    weight_at_most: Decimal
    creatinine_at_least: Decimal


class RowEntry(Entry, frozen=True):
    """What every row has: the words, the question (``ask`` names it when rows share it) and the source.

    ``exceptions`` and ``note`` are for the reader of the table.
    """

    id: str
    says: str
    question: str
    tier: Tier
    source: SourceEntry
    licence: str
    confidence: Confidence
    checked_on: date
    ask: str = ""
    note: str = ""
    effective: date | None = None
    exceptions: tuple[str, ...] = ()


class InteractionEntry(RowEntry, frozen=True, kw_only=True):
    """A row of interactions.toml; ``a`` and ``b`` are selectors."""

    a: tuple[str, ...]
    b: tuple[str, ...]


class SelectEntry(RowEntry, frozen=True, kw_only=True):
    """A row about medicines of one kind; ``leave_out`` takes some of them out again."""

    select: tuple[str, ...]
    leave_out: tuple[str, ...] = ()
    unless_label: tuple[str, ...] = ()


class OverAgeEntry(SelectEntry, frozen=True, kw_only=True):
    """A row of over65.toml."""

    age_min: int
    at_least: int = 1
    codesets: tuple[str, ...] = ()
    unless_with: tuple[str, ...] = ()
    unless_codesets: tuple[str, ...] = ()


class AllergyEntry(RowEntry, frozen=True, kw_only=True):
    """A row of allergies.toml; the one with ``is_same`` is about the medicine itself and selects nothing."""

    allergy: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    is_same: bool = False


class ConditionEntry(SelectEntry, frozen=True, kw_only=True):
    """A row of conditions.toml."""

    codesets: tuple[str, ...]
    limits: tuple[LimitEntry, ...] = ()
    age_min: int | None = None


class KidneyEntry(SelectEntry, frozen=True, kw_only=True):
    """A row of kidney.toml: limits, features, or that the test is missing. ``threshold`` is for the reader."""

    threshold: str
    limits: tuple[LimitEntry, ...] = ()
    two_of: TwoOfEntry | None = None
    when_missing: bool = False


class DuplicateEntry(SelectEntry, frozen=True, kw_only=True):
    """A row of duplicates.toml: so many different ingredients, or so many medicines that hold it."""

    at_least: int = 1
    products: int = 1


SHAPES: Mapping[str, type[RowEntry]] = {
    "interactions": InteractionEntry,
    "over65": OverAgeEntry,
    "allergies": AllergyEntry,
    "conditions": ConditionEntry,
    "pregnancy": SelectEntry,
    "kidney": KidneyEntry,
    "duplicates": DuplicateEntry,
}


@dataclass(frozen=True, slots=True)
class _Names:
    """What a row may name: code sets, the ingredients of each class, ingredients."""

    codesets: Mapping[str, object]
    members: Mapping[str, tuple[str, ...]]
    ingredients: frozenset[str]

    def expand(self, table: str, entry: RowEntry, field: str) -> frozenset[str]:
        """Return the ingredients that a field of selectors stands for; it must select something."""
        selectors: tuple[str, ...] = getattr(entry, field)
        if not selectors:
            message = f"{table}.toml, {entry.id}, {field}: selects nothing."
            raise KnowledgeError(message)
        must_know(table, entry.id, field, selectors, known={*self.members, *self.ingredients})
        return select(selectors, self.members)

    def may_expand(self, table: str, entry: RowEntry, field: str) -> frozenset[str]:
        """Return the same for a field that may be empty."""
        return self.expand(table, entry, field) if getattr(entry, field) else frozenset()

    def sets(self, table: str, entry: RowEntry, field: str) -> tuple[str, ...]:
        """Return the code sets that a field names."""
        names: tuple[str, ...] = getattr(entry, field)
        must_know(table, entry.id, field, names, known=self.codesets)
        return names


def build_safety(
    tables: Mapping[str, Mapping[str, object]],
    codesets: Mapping[str, object],
    members: Mapping[str, tuple[str, ...]],
    ingredients: Collection[str],
) -> SafetyTables:
    """Return the rows of the seven tables, expanded and laid out by ingredient.

    ``members`` holds the ingredients of each class. Raises KnowledgeError naming file, entry and field.
    """
    names = _Names(codesets, members, frozenset(ingredients))
    rows: list[SafetyRow] = []
    for table in TABLES:
        entries = by_id(table, read_rows(table, tables[table], "row", SHAPES[table]))
        rows += [_build_row(table, entry, names) for entry in entries.values()]
    if twice := [name for name, count in Counter(row.id for row in rows).items() if count > 1]:
        message = f"{twice[0]}: stands in two tables of medicines."
        raise KnowledgeError(message)
    return SafetyTables(
        rows=tuple(rows),
        by_medicine={concern: _by_medicine(rows, concern) for concern in Concern},
        of_allergies=tuple(row for row in rows if row.concern is Concern.ALLERGY),
        names=frozenset(ingredients),
        pregnancy_days=_read_number(tables, "pregnancy", "over_after_days"),
        result_months=_read_number(tables, "kidney", "max_age_months"),
    )


def _build_row(table: str, entry: RowEntry, names: _Names) -> SafetyRow:
    row = SafetyRow(
        id=entry.id,
        concern=TABLES[table],
        tier=entry.tier,
        ask=entry.ask or entry.id,
        source=build_source(entry.source, entry.confidence, entry.checked_on, entry.effective),
    )
    match entry:
        case InteractionEntry():
            return replace(row, medicines=names.expand(table, entry, "a"), others=names.expand(table, entry, "b"))
        case AllergyEntry(is_same=True):
            return replace(row, is_same=True)
        case AllergyEntry():
            medicines = names.expand(table, entry, "select") - names.may_expand(table, entry, "leave_out")
            others = names.expand(table, entry, "allergy")
            return replace(row, medicines=medicines, others=others, terms=entry.terms)
        case SelectEntry():
            medicines = names.expand(table, entry, "select") - names.may_expand(table, entry, "leave_out")
            return _complete(replace(row, medicines=medicines, unless_label=entry.unless_label), table, entry, names)
    message = f"{table}.toml, {entry.id}: a row of an unknown shape."
    raise KnowledgeError(message)


def _complete(row: SafetyRow, table: str, entry: SelectEntry, names: _Names) -> SafetyRow:
    """Return the row with what its own table adds."""
    match entry:
        case OverAgeEntry():
            return replace(
                row,
                age_min=entry.age_min,
                at_least=entry.at_least,
                codesets=names.sets(table, entry, "codesets"),
                unless_with=names.may_expand(table, entry, "unless_with"),
                unless_codesets=names.sets(table, entry, "unless_codesets"),
            )
        case ConditionEntry():
            codesets = names.sets(table, entry, "codesets")
            return replace(row, codesets=codesets, limits=_build_limits(table, entry), age_min=entry.age_min)
        case KidneyEntry():
            if sum((bool(entry.limits), entry.two_of is not None, entry.when_missing)) != 1:
                message = f"{table}.toml, {entry.id}: give one of limits, two_of and when_missing."
                raise KnowledgeError(message)
            two_of = None
            if entry.two_of is not None:
                given = entry.two_of
                two_of = TwoOf(given.age_min, given.weight_at_most, given.creatinine_at_least)
            limits = _build_limits(table, entry)
            return replace(row, limits=limits, two_of=two_of, when_missing=entry.when_missing, age_min=ADULT)
        case DuplicateEntry():
            if max(entry.at_least, entry.products) < 2:
                message = f"{table}.toml, {entry.id}: at_least or products must be two or more."
                raise KnowledgeError(message)
            return replace(row, at_least=entry.at_least, products=entry.products)
    return row


def _build_limits(table: str, entry: ConditionEntry | KidneyEntry) -> tuple[Limit, ...]:
    return tuple(_build_limit(table, entry, limit) for limit in entry.limits)


def _build_limit(table: str, entry: RowEntry, limit: LimitEntry) -> Limit:
    lows, highs = (limit.above, limit.at_least), (limit.below, limit.at_most)
    if None not in lows or None not in highs or (*lows, *highs) == (None,) * 4:
        message = f"{table}.toml, {entry.id}, limits: give one lower bound, one upper bound or both."
        raise KnowledgeError(message)
    return Limit(
        measure=limit.measure,
        low=limit.above if limit.at_least is None else limit.at_least,
        high=limit.below if limit.at_most is None else limit.at_most,
        has_low=limit.at_least is not None,
        has_high=limit.at_most is not None,
    )


def _by_medicine(rows: Sequence[SafetyRow], concern: Concern) -> Mapping[str, tuple[SafetyRow, ...]]:
    found: defaultdict[str, list[SafetyRow]] = defaultdict(list)
    for row in rows:
        if row.concern is concern:
            for name in row.medicines:
                found[name].append(row)
    return {name: tuple(some) for name, some in found.items()}


def _read_number(tables: Mapping[str, Mapping[str, object]], table: str, field: str) -> int:
    value = tables[table].get(field)
    if not isinstance(value, int) or value <= 0:
        message = f"{table}.toml, {field}: give a positive whole number."
        raise KnowledgeError(message)
    return value
