"""Questions about falls, and a year without a visit: tables of cases, with near misses."""

from datetime import date

import pytest

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact
from careloop.facts.worklist import Answer, Confidence
from careloop.rules.checks import find_checks
from tests.rules.checks.charts import chart_of, problem, procedure, result, visit

ON = date(2026, 11, 21)
FALLS = "loinc|73830-2"
A_YEAR, TOO_OLD = date(2025, 11, 22), date(2025, 11, 21)


def ask(name: str, *facts: ChartFact, born: date = date(1950, 5, 1)) -> Answer:
    return find_checks()[name].find(chart_of(*facts, born=born), ON, load_knowledge())


@pytest.mark.parametrize(
    ("why", "facts", "born", "is_due"),
    [
        ("never asked", [], date(1950, 5, 1), True),
        ("asked within the year", [result(FALLS, A_YEAR, value=None)], date(1950, 5, 1), False),
        ("asked a year ago today", [result(FALLS, TOO_OLD)], date(1950, 5, 1), True),
        ("cancelled", [result(FALLS, ON, status="cancelled")], date(1950, 5, 1), True),
        ("64", [], date(1961, 11, 22), False),
        ("65 today", [], date(1961, 11, 21), True),
        ("hospice", [procedure("sct|385763009", A_YEAR)], date(1950, 5, 1), False),
        ("palliative care is no reason not to ask", [procedure("sct|103735009", ON)], date(1950, 5, 1), True),
    ],
)
def test_falls(why: str, facts: list[ChartFact], born: date, *, is_due: bool) -> None:
    assert bool(ask("falls_risk", *facts, born=born).findings) is is_due, why


PRESSURE = problem("sct|38341003", date(2019, 2, 1))


@pytest.mark.parametrize(
    ("why", "facts", "is_due"),
    [
        ("no visit", [PRESSURE], True),
        ("nothing chronic", [], False),
        ("something over", [problem("sct|38341003", date(2019, 2, 1), status="resolved")], False),
        ("a visit within the year", [PRESSURE, visit("AMB", A_YEAR, A_YEAR)], False),
        ("a visit a year ago today", [PRESSURE, visit("AMB", TOO_OLD, TOO_OLD)], True),
        ("by video", [PRESSURE, visit("VR", ON, ON)], False),
        ("a call", [PRESSURE, visit("AMB", ON, ON, code="sct|185317003")], True),
        ("emergency care", [PRESSURE, visit("EMER", ON, ON)], True),
        ("a hospital stay", [PRESSURE, visit("IMP", ON, ON)], True),
        ("cancelled", [PRESSURE, visit("AMB", ON, ON, status="cancelled")], True),
        ("palliative care", [PRESSURE, procedure("sct|103735009", ON)], False),
    ],
)
def test_visits(why: str, facts: list[ChartFact], *, is_due: bool) -> None:
    assert bool(ask("no_visit_in_12_months", *facts).findings) is is_due, why


def test_the_rule_about_visits_is_our_own_and_says_so() -> None:
    (finding,) = ask("no_visit_in_12_months", PRESSURE).findings

    assert find_checks()["no_visit_in_12_months"].confidence is Confidence.GENERAL
    assert finding.source.organization == "This project"
    assert Say("check.not_verified") in finding.because
