"""The pages of the checks: who sees them, who signs there, and what is said when a signature cannot be taken."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from django.urls import reverse

from careloop.actions.signing import sign_check_for
from careloop.basics.words import Say
from careloop.facts.access import Role
from careloop.facts.checks import Bound
from careloop.facts.signing import Signature
from careloop.reads.signing import get_check_page
from careloop.rules.checks import find_checks
from tests.web.test_entry import operator, signed_in

pytestmark = pytest.mark.django_db

HBA1C = "hba1c_overdue"
SUGAR = Bound(f"{HBA1C}.sugar", Decimal("7.0"), Decimal("6.5"), Decimal("9"), "%", Say(f"check.{HBA1C}.name"))
FIELD = f"threshold:{SUGAR.name}"
LIST, PAGE, SIGN = reverse("checks"), reverse("check", args=[HBA1C]), reverse("check-sign", args=[HBA1C])


@pytest.fixture(autouse=True)
def _bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    check = replace(find_checks()[HBA1C], bounds=(SUGAR,))
    monkeypatch.setattr("careloop.rules.checks.CHECKS", {**find_checks(), HBA1C: check})


def newest() -> tuple[bool, Decimal, str]:
    page = get_check_page(operator(), HBA1C)
    return page.history[0].is_on, page.history[0].thresholds[SUGAR.name], page.history[0].note


def test_a_clinician_signs_on_the_page_and_sees_it_there(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(Role.CLINICIAN)
    assert client.get(PAGE).content.count(b"btn primary") == 1

    answer = client.post(SIGN, {"state": "off", FIELD: "8.5", "note": "Too many.", "seen": ""}, follow=True)

    assert answer.redirect_chain == [(PAGE, 303)]
    text = answer.content.decode()
    assert "Signed. The check is off." in text
    assert "Too many." in text
    assert 'value="8.5"' in text
    assert newest() == (False, Decimal("8.5"), "Too many.")
    assert "Dana Okafor" in client.get(LIST).content.decode()


def test_what_cannot_be_taken_is_said_and_what_was_typed_stays() -> None:
    client = signed_in(Role.CLINICIAN)

    answer = client.post(SIGN, {"state": "off", FIELD: "12", "note": "Typed.", "seen": ""})

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "must be from 6.5 to 9 %" in text
    assert 'value="12"' in text
    assert "Typed." in text
    assert 'value="off" required checked' in text
    assert get_check_page(operator(), HBA1C).history == ()


def test_a_form_without_on_or_off_is_not_clear() -> None:
    answer = signed_in(Role.CLINICIAN).post(SIGN, {"note": "Typed."})

    assert answer.status_code == 422
    assert "Choose on or off." in answer.content.decode()


def test_an_older_page_signs_nothing_over_a_newer_signature() -> None:
    client = signed_in(Role.CLINICIAN)
    sign_check_for(operator(), Signature(HBA1C, is_on=True), clinician="clinician@elm.example")

    answer = client.post(SIGN, {"state": "off", FIELD: "8", "seen": ""})

    assert answer.status_code == 409
    assert "Somebody else" in answer.content.decode()
    assert newest()[0]


def test_a_coordinator_sees_the_checks_and_cannot_sign() -> None:
    client = signed_in(Role.COORDINATOR)

    assert b'name="state"' not in client.get(PAGE).content
    assert b"<form" in client.get(PAGE).content
    assert client.post(SIGN, {"state": "off", "seen": ""}).status_code == 404
    assert get_check_page(operator(), HBA1C).history == ()
    assert reverse("checks").encode() in client.get(reverse("today")).content


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.BILLING, Role.AUDITOR, Role.ADMINISTRATOR])
def test_others_see_no_checks(role: Role) -> None:
    client = signed_in(role)

    assert {client.get(LIST).status_code, client.get(PAGE).status_code} == {404}
    assert LIST.encode() not in client.get(reverse("you")).content


@pytest.mark.parametrize("name", ["tea_leaves", str(UUID(int=7))])
def test_a_check_that_is_not_there_is_not_found(name: str) -> None:
    assert signed_in(Role.CLINICIAN).get(reverse("check", args=[name])).status_code == 404


def test_every_check_has_a_page_in_both_languages() -> None:
    for language, word in (("en", "What it asks"), ("es", "Qué pregunta")):
        client = signed_in(Role.SUPERVISOR, language) if language == "en" else signed_in(Role.CLINICIAN, language)
        for name in find_checks():
            answer = client.get(reverse("check", args=[name]))
            assert answer.status_code == 200
            assert word in answer.content.decode()
