"""What a finding says of the published measure: visits, calls and ages, each with its near miss."""

from datetime import date

import pytest

from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import BY_REFERENCE, ChartFact, FactKind
from careloop.facts.worklist import Answer
from careloop.rules.checks import find_checks
from careloop.worklist.findings import fingerprint
from tests.rules.checks.charts import chart_of, fact, problem, visit

ON = date(2026, 11, 21)
DIABETES = problem("sct|44054006", date(2015, 3, 1))
SEEN = visit("AMB", date(2026, 3, 2), date(2026, 3, 2))
NO_VISIT, TOO_YOUNG, TOO_OLD = "not_counted_no_visit", "not_counted_age", "not_counted_older"


def ask(check: str, *facts: ChartFact, born: date, on: date = ON) -> Answer:
    return find_checks()[check].find(chart_of(*facts, born=born), on, load_knowledge())


def said(answer: Answer) -> set[str]:
    return {say.key.removeprefix("check.") for finding in answer.findings for say in finding.beside}


@pytest.mark.parametrize(
    ("why", "visits", "words"),
    [
        ("no visit", (), {NO_VISIT}),
        ("a visit a year ago less a day", (visit("AMB", date(2025, 11, 22)),), set()),
        ("a visit a year ago", (visit("AMB", date(2025, 11, 21)),), {NO_VISIT}),
        ("a visit tomorrow", (visit("AMB", date(2026, 11, 22)),), {NO_VISIT}),
        ("a call", (visit("", date(2026, 3, 2), code="sct|185317003"),), set()),
        ("a hospital stay", (visit("IMP", date(2026, 3, 2), date(2026, 3, 5)),), {NO_VISIT}),
        ("a visit that was cancelled", (visit("AMB", date(2026, 3, 2), status="cancelled"),), {NO_VISIT}),
    ],
)
def test_a_finding_says_that_the_measure_counts_nobody_without_a_visit(
    why: str, visits: tuple[ChartFact, ...], words: set[str]
) -> None:
    assert said(ask("diabetic_kidney", DIABETES, *visits, born=date(1966, 5, 1))) == words, why


@pytest.mark.parametrize(
    ("check", "born", "words"),
    [
        ("colorectal_screening", date(1981, 11, 21), {TOO_YOUNG}),  # 45 today
        ("colorectal_screening", date(1980, 11, 22), {TOO_YOUNG}),  # 46 tomorrow
        ("colorectal_screening", date(1980, 11, 21), set()),  # 46 today
        ("breast_screening", date(1980, 1, 1), {TOO_YOUNG}),
        ("hba1c_overdue", date(1950, 11, 22), set()),  # 76 tomorrow
        ("hba1c_overdue", date(1950, 11, 21), {TOO_OLD}),
        ("falls_risk", date(1961, 11, 21), {TOO_YOUNG}),  # 65 today, and not on the first day of the year
        ("falls_risk", date(1960, 11, 23), {TOO_YOUNG}),
        ("falls_risk", date(1960, 11, 22), set()),  # 65 on the first day of the year that ends today
    ],
)
def test_a_finding_says_that_somebody_is_not_of_the_measures_ages(check: str, born: date, words: set[str]) -> None:
    assert said(ask(check, DIABETES, SEEN, born=born)) == words


def test_it_looks_again_when_the_visit_is_a_year_old() -> None:
    answer = ask("diabetic_kidney", DIABETES, SEEN, born=date(1966, 5, 1))

    assert answer.look_again_on == date(2027, 3, 2)


def dementia_medicine(*outcome: str) -> ChartFact:
    return fact(FactKind.MEDICINE, "rxnorm|312836", date(2026, 10, 1), outcome=outcome, number=20)


@pytest.mark.parametrize(
    ("why", "facts", "born", "is_said"),
    [
        ("by reference", (SEEN, dementia_medicine(BY_REFERENCE)), date(1958, 1, 1), True),
        ("the code in the order", (SEEN, dementia_medicine()), date(1958, 1, 1), False),
        ("no visit: the measure would not count either", (dementia_medicine(BY_REFERENCE),), date(1958, 1, 1), False),
        ("of no age for it", (SEEN, dementia_medicine(BY_REFERENCE)), date(1935, 1, 1), False),
    ],
)
def test_who_is_left_in_peace_for_a_medicine_that_the_measure_does_not_see_is_said_to_be_counted(
    why: str, facts: tuple[ChartFact, ...], born: date, *, is_said: bool
) -> None:
    frail = fact(FactKind.ORDER, "sct|183240000", date(2026, 9, 1), number=21)
    answer = ask("colorectal_screening", frail, *facts, born=born)

    assert answer.findings == ()
    assert [say.key for say in answer.not_checked] == (["check.counted_by_reference"] if is_said else []), why


def test_what_is_said_beside_does_not_change_what_a_finding_rests_on() -> None:
    (alone,) = ask("diabetic_kidney", DIABETES, born=date(1966, 5, 1)).findings
    (seen,) = ask("diabetic_kidney", DIABETES, SEEN, born=date(1966, 5, 1)).findings

    assert alone != seen
    assert fingerprint(alone) != fingerprint(seen)
    assert fingerprint(alone).partition(".")[0] == fingerprint(seen)
