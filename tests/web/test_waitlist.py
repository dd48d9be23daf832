"""The waiting list on screen, without scripts: somebody waits, a visit is cancelled, two presses fill its time."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from careloop.web.seals import FIELD
from tests.actions.look import ask, ask_one
from tests.outgoing import bring_reachable
from tests.people import House
from tests.web.records import sealed_for
from tests.web.test_documents import house, rosa, sign_in
from tests.web.test_visits import booked, do, hold, other_patient, talk, times_of

__all__ = ["house", "rosa", "talk"]

pytestmark = pytest.mark.django_db
PLAIN = {"urgency": "routine", "notice": "0", "reach": "patient"}


def wait(client: Client, patient: UUID, kind: UUID, **typed: str) -> Any:  # noqa: ANN401
    return client.post(
        reverse("waitlist-add", args=[patient]), {"type": str(kind)} | PLAIN | typed | sealed_for(client, patient)
    )


def later_visit(client: Client, patient: UUID, kind: UUID) -> str:
    """Book a visit after the first four times that there are; return its address."""
    return booked(client, patient, kind, number=4)


def freed_page(client: Client, address: str) -> str:
    """Return the address of the freed time to which the page of a cancelled visit leads."""
    found = re.search(r'href="(/waitlist/times/[^"]+)"', client.get(address).content.decode())
    assert found
    return found[1]


def answer(client: Client, patient: UUID, freed: str, said: str, **typed: str) -> Any:  # noqa: ANN401
    key = ask_one("SELECT id FROM waitlist_offer WHERE patient_id = %s", patient)
    carried = {"offer": str(key), "freed": freed.split("/")[-2], "answer": said}
    return client.post(reverse("waitlist-answer", args=[patient]), carried | sealed_for(client, patient) | typed)


def ask_for(client: Client, freed: str, *patients: UUID) -> Any:  # noqa: ANN401
    return client.post(f"{freed}ask/", {"patient": [str(one) for one in patients]})


def test_a_cancelled_time_is_filled_in_two_presses_and_the_later_visit_moves(
    house: House, rosa: UUID, talk: UUID
) -> None:
    dana, ben = sign_in("dana"), other_patient(house)
    later = later_visit(dana, ben, talk)
    page = dana.get(later).content.decode()
    form = re.search(r'href="([^"]+/waitlist/\?loop=([^"]+))"', page)
    assert form
    assert "would come sooner than" in dana.get(form[1]).content.decode()
    assert wait(dana, ben, talk, loop=form[2]).status_code == 303
    assert "On the waiting list for a sooner time" in dana.get(later).content.decode()
    first = booked(dana, rosa, talk)
    assert do(dana, rosa, first, "cancel", by="patient", reason="sick").status_code == 303
    freed = freed_page(dana, first)
    assert freed in dana.get(reverse("waitlist")).content.decode()
    assert re.search(rf'value="{ben}" checked', dana.get(freed).content.decode())

    assert ask_for(dana, freed, ben).status_code == 303
    assert "Yes, book it" in dana.get(freed).content.decode()
    won = answer(dana, ben, freed, "yes")

    assert won.status_code == 303
    assert "Booked" in dana.get(won["Location"]).content.decode()
    states = "SELECT state, reason FROM booking WHERE patient_id = %s ORDER BY made_at, id"
    assert ask(states, ben) == [("cancelled", "earlier_time"), ("booked", "")]
    assert "not free any more" in dana.get(freed).content.decode()
    assert freed_page(dana, later) in dana.get(reverse("waitlist")).content.decode()


def test_who_says_yes_too_late_is_told_the_next_times_and_where_to_hold_them(
    house: House, rosa: UUID, talk: UUID
) -> None:
    dana, ben = sign_in("dana"), other_patient(house)
    wait(dana, ben, talk)
    first = booked(dana, rosa, talk)
    do(dana, rosa, first, "cancel", by="patient", reason="sick")
    freed = freed_page(dana, first)
    ask_for(dana, freed, ben)
    _shown, offers, _key = times_of(dana, rosa, talk)
    assert hold(dana, rosa, talk, offers[0]).status_code == 303

    lost = answer(dana, ben, freed, "yes")

    shown = lost.content.decode()
    assert lost.status_code == 409
    assert "That time is not free any more. 3 other times fit" in shown
    link = re.search(r'href="(/patients/[^"]+visits/new/[^"]+)"', shown)
    assert link
    assert dana.get(link[1].replace("&amp;", "&")).status_code == 200


def test_the_form_of_one_answers_for_nobody_else_and_a_press_without_names_says_so(
    house: House, rosa: UUID, talk: UUID
) -> None:
    dana, ben = sign_in("dana"), other_patient(house)
    wait(dana, ben, talk)
    first = booked(dana, rosa, talk)
    do(dana, rosa, first, "cancel", by="patient", reason="sick")
    freed = freed_page(dana, first)
    assert ask_for(dana, freed).status_code == 422
    assert ask_for(dana, freed, rosa).status_code == 409
    ask_for(dana, freed, ben)

    wrong = answer(dana, ben, freed, "yes", **{FIELD: sealed_for(dana, rosa)[FIELD]})

    assert wrong.status_code == 409
    assert ask("SELECT state FROM waitlist_offer") == [("open",)]


def test_a_wish_is_shown_again_with_what_was_typed_and_taken_off(house: House, rosa: UUID, talk: UUID) -> None:
    dana = sign_in("dana")
    unclear = wait(dana, rosa, talk, note="After 3 pm", latest="2020-01-01")
    assert unclear.status_code == 409
    assert "After 3 pm" in unclear.content.decode()
    assert "The last day is past" in unclear.content.decode()
    assert wait(dana, rosa, talk, weekday="2", part="morning").status_code == 303
    address = reverse("waitlist-new", args=[rosa])
    shown = dana.get(address).content.decode()
    assert "Tuesday. Mornings" in shown
    assert "Tuesday. Mornings" in dana.get(reverse("waitlist"), {"urgency": "routine"}).content.decode()
    assert "Tuesday. Mornings" not in dana.get(reverse("waitlist"), {"urgency": "urgent"}).content.decode()

    wish = str(ask_one("SELECT id FROM waitlist_wish"))
    off = dana.post(reverse("waitlist-off", args=[rosa]), {"wish": wish} | sealed_for(dana, rosa))

    assert off.status_code == 303
    assert "Tuesday. Mornings" not in dana.get(address).content.decode()


def test_who_waits_is_asked_by_text_and_who_cannot_be_is_called(house: House, rosa: UUID, talk: UUID) -> None:
    dana, ben, ana = sign_in("dana"), other_patient(house), bring_reachable(house, "ana")
    for one in (ben, ana):
        wait(dana, one, talk)
    first = booked(dana, rosa, talk)
    do(dana, rosa, first, "cancel", by="patient", reason="sick")
    freed = freed_page(dana, first)
    assert "Ask them by text" in dana.get(freed).content.decode()
    assert "Ask them by text" not in sign_in("tom").get(freed).content.decode()

    sent = dana.post(f"{freed}text/", {"patient": [str(ben), str(ana)]})

    said = dana.get(sent["Location"]).content.decode()
    assert "1 text goes out" in said
    assert "1 person cannot be asked by text: call." in said
    assert ask("SELECT m.situation, o.patient_id FROM outbox o JOIN message m ON m.id = o.message_id") == [
        ("waitlist_offer", ana)
    ]
