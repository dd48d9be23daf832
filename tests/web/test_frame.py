"""The frame of every page: who one is, what one may go to, whom one covers, what is saved; and how answers travel."""

import gzip
import re
from datetime import timedelta

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from careloop.actions.people import cover_caseload, hire
from careloop.basics.clock import read_clock
from careloop.facts.access import Acting, Purpose, Role
from careloop.reads.access import get_me
from careloop.records.models import Login, Membership
from careloop.web.entry import PACKED, ShrinkingMiddleware
from careloop.web.nav import NAVIGATION, list_parts
from tests.web.test_entry import PASSWORD, operator, signed_in

pytestmark = pytest.mark.django_db


def acting_of(email: str) -> Acting:
    person = Login.objects.get(email=email).person
    return Acting(person.pk, Role(person.role), read_clock(), Purpose.TREATMENT)


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.COORDINATOR, {"today", "checks"}),
        (Role.CLINICIAN, {"today", "checks"}),
        (Role.FRONT_DESK, set()),
        (Role.AUDITOR, set()),
    ],
)
def test_the_navigation_holds_what_the_role_has_a_right_to(role: Role, names: set[str]) -> None:
    acting = Acting(operator().person_id, role, read_clock(), Purpose.TREATMENT)

    shown = {entry.name for part in list_parts(acting) for entry in part.entries}

    assert shown >= names
    assert names or "today" not in shown
    assert list_parts(None) == []


def test_every_entry_of_the_navigation_leads_to_a_page_and_no_two_have_one_key() -> None:
    entries = [entry for part in NAVIGATION for entry in part.entries]
    keys = [entry.key for entry in entries if entry.key]

    assert all(reverse(entry.name) for entry in entries)
    assert len(keys) == len(set(keys))


def test_the_frame_says_whom_somebody_covers_and_until_when() -> None:
    client = signed_in(Role.COORDINATOR)
    team = Membership.objects.values_list("unit_id", flat=True)[0]
    lee = hire(operator(), name="Lee Martin", email="lee@elm.example", role=Role.COORDINATOR, password=PASSWORD,
               unit_ids=[team])  # fmt: skip
    hire(operator(), name="Sol", email="sol@elm.example", role=Role.SUPERVISOR, password=PASSWORD, unit_ids=[team])
    dana = acting_of("coordinator@elm.example")
    until = dana.at + timedelta(days=2)
    cover_caseload(acting_of("sol@elm.example"), absent=lee, covering=dana.person_id, since=dana.at, until=until,
                   reason="Away")  # fmt: skip

    me = get_me(acting_of("coordinator@elm.example"))

    assert [(one.name, one.until) for one in me.covering] == [("Lee Martin", until)]
    html = client.get("/").content.decode()
    assert re.search(r"Covering Lee Martin until\s*<time", html)
    assert get_me(acting_of("lee@elm.example")).covering == ()


def test_the_frame_says_when_something_was_saved_last() -> None:
    client = signed_in(Role.COORDINATOR)
    assert "All is saved" in client.get("/").content.decode()

    client.post(reverse("you-theme"), {"theme": "contrast", "next": "/checks/"})
    html = client.get("/").content.decode()

    assert re.search(r"Saved \d+:\d\d [ap]m", html)
    assert "All is saved" not in html


@pytest.mark.parametrize(
    ("asked", "back"),
    [
        ("/checks/", "/checks/"),
        ("/?tab=calls", "/?tab=calls"),
        ("https://elsewhere.example/", "/you/"),
        ("//elsewhere.example/", "/you/"),
        ("javascript:alert(1)", "/you/"),
        ("", "/you/"),
    ],
)
def test_choices_lead_back_to_the_page_they_were_made_on_and_never_elsewhere(asked: str, back: str) -> None:
    answer = signed_in(Role.COORDINATOR).post(reverse("you-theme"), {"theme": "dark", "next": asked})

    assert (answer.status_code, answer["Location"]) == (303, back)


def test_rows_are_parted_for_this_browser_and_joined_again() -> None:
    client = signed_in(Role.COORDINATOR)

    client.post(reverse("you-rows"), {"rows": "each"})
    assert 'aria-pressed="false">' in client.get("/").content.decode().split("you/rows/")[1][:900]
    client.post(reverse("you-rows"), {"rows": ""})
    assert 'aria-pressed="true">' in client.get("/").content.decode().split("you/rows/")[1][:900]


def pack(kind: str, **headers: str) -> HttpResponse:
    def answer(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(b"the same words " * 100, content_type=kind, headers=headers)

    return ShrinkingMiddleware(answer)(RequestFactory(headers={"accept-encoding": "gzip"}).get("/"))  # type: ignore[return-value]


@pytest.mark.parametrize("kind", PACKED)
def test_words_are_sent_packed(kind: str) -> None:
    answer = pack(f"{kind}; charset=utf-8")

    assert answer["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content) == b"the same words " * 100
    assert "Accept-Encoding" in answer["Vary"]


def test_files_go_as_they_are() -> None:
    as_file = pack("text/html", **{"Content-Disposition": 'attachment; filename="a.html"'})

    assert not as_file.has_header("Content-Encoding")
    assert not pack("application/pdf").has_header("Content-Encoding")
    assert not pack("font/woff2").has_header("Content-Encoding")


def test_a_page_can_be_read_by_who_takes_nothing_packed() -> None:
    assert not Client().get(reverse("account_login")).has_header("Content-Encoding")
