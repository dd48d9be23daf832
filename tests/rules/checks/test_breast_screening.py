"""Breast screening: a table of cases, with near misses."""

from datetime import date

import pytest

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact, FactKind, Sex
from careloop.facts.worklist import Answer
from careloop.rules.checks.breast_screening import CHECK
from tests.rules.checks.charts import chart_of, fact, id_of, problem, procedure, result

ON = date(2026, 11, 21)
BORN = date(1966, 5, 1)
MAMMOGRAM, STUDY = "sct|71651007", "loinc|24604-1"
ABSENT, LEFT, RIGHT = "sct|248802009", ("sct|7771000",), ("sct|24028007",)


def ask(*facts: ChartFact, on: date = ON, born: date | None = BORN, sex: Sex = Sex.FEMALE) -> Answer:
    return CHECK.find(chart_of(*facts, born=born, sex=sex), on, load_knowledge())


def absent(side: tuple[str, ...], on: date, number: int = 6) -> ChartFact:
    return fact(FactKind.PROBLEM, ABSENT, on, outcome=side, number=number)


@pytest.mark.parametrize(
    ("why", "facts", "is_due"),
    [
        ("nothing on record", [], True),
        ("a mammogram on the last good day", [procedure(MAMMOGRAM, date(2024, 11, 22))], False),
        ("a mammogram of two years ago today", [procedure(MAMMOGRAM, date(2024, 11, 21))], True),
        ("a study counts without a value", [result(STUDY, date(2026, 1, 5), value=None)], False),
        ("a study that is not read yet", [result(STUDY, date(2026, 1, 5), status="preliminary")], True),
        ("not done", [procedure(MAMMOGRAM, ON, status="not-done")], True),
        ("one breast removed", [absent(LEFT, date(2020, 1, 1))], True),
        ("the same side twice", [absent(LEFT, date(2020, 1, 1)), absent(LEFT, date(2021, 1, 1), 7)], True),
        ("both sides, told apart", [absent(LEFT, date(2020, 1, 1)), absent(RIGHT, date(2021, 1, 1), 7)], False),
        ("the second side tomorrow", [absent(LEFT, date(2020, 1, 1)), absent(RIGHT, date(2026, 11, 22), 7)], True),
        ("both sides in one code", [problem("icd10cm|Z90.13", date(2020, 1, 1))], False),
        ("palliative care this year", [procedure("sct|103735009", date(2025, 11, 22))], False),
        ("palliative care before that", [procedure("sct|103735009", date(2025, 11, 21))], True),
    ],
)
def test_table_of_cases(why: str, facts: list[ChartFact], *, is_due: bool) -> None:
    assert bool(ask(*facts).findings) is is_due, why


@pytest.mark.parametrize(
    ("born", "is_due"),
    [
        (date(1986, 11, 22), False),  # 40 tomorrow
        (date(1986, 11, 21), True),
        (date(1951, 11, 22), True),  # 75 tomorrow
        (date(1951, 11, 21), False),
    ],
)
def test_it_asks_from_40_to_the_day_before_the_75th_birthday(born: date, *, is_due: bool) -> None:
    assert bool(ask(born=born).findings) is is_due


def test_men_are_not_asked_and_an_unknown_sex_is_said() -> None:
    assert ask(sex=Sex.MALE) == Answer()
    assert ask(sex=Sex.UNKNOWN).findings == ()
    assert ask(sex=Sex.UNKNOWN).not_checked == (Say("check.sex_not_known"),)


def test_breast_cancer_is_said_and_left_to_a_clinician() -> None:
    answer = ask(problem("icd10cm|C50.9", date(2020, 1, 1), label="Breast cancer"), procedure(MAMMOGRAM, ON))

    assert answer.findings == ()
    assert answer.not_checked == (Say("check.not_average_risk", problem="Breast cancer"),)


def test_the_mammogram_ends_the_finding_and_an_irrelevant_fact_does_not() -> None:
    done = ask(procedure(MAMMOGRAM, ON, number=8))

    assert done.satisfied_by == (id_of(8),)
    assert done.look_again_on == date(2028, 11, 21)
    assert ask(result("loinc|4548-4", ON)).findings == ask().findings
