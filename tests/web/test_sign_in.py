"""Signing in: what a wrong password is told, and how often one may try."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.utils import decrypt
from django.test import Client
from django.urls import reverse

from careloop.facts.access import Role
from tests.web.test_entry import PASSWORD, add, signed_in

pytestmark = pytest.mark.django_db

SIGN_IN = reverse("account_login")
EMAIL = f"{Role.COORDINATOR}@elm.example"


def attempt(password: str, email: str = EMAIL, language: str = "en") -> tuple[int, str]:
    answer = Client(headers={"Accept-Language": language}).post(SIGN_IN, {"login": email, "password": password})
    return answer.status_code, answer.content.decode()


def reason(page: str) -> str:
    """Return what the page says between its heading and its form."""
    return re.sub(r'value="[^"]*"', "", page[page.index("<h1") : page.index('name="login"')])


def test_a_wrong_password_and_an_unknown_address_are_told_the_same() -> None:
    add(Role.COORDINATOR)

    wrong, unknown = attempt("not it"), attempt("not it", "nobody@elm.example")

    assert (wrong[0], unknown[0]) == (200, 200)
    assert reason(wrong[1]) == reason(unknown[1])
    assert attempt(PASSWORD)[0] == 302


def test_after_five_wrong_passwords_the_right_one_has_to_wait() -> None:
    add(Role.COORDINATOR)
    for _ in range(5):
        assert attempt("not it")[0] == 200

    status, page = attempt(PASSWORD)

    assert status == 200
    assert "Too many" in page
    assert "Demasiados" in attempt(PASSWORD, language="es")[1]


def test_one_address_may_not_try_without_end() -> None:
    for number in range(30):
        assert attempt("not it", f"nobody{number}@elm.example")[0] == 200

    status, page = attempt("not it", "nobody@elm.example")

    assert status == 429
    assert "try again" in page.casefold()


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A code is good for half a minute: that half minute does not end while a test runs."""
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: 1_795_000_000)


def code_of(secret: str) -> str:
    """Return the code that an authenticator would show now."""
    (counter,) = auth.yield_hotp_counters_from_time()
    return str(auth.format_hotp_value(auth.hotp_value(secret, counter)))


def signed_in_again() -> Client:
    """Sign in, and say the password once more, as changing how one signs in asks for."""
    client = signed_in(Role.COORDINATOR)
    assert reverse("account_reauthenticate") in client.get(reverse("mfa_activate_totp")).headers["Location"]
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
    return client


def switch_on(client: Client) -> str:
    """Set up an authenticator as somebody does; return its secret."""
    page = client.get(reverse("mfa_activate_totp"))
    secret = str(page.context["form"].secret)
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return secret


@pytest.mark.usefixtures("stopped")
def test_who_has_an_authenticator_is_asked_for_its_code_and_each_code_opens_once() -> None:
    client = signed_in_again()
    secret = switch_on(client)
    client.post(reverse("account_logout"))

    answer = client.post(SIGN_IN, {"login": EMAIL, "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("mfa_authenticate"))
    assert client.get(reverse("today")).status_code == 302

    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.get(reverse("today")).status_code == 302

    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).status_code == 302
    assert client.get(reverse("today")).status_code == 200

    client.post(reverse("account_logout"))
    client.post(SIGN_IN, {"login": EMAIL, "password": PASSWORD})
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).status_code == 200
    assert client.get(reverse("today")).status_code == 302


def test_a_wrong_code_does_not_switch_an_authenticator_on() -> None:
    client = signed_in_again()

    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    client.post(reverse("account_logout"))

    assert client.post(SIGN_IN, {"login": EMAIL, "password": PASSWORD}).headers["Location"] == "/"


@pytest.mark.usefixtures("stopped")
def test_the_database_holds_the_secret_sealed_and_another_key_opens_nothing(settings: Any) -> None:  # noqa: ANN401
    client = signed_in_again()
    secret = switch_on(client)
    client.post(reverse("account_logout"))
    (kept,) = [one.data for one in Authenticator.objects.all() if one.type == Authenticator.Type.TOTP]
    assert secret not in str(kept)
    assert decrypt(kept["secret"]) == secret

    settings.SECRET_KEY = "another key"
    client.post(SIGN_IN, {"login": EMAIL, "password": PASSWORD})
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).status_code == 200
    assert client.get(reverse("today")).status_code == 302
