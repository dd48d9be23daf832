"""Abnormal and critical results: a table of cases, with near misses."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace as change

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact, FactKind
from careloop.facts.worklist import Answer, LoopKind, Severity
from careloop.rules.checks import find_checks
from tests.rules.checks.charts import chart_of, fact, problem, procedure

ON = date(2026, 11, 21)
LATELY = date(2026, 10, 1)
ABNORMAL, CRITICAL = "abnormal_result_without_follow_up", "critical_result_without_follow_up"


def number(loinc: str, value: str, unit: str, on: date = LATELY, *, at: int = 7, status: str = "final") -> ChartFact:
    return fact(FactKind.RESULT, f"loinc|{loinc}", on, value=value, unit=unit, number=at, status=status)


def words(loinc: str, text: str, on: date = LATELY, *, at: int = 7) -> ChartFact:
    one = fact(FactKind.RESULT, f"loinc|{loinc}", on, number=at)
    return ChartFact(one.resource_id, change(one.columns, value_text=text))


def potassium(value: str, on: date = LATELY, *, at: int = 7, unit: str = "mmol/L", status: str = "final") -> ChartFact:
    return number("2823-3", value, unit, on, at=at, status=status)


def ask(name: str, *facts: ChartFact, born: date | None = date(1966, 5, 1), is_signed: bool = False) -> Answer:
    knowledge = replace(load_knowledge(), signed_on=frozenset({name} if is_signed else ()))
    return find_checks()[name].find(chart_of(*facts, born=born), ON, knowledge)


@pytest.mark.parametrize(
    ("why", "facts", "key"),
    [
        ("potassium of 2.9", [potassium("2.9")], "res-potassium-low"),
        ("potassium of 3.0", [potassium("3.0")], None),
        ("potassium of 6.1", [potassium("6.1")], "res-potassium-high"),
        ("potassium of 6.0", [potassium("6.0")], None),
        ("a newer one is in range", [potassium("2.9"), potassium("4.1", date(2026, 10, 2), at=8)], None),
        (
            "an older one was in range",
            [potassium("2.9"), potassium("4.1", date(2026, 9, 1), at=8)],
            "res-potassium-low",
        ),
        ("preliminary", [potassium("2.9", status="preliminary")], None),
        ("a year ago today", [potassium("2.9", date(2025, 11, 21))], None),
        ("a day less", [potassium("2.9", date(2025, 11, 22))], "res-potassium-low"),
        ("tomorrow", [potassium("2.9", date(2026, 11, 22))], None),
        ("hemoglobin of 6.9", [number("718-7", "6.9", "g/dL")], "res-hemoglobin"),
        ("hospice", [potassium("2.9"), procedure("sct|385763009", date(2026, 1, 1))], None),
    ],
)
def test_critical_results(why: str, facts: list[ChartFact], key: str | None) -> None:
    assert [finding.key for finding in ask(CRITICAL, *facts).findings] == ([key] if key else []), why


FIT = "29771-3"


@pytest.mark.parametrize(
    ("why", "facts", "key"),
    [
        ("a positive stool test", [words(FIT, "Positive")], "res-fit-positive"),
        ("with more words", [words(FIT, "Positive (finding)")], "res-fit-positive"),
        ("negative", [words(FIT, "Negative")], None),
        ("not detected", [words(FIT, "Not detected")], None),
        ("colonoscopy done", [words(FIT, "Positive"), procedure("sct|73761001", date(2026, 10, 20))], None),
        ("colonoscopy ordered", [words(FIT, "Positive"), fact(FactKind.ORDER, "sct|73761001", LATELY, number=9)], None),
        (
            "colonoscopy before",
            [words(FIT, "Positive"), procedure("sct|73761001", date(2026, 9, 20))],
            "res-fit-positive",
        ),
        (
            "colonoscopy not done",
            [words(FIT, "Positive"), procedure("sct|73761001", ON, status="not-done")],
            "res-fit-positive",
        ),
        ("years ago and still open", [words(FIT, "Positive", date(2023, 1, 1))], "res-fit-positive"),
        ("hepatitis C antibody", [words("16128-1", "Reactive")], "res-hcv-antibody"),
        ("hepatitis C is known", [words("16128-1", "Reactive"), problem("icd10cm|B18.2", LATELY)], None),
        ("not verified: eGFR of 20", [number("33914-3", "20", "mL/min/{1.73_m2}")], None),
    ],
)
def test_abnormal_results(why: str, facts: list[ChartFact], key: str | None) -> None:
    assert [finding.key for finding in ask(ABNORMAL, *facts).findings] == ([key] if key else []), why


def test_critical_results_are_safety_and_open_at_once() -> None:
    (finding,) = ask(CRITICAL, potassium("2.9")).findings

    assert find_checks()[CRITICAL].kind is LoopKind.SAFETY
    assert finding.severity is Severity.CRITICAL
    assert finding.due_on == LATELY


def test_a_unit_that_the_row_does_not_know_is_said() -> None:
    answer = ask(CRITICAL, potassium("2.9", unit="mg/dL"))

    assert answer.findings == ()
    assert [say.key for say in answer.not_checked] == ["check.unit_not_known"]


def test_rows_that_are_not_verified_wait_for_a_clinician() -> None:
    low = number("33914-3", "20", "mL/min/{1.73_m2}")
    (finding,) = ask(ABNORMAL, low, is_signed=True).findings

    assert finding.key == "res-egfr-30"
    assert Say("check.not_verified") in finding.because


def test_a_clinic_may_take_the_limit_of_its_own_laboratory() -> None:
    knowledge = replace(load_knowledge(), thresholds={f"{CRITICAL}.potassium_low": Decimal("2.8")})
    check = find_checks()[CRITICAL]

    assert check.find(chart_of(potassium("2.9")), ON, knowledge).findings == ()
    assert check.find(chart_of(potassium("2.7")), ON, knowledge).findings


def test_children_are_left_to_their_own_limits() -> None:
    assert ask(CRITICAL, potassium("2.9"), born=date(2008, 11, 22)).findings == ()
    assert ask(CRITICAL, potassium("2.9"), born=date(2008, 11, 21)).findings
    assert ask(CRITICAL, potassium("2.9"), born=None).not_checked == (Say("check.no_birth_date"),)
