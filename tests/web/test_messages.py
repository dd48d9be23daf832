"""The pages of the words for patients: who has them, what they show, and what they say when words tell too much."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from careloop.actions.administration_places import add_unit
from careloop.catalog.messages import load_messages
from careloop.facts.access import Role
from tests.web.test_entry import operator, signed_in

pytestmark = pytest.mark.django_db


def test_every_situation_stands_in_the_list_with_both_languages_and_leads_to_its_page() -> None:
    client = signed_in(Role.SUPERVISOR)

    html = client.get(reverse("admin-messages")).content.decode()

    assert html.count("Draft, school year") == 2 * len(load_messages())
    assert f"0 of {2 * len(load_messages())} versions are approved" in html
    for key in load_messages():
        assert f'href="/admin/messages/{key}/"' in html
    assert 'class="btn primary"' not in html


@pytest.mark.parametrize("key", load_messages())
def test_a_message_is_shown_as_a_person_would_see_it(key: str) -> None:
    html = signed_in(Role.ADMINISTRATOR).get(reverse("admin-message", args=[key])).content.decode()

    assert '<q lang="en">' in html
    assert '<q lang="es">' in html
    assert html.count("Nobody with a qualification has read these words yet.") == 2
    assert "{" not in "".join(re.findall(r"<q[^>]*>(.*?)</q>", html, re.DOTALL))


def test_a_text_says_its_parts_and_that_its_cost_is_not_known() -> None:
    html = signed_in(Role.SUPERVISOR).get(reverse("admin-message", args=["visit_booked"])).content.decode()

    assert "Hi Rosa, it is Dana. Your visit is set for Monday, November 23 at 9:30 am at 214 Maple Avenue" in html
    assert "2 parts, short alphabet (GSM 03.38)" in html
    assert "cost not known" in html


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.FRONT_DESK, Role.BILLING, Role.AUDITOR])
def test_others_have_neither_page(role: Role) -> None:
    client = signed_in(role)

    assert client.get(reverse("admin-messages")).status_code == 404
    assert client.get(reverse("admin-message", args=["visit_booked"])).status_code == 404


def test_a_situation_that_is_not_there_is_not_found() -> None:
    assert signed_in(Role.SUPERVISOR).get(reverse("admin-message", args=["nothing"])).status_code == 404


def test_a_name_of_the_clinic_in_a_text_is_told_on_both_pages() -> None:
    client = signed_in(Role.SUPERVISOR)
    make_site("Maple Avenue")

    page = client.get(reverse("admin-message", args=["visit_booked"])).content.decode()
    listed = client.get(reverse("admin-messages")).content.decode()

    assert "“maple avenue” is a name of the clinic, where others may see it." in page
    assert "“maple avenue” is a name of the clinic, where others may see it." in listed


def make_site(name: str) -> None:
    add_unit(operator(), kind="site", name=name)


def test_the_pages_speak_spanish_and_keep_the_english_words_english() -> None:
    html = signed_in(Role.SUPERVISOR, "es").get(reverse("admin-message", args=["missed_visit"])).content.decode()

    assert "El paciente no vino" in html
    assert "Buzón de voz" in html
    assert '<q lang="en">Hi Rosa' in html


def test_looking_is_in_the_log() -> None:
    signed_in(Role.SUPERVISOR).get(reverse("admin-message", args=["visit_booked"]))

    asked = {"what": "reads.messages.get_message"}
    log = signed_in(Role.AUDITOR).post(reverse("admin-audit"), asked).content.decode()
    assert "Looked at the words of a message" in log.split("Found, the newest first")[1]


def test_the_page_of_one_asks_the_database_only_for_its_history_and_notes_more_than_the_list_of_all() -> None:
    client = signed_in(Role.SUPERVISOR)
    counts = []
    for address in (reverse("admin-messages"), reverse("admin-message", args=["visit_booked"])):
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        counts.append(len(seen))

    assert counts[1] == counts[0] + 3
