"""The patient page: what each role is shown, who looked, and the explanation of a loop."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection

from careloop.actions.people import join_care_team
from careloop.actions.worklist import finish_loop, log_contact, open_task, start_loop
from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.facts.access import Purpose, Relation, Role
from careloop.facts.chart import FactKind
from careloop.facts.pages import PatientPage
from careloop.facts.worklist import ContactResult, Event, Outcome, State, Tone
from careloop.guard.context import clear_context, set_context
from careloop.reads.people import CLOSED, LINES, LOOKS, get_patient_page
from careloop.reads.worklist import get_explanation, get_today_page
from tests.guard import records
from tests.guard.conftest import Clinic
from tests.guard.standing import counted_statements
from tests.people import NOW, TODAY, later, system, take_in
from tests.reads.lists import plant_loops
from tests.records.plant import Plant


def let_see(clinic: Clinic, who: str, relation: Relation) -> None:
    """Give somebody a grant to Rosa, as a visit or a bill will."""
    set_context(system())
    Plant(connection.connection).grant(clinic.house.id_of(who), patient_id=clinic.rosa, source=str(relation))
    clear_context()


def page_of(clinic: Clinic, who: str) -> PatientPage:
    return get_patient_page(clinic.house.acting(who), clinic.rosa)


# Who sees which part: loops, chart, who looked, and whether the person may act.
SEES = {
    "dana": (True, True, True, True),
    "lee": (True, True, True, True),
    "sol": (True, True, True, True),
    "asha": (True, True, True, True),
    "tom": (False, False, False, False),
    "ines": (False, False, False, False),
}


@pytest.mark.parametrize("who", SEES)
def test_a_role_is_shown_its_parts_and_nothing_else(clinic: Clinic, who: str) -> None:
    let_see(clinic, "tom", Relation.VISIT)
    let_see(clinic, "ines", Relation.BILLING_CASE)
    done = open_task(clinic.house.acting("dana"), clinic.rosa, title="Old", due_on=None, note="")
    finish_loop(clinic.house.acting("dana"), done, version=1, outcome=Outcome.DONE, note="Done.")

    page = page_of(clinic, who)

    loops, chart, looks, acts = SEES[who]
    assert (bool(page.open_loops), bool(page.closed_loops)) == (loops, loops)
    assert (page.may_see_chart, bool(page.sections), page.lists is not None) == (chart, chart, chart)
    assert bool(page.who_looked) is looks
    assert page.may_act is acts
    assert page.banner.name == "Rosa Alvarez"


@pytest.mark.parametrize("who", ["saul", "noor", "kim", "ruth"])
def test_others_see_no_page_at_all(clinic: Clinic, who: str) -> None:
    with pytest.raises(NotFound):
        page_of(clinic, who)


def test_the_banner_tells_a_person_apart(clinic: Clinic) -> None:
    banner = page_of(clinic, "dana").banner

    assert (banner.birth_on, banner.age) == (date(1958, 3, 14), 68)
    assert [(i.name, i.value) for i in banner.identifiers] == [("MR", "MRN-p1")]
    assert (banner.unit_name, banner.coordinator_name, banner.is_dead) == ("north", "Dana", False)


def shot(number: int) -> dict[str, object]:
    return {
        "resourceType": "Immunization",
        "id": f"v{number}",
        "status": "completed",
        "patient": {"reference": "Patient/p1"},
        "vaccineCode": {"text": f"Vaccine {number}"},
        "occurrenceDateTime": f"2021-01-{number + 1:02d}",
    }


def test_facts_come_with_what_they_rest_on_newest_first_and_all_are_counted(clinic: Clinic) -> None:
    take_in(records.bundle([shot(n) for n in range(LINES + 3)]), clinic.house.north, name="more.json")

    section = {s.kind: s for s in page_of(clinic, "dana").sections}[FactKind.IMMUNIZATION]

    assert section.count == LINES + 3
    assert [line.label for line in section.lines] == [f"Vaccine {n}" for n in range(LINES + 2, 2, -1)]
    assert {line.said_by for line in section.lines} == {"Immunization, fhir"}


def test_a_result_that_only_holds_others_together_is_not_a_line_of_its_own(clinic: Clinic) -> None:
    def measured(code: str, text: str, value: float) -> dict[str, object]:
        quantity = {"value": value, "unit": "mm[Hg]", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"}
        return {
            "code": {"text": text, "coding": [{"system": "http://loinc.org", "code": code}]},
            "valueQuantity": quantity,
        }

    said: dict[str, object] = {
        "resourceType": "Observation", "id": "bp", "status": "final", "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2026-11-01",
        "code": {"text": "Blood pressure", "coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
        "component": [measured("8480-6", "Upper", 131), measured("8462-4", "Lower", 84)],
    }  # fmt: skip
    empty = {k: v for k, v in said.items() if k != "component"} | {"id": "bare"}
    take_in(records.bundle([said, empty]), clinic.house.north, name="bp.json")

    section = {s.kind: s for s in page_of(clinic, "dana").sections}[FactKind.RESULT]

    assert section.count == 3
    assert sorted((line.label, line.value) for line in section.lines) == [
        ("Blood pressure", None), ("Lower", 84), ("Upper", 131),
    ]  # fmt: skip


def test_what_was_entered_in_error_is_no_fact(clinic: Clinic) -> None:
    wrong = records.problem("w1", "p1", "Wrong chart")
    wrong["verificationStatus"] = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "entered-in-error"}]
    }
    del wrong["clinicalStatus"]
    take_in(records.bundle([wrong]), clinic.house.north, name="wrong.json")

    lists = page_of(clinic, "dana").lists
    assert lists
    (line,) = lists.problems.lines
    assert (line.label, sorted(s.counts for s in line.sources)) == ("Diabetes", [False, True])


def test_who_looked_shows_pages_loops_and_lists_newest_first(clinic: Clinic) -> None:
    get_patient_page(clinic.house.acting("asha"), clinic.rosa)
    start_loop(clinic.house.acting("dana"), clinic.task, version=1)
    get_today_page(clinic.house.acting("lee"), selected=clinic.task)
    get_patient_page(clinic.house.acting("dana"), clinic.ada)

    looks = page_of(clinic, "dana").who_looked

    assert [(look.who, look.role, look.what, look.outcome, look.purpose) for look in looks[:3]] == [
        ("Lee", Role.COORDINATOR, "reads.worklist.get_today_page", "seen", Purpose.TREATMENT),
        ("Dana", Role.COORDINATOR, "actions.worklist.start_loop", "done", Purpose.TREATMENT),
        ("Asha", Role.CLINICIAN, "reads.people.get_patient_page", "seen", Purpose.TREATMENT),
    ]
    assert "reads.people.find_patients" not in {look.what for look in looks}


def test_who_looked_is_of_this_patient_and_ends_somewhere(clinic: Clinic) -> None:
    for _ in range(LOOKS + 2):
        get_patient_page(clinic.house.acting("dana"), clinic.rosa)

    assert len(page_of(clinic, "dana").who_looked) == LOOKS
    of_ada = get_patient_page(clinic.house.acting("dana"), clinic.ada).who_looked
    assert "reads.people.get_patient_page" not in {look.what for look in of_ada}


def test_the_care_team_and_those_who_can_be_given_a_loop_are_named(clinic: Clinic) -> None:
    join_care_team(clinic.house.acting("sol"), [clinic.rosa], person_id=clinic.house.id_of("lee"), part="nurse")

    page = page_of(clinic, "dana")

    assert [(one.name, one.role) for one in page.care_team.members] == [
        ("Asha", Role.CLINICIAN),
        ("Lee", Role.COORDINATOR),
    ]
    assert [choice.name for choice in page.people] == ["Asha", "Dana", "Lee", "Sol"]
    assert [choice.name for choice in page.teams] == ["north"]


def test_the_last_closed_loops_are_shown_newest_first(clinic: Clinic) -> None:
    closed = {"state": "closed", "outcome": "done", "next_step": None, "next_at": None, "sort_at": None}
    made = plant_loops(clinic, CLOSED + 3, **closed, closed_at=lambda n: NOW + timedelta(minutes=n))

    shown = [row.id for row in page_of(clinic, "dana").closed_loops]

    assert shown == made[: -CLOSED - 1 : -1]


def test_somebody_who_has_died_is_marked_and_nothing_can_be_done(clinic: Clinic) -> None:
    take_in(
        records.bundle([records.patient("p1", deceasedDateTime="2026-11-19T08:00:00-05:00")]), clinic.house.north,
        name="death.json", at=later(hours=1),
    )  # fmt: skip

    page = get_patient_page(clinic.house.acting("dana", at=later(hours=2)), clinic.rosa)

    assert (page.banner.is_dead, page.banner.died_on, page.banner.age) == (True, date(2026, 11, 19), None)
    assert Say("alert.dead") in {alert.say for alert in page.banner.alerts if alert.tone is Tone.BLOCK}
    assert (page.open_loops, page.may_act) == ((), False)
    assert [row.outcome for row in page.closed_loops] == [Outcome.DECEASED]


@pytest.mark.parametrize("who", ["dana", "sol"])
def test_more_loops_and_facts_ask_for_no_more_statements(clinic: Clinic, who: str) -> None:
    def statements() -> int:
        with counted_statements() as sent:
            page_of(clinic, who)
        return len(sent)

    few = statements()
    plant_loops(clinic, 60)
    take_in(records.bundle([records.problem(f"m{n}", "p1") for n in range(40)]), clinic.house.north, name="more.json")

    assert statements() == few


# The explanation of one loop.


def test_an_explanation_says_why_why_now_what_if_it_waits_and_what_comes_next(clinic: Clinic) -> None:
    dana = clinic.house.acting("dana")
    task = open_task(
        dana, clinic.rosa, title="Book the ride", due_on=TODAY + timedelta(days=3), note="She asked twice."
    )

    told = get_explanation(dana, task)

    assert told.row.title == Say("text.free", text="Book the ride")
    assert told.why_here == (Say("because.task"),)
    assert told.why_now == Say("why_now.soon", day=TODAY)
    assert told.if_waits == Say("if_waits.task")
    assert told.next_step == Say("step.do_task")
    assert told.moved == (Say("order.harm", count=2), Say("order.one_contact", count=2))
    assert [row.id for row in told.same_person] == [clinic.task]
    assert (told.source, told.evidence, told.can_act) == (None, (), True)
    assert [(line.event, line.who, line.note) for line in told.history] == [(Event.OPEN, "Dana", "She asked twice.")]


def test_the_history_is_told_newest_first_with_who_and_what_they_wrote(clinic: Clinic) -> None:
    version = start_loop(clinic.house.acting("dana", at=later(minutes=1)), clinic.task, version=1)
    log_contact(
        clinic.house.acting("lee", at=later(minutes=2)), clinic.task, version=version,
        result=ContactResult.LEFT_MESSAGE, note="On the machine.",
    )  # fmt: skip

    told = get_explanation(clinic.house.acting("dana", at=later(minutes=3)), clinic.task)

    assert [(line.event, line.who, line.note) for line in told.history] == [
        (Event.LOG_CONTACT, "Lee", "On the machine."),
        (Event.START, "Dana", ""),
        (Event.OPEN, "Dana", ""),
    ]
    assert (told.row.state, told.next_step.key) == (State.STARTED, "step.ladder.letter")


@pytest.mark.parametrize(
    ("who", "seconds", "can_undo"), [("dana", 0, True), ("dana", 10, True), ("dana", 11, False), ("lee", 1, False)]
)
def test_the_last_action_can_be_undone_for_ten_seconds_by_whoever_did_it(
    clinic: Clinic, who: str, seconds: int, can_undo: bool
) -> None:
    start_loop(clinic.house.acting("dana"), clinic.task, version=1)

    until = get_explanation(clinic.house.acting(who, at=later(seconds=seconds)), clinic.task).undo_until

    assert until == (later(seconds=10) if can_undo else None)


def test_an_opened_loop_cannot_be_undone(clinic: Clinic) -> None:
    assert get_explanation(clinic.house.acting("dana"), clinic.task).undo_until is None


def test_an_explanation_names_evidence_of_this_patient_only(clinic: Clinic) -> None:
    lists = page_of(clinic, "dana").lists
    assert lists
    own = lists.problems.now[0].sources[0].fact.resource_id
    (task,) = plant_loops(clinic, 1, evidence=[own, UUID(int=7), clinic.task_of_otto])

    told = get_explanation(clinic.house.acting("dana"), task)

    assert [(line.resource_id, line.label, line.said_by) for line in told.evidence] == [
        (own, "Diabetes", "Condition, fhir")
    ]


def test_a_clinician_outside_the_care_team_is_told_nothing(clinic: Clinic) -> None:
    with pytest.raises(NotFound):
        get_explanation(clinic.house.acting("asha"), clinic.task_of_ada)
    with pytest.raises(NotFound):
        get_explanation(replace(clinic.house.acting("tom"), role=Role.FRONT_DESK), clinic.task)
