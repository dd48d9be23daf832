"""Questions to a colleague: on the colleague's list with a clock, answered and asked again as a loop is."""

from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions.people import join_care_team
from careloop.actions.questions import ask_colleague, ask_group
from careloop.actions.worklist import finish_loop, reopen_loop, take_loop
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.questions import Group
from careloop.facts.worklist import Outcome
from careloop.reads.questions import get_questions_page
from careloop.reads.worklist import get_today_page
from tests.actions.hands import stand, take_patient_in
from tests.actions.look import ask_one, broken_invariants
from tests.people import NOW, House, build_house, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return build_house()


@pytest.fixture
def rosa(house: House) -> UUID:
    return take_patient_in(house)


def test_a_question_stands_with_the_colleague_until_it_is_answered_and_again_when_it_is_reopened(
    house: House, rosa: UUID
) -> None:
    dana, lee = house.acting("dana"), house.acting("lee", at=later(minutes=5))
    key = ask_colleague(dana, rosa, to_person=lee.person_id, question="Did her sister call?")

    assert stand(key).owner == lee.person_id
    assert ask_one("SELECT due_at FROM loop WHERE id = %s", key) == NOW + timedelta(hours=24)
    assert key in [row.id for group in get_today_page(lee).groups for row in group.rows]
    (line,) = get_questions_page(lee).to_me
    assert (line.words, line.asked_by, line.answer) == ("Did her sister call?", "Dana", "")
    finish_loop(lee, key, version=1, outcome=Outcome.DONE, note="Yes, on Friday.")
    assert get_questions_page(lee).to_me == ()
    assert [one.answer for one in get_questions_page(dana).from_me] == ["Yes, on Friday."]
    reopen_loop(dana, key, version=2, reason="At what time?")
    assert [one.row.id for one in get_questions_page(lee).to_me] == [key]
    assert broken_invariants() == {}


def test_only_who_may_see_the_patient_can_be_asked(house: House, rosa: UUID) -> None:
    dana = house.acting("dana")
    assert [one.name for one in get_questions_page(dana, patient_id=rosa).colleagues] == ["Lee", "Sol"]
    for who in ("asha", "kim", "tom", "dana"):
        with pytest.raises(Refusal):
            ask_colleague(dana, rosa, to_person=house.id_of(who), question="Why?")
    join_care_team(house.acting("sol"), [rosa], person_id=house.id_of("asha"), part="nurse")
    assert [one.name for one in get_questions_page(dana, patient_id=rosa).colleagues] == ["Asha", "Lee", "Sol"]
    ask_colleague(dana, rosa, to_person=house.id_of("asha"), question="Why?")
    with pytest.raises(Refusal):
        ask_colleague(dana, rosa, to_person=house.id_of("lee"), question=" ")


def test_somebody_of_another_team_neither_asks_nor_sees(house: House, rosa: UUID) -> None:
    kim = house.acting("kim")
    ask_colleague(house.acting("dana"), rosa, to_person=house.id_of("lee"), question="Why?")
    with pytest.raises(NotFound):
        ask_colleague(kim, rosa, to_person=house.id_of("lee"), question="Why?")
    with pytest.raises(NotFound):
        get_questions_page(kim, patient_id=rosa)
    assert get_questions_page(kim).to_me == get_questions_page(kim).from_me == ()


def test_a_question_to_the_team_is_of_whoever_takes_it_first(house: House, rosa: UUID) -> None:
    dana, lee, sol = house.acting("dana"), house.acting("lee"), house.acting("sol")
    page = get_questions_page(dana, patient_id=rosa)
    assert page.groups == (Group.TEAM, Group.COORDINATORS, Group.SUPERVISORS)

    key = ask_group(dana, rosa, group=Group.TEAM, question="Who knows a dentist for her?")

    assert ask_one("SELECT due_at FROM loop WHERE id = %s", key) == NOW + timedelta(hours=24)
    assert [one.row.id for one in get_questions_page(lee).to_us] == [key]
    assert [one.row.id for one in get_questions_page(sol).to_us] == [key]
    assert get_questions_page(dana).to_us == ()
    take_loop(lee, key, version=1)
    with pytest.raises(Refusal):
        take_loop(sol, key, version=1)
    assert get_questions_page(sol).to_us == ()
    assert [one.row.id for one in get_questions_page(lee).to_me] == [key]
    finish_loop(lee, key, version=2, outcome=Outcome.DONE, note="Dr. Bay, on Elm Street.")
    assert [one.answer for one in get_questions_page(dana).from_me] == ["Dr. Bay, on Elm Street."]
    assert broken_invariants() == {}


def test_a_group_sees_what_was_asked_of_it_and_is_asked_only_if_somebody_may_see(house: House, rosa: UUID) -> None:
    dana = house.acting("dana")
    with pytest.raises(Refusal, match="question_nobody"):
        ask_group(dana, rosa, group=Group.CLINICIANS, question="May she fly?")
    with pytest.raises(Refusal, match="handoff_question"):
        ask_group(dana, rosa, group=Group.TEAM, question="  ")
    join_care_team(house.acting("sol"), [rosa], person_id=house.id_of("asha"), part="nurse")

    key = ask_group(dana, rosa, group=Group.CLINICIANS, question="May she fly?")

    assert [one.row.id for one in get_questions_page(house.acting("asha")).to_us] == [key]
    assert get_questions_page(house.acting("lee")).to_us == ()
    assert get_questions_page(house.acting("kim")).to_us == ()
