"""What every door does: one answer for no, one line for each passage, and nothing left behind."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection

from careloop.actions.intake.fhir import Arriving, take_in_fhir
from careloop.actions.people import assign_caseload, deactivate, hire, join_care_team
from careloop.actions.sweep import seal_log
from careloop.actions.worklist import open_task, start_loop
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.facts.access import Acting, Purpose, Right, Role
from careloop.formats.fhir.read import read_document
from careloop.guard.doors import Shown, action, batch, creating, finding, listing, managing, reading
from careloop.guard.grants import Reach
from careloop.reads.access import get_acting
from careloop.reads.health import get_status
from careloop.reads.people import find_patients, get_patient_page
from careloop.reads.worklist import get_explanation, get_today_page
from careloop.records.models import Loop, Patient, Person, Unit
from tests.guard.conftest import Clinic
from tests.guard.standing import Line, unregistered_doors
from tests.people import NOW, TODAY, give_to, later, system

Call = Callable[[Acting, UUID], object]

# Doors about one row: the name in the log, how they are called, and which row of which team they are asked for.
ABOUT_ONE: dict[str, tuple[Call, str]] = {
    "actions.worklist.start_loop": (lambda who, key: start_loop(who, key, version=1), "task"),
    "actions.worklist.open_task": (
        lambda who, key: open_task(who, key, title="Call", due_on=None, note=""),
        "patient",
    ),
    "reads.worklist.get_explanation": (get_explanation, "task"),
    "reads.people.get_patient_page": (get_patient_page, "patient"),
}
HERE = {"task": "task", "patient": "rosa"}
ELSEWHERE = {"task": "task_of_otto", "patient": "otto"}


def outcome_of(work: Callable[[], object]) -> tuple[type, int, str]:
    """Return everything that somebody who is refused can tell."""
    with pytest.raises(Refusal) as no:
        work()
    return type(no.value), no.value.status, str(no.value)


@pytest.mark.parametrize("name", ABOUT_ONE)
def test_no_right_no_relation_and_not_there_are_one_answer_and_one_line_each(
    clinic: Clinic, log: list[Line], name: str
) -> None:
    call, row = ABOUT_ONE[name]
    keys = [uuid4(), getattr(clinic, ELSEWHERE[row]), getattr(clinic, HERE[row])]
    dana, saul = clinic.house.acting("dana"), clinic.house.acting("saul")

    not_there = outcome_of(lambda: call(dana, keys[0]))
    not_theirs = outcome_of(lambda: call(dana, keys[1]))
    no_right = outcome_of(lambda: call(saul, keys[2]))

    assert not_there == not_theirs == no_right == (NotFound, 404, "refusal.not_found {}")
    assert [(line.what, line.outcome, line.key) for line in log] == [(name, "refused", str(key)) for key in keys]
    assert [line.person_id for line in log] == [dana.person_id, dana.person_id, saul.person_id]


BATCHES = {
    "actions.people.assign_caseload": lambda who, keys, to: assign_caseload(who, keys, to_person=to),
    "actions.people.join_care_team": lambda who, keys, to: join_care_team(who, keys, person_id=to, part="nurse"),
}


@pytest.mark.parametrize("name", BATCHES)
@pytest.mark.parametrize("bad", ["otto", "nobody"])
def test_one_bad_key_refuses_the_whole_batch(clinic: Clinic, log: list[Line], name: str, bad: str) -> None:
    sol = clinic.house.acting("sol")
    wrong = clinic.otto if bad == "otto" else uuid4()

    told = outcome_of(lambda: BATCHES[name](sol, [clinic.rosa, wrong, clinic.ada], clinic.house.id_of("lee")))

    assert told == (NotFound, 404, "refusal.not_found {}")
    assert [(line.what, line.outcome) for line in log] == [(name, "refused")]
    page = get_patient_page(sol, clinic.rosa)
    assert page.banner.coordinator_name == "Dana"
    assert "Lee" not in {one.name for one in page.care_team.members}


def test_a_batch_without_the_right_is_refused(clinic: Clinic) -> None:
    dana = clinic.house.acting("dana")

    told = outcome_of(lambda: assign_caseload(dana, [clinic.rosa], to_person=clinic.house.id_of("lee")))

    assert told == (NotFound, 404, "refusal.not_found {}")


def test_a_batch_writes_a_line_for_each_patient(clinic: Clinic, log: list[Line]) -> None:
    assign_caseload(clinic.house.acting("sol"), [clinic.rosa, clinic.ada], to_person=clinic.house.id_of("lee"))

    assert {line.patient_id for line in log if line.outcome == "done"} >= {clinic.rosa, clinic.ada}
    assert sum(line.patient_id == clinic.rosa for line in log) == 1


MANY: dict[str, tuple[Callable[[Acting], object], str]] = {
    "reads.worklist.get_today_page": (get_today_page, "tom"),
    "reads.people.find_patients": (lambda who: find_patients(who, name="alvarez", birth_on=date(1958, 3, 14)), "ines"),
    "reads.health.get_status": (get_status, "tom"),
    "actions.people.hire": (
        lambda who: hire(who, name="X", email="x@clinic.example", role=Role.COORDINATOR, password=None),
        "sol",
    ),
    "actions.sweep.seal_log": (seal_log, "noor"),
    "actions.intake.fhir.take_in_fhir": (
        lambda who: take_in_fhir(who, read_document(b"{}", is_ndjson=False, on=TODAY), Arriving(name="x", unit_id=1)),
        "dana",
    ),
}


@pytest.mark.parametrize("name", MANY)
def test_a_door_without_a_row_answers_alike(clinic: Clinic, log: list[Line], name: str) -> None:
    call, who = MANY[name]

    told = outcome_of(lambda: call(clinic.house.acting(who)))

    assert told == (NotFound, 404, "refusal.not_found {}")
    assert [(line.what, line.outcome, line.patient_ids) for line in log] == [(name, "refused", ())]


@pytest.mark.parametrize("purpose", [p for p in Purpose if not p.startswith("system:")])
@pytest.mark.parametrize("call", [seal_log, MANY["actions.intake.fhir.take_in_fhir"][0]], ids=["unattended", "intake"])
def test_the_system_without_a_purpose_of_its_own_is_refused(clinic: Clinic, call: Call, purpose: Purpose) -> None:
    assert outcome_of(lambda: call(system(purpose)))[0] is NotFound  # type: ignore[call-arg]


@pytest.mark.parametrize("purpose", [p for p in Purpose if not p.startswith("system:")])
def test_the_system_without_a_purpose_of_its_own_reads_no_patient(clinic: Clinic, purpose: Purpose) -> None:
    assert outcome_of(lambda: get_patient_page(system(purpose), clinic.rosa))[0] is NotFound
    assert outcome_of(lambda: start_loop(system(purpose), clinic.task, version=1))[0] is NotFound


def test_the_system_for_a_purpose_reads_whom_it_enters(clinic: Clinic) -> None:
    assert get_patient_page(system(), clinic.otto).banner.name == "Otto Lang"


@pytest.mark.parametrize("purpose", [p for p in Purpose if p.startswith("system:")])
def test_nobody_else_acts_for_a_purpose_of_the_system(clinic: Clinic, purpose: Purpose) -> None:
    for who in ("dana", "sol", "noor"):
        acting = replace(clinic.house.acting(who), purpose=purpose)
        assert outcome_of(lambda a=acting: get_patient_page(a, clinic.rosa))[0] is NotFound
        assert outcome_of(lambda a=acting: get_today_page(a))[0] is NotFound
        assert outcome_of(lambda a=acting: get_status(a))[0] is NotFound


def test_success_is_logged_once_with_the_row(clinic: Clinic, log: list[Line]) -> None:
    dana = clinic.house.acting("dana")

    start_loop(dana, clinic.task, version=1)
    get_patient_page(dana, clinic.rosa)

    assert [(line.what, line.outcome, line.key, line.patient_id) for line in log] == [
        ("actions.worklist.start_loop", "done", str(clinic.task), clinic.rosa),
        ("reads.people.get_patient_page", "seen", str(clinic.rosa), clinic.rosa),
    ]


def test_a_listing_is_one_line_with_everybody_shown(clinic: Clinic, log: list[Line]) -> None:
    get_today_page(clinic.house.acting("dana"))

    (line,) = log
    assert (line.what, line.outcome) == ("reads.worklist.get_today_page", "seen")
    assert set(line.patient_ids) == {clinic.rosa, clinic.ada}


def test_a_search_is_one_line_with_every_hit_of_any_team(clinic: Clinic, log: list[Line]) -> None:
    find_patients(clinic.house.acting("dana"), birth_on=date(1958, 3, 14), name="La")

    (line,) = log
    assert line.patient_ids == (clinic.otto,)


def test_a_refusal_from_inside_leaves_nothing_but_its_line(clinic: Clinic, log: list[Line]) -> None:
    dana = clinic.house.acting("dana")
    start_loop(dana, clinic.task, version=1)
    history = len(get_explanation(dana, clinic.task).history)

    assert outcome_of(lambda: start_loop(clinic.house.acting("lee"), clinic.task, version=1))[0] is TakenMeanwhile

    assert len(get_explanation(dana, clinic.task).history) == history
    assert (log[2].outcome, log[2].key, log[2].patient_id) == ("refused", str(clinic.task), clinic.rosa)


class Broken(Exception):  # noqa: N818
    """A bug that somebody wrote into a door."""


def test_a_bug_inside_a_door_is_logged_as_failed_and_all_its_work_is_gone(clinic: Clinic, log: list[Line]) -> None:
    with unregistered_doors():

        @creating(needs=Right.LOOP_WRITE, about=Patient)
        def break_down(acting: Acting, row: Patient) -> None:
            Unit(name="half done").save()
            raise Broken

        with pytest.raises(Broken):
            break_down(clinic.house.acting("dana"), clinic.rosa)

    assert not Unit.objects.filter(name="half done").exists()
    (line,) = log
    assert (line.outcome, line.key, line.patient_id) == ("failed", str(clinic.rosa), clinic.rosa)


def test_a_constraint_that_breaks_inside_a_door_is_a_refusal_in_plain_words(clinic: Clinic, log: list[Line]) -> None:
    with unregistered_doors():

        @creating(needs=Right.LOOP_WRITE, about=Patient)
        def give_to_nobody(acting: Acting, row: Patient) -> None:
            gone = Person(kind="staff", role="coordinator", name="Gone", is_active=False)
            gone.save()
            Loop.objects.filter(patient_id=row.pk).update(owner_id=gone.pk)

        told = outcome_of(lambda: give_to_nobody(clinic.house.acting("dana"), clinic.rosa))

    assert told == (Refusal, 409, "refusal.owner_not_active {}")
    assert [line.outcome for line in log] == ["refused"]


def test_a_door_calls_no_other_door(clinic: Clinic, log: list[Line]) -> None:
    with unregistered_doors():

        @reading(needs=Right.LOOP_READ, about=Loop)
        def peek(acting: Acting, loop: Loop) -> object:
            return get_patient_page(acting, loop.patient_id)

        with pytest.raises(RuntimeError, match="a door calls no other door"):
            peek(clinic.house.acting("dana"), clinic.task)

    assert [line.outcome for line in log] == ["failed"]
    assert get_patient_page(clinic.house.acting("dana"), clinic.rosa)


def test_after_a_door_the_context_is_gone(clinic: Clinic) -> None:
    def left() -> tuple[object, ...]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('careloop.person', true), current_setting('careloop.purpose', true),"
                " current_setting('careloop.patients', true), current_setting('careloop.units', true),"
                " (SELECT count(*) FROM patient), (SELECT count(*) FROM loop)"
            )
            row: tuple[object, ...] = cursor.fetchone()
            return row

    for work in (
        lambda: get_patient_page(clinic.house.acting("dana"), clinic.rosa),
        lambda: start_loop(clinic.house.acting("dana"), clinic.task, version=1),
        lambda: get_patient_page(system(), clinic.rosa),
        lambda: outcome_of(lambda: get_patient_page(clinic.house.acting("dana"), clinic.otto)),
        lambda: seal_log(system(Purpose.SWEEP)),
    ):
        work()
        assert left() == ("", "", "", "", 0, 0)


def test_a_door_that_only_looks_cannot_write(clinic: Clinic) -> None:
    def by_row(acting: Acting, row: Patient) -> None:
        Patient.objects.update(city="x")

    def by_reach(acting: Acting, reach: Reach) -> Shown[None]:
        Patient.objects.update(city="x")
        return Shown(None, ())

    def by_nothing(acting: Acting) -> Shown[None]:
        Patient.objects.update(city="x")
        return Shown(None, ())

    dana = clinic.house.acting("dana")
    with unregistered_doors():
        looks: Sequence[Callable[[], object]] = (
            lambda: reading(needs=Right.PATIENT_READ, about=Patient)(by_row)(dana, clinic.rosa),
            lambda: listing(needs=Right.LOOP_READ)(by_reach)(dana),
            lambda: finding(needs=Right.PATIENT_FIND)(by_nothing)(dana),
            lambda: managing(needs=Right.LOOP_READ, write=False)(by_nothing)(dana),
        )
        for look in looks:
            with pytest.raises(RuntimeError, match="Patient"):
                look()


def test_an_action_locks_its_row_and_a_batch_its_rows_in_order(clinic: Clinic) -> None:
    locked: list[str] = []

    def listen(execute, query, values, many, context):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        if re.search("FOR (NO KEY )?UPDATE", query):
            locked.append(str(values))
        return execute(query, values, many, context)

    with unregistered_doors(), connection.execute_wrapper(listen):
        look = action(needs=Right.LOOP_WRITE, about=Loop)(lambda acting, row: row.pk)
        look_at_all = batch(needs=Right.PATIENT_READ, about=Patient)(lambda acting, rows: [row.pk for row in rows])
        look(clinic.house.acting("dana"), clinic.task)
        rows = look_at_all(clinic.house.acting("dana"), [clinic.ada, clinic.rosa, clinic.ada])

    assert rows == sorted([clinic.rosa, clinic.ada])
    assert len(locked) == 3


def test_nobody_acts_behind_a_closed_login(clinic: Clinic) -> None:
    lee = Person.objects.get(pk=clinic.house.id_of("lee"))
    assert get_acting(lee.login.pk, NOW) == clinic.house.acting("lee")

    deactivate(clinic.house.acting("noor"), person_id=lee.pk)

    assert get_acting(lee.login.pk, NOW) is None
    assert get_acting(0, NOW) is None


def test_whoever_was_let_go_reaches_nobody_from_that_moment(clinic: Clinic) -> None:
    give_to(clinic.house, "lee", clinic.ada)
    deactivate_at = later(hours=1)
    assign_caseload(
        clinic.house.acting("sol", at=later(minutes=30)), [clinic.ada], to_person=clinic.house.id_of("dana")
    )
    deactivate(clinic.house.acting("noor", at=deactivate_at), person_id=clinic.house.id_of("lee"))

    still = clinic.house.acting("lee", at=later(hours=2))
    assert outcome_of(lambda: get_patient_page(still, clinic.rosa))[0] is NotFound
    assert get_today_page(still).groups == ()


def test_an_unknown_fault_of_the_database_is_a_bug_and_not_a_refusal(clinic: Clinic, log: list[Line]) -> None:
    with unregistered_doors():

        @creating(needs=Right.LOOP_WRITE, about=Patient)
        def write_nonsense(acting: Acting, row: Patient) -> None:
            Loop.objects.filter(patient_id=row.pk).update(severity=9)

        with pytest.raises(IntegrityError, match="loop_severity_is_known"):
            write_nonsense(clinic.house.acting("dana"), clinic.rosa)

    assert [line.outcome for line in log] == ["failed"]
