"""The tables of medicines looked at together: what stands in them, and that a wrong row is refused by name."""

import shutil
import tomllib
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from careloop.catalog.knowledge import DATA, load_knowledge, read_knowledge
from careloop.catalog.medicines import TABLES
from careloop.catalog.tables import KnowledgeError
from careloop.facts.safety import Concern, Limit, Measure, SafetyRow, Tier
from careloop.facts.worklist import Confidence


def rows() -> dict[str, SafetyRow]:
    return {row.id: row for row in load_knowledge().safety.rows}


def test_selectors_are_expanded_to_ingredients() -> None:
    pair = rows()["ddi-warfarin-nsaid"]

    assert {"ibuprofen", "celecoxib"} <= pair.others
    assert pair.medicines == {"warfarin"}
    assert not any(":" in name for row in rows().values() for name in row.medicines | row.others)


def test_every_table_is_in_with_what_was_checked_and_what_was_not() -> None:
    count = Counter((row.concern, row.source.confidence is Confidence.GENERAL) for row in rows().values())

    assert count == {
        (Concern.INTERACTION, False): 35, (Concern.INTERACTION, True): 34,
        (Concern.OVER_AGE, False): 17, (Concern.OVER_AGE, True): 22,
        (Concern.ALLERGY, False): 1, (Concern.ALLERGY, True): 20,
        (Concern.CONDITION, False): 13, (Concern.CONDITION, True): 28,
        (Concern.PREGNANCY, False): 8, (Concern.PREGNANCY, True): 13,
        (Concern.KIDNEY, False): 4, (Concern.KIDNEY, True): 32,
        (Concern.DUPLICATE, True): 37,
    }  # fmt: skip


def test_every_row_can_apply_to_something() -> None:
    for row in rows().values():
        assert row.medicines or row.is_same, row.id
        assert row.others or row.concern not in (Concern.INTERACTION, Concern.ALLERGY) or row.is_same, row.id
        assert row.age_min or row.concern is not Concern.OVER_AGE, row.id
        assert row.codesets or row.concern is not Concern.CONDITION, row.id


def test_limits_keep_which_end_is_in() -> None:
    assert rows()["ren-metformin-30"].limits == (Limit(Measure.EGFR, high=Decimal(30)),)
    assert rows()["ren-dabigatran"].limits == (Limit(Measure.CRCL, high=Decimal(30), has_high=True),)
    assert rows()["ren-metformin-45"].limits == (Limit(Measure.EGFR, low=Decimal(30), high=Decimal(45), has_low=True),)


def test_what_is_left_out_of_a_class_is_out() -> None:
    assert "methadone" not in rows()["dd-opioid-oud"].medicines
    assert "oxycodone" in rows()["dd-opioid-oud"].medicines
    assert "celecoxib" not in rows()["alg-nsaid-aspirin"].medicines


def test_a_row_is_found_by_each_ingredient_of_its_medicines() -> None:
    tables = load_knowledge().safety

    for row in tables.rows:
        for name in row.medicines:
            assert row in tables.by_medicine[row.concern][name]


def test_the_pairs_are_those_of_the_pack_they_came_from(shared: Path) -> None:
    """Ids, tiers and confidence as the shared tables have them; what was split or left out is said here."""
    left_out = {
        "ddi-metformin-contrast", "alg-sulfonamide-nonantibiotic", "alg-contrast", "alg-egg-influenza", "alg-latex",
        "alg-allopurinol", "dd-live-vaccine-immune", "preg-live-vaccine", "ren-memantine-galantamine",
    }  # fmt: skip
    added = {"alg-same", "dd-estrogen-smoker", "ren-bisphosphonate-30", "ren-memantine", "ren-galantamine"}
    packs = ("interactions", "pim_over65", "allergy_groups", "drug_disease", "pregnancy", "renal", "duplicates")
    theirs: dict[str, dict[str, str]] = {}
    for pack in packs:
        table = tomllib.loads((shared / "knowledge" / f"{pack}.toml").read_text("utf-8"))
        theirs |= {row["id"]: row for kind in table.values() if isinstance(kind, list) for row in kind}

    assert rows().keys() - theirs.keys() == added
    assert theirs.keys() - rows().keys() == left_out
    for name, row in rows().items():
        if name in theirs:
            was = theirs[name]["confidence"]
            # A source that was read since says where.
            assert str(row.source.confidence) == was or (was == "general_knowledge" and row.source.address), name
            assert theirs[name].get("tier") in {str(row.tier), "avoid", "caution", None}, name


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        ("interactions", 'a = ["atazanavir"]', 'a = ["atazanavirr"]',
         "interactions.toml, ddi-atazanavir-ppi, a: unknown atazanavirr."),
        ("interactions", 'b = ["class:ppi"]', 'b = ["class:ppis"]',
         "interactions.toml, ddi-atazanavir-ppi, b: unknown class:ppis."),
        ("interactions", 'a = ["atazanavir"]', "a = []", "interactions.toml, ddi-atazanavir-ppi, a: selects nothing."),
        ("interactions", 'tier = "contraindicated"', 'tier = "forbidden"',
         r"interactions.toml, ddi-stimulant-maoi: Invalid enum value 'forbidden' - at `\$.tier`"),
        ("over65", "age_min = 75", "age_mim = 75",
         "over65.toml, pim-prasugrel-ticagrelor: Object contains unknown field `age_mim`"),
        ("over65", 'unless_codesets = ["heart_failure"]', 'unless_codesets = ["hart_failure"]',
         "over65.toml, pim-amiodarone, unless_codesets: unknown hart_failure."),
        ("allergies", 'allergy = ["ceftazidime"]', 'allergy = ["class:cefta"]',
         "allergies.toml, alg-ceftazidime-aztreonam, allergy: unknown class:cefta."),
        ("conditions", 'codesets = ["hyperkalemia"]', 'codesets = ["hyperkalaemia"]',
         "conditions.toml, dd-k-raising-hyperk, codesets: unknown hyperkalaemia."),
        ("conditions", 'measure = "potassium", above = 5.5', 'measure = "potassium"',
         "conditions.toml, dd-k-raising-hyperk, limits: give one lower bound, one upper bound or both."),
        ("conditions", 'measure = "potassium", above = 5.5', 'measure = "potassium", above = 5.5, at_least = 5',
         "conditions.toml, dd-k-raising-hyperk, limits: give one lower bound, one upper bound or both."),
        ("kidney", "when_missing = true", "when_missing = false",
         "kidney.toml, ren-missing: give one of limits, two_of and when_missing."),
        ("kidney", "max_age_months = 12", "max_age_months = 0", "kidney.toml, max_age_months: give a positive"),
        ("duplicates", "products = 2", "products = 1",
         "duplicates.toml, dup-acetaminophen-products: at_least or products must be two or more."),
        ("pregnancy", 'id = "preg-statin"', 'id = "preg-warfarin"',
         "pregnancy.toml, preg-warfarin: stands there twice."),
        ("pregnancy", 'id = "preg-statin"', 'id = "dd-nsaid-hf"', "dd-nsaid-hf: stands in two tables of medicines."),
        ("pregnancy", 'confidence = "general_knowledge"', 'confidence = "sure"',
         "pregnancy.toml, preg-warfarin: "),
        ("over65", "[[row]]", "[[pim]]", r"over65.toml: has no \[\[row\]\] rows."),
    ],
)  # fmt: skip
def test_a_wrong_row_is_refused_naming_file_entry_and_field(
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


def test_every_table_says_that_it_is_a_draft() -> None:
    for table in TABLES:
        assert "Draft for review by a licensed clinician" in (DATA / f"{table}.toml").read_text(encoding="utf-8")


def test_the_tiers_are_three_and_all_are_used() -> None:
    assert {row.tier for row in rows().values()} == set(Tier)
    assert len(Tier) == 3
