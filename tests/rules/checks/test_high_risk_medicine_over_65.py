"""Medicines and age: a table of cases, with near misses."""

from datetime import date

import pytest

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact
from careloop.facts.worklist import Severity
from careloop.rules.checks.high_risk_medicine_over_65 import CHECK, CODESETS
from tests.rules.checks.charts import medicine, problem, procedure
from tests.rules.checks.signed import ask, keys, said

SEIZURES = "icd10cm|G40.909"
HOSPICE = "sct|385763009"


def diazepam(**changes: object) -> ChartFact:
    return medicine("Diazepam 5 MG", "rxnorm|3322", number=1, **changes)  # type: ignore[arg-type]


def diphenhydramine() -> ChartFact:
    return medicine("Diphenhydramine 25 MG", "rxnorm|3498", number=2)


def amitriptyline() -> ChartFact:
    return medicine("Amitriptyline 25 MG", "rxnorm|704", number=3)


def nifedipine(label: str = "Nifedipine 10 MG Oral Capsule") -> ChartFact:
    return medicine(label, "rxnorm|7417", number=4)


@pytest.mark.parametrize(
    ("why", "facts", "born", "found"),
    [
        ("a benzodiazepine", [diazepam()], date(1950, 5, 1), ["pim-benzodiazepine"]),
        ("on the 65th birthday", [diazepam()], date(1961, 11, 21), ["pim-benzodiazepine"]),
        ("the day before it", [diazepam()], date(1961, 11, 22), []),
        ("no birth date", [diazepam()], None, []),
        ("stopped", [diazepam(status="stopped")], date(1950, 5, 1), []),
        ("seizures are its reason", [diazepam(), problem(SEIZURES)], date(1950, 5, 1), []),
        ("seizures that are over", [diazepam(), problem(SEIZURES, status="resolved")], date(1950, 5, 1),
         ["pim-benzodiazepine"]),
        ("hospice care", [diazepam(), procedure(HOSPICE, date(2026, 8, 1))], date(1950, 5, 1), []),
        ("a harmless one", [medicine("Lisinopril", "rxnorm|29046")], date(1950, 5, 1), []),
        ("from 75 on", [medicine("Ticagrelor", "rxnorm|1116632")], date(1951, 11, 21), ["pim-prasugrel-ticagrelor"]),
        ("only from 75 on", [medicine("Ticagrelor", "rxnorm|1116632")], date(1951, 11, 22), []),
        ("the short form", [nifedipine()], date(1950, 5, 1), ["pim-nifedipine-ir"]),
        ("the long form", [nifedipine("24 HR Nifedipine 30 MG Extended Release Tablet")], date(1950, 5, 1), []),
        ("rapid insulin alone", [medicine("Lispro", "rxnorm|86009")], date(1950, 5, 1), ["pim-insulin-sliding"]),
        ("with a basal one", [medicine("Lispro", "rxnorm|86009"), medicine("Glargine", "rxnorm|274783", number=8)],
         date(1950, 5, 1), []),
    ],
)  # fmt: skip
def test_who_is_asked_about(why: str, facts: list[ChartFact], born: date | None, found: list[str]) -> None:
    assert keys(ask(CHECK, *facts, born=born)) == found, why


def test_two_anticholinergics_are_one_more_question_than_each_alone() -> None:
    alone = keys(ask(CHECK, diphenhydramine()))
    both = ask(CHECK, diphenhydramine(), amitriptyline())

    assert "pim-two-anticholinergic" not in alone
    assert "pim-two-anticholinergic" in keys(both)


def test_the_finding_says_the_age_the_entry_and_the_question() -> None:
    (finding,) = ask(CHECK, diazepam(since=date(2026, 3, 2))).findings

    assert finding.title == Say("medicines.title.over_age", medicines="diazepam", others="")
    assert finding.because == (
        Say("medicines.about.pim-benzodiazepine"),
        Say("medicines.side.medicine_since", label="Diazepam 5 MG", day=date(2026, 3, 2)),
        Say("medicines.matters.age", age=65, day=date(2015, 5, 1)),
    )
    assert finding.next_step == Say("medicines.ask.pim-benzodiazepine")
    assert finding.severity is Severity.HIGH
    assert finding.source.organization == "American Geriatrics Society"


def test_rows_that_nobody_checked_wait_for_the_clinician_and_then_say_so() -> None:
    waiting = ask(CHECK, nifedipine(), medicine("Dabigatran", "rxnorm|1037042"), knowledge=load_knowledge())
    signed = ask(CHECK, nifedipine(), medicine("Dabigatran", "rxnorm|1037042"))

    assert keys(waiting) == ["pim-nifedipine-ir"]
    assert keys(signed) == ["pim-nifedipine-ir", "pim-dabigatran"]
    assert [Say("medicines.not_verified") in finding.because for finding in signed.findings] == [False, True]


def test_it_looks_again_on_the_birthday_and_when_the_medicine_ends() -> None:
    assert ask(CHECK, diazepam(), born=date(1961, 12, 24)).look_again_on == date(2026, 12, 24)
    assert ask(CHECK, diazepam(until=date(2026, 12, 1))).look_again_on == date(2026, 12, 2)


def test_a_missing_birth_date_and_hospice_care_are_said() -> None:
    assert said(ask(CHECK, diazepam(), born=None)) == ["no_birth_date"]
    assert said(ask(CHECK, diazepam(), procedure(HOSPICE, date(2026, 8, 1)))) == ["hospice"]
    assert said(ask(CHECK, medicine("Lisinopril", "rxnorm|29046"), born=None)) == []


def test_it_asks_for_every_code_set_of_its_rows() -> None:
    rows = [row for row in load_knowledge().safety.rows if row.id.startswith("pim-")]

    assert set(CODESETS) == {name for row in rows for name in (*row.codesets, *row.unless_codesets)}
