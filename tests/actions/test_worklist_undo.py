"""Taking back: every verb within ten seconds, by the one who did it, once, exactly as it was."""

from uuid import UUID

import pytest

from careloop.actions.worklist import undo_last
from careloop.basics.refusals import Refusal
from tests.actions.hands import VERBS, last_line, make_task, stand, take_patient_in, whole
from tests.actions.look import ask, broken_invariants
from tests.people import House, later

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def rosa(house: House) -> UUID:
    return take_patient_in(house)


def refuse_undo(house: House, loop: UUID, *, by: str, seconds: float, version: int) -> str:
    with pytest.raises(Refusal) as told:
        undo_last(house.acting(by, at=later(seconds=seconds)), loop, version=version)
    return told.value.say.key


@pytest.mark.parametrize("verb", [v for v in VERBS if v not in ("undo", "reopen")])
@pytest.mark.parametrize("queued", [False, True], ids=["own", "of the team"])
def test_every_verb_is_taken_back_to_the_last_column(house: House, rosa: UUID, verb: str, queued: bool) -> None:
    task = make_task(house, rosa, to_unit=house.north) if queued else make_task(house, rosa)
    before = whole(task)
    version = VERBS[verb](house.acting("dana"), task, 1)

    assert undo_last(house.acting("dana", at=later(seconds=10)), task, version=version) == 3

    assert whole(task) == before
    assert last_line(house, task)[1] == "event.undone"
    assert ask("SELECT version, event FROM loop_event WHERE loop_id = %s ORDER BY version", task)[2] == (3, "undo")
    assert broken_invariants() == {}


@pytest.mark.parametrize("verb", ["start", "contact", "to the team", "take", "finish"])
def test_what_a_snooze_set_comes_back_when_the_next_verb_is_taken_back(house: House, rosa: UUID, verb: str) -> None:
    task = make_task(house, rosa)
    VERBS["snooze"](house.acting("dana"), task, 1)
    before = whole(task)
    VERBS[verb](house.acting("dana", at=later(minutes=5)), task, 2)

    undo_last(house.acting("dana", at=later(minutes=5, seconds=1)), task, version=3)

    assert whole(task) == before


def test_reopening_is_taken_back_with_its_outcome_and_moment(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    VERBS["not needed"](house.acting("dana"), task, 1)
    before = whole(task)
    VERBS["reopen"](house.acting("dana", at=later(minutes=1)), task, 2)

    undo_last(house.acting("dana", at=later(minutes=1, seconds=3)), task, version=3)

    assert whole(task) == before
    assert stand(task).outcome == "declined_by_patient"


def test_it_is_too_late_after_ten_seconds(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    VERBS["start"](house.acting("dana"), task, 1)

    assert refuse_undo(house, task, by="dana", seconds=10.001, version=2) == "refusal.too_late_to_undo"
    assert stand(task).state == "started"


def test_nobody_takes_back_what_somebody_else_did(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    VERBS["start"](house.acting("dana"), task, 1)

    assert refuse_undo(house, task, by="lee", seconds=1, version=2) == "refusal.too_late_to_undo"
    assert refuse_undo(house, task, by="sol", seconds=1, version=2) == "refusal.too_late_to_undo"


def test_an_undo_is_not_undone_and_nothing_is_undone_twice(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    VERBS["start"](house.acting("dana"), task, 1)
    VERBS["contact"](house.acting("dana"), task, 2)
    undo_last(house.acting("dana", at=later(seconds=1)), task, version=3)

    assert refuse_undo(house, task, by="dana", seconds=2, version=4) == "refusal.nothing_to_undo"
    assert refuse_undo(house, task, by="dana", seconds=2, version=3) == "refusal.changed_meanwhile"
    assert stand(task).state == "started"
