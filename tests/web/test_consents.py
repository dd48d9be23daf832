"""The circle, callers and the ledger in the browser, without JavaScript."""

from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from tests.actions.look import ask, ask_one
from tests.people import House
from tests.web.records import sealed_for
from tests.web.test_documents import house, rosa, sign_in

__all__ = ["house", "rosa"]

pytestmark = pytest.mark.django_db
ANA = {"name": "Ana Alvarez", "relation": "child", "phone": "555 010 0199", "is_emergency": "on"}


def send(client: Client, address: str, patient: UUID, /, **typed: object) -> Any:  # noqa: ANN401
    return client.post(reverse(address, args=[patient]), sealed_for(client, patient) | typed, follow=True)


@pytest.fixture
def dana(house: House) -> Client:
    return sign_in("dana")


@pytest.fixture
def ana(dana: Client, rosa: UUID) -> str:
    assert send(dana, "patient-circle-add", rosa, **ANA).status_code == 200
    return str(ask_one("SELECT id FROM circle_member"))


def agree(client: Client, patient: UUID, member: str, **typed: object) -> Any:  # noqa: ANN401
    values = {"member": member, "topic": "visits", "road": "phone", "purpose": "care", "how": "screen"}
    return send(client, "patient-consent", patient, **(values | typed))


def test_who_is_added_may_hear_nothing_until_the_patient_agrees_and_the_card_says_it_in_one_line(
    dana: Client, rosa: UUID, ana: str
) -> None:
    page = reverse("patient", args=[rosa])
    assert "may hear nothing: nobody has agreed to it." in dana.get(page).content.decode()

    agree(dana, rosa, ana, until="2099-03-03")

    shown = dana.get(page).content.decode()
    assert "(son or daughter) may hear about visits and rides, by phone, until 3 Mar 2099; nothing else." in shown


def test_telling_is_checked_and_kept_and_taking_back_ends_it(dana: Client, rosa: UUID, ana: str) -> None:
    told = {"member": ana, "topic": "visits", "road": "phone", "purpose": "care", "words": "Monday at nine."}
    refused = send(dana, "patient-tell", rosa, **told)
    assert refused.status_code == 409
    assert "the patient has not agreed that this person hears anything" in refused.content.decode()
    agree(dana, rosa, ana)

    assert send(dana, "patient-tell", rosa, **told).status_code == 200
    ledger = dana.get(reverse("patient-disclosures", args=[rosa])).content.decode()
    assert "Monday at nine." in ledger

    key = str(ask_one("SELECT id FROM consent"))
    send(dana, "patient-consent-back", rosa, member=ana, consent=key, reason="No more")
    assert "the patient took it back" in send(dana, "patient-tell", rosa, **told).content.decode()


def test_changed_ended_and_the_form_that_is_not_clear_is_shown_again(dana: Client, rosa: UUID, ana: str) -> None:
    send(dana, "patient-circle-change", rosa, **(ANA | {"member": ana, "version": 1, "name": "Ana A."}))
    assert ask("SELECT name, version FROM circle_member") == [("Ana A.", 2)]

    unclear = send(dana, "patient-circle-end", rosa, member=ana, version=2, reason="")
    assert unclear.status_code == 422
    assert "Say why, in a few words." in unclear.content.decode()

    send(dana, "patient-circle-end", rosa, member=ana, version=2, reason="She moved")
    assert "She moved" in dana.get(reverse("patient-circle", args=[rosa])).content.decode()


def test_a_caller_is_confirmed_by_a_code_word_on_the_page_and_before_any_page_is_open(
    dana: Client, rosa: UUID, ana: str
) -> None:
    send(dana, "patient-caller-code", rosa, member=ana, code="maple tree")
    agree(dana, rosa, ana)
    name, born = ask("SELECT full_name, birth_on::text FROM patient WHERE id = %s", rosa)[0]

    here = send(dana, "patient-caller", rosa, caller=ana, code="Maple Tree").content.decode()
    typed = {"name": name, "birth_on": born, "caller_name": "ana alvarez", "code": "maple tree"}
    there = dana.post(reverse("callers"), typed).content.decode()

    for shown in (here, there):
        assert "Confirmed." in shown
        assert "may hear about visits and rides, by phone" in shown
    assert reverse("patient", args=[rosa]) in there


def test_a_stranger_a_wrong_word_and_nobody_known_see_the_same_page(dana: Client, rosa: UUID, ana: str) -> None:
    send(dana, "patient-caller-code", rosa, member=ana, code="maple tree")
    name, born = ask("SELECT full_name, birth_on::text FROM patient WHERE id = %s", rosa)[0]
    right = {"name": name, "birth_on": born, "caller_name": "Ana Alvarez", "code": "maple tree"}

    def told(**typed: str) -> str:
        page = dana.post(reverse("callers"), right | typed).content.decode()
        assert "We cannot confirm." in page
        return page.split("<main")[1].split("<form")[0]

    assert len({told(code="oak"), told(caller_name="Nobody"), told(name="Nobody Known")}) == 1


def test_the_accounting_is_a_tagged_pdf_in_english_and_spanish_that_says_what_it_leaves_out(
    dana: Client, rosa: UUID
) -> None:
    law = {"recipient": "County health office", "reason": "The law asks", "basis": "law", "words": "A result"}
    assert send(dana, "patient-disclosure-note", rosa, **law).status_code == 200

    for language, words in (("en", "What is not on this list"), ("es", "Lo que no está en esta lista")):
        answer = dana.get(reverse("patient-accounting", args=[rosa]), {"language": language})
        reader = PdfReader(BytesIO(answer.content))
        text = " ".join(reader.pages[0].extract_text().replace("\u2068", "").replace("\u2069", "").split())
        assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
        assert reader.trailer["/Root"]["/Lang"] == language
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert len(reader.pages) == 1
        for part in ("County health office", "45 CFR 164.528", words):
            assert part in text


def test_the_copy_of_a_printed_summary_opens_as_it_left(dana: Client, house: House, rosa: UUID) -> None:
    sol = sign_in("sol")
    typed = {"patient": str(rosa), "recipient": "The patient", "reason": "Asked", "basis": "patient_request"}
    made = sol.post(reverse("patient-summary", args=[rosa]), sealed_for(sol, rosa) | typed)

    line, basis = ask("SELECT id, basis FROM disclosure")[0]

    assert basis == "patient_request"
    assert dana.get(reverse("patient-disclosed-copy", args=[rosa, line])).content == made.content
    assert dana.get(reverse("patient-disclosed-copy", args=[rosa, line + 1])).status_code == 404


@pytest.mark.parametrize("who", ["kim", "ines", "saul"])
def test_nobody_else_opens_these_pages(house: House, rosa: UUID, who: str) -> None:
    client = sign_in(who)
    for name in ("patient-circle", "patient-disclosures", "patient-accounting", "patient-caller"):
        assert client.get(reverse(name, args=[rosa])).status_code == 404


def test_a_form_without_the_seal_of_the_patient_is_refused(dana: Client, rosa: UUID) -> None:
    assert dana.post(reverse("patient-circle-add", args=[rosa]), ANA).status_code == 409
    assert dana.post(reverse("patient-caller", args=[rosa]), {"caller": "patient"}).status_code == 409


def test_every_tick_stays_after_a_refusal_and_how_somebody_was_written_down_before_is_shown(
    house: House, rosa: UUID
) -> None:
    dana = sign_in("dana")
    seal, circle = sealed_for(dana, rosa), reverse("patient-circle", args=[rosa])
    typed = {"name": "Ana Alvarez", "relation": "child", "phone": "555 010 0199"} | seal
    assert dana.post(reverse("patient-circle-add", args=[rosa]), typed).status_code == 303
    ana = str(ask_one("SELECT id FROM circle_member"))
    given = {"member": ana, "topic": ["visits", "money"], "road": "phone", "purpose": "care", "how": "paper"} | seal
    refused = dana.post(reverse("patient-consent", args=[rosa]), given)
    assert refused.status_code == 409
    page = refused.content.decode()
    for name, value in (("topic", "visits"), ("topic", "money"), ("road", "phone"), ("purpose", "care")):
        assert f'name="{name}" value="{value}" checked' in page
    assert 'value="medicines" checked' not in page
    assert '<option value="paper" selected>' in page
    assert "How it was before" not in dana.get(circle).content.decode()
    changed = typed | {"member": ana, "version": "1", "phone": "555 010 0200"}
    assert dana.post(reverse("patient-circle-change", args=[rosa]), changed).status_code == 303
    now = dana.get(circle).content.decode()
    assert "How it was before" in now
    assert "555 010 0199" in now
