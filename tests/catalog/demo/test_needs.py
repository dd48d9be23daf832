"""Every record leaves undone what it says and nothing else, judged here by plain words of the sources."""

import os
import tomllib
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from careloop.basics.days import add_months, add_years, age_on
from careloop.catalog.demo.clinic import DemoPatient, Need, make_changed_bundle, make_clinic
from tests.catalog.demo.records import (
    codes_of,
    codings_of,
    day_of,
    entries_of,
    resources_of,
    walk,
)

ON = date(2026, 11, 20)
CLINIC = make_clinic(seed=7, on=ON)
SHARED = Path(os.environ.get("CARELOOP_SHARED") or Path(__file__).resolve().parents[3] / ".." / "shared")
KNOWLEDGE = SHARED / "knowledge"
needs_tables = pytest.mark.skipif(not KNOWLEDGE.is_dir(), reason="the knowledge tables are not beside the project")
# Codes that every record system uses and the rule tables do not need: pneumonia, chest pain, "negative", the
# discharge summary and the specialist's report; a negative depression screen and questions about falls, which
# the measures name.
WELL_KNOWN = {"233604007", "29857009", "260385009", "18842-5", "11488-4", "428171000124102", "73830-2"}
DIABETES = {"44054006", "46635009"}
SCREENING_YEARS = {"73761001": 10, "44441009": 5, "77353-1": 3, "29771-3": 1}
CLINICAL_SYSTEMS = (
    "http://snomed.info/sct",
    "http://loinc.org",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://hl7.org/fhir/sid/cvx",
)


def misses_hba1c(bundle: bytes, on: date) -> bool:
    """Diabetes, and no HbA1c in the last six months."""
    problems = resources_of(bundle, "Condition")
    dates = [day_of(r["effectiveDateTime"]) for r in resources_of(bundle, "Observation") if "4548-4" in codes_of(r)]
    return any(codes_of(p) & DIABETES for p in problems) and all(d <= add_months(on, -6) for d in dates)


def misses_colorectal(bundle: bytes, on: date) -> bool:
    """Aged 45 to 75, no cancer of the colon, and no accepted test inside its years."""
    if not 45 <= age_on(day_of(resources_of(bundle, "Patient")[0]["birthDate"]), on) <= 75:
        return False
    if any("363406005" in codes_of(p) for p in resources_of(bundle, "Condition")):
        return False
    tests = resources_of(bundle, "Procedure") + resources_of(bundle, "Observation")
    return not any(
        day_of(test.get("performedDateTime") or test["effectiveDateTime"]) > add_years(on, -years)
        for test in tests
        for code, years in SCREENING_YEARS.items()
        if code in codes_of(test["code"])
    )


def misses_visit(bundle: bytes, on: date) -> bool:
    """Home from hospital or emergency department in the last 30 days, and not seen since."""
    visits = resources_of(bundle, "Encounter")
    seen = [day_of(v["period"]["start"]) for v in visits if v["class"]["code"] == "AMB"]
    left = [day_of(v["period"]["end"]) for v in visits if v["class"]["code"] != "AMB"]
    return any(not any(day > end for day in seen) for end in left if end >= on - timedelta(days=30))


def load(name: str) -> dict[str, Any]:
    return tomllib.loads((KNOWLEDGE / name).read_text(encoding="utf-8"))


def load_pairs(*, with_unchecked: bool) -> set[frozenset[str]]:
    """Return the ingredient pairs of the interaction table."""
    return {
        frozenset((a["name"], b["name"]))
        for pair in load("interactions.toml")["interaction"]
        if with_unchecked or pair["confidence"] != "general_knowledge"
        for a in pair.get("a_codes", ())
        for b in pair.get("b_codes", ())
    }


def interacting(bundle: bytes, pairs: set[frozenset[str]]) -> list[frozenset[str]]:
    """Return the pairs among the ingredients of the active medicines."""
    products = {p["code"]: p["ingredients"] for p in load("med_products.toml")["product"]}
    active = [m for m in resources_of(bundle, "MedicationRequest") if m["status"] == "active"]
    taken = sorted({i for m in active for code in codes_of(m["medicationCodeableConcept"]) for i in products[code]})
    return [frozenset(two) for two in combinations(taken, 2) if frozenset(two) in pairs]


def find_needs(bundle: bytes, on: date) -> set[Need]:
    """Return what is undone, but for medicines."""
    if "deceasedDateTime" in resources_of(bundle, "Patient")[0]:
        return set()
    found = {
        Need.HBA1C: misses_hba1c(bundle, on),
        Need.COLORECTAL: misses_colorectal(bundle, on),
        Need.DISCHARGE: misses_visit(bundle, on),
    }
    return {need for need, missing in found.items() if missing}


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("on", [ON, date(2028, 2, 29), date(2027, 8, 31)])
def test_every_record_leaves_undone_what_it_says(seed: int, on: date) -> None:
    for patient in make_clinic(seed=seed, on=on, patients=50).patients:
        assert find_needs(patient.bundle, on) == set(patient.needs) - {Need.INTERACTION}, patient.key


@pytest.mark.shared
@needs_tables
def test_medicines_interact_where_the_story_says_so_and_nowhere_else() -> None:
    pairs = load_pairs(with_unchecked=False)
    found = {p.key: interacting(p.bundle, pairs) for p in CLINIC.patients}

    assert {key: two for key, two in found.items() if two} == {
        "rosa-alvarez": [frozenset(("ibuprofen", "warfarin"))],
        "grace-lindqvist": [frozenset(("digoxin", "verapamil"))],
        "olga-petrova": [frozenset(("naproxen", "warfarin"))],
    }


@pytest.mark.shared
@needs_tables
def test_people_with_nothing_to_do_take_no_pair_that_a_wider_table_would_name() -> None:
    pairs = load_pairs(with_unchecked=True)

    assert [p.key for p in CLINIC.patients if not p.needs and interacting(p.bundle, pairs)] == []


@pytest.mark.shared
@needs_tables
def test_every_code_is_in_the_knowledge_tables() -> None:
    tables = "".join(path.read_text(encoding="utf-8") for path in sorted(KNOWLEDGE.glob("*.toml")))
    prefixes = [
        code["code"].replace(".", "")
        for codeset in load("codesets_conditions.toml")["codeset"]
        for code in codeset["codes"]
        if code["system"] == "ICD-10-CM"
    ]
    for system, code in sorted({c for p in CLINIC.patients for c in codings_of(entries_of(p.bundle))}):
        if system in CLINICAL_SYSTEMS:
            assert code in WELL_KNOWN or f'"{code}"' in tables, (system, code)
        if system.endswith("icd-10-cm"):
            assert code.replace(".", "").startswith(tuple(prefixes)), code


def needy() -> list[DemoPatient]:
    return [patient for patient in CLINIC.patients if patient.needs]


@pytest.mark.parametrize("later", [0, 1, 5])
def test_changed_record_has_nothing_left_undone(later: int) -> None:
    on = ON + timedelta(days=later)
    for patient in needy():
        changed = make_changed_bundle(CLINIC, patient.key, on)
        assert find_needs(changed, on) == set(), patient.key


@pytest.mark.shared
@needs_tables
def test_changed_record_has_no_pair_of_medicines_left() -> None:
    pairs = load_pairs(with_unchecked=False)
    for patient in needy():
        assert interacting(make_changed_bundle(CLINIC, patient.key, ON), pairs) == []


def test_changed_record_keeps_all_else_as_it_was() -> None:
    for patient in needy():
        before = {e["fullUrl"]: e["resource"] for e in entries_of(patient.bundle)}
        after = {e["fullUrl"]: e["resource"] for e in entries_of(make_changed_bundle(CLINIC, patient.key, ON))}
        changed = {url for url in before if after[url] != before[url]}

        assert set(before) <= set(after)
        assert len(changed) == (Need.INTERACTION in patient.needs)
        assert bool(set(after) - set(before)) == bool(set(patient.needs) - {Need.INTERACTION})


def test_stopped_medicine_is_a_newer_version_of_the_same_resource() -> None:
    before = {m["id"]: m for m in resources_of(find("olga-petrova").bundle, "MedicationRequest")}
    after = resources_of(make_changed_bundle(CLINIC, "olga-petrova", ON), "MedicationRequest")
    stopped = [m for m in after if m["status"] == "stopped"]

    assert [m["medicationCodeableConcept"]["text"] for m in stopped] == ["Naproxen 500 mg tablet"]
    assert stopped[0]["meta"]["versionId"] == "2"
    assert stopped[0]["meta"]["lastUpdated"] > before[stopped[0]["id"]]["meta"]["lastUpdated"]


def test_changed_record_is_the_same_each_time_and_refers_to_what_it_holds() -> None:
    for patient in needy():
        changed = make_changed_bundle(CLINIC, patient.key, ON)
        addresses = {entry["fullUrl"] for entry in entries_of(changed)}
        references = {v for path, v in walk(entries_of(changed)) if path.endswith(".reference")}

        assert changed == make_changed_bundle(make_clinic(seed=7, on=ON), patient.key, ON)
        assert references <= addresses
        assert len(addresses) == len(entries_of(changed))


def test_a_patient_to_whom_nothing_is_missing_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="priya-raman: nothing is missing"):
        make_changed_bundle(CLINIC, "priya-raman", ON)
    with pytest.raises(KeyError, match="nobody"):
        make_changed_bundle(CLINIC, "nobody", ON)


def find(key: str) -> DemoPatient:
    return next(patient for patient in CLINIC.patients if patient.key == key)
