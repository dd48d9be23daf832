"""Medicines with problems, a pregnancy and the kidneys: a table of cases, with near misses."""

from datetime import date

import pytest

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact, Sex
from careloop.facts.worklist import Severity
from careloop.rules.checks.medicine_against_condition import CHECK, CODESETS
from tests.rules.checks.charts import id_of, medicine, problem, result
from tests.rules.checks.signed import ON, ask, keys, said

HEART_FAILURE, PREGNANT, ASTHMA, HIGH_POTASSIUM = "icd10cm|I50.9", "sct|72892002", "icd10cm|J45.909", "icd10cm|E87.5"
YOUNG = date(1996, 5, 1)
ML_MIN = "mL/min/{1.73_m2}"


def metformin() -> ChartFact:
    return medicine("Metformin 500 MG", "rxnorm|6809", number=1)


def ibuprofen() -> ChartFact:
    return medicine("Ibuprofen 400 MG", "rxnorm|5640", number=2)


def warfarin() -> ChartFact:
    return medicine("Warfarin 5 MG", "rxnorm|11289", number=3)


def egfr(value: str, on: date = date(2026, 10, 1), **changes: object) -> ChartFact:
    return result("loinc|33914-3", on, value=value, unit=ML_MIN, number=9, **changes)  # type: ignore[arg-type]


def pregnant(since: date | None = date(2026, 6, 1), **changes: object) -> ChartFact:
    return problem(PREGNANT, since, number=8, label="Normal pregnancy", **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("why", "facts", "found"),
    [
        ("heart failure", [ibuprofen(), problem(HEART_FAILURE)], ["dd-nsaid-hf"]),
        ("that is over", [ibuprofen(), problem(HEART_FAILURE, status="resolved")], []),
        ("refuted", [ibuprofen(), problem(HEART_FAILURE, verification="refuted")], []),
        ("another problem", [ibuprofen(), problem(ASTHMA)], []),
        ("another medicine", [metformin(), egfr("80"), problem(HEART_FAILURE)], []),
        ("below 30", [metformin(), egfr("29.9")], ["ren-metformin-30"]),
        ("at 30", [metformin(), egfr("30")], ["ren-metformin-45"]),
        ("below 45", [metformin(), egfr("44")], ["ren-metformin-45"]),
        ("at 45", [metformin(), egfr("45")], []),
        ("a preliminary result", [metformin(), egfr("20", status="preliminary")], ["ren-missing"]),
        ("the last good day", [metformin(), egfr("20", on=date(2025, 11, 21))], ["ren-metformin-30"]),
        ("a day too old", [metformin(), egfr("20", on=date(2025, 11, 20))], ["ren-missing"]),
        ("a day to come", [metformin(), egfr("20", on=date(2026, 11, 22))], ["ren-missing"]),
        ("the newest counts", [metformin(), egfr("20"), result("loinc|33914-3", date(2026, 11, 2), value="70",
         unit=ML_MIN, number=10)], []),
        ("another unit", [metformin(), result("loinc|33914-3", date(2026, 10, 1), value="20", unit="%")],
         ["ren-missing"]),
        ("more than 60", [metformin(), egfr("60", text="> 60")], []),
        ("less than 15", [metformin(), egfr("15", text="< 15")], ["ren-metformin-30"]),
        ("a result like the condition", [ibuprofen(), egfr("50")], ["dd-nsaid-ckd"]),
    ],
)  # fmt: skip
def test_who_is_asked_about(why: str, facts: list[ChartFact], found: list[str]) -> None:
    assert keys(ask(CHECK, *facts)) == found, why


@pytest.mark.parametrize(
    ("why", "facts", "sex", "found"),
    [
        ("pregnant", [warfarin(), pregnant()], Sex.FEMALE, ["preg-warfarin"]),
        ("not a man", [warfarin(), pregnant()], Sex.MALE, []),
        ("over", [warfarin(), pregnant(status="resolved")], Sex.FEMALE, []),
        ("ended", [warfarin(), pregnant(until=date(2026, 10, 1))], Sex.FEMALE, []),
        ("lost", [warfarin(), pregnant(), problem("sct|19169002", date(2026, 7, 1), number=12)], Sex.FEMALE, []),
        ("301 days ago", [warfarin(), pregnant(date(2026, 1, 24))], Sex.FEMALE, []),
        ("300 days ago", [warfarin(), pregnant(date(2026, 1, 25))], Sex.FEMALE, ["preg-warfarin"]),
        ("no day", [warfarin(), pregnant(None)], Sex.FEMALE, []),
        ("a harmless one", [medicine("Prenatal", "x|1"), pregnant()], Sex.FEMALE, []),
    ],
)  # fmt: skip
def test_pregnancy(why: str, facts: list[ChartFact], sex: Sex, found: list[str]) -> None:
    assert keys(ask(CHECK, *facts, born=YOUNG, sex=sex)) == found, why


def test_a_pregnancy_that_is_not_counted_is_said() -> None:
    assert said(ask(CHECK, warfarin(), pregnant(date(2025, 1, 1)), born=YOUNG)) == ["pregnancy_without_end"]
    assert said(ask(CHECK, warfarin(), pregnant(None), born=YOUNG)) == ["pregnancy_undated"]


def test_what_is_not_known_is_said() -> None:
    assert said(ask(CHECK, medicine("Tramadol", "rxnorm|10689"))) == ["no_kidney_test"]
    assert said(ask(CHECK, metformin(), egfr("20", text="> 20"))) == ["only_bound"]
    assert said(ask(CHECK, ibuprofen(), problem(HEART_FAILURE, verification="provisional"), egfr("90"))) == [
        "unconfirmed"
    ]


def test_a_limit_of_creatinine_clearance_says_that_the_record_has_another_measure() -> None:
    (finding,) = ask(CHECK, medicine("Tramadol", "rxnorm|10689"), egfr("20")).findings

    assert finding.key == "ren-tramadol"
    assert Say("medicines.unknown.crcl") in finding.because
    assert Say("medicines.matters.egfr", result="20 mL/min/1.73 m2", day=date(2026, 10, 1)) in finding.because
    assert finding.evidence == (id_of(5), id_of(9))


APIXABAN = medicine("Apixaban 5 MG", "rxnorm|1364430")


@pytest.mark.parametrize(
    ("why", "born", "weight", "creatinine", "found"),
    [
        ("two of three", date(1946, 11, 21), "80", "1.5", ["ren-apixaban"]),
        ("all three", date(1940, 1, 1), "60", "2.0", ["ren-apixaban"]),
        ("one of three", date(1946, 11, 21), "80", "1.4", []),
        ("the day before 80", date(1946, 11, 22), "61", "1.5", []),
        ("weight not known", date(1946, 11, 21), None, "1.5", ["ren-apixaban"]),
    ],
)
def test_two_of_three_features_make_a_dose_doubtful(
    why: str, born: date, weight: str | None, creatinine: str, found: list[str]
) -> None:
    facts = [APIXABAN, egfr("90"), result("loinc|38483-4", ON, value=creatinine, unit="mg/dL", number=11)]
    if weight is not None:
        facts.append(result("loinc|29463-7", ON, value=weight, unit="kg", number=12))

    assert keys(ask(CHECK, *facts, born=born)) == found, why


def test_children_are_not_measured_by_limits_of_adults() -> None:
    assert keys(ask(CHECK, metformin(), egfr("20"), born=date(2010, 1, 1))) == []
    assert keys(ask(CHECK, metformin(), egfr("20"), born=None)) == ["ren-metformin-30"]


def test_only_rows_whose_source_was_read_speak_without_a_sign_on() -> None:
    answer = ask(CHECK, metformin(), egfr("20"), ibuprofen(), problem(HEART_FAILURE), knowledge=load_knowledge())

    assert keys(answer) == ["ren-metformin-30"]
    assert answer.findings[0].severity is Severity.CRITICAL


def test_it_looks_again_when_the_result_is_too_old_or_the_problem_ends() -> None:
    assert ask(CHECK, metformin(), egfr("20")).look_again_on == date(2027, 10, 2)
    ends = problem(HEART_FAILURE, until=date(2026, 12, 5))
    assert ask(CHECK, ibuprofen(), ends, egfr("90")).look_again_on == date(2026, 12, 5)


def test_it_asks_for_every_code_set_of_its_rows() -> None:
    rows = load_knowledge().safety.rows

    assert set(CODESETS) == {name for row in rows if row.id.startswith("dd-") for name in row.codesets}
