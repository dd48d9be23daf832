"""Vaccines: a table of cases, with near misses."""

from dataclasses import replace
from datetime import date

import pytest

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact, FactKind
from careloop.facts.worklist import Answer, Confidence
from careloop.rules.checks.immunizations_due import CHECK, NAME
from tests.rules.checks.charts import chart_of, fact, procedure

ON = date(2026, 11, 21)
AT_60, AT_80, AT_30 = date(1966, 5, 1), date(1946, 5, 1), date(1996, 5, 1)
FLU, PNEUMO, RSV = "imm-influenza", "imm-pneumococcal", "imm-rsv"
TETANUS, ZOSTER, HEPATITIS = "imm-tdap-td", "imm-zoster", "imm-hepb"
# What the cases are not about.
OTHERS = {TETANUS, ZOSTER, HEPATITIS}


def shot(cvx: str, on: date | None, *, number: int = 7, status: str = "completed") -> ChartFact:
    return fact(FactKind.IMMUNIZATION, f"cvx|{cvx}", on, number=number, status=status)


def ask(*facts: ChartFact, born: date = AT_60, on: date = ON) -> Answer:
    return CHECK.find(chart_of(*facts, born=born), on, load_knowledge())


def keys(answer: Answer) -> set[str]:
    return {finding.key for finding in answer.findings}


@pytest.mark.parametrize(
    ("why", "facts", "born", "asked"),
    [
        ("nothing at 30", [], AT_30, {FLU}),
        ("nothing at 60", [], AT_60, {FLU, PNEUMO}),
        ("nothing at 80", [], AT_80, {FLU, PNEUMO, RSV}),
        ("flu this season", [shot("140", date(2026, 9, 1))], AT_30, set()),
        ("flu of last season", [shot("140", date(2026, 6, 30))], AT_30, {FLU}),
        ("flu on the first day of the season", [shot("140", date(2026, 7, 1))], AT_30, set()),
        ("flu refused", [shot("140", date(2026, 9, 1), status="not-done")], AT_30, {FLU}),
        ("flu without a day", [shot("140", None)], AT_30, {FLU}),
        ("the 20-valent vaccine, once", [shot("216", date(2010, 1, 1))], AT_60, {FLU}),
        ("the 23-valent one alone", [shot("33", date(2020, 1, 1))], AT_60, {FLU, PNEUMO}),
        ("15, then 23", [shot("215", date(2022, 1, 1)), shot("33", date(2023, 1, 1), number=8)], AT_60, {FLU}),
        ("23, then 15", [shot("215", date(2023, 1, 1)), shot("33", date(2022, 1, 1), number=8)], AT_60, {FLU, PNEUMO}),
        ("the 13-valent one", [shot("133", date(2015, 1, 1))], AT_60, {FLU, PNEUMO}),
        ("RSV, once", [shot("305", date(2023, 10, 1))], AT_80, {FLU, PNEUMO}),
        ("a child", [], date(2015, 1, 1), set()),
        ("hospice", [procedure("sct|385763009", date(2026, 1, 1))], AT_80, set()),
    ],
)
def test_table_of_cases(why: str, facts: list[ChartFact], born: date, asked: set[str]) -> None:
    assert keys(ask(*facts, born=born)) - OTHERS == asked, why


@pytest.mark.parametrize(
    ("why", "facts", "born", "asked"),
    [
        ("nothing at 30", [], AT_30, {TETANUS, HEPATITIS}),
        ("nothing at 59", [], date(1966, 11, 22), {TETANUS, ZOSTER, HEPATITIS}),
        ("nothing at 60", [], AT_60, {TETANUS, ZOSTER}),
        ("Tdap of ten years less a day", [shot("115", date(2016, 11, 22))], AT_30, {HEPATITIS}),
        ("Tdap of ten years", [shot("115", date(2016, 11, 21))], AT_30, {TETANUS, HEPATITIS}),
        ("one dose against hepatitis B", [shot("08", date(1997, 1, 1))], AT_30, {TETANUS}),
        ("at 18", [], date(2008, 11, 1), set()),
    ],
)
def test_tetanus_zoster_and_hepatitis_b(why: str, facts: list[ChartFact], born: date, asked: set[str]) -> None:
    assert keys(ask(*facts, born=born)) & OTHERS == asked, why


def test_a_flu_vaccine_holds_to_the_end_of_june() -> None:
    one = shot("140", date(2026, 9, 1))

    assert FLU not in keys(ask(one, born=AT_30, on=date(2027, 6, 30)))
    assert FLU in keys(ask(one, born=AT_30, on=date(2027, 7, 1)))
    assert ask(one, born=AT_30).look_again_on == date(2027, 7, 1)


def test_a_rule_that_is_not_verified_is_asked_only_where_a_clinician_signed_and_says_so() -> None:
    known = load_knowledge()
    rule = known.rules[ZOSTER]
    unread = replace(rule, source=replace(rule.source, confidence=Confidence.GENERAL))
    unverified = replace(known, rules={**known.rules, ZOSTER: unread})
    waiting = CHECK.find(chart_of(born=AT_60), ON, unverified)
    signed = CHECK.find(chart_of(born=AT_60), ON, replace(unverified, signed_on=frozenset({NAME})))

    assert keys(signed) - keys(waiting) == {ZOSTER}
    assert {f.key for f in signed.findings if Say("check.not_verified") in f.because} == {ZOSTER}


def test_zoster_takes_two_doses_on_two_days() -> None:
    first, same_day = shot("187", date(2025, 1, 1)), shot("187", date(2025, 1, 1), number=8)
    second = shot("187", date(2025, 4, 1), number=9)

    assert "imm-zoster" in keys(ask(first, same_day))
    assert "imm-zoster" not in keys(ask(first, second))
    assert "imm-zoster" in keys(ask(shot("121", date(2025, 1, 1))))  # the old live vaccine
