"""Eyes, feet and kidneys in diabetes: tables of cases, with near misses."""

from datetime import date

import pytest

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact
from careloop.facts.worklist import Answer
from careloop.rules.checks import find_checks
from tests.rules.checks.charts import chart_of, id_of, problem, procedure, result

ON = date(2026, 11, 21)
SINCE = date(2019, 2, 1)
DIABETES, EYES_ILL = "sct|44054006", "sct|422034002"
EYE, FOOT, EGFR, UACR = "sct|427478009", "sct|401191002", "loinc|33914-3", "loinc|14959-1"
A_YEAR, TWO_YEARS = date(2025, 11, 22), date(2024, 11, 22)


def ask(name: str, *facts: ChartFact, born: date = date(1966, 5, 1)) -> Answer:
    chart = chart_of(problem(DIABETES, SINCE, label="Diabetes"), *facts, born=born)
    return find_checks()[name].find(chart, ON, load_knowledge())


@pytest.mark.parametrize(
    ("why", "name", "facts", "is_due"),
    [
        ("no eye exam", "diabetic_eye", [], True),
        ("an eye exam of almost two years", "diabetic_eye", [procedure(EYE, TWO_YEARS)], False),
        ("of two years today", "diabetic_eye", [procedure(EYE, date(2024, 11, 21))], True),
        ("as an observation without value", "diabetic_eye", [result(EYE, TWO_YEARS, value=None)], False),
        ("ill eyes want one a year", "diabetic_eye", [procedure(EYE, TWO_YEARS), problem(EYES_ILL, SINCE)], True),
        ("and had it", "diabetic_eye", [procedure(EYE, A_YEAR), problem(EYES_ILL, SINCE)], False),
        (
            "ill eyes refuted",
            "diabetic_eye",
            [procedure(EYE, TWO_YEARS), problem(EYES_ILL, verification="refuted")],
            False,
        ),
        ("no foot exam", "diabetic_foot", [], True),
        ("a foot exam of almost a year", "diabetic_foot", [procedure(FOOT, A_YEAR)], False),
        ("of a year today", "diabetic_foot", [procedure(FOOT, date(2025, 11, 21))], True),
        ("an eye exam is no foot exam", "diabetic_foot", [procedure(EYE, ON)], True),
        ("no kidney test", "diabetic_kidney", [], True),
        ("both", "diabetic_kidney", [result(EGFR, A_YEAR, number=7), result(UACR, A_YEAR, number=8)], False),
        ("eGFR alone", "diabetic_kidney", [result(EGFR, A_YEAR)], True),
        ("urine alone", "diabetic_kidney", [result(UACR, A_YEAR)], True),
        ("urine too old", "diabetic_kidney", [result(EGFR, ON), result(UACR, date(2025, 11, 21), number=8)], True),
        ("eGFR without a value", "diabetic_kidney", [result(EGFR, ON, value=None), result(UACR, ON, number=8)], True),
        ("kidney failure", "diabetic_kidney", [problem("icd10cm|N18.6", SINCE)], False),
        ("stage 4 is asked", "diabetic_kidney", [problem("icd10cm|N18.4", SINCE)], True),
    ],
)
def test_table_of_cases(why: str, name: str, facts: list[ChartFact], *, is_due: bool) -> None:
    assert bool(ask(name, *facts).findings) is is_due, why


@pytest.mark.parametrize(
    ("name", "born", "is_due"),
    [
        ("diabetic_eye", date(2008, 11, 22), False),
        ("diabetic_eye", date(2008, 11, 21), True),
        ("diabetic_eye", date(1950, 11, 22), True),  # 76 tomorrow
        ("diabetic_eye", date(1950, 11, 21), False),
        ("diabetic_kidney", date(1940, 11, 22), True),  # 86 tomorrow
        ("diabetic_kidney", date(1940, 11, 21), False),
        ("diabetic_foot", date(2015, 1, 1), True),
    ],
)
def test_the_ages_are_those_of_the_measures(name: str, born: date, *, is_due: bool) -> None:
    assert bool(ask(name, born=born).findings) is is_due


def test_the_finding_names_the_test_that_is_missing() -> None:
    (finding,) = ask("diabetic_kidney", result(EGFR, ON), result(UACR, date(2025, 3, 1), number=8)).findings

    assert finding.because == (
        Say("check.because_problem_since", problem="Diabetes", day=SINCE),
        Say("check.diabetic_kidney.last_uacr", day=date(2025, 3, 1), good_until=date(2026, 2, 28)),
    )
    assert (finding.since_on, finding.due_on) == (date(2026, 3, 1), date(2026, 2, 28))
    assert finding.evidence == (id_of(1), id_of(8))


def test_the_loop_of_an_eye_exam_stays_the_same_when_the_eyes_fall_ill() -> None:
    before, after = ask("diabetic_eye"), ask("diabetic_eye", problem(EYES_ILL, SINCE, number=9))

    assert [f.key for f in before.findings] == [f.key for f in after.findings] == ["dm-eye"]
