"""The page of one loop and the parts of a patient's page: what they hold, and for whom."""

from datetime import timedelta

import pytest

from careloop.actions.worklist import finish_loop, log_contact, start_loop
from careloop.basics.refusals import NotFound
from careloop.facts.access import Relation
from careloop.facts.worklist import ContactResult, Event, Outcome, State
from careloop.reads.explain import HISTORY
from careloop.reads.loop_page import get_loop_page
from careloop.reads.patient_part import PAGE, get_patient_part
from tests.guard import records
from tests.guard.conftest import Clinic
from tests.guard.standing import Line, counted_statements
from tests.people import NOW, later, take_in
from tests.reads.lists import plant_loops
from tests.reads.test_overview import value
from tests.reads.test_patient_page import let_see


def test_the_page_of_a_loop_tells_every_change_newest_first_and_what_was_tried(clinic: Clinic) -> None:
    dana = clinic.house.acting("dana")
    version = start_loop(dana, clinic.task, version=1)
    for n in range(HISTORY + 2):
        version = log_contact(
            clinic.house.acting("lee", at=later(minutes=n)), clinic.task, version=version,
            result=ContactResult.NO_ANSWER, note=f"Try {n}",
        )  # fmt: skip

    page = get_loop_page(clinic.house.acting("dana", at=later(hours=2)), clinic.task)

    history = page.selected.history
    assert len(history) == HISTORY + 4
    assert [line.event for line in history[-2:]] == [Event.START, Event.OPEN]
    assert [line.note for line in page.tried] == [f"Try {n}" for n in range(HISTORY + 1, -1, -1)]
    assert (page.earlier, page.opened_at) == (0, NOW)
    assert [choice.name for choice in page.people] == ["Asha", "Dana", "Lee", "Sol"]
    assert [choice.name for choice in page.teams] == ["north"]


def test_a_closed_loop_keeps_its_page(clinic: Clinic) -> None:
    finish_loop(clinic.house.acting("dana"), clinic.task, version=1, outcome=Outcome.DONE, note="She said so.")

    page = get_loop_page(clinic.house.acting("dana"), clinic.task)

    assert (page.selected.row.state, page.selected.row.outcome) == (State.CLOSED, Outcome.DONE)


@pytest.mark.parametrize("who", ["kim", "ruth", "tom", "ines", "saul", "noor"])
def test_the_page_of_somebody_elses_loop_is_not_there(clinic: Clinic, who: str) -> None:
    with pytest.raises(NotFound):
        get_loop_page(clinic.house.acting(who), clinic.task)


def test_a_look_at_a_loop_is_written_down_with_the_patient(clinic: Clinic, log: list[Line]) -> None:
    get_loop_page(clinic.house.acting("dana"), clinic.task)

    assert [(line.what, line.outcome, line.patient_id) for line in log] == [
        ("reads.loop_page.get_loop_page", "seen", clinic.rosa)
    ]


def test_the_page_of_a_loop_asks_no_more_for_a_long_history(clinic: Clinic) -> None:
    def statements() -> int:
        with counted_statements() as sent:
            get_loop_page(clinic.house.acting("dana", at=later(hours=2)), clinic.task)
        return len(sent)

    few = statements()
    version = start_loop(clinic.house.acting("dana"), clinic.task, version=1)
    for n in range(20):
        version = log_contact(
            clinic.house.acting("dana", at=later(minutes=n)), clinic.task, version=version,
            result=ContactResult.NO_ANSWER, note="",
        )  # fmt: skip
    plant_loops(clinic, 30)

    assert statements() == few


# Parts.


def test_open_loops_come_fifty_at_a_time_in_their_order_and_none_is_lost(clinic: Clinic) -> None:
    made = set(plant_loops(clinic, PAGE + 20)) | {clinic.task}
    dana = clinic.house.acting("dana")

    first = get_patient_part(dana, clinic.rosa, part="loops")
    second = get_patient_part(dana, clinic.rosa, part="loops", number=first.following)

    assert (first.count, len(first.loops), first.following) == (PAGE + 21, PAGE, 2)
    assert (len(second.loops), second.following) == (21, 0)
    assert {row.id for row in first.loops + second.loops} == made
    order = [row.sort_at for row in first.loops + second.loops]
    assert order == sorted(moment for moment in order if moment)


def test_closed_loops_come_newest_first(clinic: Clinic) -> None:
    closed = {"state": "closed", "outcome": "done", "next_step": None, "next_at": None, "sort_at": None}
    made = plant_loops(clinic, 12, **closed, closed_at=lambda n: NOW + timedelta(minutes=n))

    page = get_patient_part(clinic.house.acting("dana"), clinic.rosa, part="closed")

    assert [row.id for row in page.loops] == made[::-1]


def test_facts_of_a_kind_and_lines_of_a_list_come_with_their_count(clinic: Clinic) -> None:
    many = [value(f"v{n}", "29463-7", n, "80") for n in range(PAGE + 5)]
    many += [records.problem(f"m{n}", "p1", f"Problem {n}") for n in range(4)]
    for n, one in enumerate(many[-4:]):
        one["code"] = {"text": f"Problem {n}", "coding": [{"system": "http://snomed.info/sct", "code": f"{n}00"}]}
    take_in(records.bundle(many), clinic.house.north, name="more.json")
    dana = clinic.house.acting("dana")

    results = get_patient_part(dana, clinic.rosa, part="result", number=2)
    problems = get_patient_part(dana, clinic.rosa, part="problem")

    assert results.section
    assert (results.count, len(results.section.lines), results.following) == (PAGE + 5, 5, 0)
    assert (problems.count, len(problems.lines)) == (5, 5)


def test_contacts_come_newest_first(clinic: Clinic) -> None:
    version = start_loop(clinic.house.acting("dana"), clinic.task, version=1)
    for n in range(3):
        version = log_contact(
            clinic.house.acting("dana", at=later(minutes=n)), clinic.task, version=version,
            result=ContactResult.REACHED, note=f"Try {n}",
        )  # fmt: skip

    page = get_patient_part(clinic.house.acting("dana", at=later(hours=1)), clinic.rosa, part="contacts")

    assert [line.note for line in page.contacts] == ["Try 2", "Try 1", "Try 0"]


@pytest.mark.parametrize("part", ["", "loop", "everything", "patient"])
def test_a_part_that_is_none_is_not_there(clinic: Clinic, part: str) -> None:
    with pytest.raises(NotFound):
        get_patient_part(clinic.house.acting("dana"), clinic.rosa, part=part)


@pytest.mark.parametrize("part", ["loops", "closed", "contacts", "problem", "result"])
def test_a_role_is_shown_no_part_that_its_page_has_not(clinic: Clinic, part: str) -> None:
    let_see(clinic, "tom", Relation.VISIT)

    with pytest.raises(NotFound):
        get_patient_part(clinic.house.acting("tom"), clinic.rosa, part=part)
    with pytest.raises(NotFound):
        get_patient_part(clinic.house.acting("kim"), clinic.rosa, part=part)
