"""Published test patients of all measures: every answer is the one of their MeasureReport."""

import json
import random
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from careloop.facts.measures import Entry, Person, Record, Tally
from careloop.formats.fhir.measured import join_portraits, read_portrait
from careloop.formats.fhir.valuesets import read_value_sets
from careloop.rules.measures import find_measures
from tests.rules.measures.made import YEAR

MEASURES = list(find_measures())
# Libraries whose value sets a measure needs when it includes them.
LIBRARIES = ("AdultOutpatientEncounters", "AdvancedIllnessandFrailty", "Hospice", "PalliativeCare")
PATIENTS = 6


@cache
def value_sets(folder: Path) -> Mapping[str, frozenset[str]]:
    files = sorted(folder.glob("*.json"))
    return {one.oid: one.codes for file in files for one in read_value_sets(file.read_bytes())}


def people(shared: Path, measure: str) -> dict[str, tuple[Person, tuple[Entry, ...], tuple[Tally, ...]]]:
    """Return person, entries and expected answer of each test patient."""
    found = {}
    for folder in sorted((shared / "data" / "ecqm" / measure).iterdir()):
        files = sorted(folder.glob("*.json"))
        person, entries = join_portraits((read_portrait(f.read_bytes(), f.name) for f in files), folder.name)
        report = next(json.loads(f.read_bytes()) for f in files if f.name.startswith("MeasureReport"))
        found[folder.name] = (person, entries, tuple(expected(group) for group in report["group"]))
    return found


def expected(group: Mapping[str, Any]) -> Tally:
    counts = {one["code"]["coding"][0]["code"]: one["count"] for one in group["population"]}
    return Tally(
        initial_population=counts["initial-population"],
        denominator=counts["denominator"],
        exclusion=counts.get("denominator-exclusion", 0),
        exception=counts.get("denominator-exception", 0),
        numerator=counts["numerator"],
    )


def judge(shared: Path, measure: str, person: Person, entries: tuple[Entry, ...]) -> tuple[Tally, ...]:
    found = find_measures()[measure]
    known = value_sets(shared / "data" / "ecqm_valuesets")
    return found.judge(Record(person, entries, {name.oid: known[name.oid] for name in found.sets}, YEAR))


@pytest.mark.parametrize("measure", MEASURES)
def test_every_patient_is_judged_as_published_in_whatever_order_the_record_is(shared: Path, measure: str) -> None:
    patients = people(shared, measure)
    dice = random.Random(measure)  # noqa: S311

    for name, (person, entries, tallies) in patients.items():
        assert judge(shared, measure, person, entries) == tallies, name
        shuffled = dice.sample(entries, len(entries))
        assert judge(shared, measure, person, tuple(shuffled)) == tallies, name
        assert judge(shared, measure, person, tuple(reversed(entries))) == tallies, name
    assert len(patients) == PATIENTS


@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_names_the_value_sets_of_its_logic_and_no_others(shared: Path, measure: str) -> None:
    wanted = used(shared, measure)
    for library in LIBRARIES:
        if f"include {library} " in logic(shared, measure) and uses_library(shared, measure, library):
            wanted |= used(shared, library)

    assert {name.oid: name.title for name in find_measures()[measure].sets} == wanted


@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_says_the_version_of_its_logic(shared: Path, measure: str) -> None:
    found = find_measures()[measure]

    assert f"library {measure} version '{found.version}'" in logic(shared, measure)


def test_all_measures_of_the_material_are_supported(shared: Path) -> None:
    assert sorted(path.name for path in (shared / "data" / "ecqm").iterdir()) == MEASURES == sorted(MEASURES)


def logic(shared: Path, name: str) -> str:
    return (shared / "data" / "ecqm_cql" / f"{name}.cql").read_text()


def uses_library(shared: Path, measure: str, library: str) -> bool:
    """Tell whether a measure that includes a library asks it for something."""
    text = logic(shared, measure)
    alias = re.findall(rf"include {library} version '[^']+' called (\w+)", text)
    return any(f'{name}."' in text for name in alias)


def used(shared: Path, name: str) -> dict[str, str]:
    """Return the value sets that a library declares and then names again, by OID."""
    text = logic(shared, name)
    declared = re.findall(r"valueset \"([^\"]+)\": 'http://cts.nlm.nih.gov/fhir/ValueSet/([\d.]+)'", text)
    return {oid: title for title, oid in declared if text.count(f'"{title}"') > 1}
