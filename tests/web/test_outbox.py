"""What was sent, the channels, and the hooks at which machines come in."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from careloop.actions.outbox import send_message
from careloop.actions.outbox_sending import claim_due, hand_over
from careloop.basics.clock import read_clock
from careloop.facts.access import Purpose, Role
from careloop.facts.consents import Road
from careloop.facts.outbox import Handed, Went
from careloop.jobs.outbox import send_due
from careloop.rules.hooks import sign
from tests.actions.look import ask, ask_one
from tests.outgoing import bring_reachable, draft, past
from tests.people import House, system
from tests.web.records import sealed_for
from tests.web.test_documents import house, sign_in
from tests.web.test_entry import signed_in

__all__ = ["house"]

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-gateway"


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_reachable(house, "rosa-writes")


@pytest.fixture
def dana(house: House) -> Client:
    return sign_in("dana")


def send(client: Client, address: str, patient: UUID, /, **typed: object) -> Any:  # noqa: ANN401
    return client.post(reverse(address, args=[patient]), sealed_for(client, patient) | typed, follow=True)


def test_the_page_says_where_each_message_stands_and_one_can_be_taken_back(
    dana: Client, house: House, rosa: UUID
) -> None:
    empty = dana.get(reverse("patient-outbox", args=[rosa])).content.decode()
    assert "Nothing was written to this person yet." in empty
    key = send_message(house.acting("dana"), rosa, draft(rosa))
    assert "Waiting to go" in dana.get(reverse("patient-outbox", args=[rosa])).content.decode()

    shown = send(dana, "patient-outbox-back", rosa, out=key).content.decode()

    assert "Taken back. It was not sent." in shown
    assert "Somebody took it back." in shown
    refused = send(dana, "patient-outbox-back", rosa, out=key)
    assert refused.status_code == 409
    assert "It has gone already, or was taken back." in refused.content.decode()
    assert reverse("patient-outbox", args=[rosa]) in dana.get(reverse("patient", args=[rosa])).content.decode()


def test_a_letter_is_printed_by_a_person_who_says_how_it_went(dana: Client, house: House, rosa: UUID) -> None:
    past("UPDATE patient SET address_lines = '{12 Elm Street}', city = 'Troy' WHERE id = %s", rosa)
    until = read_clock() + timedelta(days=3)
    key = send_message(house.acting("dana"), rosa, draft(rosa, road=Road.LETTER, good_until=until))
    claimed = claim_due(system(Purpose.SWEEP), how_many=5)
    assert claimed is not None
    hand_over(system(Purpose.SWEEP), claimed.keys, lambda all_: [Handed(Went.BY_HAND) for _ in all_])

    paper = dana.get(reverse("patient-letter", args=[rosa, key]))
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(paper.content)).pages)
    assert "12 Elm Street, Troy" in text
    assert "Can you come on Monday?" in text
    unsaid = send(dana, "patient-outbox-by-hand", rosa, out=key, evidence="")
    assert unsaid.status_code == 422

    said = send(dana, "patient-outbox-by-hand", rosa, out=key, evidence="Mailed at noon").content.decode()

    assert "Noted as sent." in said
    assert ask("SELECT state, said FROM outbox WHERE id = %s", key) == [("sent", "Mailed at noon")]
    assert ask("SELECT state FROM loop WHERE check_name = 'outbox_by_hand'") == [("closed",)]
    assert dana.get(reverse("patient-letter", args=[rosa, key])).status_code == 404


def test_somebody_of_another_team_sees_nothing_of_it(house: House, rosa: UUID) -> None:
    key = send_message(house.acting("dana"), rosa, draft(rosa))
    kim = sign_in("kim")

    assert kim.get(reverse("patient-outbox", args=[rosa])).status_code == 404
    assert kim.get(reverse("patient-letter", args=[rosa, key])).status_code == 404


def test_a_test_message_goes_once_and_says_how_it_went(monkeypatch: pytest.MonkeyPatch) -> None:
    admin = signed_in(Role.ADMINISTRATOR)
    page = reverse("admin-channels")
    assert "It lacks:" in admin.get(page).content.decode()
    asked = {"road": "text", "address": "(555) 010-0199"}
    assert admin.post(reverse("admin-channel-test"), asked).status_code == 409
    for name, value in {"URL": "http://127.0.0.1:9", "ACCOUNT": "a", "TOKEN": "b", "FROM": "+15550100100"}.items():
        monkeypatch.setenv(f"CARELOOP_TEXT_{name}", value)
    assert admin.post(reverse("admin-channel-test"), asked | {"address": "12"}).status_code == 409

    admin.post(reverse("admin-channel-test"), asked)
    assert "not sent yet" in admin.get(page).content.decode()
    for _ in range(2):
        send_due(lambda: system().at)

    assert "not taken, it can be tried again" in admin.get(page).content.decode()
    assert ask("SELECT address, went FROM channel_test") == [("+15550100199", "try_again")]


def hook(client: Client, name: str, values: dict[str, str], signature: str | None = None) -> int:
    url = f"http://testserver{reverse(name)}"
    right = sign(url, values.items(), TOKEN) if signature is None else signature
    return client.post(reverse(name), values, headers={"X-Twilio-Signature": right}).status_code


def test_what_a_gateway_sends_is_kept_whole_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELOOP_TEXT_TOKEN", TOKEN)
    client = Client(enforce_csrf_checks=True)
    values = {"MessageSid": "SM1", "From": "+15550100142", "Body": "Sí, mañana"}

    assert [hook(client, "hook-text-in", values) for _ in range(3)] == [200, 200, 200]

    kept = ask("SELECT source, state, about ->> 'Body', patient_id FROM inbox_item")
    assert kept == [("text", "new", "Sí, mañana", None)]


@pytest.mark.parametrize("signature", ["", "x", "é", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
def test_what_is_not_signed_by_the_gateway_is_not_kept(monkeypatch: pytest.MonkeyPatch, signature: str) -> None:
    monkeypatch.setenv("CARELOOP_TEXT_TOKEN", TOKEN)
    client = Client()

    assert hook(client, "hook-text-in", {"Body": "No"}, signature) == 403
    monkeypatch.delenv("CARELOOP_TEXT_TOKEN")
    assert hook(client, "hook-text-status", {"MessageSid": "SM1"}, sign("x", (), "")) == 403
    assert client.get(reverse("hook-text-in")).status_code == 404
    assert ask_one("SELECT count(*) FROM inbox_item") == 0
