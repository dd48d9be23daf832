"""Goals, plans, booked visits, barriers and answers: what is read, and what is left out."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from careloop.facts.overview import Appointment, Barrier, CarePlan, GoalTarget, SocialAnswer
from careloop.formats.fhir import plans

ID = UUID(int=7)
SAID = "Goal, fhir"
WEIGHT = {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]}


def goal(**changes: object) -> dict[str, object]:
    return {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "description": {"text": "Keep weight down"},
        "subject": {"reference": "Patient/p1"},
        "startDate": "2026-11-10",
        **changes,
    }


def test_a_goal_is_read_with_its_own_words_and_progress() -> None:
    progress = {"coding": [{"code": "improving"}]}
    read = plans.read_goal(goal(achievementStatus=progress, expressedBy={"reference": "Patient/p1"}), ID, SAID)

    assert read
    assert (read.words, read.status, read.progress, read.is_own) == ("Keep weight down", "active", "improving", True)
    assert (read.since, read.targets, read.said_by) == (date(2026, 11, 10), (), SAID)


@pytest.mark.parametrize("status", ["completed", "cancelled", "rejected", "entered-in-error"])
def test_a_goal_that_nobody_pursues_is_left_out(status: str) -> None:
    assert plans.read_goal(goal(lifecycleStatus=status), ID, SAID) is None


KG = {"unit": "kg", "code": "kg"}
TARGETS = [
    ({"detailQuantity": {"value": 81, "comparator": "<", **KG}}, (None, Decimal(81))),
    ({"detailQuantity": {"value": 81, "comparator": "<=", **KG}}, (None, Decimal(81))),
    ({"detailQuantity": {"value": 60, "comparator": ">=", **KG}}, (Decimal(60), None)),
    ({"detailQuantity": {"value": 70, **KG}}, (Decimal(70), Decimal(70))),
    ({"detailRange": {"low": {"value": 60, **KG}, "high": {"value": 80, **KG}}}, (Decimal(60), Decimal(80))),
    ({"detailRange": {"high": {"value": 80, **KG}}}, (None, Decimal(80))),
]


@pytest.mark.parametrize(("detail", "bounds"), TARGETS)
def test_a_target_is_a_range_in_a_unit(detail: dict[str, object], bounds: tuple[Decimal | None, ...]) -> None:
    read = plans.read_goal(goal(target=[{"measure": WEIGHT, "dueDate": "2027-01-01", **detail}]), ID, SAID)

    assert read
    assert read.targets == (GoalTarget(("loinc|29463-7",), *bounds, "kg", date(2027, 1, 1)),)


@pytest.mark.parametrize("detail", [{}, {"detailString": "less"}, {"detailQuantity": {"unit": "kg"}}])
def test_a_target_without_a_number_is_left_to_the_goals_words(detail: dict[str, object]) -> None:
    read = plans.read_goal(goal(target=[{"measure": WEIGHT, **detail}]), ID, SAID)

    assert read
    assert read.targets == ()


def test_numbers_keep_their_digits() -> None:
    body = plans.decode('{"value": 7.10, "whole": 7}')

    assert str(body["value"]) == "7.10"


def appointment(**changes: object) -> dict[str, object]:
    return {"status": "booked", "start": "2026-11-23T14:30:00Z", "description": "Clinic visit", **changes}


def test_an_appointment_has_its_day_and_time_where_the_person_lives() -> None:
    read = plans.read_appointment(appointment(), ID, SAID, "America/New_York")
    late = plans.read_appointment(appointment(start="2026-11-23T02:30:00Z"), ID, SAID, "America/New_York")

    assert read == Appointment(ID, "Clinic visit", date(2026, 11, 23), "9:30 am", SAID)
    assert late
    assert (late.on, late.clock) == (date(2026, 11, 22), "9:30 pm")


@pytest.mark.parametrize("changes", [{"status": "cancelled"}, {"status": "noshow"}, {"start": ""}])
def test_an_appointment_that_does_not_stand_or_has_no_day_is_left_out(changes: dict[str, object]) -> None:
    assert plans.read_appointment(appointment(**changes), ID, SAID, "America/New_York") is None


def test_an_appointment_without_words_is_named_by_its_kind() -> None:
    kinds = [{"coding": [{"display": "Eye exam"}]}]
    read = plans.read_appointment(appointment(description="", serviceType=kinds), ID, SAID, "UTC")

    assert read
    assert read.words == "Eye exam"


def test_a_plan_is_shown_while_it_is_active() -> None:
    plan = {"status": "active", "title": "Heart failure at home", "period": {"start": "2026-11-01"}}

    assert plans.read_plan(plan, ID, SAID) == CarePlan(ID, "Heart failure at home", date(2026, 11, 1), None, SAID)
    assert plans.read_plan({**plan, "status": "revoked"}, ID, SAID) is None
    assert plans.read_plan({"status": "active", "category": [{"text": "Diabetes"}]}, ID, SAID) == CarePlan(
        ID, "Diabetes", None, None, SAID
    )


def test_a_barrier_that_is_over_is_left_out() -> None:
    need = {"code": {"text": "No ride"}, "clinicalStatus": {"coding": [{"code": "active"}]}}

    assert plans.read_barrier(need, ID, SAID) == Barrier(ID, "No ride", None, SAID)
    assert plans.read_barrier({**need, "clinicalStatus": {"coding": [{"code": "resolved"}]}}, ID, SAID) is None
    wrong = {"verificationStatus": {"coding": [{"code": "entered-in-error"}]}}
    assert plans.read_barrier({**need, **wrong}, ID, SAID) is None


def test_an_answer_about_daily_life_needs_words_on_both_sides() -> None:
    asked = {
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "88122-7", "display": "Worried about food"}]},
        "effectiveDateTime": "2026-10-02T09:00:00Z",
        "valueCodeableConcept": {"text": "Often true"},
    }

    assert plans.read_answer(asked, ID, SAID) == SocialAnswer(
        ID, "88122-7", "Worried about food", "Often true", date(2026, 10, 2), SAID
    )
    assert plans.read_answer({**asked, "valueCodeableConcept": {}}, ID, SAID) is None
    assert plans.read_answer({**asked, "code": {}}, ID, SAID) is None
