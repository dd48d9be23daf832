"""A loop without a patient, such as the review of a refused record, is worked like any other."""

import html
import re

import pytest
from django.http import HttpResponse
from django.test import Client

from careloop.records.models import Login
from tests.people import House, build_house, take_in

pytestmark = pytest.mark.django_db

BROKEN = b'{"resourceType": "Patient", "id": "p9", "gender": "pink"}'


def seal_in(shown: HttpResponse) -> str:
    """Return the seal of the first form about a row."""
    found = re.search(r'name="sealed" value="([^"]+)"', shown.content.decode())
    assert found
    return html.unescape(found[1])


@pytest.fixture
def house() -> House:
    return build_house()


def test_the_review_of_a_refused_record_is_shown_and_can_be_taken(
    house: House, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARELOOP_CLOCK", "2026-11-20T15:05:00+00:00")
    take_in(BROKEN, house.north, name="broken.json")
    client.force_login(Login.objects.get(email="dana@clinic.example"))

    shown = client.get("/")
    row = shown.context["page"].selected.row
    taken = client.post(f"/loops/{row.id}/take/", {"version": row.version, "sealed": seal_in(shown)}, follow=True)

    assert shown.status_code == 200
    assert "Mend a record that could not come in: broken.json" in shown.content.decode()
    assert taken.status_code == 200
    assert taken.context["page"].groups[0].rows[0].is_mine
