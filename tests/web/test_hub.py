"""The hub of messages without scripts: the list beside the talk, kept through every deed, and whom it is about."""

import re
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from careloop.actions.threads import begin_thread
from careloop.facts.outbox import ThreadWith
from careloop.web.staff import thread_lists
from tests.actions.answering import bring_with_phone, hear
from tests.people import NOW, House, later
from tests.web.records import sealed_for
from tests.web.test_documents import house, sign_in

__all__ = ["house"]
pytestmark = pytest.mark.django_db
CURRENT = re.compile(r'<a href="([^"]+)" data-open data-leads aria-current="page">')


@pytest.fixture(autouse=True)
def _at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELOOP_CLOCK", later(minutes=30).isoformat())


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_with_phone(house)


@pytest.fixture
def thread(house: House, rosa: UUID) -> UUID:
    return begin_thread(house.acting("dana"), rosa, partner=ThreadWith.PATIENT)


@pytest.fixture
def other(house: House) -> UUID:
    ben = bring_with_phone(house, "ben", phone="(217) 555-0222")
    return begin_thread(house.acting("dana"), ben, partner=ThreadWith.PATIENT)


def address(thread: UUID) -> str:
    return reverse("thread", kwargs={"thread_id": thread})


def shown(client: Client, path: str, **more: str) -> str:
    return client.get(path, headers=more).content.decode()


def test_the_list_stands_beside_the_talk_with_the_open_one_marked(house: House, thread: UUID, other: UUID) -> None:
    dana = sign_in("dana")
    html = shown(dana, f"{address(thread)}?show=team&with=patient")

    assert CURRENT.findall(html) == [f"{address(thread)}?show=team&amp;with=patient"]
    assert f'{address(other)}?show=team&amp;with=patient"' in html
    assert 'id="open-title"' in html
    # On the page of the list nothing is open, and none is marked.
    assert CURRENT.findall(shown(dana, reverse("threads"))) == []


def test_a_talk_that_is_not_on_the_list_is_shown_above_it(house: House, thread: UUID, other: UUID) -> None:
    html = shown(sign_in("dana"), f"{address(thread)}?show=snoozed")

    assert "Open beside this list, and not on it" in html
    assert len(CURRENT.findall(html)) == 1
    assert address(other) not in html


def test_every_deed_comes_back_to_the_list_that_was_chosen(house: House, rosa: UUID, thread: UUID) -> None:
    dana = sign_in("dana")
    kept = "show=team&with=patient&q=tran"
    html = shown(dana, f"{address(thread)}?{kept}")
    forms = html.count('name="thread"')
    assert forms > 4
    assert html.count(f'name="list" value="{kept.replace("&", "&amp;")}"') == forms

    typed = {"thread": str(thread), "list": kept} | sealed_for(dana, rosa)
    done = dana.post(reverse("patient-thread-hold", args=[rosa]), typed)
    assert done["Location"] == f"{address(thread)}?{kept}"
    again = dana.post(reverse("patient-thread-note", args=[rosa]), typed | {"said": ""}).content.decode()
    assert f'value="{kept.replace("&", "&amp;")}"' in again


@pytest.mark.parametrize("kept", ["https://elsewhere.example/", "show=all&with=nobody", "\x00", "&" * 900])
def test_what_is_no_list_of_ours_leads_nowhere_else(house: House, rosa: UUID, thread: UUID, kept: str) -> None:
    dana = sign_in("dana")
    typed = {"thread": str(thread), "list": kept} | sealed_for(dana, rosa)

    assert dana.post(reverse("patient-thread-hold", args=[rosa]), typed)["Location"] == address(thread)


def test_while_one_writes_only_the_look_is_fetched_and_the_log_names_nobody_else(
    house: House, rosa: UUID, thread: UUID, other: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana, listed = sign_in("dana"), []
    asked = thread_lists.get_threads_page
    monkeypatch.setattr(thread_lists, "get_threads_page", lambda *a, **k: listed.append(a) or asked(*a, **k))
    typed = {"thread": str(thread), "key": str(uuid4()), "road": "text", "topic": "visits", "words": "We found a ride."}
    look = reverse("thread-look", kwargs={"thread_id": thread})
    whole = dana.post(look, typed | sealed_for(dana, rosa)).content.decode()
    assert address(other) in whole
    assert len(listed) == 1

    part = dana.post(look, typed | sealed_for(dana, rosa), headers={"HX-Request": "true"}).content.decode()

    assert 'id="w-look"' in part
    assert address(other) not in part
    assert 'id="open-title"' not in part
    assert len(listed) == 1


def test_the_page_of_the_list_offers_the_one_who_waits_longest(house: House, thread: UUID, other: UUID) -> None:
    dana = sign_in("dana")
    assert "Nobody on this list waits for an answer." in shown(dana, reverse("threads"))
    hear("My bus is late", at=later(minutes=1), address="+12175550222")
    hear("Can my daughter come", at=later(minutes=2))

    html = shown(dana, reverse("threads"))

    (offered,) = re.findall(r'<a class="btn primary lg" href="([^"]+)"', html)
    assert offered == f"{address(other)}?show=mine"
    assert html.count('data-key="enter"') == 1


def test_figures_are_for_who_answers_for_a_team(house: House, thread: UUID) -> None:
    figures = reverse("message-figures")
    hear("My bus is late", at=NOW)

    assert figures in shown(sign_in("sol"), reverse("threads"))
    assert figures not in shown(sign_in("dana"), reverse("threads"))
    html = shown(sign_in("sol"), figures)
    assert "Where fewer than 11 are counted" in html
    assert "0 of 0" in html
    assert sign_in("dana").get(figures).status_code == 404
