"""The FHIR address of an office on screen, and the packet that goes there with what was ticked."""

import json
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from careloop.actions.directory import add_entry
from careloop.actions.documents import add_document
from careloop.basics.clock import read_clock
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.outbox import Handed, Went
from careloop.jobs.outbox import send_due
from tests.actions.referring import bring_seen_by_asha, make
from tests.people import House
from tests.web.records import sealed_for
from tests.web.test_documents import house, sign_in
from tests.web.test_packets import seen

__all__ = ["house"]

pytestmark = pytest.mark.django_db
WEB = "https://fhir.bayview.example/r4"


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_seen_by_asha(house, "rosa-goes")


@pytest.fixture
def office(house: House) -> UUID:
    return add_entry(house.acting("sol"), EntryDraft(EntryKind.PRACTITIONER, "Bayview Heart", zone="America/New_York"))


def say(client: Client, name: str, office: UUID, **typed: str) -> str:
    return client.post(reverse(name, args=[office]), typed, follow=True).content.decode()


def test_the_address_is_set_shown_and_forgotten_and_the_key_never_comes_back(house: House, office: UUID) -> None:
    sol = sign_in("sol")
    page, entry = (reverse(name, args=[office]) for name in ("directory-endpoint", "directory-entry"))
    assert "No address is known for this entry." in sol.get(page).content.decode()

    wrong = say(sol, "directory-endpoint-save", office, address="http://fhir.bayview.example", key="s3cret")
    assert "This address cannot be used." in wrong
    assert 'value="http://fhir.bayview.example"' in wrong
    kept = say(sol, "directory-endpoint-save", office, address=f"{WEB}/", key="s3cret")
    assert "Kept. Referrals to this office can go there." in kept
    assert f'<bdi class="where">{WEB}</bdi>' in kept
    assert "kept sealed, and never shown" in kept
    assert "s3cret" not in wrong + kept
    assert page in sol.get(entry).content.decode()
    assert "Forgotten, with its key." in say(sol, "directory-endpoint-forget", office)


def test_who_may_not_write_the_directory_finds_no_such_page(house: House, office: UUID) -> None:
    client = sign_in("ines")

    assert client.get(reverse("directory-endpoint", args=[office])).status_code == 404
    assert client.post(reverse("directory-endpoint-save", args=[office]), {"address": WEB}).status_code == 404


def test_a_packet_with_a_document_goes_to_their_system(house: House, rosa: UUID, office: UUID) -> None:
    say(sign_in("sol"), "directory-endpoint-save", office, address=WEB)
    dana, acting = sign_in("dana"), house.acting("dana")
    key = make(acting, house, rosa, to_entry=office)
    scan = add_document(acting, rosa, content=b"An echo of 2025", title="Echo", dated_on=None).document_id

    query = f"?doc={scan}"
    shown = dana.get(reverse("referral-packet", args=[key]) + query).content.decode()
    assert WEB in shown
    assert "document-1.txt" in shown
    assert shown.count("btn primary") == 1
    made = json.loads(dana.get(reverse("referral-packet-fhir", args=[key]) + query).content)
    assert "Binary" in {one["resource"]["resourceType"] for one in made["entry"]}

    typed = sealed_for(dana, rosa) | seen(dana, key, query) | {"road": "fhir", "doc": str(scan)}
    gone = dana.post(reverse("referral-queue", args=[key]), typed, follow=True).content.decode()
    assert "It is on its way. What becomes of it is noted here." in gone
    send_due(read_clock, lambda _road: Taker())  # type: ignore[arg-type, return-value]
    after = dana.get(reverse("referral", args=[key])).content.decode()
    assert "The system of Bayview Heart has it; nobody there has said yes or no yet" in after
    assert f"{WEB}/Bundle/1" in after


class Taker:
    """A server that takes all."""

    def send(self, parcel: object) -> Handed:
        """Take it."""
        return Handed(Went.SENT, f"{WEB}/Bundle/1", "201")
