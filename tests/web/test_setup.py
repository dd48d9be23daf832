"""The first run: who gets there, what is kept, what is made at the end, and that it is closed for good."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from careloop.actions.demo import mark_demo, mark_demo_ready
from careloop.actions.intake.held import LONGEST as HELD_AT_MOST
from careloop.actions.intake.held import drop_held_files
from careloop.actions.people import hire
from careloop.actions.setup import apply_setup, open_setup
from careloop.basics.refusals import Refusal
from careloop.cli import doctor
from careloop.facts.access import Acting, Purpose, Role
from careloop.facts.consents import Road
from careloop.facts.outbox import ChannelState
from careloop.guard.context import clear_context, set_context
from careloop.reads.channels import get_channels_page, get_portal_address
from careloop.reads.health import find_patients_of_source
from careloop.reads.setup import find_held_name, get_demo_password
from careloop.records.models import Clinic, ClinicDay, FirstRun, HeldFile, Login, OpeningHours, Person, Unit
from tests.formats.fhir.samples import PATIENT, changed
from tests.web.test_entry import PASSWORD, operator

pytestmark = pytest.mark.django_db

PAGES = [reverse("setup"), reverse("setup-check"), reverse("setup-import"), reverse("setup-links"),
         reverse("setup-demo"), reverse("setup-held"),
         *(reverse("setup-step", args=[step]) for step in ("clinic", "site", "days", "teams", "people"))]  # fmt: skip
ANSWERS = {
    "clinic": {"name": "Elm Street Clinic", "zone": "America/Chicago"},
    "site": {"name": "Elm Street 1", "zone": "", "opens-1": "08:00", "closes-1": "17:00"},
    "days": {"days": "2026-11-27 Day after Thanksgiving\n\n"},
    "teams": {"teams": "North\nSouth\nNorth"},
    "people": {
        "name-1": "Noor Haddad", "email-1": "noor@elm.example", "role-1": "administrator", "language-1": "en",
        "name-2": "Dana Okafor", "email-2": "dana@elm.example", "role-2": "coordinator", "language-2": "es",
        "name-3": "", "email-3": "", "role-3": "coordinator", "language-3": "en",
    },
}  # fmt: skip
TABLE = (
    b"patient_id,family,given,birth_date,favourite\r\nA1,Alvarez,Rosa,1958-03-14,blue\r\nA2,Bell,Tom,14/03/1958,red\r\n"
)


def begin() -> Client:
    key = open_setup(operator())
    assert key is not None
    client = Client()
    answer = client.post(reverse("setup"), {"key": key.upper().replace("-", " ")})
    assert answer.status_code == 302, answer.content
    return client


def answer_all(client: Client, **other: dict[str, str]) -> None:
    for number, (step, typed) in enumerate({**ANSWERS, **other}.items(), start=1):
        done = client.post(reverse("setup-step", args=[step]), {**typed, "version": number})
        assert done.status_code == 302, done.content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_without_a_start_that_waits_for_a_clinic_there_is_no_such_page(address: str) -> None:
    assert Client().get(address).status_code == 404
    assert Client().post(address, {"key": "x"}).status_code == 404


@pytest.mark.parametrize("address", PAGES[1:])
def test_without_the_key_every_page_leads_to_the_question_for_it(address: str) -> None:
    open_setup(operator())

    answer = Client().get(address)

    assert (answer.status_code, answer["Location"]) == (302, PAGES[0])


def test_only_the_key_of_the_newest_start_opens() -> None:
    old = open_setup(operator())
    new = open_setup(operator())
    assert re.fullmatch(r"([a-z2-9]{4}-){5}[a-z2-9]{4}", new or "")

    assert Client().post(PAGES[0], {"key": old}).status_code == 422
    assert Client().post(PAGES[0], {"key": ""}).status_code == 422
    assert Client().post(PAGES[0], {"key": new}).status_code == 302
    assert (new or "") not in str(list(FirstRun.objects.values()))


def test_somebody_who_works_here_or_a_demo_closes_the_setting_up() -> None:
    client = begin()
    hire(operator(), name="Lee", email="lee@elm.example", role=Role.SUPERVISOR, password=PASSWORD)

    assert open_setup(operator()) is None
    assert client.get(reverse("setup-step", args=["clinic"])).status_code == 404


def test_a_demo_is_not_set_up() -> None:
    client = begin()
    mark_demo(operator(), name="Demo", zone="America/New_York")

    assert open_setup(operator()) is None
    assert client.get(reverse("setup")).status_code == 404


def test_answers_are_kept_and_shown_again() -> None:
    client = begin()
    client.post(reverse("setup-step", args=["clinic"]), {**ANSWERS["clinic"], "version": 1})

    again = begin()

    assert 'value="Elm Street Clinic"' in again.get(reverse("setup-step", args=["clinic"])).content.decode()
    stale = again.post(reverse("setup-step", args=["clinic"]), {"name": "Other", "zone": "UTC", "version": 1})
    assert stale.status_code == 409
    assert 'value="Other"' in stale.content.decode()


@pytest.mark.parametrize(
    ("step", "typed", "field"),
    [
        ("clinic", {"name": " "}, "setup-name"),
        ("site", {"name": "A", "opens-1": "08:00"}, "setup-closes-1"),
        ("site", {"name": "A", "opens-1": "17:00", "closes-1": "08:00"}, "setup-closes-1"),
        ("site", {"name": "A", "opens-2": "early", "closes-2": "08:00"}, "setup-opens-2"),
        ("days", {"days": "Friday"}, "setup-days"),
        ("teams", {"teams": ""}, "setup-teams"),
        ("people", {}, "setup-role-1"),
        ("people", {**ANSWERS["people"], "email-2": "noor@elm.example"}, "setup-email-2"),
        ("people", {**ANSWERS["people"], "role-2": "patient"}, "setup-role-2"),
        ("people", {**ANSWERS["people"], "name-2": ""}, "setup-name-2"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(step: str, typed: dict[str, str], field: str) -> None:
    answer = begin().post(reverse("setup-step", args=[step]), {**typed, "version": 1})

    assert answer.status_code == 422
    html = answer.content.decode()
    assert f'href="#{field}"' in html
    assert f'id="{field}"' in html
    assert FirstRun.objects.get().answers == {}


def test_the_clinic_is_made_at_once_and_the_door_is_shut_behind() -> None:
    client = begin()
    answer_all(client)
    assert "Noor Haddad" in client.get(reverse("setup-check")).content.decode()
    assert not Person.objects.filter(kind="staff").exists()

    assert client.post(reverse("setup-check")).status_code == 303
    client.post(reverse("setup-check"))

    clinic = Clinic.objects.get()
    assert (clinic.name, clinic.zone) == ("Elm Street Clinic", "America/Chicago")
    assert set(Unit.objects.values_list("name", "kind")) == {
        ("Elm Street 1", "site"), ("North", "team"), ("South", "team"),
    }  # fmt: skip
    assert OpeningHours.objects.count() == 1
    assert ClinicDay.objects.get().name == "Day after Thanksgiving"
    assert set(Person.objects.filter(kind="staff").values_list("name", "role", "language")) == {
        ("Noor Haddad", "administrator", "en"), ("Dana Okafor", "coordinator", "es"),
    }  # fmt: skip

    html = client.post(reverse("setup-links")).content.decode()
    links = re.findall(r'href="http://testserver(/sign-in/link/[^"]+)"', html)
    assert len(links) == 2
    assert (
        b"Elija su contrase" in Client().get(links[0], follow=True, headers={"Accept-Language": "es"}).content or links
    )
    assert [Client().get(address).status_code for address in PAGES] == [404] * len(PAGES)
    assert [client.get(address).status_code for address in PAGES] == [404] * len(PAGES)
    assert open_setup(operator()) is None
    assert FirstRun.objects.get().answers == {}


@pytest.mark.parametrize("typed", ["http://care.example", "care.example", "https://care.example/?a=1"])
def test_an_address_at_which_a_birth_date_would_not_be_safe_is_not_kept(typed: str) -> None:
    client = begin()

    answer = client.post(reverse("setup-step", args=["clinic"]), {**ANSWERS["clinic"], "portal": typed, "version": 1})

    assert answer.status_code == 422
    assert "setup-portal" in answer.content.decode()


def test_the_address_of_patients_pages_is_given_at_the_setting_up_and_the_environment_goes_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CARELOOP_PORTAL_URL", raising=False)
    client = begin()
    assert get_portal_address(operator()) == ""
    assert "CARELOOP_PORTAL_URL" in doctor._portal().say
    answer_all(client, clinic={**ANSWERS["clinic"], "portal": "https://care.example/"})
    client.post(reverse("setup-check"))

    assert get_portal_address(operator()) == "https://care.example"
    assert "https://care.example" in doctor._portal().say
    (line,) = [one for one in get_channels_page(replace_role()).lines if one.road is Road.PORTAL]
    assert (line.state, line.where) == (ChannelState.ON, "https://care.example")
    monkeypatch.setenv("CARELOOP_PORTAL_URL", "https://other.example")
    assert get_portal_address(operator()) == "https://other.example"
    monkeypatch.setenv("CARELOOP_PORTAL_URL", "http://other.example")
    assert not doctor._portal().is_well


def replace_role() -> Acting:
    """Return the administrator whom the setting up has hired."""
    noor = Person.objects.get(name="Noor Haddad")
    return replace(operator(), person_id=noor.pk, role=Role.ADMINISTRATOR, purpose=Purpose.OPERATIONS)


def test_an_answer_that_cannot_be_makes_nothing_at_all() -> None:
    client = begin()
    answer_all(client, clinic={"name": "Elm", "zone": "Mars/Olympus"})

    answer = client.post(reverse("setup-check"))

    assert answer.status_code == 409
    assert "Mars/Olympus is no time zone" in answer.content.decode()
    assert not Login.objects.exists()
    assert not Unit.objects.exists()


def made() -> Client:
    client = begin()
    answer_all(client)
    client.post(reverse("setup-check"))
    return client


def bring(client: Client, name: str, raw: bytes) -> str:
    file = SimpleUploadedFile(name, raw)
    return client.post(reverse("setup-import"), {"file": file}).content.decode()


def take_held(client: Client, html: str, *, really: str = "1") -> str:
    """Press the button beside the file that waits."""
    key = re.search(r'name="file" value="([0-9a-f-]{36})"', html)
    assert key, html
    return client.post(reverse("setup-held"), {"file": key[1], "really": really}).content.decode()


def held_names() -> list[str]:
    """Return the files that wait, past every wall."""
    held = find_held_name(operator())
    return [held.name] if held else []


def test_a_table_is_tried_first_with_what_is_wrong_by_row_and_then_taken_in() -> None:
    client = made()

    html = bring(client, "patients.csv", TABLE)

    assert "If you take this file in" in html
    assert "row 3" in html
    assert "favourite" in html
    assert find_patients_of_source(operator(), source="csv") == {}
    html = take_held(client, html)
    assert "Taken in" in html
    assert len(find_patients_of_source(operator(), source="csv")) == 1
    assert not held_names()


def test_fhir_is_taken_in_and_what_cannot_be_read_is_said() -> None:
    client = made()

    take_held(client, bring(client, "one.json", json.dumps(changed(PATIENT, id="p1")).encode()))

    assert set(find_patients_of_source(operator(), source="fhir")) == {"p1"}
    assert "is empty or larger than" in bring(client, "empty.json", b"")
    assert "no column holds the birth date" in bring(client, "bad.csv", b"id,name\r\n1,Rosa\r\n")
    assert "cannot be parted into cells" in bring(client, "quotes.csv", TABLE + b'A3,"Alv\r\n')
    assert client.post(reverse("setup-import"), {}).status_code == 422
    assert held_names() == ["quotes.csv"]


def test_a_file_that_waits_is_still_there_when_one_comes_back_and_can_be_let_go() -> None:
    client = made()
    bring(client, "first.csv", TABLE)
    bring(client, "second.csv", TABLE)

    html = client.get(reverse("setup-import")).content.decode()

    assert ("first.csv" in html, "second.csv" in html) == (False, True)
    answer = take_held(client, html, really="0")
    assert "Taken in" not in answer
    assert held_names() == []
    assert find_patients_of_source(operator(), source="csv") == {}
    # The page of another window still has the button.
    assert "not held any more" in take_held(client, html)


def test_a_file_is_gone_after_a_day_and_at_the_end_of_the_setting_up() -> None:
    client = made()
    bring(client, "patients.csv", TABLE)
    held = HELD_AT_MOST - timedelta(minutes=1)
    sweeping = replace(operator(), purpose=Purpose.SWEEP)

    assert drop_held_files(replace(sweeping, at=sweeping.at + held)) == 0
    assert drop_held_files(replace(sweeping, at=sweeping.at + HELD_AT_MOST)) == 1
    bring(client, "patients.csv", TABLE)
    client.post(reverse("setup-links"))
    assert held_names() == []


def test_nobody_who_works_here_sees_a_file_that_waits() -> None:
    client = made()
    bring(client, "patients.csv", TABLE)
    dana = Person.objects.get(name="Dana Okafor")

    with transaction.atomic():
        set_context(Acting(dana.pk, Role.COORDINATOR, operator().at, Purpose.TREATMENT))
        assert not HeldFile.objects.exists()
        clear_context()
    assert held_names() == ["patients.csv"]


def test_a_demo_is_asked_for_instead_of_ones_own_clinic() -> None:
    client = begin()
    assert "Make the demo clinic" in client.get(reverse("setup-demo")).content.decode()

    answer = client.post(reverse("setup-demo"))

    assert (answer.status_code, answer["Location"]) == (303, reverse("setup-demo"))
    assert "The worker begins" in client.get(reverse("setup-demo")).content.decode()
    # The own clinic is not set up beside it.
    again = client.get(reverse("setup-step", args=["clinic"]))
    assert (again.status_code, again["Location"]) == (302, reverse("setup-demo"))
    with pytest.raises(Refusal):
        apply_setup(operator())
    other = Client()
    assert other.get(reverse("setup-demo"))["Location"] == reverse("setup")


def test_a_demo_is_refused_where_a_clinic_or_records_are() -> None:
    client = made()

    answer = client.post(reverse("setup-demo"))

    assert answer.status_code == 409
    assert "no demo is made in it" in answer.content.decode()
    assert FirstRun.objects.get().demo_asked_at is None


def test_when_the_demo_is_there_the_page_says_how_to_sign_in_and_then_is_gone() -> None:
    client = begin()
    client.post(reverse("setup-demo"))
    password = get_demo_password()
    mark_demo(operator(), name="Demo", zone="America/Chicago")
    mark_demo_ready(operator())

    html = client.get(reverse("setup-demo")).content.decode()

    assert password in html
    assert "dana@demo.example" in html
    answer = client.post(reverse("setup-demo"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_login"))
    assert FirstRun.objects.get().answers == {}
    assert client.get(reverse("setup-demo")).status_code == 404


def test_pages_speak_spanish() -> None:
    client = begin()
    client.post(reverse("set_language"), {"language": "es", "next": "/setup/clinic/"})

    html = client.get(reverse("setup-step", args=["clinic"])).content.decode()

    assert "¿Cómo se llama su clínica?" in html
    assert '<html lang="es"' in html
