"""The page of a loop with a real database: every step from it leads back to it, and nobody else finds it."""

from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from careloop.actions.worklist import open_task
from careloop.basics.clock import read_clock
from tests.people import House, build_house, find_patient, give_to, take_in
from tests.web.records import PATIENT_JSON, sealed_for
from tests.web.test_documents import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return build_house()


@pytest.fixture
def rosa(house: House) -> UUID:
    take_in(PATIENT_JSON, house.north)
    found = find_patient("p1")
    give_to(house, "dana", found)
    return found


@pytest.fixture
def task(house: House, rosa: UUID) -> UUID:
    acting = house.acting("dana", at=read_clock())
    return open_task(acting, rosa, title="Call about the ride", due_on=None, note="")


def step(client: Client, verb: str, task: UUID, rosa: UUID, **typed: str) -> tuple[int, str, str]:
    values = {"own": "on", **sealed_for(client, rosa), **typed}
    answer = client.post(reverse(f"loop-{verb}", args=[task]), values)
    return answer.status_code, answer.get("Location", ""), answer.content.decode()


def test_every_step_on_the_page_of_a_loop_leads_back_to_it(rosa: UUID, task: UUID) -> None:
    client, here = sign_in("dana"), reverse("loop", args=[task])
    steps = (
        ("start", {"version": "1"}),
        ("undo", {"version": "2"}),
        ("contact", {"version": "3", "result": "no_answer", "note": "Rang twice."}),
        ("finish", {"version": "4", "outcome": "done", "note": "She has a ride."}),
        ("reopen", {"version": "5", "reason": "It was cancelled."}),
    )
    for verb, typed in steps:
        assert step(client, verb, task, rosa, **typed)[:2] == (303, here), verb

    html = client.get(here).content.decode()
    for words in ("Rang twice.", "She has a ride.", "It was cancelled.", "What was tried"):
        assert words in html


def test_a_step_that_cannot_be_taken_shows_the_page_of_the_loop_again(rosa: UUID, task: UUID) -> None:
    client = sign_in("dana")

    status, _to, html = step(client, "finish", task, rosa, version="1", outcome="done", note="")
    late = step(client, "start", task, rosa, version="7")

    assert status == 422
    assert 'class="loop-page"' in html
    assert late[0] == 409
    assert "How it stands now" in late[2]


def test_the_patient_and_today_lead_to_the_page_of_a_loop(rosa: UUID, task: UUID) -> None:
    client, here = sign_in("dana"), reverse("loop", args=[task])

    assert f'href="{here}"' in client.get(reverse("patient", args=[rosa])).content.decode()
    assert f'href="{here}"' in client.get(reverse("today"), {"selected": task}).content.decode()
    assert f'href="{here}"' in client.get(reverse("patient-part", args=[rosa, "loops"])).content.decode()


@pytest.mark.parametrize("who", ["kim", "tom", "saul"])
def test_what_is_not_theirs_and_what_is_not_there_are_one_answer(who: str, rosa: UUID, task: UUID) -> None:
    client = sign_in(who)
    nowhere = client.get(reverse("loop", args=[uuid4()]))

    for address in (reverse("loop", args=[task]), reverse("patient-part", args=[rosa, "loops"])):
        answer = client.get(address)
        assert (answer.status_code, answer.content) == (404, nowhere.content)


@pytest.mark.parametrize("page", ["x", "0", "-1", "99999999999", "1e3", "²"])
def test_a_page_that_is_none_is_the_first(rosa: UUID, task: UUID, page: str) -> None:
    address = reverse("patient-part", args=[rosa, "loops"])

    assert "Call about the ride" in sign_in("dana").get(address, {"page": page}).content.decode()
