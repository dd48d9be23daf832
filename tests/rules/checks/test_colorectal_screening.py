"""Colorectal screening: a table of cases, with near misses."""

from datetime import date

import pytest

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact, Sex
from careloop.facts.worklist import Answer, Confidence
from careloop.rules.checks.colorectal_screening import CHECK
from tests.rules.checks.charts import chart_of, id_of, problem, procedure, result, visit

ON = date(2026, 11, 21)
BORN = date(1966, 5, 1)
COLONOSCOPY = "sct|73761001"
SIGMOIDOSCOPY = "sct|44441009"
CT_COLONOGRAPHY = "sct|418714002"
FIT = "loinc|57905-2"
STOOL_DNA = "loinc|77353-1"
STOOL_BLOOD_PROCEDURE = "sct|1015401000000102"
CANCER = "sct|363406005"
POLYP = "sct|68496003"
COLITIS = "sct|64766004"
COLECTOMY = "sct|26390003"
HOSPICE = "sct|385763009"


def ask(
    *facts: ChartFact,
    on: date = ON,
    born: date | None = BORN,
    sex: Sex = Sex.FEMALE,
    died: date | None = None,
) -> Answer:
    return CHECK.find(chart_of(*facts, born=born, sex=sex, died=died), on, load_knowledge())


@pytest.mark.parametrize(
    ("born", "asked_on", "is_due", "look_again_on"),
    [
        (date(1981, 11, 22), date(2026, 11, 21), False, date(2026, 11, 22)),  # 45 tomorrow
        (date(1981, 11, 21), date(2026, 11, 21), True, date(2027, 11, 21)),  # 45 today; the measure begins at 46
        (date(1950, 11, 22), date(2026, 11, 21), True, date(2026, 11, 22)),  # 76 tomorrow
        (date(1950, 11, 21), date(2026, 11, 21), False, None),  # 76 today
        (date(1980, 2, 29), date(2025, 2, 28), False, date(2025, 3, 1)),  # born on a leap day
        (date(1980, 2, 29), date(2025, 3, 1), True, date(2026, 3, 1)),
        (date(1948, 2, 29), date(2024, 2, 28), True, date(2024, 2, 29)),
        (date(1948, 2, 29), date(2024, 2, 29), False, None),
        (date(2026, 11, 22), date(2026, 11, 21), False, date(2026, 11, 22)),  # not born yet
    ],
)
def test_it_asks_from_the_45th_to_the_day_before_the_76th_birthday(
    born: date, asked_on: date, *, is_due: bool, look_again_on: date | None
) -> None:
    answer = ask(on=asked_on, born=born)

    assert bool(answer.findings) is is_due
    assert answer.look_again_on == look_again_on


@pytest.mark.parametrize(
    ("test", "last_good_day"),
    [
        (procedure(COLONOSCOPY, date(2016, 11, 21)), date(2026, 11, 20)),
        (procedure("hcpcs|G0121", date(2016, 11, 21)), date(2026, 11, 20)),
        (procedure(SIGMOIDOSCOPY, date(2021, 11, 21)), date(2026, 11, 20)),
        (procedure(CT_COLONOGRAPHY, date(2021, 11, 21)), date(2026, 11, 20)),
        (result(FIT, date(2025, 11, 21)), date(2026, 11, 20)),
        (procedure(STOOL_BLOOD_PROCEDURE, date(2025, 11, 21)), date(2026, 11, 20)),
        (result(STOOL_DNA, date(2023, 11, 21), value=None, text="Negative"), date(2026, 11, 20)),
        (result(FIT, date(2024, 2, 29)), date(2025, 2, 27)),
        (procedure(COLONOSCOPY, date(2024, 2, 29)), date(2034, 2, 27)),
    ],
)
def test_each_accepted_test_holds_for_its_own_interval(test: ChartFact, last_good_day: date) -> None:
    next_day = date.fromordinal(last_good_day.toordinal() + 1)

    assert ask(test, on=last_good_day).findings == ()
    assert ask(test, on=last_good_day).look_again_on == next_day
    assert ask(test, on=last_good_day).satisfied_by == (test.resource_id,)
    assert len(ask(test, on=next_day).findings) == 1


@pytest.mark.parametrize(
    ("why", "facts", "is_due"),
    [
        ("nothing on record", [], True),
        ("colonoscopy not done", [procedure(COLONOSCOPY, ON, status="not-done")], True),
        ("colonoscopy stopped", [procedure(COLONOSCOPY, ON, status="stopped")], True),
        ("colonoscopy under way", [procedure(COLONOSCOPY, ON, status="in-progress")], True),
        ("colonoscopy entered in error", [procedure(COLONOSCOPY, ON, status="entered-in-error")], True),
        ("colonoscopy tomorrow", [procedure(COLONOSCOPY, date(2026, 11, 22))], True),
        ("stool test cancelled", [result(FIT, ON, status="cancelled")], True),
        ("stool test preliminary", [result(FIT, ON, status="preliminary")], True),
        ("another test", [result("loinc|4548-4", ON)], True),
        ("a visit with that code is no test", [visit("AMB", ON, code=COLONOSCOPY)], True),
        ("cancer refuted", [problem(CANCER, BORN, verification="refuted")], True),
        ("cancer only suspected", [problem(CANCER, BORN, verification="provisional")], True),
        ("cancer recorded tomorrow", [problem(CANCER, date(2026, 11, 22))], True),
        ("another cancer", [problem("icd10cm|C50.9", BORN)], True),
        ("colectomy not done", [procedure(COLECTOMY, BORN, status="not-done")], True),
        ("cancer now", [problem(CANCER, date(2020, 1, 1))], False),
        ("cancer long ago", [problem(CANCER, date(2001, 1, 1), status="resolved")], False),
        ("history of cancer by ICD-10-CM", [problem("icd10cm|Z85.038")], False),
        ("polyps", [problem(POLYP, date(2024, 1, 1), status="resolved")], False),
        ("inflammatory bowel disease", [problem(COLITIS, date(1999, 1, 1))], False),
        ("colon removed", [procedure(COLECTOMY, date(2010, 1, 1))], False),
        ("hospice", [problem(HOSPICE, ON)], False),
    ],
)
def test_table_of_cases(why: str, facts: list[ChartFact], *, is_due: bool) -> None:
    assert bool(ask(*facts).findings) is is_due, why


@pytest.mark.parametrize("sex", list(Sex))
def test_sex_does_not_matter(sex: Sex) -> None:
    assert len(ask(sex=sex).findings) == 1


def test_the_longest_lasting_test_decides() -> None:
    old_colonoscopy = procedure(COLONOSCOPY, date(2020, 6, 1), number=7)
    newer_stool_test = result(FIT, date(2026, 6, 1), number=8)

    answer = ask(newer_stool_test, old_colonoscopy)

    assert answer.satisfied_by == (id_of(7),)
    assert answer.look_again_on == date(2030, 6, 1)


def test_the_finding_says_why_since_when_and_whence() -> None:
    (finding,) = ask(procedure(COLONOSCOPY, date(2015, 3, 1), label="Colonoscopy")).findings

    assert finding.key == "scr-crc"
    assert finding.because == (
        Say("check.because_age", age=45, day=date(2011, 5, 1)),
        Say(
            "check.because_last_test",
            test="Colonoscopy",
            day=date(2015, 3, 1),
            good_until=date(2025, 2, 28),
        ),
    )
    assert (finding.since_on, finding.due_on) == (date(2025, 3, 1), date(2025, 2, 28))
    assert finding.source.confidence is Confidence.PRIMARY
    assert finding.evidence == (id_of(3),)


def test_a_test_that_ran_out_before_45_sets_no_deadline() -> None:
    (finding,) = ask(result(FIT, date(2005, 3, 1))).findings

    assert (finding.since_on, finding.due_on) == (date(2011, 5, 1), None)


def test_who_is_not_of_average_risk_is_said() -> None:
    answer = ask(problem(POLYP, date(2024, 1, 1), label="Polyp of colon"))

    assert answer.not_checked == (Say("check.not_average_risk", problem="Polyp of colon"),)
    assert answer.look_again_on == date(2032, 5, 1)


def test_a_missing_birth_date_is_said() -> None:
    answer = ask(born=None)

    assert answer == Answer(not_checked=(Say("check.no_birth_date"),))


def test_a_test_without_a_day_is_said() -> None:
    answer = ask(procedure(COLONOSCOPY, None, label="Colonoscopy"))

    assert len(answer.findings) == 1
    assert answer.not_checked == (Say("check.undated_test", test="Colonoscopy"),)


def test_nothing_is_found_for_the_dead() -> None:
    assert ask(died=date(2026, 11, 20)) == Answer()
