"""A caller is checked: the same answer and the same statements for a stranger, a wrong word and nobody known."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloop.actions.callers import check_caller, check_unknown_caller
from careloop.actions.consents import add_member, give_consent, set_code
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting
from careloop.facts.callers import CallerAnswer, CallerIs, Given
from careloop.facts.consents import (
    ConsentDraft,
    ConsentPurpose,
    GivenHow,
    MemberDraft,
    Relation,
    Road,
    Topic,
)
from tests.actions.look import ask, ask_one
from tests.actions.records import YOUNG, bring_cared_for, person
from tests.people import NOW, House

pytestmark = pytest.mark.django_db
BORN = date.fromisoformat(YOUNG)
WRONG = CallerAnswer()
MAPLE = Given(code="Maple tree")


@pytest.fixture
def ana(dana: Acting, rosa: UUID) -> UUID:
    key = add_member(dana, rosa, MemberDraft("Ana Alvarez", Relation.CHILD))
    rides = ConsentDraft((Topic.VISITS,), (ConsentPurpose.CARE,), (Road.PHONE,), GivenHow.SCREEN)
    give_consent(dana, rosa, rides, member_id=key)
    set_code(dana, rosa, code="maple tree", member_id=key)
    return key


@pytest.fixture
def name(rosa: UUID) -> str:
    return str(ask_one("SELECT full_name FROM patient WHERE id = %s", rosa))


def test_a_code_word_confirms_and_says_what_may_be_heard(dana: Acting, rosa: UUID, ana: UUID) -> None:
    answer = check_caller(dana, rosa, caller=CallerIs.MEMBER, member_id=ana, given=MAPLE)

    assert (answer.is_confirmed, answer.name, answer.relation) == (True, "Ana Alvarez", Relation.CHILD)
    assert [part.topics for part in answer.hearing] == [(Topic.VISITS,)]


def test_a_code_word_is_kept_as_a_hash_and_a_new_one_ends_it(dana: Acting, rosa: UUID, ana: UUID) -> None:
    set_code(dana, rosa, code="green river", member_id=ana)

    hashes = [row[0] for row in ask("SELECT code_hash FROM caller_code WHERE member_id = %s", ana)]
    assert len(hashes) == 2
    assert not any("maple" in one or "river" in one for one in hashes)
    assert check_caller(dana, rosa, caller=CallerIs.MEMBER, member_id=ana, given=MAPLE) == WRONG
    green = Given(code="Green River")
    assert check_caller(dana, rosa, caller=CallerIs.MEMBER, member_id=ana, given=green).is_confirmed
    # The word of one is not the word of another.
    assert check_caller(dana, rosa, caller=CallerIs.PATIENT, given=green) == WRONG


def test_two_identifiers_confirm_the_patient(house: House, dana: Acting) -> None:
    telecom = [{"system": "phone", "value": "(555) 010-0142"}]
    cal = bring_cared_for(house, "cal", person("cal", telecom=telecom))

    answer = check_caller(dana, cal, caller=CallerIs.PATIENT, given=Given(birth_on=BORN, phone="5550100142"))

    assert (answer.is_confirmed, answer.patient_id, answer.caller) == (True, cal, CallerIs.PATIENT)
    assert check_caller(dana, cal, caller=CallerIs.PATIENT, given=Given(birth_on=BORN)) == WRONG


def test_stranger_wrong_word_and_patient_unknown_get_one_answer_by_the_same_statements(
    house: House, dana: Acting, rosa: UUID, ana: UUID, name: str
) -> None:
    def ask_about(who: str, caller: str, given: Given, by: Acting = dana) -> tuple[CallerAnswer, list[str]]:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = check_unknown_caller(by, name=who, birth_on=BORN, caller_name=caller, given=given)
        return answer, [one["sql"].split("WHERE")[0].split("VALUES")[0][:60] for one in asked.captured_queries]

    right, statements = ask_about(name, "ana alvarez", MAPLE)
    assert right.is_confirmed
    tries = [
        ask_about(name, "ana alvarez", Given(code="oak")),
        ask_about(name, "Nobody Known", MAPLE),
        ask_about("Nobody Known", "ana alvarez", MAPLE),
        ask_about(name, "ana alvarez", Given()),
        # Of another team: not reached, so not known.
        ask_about(name, "ana alvarez", MAPLE, house.acting("kim")),
    ]

    assert [answer for answer, _asked in tries] == [WRONG] * len(tries)
    assert {len(asked) for _answer, asked in tries} == {len(statements)}


def test_after_five_wrong_tries_in_an_hour_even_the_right_word_is_not_looked_at(
    house: House, dana: Acting, rosa: UUID, ana: UUID, name: str
) -> None:
    lee = house.acting("lee")
    for number in range(5):
        # On either page, by whomever, and with the name turned round: it is one count.
        if number % 2:
            turned = " ".join(reversed(name.split()))
            said = check_unknown_caller(lee, name=turned, birth_on=BORN, caller_name="x", given=Given(code="oak"))
        else:
            said = check_caller(dana, rosa, caller=CallerIs.MEMBER, member_id=ana, given=Given(code="oak"))
        assert said == WRONG

    shut = check_caller(dana, rosa, caller=CallerIs.MEMBER, member_id=ana, given=MAPLE)

    assert (shut.is_confirmed, shut.patient_id, shut.closed_until) == (False, None, NOW + timedelta(hours=1))
    later = Acting(dana.person_id, dana.role, NOW + timedelta(hours=1), dana.purpose)
    assert check_caller(later, rosa, caller=CallerIs.MEMBER, member_id=ana, given=MAPLE).is_confirmed


def test_somebody_unknown_is_counted_and_shut_just_so(dana: Acting) -> None:
    def one() -> CallerAnswer:
        return check_unknown_caller(dana, name="Nobody", birth_on=BORN, caller_name="x", given=Given(code="oak"))

    assert [one() for _ in range(5)] == [WRONG] * 5
    assert one().closed_until == NOW + timedelta(hours=1)


def test_a_try_names_nobody_and_the_log_says_who_was_asked_about(
    dana: Acting, rosa: UUID, ana: UUID, name: str
) -> None:
    check_unknown_caller(dana, name=name, birth_on=BORN, caller_name="x", given=Given(code="oak"))

    lines = ask("SELECT what FROM log_about(%s, 0, 500)", rosa)
    assert ("actions.callers.check_unknown_caller",) in lines


@pytest.mark.parametrize("who", ["ines", "saul", "noor"])
def test_whoever_has_no_right_checks_nobody(house: House, rosa: UUID, who: str) -> None:
    with pytest.raises(NotFound):
        check_unknown_caller(house.acting(who), name="a", birth_on=BORN, caller_name="b", given=Given())
    with pytest.raises(NotFound):
        check_caller(house.acting(who), rosa, caller=CallerIs.PATIENT, given=Given())
