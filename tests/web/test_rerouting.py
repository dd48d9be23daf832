"""A referral that an office declined goes to somebody whom the finder names with reasons."""

from uuid import UUID

import pytest
from django.urls import reverse

from careloop.actions.directory import add_entry
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.referrals import AnswerKind, ReferralState
from careloop.reads.referrals import get_referral_page
from tests.actions.referring import answer, bring_seen_by_asha, make, send
from tests.people import House
from tests.web.test_documents import house, sign_in
from tests.web.test_packets import post

__all__ = ["house"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_seen_by_asha(house, "rosa-goes")


@pytest.fixture
def bayview(house: House) -> UUID:
    draft = EntryDraft(EntryKind.ORGANIZATION, "Bayview Heart", specialties=("Cardiology",))
    return add_entry(house.acting("sol"), draft)


@pytest.fixture
def elm(house: House) -> UUID:
    return add_entry(
        house.acting("sol"),
        EntryDraft(EntryKind.ORGANIZATION, "Elm Heart", specialties=("Cardiology",), languages=("es",)),
    )


@pytest.fixture
def declined(house: House, rosa: UUID, bayview: UUID) -> UUID:
    dana = house.acting("dana")
    key = make(dana, house, rosa, to_entry=bayview)
    send(dana, key)
    answer(dana, key, AnswerKind.DECLINED, "full before spring")
    return key


def test_from_declined_over_the_finder_to_somebody_else(house: House, rosa: UUID, declined: UUID, elm: UUID) -> None:
    client = sign_in("dana")
    finder, referral = reverse("directory-find"), reverse("referral", args=[declined])
    assert f'href="{finder}?referral={declined}"' in client.get(referral).content.decode()

    asks = client.get(f"{finder}?referral={declined}").content.decode()
    assert f'name="referral" value="{declined}"' in asks
    assert 'name="need" maxlength="200" value="Cardiology"' in asks
    found = client.post(finder, {"referral": declined, "need": "Cardiology", "language": "es"}).content.decode()
    assert "speaks Spanish" in found
    assert f'href="{referral}?to={elm}#next"' in found
    assert reverse("patient-refer", args=[rosa]) not in found

    chosen = client.get(f"{referral}?to={elm}").content.decode()
    assert f'<option value="{elm}" selected>' in chosen
    version = get_referral_page(house.acting("dana"), declined).row.version
    post(client, "referral-act", rosa, declined, "reroute", version=version, to=elm, words="they have a place")

    row = get_referral_page(house.acting("dana"), declined).row
    assert (row.state, row.to_name) == (ReferralState.TO_SEND, "Elm Heart")


def test_a_strange_choice_chooses_nobody_and_a_strange_referral_is_not_found(house: House, declined: UUID) -> None:
    client = sign_in("dana")

    for odd in ("", "7", UUID(int=7)):
        assert (
            '<option value="" selected>'
            in client.get(f"{reverse('referral', args=[declined])}?to={odd}").content.decode()
        )
    for odd in ("7", UUID(int=7)):
        assert client.get(f"{reverse('directory-find')}?referral={odd}").status_code == 404
        assert client.post(reverse("directory-find"), {"referral": odd, "need": "food"}).status_code == 404
    assert sign_in("kim").get(f"{reverse('directory-find')}?referral={declined}").status_code == 404
