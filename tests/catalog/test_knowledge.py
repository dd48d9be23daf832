"""The catalog's knowledge: what stands in it, and that a wrong table is refused by name."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from careloop.catalog.knowledge import DATA, KnowledgeError, load_knowledge, read_knowledge
from careloop.facts import checks
from careloop.facts.worklist import Confidence


def test_rules_carry_their_values_and_source() -> None:
    rule = load_knowledge().rules["scr-crc"]

    assert (rule.age_min, rule.age_max) == (45, 75)
    assert checks.Test("colonoscopy", within_years=10) in rule.satisfied_by
    assert rule.source.organization == "US Preventive Services Task Force"
    assert rule.source.effective_on == date(2021, 5, 18)
    assert rule.source.confidence is Confidence.PRIMARY


def test_codes_are_short_system_and_code_and_icd_codes_are_prefixes() -> None:
    diabetes = load_knowledge().codesets["diabetes_any"]

    assert "sct|44054006" in diabetes
    assert "icd10cm|E11.65" in diabetes
    assert "icd10cm|E1165" in diabetes
    assert "icd10cm|E12" not in diabetes
    assert "icd10cm|O24.4" not in diabetes
    assert "sct|E11" not in diabetes


def test_a_discharge_status_is_known_by_both_addresses() -> None:
    elsewhere = load_knowledge().codesets["discharge_elsewhere"]

    assert "http://www.nubc.org/patient-discharge|03" in elsewhere
    assert "https://www.nubc.org/CodeSystem/PatDischargeStatus|03" in elsewhere
    assert "http://www.nubc.org/patient-discharge|01" not in elsewhere


def test_selectors_are_expanded_to_ingredients() -> None:
    interactions = {i.id: i for i in load_knowledge().interactions}

    assert {"ibuprofen", "celecoxib"} <= interactions["ddi-warfarin-nsaid"].b
    assert interactions["ddi-warfarin-nsaid"].a == {"warfarin"}
    assert not any(":" in name for i in interactions.values() for name in i.a | i.b)


def test_only_interactions_whose_source_was_read_are_in() -> None:
    interactions = load_knowledge().interactions

    assert len(interactions) == 34
    assert all(i.source.confidence is not Confidence.GENERAL for i in interactions)


def test_products_lead_to_ingredients_and_doubtful_codes_do_not() -> None:
    knowledge = load_knowledge()

    assert knowledge.products["rxnorm|316672"] == ("simvastatin",)
    assert "rxnorm|833036" not in knowledge.products
    assert "rxnorm|833036" in knowledge.codesets["medicine_code_in_conflict"]


def test_no_cpt_is_shipped() -> None:
    cpt = [c for s in load_knowledge().codesets.values() for c in (*s.exact, *s.prefixes) if "cpt" in c]

    assert cpt == []
    assert '"CPT' not in (DATA / "codesets.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        (
            "interactions",
            'a = ["atazanavir"]',
            'a = ["atazanavirr"]',
            "interactions.toml, ddi-atazanavir-ppi, a: unknown atazanavirr.",
        ),
        (
            "interactions",
            'b = ["class:ppi"]',
            'b = ["class:ppis"]',
            "interactions.toml, ddi-atazanavir-ppi, b: unknown class:ppis.",
        ),
        (
            "interactions",
            'a = ["atazanavir"]',
            "a = []",
            "interactions.toml, ddi-atazanavir-ppi, a: selects nothing.",
        ),
        (
            "interactions",
            'tier = "contraindicated"',
            'tier = "forbidden"',
            r"interactions.toml, ddi-stimulant-maoi: Invalid enum value 'forbidden' - at `\$.tier`",
        ),
        (
            "rules",
            'conditions_any = ["diabetes_any"]',
            'conditions_any = ["diabetes_all"]',
            "rules.toml, dm-hba1c, conditions_any: unknown diabetes_all.",
        ),
        (
            "rules",
            'exclude_codesets = ["hospice"]',
            'exclude_codesets = ["hospiz"]',
            "rules.toml, dm-hba1c, exclude_codesets: unknown hospiz.",
        ),
        (
            "rules",
            'codeset = "gmi", within_months = 6',
            'codeset = "gmi"',
            "rules.toml, dm-hba1c, satisfied_by, gmi: give one positive interval.",
        ),
        (
            "rules",
            'codeset = "gmi", within',
            'codeset = "gmy", within',
            "rules.toml, dm-hba1c, satisfied_by: unknown gmy.",
        ),
        (
            "rules",
            "age_min = 45",
            "age_mim = 45",
            "rules.toml, scr-crc: Object contains unknown field `age_mim`",
        ),
        (
            "rules",
            "age_min = 45",
            'age_min = "45"',
            r"rules.toml, scr-crc: Expected `int \| null`, got `str` - at `\$.age_min`",
        ),
        ("rules", 'id = "scr-crc"', 'id = "dm-hba1c"', "rules.toml, dm-hba1c: stands there twice."),
        ("rules", "[[rule]]", "[[rules]]", r"rules.toml: has no \[\[rule\]\] rows."),
        ("rules", "[[rule]]", "[[rule", "rules.toml: cannot be read: "),
        ("rules", '"2026-11-21"', '"2026-11-22"', "the tables have different versions"),
        (
            "codesets",
            'system = "LOINC", code = "4548-4"',
            'system = "LONIC", code = "4548-4"',
            "codesets.toml, hba1c, codes: unknown system LONIC of 4548-4.",
        ),
        (
            "classes",
            '"captopril"',
            '"captoprill"',
            "classes.toml, class:ace_inhibitor, ingredients: unknown captoprill.",
        ),
        (
            "medicines",
            'codes = ["1946840"]',
            'codes = ["161"]',
            "medicines.toml, row 1, codes: 161 already stands for acetaminophen.",
        ),
        (
            "medicines",
            'ingredients = ["abemaciclib"]',
            'ingredients = ["abemaciclip"]',
            "medicines.toml, row 1, ingredients: unknown abemaciclip.",
        ),
    ],
)
def test_a_wrong_table_is_refused_naming_file_entry_and_field(
    tmp_path: Path, table: str, old: str, new: str, message: str
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("languages"))
    path = folder / f"{table}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(KnowledgeError, match=message):
        read_knowledge(folder)


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"codesets\.toml: cannot be read"):
        read_knowledge(tmp_path)
