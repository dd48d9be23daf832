"""What a patient says about being reached is written down on the page of what was sent; then nothing goes there."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from careloop.actions.consents import add_member
from careloop.actions.outbox import choose_contact, send_message
from careloop.actions.threads import begin_thread
from careloop.facts.consents import MemberDraft, Relation, Road
from careloop.facts.outbox import ChoiceKind, ThreadWith
from careloop.reads.outbox import get_outbox_page
from careloop.rules.choices import FROM_AFAR
from tests.actions.look import ask
from tests.outgoing import bring_reachable, draft
from tests.people import House
from tests.web.test_documents import house, sign_in
from tests.web.test_outbox import send

__all__ = ["house"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_reachable(house, "rosa-chooses")


@pytest.fixture
def dana(house: House) -> Client:
    return sign_in("dana")


def words(answer: Any) -> str:  # noqa: ANN401
    return str(answer.content.decode())


def test_no_more_texts_takes_back_what_waits_and_is_said_with_their_words(
    dana: Client, house: House, rosa: UUID
) -> None:
    send_message(house.acting("dana"), rosa, draft(rosa))

    shown = words(send(dana, "patient-contact-stop", rosa, road="text", because="On the phone: no more texts"))

    assert "What was on its way there was taken back." in shown
    assert "On the phone: no more texts" in shown
    assert ask("SELECT state, stopped_because FROM outbox WHERE patient_id = %s", rosa) == [("withdrawn", "stopped")]


def test_they_want_it_again(dana: Client, rosa: UUID) -> None:
    send(dana, "patient-contact-stop", rosa, road="text", because="No more texts")

    shown = words(send(dana, "patient-contact-start", rosa, road="text"))

    assert "They can be reached there again." in shown
    assert "They have not said no to anything." in shown


def test_not_at_all_is_kept_and_taken_back_as_one(dana: Client, rosa: UUID) -> None:
    shown = words(send(dana, "patient-contact-stop", rosa, road="", because="Leave me alone"))

    assert "No messages and no calls at all" in shown
    again = words(send(dana, "patient-contact-start", rosa, road=""))
    assert "They have not said no to anything." in again


def test_without_their_words_or_on_a_strange_way_nothing_is_kept(dana: Client, rosa: UUID) -> None:
    unsaid = send(dana, "patient-contact-stop", rosa, road="text", because=" ")
    strange = send(dana, "patient-contact-stop", rosa, road="smoke", because="No smoke")

    assert (unsaid.status_code, strange.status_code) == (422, 422)
    assert "Write what they said, and how you heard it." in words(unsaid)
    assert ask("SELECT count(*) FROM contact_choice WHERE patient_id = %s", rosa) == [(0,)]


def test_whoever_does_not_reach_the_patient_writes_nothing_down(house: House, rosa: UUID) -> None:
    kim = sign_in("kim")

    assert kim.get(reverse("patient-outbox", args=[rosa])).status_code == 404
    assert send(kim, "patient-contact-stop", rosa, road="text", because="No").status_code in (403, 404, 409)
    assert ask("SELECT count(*) FROM contact_choice WHERE patient_id = %s", rosa) == [(0,)]


ANA = MemberDraft("Ana Alvarez", Relation.CHILD, language="es", phone="+12175550133", email="ana@circle.example")


def test_somebody_of_the_circle_who_wants_no_more_is_heard_and_the_patient_is_still_written_to(
    dana: Client, house: House, rosa: UUID
) -> None:
    ana = str(add_member(house.acting("dana"), rosa, ANA))

    shown = words(send(dana, "patient-contact-stop", rosa, who=ana, road="text", because="She called: no texts"))

    assert "She called: no texts" in shown
    assert "<bdi>Ana Alvarez</bdi>: <b>" in shown
    held = [ask("SELECT stopped_since(%s, %s::uuid, 'text') IS NOT NULL", rosa, key)[0][0] for key in (ana, None)]
    assert held == [True, False]
    again = words(send(dana, "patient-contact-start", rosa, who=ana, road="text"))
    assert "They have not said no to anything." in again


def test_nobody_of_another_patients_circle_can_be_named(dana: Client, house: House, rosa: UUID) -> None:
    other = bring_reachable(house, "other-chooses")
    ana = add_member(house.acting("dana"), other, ANA)

    assert send(dana, "patient-contact-stop", rosa, who=str(ana), road="text", because="No").status_code == 404
    assert ask("SELECT count(*) FROM contact_choice") == [(0,)]


def test_it_is_noted_in_the_talk_with_them_which_then_says_it(dana: Client, house: House, rosa: UUID) -> None:
    acting = house.acting("dana")
    ana = add_member(acting, rosa, ANA)
    thread = str(begin_thread(acting, rosa, partner=ThreadWith.MEMBER, key=ana))
    assert "They want no more" in words(dana.get(reverse("thread", args=[thread])))

    unsaid = send(dana, "patient-contact-stop", rosa, thread=thread, who=str(ana), road="", because=" ")
    assert (unsaid.status_code, 'name="thread"' in words(unsaid)) == (422, True)
    shown = words(send(dana, "patient-contact-stop", rosa, thread=thread, who=str(ana), road="", because="Leave me be"))

    assert "No messages and no calls at all" in shown
    assert "<q>Leave me be</q>" in shown
    assert "What was said" in shown
    assert ask("SELECT kind, member_id FROM contact_choice") == [("do_not_contact", ana)]


STOP, START, NOT_AT_ALL, MAY = ChoiceKind.STOP, ChoiceKind.START, ChoiceKind.DO_NOT_CONTACT, ChoiceKind.MAY_CONTACT


@pytest.mark.parametrize(
    "chosen",
    [
        [(STOP, Road.TEXT), (STOP, Road.EMAIL), (START, Road.TEXT)],
        [(STOP, None), (START, Road.LETTER)],
        [(NOT_AT_ALL, None), (START, Road.TEXT)],
        [(STOP, Road.PHONE), (NOT_AT_ALL, None), (MAY, None)],
    ],
)
def test_the_page_and_the_database_say_the_same(
    house: House, rosa: UUID, chosen: list[tuple[ChoiceKind, Road | None]]
) -> None:
    dana = house.acting("dana")
    for kind, road in chosen:
        choose_contact(dana, rosa, kind, road=road)

    stops = {one.road for one in get_outbox_page(dana, rosa).stops}
    shown = [road in stops or None in stops for road in FROM_AFAR]
    held = [ask("SELECT stopped_since(%s, NULL, %s) IS NOT NULL", rosa, str(road))[0][0] for road in FROM_AFAR]
    assert shown == held
    assert any(held)
