"""Depression screening: a table of cases, with near misses."""

from dataclasses import replace
from datetime import date

import pytest
from msgspec.structs import replace as change

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact, FactKind
from careloop.facts.worklist import Answer, Severity
from careloop.rules.checks.depression_screening import CHECK, NAME
from tests.rules.checks.charts import chart_of, fact, problem, procedure

ON = date(2026, 11, 21)
SCREENED = date(2026, 6, 1)
ADULT, PHQ9 = "loinc|73832-8", "loinc|44261-6"
NEGATIVE, POSITIVE, DECLINED = ("sct|428171000124102",), ("sct|428181000124104",), ("sct|720834000",)
DUE, NO_PLAN = "scr-depression", "scr-depression-positive"


def screen(outcome: tuple[str, ...] = (), on: date = SCREENED, *, status: str = "final", number: int = 7) -> ChartFact:
    one = fact(FactKind.RESULT, ADULT, on, outcome=outcome, status=status, number=number)
    return replace_text(one, "An answer" if status == "final" else "")


def replace_text(one: ChartFact, text: str) -> ChartFact:
    return ChartFact(one.resource_id, change(one.columns, value_text=text))


def score(value: str) -> ChartFact:
    return fact(FactKind.RESULT, PHQ9, SCREENED, value=value, label="PHQ-9")


def ask(*facts: ChartFact, born: date = date(1990, 5, 1), is_signed: bool = False) -> Answer:
    knowledge = replace(load_knowledge(), signed_on=frozenset({NAME} if is_signed else ()))
    return CHECK.find(chart_of(*facts, born=born), ON, knowledge)


def referral(on: date) -> ChartFact:
    return fact(FactKind.ORDER, "sct|183524004", on, number=9)


@pytest.mark.parametrize(
    ("why", "facts", "key"),
    [
        ("never", [], DUE),
        ("negative", [screen(NEGATIVE)], None),
        ("negative, on the last good day", [screen(NEGATIVE, date(2025, 11, 22))], None),
        ("negative, a year ago today", [screen(NEGATIVE, date(2025, 11, 21))], DUE),
        ("done as a procedure", [procedure("sct|171207006", SCREENED)], None),
        ("how it came out is not clear", [screen()], DUE),
        ("positive", [screen(POSITIVE)], NO_PLAN),
        ("positive and referred", [screen(POSITIVE), referral(date(2026, 6, 2))], None),
        ("referred before", [screen(POSITIVE), referral(date(2026, 5, 31))], NO_PLAN),
        ("referred tomorrow", [screen(POSITIVE), referral(date(2026, 11, 22))], NO_PLAN),
        ("positive, and a medicine begun", [screen(POSITIVE), fact(FactKind.MEDICINE, "rxnorm|36437", SCREENED)], None),
        ("positive, a year later asked anew", [screen(POSITIVE, date(2025, 11, 1))], DUE),
        ("negative after positive", [screen(POSITIVE), screen(NEGATIVE, date(2026, 7, 1), number=8)], None),
        ("declined this year", [screen(DECLINED, status="cancelled")], None),
        ("declined long ago", [screen(DECLINED, date(2025, 11, 21), status="cancelled")], DUE),
        ("cancelled for no reason given", [screen(status="cancelled")], DUE),
        ("bipolar disorder", [problem("icd10cm|F31.9", date(2020, 1, 1))], None),
        ("hospice", [procedure("sct|385763009", date(2026, 1, 1))], None),
    ],
)
def test_table_of_cases(why: str, facts: list[ChartFact], key: str | None) -> None:
    assert [finding.key for finding in ask(*facts).findings] == ([key] if key else []), why


def test_it_asks_from_the_12th_birthday_on() -> None:
    assert ask(born=date(2014, 11, 22)).look_again_on == date(2026, 11, 22)
    assert ask(born=date(2014, 11, 22)).findings == ()
    assert ask(born=date(2014, 11, 21)).findings


def test_a_positive_screen_is_urgent_and_has_two_days() -> None:
    (finding,) = ask(screen(POSITIVE)).findings

    assert finding.severity is Severity.HIGH
    assert finding.due_on == date(2026, 6, 3)


def test_a_score_is_judged_only_where_a_clinician_signed_for_the_limits() -> None:
    waiting, signed = ask(score("10")), ask(score("10"), is_signed=True)

    assert waiting.findings == ()
    assert waiting.not_checked[0].key == "check.depression_screening.score_not_judged"
    assert [f.key for f in signed.findings] == [NO_PLAN]
    assert Say("check.not_verified") in signed.findings[0].because
    assert ask(score("9"), is_signed=True).findings == ()
