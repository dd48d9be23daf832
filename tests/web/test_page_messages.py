"""A message behind a link without scripts: composed with what its words need, opened, answered, and shut in time."""

import re
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from careloop.actions.outbox_sending import claim_due, hand_over
from careloop.actions.patient_links import end_link
from careloop.actions.threads import begin_thread
from careloop.facts.access import Purpose
from careloop.facts.outbox import Handed, Parcel, ThreadWith, Went
from tests.actions.look import ask, ask_one
from tests.outgoing import bring_reachable
from tests.people import NOW, House, later, system
from tests.web.records import sealed_for
from tests.web.test_documents import house, sign_in

__all__ = ["house"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_rest(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    monkeypatch.setenv("CARELOOP_CLOCK", NOW.isoformat())
    monkeypatch.setenv("CARELOOP_PORTAL_URL", "https://care.example")
    settings.CLINIC_PHONE = "(555) 010-0100"  # type: ignore[attr-defined]
    settings.DRAFT_WORDS_MAY_GO = True  # type: ignore[attr-defined]


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_reachable(house, language="es")


@pytest.fixture
def thread(house: House, rosa: UUID) -> UUID:
    return begin_thread(house.acting("dana"), rosa, partner=ThreadWith.PATIENT)


def typed(client: Client, rosa: UUID, thread: UUID, **more: str) -> dict[str, str]:
    given = {"thread": str(thread), "key": str(uuid4()), "road": "portal-text", "topic": "visits", "words": ""}
    return given | sealed_for(client, rosa) | {name.replace("_on", "-on"): value for name, value in more.items()}


def test_what_a_situation_needs_is_asked_for_without_scripts_and_kept_when_it_is_wrong(
    rosa: UUID, thread: UUID
) -> None:
    client = sign_in("dana")
    look = reverse("thread-look", kwargs={"thread_id": thread})
    page = client.get(reverse("thread", kwargs={"thread_id": thread})).content.decode()
    assert page.count("<option") > 40
    assert "portal-text" in page

    first = client.post(look, typed(client, rosa, thread, situation="cost_estimate")).content.decode()
    assert 'name="f-amount"' in first
    assert 'type="date"' in first
    assert "aria-invalid" not in first

    wrong = typed(client, rosa, thread, situation="cost_estimate") | {"f-day": "2026-12-01", "f-amount": "much"}
    second = client.post(look, wrong).content.decode()
    assert 'value="much"' in second
    assert 'value="2026-12-01"' in second
    assert "Write an amount in dollars" in second
    assert client.post(reverse("patient-thread-send", kwargs={"patient_id": rosa}), wrong).status_code == 409
    assert ask("SELECT 1 FROM message") == []

    whole = client.post(look, wrong | {"f-amount": "295"}).content.decode()
    assert "$295" in whole
    assert "Su equipo le ha escrito" in whole
    assert "Nothing stops it." in whole


def hand_out(rosa: UUID) -> Client:
    """Let what was written go, and open the link that went with the birth date."""
    took: list[Parcel] = []

    def hand(parcels: Sequence[Parcel]) -> Sequence[Handed]:
        took.extend(parcels)
        return [Handed(Went.SENT, str(one.outbox_id)) for one in parcels]

    claimed = claim_due(system(Purpose.SWEEP, later(minutes=1)), how_many=5)
    assert claimed is not None
    hand_over(system(Purpose.SWEEP, later(minutes=1)), claimed.keys, hand)
    found = re.search(r"https://care\.example(/p/[^/]+/)", took[0].pieces["text"])
    assert found is not None
    born = ask_one("SELECT birth_on FROM patient WHERE id = %s", rosa)
    browser = Client()
    opened = browser.post(found[1], {"month": born.month, "day": born.day, "year": born.year})
    assert opened.status_code == 303
    return browser


def form_of(page: str) -> str:
    (form, *_rest) = re.findall(r'name="shown" value="([^"]+)"', page)
    return str(form)


@pytest.fixture
def browser(rosa: UUID, thread: UUID) -> Client:
    client = sign_in("dana")
    given = typed(client, rosa, thread, situation="thank_you")
    answer = client.post(reverse("patient-thread-send", kwargs={"patient_id": rosa}), given)
    assert answer.status_code in (302, 303)
    return hand_out(rosa)


def test_a_page_is_in_the_readers_language_answered_and_marked_as_seen(browser: Client, thread: UUID) -> None:
    page = browser.get("/p/here/").content.decode()
    for words in ('lang="es"', "Su equipo le escribió", "Gracias"):
        assert words in page
    assert "<script" not in page
    assert browser.get("/p/here/large.pdf").status_code == 200
    form = form_of(page)

    assert browser.post("/p/here/reply/", {"shown": form, "words": "  "}).status_code == 409
    told = browser.post("/p/here/reply/", {"shown": form, "words": "Gracias a ustedes"})

    assert (told.status_code, told["Location"]) == (303, "/p/here/?done=answered")
    assert "Gracias a ustedes" in browser.get("/p/here/").content.decode()
    assert "Seen" in sign_in("dana").get(reverse("thread", kwargs={"thread_id": thread})).content.decode()


def test_a_form_of_elsewhere_and_a_link_that_was_ended_are_answered_with_nothing(
    house: House, rosa: UUID, browser: Client
) -> None:
    form = form_of(browser.get("/p/here/").content.decode())
    end_link(house.acting("dana"), rosa, link_id=UUID(str(ask_one("SELECT id FROM patient_link"))))

    assert browser.post("/p/here/reply/", {"shown": form, "words": "Hola"}).status_code == 404
    assert browser.get("/p/here/").status_code == 404
    assert ask("SELECT 1 FROM inbox_item") == []


def test_a_form_that_was_not_shown_here_is_not_taken(browser: Client) -> None:
    assert browser.get("/p/here/").status_code == 200
    assert browser.post("/p/here/reply/", {"shown": "another", "words": "Hola"}).status_code == 404
    assert ask("SELECT 1 FROM inbox_item") == []


def test_the_wish_for_a_name_is_written_down_on_the_page_of_reminders_and_taken_back(rosa: UUID) -> None:
    client = sign_in("dana")
    address = reverse("patient-medicine-name", kwargs={"patient_id": rosa})

    unclear = client.post(address, {"named": "yes", "because": ""} | sealed_for(client, rosa))
    assert unclear.status_code == 409
    for named, because in (("yes", "On the phone today"), ("no", "")):
        given = {"named": named, "because": because} | sealed_for(client, rosa)
        assert client.post(address, given).status_code in (302, 303)
    assert ask("SELECT value ->> 'may_name', because FROM contact_choice ORDER BY id") == [
        ('["medicine"]', "On the phone today"), ("[]", ""),
    ]  # fmt: skip
    page = client.get(reverse("patient-medicine-reminders", kwargs={"patient_id": rosa})).content.decode()
    assert "The patient does not wish it." in page
