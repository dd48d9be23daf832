"""Letters to offices on screen: two steps to answer, what leaves is shown whole, what they say elsewhere is noted."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from careloop.actions.directory import add_entry
from careloop.actions.threads import begin_thread
from careloop.facts.directory import EntryDraft, EntryKind, ReferralBy
from careloop.facts.outbox import ThreadWith
from tests.actions.records import bring_cared_for, person
from tests.actions.referring import bring_seen_by_asha, make
from tests.people import House
from tests.web.records import sealed_for
from tests.web.test_documents import house, sign_in

__all__ = ["house"]

pytestmark = pytest.mark.django_db
DESK = "desk@bayview.example"
HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_cared_for(house, "rosa-writes", person("rosa-writes"))


@pytest.fixture
def office(house: House) -> UUID:
    draft = EntryDraft(
        EntryKind.ORGANIZATION, "Bayview Heart", email=DESK, referral_by=ReferralBy.EMAIL, fax="555-0101"
    )
    return add_entry(house.acting("sol"), draft)


@pytest.fixture
def thread(house: House, rosa: UUID, office: UUID) -> UUID:
    return begin_thread(house.acting("dana"), rosa, partner=ThreadWith.OFFICE, key=office)


@pytest.fixture
def dana(house: House) -> Client:
    return sign_in("dana")


def post(client: Client, name: str, patient: UUID, of: UUID, /, **typed: object) -> Any:  # noqa: ANN401
    return client.post(reverse(name, args=[of]), sealed_for(client, patient) | typed, follow=True)


def look(client: Client, rosa: UUID, thread: UUID, **typed: object) -> str:
    asked = {"thread": thread, "key": "one", "way": "email", "words": "Is the report ready?"} | typed
    return str(post(client, "thread-letter-look", rosa, thread, **asked).content.decode())


def test_an_office_is_found_and_written_to_in_two_steps_and_what_leaves_is_shown_whole(
    dana: Client, rosa: UUID, office: UUID
) -> None:
    there = reverse("patient-threads", args=[rosa])
    assert "Bayview Heart" not in dana.get(there).content.decode()
    found = dana.get(there, {"office": "bayview"}).content.decode()
    assert "Write to them" in found
    assert "As their health plan" in found
    begun = post(dana, "patient-thread-begin", rosa, rosa, to=f"office:{office}")
    page = begun.content.decode()
    assert page.count("btn primary") == 1
    assert "They like to receive by e-mail." in page
    thread = UUID(re.findall(r'name="thread" value="([0-9a-f-]+)"', page)[0])

    seen = look(dana, rosa, thread)
    assert seen.count("btn primary") == 1
    told = ("Exactly this leaves", DESK, "Is the report ready?", "The mail: it names nobody", "Our reference: CL-")
    for said in told:
        assert said in seen
    form = seen[seen.index('id="w-letter"') :].split("</form>")[0]
    sent = dana.post(reverse("patient-letter-send", args=[rosa]), dict(HIDDEN.findall(form)), follow=True)
    assert "For ten seconds it can be taken back below" in sent.content.decode()
    assert "See the pages" in sent.content.decode()
    address = re.findall(r'href="(/patients/[^"]+/pages/)"', sent.content.decode())[0]
    pages = dana.get(address)
    assert (pages["Content-Type"], pages.content[:5]) == ("application/pdf", b"%PDF-")


def test_what_stops_a_letter_is_said_and_nothing_can_be_sent(dana: Client, rosa: UUID, thread: UUID) -> None:
    shown = look(dana, rosa, thread, kind="referral_status", words="", what="")
    assert "Say in a few words what it is about." in shown
    assert "Choose the day." in shown
    assert reverse("patient-letter-send", args=[rosa]) not in shown
    assert "<details" in shown

    refused = post(
        dana, "patient-letter-send", rosa, rosa, thread=thread, key="one", way="email", words="Hi", seen="0" * 64
    )
    assert refused.status_code == 409
    assert "The letter has changed since you looked at it." in refused.content.decode()
    assert '<textarea id="l-words"' in refused.content.decode()


def test_what_they_said_elsewhere_is_noted_and_the_list_shows_offices_alone(
    dana: Client, rosa: UUID, thread: UUID
) -> None:
    done = post(
        dana, "patient-office-answer", rosa, rosa, thread=thread, heard="fax", answer="It is on its way.", owed="on"
    )
    shown = done.content.decode()
    assert "Noted. We owe them an answer now." in shown
    assert "By fax" in shown
    assert "Answer by" in shown

    listed = dana.get(reverse("threads"), {"with": "office", "show": "team"}).content.decode()
    assert "Bayview Heart" in listed
    others = dana.get(reverse("threads"), {"with": "payer", "show": "team"}).content.decode()
    assert "Bayview Heart" not in others
    empty = post(dana, "patient-office-answer", rosa, rosa, thread=thread, heard="fax", answer="")
    assert "Write something first." in empty.content.decode()


def test_somebody_of_the_other_team_finds_no_letter(house: House, rosa: UUID, thread: UUID) -> None:
    kim = sign_in("kim")
    looked = post(kim, "thread-letter-look", rosa, thread, thread=thread, key="1", way="fax", words="x")
    noted = post(kim, "patient-office-answer", rosa, rosa, thread=thread, heard="fax", answer="x")
    assert (looked.status_code, noted.status_code) == (404, 404)


def test_the_referral_that_a_letter_is_about_is_chosen_and_not_typed(house: House, office: UUID) -> None:
    patient = bring_seen_by_asha(house, "rosa-refers")
    asked = make(house.acting("dana"), house, patient, to_entry=office)
    thread, dana = begin_thread(house.acting("dana"), patient, partner=ThreadWith.OFFICE, key=office), sign_in("dana")
    page = dana.get(reverse("thread", args=[thread])).content.decode()
    assert f'<option value="{asked}">Cardiology: Bayview Heart' in page

    typed = {"kind": "referral_status", "words": "", "referral": asked, "day": "2026-11-19"}
    seen = look(dana, patient, thread, **typed)

    assert "We sent you a referral for this patient on 19 Nov 2026: cardiology." in seen
    form = dict(HIDDEN.findall(seen[seen.index('id="w-letter"') :].split("</form>")[0]))
    assert form["referral"] == str(asked)
    sent = dana.post(reverse("patient-letter-send", args=[patient]), form, follow=True)
    assert "For ten seconds it can be taken back below" in sent.content.decode()
    assert look(dana, patient, thread, **(typed | {"referral": "not one"})).count("Exactly this leaves") == 0
