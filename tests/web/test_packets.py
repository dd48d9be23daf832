"""The packet of a referral on screen: by e-mail where the directory says so, taken back, carried, noted by hand."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from careloop.actions.directory import add_entry
from careloop.basics.clock import read_clock
from careloop.facts.directory import EntryDraft, EntryKind, ReferralBy
from careloop.facts.outbox import Handed, Went
from careloop.jobs.outbox import send_due
from careloop.reads.referrals import get_referral_page
from tests.actions.referring import bring_seen_by_asha, make
from tests.people import House
from tests.web.records import sealed_for
from tests.web.test_documents import house, sign_in

__all__ = ["house"]

pytestmark = pytest.mark.django_db
DESK = "referrals@bayview.example"


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_seen_by_asha(house, "rosa-goes")


@pytest.fixture
def referral(house: House, rosa: UUID) -> UUID:
    draft = EntryDraft(
        EntryKind.PRACTITIONER, "Bayview Heart", zone="America/New_York", email=DESK, referral_by=ReferralBy.EMAIL
    )
    return make(house.acting("dana"), house, rosa, to_entry=add_entry(house.acting("sol"), draft))


@pytest.fixture
def dana(house: House) -> Client:
    return sign_in("dana")


def post(client: Client, name: str, patient: UUID, *keys: object, **typed: object) -> Any:  # noqa: ANN401
    return client.post(reverse(name, args=keys), sealed_for(client, patient) | typed, follow=True)


def page(client: Client, referral: UUID, name: str = "referral") -> str:
    return client.get(reverse(name, args=[referral])).content.decode()


def seen(client: Client, referral: UUID, query: str = "") -> dict[str, str]:
    """Return what the preview's form says of the packet that is looked at; ``query`` ticks documents."""
    shown = client.get(reverse("referral-packet", args=[referral]) + query).content.decode()
    return dict(re.findall(r'<input type="hidden" name="(version|seen)" value="([0-9a-f]+)"', shown))


def version_of(house: House, referral: UUID) -> int:
    return get_referral_page(house.acting("dana"), referral).row.version


def test_it_goes_by_mail_and_is_taken_back_while_it_waits(
    dana: Client, house: House, rosa: UUID, referral: UUID
) -> None:
    before = page(dana, referral, "referral-packet")
    assert DESK in before
    assert before.count("btn primary") == 1

    gone = post(dana, "referral-queue", rosa, referral, road="email", **seen(dana, referral)).content.decode()
    assert "It is on its way. What becomes of it is noted here." in gone
    assert "It goes with the next round of the outbox." in gone
    assert "Take the packet back" in gone
    assert "Did it go?" not in gone

    version = version_of(house, referral)
    back = post(dana, "referral-act", rosa, referral, "recall", version=version).content.decode()
    assert "It is taken back. Nothing has left." in back
    assert "Look at the packet and send it" in back
    again = post(
        dana,
        "referral-act",
        rosa,
        referral,
        "recall",
        version=version_of(house, referral),
    )
    assert again.status_code == 409


def test_a_letter_waits_for_somebody_who_says_what_shows_that_it_went(
    dana: Client, house: House, rosa: UUID, referral: UUID
) -> None:
    class Hands:
        def send(self, parcel: object) -> Handed:
            return Handed(Went.BY_HAND)

    post(dana, "referral-queue", rosa, referral, road="letter", **seen(dana, referral))
    send_due(read_clock, lambda _road: Hands())  # type: ignore[arg-type,return-value]
    shown = page(dana, referral)
    assert "Waits for somebody who prints it and sends it." in shown
    assert "Did it go?" in shown
    assert "Take the packet back" not in shown

    version = version_of(house, referral)
    done = post(dana, "referral-act", rosa, referral, "settle", version=version, went="yes", words="Fax report 10:04")
    assert "Fax report 10:04" in done.content.decode()


def test_a_refusal_and_a_form_with_gaps_say_one_thing(dana: Client, house: House, rosa: UUID, referral: UUID) -> None:
    old = seen(dana, referral) | {"seen": "0" * 64}

    for name, typed in (("referral-queue", {"road": "email"}), ("referral-send", {"channel": "fax", "evidence": "x"})):
        refused = post(dana, name, rosa, referral, **old, **typed)
        assert refused.status_code == 409
        assert refused.content.decode().count('id="problem"') == 1
    kept = refused.content.decode()
    assert '<option value="fax" selected>' in kept

    unclear = post(dana, "referral-send", rosa, referral, **seen(dana, referral), channel="")
    assert unclear.content.decode().count('id="problem"') == 1
