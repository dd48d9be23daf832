"""What the checks know: code sets, rule values, interactions and medicine codes, read from ``data``.

Every entry is validated when it is loaded. An unknown field, code set, class or ingredient stops the
program with a sentence that names file, entry and field: a rule that silently matches nothing is worse
than none. Notices of the code systems stand in ``data/NOTICE.txt``.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from careloop.facts.checks import CodeSet, Interaction, Knowledge, RuleValues, Test
from careloop.facts.worklist import Confidence, Source

DATA = Path(__file__).parent / "data"

# How a record may spell each code system: short names of ``facts.chart.SYSTEMS``, or the whole address.
SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "SNOMED CT": ("sct",),
    "LOINC": ("loinc",),
    "RxNorm": ("rxnorm",),
    "ICD-10-CM": ("icd10cm",),
    "HCPCS": ("hcpcs",),
    "HL7 discharge disposition": ("http://terminology.hl7.org/CodeSystem/discharge-disposition",),
    "NUBC discharge status": (
        "https://www.nubc.org/CodeSystem/PatDischargeStatus",
        "http://www.nubc.org/patient-discharge",
    ),
}


class KnowledgeError(Exception):
    """A table of the catalog is wrong: the message names file, entry and field."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every row of a table has in common: fields that are not declared are refused."""


class CodeEntry(Entry, frozen=True):
    """One code of a code set. ``status`` says whether the code was seen with a matching name."""

    system: str
    code: str
    match: Literal["exact", "prefix"]
    status: Literal["verified", "unverified", "conflict"]


class CodeSetEntry(Entry, frozen=True):
    """A row of codesets.toml."""

    id: str
    says: str
    codes: tuple[CodeEntry, ...]
    confidence: str
    checked_on: date
    note: str = ""


class SourceEntry(Entry, frozen=True):
    """Where a row comes from."""

    id: str
    organization: str
    title: str
    year: int
    section: str


class TestEntry(Entry, frozen=True):
    """An accepted answer of a rule; exactly one of the three intervals is given."""

    codeset: str
    within_days: int = 0
    within_months: int = 0
    within_years: int = 0


class RuleEntry(Entry, frozen=True):
    """A row of rules.toml. ``needs`` says in words what the table cannot judge."""

    id: str
    says: str
    question: str
    satisfied_by: tuple[TestEntry, ...]
    source: SourceEntry
    licence: str
    confidence: Confidence
    effective: date
    checked_on: date
    age_min: int | None = None
    age_max: int | None = None
    conditions_any: tuple[str, ...] = ()
    exclude_codesets: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    status_note: str = ""


class InteractionEntry(Entry, frozen=True):
    """A row of interactions.toml; ``a`` and ``b`` are selectors."""

    id: str
    says: str
    question: str
    tier: Literal["contraindicated", "serious", "monitor"]
    a: tuple[str, ...]
    b: tuple[str, ...]
    source: SourceEntry
    licence: str
    confidence: Confidence
    checked_on: date
    note: str = ""


class ClassEntry(Entry, frozen=True):
    """A row of classes.toml: the ingredients behind ``class:NAME`` or ``group:NAME``."""

    id: str
    ingredients: tuple[str, ...]


class IngredientEntry(Entry, frozen=True):
    """A row of ingredients.toml."""

    name: str
    rxnorm: str
    status: Literal["verified", "unverified"]


class ProductEntry(Entry, frozen=True):
    """A row of medicines.toml: RxNorm product codes with the same ingredients."""

    ingredients: tuple[str, ...]
    confidence: Literal["verified_two_sources", "one_source", "machine_parsed_names"]
    codes: tuple[str, ...]


AnyEntry = TypeVar("AnyEntry", bound=Entry)


@cache
def load_knowledge() -> Knowledge:
    """Return what the checks know, read once from the catalog's own tables.

    Raises KnowledgeError when a table is wrong.
    """
    return read_knowledge(DATA)


def read_knowledge(folder: Path) -> Knowledge:
    """Read and validate the tables of one folder; raise KnowledgeError naming file, entry and field."""
    tables = {name: _read(folder / f"{name}.toml") for name in TABLES}
    versions = {str(table.get("version")) for table in tables.values()}
    if len(versions) != 1:
        message = f"{folder}: the tables have different versions: {', '.join(sorted(versions))}."
        raise KnowledgeError(message)
    ingredients = _by_id("ingredients", _entries(tables, "ingredients", IngredientEntry), "name")
    classes = _by_id("classes", _entries(tables, "classes", ClassEntry))
    for group in classes.values():
        _must_know("classes", group.id, "ingredients", group.ingredients, known=ingredients)
    codesets = _by_id("codesets", _entries(tables, "codesets", CodeSetEntry))
    return Knowledge(
        version=versions.pop(),
        codesets={name: _build_codeset(entry) for name, entry in codesets.items()},
        rules=_build_rules(_entries(tables, "rules", RuleEntry), codesets),
        interactions=tuple(
            _build_interaction(entry, classes, ingredients)
            for entry in _by_id("interactions", _entries(tables, "interactions", InteractionEntry)).values()
        ),
        products=_build_products(_entries(tables, "medicines", ProductEntry), ingredients),
    )


# Table -> the name of its rows.
TABLES = {
    "codesets": "codeset",
    "rules": "rule",
    "interactions": "interaction",
    "classes": "class",
    "ingredients": "ingredient",
    "medicines": "product",
}


def _read(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{path.name}: cannot be read: {error}"
        raise KnowledgeError(message) from error


def _entries(tables: Mapping[str, Mapping[str, object]], table: str, shape: type[AnyEntry]) -> tuple[AnyEntry, ...]:
    rows = tables[table].get(TABLES[table])
    if not isinstance(rows, list) or not rows:
        message = f"{table}.toml: has no [[{TABLES[table]}]] rows."
        raise KnowledgeError(message)
    return tuple(_convert(table, number, row, shape) for number, row in enumerate(rows, start=1))


def _convert(table: str, number: int, row: object, shape: type[AnyEntry]) -> AnyEntry:
    try:
        return msgspec.convert(row, shape)
    except msgspec.ValidationError as error:
        name = row.get("id") or row.get("name") if isinstance(row, Mapping) else None
        message = f"{table}.toml, {name or f'row {number}'}: {error}"
        raise KnowledgeError(message) from error


def _by_id(table: str, entries: Iterable[AnyEntry], field: str = "id") -> dict[str, AnyEntry]:
    found: dict[str, AnyEntry] = {}
    for entry in entries:
        name = str(getattr(entry, field))
        if name in found:
            message = f"{table}.toml, {name}: stands there twice."
            raise KnowledgeError(message)
        found[name] = entry
    return found


def _must_know(table: str, entry: str, field: str, names: Iterable[str], *, known: Mapping[str, object]) -> None:
    unknown = sorted(set(names) - known.keys())
    if unknown:
        message = f"{table}.toml, {entry}, {field}: unknown {', '.join(unknown)}."
        raise KnowledgeError(message)


def _build_codeset(entry: CodeSetEntry) -> CodeSet:
    exact: set[str] = set()
    prefixes: list[str] = []
    for code in entry.codes:
        if code.system not in SPELLINGS:
            message = f"codesets.toml, {entry.id}, codes: unknown system {code.system} of {code.code}."
            raise KnowledgeError(message)
        for system in SPELLINGS[code.system]:
            if code.match == "prefix":
                prefixes.append(f"{system}|{code.code.replace('.', '')}")
            else:
                exact.add(f"{system}|{code.code}")
    return CodeSet(id=entry.id, exact=frozenset(exact), prefixes=tuple(sorted(prefixes)))


def _build_rules(entries: tuple[RuleEntry, ...], codesets: Mapping[str, CodeSetEntry]) -> dict[str, RuleValues]:
    for entry in entries:
        _must_know("rules", entry.id, "conditions_any", entry.conditions_any, known=codesets)
        _must_know("rules", entry.id, "exclude_codesets", entry.exclude_codesets, known=codesets)
        _must_know("rules", entry.id, "satisfied_by", (t.codeset for t in entry.satisfied_by), known=codesets)
    return {name: _build_rule(entry) for name, entry in _by_id("rules", entries).items()}


def _build_rule(entry: RuleEntry) -> RuleValues:
    for test in entry.satisfied_by:
        intervals = (test.within_days, test.within_months, test.within_years)
        if min(intervals) < 0 or sum(map(bool, intervals)) != 1:
            message = f"rules.toml, {entry.id}, satisfied_by, {test.codeset}: give one positive interval."
            raise KnowledgeError(message)
    return RuleValues(
        id=entry.id,
        says=entry.says,
        question=entry.question,
        age_min=entry.age_min,
        age_max=entry.age_max,
        conditions_any=entry.conditions_any,
        exclude_codesets=entry.exclude_codesets,
        satisfied_by=tuple(Test(t.codeset, t.within_days, t.within_months, t.within_years) for t in entry.satisfied_by),
        source=_build_source(entry.source, entry.confidence, entry.checked_on, entry.effective),
        status_note=entry.status_note,
    )


def _build_interaction(
    entry: InteractionEntry,
    classes: Mapping[str, ClassEntry],
    ingredients: Mapping[str, IngredientEntry],
) -> Interaction:
    sides: dict[str, frozenset[str]] = {}
    for field, selectors in (("a", entry.a), ("b", entry.b)):
        if not selectors:
            message = f"interactions.toml, {entry.id}, {field}: selects nothing."
            raise KnowledgeError(message)
        _must_know("interactions", entry.id, field, selectors, known={**classes, **ingredients})
        sides[field] = frozenset(
            name
            for selector in selectors
            for name in (classes[selector].ingredients if selector in classes else (selector,))
        )
    return Interaction(
        id=entry.id,
        says=entry.says,
        question=entry.question,
        tier=entry.tier,
        a=sides["a"],
        b=sides["b"],
        source=_build_source(entry.source, entry.confidence, entry.checked_on),
    )


def _build_products(
    entries: tuple[ProductEntry, ...], ingredients: Mapping[str, IngredientEntry]
) -> dict[str, tuple[str, ...]]:
    # A record may name the ingredient itself; only codes that were verified are trusted with that.
    products: dict[str, tuple[str, ...]] = {}
    products |= {f"rxnorm|{i.rxnorm}": (i.name,) for i in ingredients.values() if i.status == "verified"}
    for number, entry in enumerate(entries, start=1):
        _must_know("medicines", f"row {number}", "ingredients", entry.ingredients, known=ingredients)
        for code in entry.codes:
            names = products.setdefault(f"rxnorm|{code}", entry.ingredients)
            if set(names) != set(entry.ingredients):
                message = f"medicines.toml, row {number}, codes: {code} already stands for {', '.join(names)}."
                raise KnowledgeError(message)
    return products


def _build_source(
    entry: SourceEntry, confidence: Confidence, checked_on: date, effective_on: date | None = None
) -> Source:
    return Source(
        id=entry.id,
        organization=entry.organization,
        title=entry.title,
        year=entry.year,
        section=entry.section,
        confidence=confidence,
        checked_on=checked_on,
        effective_on=effective_on,
    )
