"""The patient page beside the lists: story, timeline, plots, goals, circle, contacts, and how much it asks for."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from careloop.actions.people import join_care_team
from careloop.actions.worklist import log_contact, start_loop
from careloop.basics.words import Say
from careloop.catalog.speech import speak
from careloop.facts.access import Relation
from careloop.facts.overview import NOTHING_TO_SEE
from careloop.facts.pages import PatientPage
from careloop.facts.plots import GoalLine
from careloop.facts.timeline import Lane, Standing
from careloop.facts.worklist import ContactResult
from careloop.reads.overview import DAYS, MEASURES, VALUES
from careloop.reads.people import CONTACTS, OPEN, get_patient_page
from tests.guard import records
from tests.guard.conftest import Clinic
from tests.guard.standing import counted_statements
from tests.people import TODAY, later, take_in
from tests.reads.lists import plant_loops
from tests.reads.test_patient_page import let_see

# Beside what sign-in and the door itself ask: see the pages' own statements below.
MOST_STATEMENTS = 15


def of_rosa(kind: str, key: str, **body: object) -> dict[str, object]:
    """Return a resource about Rosa."""
    about = "patient" if kind in ("RelatedPerson", "Immunization") else "subject"
    return {"resourceType": kind, "id": key, about: {"reference": "Patient/p1"}, **body}


def value(key: str, code: str, ago: int, number: str, unit: str = "kg") -> dict[str, object]:
    return of_rosa(
        "Observation",
        key,
        status="final",
        code={"text": f"Measure {code}", "coding": [{"system": "http://loinc.org", "code": code}]},
        effectiveDateTime=(TODAY - timedelta(days=ago)).isoformat(),
        valueQuantity={"value": float(number), "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
    )


def visit(
    key: str, came: int, left: int | None, visit_class: str = "IMP", status: str = "finished"
) -> dict[str, object]:
    period = {"start": (TODAY - timedelta(days=came)).isoformat()}
    if left is not None:
        period["end"] = (TODAY - timedelta(days=left)).isoformat()
    code = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": visit_class}
    return of_rosa("Encounter", key, status=status, period=period, type=[{"text": "Stay"}], **{"class": code})


def appointment(key: str, on: date) -> dict[str, object]:
    return {
        "resourceType": "Appointment",
        "id": key,
        "status": "booked",
        "description": "Clinic visit",
        "start": f"{on.isoformat()}T14:30:00Z",
        "end": f"{on.isoformat()}T15:00:00Z",
        "participant": [{"actor": {"reference": "Patient/p1"}, "status": "accepted"}],
    }


def bring(clinic: Clinic, resources: Sequence[dict[str, object]], name: str = "more.json") -> None:
    receipt = take_in(records.bundle(resources), clinic.house.north, name=name)
    assert receipt.rejected == []


def page_of(clinic: Clinic, who: str = "dana") -> PatientPage:
    return get_patient_page(clinic.house.acting(who, at=later(hours=1)), clinic.rosa)


def story_of(page: PatientPage) -> list[str]:
    return [
        " ".join(speak(part.say, "en", today=TODAY) for part in sentence.parts)
        for sentence in page.overview.story.sentences
    ]


def test_the_story_is_told_from_record_and_loops_and_leads_to_what_the_page_shows(clinic: Clinic) -> None:
    bring(clinic, [visit("e1", 7, 2), appointment("a1", TODAY + timedelta(days=3))])
    start_loop(clinic.house.acting("dana"), clinic.task, version=1)
    log_contact(clinic.house.acting("dana"), clinic.task, version=2, result=ContactResult.NO_ANSWER, note="Rang twice.")

    page = page_of(clinic)

    assert story_of(page) == [
        "Went home from the hospital on Wed 18 Nov after 5 nights.",
        "On the problem list: Diabetes",
        "Next booked: Clinic visit, Mon 23 Nov at 9:30 am. Last contact on Fri 20 Nov: no answer",
        "Still open: Call about the ride",
    ]
    lists = page.lists
    assert lists
    visits = [line.resource_id for s in page.sections for line in s.lines if s.kind == "visit"]
    assert [fact.anchor for fact in page.overview.story.cited] == [
        f"fact-{visits[0]}",
        f"line-{lists.problems.now[0].sources[0].fact.resource_id}",
        "",
        f"contact-{page.overview.contacts[0].id}",
        f"row-{clinic.task}",
    ]


def test_the_timeline_holds_what_happened_what_is_booked_and_what_should_happen(clinic: Clinic) -> None:
    order = of_rosa(
        "ServiceRequest", "o1", status="active", intent="order", code={"text": "Heart doctor"},
        authoredOn=TODAY.isoformat(),
    )  # fmt: skip
    off = visit("e2", -9, None, "AMB", "cancelled")
    bring(clinic, [visit("e1", 7, 2), off, appointment("a1", TODAY + timedelta(days=3)), order])
    (due,) = plant_loops(clinic, 1, due_at=later(days=5))

    found = {(h.lane, h.standing, h.start, h.end) for h in page_of(clinic).overview.happenings}

    assert (Lane.VISITS, Standing.HAPPENED, TODAY - timedelta(days=7), TODAY - timedelta(days=2)) in found
    assert (Lane.VISITS, Standing.BOOKED, TODAY + timedelta(days=3), None) in found
    assert (Lane.REFERRALS, Standing.WAITING, TODAY, None) in found
    assert (Lane.CONTACTS, Standing.EXPECTED, TODAY, TODAY + timedelta(days=5)) in found
    assert TODAY + timedelta(days=9) not in {h.start for h in page_of(clinic).overview.happenings}
    assert due


def test_results_of_one_day_are_one_mark_and_visits_stay_apart(clinic: Clinic) -> None:
    same = [value(f"v{n}", f"{n}-0", 3, "1") for n in range(4)]
    bring(clinic, [*same, visit("e1", 3, 3, "AMB"), visit("e2", 3, 3, "AMB")])

    happenings = page_of(clinic).overview.happenings

    tests = [h for h in happenings if h.lane is Lane.TESTS]
    assert [h.label for h in tests] == [Say("timeline.several", count=4)]
    assert len([h for h in happenings if h.lane is Lane.VISITS]) == 2


def test_measures_taken_twice_are_plotted_with_the_goal_of_the_record(clinic: Clinic) -> None:
    target = {
        "measure": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "detailQuantity": {"value": 81, "comparator": "<", "unit": "kg", "code": "kg"},
    }
    goal = of_rosa("Goal", "g1", lifecycleStatus="active", description={"text": "Keep weight down"}, target=[target])
    weights = [value("w1", "29463-7", 9, "82.5"), value("w2", "29463-7", 2, "80.1"), value("once", "4548-4", 2, "7")]
    bring(clinic, [goal, *weights])

    (series,) = page_of(clinic).overview.series

    assert (series.label, series.unit, series.count) == ("Measure 29463-7", "kg", 2)
    assert [point.value for point in series.points] == [Decimal("82.5"), Decimal("80.1")]
    assert series.goal == GoalLine(None, Decimal(81))


def test_goals_plans_people_close_and_barriers_come_from_the_record(clinic: Clinic) -> None:
    social = {"coding": [{"system": "http://hl7.org/fhir/us/core/CodeSystem/condition-category", "code": "sdoh"}]}
    ride = {**records.problem("b1", "p1", "Lack of transport"), "category": [social]}
    own = of_rosa(
        "Goal", "g1", lifecycleStatus="active", description={"text": "Dance in June"},
        expressedBy={"reference": "Patient/p1"},
    )  # fmt: skip
    plan = of_rosa("CarePlan", "c9", status="active", intent="plan", title="Heart failure at home")
    near = of_rosa("RelatedPerson", "r1", name=[{"text": "Elena"}], relationship=[{"text": "daughter"}])
    bring(clinic, [ride, own, plan, near])

    more = page_of(clinic).overview

    assert [(goal.words, goal.is_own) for goal in more.goals] == [("Dance in June", True)]
    assert [one.words for one in more.plans] == ["Heart failure at home"]
    assert [(one.name, one.relationship) for one in more.near] == [("Elena", "daughter")]
    assert [one.words for one in more.barriers] == ["Lack of transport"]


def test_the_last_contacts_are_shown_and_all_are_counted(clinic: Clinic) -> None:
    version = start_loop(clinic.house.acting("dana"), clinic.task, version=1)
    for n in range(CONTACTS + 3):
        version = log_contact(
            clinic.house.acting("dana", at=later(minutes=n)), clinic.task, version=version,
            result=ContactResult.NO_ANSWER, note=f"Try {n}",
        )  # fmt: skip

    more = page_of(clinic).overview

    assert [line.note for line in more.contacts] == [f"Try {n}" for n in range(CONTACTS + 2, 2, -1)]
    assert more.contact_count == CONTACTS + 3
    assert (more.contacts[0].who, more.contacts[0].loop_id) == ("Dana", clinic.task)


def test_an_empty_record_gets_first_steps_and_a_record_none(clinic: Clinic) -> None:
    acting = clinic.house.acting("dana")

    assert len(get_patient_page(acting, clinic.ada).overview.starter) == 5
    assert get_patient_page(acting, clinic.rosa).overview.starter == ()


@pytest.mark.parametrize("who", ["tom", "ines"])
def test_a_role_without_chart_and_loops_sees_nothing_of_it(clinic: Clinic, who: str) -> None:
    bring(clinic, [visit("e1", 7, 2), of_rosa("Goal", "g1", lifecycleStatus="active", description={"text": "Dance"})])
    let_see(clinic, "tom", Relation.VISIT)
    let_see(clinic, "ines", Relation.BILLING_CASE)

    more = get_patient_page(clinic.house.acting(who), clinic.rosa).overview

    assert (more.story, more.happenings, more.goals, more.series) == ((NOTHING_TO_SEE.story), (), (), ())
    assert (more.contacts, more.near, more.starter, more.chips, more.open_count) == ((), (), (), (), 0)


def test_the_page_asks_as_many_questions_however_much_there_is(clinic: Clinic) -> None:
    def statements() -> list[str]:
        with counted_statements() as sent:
            get_patient_page(clinic.house.acting("dana", at=later(hours=1)), clinic.rosa)
        return [one for one in sent if not one.startswith(FIXED)]

    few = statements()
    plant_loops(clinic, OPEN + 40)
    many = [records.problem(f"m{n}", "p1", f"Problem {n}") for n in range(60)]
    many += [value(f"v{n}-{m}", f"{n}-0", m, str(m)) for n in range(MEASURES + 4) for m in range(VALUES + 8)]
    many += [visit(f"e{n}", n, n, "AMB") for n in range(DAYS + 20)]
    many += [of_rosa("Goal", f"g{n}", lifecycleStatus="active", description={"text": f"G{n}"}) for n in range(30)]
    bring(clinic, many)
    join_care_team(clinic.house.acting("sol"), [clinic.rosa], person_id=clinic.house.id_of("lee"), part="nurse")
    page = page_of(clinic)

    assert len(statements()) == len(few) <= MOST_STATEMENTS, few
    assert len(page.open_loops) == OPEN
    assert page.overview.open_count == OPEN + 41
    assert len(page.overview.series) == MEASURES
    assert {len(series.points) for series in page.overview.series} == {VALUES}
    assert len([h for h in page.overview.happenings if h.lane is Lane.VISITS]) == DAYS


# What every door asks, whatever stands behind it: context, savepoint, the row, relations, the line in the log.
FIXED = (
    "SAVEPOINT", "RELEASE", "SELECT set_config", "INSERT INTO audit_line", 'SELECT "patient"."id"',
    'SELECT "access_grant"', "SELECT source, label_mask",
)  # fmt: skip
