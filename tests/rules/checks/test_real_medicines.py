"""The checks of medicines over the synthetic records beside the project: who is found, and who nearly is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from msgspec import structs

from careloop.facts.chart import Chart, FactKind
from careloop.facts.worklist import Answer
from careloop.rules.checks import find_checks
from tests.rules.checks.charts import allergy
from tests.rules.checks.signed import SIGNED, keys
from tests.rules.checks.test_real_records import RECORDS, read_record

pytestmark = pytest.mark.shared


def load(name: str) -> tuple[Chart, date]:
    """Return the one record whose file begins so, with the day after its last visit."""
    paths = sorted(RECORDS.glob(f"{name}*.json.gz"))
    if not paths:
        pytest.skip(f"no records in {RECORDS}")
    assert len(paths) == 1
    return read_record(paths[0])


def ask(check: str, chart: Chart, on: date) -> Answer:
    return find_checks()[check].find(chart, on, SIGNED)


def without(chart: Chart, ingredient: str) -> Chart:
    """Return the record without the medicines that hold an ingredient: the near miss."""
    kept = (f for f in chart.facts if not any(ingredient in SIGNED.products.get(c, ()) for c in f.columns.codes))
    return replace(chart, facts=tuple(kept))


def test_a_woman_of_66_who_takes_digoxin_and_warfarin_is_asked_about() -> None:
    chart, on = load("Cruz_Halvorson")
    aged = ask("high_risk_medicine_over_65", chart, on)
    pairs = ask("interacting_medicines", chart, on)

    assert keys(aged) == ["pim-digoxin", "pim-warfarin-start"]
    assert "ddi-digoxin-ccb:digoxin:verapamil" in keys(pairs)
    assert "ddi-warfarin-antiplatelet:clopidogrel:warfarin" in keys(pairs)
    # A year before her 65th birthday nothing is asked, and without digoxin neither age nor pair is.
    younger = replace(chart, birth_on=on - timedelta(days=64 * 365))
    assert keys(ask("high_risk_medicine_over_65", younger, on)) == []
    assert "pim-digoxin" not in keys(ask("high_risk_medicine_over_65", without(chart, "digoxin"), on))
    assert not [k for k in keys(ask("interacting_medicines", without(chart, "digoxin"), on)) if "digoxin" in k]


def test_a_man_of_67_whose_kidneys_are_between_30_and_45_and_who_takes_metformin_is_asked_about() -> None:
    chart, on = load("Isaiah_Schaden")
    found = ask("medicine_against_condition", chart, on)

    assert keys(found) == ["ren-metformin-45"]
    assert keys(ask("medicine_against_condition", without(chart, "metformin"), on)) == []
    # Thirteen months later that test is too old to count: the test itself is missing then.
    later = ask("medicine_against_condition", chart, on + timedelta(days=400))
    assert keys(later) == ["ren-missing"]


def test_a_woman_with_simvastatin_whose_record_then_lists_an_allergy_to_it_is_asked_about() -> None:
    """No record of the 80 holds an allergy to a medicine: one is added to a real list.

    Nor does one of the measures' 84 patients. The example patient of US Core is allergic to sulfonamides, takes none.
    """
    chart, on = load("Cruz_Halvorson")
    listed = replace(chart, facts=(*chart.facts, allergy("Simvastatin", "rxnorm|36567", since=date(2019, 1, 1))))

    assert keys(ask("medicine_against_allergy", chart, on)) == []
    assert keys(ask("medicine_against_allergy", listed, on)) == ["alg-same"]
    assert keys(ask("medicine_against_allergy", without(listed, "simvastatin"), on)) == []


def test_a_woman_whose_contraceptives_followed_each_other_is_asked_about_when_the_list_keeps_both() -> None:
    """No record of the 80 holds two active medicines of a kind: stopped entries of a real list are left active.

    The measures' 84 patients and the guides' examples hold none either.
    """
    chart, on = load("Francine_Veum")
    medicines = chart.of(FactKind.MEDICINE)
    active = tuple(structs.replace(f, columns=structs.replace(f.columns, status="active")) for f in medicines)
    kept = replace(chart, facts=active)

    assert keys(ask("duplicate_therapy", chart, on)) == []
    assert "dup-contraceptive" in keys(ask("duplicate_therapy", kept, on))
