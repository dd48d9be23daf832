"""Overdue HbA1c in diabetes: a table of cases, with near misses."""

from datetime import date

import pytest

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import Chart, ChartFact
from careloop.facts.worklist import Answer, Severity
from careloop.rules.checks.hba1c_overdue import CHECK
from tests.rules.checks.charts import chart_of, id_of, medicine, problem, procedure, result, visit

ON = date(2026, 11, 21)
SINCE = date(2019, 2, 1)
DIABETES = "sct|44054006"
PREDIABETES = "sct|714628002"
HBA1C = "loinc|4548-4"
GMI = "loinc|97506-0"
GLUCOSE = "loinc|2339-0"
HOSPICE = "sct|385763009"


def ask(*facts: ChartFact, on: date = ON, died: date | None = None) -> Answer:
    return CHECK.find(chart_of(*facts, died=died), on, load_knowledge())


def diabetes(**changes: object) -> ChartFact:
    return problem(DIABETES, SINCE, label="Diabetes type 2", **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tested_on", "asked_on", "is_due"),
    [
        (date(2026, 5, 22), date(2026, 11, 21), False),  # the last good day
        (date(2026, 5, 22), date(2026, 11, 22), True),  # the day after
        (date(2026, 5, 21), date(2026, 11, 21), True),
        (date(2026, 11, 21), date(2026, 11, 21), False),  # today
        (date(2026, 11, 22), date(2026, 11, 21), True),  # dated tomorrow: not done yet
        (date(2027, 8, 31), date(2028, 2, 28), False),  # into a leap year's February
        (date(2027, 8, 31), date(2028, 2, 29), True),
        (date(2026, 8, 31), date(2027, 2, 27), False),  # and into a common one
        (date(2026, 8, 31), date(2027, 2, 28), True),
        (date(2028, 2, 29), date(2028, 8, 28), False),
        (date(2028, 2, 29), date(2028, 8, 29), True),
    ],
)
def test_a_test_holds_for_six_months(tested_on: date, asked_on: date, *, is_due: bool) -> None:
    answer = ask(diabetes(), result(HBA1C, tested_on), on=asked_on)

    assert bool(answer.findings) is is_due
    assert answer.satisfied_by == (() if is_due else (id_of(2),))


@pytest.mark.parametrize(
    ("why", "facts", "is_due"),
    [
        ("no test at all", [diabetes()], True),
        ("ICD-10-CM code below the prefix", [problem("icd10cm|E11.9", SINCE)], True),
        ("ICD-10-CM code without dot", [problem("icd10cm|E119", SINCE)], True),
        ("recorded without a day", [problem(DIABETES)], True),
        ("no clinical status given", [diabetes(status="")], True),
        ("no verification given", [diabetes(verification="")], True),
        ("came back", [diabetes(status="relapse")], True),
        ("a second problem was refuted", [diabetes(), diabetes(verification="refuted")], True),
        ("a sensor's value counts", [diabetes(), result(GMI, ON)], False),
        ("another laboratory test", [diabetes(), result(GLUCOSE, ON)], True),
        ("corrected result", [diabetes(), result(HBA1C, ON, status="corrected")], False),
        ("preliminary result", [diabetes(), result(HBA1C, ON, status="preliminary")], True),
        ("registered only", [diabetes(), result(HBA1C, ON, status="registered", value=None)], True),
        ("cancelled test", [diabetes(), result(HBA1C, ON, status="cancelled")], True),
        ("result entered in error", [diabetes(), result(HBA1C, ON, status="entered-in-error")], True),
        ("final without a value", [diabetes(), result(HBA1C, ON, value=None)], True),
        ("not performed", [diabetes(), result(HBA1C, ON, value=None, text="Not Performed")], True),
        ("value in words", [diabetes(), result(HBA1C, ON, value=None, text="over 14")], False),
        ("no diabetes", [result(HBA1C, date(2020, 1, 1))], False),
        ("prediabetes only", [problem(PREDIABETES, SINCE)], False),
        ("gestational diabetes only", [problem("icd10cm|O24.410", SINCE)], False),
        ("resolved", [diabetes(status="resolved")], False),
        ("in remission", [diabetes(status="remission")], False),
        ("inactive", [diabetes(status="inactive")], False),
        ("refuted", [diabetes(verification="refuted")], False),
        ("entered in error", [diabetes(verification="entered-in-error")], False),
        ("starts tomorrow", [problem(DIABETES, date(2026, 11, 22))], False),
        ("ended yesterday", [problem(DIABETES, SINCE, until=date(2026, 11, 20))], False),
        ("a diabetes code on a procedure", [procedure(DIABETES, SINCE)], False),
        ("hospice care as a problem", [diabetes(), problem(HOSPICE, SINCE, number=9)], False),
        (
            "hospice problem resolved",
            [diabetes(), problem(HOSPICE, SINCE, status="resolved", number=9)],
            True,
        ),
        ("hospice service this year", [diabetes(), procedure(HOSPICE, date(2025, 11, 22))], False),
        ("hospice service before that", [diabetes(), procedure(HOSPICE, date(2025, 11, 21))], True),
        ("hospice not done", [diabetes(), procedure(HOSPICE, ON, status="not-done")], True),
        ("hospice visit", [diabetes(), visit("HH", ON, code=HOSPICE)], False),
        ("a medicine alone is no diagnosis", [medicine("Metformin", "rxnorm|6809")], False),
    ],
)
def test_table_of_cases(why: str, facts: list[ChartFact], *, is_due: bool) -> None:
    assert bool(ask(*facts).findings) is is_due, why


def test_the_finding_says_why_since_when_and_whence() -> None:
    (finding,) = ask(diabetes(), result(HBA1C, date(2026, 2, 10), value="8.20")).findings

    assert finding.key == "dm-hba1c"
    assert finding.because == (
        Say("check.because_problem_since", problem="Diabetes type 2", day=SINCE),
        Say(
            "check.hba1c_overdue.because_last_test",
            result="8.20 %",
            day=date(2026, 2, 10),
            good_until=date(2026, 8, 9),
        ),
    )
    assert (finding.due_on, finding.since_on) == (date(2026, 8, 9), date(2026, 8, 10))
    assert finding.severity is Severity.MODERATE
    assert finding.source.organization == "American Diabetes Association"
    assert finding.evidence == (id_of(1), id_of(2))


def test_a_result_beyond_the_scale_is_said_as_it_stands() -> None:
    finding, too_high = ask(diabetes(), result(HBA1C, date(2026, 2, 10), value="14", text="> 14")).findings

    assert ("result", "> 14 %") in finding.because[1].values
    assert ("result", "> 14 %") in too_high.because[1].values


def test_without_any_test_there_is_no_deadline_to_have_missed() -> None:
    (finding,) = ask(diabetes()).findings

    assert (finding.due_on, finding.since_on) == (None, SINCE)


@pytest.mark.parametrize(
    ("facts", "look_again_on"),
    [
        ([diabetes(), result(HBA1C, date(2026, 9, 1))], date(2027, 3, 1)),
        (
            [diabetes(), result(HBA1C, date(2026, 9, 1)), result(GMI, date(2026, 10, 1), number=9)],
            date(2027, 4, 1),
        ),
        ([diabetes()], date(2032, 5, 1)),  # 66: from then on frailty could matter
        ([problem(DIABETES, date(2027, 1, 5))], date(2027, 1, 5)),
        ([problem(DIABETES, SINCE, until=date(2027, 1, 5))], date(2027, 1, 5)),
        ([diabetes(), procedure(HOSPICE, date(2026, 1, 10))], date(2027, 1, 10)),
        ([diabetes(), result(HBA1C, date(2026, 12, 1))], date(2026, 12, 1)),
        ([result(HBA1C, date(2026, 9, 1))], None),
    ],
)
def test_it_looks_again_when_the_last_test_runs_out(facts: list[ChartFact], look_again_on: date | None) -> None:
    assert ask(*facts).look_again_on == look_again_on


@pytest.mark.parametrize("verification", ["unconfirmed", "provisional", "differential"])
def test_diabetes_that_nobody_confirmed_is_said_and_not_judged(verification: str) -> None:
    answer = ask(diabetes(verification=verification))

    assert answer.findings == ()
    assert answer.not_checked == (Say("check.unconfirmed", problem="Diabetes type 2"),)


def test_refuted_diabetes_is_not_even_said() -> None:
    assert ask(diabetes(verification="refuted")) == Answer()


def test_a_result_without_a_day_is_said() -> None:
    answer = ask(diabetes(), result(HBA1C, None, label="HbA1c"))

    assert answer.findings
    assert answer.not_checked == (Say("check.undated_test", test="HbA1c"),)


def test_nothing_is_found_for_the_dead() -> None:
    assert ask(diabetes(), died=date(2026, 11, 20)) == Answer()


def test_the_chart_may_be_empty() -> None:
    assert CHECK.find(Chart(id_of(0), None, chart_of().sex, None, ()), ON, load_knowledge()) == Answer()
