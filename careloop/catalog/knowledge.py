"""What the checks know: code sets, rule values, interactions and medicine codes, read from ``data``.

Every entry is validated when it is loaded. An unknown field, code set, class or ingredient stops the
program with a sentence that names file, entry and field: a rule that silently matches nothing is worse
than none. Notices of the code systems stand in ``data/NOTICE.txt``.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from careloop.catalog import medicines
from careloop.catalog.rules import ResultEntry, RuleEntry, build_results, build_rules
from careloop.catalog.tables import (
    AnyEntry,
    Entry,
    KnowledgeError,
    by_id,
    must_know,
    read_rows,
    read_table,
    select,
)
from careloop.facts.checks import CodeSet, Knowledge

DATA = Path(__file__).parent / "data"

# How a record may spell each code system: short names of ``facts.chart.SYSTEMS``, or the whole address.
SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "SNOMED CT": ("sct",),
    "LOINC": ("loinc",),
    "RxNorm": ("rxnorm",),
    "ICD-10-CM": ("icd10cm",),
    "HCPCS": ("hcpcs",),
    "CVX": ("cvx",),
    "HL7 discharge disposition": ("http://terminology.hl7.org/CodeSystem/discharge-disposition",),
    "NUBC discharge status": (
        "https://www.nubc.org/CodeSystem/PatDischargeStatus",
        "http://www.nubc.org/patient-discharge",
    ),
}


class CodeEntry(Entry, frozen=True):
    """One code of a code set. ``status`` says whether the code was seen with a matching name."""

    system: str
    code: str
    match: Literal["exact", "prefix"]
    status: Literal["verified", "unverified", "conflict"]


class CodeSetEntry(Entry, frozen=True):
    """A row of codesets.toml. ``value_sets`` are OIDs of published sets that a clinic may load beside ours.

    ``ingredients`` selects ingredients and classes: every product that holds one of them belongs to the set.
    """

    id: str
    says: str
    codes: tuple[CodeEntry, ...]
    confidence: str
    checked_on: date
    note: str = ""
    value_sets: tuple[str, ...] = ()
    ingredients: tuple[str, ...] = ()


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


@cache
def load_knowledge() -> Knowledge:
    """Return what the checks know, read once from the catalog's own tables.

    Raises KnowledgeError when a table is wrong.
    """
    return read_knowledge(DATA)


def with_value_sets(knowledge: Knowledge, loaded: Mapping[str, frozenset[str]]) -> Knowledge:
    """Return the knowledge whose code sets also hold the codes of the value sets that they name.

    ``loaded`` maps OIDs to "system|code" texts as a chart spells them. The version changes with the codes that
    were added, and only with them; sets that no code set names change nothing.
    """
    named = {oid for codes in knowledge.codesets.values() for oid in codes.value_sets} & loaded.keys()
    if not named:
        return knowledge
    marks = (f"{oid}={','.join(sorted(loaded[oid]))}" for oid in sorted(named))
    mark = hashlib.sha256(";".join(marks).encode()).hexdigest()[:12]
    codesets = {
        name: replace(
            codes, exact=codes.exact.union(*(_spell(loaded[oid]) for oid in codes.value_sets if oid in named))
        )
        for name, codes in knowledge.codesets.items()
    }
    return replace(knowledge, version=f"{knowledge.version}+{mark}", codesets=codesets)


def _spell(codes: frozenset[str]) -> frozenset[str]:
    """Return codes with the second spelling of ICD-10-CM: records may write them without the dot."""
    return codes | {code.replace(".", "") for code in codes if code.startswith("icd10cm|")}


def read_knowledge(folder: Path) -> Knowledge:
    """Read and validate the tables of one folder; raise KnowledgeError naming file, entry and field."""
    tables = {name: read_table(folder / f"{name}.toml") for name in (*TABLES, *medicines.TABLES)}
    versions = {str(table.get("version")) for table in tables.values()}
    if len(versions) != 1:
        message = f"{folder}: the tables have different versions: {', '.join(sorted(versions))}."
        raise KnowledgeError(message)
    ingredients = by_id("ingredients", _entries(tables, "ingredients", IngredientEntry), "name")
    classes = by_id("classes", _entries(tables, "classes", ClassEntry))
    for group in classes.values():
        must_know("classes", group.id, "ingredients", group.ingredients, known=ingredients)
    members = {group.id: group.ingredients for group in classes.values()}
    codesets = by_id("codesets", _entries(tables, "codesets", CodeSetEntry))
    products = _build_products(_entries(tables, "medicines", ProductEntry), ingredients)
    for entry in codesets.values():
        must_know("codesets", entry.id, "ingredients", entry.ingredients, known={**classes, **ingredients})
    return Knowledge(
        version=versions.pop(),
        codesets={name: _build_codeset(entry, members, products) for name, entry in codesets.items()},
        rules=build_rules(_entries(tables, "rules", RuleEntry), codesets),
        results=build_results(_entries(tables, "results", ResultEntry), codesets),
        safety=medicines.build_safety(tables, codesets, members, ingredients),
        products=products,
        classes=_build_classes(classes.values()),
    )


# Table -> the name of its rows.
TABLES = {
    "codesets": "codeset",
    "rules": "rule",
    "results": "result",
    "classes": "class",
    "ingredients": "ingredient",
    "medicines": "product",
}


def _entries(tables: Mapping[str, Mapping[str, object]], table: str, shape: type[AnyEntry]) -> tuple[AnyEntry, ...]:
    return read_rows(table, tables[table], TABLES[table], shape)


# An OID of the kind that value sets have: numbers with dots, as in 2.16.840.1.113883.
OID = re.compile(r"[0-2](\.(0|[1-9][0-9]*)){3,}")


def _build_codeset(
    entry: CodeSetEntry, members: Mapping[str, tuple[str, ...]], products: Mapping[str, tuple[str, ...]]
) -> CodeSet:
    if wrong := [oid for oid in entry.value_sets if not OID.fullmatch(oid)]:
        message = f"codesets.toml, {entry.id}, value_sets: {wrong[0]} is no OID."
        raise KnowledgeError(message)
    if not entry.codes and not entry.value_sets and not entry.ingredients:
        message = f"codesets.toml, {entry.id}: holds no codes and names none."
        raise KnowledgeError(message)
    wanted = select(entry.ingredients, members)
    exact = {code for code, names in products.items() if not wanted.isdisjoint(names)} if wanted else set()
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
    return CodeSet(entry.id, frozenset(exact), tuple(sorted(prefixes)), entry.value_sets)


def _build_classes(entries: Iterable[ClassEntry]) -> dict[str, tuple[str, ...]]:
    """Return the classes of each ingredient; groups that only select for the rules are no classes."""
    found: dict[str, list[str]] = {}
    for entry in entries:
        kind, _colon, name = entry.id.partition(":")
        if kind == "class":
            for ingredient in entry.ingredients:
                found.setdefault(ingredient, []).append(name)
    return {ingredient: tuple(sorted(names)) for ingredient, names in found.items()}


def _build_products(
    entries: tuple[ProductEntry, ...], ingredients: Mapping[str, IngredientEntry]
) -> dict[str, tuple[str, ...]]:
    # A record may name the ingredient itself; only codes that were verified are trusted with that.
    products: dict[str, tuple[str, ...]] = {}
    products |= {f"rxnorm|{i.rxnorm}": (i.name,) for i in ingredients.values() if i.status == "verified"}
    for number, entry in enumerate(entries, start=1):
        must_know("medicines", f"row {number}", "ingredients", entry.ingredients, known=ingredients)
        for code in entry.codes:
            names = products.setdefault(f"rxnorm|{code}", entry.ingredients)
            if set(names) != set(entry.ingredients):
                message = f"medicines.toml, row {number}, codes: {code} already stands for {', '.join(names)}."
                raise KnowledgeError(message)
    return products
