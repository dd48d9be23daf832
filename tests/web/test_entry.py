"""Who gets in, where they land, and what is kept of it: a real database, the real doors, Django's test client."""

import re
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.urls.converters import IntConverter

from careloop.actions.people import deactivate, hire, make_sign_in_link, make_team
from careloop.basics.clock import read_clock
from careloop.config.urls import urlpatterns
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.records.models import Login
from careloop.web.screen import SCREENS
from careloop.web.seals import FIELD, seal

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
ANY = UUID(int=7)


def operator() -> Acting:
    return Acting(SYSTEM_ID, Role.SYSTEM, read_clock(), Purpose.OPERATE)


def add(role: Role, language: str = "en") -> UUID:
    team = make_team(operator(), name="Elm Street")
    return hire(
        operator(),
        name="Dana Okafor",
        email=f"{role}@elm.example",
        role=role,
        password=PASSWORD,
        unit_ids=[team],
        language=language,
    )


def signed_in(role: Role, language: str = "en") -> Client:
    add(role, language)
    client = Client()
    answer = client.post(reverse("account_login"), {"login": f"{role}@elm.example", "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client


def address_of(pattern: URLPattern) -> str:
    keys = {name: 7 if isinstance(kind, IntConverter) else ANY for name, kind in pattern.pattern.converters.items()}
    return reverse(pattern.name or "", kwargs=keys)


# Pages of patients ask for a link and a birth date instead: tests/web/test_portal.py tries those doors.
OWN = [
    p
    for p in urlpatterns
    if SCREENS.get(f"{p.callback.__module__}.{p.callback.__name__}") in ("page", "deed")
    and not p.callback.__module__.startswith("careloop.web.portal")
]

# A look at what is being written is a page that is posted to.
LOOKS = ("thread-look", "thread-letter-look")


@pytest.mark.parametrize("pattern", OWN, ids=lambda p: str(p.name))
def test_nobody_sees_or_does_anything_without_signing_in(pattern: URLPattern) -> None:
    address = address_of(pattern)
    kind = SCREENS[f"{pattern.callback.__module__}.{pattern.callback.__name__}"]
    answer = Client().post(address) if kind == "deed" or pattern.name in LOOKS else Client().get(address)

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("role", "lands_on"),
    [
        (Role.COORDINATOR, "today"),
        (Role.SUPERVISOR, "today"),
        (Role.FRONT_DESK, "find"),
        (Role.ADMINISTRATOR, "admin"),
        (Role.AUDITOR, "admin"),
    ],
)
def test_everybody_lands_on_a_page_that_the_role_has(role: Role, lands_on: str) -> None:
    answer = signed_in(role).get("/", follow=True)

    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == reverse(lands_on)


def test_coordinator_without_work_is_told_that_all_is_clear() -> None:
    assert "All clear" in signed_in(Role.COORDINATOR).get("/").content.decode()


def test_screens_speak_the_language_of_the_person() -> None:
    html = signed_in(Role.COORDINATOR, "es").get("/").content.decode()

    assert '<html lang="es"' in html
    assert "Todo en orden" in html


def test_link_sets_a_password_once() -> None:
    person_id = add(Role.COORDINATOR)
    link = make_sign_in_link(operator(), person_id=person_id)
    client = Client()
    form = client.get(link, follow=True)
    assert b"Choose your password" in form.content
    # The key leaves the address before the form is shown: it must not stand in a history or a referrer.
    assert link.rsplit("-", 1)[-1] not in form.request["PATH_INFO"]

    new = "a staple of battery horses"
    done = client.post(form.request["PATH_INFO"], {"password1": new, "password2": new}, follow=True)

    assert b"Your password is set" in done.content
    assert Client().post("/sign-in/", {"login": "coordinator@elm.example", "password": new}).status_code == 302
    assert b"This link is used up" in Client().get(link, follow=True).content


def test_somebody_who_was_let_go_is_signed_out_at_the_next_click() -> None:
    client = signed_in(Role.COORDINATOR)
    html = client.get("/you/").content.decode()
    assert "Dana Okafor" in html

    deactivate(operator(), person_id=_person_of(client))

    assert client.get("/you/")["Location"].startswith(reverse("account_login"))


def test_a_loop_that_is_not_there_is_refused_like_a_page_that_is_not_there() -> None:
    client = signed_in(Role.COORDINATOR)

    sealed = seal(ANY, Login.objects.get(email="coordinator@elm.example").person_id, read_clock())
    deed = client.post(reverse("loop-start", kwargs={"loop_id": ANY}), {"version": "1", FIELD: sealed})
    page = client.get(reverse("patient", kwargs={"patient_id": ANY}))
    nothing = client.get("/nowhere/")

    assert deed.status_code == page.status_code == nothing.status_code == 404
    assert deed.content == page.content == nothing.content


def test_form_without_its_token_changes_nothing_and_says_why() -> None:
    add(Role.COORDINATOR)
    client = Client(enforce_csrf_checks=True)

    answer = client.post(reverse("account_login"), {"login": "coordinator@elm.example", "password": PASSWORD})

    assert answer.status_code == 403
    assert b"This form was open too long" in answer.content
    assert "_auth_user_id" not in client.session


def test_session_keeps_no_name_and_no_fact() -> None:
    client = signed_in(Role.COORDINATOR)
    client.get("/")
    kept = str(dict(client.session.items()))

    assert "Dana" not in kept
    assert "elm.example" not in re.sub(r"'account_authentication_methods':.*?\]", "", kept)


def test_search_for_one_thing_is_refused_and_stays_on_the_page() -> None:
    client = signed_in(Role.COORDINATOR)

    answer = client.post("/find/", {"name": "Rosa Alvarez"})

    assert answer.status_code == 409
    assert b'value="Rosa Alvarez"' in answer.content


def test_process_says_that_it_is_alive_without_asking_the_database(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert Client().get("/livez").content == b"ok\n"


def _person_of(client: Client) -> UUID:
    from careloop.records.models import Login

    return UUID(str(Login.objects.get(pk=client.session["_auth_user_id"]).person_id))
