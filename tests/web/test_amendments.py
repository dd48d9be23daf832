"""A request to correct the record, from the form on the patient's page to its answer, without JavaScript."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from tests.guard import records
from tests.people import House, take_in
from tests.web.records import sealed_for
from tests.web.test_documents import house, rosa, sign_in

__all__ = ["house", "rosa"]

pytestmark = pytest.mark.django_db
TYPED = {"asked_by": "Rosa", "asked_on": "2026-01-05", "wrong": "<b>My weight", "should_say": "80 kg", "about": ""}


def ask(client: Client, to: UUID, **changes: str) -> Any:  # noqa: ANN401
    return client.post(
        reverse("patient-amendment", args=[to]), {"patient": str(to)} | TYPED | sealed_for(client, to) | changes
    )


def answer(client: Client, verb: str, to: UUID, version: int = 1, **typed: str) -> Any:  # noqa: ANN401
    page = client.get(reverse("patient", args=[to])).content.decode()
    found = re.search(r'id="amendment-([0-9a-f-]{36})"', page)
    assert found
    values = {"patient": str(to), "amendment": found[1], "version": str(version), "words": "Looked at it."} | typed
    return client.post(reverse(f"amendment-{verb}", args=[to, found[1]]), values | sealed_for(client, to))


def page_of(who: str, to: UUID) -> str:
    return sign_in(who).get(reverse("patient", args=[to])).content.decode()


def test_a_request_is_noted_shown_and_answered(house: House, rosa: UUID) -> None:
    assert ask(sign_in("dana"), rosa).status_code == 303
    assert "&lt;b&gt;My weight" in page_of("dana", rosa)
    assert "Accept" not in page_of("dana", rosa)

    assert answer(sign_in("sol"), "deny", rosa, basis="accurate").status_code == 303

    shown = page_of("dana", rosa)
    assert "It is accurate and complete" in shown
    assert "The patient disagrees" in shown
    assert answer(sign_in("dana"), "disagree", rosa, version=2, words="I do not weigh that.").status_code == 303
    assert "I do not weigh that." in page_of("sol", rosa)


def test_a_request_is_accepted(house: House, rosa: UUID) -> None:
    ask(sign_in("dana"), rosa)

    assert answer(sign_in("sol"), "accept", rosa, words="Corrected.").status_code == 303
    assert "Accepted" in page_of("dana", rosa)


def test_a_request_names_a_line_of_the_lists_and_the_line_says_so(house: House, rosa: UUID) -> None:
    take_in(records.bundle([records.problem("c1", "p1", "Gout")]), house.north)
    found = re.search(r'<option value="([0-9a-f-]{36})">Gout', page_of("dana", rosa))
    assert found

    assert ask(sign_in("dana"), rosa, about=found[1]).status_code == 303

    shown = page_of("dana", rosa)
    assert "Asked to be corrected" in shown
    assert re.search(
        r'<a class="muted" href="#amendment-[0-9a-f-]{36}">a request to correct this was made: Open', shown
    )


def test_what_lacks_is_said_and_the_rest_is_still_there(house: House, rosa: UUID) -> None:
    asked = ask(sign_in("dana"), rosa, should_say="", asked_by="Rosa herself")
    assert asked.status_code == 422
    assert "Say what it should say." in asked.content.decode()
    assert 'value="Rosa herself"' in asked.content.decode()

    ask(sign_in("dana"), rosa)
    denied = answer(sign_in("sol"), "deny", rosa, basis="", words="Because.")
    assert denied.status_code == 422
    assert "Choose the ground." in denied.content.decode()
    assert ">Because.</textarea>" in denied.content.decode()


def test_more_time_after_the_last_day_is_refused(house: House, rosa: UUID) -> None:
    ask(sign_in("dana"), rosa)

    assert "Take 30 more days" not in page_of("sol", rosa)
    assert answer(sign_in("sol"), "extend", rosa).status_code == 409


def test_an_older_version_is_refused_and_says_who_was_first(house: House, rosa: UUID) -> None:
    ask(sign_in("dana"), rosa)

    again = answer(sign_in("sol"), "accept", rosa, version=7)

    assert again.status_code in (404, 409)


@pytest.mark.parametrize("who", ["tom", "kim", "saul"])
def test_a_request_under_somebody_elses_banner_is_not_noted(house: House, rosa: UUID, who: str) -> None:
    assert ask(sign_in(who), rosa).status_code == 404
    assert ask(sign_in("dana"), rosa, patient=str(UUID(int=7))).status_code == 404
