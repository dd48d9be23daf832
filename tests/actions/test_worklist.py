"""Loops in hand: the verbs, the lock, undo."""

import json
from uuid import UUID

import pytest

from careloop.actions.worklist import finish_loop, open_task, start_loop, undo_last
from careloop.basics.refusals import NotFound, TakenMeanwhile
from careloop.facts.worklist import Outcome, State
from careloop.reads.worklist import get_explanation
from tests.people import House, build_house, find_patient, give_to, later, take_in

pytestmark = pytest.mark.django_db

PATIENT = json.dumps(
    {"resourceType": "Patient", "id": "p1", "name": [{"family": "Alvarez", "given": ["Rosa"]}], "gender": "female",
     "birthDate": "1958-03-14"}
).encode()  # fmt: skip


@pytest.fixture
def house() -> House:
    return build_house()


@pytest.fixture
def rosa(house: House) -> UUID:
    take_in(PATIENT, house.north)
    found = find_patient("p1")
    give_to(house, "dana", found)
    return found


def test_a_task_is_started_finished_and_taken_back_within_ten_seconds(house: House, rosa: UUID) -> None:
    dana = house.acting("dana")
    task = open_task(dana, rosa, title="Call about the ride", due_on=None, note="")
    version = start_loop(dana, task, version=1)
    version = finish_loop(dana, task, version=version, outcome=Outcome.DONE, note="She has a ride.")
    assert get_explanation(dana, task).row.state is State.CLOSED

    undo_last(house.acting("dana", at=later(seconds=5)), task, version=version)

    assert get_explanation(dana, task).row.state is State.STARTED


def test_the_second_of_two_people_is_told_and_nothing_is_overwritten(house: House, rosa: UUID) -> None:
    task = open_task(house.acting("dana"), rosa, title="Call", due_on=None, note="")
    start_loop(house.acting("dana"), task, version=1)

    with pytest.raises(TakenMeanwhile) as told:
        finish_loop(house.acting("lee"), task, version=1, outcome=Outcome.DONE, note="Done by me.")

    assert dict(told.value.say.values)["who"] == "Dana"


def test_a_loop_of_another_team_is_not_there(house: House, rosa: UUID) -> None:
    task = open_task(house.acting("dana"), rosa, title="Call", due_on=None, note="")

    with pytest.raises(NotFound):
        start_loop(house.acting("kim"), task, version=1)
