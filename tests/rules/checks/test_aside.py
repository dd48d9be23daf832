"""Who is left in peace: a table of cases, each beside its near miss."""

from datetime import date

import pytest

from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact, FactKind
from careloop.rules.checks.aside import CARE_AND_FRAILTY, Aside, is_left_alone
from tests.rules.checks.charts import chart_of, fact, medicine, problem, procedure, visit

ON = date(2026, 11, 21)
THIS_YEAR, LAST_YEAR = date(2025, 11, 22), date(2025, 11, 21)
AT_70, AT_60 = date(1956, 5, 1), date(1966, 5, 1)
HOME, HOSPICE_HOME, YES = ("sct|160734000",), ("sct|428361000124107",), ("sct|373066001",)
FRAIL = problem("icd10cm|R54", date(2026, 1, 1), number=20)
WHEELCHAIR = "sct|183240000"
DEMENTIA = "sct|52448006"


def housing(outcome: tuple[str, ...], on: date, number: int = 7) -> ChartFact:
    return fact(FactKind.RESULT, "loinc|71802-3", on, outcome=outcome, number=number)


@pytest.mark.parametrize(
    ("why", "facts", "born", "is_alone"),
    [
        ("nothing", [], AT_70, False),
        ("hospice order", [fact(FactKind.ORDER, "sct|385763009", THIS_YEAR)], AT_60, True),
        (
            "hospice order taken back",
            [fact(FactKind.ORDER, "sct|385763009", THIS_YEAR, status="revoked")],
            AT_60,
            False,
        ),
        (
            "sent home to hospice",
            [visit("IMP", THIS_YEAR, THIS_YEAR, code="sct|183452005", disposition=HOSPICE_HOME)],
            AT_60,
            True,
        ),
        (
            "a year ago",
            [visit("IMP", LAST_YEAR, LAST_YEAR, code="sct|183452005", disposition=HOSPICE_HOME)],
            AT_60,
            False,
        ),
        ("hospice: yes", [fact(FactKind.RESULT, "loinc|45755-6", THIS_YEAR, outcome=YES)], AT_60, True),
        ("hospice: another answer", [fact(FactKind.RESULT, "loinc|45755-6", THIS_YEAR)], AT_60, False),
        (
            "hospice problem that ended this year",
            [problem("sct|170935008", AT_60, until=THIS_YEAR, status="resolved")],
            AT_60,
            True,
        ),
        ("palliative questionnaire", [fact(FactKind.RESULT, "loinc|71007-9", THIS_YEAR)], AT_60, True),
        ("palliative care long ago", [procedure("sct|103735009", LAST_YEAR)], AT_60, False),
        ("nursing home", [housing(HOME, date(2020, 1, 1))], AT_70, True),
        ("nursing home at 60", [housing(HOME, date(2020, 1, 1))], AT_60, False),
        ("moved out", [housing(HOME, date(2020, 1, 1)), housing((), date(2021, 1, 1), 8)], AT_70, False),
        ("frail alone", [FRAIL], AT_70, False),
        ("frail and ill", [FRAIL, problem(DEMENTIA, date(2025, 1, 1))], AT_70, True),
        ("frail and ill at 60", [FRAIL, problem(DEMENTIA, date(2025, 1, 1))], AT_60, False),
        ("ill for more than two years", [FRAIL, problem(DEMENTIA, date(2024, 11, 21))], AT_70, False),
        ("frail with a medicine for dementia", [FRAIL, medicine("Rivastigmine", "rxnorm|183379")], AT_70, True),
        ("that medicine stopped", [FRAIL, medicine("Rivastigmine", "rxnorm|183379", status="stopped")], AT_70, False),
        (
            "a wheelchair ordered",
            [fact(FactKind.ORDER, WHEELCHAIR, THIS_YEAR), problem(DEMENTIA, date(2025, 1, 1))],
            AT_70,
            True,
        ),
        (
            "ordered too long ago",
            [fact(FactKind.ORDER, WHEELCHAIR, LAST_YEAR), problem(DEMENTIA, date(2025, 1, 1))],
            AT_70,
            False,
        ),
        (
            "a wheelchair in use",
            [
                fact(FactKind.RESULT, "loinc|98181-1", THIS_YEAR, outcome=(WHEELCHAIR,)),
                problem(DEMENTIA, date(2025, 1, 1)),
            ],
            AT_70,
            True,
        ),
    ],
)
def test_table_of_cases(why: str, facts: list[ChartFact], born: date, *, is_alone: bool) -> None:
    alone, _turn = is_left_alone(chart_of(*facts, born=born), ON, load_knowledge(), CARE_AND_FRAILTY)

    assert alone is is_alone, why


def test_from_81_on_frailty_alone_is_enough_where_a_check_says_so() -> None:
    reasons = CARE_AND_FRAILTY | {Aside.VERY_OLD_AND_FRAIL}

    told = {
        born: is_left_alone(chart_of(FRAIL, born=born), ON, load_knowledge(), reasons)
        for born in (date(1945, 11, 21), date(1945, 11, 22))
    }

    assert [alone for alone, _turn in told.values()] == [True, False]
    assert told[date(1945, 11, 22)][1] == date(2026, 11, 22)


def test_it_looks_again_a_year_after_the_last_day_of_care() -> None:
    service = procedure("sct|385763009", THIS_YEAR)

    assert is_left_alone(chart_of(service), ON, load_knowledge(), CARE_AND_FRAILTY) == (True, date(2026, 11, 22))
