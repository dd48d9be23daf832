"""Blood pressure: a table of cases, with near misses."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact, FactKind
from careloop.facts.worklist import Answer, Severity
from careloop.rules.checks.uncontrolled_blood_pressure import CHECK, DIASTOLIC, SYSTOLIC
from tests.rules.checks.charts import chart_of, fact, id_of, problem, procedure, visit

ON = date(2026, 11, 21)
LAST = date(2026, 9, 1)
KNOWN = problem("sct|38341003", date(2019, 2, 1), label="High blood pressure")


def reading(upper: str, lower: str, on: date = LAST, *, hour: int | None = None, number: int = 20) -> list[ChartFact]:
    hours = (hour, hour) if hour is not None else None
    parts = (("loinc|8480-6", upper), ("loinc|8462-4", lower))
    return [
        fact(FactKind.RESULT, code, on, value=value, unit="mm[Hg]", hours=hours, number=number) for code, value in parts
    ]


def ask(*facts: ChartFact, born: date = date(1966, 5, 1), limits: tuple[int, int] | None = None) -> Answer:
    knowledge = load_knowledge()
    if limits:
        chosen = {SYSTOLIC.name: Decimal(limits[0]), DIASTOLIC.name: Decimal(limits[1])}
        knowledge = replace(knowledge, thresholds=chosen)
    return CHECK.find(chart_of(*facts, born=born), ON, knowledge)


@pytest.mark.parametrize(
    ("why", "facts", "is_due"),
    [
        ("no reading", [KNOWN], True),
        ("139/89", [KNOWN, *reading("139", "89")], False),
        ("140/80", [KNOWN, *reading("140", "80")], True),
        ("120/90", [KNOWN, *reading("120", "90")], True),
        (
            "the newest day decides",
            [KNOWN, *reading("150", "95", date(2026, 8, 1)), *reading("120", "80", number=21)],
            False,
        ),
        ("the lowest of a day decides", [KNOWN, *reading("150", "95"), *reading("130", "85", number=21)], False),
        ("half a reading is none", [KNOWN, reading("120", "80")[0]], True),
        ("a year and a day ago", [KNOWN, *reading("120", "80", date(2025, 11, 20))], True),
        ("on the last good day", [KNOWN, *reading("120", "80", date(2025, 11, 22))], False),
        ("tomorrow", [KNOWN, *reading("120", "80", date(2026, 11, 22))], True),
        (
            "high, in hospital, normal before",
            [
                KNOWN,
                *reading("170", "95"),
                visit("IMP", LAST, LAST),
                *reading("120", "80", date(2026, 8, 1), number=21),
            ],
            False,
        ),
        ("normal, in the emergency department only", [KNOWN, *reading("120", "80"), visit("EMER", LAST, LAST)], True),
        (
            "before the stay of that day",
            [KNOWN, *reading("120", "80", hour=8), visit("EMER", LAST, LAST, hours=(10, 14))],
            False,
        ),
        (
            "during the stay of that day",
            [KNOWN, *reading("120", "80", hour=11), visit("EMER", LAST, LAST, hours=(10, 14))],
            True,
        ),
        ("a visit to the office", [KNOWN, *reading("120", "80"), visit("AMB", LAST, LAST)], False),
        ("high without the diagnosis", [*reading("150", "95")], False),
        (
            "diagnosis not confirmed",
            [problem("sct|38341003", verification="provisional"), *reading("150", "95")],
            False,
        ),
        ("a new kidney", [KNOWN, problem("icd10cm|Z94.0", date(2020, 1, 1), number=9)], False),
        ("pregnant", [KNOWN, problem("icd10cm|O10.0", date(2026, 8, 1), number=9)], False),
        ("a pregnancy that nobody ended", [KNOWN, problem("icd10cm|O10.0", date(2025, 8, 1), number=9)], True),
        ("hospice", [KNOWN, procedure("sct|385763009", date(2026, 1, 1))], False),
    ],
)
def test_table_of_cases(why: str, facts: list[ChartFact], *, is_due: bool) -> None:
    assert bool(ask(*facts).findings) is is_due, why


def test_a_clinic_may_ask_for_the_lower_limit_of_the_guideline() -> None:
    assert ask(KNOWN, *reading("135", "85")).findings == ()
    (finding,) = ask(KNOWN, *reading("135", "85"), limits=(130, 80)).findings
    assert ("limit", "130/80") in finding.because[2].values


@pytest.mark.parametrize(
    ("upper", "lower", "is_severe"), [("181", "80", True), ("120", "121", True), ("180", "120", False)]
)
def test_a_severe_reading_is_passed_on_for_anybody(upper: str, lower: str, *, is_severe: bool) -> None:
    findings = ask(*reading(upper, lower)).findings

    assert bool(findings) is is_severe
    assert all(f.severity is Severity.CRITICAL and f.key == "htn-severe-reading" for f in findings)


def test_frailty_at_81_is_enough_and_at_70_it_is_not() -> None:
    frail = problem("icd10cm|R54", date(2026, 1, 1), number=9)

    assert ask(KNOWN, frail, born=date(1944, 1, 1)).findings == ()
    assert ask(KNOWN, frail, born=date(1956, 1, 1)).findings


def test_it_looks_again_when_the_reading_is_a_year_old() -> None:
    answer = ask(KNOWN, *reading("120", "80"))

    assert (answer.look_again_on, answer.satisfied_by) == (date(2027, 9, 1), (id_of(20),))
