"""The catalog's knowledge: what stands in it, and that a wrong table is refused by name."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from careloop.catalog.knowledge import DATA, load_knowledge, read_knowledge, with_value_sets
from careloop.catalog.tables import KnowledgeError
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


def test_products_lead_to_ingredients_and_doubtful_codes_do_not() -> None:
    knowledge = load_knowledge()

    assert knowledge.products["rxnorm|316672"] == ("simvastatin",)
    assert "rxnorm|833036" not in knowledge.products
    assert "rxnorm|833036" in knowledge.codesets["medicine_code_in_conflict"]


def test_a_code_set_of_medicines_holds_every_product_of_its_ingredients() -> None:
    statins = load_knowledge().codesets["statin_medicines"]

    assert "rxnorm|316672" in statins  # simvastatin, as real records write it
    assert "rxnorm|83367" in statins  # atorvastatin itself
    assert "rxnorm|11289" not in statins  # warfarin


def test_the_knowledge_packs_sets_are_all_here_and_vaccines_are_known_by_their_codes() -> None:
    codesets = load_knowledge().codesets

    assert len(codesets) > 200
    assert "cvx|140" in codesets["influenza"]
    assert "cvx|121" in codesets["zoster_live_old"]
    assert "cvx|121" not in codesets["zoster_recombinant"]


def test_codes_of_loaded_value_sets_join_the_code_sets_that_name_them() -> None:
    plain = load_knowledge()
    named = replace(plain.codesets["hospice"], value_sets=("2.16.840.1.1", "2.16.840.1.2"))
    knowledge = replace(plain, codesets={**plain.codesets, "hospice": named})

    one = with_value_sets(knowledge, {"2.16.840.1.1": frozenset({"cpt|99377"})})
    both = with_value_sets(
        knowledge, {"2.16.840.1.2": frozenset({"hcpcs|G0182"}), "2.16.840.1.1": frozenset({"cpt|99377"})}
    )

    assert "cpt|99377" in one.codesets["hospice"]
    assert "sct|385763009" in one.codesets["hospice"]
    assert "hcpcs|G0182" not in one.codesets["hospice"]
    assert {"cpt|99377", "hcpcs|G0182"} <= both.codesets["hospice"].exact
    assert one.codesets["diabetes_any"] == knowledge.codesets["diabetes_any"]
    assert len({knowledge.version, one.version, both.version}) == 3
    assert with_value_sets(knowledge, {"2.16.840.1.1": frozenset({"cpt|99378"})}).version != one.version
    dotted = with_value_sets(knowledge, {"2.16.840.1.1": frozenset({"icd10cm|Z51.89"})}).codesets["hospice"]
    assert {"icd10cm|Z51.89", "icd10cm|Z5189"} <= dotted.exact


def test_value_sets_that_no_code_set_names_change_nothing() -> None:
    assert with_value_sets(load_knowledge(), {"2.16.840.1.9": frozenset({"cpt|1"})}) == load_knowledge()


def test_no_cpt_is_shipped() -> None:
    cpt = [c for s in load_knowledge().codesets.values() for c in (*s.exact, *s.prefixes) if "cpt" in c]

    assert cpt == []
    assert '"CPT' not in (DATA / "codesets.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        (
            "rules",
            'conditions_any = ["diabetes_any"]',
            'conditions_any = ["diabetes_all"]',
            "rules.toml, dm-hba1c, conditions_any: unknown diabetes_all.",
        ),
        (
            "rules",
            'exclude_codesets = ["hospice", "palliative_care"]',
            'exclude_codesets = ["hospiz", "palliative_care"]',
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
            "codesets",
            'id = "gmi"',
            'id = "gmi"\nvalue_sets = ["glucose-index"]',
            "codesets.toml, gmi, value_sets: glucose-index is no OID.",
        ),
        (
            "codesets",
            'ingredients = ["class:statin"]',
            'ingredients = ["class:statins"]',
            "codesets.toml, statin_medicines, ingredients: unknown class:statins.",
        ),
        (
            "codesets",
            '{ system = "LOINC", code = "97506-0", match = "exact", status = "verified" },',
            "",
            "codesets.toml, gmi: holds no codes and names none.",
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
