"""What ends a finding: the fact that satisfies it, on any day on which it still counts, and on no other day.

For every check of the kind gap, somebody of whom it asks gets, beside facts that have nothing to do with it, the
fact that satisfies it on a drawn day: the finding ends exactly when that day lies within the window. The windows
are written out here, as the published rules say them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec import structs

from careloop.basics.days import add_months, add_years
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import Chart, ChartFact, FactKind, Sex
from careloop.facts.worklist import LoopKind
from careloop.rules.checks import find_checks
from tests.rules.checks.charts import chart_of, fact, medicine, problem, procedure, result, visit
from tests.rules.checks.strategies import facts

SIGNED = replace(load_knowledge(), signed_on=frozenset(find_checks()))
# Far enough from the ends of every rule's ages.
FIRST, LAST = date(2024, 1, 1), date(2026, 6, 30)
GROWN, OLD = date(1974, 4, 9), date(1948, 4, 9)
DIABETES = problem("sct|44054006", date(2015, 3, 1))
NEVER = date.max
LONG_AGO = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class Case:
    """Whom a check asks, what satisfies it, and ``until`` when: the first day on which it counts no more.

    ``asked`` makes what the record holds already, from the day of the question. ``settle`` is a day before which
    the fact could not answer, however long it counts.
    """

    check: str
    key: str
    answer: Callable[[date], tuple[ChartFact, ...]]
    until: Callable[[date], date]
    asked: Callable[[date], tuple[ChartFact, ...]] = lambda _on: ()
    born: date = GROWN
    settle: Callable[[date], date] = lambda _on: date.min


def years(count: int) -> Callable[[date], date]:
    return lambda day: add_years(day, count)


def months(count: int) -> Callable[[date], date]:
    return lambda day: add_months(day, count)


def for_good(_day: date) -> date:
    return NEVER


def next_july(day: date) -> date:
    return date(day.year if day.month < 7 else day.year + 1, 7, 1)


def a_result(code: str, **more: str) -> Callable[[date], tuple[ChartFact, ...]]:
    return lambda day: (result(code, day, number=90, **more),)  # type: ignore[arg-type]


def done(code: str) -> Callable[[date], tuple[ChartFact, ...]]:
    return lambda day: (procedure(code, day, number=90),)


def shot(code: str) -> Callable[[date], tuple[ChartFact, ...]]:
    return lambda day: (fact(FactKind.IMMUNIZATION, code, day, number=90),)


def pressures(upper: str, lower: str, number: int) -> Callable[[date], tuple[ChartFact, ...]]:
    return lambda day: (
        fact(FactKind.RESULT, "loinc|8480-6", day, value=upper, unit="mm[Hg]", number=number),
        fact(FactKind.RESULT, "loinc|8462-4", day, value=lower, unit="mm[Hg]", number=number + 1),
    )


def always(*held: ChartFact) -> Callable[[date], tuple[ChartFact, ...]]:
    return lambda _on: held


def ten_days_ago(on: date) -> date:
    return on - timedelta(days=10)


def home_from_hospital(on: date) -> tuple[ChartFact, ...]:
    return (visit("IMP", ten_days_ago(on) - timedelta(days=3), ten_days_ago(on), number=80),)


def stool_test_of_last_month(on: date) -> tuple[ChartFact, ...]:
    return (fact(FactKind.RESULT, "loinc|29771-3", on - timedelta(days=30), number=80),)


def positive_stool_test(on: date) -> tuple[ChartFact, ...]:
    (one,) = stool_test_of_last_month(on)
    return (structs.replace(one, columns=structs.replace(one.columns, value_text="Positive")),)


CRC, CERVIX, SHOTS = "colorectal_screening", "cervical_screening", "immunizations_due"
NEGATIVE = ("sct|428171000124102",)
CASES = (
    Case("breast_screening", "scr-breast", a_result("loinc|24604-1"), months(24)),
    Case(CERVIX, "scr-cervical-30-65", a_result("loinc|10524-7"), years(3)),
    Case(CERVIX, "scr-cervical-30-65", a_result("loinc|21440-3"), years(5)),
    Case(CRC, "scr-crc", done("sct|73761001"), years(10)),
    Case(CRC, "scr-crc", a_result("loinc|12503-9"), years(1)),
    Case(CRC, "scr-crc", a_result("loinc|77353-1"), years(3)),
    Case(CRC, "scr-crc", done("sct|418714002"), years(5)),
    Case(CRC, "scr-crc", done("hcpcs|G0104"), years(5)),
    Case(
        "depression_screening",
        "scr-depression",
        lambda day: (fact(FactKind.RESULT, "loinc|73832-8", day, outcome=NEGATIVE, value="3", number=90),),
        years(1),
    ),
    Case("diabetic_eye", "dm-eye", done("sct|359960003"), years(2), always(DIABETES)),
    Case(
        "diabetic_eye",
        "dm-eye",
        done("sct|359960003"),
        years(1),
        always(DIABETES, problem("sct|422034002", date(2019, 1, 1), number=80)),
    ),
    Case("diabetic_foot", "dm-foot", done("sct|401191002"), years(1), always(DIABETES)),
    Case(
        "diabetic_kidney",
        "dm-kidney",
        lambda day: (result("loinc|33914-3", day, number=90), result("loinc|13705-9", day, number=91)),
        years(1),
        always(DIABETES),
    ),
    Case(
        "diabetic_kidney",
        "dm-kidney",
        a_result("loinc|33914-3"),
        years(1),
        lambda on: (DIABETES, result("loinc|13705-9", on, number=80)),
    ),
    Case("falls_risk", "falls-screen", a_result("loinc|73830-2"), years(1), born=OLD),
    Case("hba1c_overdue", "dm-hba1c", a_result("loinc|4548-4", value="6.8"), months(6), always(DIABETES)),
    Case(SHOTS, "imm-influenza", shot("cvx|111"), next_july),
    Case(SHOTS, "imm-pneumococcal", shot("cvx|216"), for_good),
    Case(SHOTS, "imm-rsv", shot("cvx|303"), for_good, born=OLD),
    Case(SHOTS, "imm-tdap-td", shot("cvx|115"), years(10)),
    Case(SHOTS, "imm-tdap-td", shot("cvx|09"), years(10)),
    Case(
        SHOTS,
        "imm-zoster",
        shot("cvx|187"),
        for_good,
        always(fact(FactKind.IMMUNIZATION, "cvx|187", date(2001, 1, 1), number=80)),
    ),
    Case(SHOTS, "imm-hepb", shot("cvx|08"), for_good),
    Case(
        "no_visit_in_12_months",
        "visit-yearly",
        lambda day: (visit("AMB", day, day, number=90),),
        years(1),
        always(DIABETES),
    ),
    Case(
        "statin_where_indicated",
        "statin",
        lambda day: (medicine("A statin", "rxnorm|1422086", since=day, status="completed", number=90),),
        years(1),
        always(problem("sct|22298006", date(2016, 1, 1))),
    ),
    Case(
        "uncontrolled_blood_pressure",
        "htn-control",
        pressures("124", "76", 90),
        years(1),
        always(problem("sct|59621000", date(2012, 1, 1))),
    ),
    Case(
        "uncontrolled_blood_pressure",
        "htn-control",
        pressures("124", "76", 90),
        years(1),
        lambda on: (problem("sct|59621000", date(2012, 1, 1)), *pressures("152", "94", 80)(ten_days_ago(on))),
        # Of one day the lowest numbers count.
        settle=ten_days_ago,
    ),
    Case(
        "visit_after_discharge",
        "",
        lambda day: (visit("AMB", day, day, number=90),),
        for_good,
        home_from_hospital,
        settle=lambda on: ten_days_ago(on) + timedelta(days=1),
    ),
    Case(
        "abnormal_result_without_follow_up",
        "res-fit-positive",
        done("sct|73761001"),
        for_good,
        positive_stool_test,
        settle=lambda on: on - timedelta(days=30),
    ),
)


def ask(case: Case, chart: Chart, on: date) -> bool:
    """Tell whether the finding stands; a discharge gives its finding a key of its own."""
    found = find_checks()[case.check].find(chart, on, SIGNED).findings
    return any(one.key == case.key or not case.key for one in found)


def ends(case: Case, day: date, on: date) -> bool:
    """Tell whether a fact of a day ends the finding of another, as the rule says it."""
    return case.settle(on) <= day <= on < case.until(day)


def first_good_day(case: Case, on: date) -> date:
    """Return the first day on which the fact ends the finding, or LONG_AGO if it counts for good."""
    low, high = LONG_AGO, on
    while low < high:
        middle = low + (high - low) // 2
        low, high = (low, middle) if ends(case, middle, on) else (middle + timedelta(days=1), high)
    return low


def days_of_fact(case: Case, on: date) -> st.SearchStrategy[date]:
    """Days for the fact: the edges of its window more often than the rest."""
    first = first_good_day(case, on)
    edges = st.sampled_from([first - timedelta(days=1), first, on, on + timedelta(days=1)])
    return edges | edges | st.dates(first - timedelta(days=900), on + timedelta(days=60))


# Facts that no check takes for an answer; some leave somebody in peace, and those charts are passed over.
others = st.lists(
    st.one_of(
        facts(FactKind.PROBLEM, ("x|1", "sct|38341003", "sct|195967001")),
        facts(FactKind.RESULT, ("x|2", "loinc|29463-7")),
        facts(FactKind.MEDICINE, ("x|3", "rxnorm|5640")),
        facts(FactKind.ORDER, ("x|4", "sct|385763009")),
    ),
    max_size=4,
)
ids = [f"{case.check}-{case.key}-{n}" for n, case in enumerate(CASES)]


def test_every_check_of_a_gap_has_a_case() -> None:
    assert {case.check for case in CASES} == {n for n, c in find_checks().items() if c.kind is LoopKind.GAP}
    rules = {case.key for case in CASES if case.check == SHOTS}
    assert rules == set(find_checks()[SHOTS].rule_ids)


@pytest.mark.parametrize("case", CASES, ids=ids)
@settings(deadline=None, max_examples=25)
@given(data=st.data(), on=st.dates(FIRST, LAST))
def test_the_fact_that_satisfies_ends_the_finding_on_every_day_of_its_window_and_on_no_other(
    case: Case, data: st.DataObject, on: date
) -> None:
    held: Iterable[ChartFact] = (*case.asked(on), *data.draw(others))
    chart = chart_of(*held, born=case.born, sex=Sex.FEMALE)
    assume(ask(case, chart, on))
    day = data.draw(days_of_fact(case, on))

    satisfied = replace(chart, facts=(*chart.facts, *case.answer(day)))

    assert ask(case, satisfied, on) is not ends(case, day, on)
