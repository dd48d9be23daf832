"""A visit after hospital or emergency care: a table of cases, with near misses."""

from datetime import date, timedelta

import pytest

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact
from careloop.facts.worklist import Answer, Severity
from careloop.rules.checks.visit_after_discharge import CHECK
from tests.rules.checks.charts import chart_of, id_of, visit

ADULT = date(1966, 5, 1)
IN = date(2026, 10, 28)
OUT = date(2026, 11, 2)
ON = date(2026, 11, 5)
DAY = timedelta(days=1)
HL7 = "http://terminology.hl7.org/CodeSystem/discharge-disposition|"
NUBC = "http://www.nubc.org/patient-discharge|"


def ask(*facts: ChartFact, on: date = ON, born: date | None = ADULT, died: date | None = None) -> Answer:
    return CHECK.find(chart_of(*facts, born=born, died=died), on, load_knowledge())


def stay(visit_class: str = "IMP", **changes: object) -> ChartFact:
    return visit(visit_class, IN, OUT, number=1, label="Inpatient stay", **changes)  # type: ignore[arg-type]


def emergency(**changes: object) -> ChartFact:
    return visit("EMER", OUT, OUT, number=2, label="Emergency visit", **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "due_after", "severity", "rule_says", "look_again_after"),
    [
        (0, 7, Severity.MODERATE, "because_first_goal", 8),
        (7, 7, Severity.MODERATE, "because_first_goal", 8),
        (8, 14, Severity.HIGH, "because_last_day", 31),
        (14, 14, Severity.HIGH, "because_last_day", 31),
        (15, 14, Severity.HIGH, "because_last_day", 31),
        (30, 14, Severity.HIGH, "because_last_day", 31),
    ],
)
def test_after_the_hospital_the_goal_is_day_7_and_then_day_14(
    days: int, due_after: int, severity: Severity, rule_says: str, look_again_after: int
) -> None:
    answer = ask(stay(), on=OUT + days * DAY)

    (finding,) = answer.findings
    assert finding.key == str(id_of(1))
    assert (finding.since_on, finding.due_on) == (OUT, OUT + due_after * DAY)
    assert finding.severity is severity
    assert finding.because[2] == Say(
        f"check.visit_after_discharge.{rule_says}", first=OUT + 7 * DAY, last=OUT + 14 * DAY
    )
    assert finding.source.id == "cms-tcm"
    assert finding.evidence == (id_of(1),)
    assert answer.look_again_on == OUT + look_again_after * DAY


@pytest.mark.parametrize(
    ("days", "severity", "look_again_after"),
    [(0, Severity.LOW, 8), (7, Severity.LOW, 8), (8, Severity.MODERATE, 31), (30, Severity.MODERATE, 31)],
)
def test_after_emergency_care_the_goal_is_day_7(days: int, severity: Severity, look_again_after: int) -> None:
    answer = ask(emergency(), on=OUT + days * DAY)

    (finding,) = answer.findings
    assert finding.title == Say("check.visit_after_discharge.title_emergency")
    assert finding.due_on == OUT + 7 * DAY
    assert finding.severity is severity
    assert finding.source.id == "ncqa-fmc"
    assert answer.look_again_on == OUT + look_again_after * DAY


@pytest.mark.parametrize("days", [-1, 31, 400])
def test_before_the_discharge_and_after_30_days_it_is_silent(days: int) -> None:
    answer = ask(stay(), on=OUT + days * DAY)

    assert answer.findings == ()
    assert answer.look_again_on == (OUT if days < 0 else None)


AFTER = OUT + DAY


@pytest.mark.parametrize(
    ("why", "facts", "is_due"),
    [
        ("observation counts as a stay", [stay("OBSENC")], True),
        ("a short day case does not", [stay("SS")], False),
        ("an office visit is no stay", [stay("AMB")], False),
        ("still in hospital", [stay(status="in-progress")], False),
        ("stay cancelled", [stay(status="cancelled")], False),
        ("stay planned", [stay(status="planned")], False),
        ("stay entered in error", [stay(status="entered-in-error")], False),
        ("seen in the office", [stay(), visit("AMB", AFTER)], False),
        ("seen at home", [stay(), visit("HH", AFTER)], False),
        ("seen by video", [stay(), visit("VR", AFTER, code="sct|448337001")], False),
        ("only called", [stay(), visit("VR", AFTER, code="sct|185317003")], True),
        ("seen, class not given, known code", [stay(), visit("", AFTER, code="sct|390906007")], False),
        ("class not given, other code", [stay(), visit("", AFTER, code="sct|371883000")], True),
        ("booked only", [stay(), visit("AMB", AFTER, status="planned")], True),
        ("cancelled visit", [stay(), visit("AMB", AFTER, status="cancelled")], True),
        ("missed visit", [stay(), visit("AMB", AFTER, status="noshow")], True),
        ("waiting room", [stay(), visit("AMB", ON, status="arrived")], True),
        ("visit entered in error", [stay(), visit("AMB", AFTER, status="entered-in-error")], True),
        ("visit tomorrow", [stay(), visit("AMB", ON + DAY)], True),
        ("visit the day before the discharge", [stay(), visit("AMB", OUT - DAY)], True),
        ("that day, hours unknown", [stay(), visit("AMB", OUT, OUT)], True),
        ("that day, before", [stay(hours=(9, 15)), visit("AMB", OUT, OUT, hours=(10, 11))], True),
        ("that day, after", [stay(hours=(9, 15)), visit("AMB", OUT, OUT, hours=(16, 17))], False),
        ("emergency care is no follow-up", [stay(), visit("EMER", AFTER, AFTER, number=9)], True),
        ("back in hospital", [stay(), visit("IMP", AFTER, None, status="in-progress")], False),
        ("back and home again", [stay(), visit("IMP", AFTER, AFTER, number=9)], True),
        ("back tomorrow", [stay(), visit("IMP", ON + DAY, None, status="planned")], True),
        ("readmission cancelled", [stay(), visit("IMP", AFTER, ON, status="cancelled")], True),
        ("an old stay nobody closed", [stay(), visit("IMP", date(2021, 1, 1), status="in-progress")], True),
        ("to a nursing facility", [stay(disposition=(HL7 + "snf",))], False),
        ("to hospice", [stay(disposition=(HL7 + "hosp",))], False),
        ("to a nursing facility, NUBC", [stay(disposition=(NUBC + "03",))], False),
        ("to hospice at home, NUBC", [stay(disposition=(NUBC + "50",))], False),
        ("home", [stay(disposition=(HL7 + "home",))], True),
        ("home, NUBC", [stay(disposition=(NUBC + "01",))], True),
        ("home with help, NUBC", [stay(disposition=(NUBC + "06",))], True),
        ("left against advice", [stay(disposition=(HL7 + "aadvice",))], True),
        ("emergency, then admitted", [emergency(), visit("IMP", OUT, None, status="in-progress")], False),
        ("emergency inside a stay", [visit("EMER", IN, IN), visit("IMP", IN, ON + DAY, number=9)], False),
        ("emergency visit cancelled", [emergency(status="cancelled")], False),
    ],
)
def test_table_of_cases(why: str, facts: list[ChartFact], *, is_due: bool) -> None:
    assert bool(ask(*facts).findings) is is_due, why


@pytest.mark.parametrize(
    ("born", "is_due"),
    [(OUT.replace(year=2008), True), (OUT.replace(year=2008) + DAY, False)],
)
def test_emergency_care_is_followed_up_from_18_years_on(born: date, *, is_due: bool) -> None:
    assert bool(ask(emergency(), born=born, on=OUT + 5 * DAY).findings) is is_due


def test_a_child_from_the_hospital_is_followed_up() -> None:
    assert len(ask(stay(), born=date(2020, 1, 1)).findings) == 1


def test_each_discharge_is_a_finding_of_its_own() -> None:
    answer = ask(stay(), visit("EMER", OUT + DAY, OUT + DAY, number=7))

    assert [finding.key for finding in answer.findings] == [str(id_of(1)), str(id_of(7))]


def test_one_visit_answers_every_discharge_before_it() -> None:
    answer = ask(stay(), visit("EMER", OUT + DAY, OUT + DAY, number=7), visit("AMB", ON, number=8))

    assert answer.findings == ()
    assert answer.satisfied_by == (id_of(8),)
    assert answer.look_again_on is None


def test_only_the_last_of_two_stays_is_followed_up() -> None:
    second = visit("IMP", OUT + DAY, OUT + 2 * DAY, number=7)

    assert [finding.key for finding in ask(stay(), second).findings] == [str(id_of(7))]


def test_of_two_stays_that_ended_on_one_day_the_hour_tells_which_was_last() -> None:
    morning = visit("IMP", OUT, OUT, hours=(1, 3), number=7)

    assert [finding.key for finding in ask(morning, stay(hours=(9, 15))).findings] == [str(id_of(1))]


def test_a_stay_without_a_day_of_going_home_is_said() -> None:
    answer = ask(visit("IMP", OUT, None, label="Inpatient stay"))

    assert answer.findings == ()
    assert answer.not_checked == (Say("check.visit_after_discharge.no_discharge_day", stay="Inpatient stay", day=OUT),)
    assert answer.look_again_on == OUT + 31 * DAY


def test_emergency_care_without_a_birth_date_is_said() -> None:
    answer = ask(emergency(), born=None)

    assert answer.findings == ()
    assert answer.not_checked == (Say("check.visit_after_discharge.no_birth_date", stay="Emergency visit", day=OUT),)


def test_nothing_is_found_for_the_dead() -> None:
    assert ask(stay(), died=OUT) == Answer()
