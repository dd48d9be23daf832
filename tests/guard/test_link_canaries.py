"""Whoever acts with a link is given nothing of another patient by any door, and of the own record only plain words."""

from datetime import date
from uuid import UUID

import pytest

from careloop.actions.patient_links import give_link, open_link
from careloop.actions.portal import answer_question, ask_to_change, confirm_own_visit
from careloop.facts.access import Acting, Purpose
from careloop.facts.portal import LinkDraft, LinkPurpose, PartOfDay
from careloop.reads.portal import get_portal_page
from tests.actions.look import ask_one
from tests.guard.hearing import CANARIES, GIVEN, Heard, listen
from tests.guard.test_canaries import NORTH, Planted, looks, planted
from tests.people import NOW, system

__all__ = ["planted"]

pytestmark = pytest.mark.django_db


def act(planted: Planted, who: str, patient: UUID, purpose: LinkPurpose = LinkPurpose.ALL) -> tuple[Acting, UUID]:
    """Give a link and open it; return who acts."""
    given = give_link(planted.clinic.house.acting(who), patient, LinkDraft(purpose, 7))
    born: date = ask_one("SELECT birth_on FROM patient WHERE id = %s", patient)
    opened = open_link(system(Purpose.LINKS), token=given.token, birth_on=born)
    assert opened is not None
    assert opened.person_id is not None
    return Acting(opened.person_id, opened.role, NOW, Purpose.PATIENT_REQUEST), given.link_id


def test_a_patient_hears_nothing_of_another_through_any_door(planted: Planted) -> None:
    who, link = act(planted, "dana", planted.clinic.rosa)
    _kim, others = act(planted, "kim", planted.patient)
    heard = Heard()

    for work in looks(who, planted).values():
        listen(heard, work)
    for key in (link, others):
        listen(heard, lambda key=key: get_portal_page(who, key))
        for booking in planted.visits:
            listen(heard, lambda key=key, b=booking: confirm_own_visit(who, key, booking_id=b, version=2))
            listen(
                heard,
                lambda key=key, b=booking: ask_to_change(
                    who, key, booking_id=b, version=2, part=PartOfDay.ANY, words=""
                ),
            )
        listen(heard, lambda key=key: answer_question(who, key, words="Yes"))

    assert heard.canaries() == set()


def test_a_patients_own_page_says_their_name_and_nothing_of_what_is_open(planted: Planted) -> None:
    """Of the canary patient a task, a question, a referral and a paper are open, each with the canary's words."""
    who, link = act(planted, "kim", planted.patient)
    heard = Heard()

    listen(heard, lambda: get_portal_page(who, link))

    assert len(get_portal_page(who, link).lines) >= 3
    assert heard.canaries() <= {GIVEN}
    assert len(CANARIES) > 5


def test_the_staff_of_another_team_can_give_no_link(planted: Planted) -> None:
    heard, before = Heard(), ask_one("SELECT count(*) FROM patient_link")
    for who in NORTH:
        acting = planted.clinic.house.acting(who)
        listen(heard, lambda acting=acting: give_link(acting, planted.patient, LinkDraft(LinkPurpose.ALL, 7)))

    assert heard.canaries() == set()
    assert ask_one("SELECT count(*) FROM patient_link") == before
