"""Labelled rows: the door asks the role, row security asks the grant, and both must hold every bit."""

from uuid import UUID

import pytest
from django.db import connection

from careloop.actions.people import join_care_team
from careloop.basics.refusals import NotFound
from careloop.facts.access import ALL_LABELS, Acting, Label, Purpose, Relation, Role
from careloop.guard.context import clear_context, enter, set_context
from careloop.reads.people import get_patient_page
from careloop.reads.worklist import get_explanation, get_today_page
from tests.guard import records
from tests.guard.conftest import Clinic
from tests.people import NOW, system, take_in
from tests.records.plant import Plant

HIDDEN = "Panic disorder"


@pytest.fixture
def panic(clinic: Clinic) -> Clinic:
    """Add a problem with a psychiatric label to Rosa's chart."""
    take_in(records.bundle([records.problem("c9", "p1", HIDDEN, label="PSY")]), clinic.house.north, name="psy.json")
    return clinic


def problems(acting: Acting, patient: UUID) -> set[str]:
    """Return every label of the problem list, of lines and of the sources behind them."""
    lists = get_patient_page(acting, patient).lists
    assert lists
    return {s.fact.columns.label for line in lists.problems.lines for s in line.sources}


def test_a_psychiatric_row_is_hidden_from_the_coordinator_and_shown_to_the_clinician_of_the_care_team(
    panic: Clinic,
) -> None:
    assert problems(panic.house.acting("dana"), panic.rosa) == {"Diabetes"}
    assert problems(panic.house.acting("sol"), panic.rosa) == {"Diabetes"}
    assert problems(panic.house.acting("asha"), panic.rosa) == {"Diabetes", HIDDEN}


def test_a_count_does_not_tell_what_is_hidden(panic: Clinic) -> None:
    """The hidden problem has the code of the other: the line must not tell of it in any way."""
    lists = {who: get_patient_page(panic.house.acting(who), panic.rosa).lists for who in ("dana", "asha")}

    counts = {who: [len(line.sources) for line in some.problems.lines] for who, some in lists.items() if some}
    assert counts == {"dana": [1], "asha": [2]}
    assert HIDDEN not in repr(lists["dana"])


def mark(clinic: Clinic, table: str, key: UUID, label: Label) -> None:
    """Put a label on one row, as a code set would."""
    set_context(system(Purpose.INTAKE))
    enter(units=[clinic.house.north])
    Plant(connection.connection).run(f"UPDATE {table} SET label_mask = %s WHERE id = %s", int(label), key)
    clear_context()


def grant(clinic: Clinic, who: str, label: Label, relation: Relation = Relation.CASELOAD) -> None:
    """Give somebody a grant to Rosa with these labels, whatever the role."""
    set_context(system(Purpose.OPERATE))
    Plant(connection.connection).grant(
        clinic.house.id_of(who), patient_id=clinic.rosa, source=str(relation), label_mask=int(label)
    )
    clear_context()


@pytest.mark.parametrize("table", ["loop", "patient"])
def test_a_labelled_row_is_not_there_for_a_coordinator(clinic: Clinic, table: str) -> None:
    mark(clinic, table, clinic.task if table == "loop" else clinic.rosa, Label.PSY)
    read = get_explanation if table == "loop" else get_patient_page

    with pytest.raises(NotFound):
        read(clinic.house.acting("dana"), clinic.task if table == "loop" else clinic.rosa)
    assert read(clinic.house.acting("asha"), clinic.task if table == "loop" else clinic.rosa)


def test_a_labelled_loop_is_on_nobodys_list_who_may_not_see_it(clinic: Clinic) -> None:
    mark(clinic, "loop", clinic.task, Label.PSY)

    shown = [row.id for group in get_today_page(clinic.house.acting("dana")).groups for row in group.rows]

    assert shown == [clinic.task_of_ada]


def test_the_door_refuses_what_row_security_would_let_through(clinic: Clinic) -> None:
    """A grant that holds too much: the table of roles still says no."""
    grant(clinic, "dana", ALL_LABELS)
    mark(clinic, "loop", clinic.task, Label.PSY)
    set_context(clinic.house.acting("dana"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM loop WHERE id = %s", [clinic.task])
        let_through = cursor.fetchone()[0]
    clear_context()

    assert let_through == 1
    with pytest.raises(NotFound):
        get_explanation(clinic.house.acting("dana"), clinic.task)


def test_row_security_refuses_what_the_role_would_be_let_see(clinic: Clinic) -> None:
    """A grant that holds too little: the role may see the label, this person may not."""
    grant(clinic, "lee", Label.NONE)
    violence = Acting(clinic.house.id_of("lee"), Role.COORDINATOR, NOW, Purpose.TREATMENT)
    assert get_explanation(violence, clinic.task)
    mark(clinic, "loop", clinic.task, Label.PART2)

    with pytest.raises(NotFound):
        get_explanation(clinic.house.acting("asha"), clinic.task)
    set_context(violence)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM loop WHERE id = %s", [clinic.task])
        assert cursor.fetchone()[0] == 0
    clear_context()


@pytest.mark.parametrize("label", [Label.VIOLENCE, Label.HIV, Label.REPRO, Label.ADOLESCENT, Label.EMPLOYEE])
def test_what_coordination_needs_is_shown_to_coordinators(clinic: Clinic, label: Label) -> None:
    mark(clinic, "loop", clinic.task, label)

    assert get_explanation(clinic.house.acting("dana"), clinic.task).row.id == clinic.task


def test_a_row_with_two_labels_needs_both(clinic: Clinic) -> None:
    mark(clinic, "loop", clinic.task, Label.HIV | Label.PSY)

    with pytest.raises(NotFound):
        get_explanation(clinic.house.acting("dana"), clinic.task)
    assert get_explanation(clinic.house.acting("asha"), clinic.task)


def test_joining_a_care_team_brings_no_more_labels_than_the_role_holds(clinic: Clinic) -> None:
    join_care_team(clinic.house.acting("sol"), [clinic.rosa], person_id=clinic.house.id_of("lee"), part="nurse")
    mark(clinic, "loop", clinic.task, Label.PSY)

    with pytest.raises(NotFound):
        get_explanation(clinic.house.acting("lee"), clinic.task)
