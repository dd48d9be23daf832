"""Leaving a care team from the page of the patient, without JavaScript: the form, its words, and what stands then."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from careloop.actions.people import join_care_team
from tests.people import House
from tests.web.records import sealed_for
from tests.web.test_documents import house, rosa, sign_in

__all__ = ["house", "rosa"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_team(house: House, rosa: UUID) -> UUID:
    join_care_team(house.acting("sol"), [rosa], person_id=house.id_of("asha"), part="physician")
    return rosa


def leave(client: Client, patient: UUID, member: UUID, **typed: str) -> Any:  # noqa: ANN401
    values = {"member": str(member), "reason": "Works elsewhere now"} | typed | sealed_for(client, patient)
    return client.post(reverse("patient-leave-team", args=[patient]), values)


def page_of(who: str, patient: UUID) -> str:
    return sign_in(who).get(reverse("patient", args=[patient])).content.decode()


def test_a_member_leaves_and_the_page_says_since_when_and_why(house: House, with_team: UUID) -> None:
    assert "1 who left" not in page_of("sol", with_team)

    assert leave(sign_in("sol"), with_team, house.id_of("asha")).status_code == 303

    html = page_of("sol", with_team)
    assert "1 who left" in html
    assert "Works elsewhere now" in html


def test_who_leaves_of_their_own_accord_goes_back_to_their_patients(house: House, with_team: UUID) -> None:
    answer = leave(sign_in("asha"), with_team, house.id_of("asha"))

    assert (answer.status_code, answer["Location"]) == (303, reverse("patients"))
    assert sign_in("asha").get(reverse("patient", args=[with_team])).status_code == 404


def test_without_a_reason_or_a_successor_it_is_said_beside_what_was_typed(house: House, with_team: UUID) -> None:
    sol = sign_in("sol")

    without = leave(sol, with_team, house.id_of("asha"), reason="")
    alone = leave(sol, with_team, house.id_of("dana"), successor="")

    assert without.status_code == 422
    assert "Say why, in a few words." in without.content.decode()
    assert alone.status_code == 409
    assert "The primary coordinator leaves only when somebody follows." in alone.content.decode()
    assert 'value="Works elsewhere now"' in alone.content.decode()
    assert leave(sol, with_team, house.id_of("dana"), successor=str(house.id_of("lee"))).status_code == 303


def test_the_form_stands_only_where_it_can_be_sent(house: House, with_team: UUID) -> None:
    asked = reverse("patient-leave-team", args=[with_team])

    assert {who: page_of(who, with_team).count(asked) for who in ("sol", "dana", "asha")} == {
        "sol": 2, "dana": 0, "asha": 1,
    }  # fmt: skip
    assert leave(sign_in("dana"), with_team, house.id_of("asha")).status_code == 404


def test_a_form_without_a_seal_is_refused(house: House, with_team: UUID) -> None:
    answer = sign_in("sol").post(
        reverse("patient-leave-team", args=[with_team]), {"member": str(house.id_of("asha")), "reason": "Moved"}
    )

    assert answer.status_code == 409
