"""Cervical screening: a table of cases, with near misses."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact, Sex
from careloop.facts.worklist import Answer
from careloop.rules.checks.cervical_screening import CHECK, LAST_AGE
from tests.rules.checks.charts import chart_of, procedure, result

ON = date(2026, 11, 21)
SMEAR, HPV = "loinc|10524-7", "loinc|21440-3"
AT_40, AT_27 = date(1986, 5, 1), date(1999, 5, 1)


def ask(*facts: ChartFact, born: date = AT_40, last_age: int = 64, sex: Sex = Sex.FEMALE) -> Answer:
    knowledge = replace(load_knowledge(), thresholds={LAST_AGE.name: Decimal(last_age)})
    return CHECK.find(chart_of(*facts, born=born, sex=sex), ON, knowledge)


@pytest.mark.parametrize(
    ("why", "facts", "born", "is_due"),
    [
        ("nothing on record", [], AT_40, True),
        ("a smear on the last good day", [result(SMEAR, date(2023, 11, 22), text="Negative")], AT_40, False),
        ("a smear of three years ago today", [result(SMEAR, date(2023, 11, 21), text="Negative")], AT_40, True),
        ("a smear without a result", [result(SMEAR, ON, value=None)], AT_40, True),
        ("an HPV test four years ago", [result(HPV, date(2022, 11, 22), text="Negative")], AT_40, False),
        ("an HPV test five years ago today", [result(HPV, date(2021, 11, 21), text="Negative")], AT_40, True),
        ("an HPV test at 27", [result(HPV, date(2026, 5, 2), text="Negative")], AT_27, True),
        ("a smear at 27", [result(SMEAR, date(2026, 5, 2), text="Negative")], AT_27, False),
        ("uterus and cervix removed", [procedure("sct|116140006", date(2010, 1, 1))], AT_40, False),
        ("that operation not done", [procedure("sct|116140006", ON, status="not-done")], AT_40, True),
        ("20 years", [], date(2005, 11, 22), False),
        ("21 years", [], date(2005, 11, 21), True),
        ("64 years", [], date(1961, 11, 22), True),
        ("65 years", [], date(1961, 11, 21), False),
    ],
)
def test_table_of_cases(why: str, facts: list[ChartFact], born: date, *, is_due: bool) -> None:
    assert bool(ask(*facts, born=born).findings) is is_due, why


def test_an_hpv_test_from_before_the_30th_birthday_does_not_count_afterwards() -> None:
    born = date(1996, 11, 1)  # 30 for three weeks

    assert ask(result(HPV, date(2026, 10, 31), text="Negative"), born=born).findings
    assert not ask(result(HPV, date(2026, 11, 1), text="Negative"), born=born).findings


def test_at_65_the_guideline_is_said_and_a_clinic_may_choose_to_ask() -> None:
    at_65 = date(1961, 11, 21)

    assert ask(born=at_65).not_checked == (Say("check.cervical_screening.at_65", age=65),)
    assert ask(born=at_65).look_again_on == date(2027, 11, 21)
    assert ask(born=at_65, last_age=65).findings
    assert ask(born=at_65, sex=Sex.MALE) == Answer()
    assert ask(born=date(1960, 11, 21)) == Answer()
