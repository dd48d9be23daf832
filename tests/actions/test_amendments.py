"""Requests to amend: noted with a last day and a loop, given more time once, answered by those who may, kept."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError

from careloop.actions.amendments import (
    accept_amendment,
    ask_amendment,
    deny_amendment,
    extend_amendment,
    keep_disagreement,
)
from careloop.actions.people import join_care_team
from careloop.actions.worklist import dismiss_loop, finish_loop
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.facts.amendments import AmendmentState, DenialBasis
from careloop.facts.worklist import Outcome
from careloop.reads.people import get_patient_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.records import bring_cared_for, diabetic
from tests.people import NOW, TODAY, House, later

pytestmark = pytest.mark.django_db
WORDS = {"asked_by": "Rosa herself", "wrong": "Diabetes", "should_say": "No diabetes"}


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_cared_for(house, "rosa", *diabetic("rosa"))


@pytest.fixture
def request_id(house: House, rosa: UUID) -> UUID:
    return note_request(house, rosa)


def condition() -> UUID:
    found: UUID = ask_one("SELECT id FROM resource WHERE type = 'Condition'")
    return found


def note_request(house: House, patient: UUID, *, who: str = "dana", **changes: Any) -> UUID:  # noqa: ANN401
    given = WORDS | {"asked_on": TODAY, "resource_id": condition()} | changes
    return ask_amendment(house.acting(who), patient, **given)


def the_loop() -> tuple[Any, ...]:
    ((*row,),) = ask("SELECT id, version, state, outcome, due_at::date::text, owner_id FROM loop")
    return tuple(row)


def test_a_request_opens_a_loop_with_owner_step_and_the_last_day(house: House, rosa: UUID, request_id: UUID) -> None:
    _id, _version, state, _outcome, due, owner = the_loop()

    assert (state, due, owner) == ("to_do", "2027-01-19", house.id_of("dana"))
    assert ask("SELECT event, version FROM amendment_event") == [("asked", 1)]
    assert broken_invariants() == {}


def test_it_is_shown_beside_the_entry_that_it_is_about(house: House, rosa: UUID, request_id: UUID) -> None:
    (line,) = get_patient_page(house.acting("dana"), rosa).papers.amendments

    assert (line.resource_id, line.about != "", line.wrong, line.should_say) == (
        condition(), True, "Diabetes", "No diabetes"
    )  # fmt: skip
    assert (line.due_on, line.is_late, line.may_extend) == (date(2027, 1, 19), False, True)


def test_the_request_counts_from_the_day_on_which_it_came(house: House, rosa: UUID) -> None:
    note_request(house, rosa, asked_on=date(2026, 9, 1))

    (line,) = get_patient_page(house.acting("dana"), rosa).papers.amendments
    assert (line.due_on, line.is_late, line.may_extend) == (date(2026, 10, 31), True, False)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"asked_by": " "}, "refusal.amendment_words"),
        ({"wrong": ""}, "refusal.amendment_words"),
        ({"should_say": "x" * 4001}, "refusal.amendment_words"),
        ({"asked_on": date(2026, 11, 21)}, "refusal.amendment_day"),
        ({"resource_id": uuid4()}, "refusal.not_found"),
    ],
)
def test_what_is_not_clear_is_refused(house: House, rosa: UUID, changes: dict[str, Any], key: str) -> None:
    with pytest.raises(Refusal) as no:
        note_request(house, rosa, **changes)

    assert no.value.say.key == key
    assert ask("SELECT 1 FROM loop") == []


def test_more_time_moves_the_last_day_once(house: House, rosa: UUID, request_id: UUID) -> None:
    due = extend_amendment(house.acting("sol"), request_id, version=1, reason="The other clinic must look.")

    assert due == date(2027, 2, 18)
    assert the_loop()[4] == "2027-02-18"
    with pytest.raises(Refusal) as no:
        extend_amendment(house.acting("sol"), request_id, version=2, reason="Still.")
    assert no.value.say.key == "refusal.amendment_extended"
    assert broken_invariants() == {}


def test_more_time_is_not_taken_after_the_last_day(house: House, rosa: UUID, request_id: UUID) -> None:
    with pytest.raises(Refusal):
        extend_amendment(house.acting("sol", at=later(days=61)), request_id, version=1, reason="Late.")


def test_a_denial_keeps_ground_reason_and_disagreement(house: House, rosa: UUID, request_id: UUID) -> None:
    deny_amendment(house.acting("sol"), request_id, version=1, basis=DenialBasis.ACCURATE, answer="Tested.")
    keep_disagreement(house.acting("dana"), request_id, version=2, words="I never had it.")

    (line,) = get_patient_page(house.acting("dana"), rosa).papers.amendments
    assert (line.state, line.basis, line.answer, line.disagreement, line.decided_by) == (
        AmendmentState.DENIED, DenialBasis.ACCURATE, "Tested.", "I never had it.", "Sol"
    )  # fmt: skip
    assert (line.wrong, line.should_say) == ("Diabetes", "No diabetes")
    assert the_loop()[2:4] == ("closed", "done")
    assert [row[0] for row in ask("SELECT event FROM amendment_event ORDER BY version")] == [
        "asked", "denied", "disagreed"
    ]  # fmt: skip
    assert broken_invariants() == {}


def test_what_was_accepted_cannot_be_answered_again_or_disagreed_with(
    house: House, rosa: UUID, request_id: UUID
) -> None:
    sol = house.acting("sol")
    accept_amendment(sol, request_id, version=1, answer="Marked as entered by mistake; the pharmacy was told.")

    for again in (
        lambda: accept_amendment(sol, request_id, version=2, answer="x"),
        lambda: deny_amendment(sol, request_id, version=2, basis=DenialBasis.ACCURATE, answer="x"),
        lambda: keep_disagreement(sol, request_id, version=2, words="x"),
        lambda: extend_amendment(sol, request_id, version=2, reason="x"),
    ):
        with pytest.raises(Refusal):
            again()


def test_two_people_at_once_the_second_sees_who_was_first(house: House, rosa: UUID, request_id: UUID) -> None:
    accept_amendment(house.acting("sol"), request_id, version=1, answer="Done.")

    with pytest.raises(TakenMeanwhile) as no:
        accept_amendment(house.acting("sol"), request_id, version=1, answer="Done.")
    assert dict(no.value.say.values) == {"who": "Sol"}


@pytest.mark.parametrize("who", ["dana", "tom", "kim", "ruth", "saul", "noor"])
def test_only_who_may_decides(house: House, rosa: UUID, request_id: UUID, who: str) -> None:
    with pytest.raises(NotFound):
        accept_amendment(house.acting(who), request_id, version=1, answer="x")


@pytest.mark.parametrize("who", ["kim", "tom", "ines", "saul", "noor"])
def test_nobody_notes_a_request_for_somebody_who_is_not_theirs(house: House, rosa: UUID, who: str) -> None:
    with pytest.raises(NotFound):
        note_request(house, rosa, who=who)


def test_the_loop_does_not_end_without_an_answer(house: House, rosa: UUID, request_id: UUID) -> None:
    loop, dana = the_loop()[0], house.acting("dana")

    for end in (
        lambda: finish_loop(dana, loop, version=1, outcome=Outcome.DONE, note="Done."),
        lambda: dismiss_loop(dana, loop, version=1, outcome=Outcome.DUPLICATE, reason="Twice."),
    ):
        with pytest.raises(Refusal) as no:
            end()
        assert no.value.say.key == "refusal.amendment_open"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE amendment SET wrong = 'x' RETURNING id",
        "UPDATE amendment_event SET words = 'x' RETURNING id",
        "DELETE FROM amendment_event RETURNING id",
        "UPDATE amendment SET state = 'denied' RETURNING id",
    ],
)
def test_history_and_request_are_not_rewritten(house: House, rosa: UUID, request_id: UUID, change: str) -> None:
    with pytest.raises(DatabaseError):
        ask(change)


def test_a_clinician_of_the_care_team_may_answer(house: House, rosa: UUID, request_id: UUID) -> None:
    join_care_team(house.acting("sol"), [rosa], person_id=house.id_of("asha"), part="physician")

    accept_amendment(house.acting("asha", at=NOW), request_id, version=1, answer="Corrected.")

    assert the_loop()[2] == "closed"
