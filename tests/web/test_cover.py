"""The one page of cover: planned, shown, ended and taken back by a supervisor, and by nobody else."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from careloop.basics.clock import read_clock
from careloop.facts.access import Role
from careloop.records.models import Cover, Login
from tests.web.test_entry import add, signed_in

pytestmark = pytest.mark.django_db

# Where the clinic of these tests is: for some hours of each night its day is not the one in London.
ZONE = ZoneInfo("America/New_York")


@pytest.fixture(autouse=True)
def _fresh_tries() -> None:
    """Nobody has tried to sign in yet."""
    cache.clear()


def typed(*, days: int = 0) -> dict[str, str]:
    """Return the plan that a supervisor stands in for a coordinator on one day, counted where the clinic is."""
    on = (read_clock().astimezone(ZONE) + timedelta(days=days)).date().isoformat()
    absent, covering = (
        str(Login.objects.get(email=f"{who}@elm.example").person_id) for who in ("coordinator", "supervisor")
    )
    return {"absent": absent, "covering": covering, "first_on": on, "last_on": on, "reason": "At a course"}


@pytest.fixture
def client() -> Client:
    client = signed_in(Role.SUPERVISOR)
    add(Role.COORDINATOR)
    return client


def test_cover_is_planned_shown_and_ended(client: Client) -> None:
    html = client.post(reverse("cover-plan"), typed(), follow=True).content.decode()

    assert "The cover is planned." in html
    assert "At a course" in client.get(reverse("cover")).content.decode()
    client.post(reverse("cover-end", kwargs={"cover_id": Cover.objects.get().pk}))
    assert Cover.objects.get().during.upper <= read_clock()


def test_cover_that_was_taken_back_before_it_began_is_not_shown(client: Client) -> None:
    client.post(reverse("cover-plan"), typed(days=3))
    assert "Take it back" in client.get(reverse("cover")).content.decode()

    client.post(reverse("cover-end", kwargs={"cover_id": Cover.objects.get().pk}))

    html = client.get(reverse("cover")).content.decode()
    assert "At a course" not in html
    assert "Nobody covers for anybody" in html


@pytest.mark.parametrize(
    ("change", "status"),
    [({"covering": ""}, 422), ({"first_on": "soon"}, 422), ({"last_on": "2020-01-01"}, 409)],
)
def test_what_cannot_be_planned_is_said_with_what_was_typed(
    client: Client, change: dict[str, str], status: int
) -> None:
    answer = client.post(reverse("cover-plan"), typed() | change)

    assert answer.status_code == status
    assert Cover.objects.count() == 0
    assert f'value="{typed()["absent"]}" selected' in answer.content.decode()


def test_the_same_cover_sent_twice_is_planned_once(client: Client) -> None:
    client.post(reverse("cover-plan"), typed())

    assert client.post(reverse("cover-plan"), typed()).status_code == 409
    assert Cover.objects.count() == 1


def test_administration_leads_to_the_one_page(client: Client) -> None:
    assert 'href="/cover/"' in client.get(reverse("admin")).content.decode()
    assert client.get("/admin/cover/").status_code == 404
