"""Ending a link and using it at the same moment, guessing birth dates and answering twice: one is always first."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from careloop.actions.patient_links import end_link, give_link, open_link
from careloop.actions.portal import answer_question
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting, Purpose
from careloop.facts.portal import TRIES, GivenLink, LinkDraft, LinkPurpose, Opened
from careloop.reads.portal import get_portal_page
from tests.actions.apart import apart, at_once
from tests.actions.look import ask_one, broken_invariants
from tests.actions.records import bring_cared_for, person
from tests.people import NOW, House, build_house, system

__all__ = ["apart"]
BORN = date(1990, 4, 2)
ASKED = LinkDraft(LinkPurpose.QUESTION, 7, question="Did it help?")
ROUNDS, USERS, GUESSERS = 10, 3, 9


def _given(house: House, key: str, draft: LinkDraft = ASKED) -> tuple[UUID, GivenLink]:
    patient = bring_cared_for(house, key, person(key))
    return patient, give_link(house.acting("dana"), patient, draft)


def _enter(given: GivenLink) -> Acting:
    opened = open_link(system(Purpose.LINKS), token=given.token, birth_on=BORN)
    assert opened is not None
    assert opened.person_id is not None
    return Acting(opened.person_id, opened.role, NOW, Purpose.PATIENT_REQUEST)


def test_whoever_uses_a_link_and_whoever_ends_it_at_once_are_put_in_order(apart: None) -> None:
    house = build_house()
    dana = house.acting("dana")
    for number in range(ROUNDS):
        patient, given = _given(house, f"p{number}")
        who = _enter(given)

        fates = at_once(
            *[lambda: answer_question(who, given.link_id, words="Yes") for _ in range(USERS)],  # noqa: B023
            lambda: end_link(dana, patient, link_id=given.link_id),  # noqa: B023
        )

        assert fates[-1] is None
        assert all(one is None or isinstance(one, Refusal) for one in fates), fates
        answered = [one for one in fates[:-1] if one is None]
        kept = ask_one("SELECT count(*) FROM patient_link_step WHERE link_id = %s AND step = 'answered'", given.link_id)
        assert kept == len(answered) <= 1
        # From its end on nobody uses it, whatever the moment that they bring along.
        for at in (NOW, NOW + timedelta(seconds=1)):
            with pytest.raises(NotFound):
                get_portal_page(replace(who, at=at), given.link_id)
    assert broken_invariants() == {}


def test_of_many_who_guess_at_once_five_are_counted_and_one_task_is_opened(apart: None) -> None:
    house = build_house()
    patient, given = _given(house, "rosa", LinkDraft(LinkPurpose.NEXT, 7))

    def guess(day: int) -> Opened | None:
        return open_link(system(Purpose.LINKS), token=given.token, birth_on=BORN + timedelta(days=day))

    fates = at_once(*[lambda day=day: guess(day) for day in range(1, GUESSERS + 1)])

    assert fates == [Opened()] * GUESSERS
    assert ask_one("SELECT tries FROM patient_link WHERE id = %s", given.link_id) == TRIES
    assert ask_one("SELECT count(*) FROM patient_link_step WHERE step = 'wrong'") == TRIES - 1
    assert ask_one(
        "SELECT count(*) FROM loop WHERE patient_id = %s AND title ->> 'key' = 'link.locked_title'", patient
    ) == 1  # fmt: skip
    assert open_link(system(Purpose.LINKS), token=given.token, birth_on=BORN) == Opened()
    assert broken_invariants() == {}


def test_an_answer_that_is_sent_twice_at_once_is_kept_once(apart: None) -> None:
    house = build_house()
    _patient, given = _given(house, "rosa")
    who = _enter(given)

    fates = at_once(*[lambda: answer_question(who, given.link_id, words="No") for _ in range(4)])

    assert fates.count(None) == 1
    assert {one.say.key for one in fates if isinstance(one, Refusal)} == {"refusal.link_answered"}
