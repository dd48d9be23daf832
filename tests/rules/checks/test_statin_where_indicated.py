"""A statin where one is expected: a table of cases, with near misses."""

from datetime import date

import pytest

from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact, FactKind
from careloop.facts.worklist import Answer
from careloop.rules.checks.statin_where_indicated import CHECK
from tests.rules.checks.charts import chart_of, fact, id_of, medicine, problem, procedure

ON = date(2026, 11, 21)
SINCE = date(2019, 2, 1)
HEART, DIABETES = problem("sct|53741008", SINCE, number=1), problem("sct|44054006", SINCE, number=2)
LDL = fact(FactKind.RESULT, "loinc|13457-7", date(2012, 3, 1), value="190", unit="mg/dL")
STATIN = "rxnorm|83367"


def statin(**changes: object) -> ChartFact:
    return medicine("Atorvastatin", STATIN, **changes)  # type: ignore[arg-type]


def ldl(value: str, unit: str = "mg/dL") -> ChartFact:
    return fact(FactKind.RESULT, "loinc|13457-7", date(2012, 3, 1), value=value, unit=unit)


def ask(*facts: ChartFact, born: date | None = date(1966, 5, 1)) -> Answer:
    return CHECK.find(chart_of(*facts, born=born), ON, load_knowledge())


@pytest.mark.parametrize(
    ("why", "facts", "is_due"),
    [
        ("no reason", [], False),
        ("diseased arteries", [HEART], True),
        ("a stent", [procedure("sct|415070008", SINCE)], True),
        ("a stent that was not set", [procedure("sct|415070008", SINCE, status="not-done")], False),
        ("diabetes at 60", [DIABETES], True),
        ("LDL of 190", [ldl("190")], True),
        ("LDL of 189", [ldl("189")], False),
        ("LDL of 190 in another unit", [ldl("190", "mmol/L")], False),
        ("a statin is taken", [HEART, statin()], False),
        ("another medicine", [HEART, medicine("Warfarin", "rxnorm|11289")], True),
        ("ordered and done within the year", [HEART, statin(since=date(2025, 11, 22), status="completed")], False),
        ("ordered and done before", [HEART, statin(since=date(2025, 11, 21), status="completed")], True),
        ("stopped", [HEART, statin(status="stopped")], True),
        ("ended yesterday, ordered long ago", [HEART, statin(since=SINCE, until=date(2026, 11, 20))], True),
        ("allergy to a statin", [HEART, fact(FactKind.ALLERGY, STATIN, SINCE, status="active")], False),
        ("that allergy is over", [HEART, fact(FactKind.ALLERGY, STATIN, SINCE, status="resolved")], True),
        ("muscle breakdown", [HEART, problem("icd10cm|M62.82", SINCE, number=9)], False),
        ("muscle breakdown long over", [HEART, problem("icd10cm|M62.82", SINCE, status="inactive", number=9)], True),
        ("kidney failure", [HEART, problem("icd10cm|N18.6", SINCE, number=9)], False),
        ("palliative care", [HEART, procedure("sct|103735009", date(2026, 1, 1))], False),
    ],
)
def test_table_of_cases(why: str, facts: list[ChartFact], *, is_due: bool) -> None:
    assert bool(ask(*facts).findings) is is_due, why


@pytest.mark.parametrize(
    ("reason", "born", "is_due"),
    [
        (DIABETES, date(1986, 11, 22), False),  # 40 tomorrow
        (DIABETES, date(1986, 11, 21), True),
        (DIABETES, date(1950, 11, 22), True),  # 76 tomorrow
        (DIABETES, date(1950, 11, 21), False),
        (HEART, date(1940, 1, 1), True),
        (LDL, date(2006, 11, 22), False),
        (LDL, date(2006, 11, 21), True),
    ],
)
def test_each_reason_has_ages_of_its_own(reason: ChartFact, born: date, *, is_due: bool) -> None:
    assert bool(ask(reason, born=born).findings) is is_due


def test_a_second_reason_makes_no_second_finding() -> None:
    (finding,) = ask(DIABETES, HEART).findings

    assert (finding.key, finding.evidence) == ("statin", (id_of(1),))
    assert ask(HEART, born=None).not_checked
