"""Two records side by side, answered by two people; and a new patient by hand, after a look at who is here."""

import html
import re
from datetime import date
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from careloop.actions.registration import register_patient
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting
from careloop.facts.chart import Sex
from careloop.facts.intake import IdentifierColumns, PatientColumns
from careloop.reads.people import find_patients, get_patient_page
from careloop.records.models import Login
from careloop.web.seals import FIELD
from tests.actions.look import ask_one, broken_invariants
from tests.guard import records
from tests.guard.standing import counted_statements
from tests.people import House, build_house, find_patient, take_in

pytestmark = pytest.mark.django_db
SSN = {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "123-45-6780", "type": {"coding": [{"code": "SS"}]}}


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("CARELOOP_CLOCK", "2026-11-20T15:05:00+00:00")
    return build_house()


def sign_in(client: Client, who: str) -> None:
    client.force_login(Login.objects.get(email=f"{who}@clinic.example"))


def bring(house: House, source: str, unit: str = "north", *, ssn: bool = False, **more: object) -> UUID:
    card = SSN if ssn else {"system": f"urn:{source}", "value": f"card-{source}"}
    rosa = records.patient("p1", **({"identifier": [card]} | more))  # type: ignore[arg-type]
    take_in(
        records.bundle([rosa, records.problem("c1", "p1", f"Seen by {source}")]), getattr(house, unit), source=source
    )
    return find_patient("p1", source=source)


def question() -> UUID:
    return UUID(str(ask_one("SELECT id FROM loop WHERE check_name = 'same_person' AND state <> 'closed'")))


def fields(shown: HttpResponse, action: str) -> dict[str, str]:
    """Return the hidden fields of the form that is sent to an address."""
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', shown.content.decode(), re.DOTALL)
    assert form, action
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0])
    return {name: html.unescape(value) for name, value in found}


def send(client: Client, shown: HttpResponse, action: str, **typed: str) -> HttpResponse:
    return client.post(action, fields(shown, action) | typed, follow=True)


def test_both_records_are_shown_and_what_differs_is_said(house: House, client: Client) -> None:
    bring(house, "fhir", gender="male")
    bring(house, "clinic-b")
    sign_in(client, "dana")

    shown = client.get(reverse("same", kwargs={"loop_id": question()}))

    text = shown.content.decode()
    assert shown.context["page"].differs == {"sex", "identifiers"}
    assert ("card-fhir" in text, "card-clinic-b" in text) == (True, True)
    assert "The name and the birth date are the same." in text


def test_two_people_answer_one_after_the_other_and_take_it_back_the_same_way(house: House, client: Client) -> None:
    first, second = bring(house, "fhir"), bring(house, "clinic-b")
    loop = question()
    page, here = reverse("same", kwargs={"loop_id": loop}), {"loop_id": loop}
    sign_in(client, "dana")
    said = send(client, client.get(page), reverse("same-same", kwargs=here), keep=str(first), reason="Same address.")
    assert "Somebody else must agree" in said.content.decode()
    sign_in(client, "lee")
    agreed = send(client, client.get(page), reverse("same-agree", kwargs=here))
    assert "This question is answered." in agreed.content.decode()

    whole = client.get(reverse("patient", kwargs={"patient_id": first})).content.decode()
    assert ("Seen by fhir" in whole, "Seen by clinic-b" in whole) == (True, True)
    assert "From the linked record" in whole
    # A request to correct names entries of this very record; those of the linked one are corrected on its own page.
    assert re.findall(r"<option value=\"[0-9a-f-]{36}\">(Seen by [a-z-]+)", whole) == ["Seen by fhir"]
    part = client.get(reverse("patient", kwargs={"patient_id": second})).content.decode()
    assert reverse("patient", kwargs={"patient_id": first}) in part
    apart = reverse("patient-take-apart", kwargs={"patient_id": second})
    for who in ("sol", "dana"):
        sign_in(client, who)
        send(client, client.get(reverse("patient", kwargs={"patient_id": first})), apart, reason="Somebody else.")
    whole = client.get(reverse("patient", kwargs={"patient_id": first})).content.decode()
    assert "Seen by clinic-b" not in whole
    assert broken_invariants() == {}


@pytest.mark.parametrize("verb", ["different", "cannot-tell"])
def test_the_other_answers_leave_the_records_apart(house: House, client: Client, verb: str) -> None:
    first, _second = bring(house, "fhir"), bring(house, "clinic-b")
    loop = question()
    sign_in(client, "dana")
    shown = client.get(reverse("same", kwargs={"loop_id": loop}))

    done = send(client, shown, reverse(f"same-{verb}", kwargs={"loop_id": loop}), reason="Two cousins.")

    assert done.status_code == 200
    assert ask_one("SELECT state FROM loop WHERE id = %s", loop) == ("closed" if verb == "different" else "snoozed")
    assert get_patient_page(house.acting("dana"), first).linked == ()


def test_an_answer_without_a_reason_is_asked_again(house: House, client: Client) -> None:
    bring(house, "fhir"), bring(house, "clinic-b")
    loop = question()
    sign_in(client, "dana")
    shown = client.get(reverse("same", kwargs={"loop_id": loop}))

    answer = send(client, shown, reverse("same-different", kwargs={"loop_id": loop}), reason=" ")

    assert answer.status_code == 422
    assert "Say why, in a few words." in answer.content.decode()


def test_a_record_held_elsewhere_is_not_shown_and_nothing_can_be_answered(house: House, client: Client) -> None:
    bring(house, "fhir", "south")
    bring(house, "clinic-b")
    sign_in(client, "dana")

    text = client.get(reverse("same", kwargs={"loop_id": question()})).content.decode()

    assert "card-fhir" not in text
    assert "held elsewhere" in text
    assert "same-acts" not in text


def test_a_page_of_many_records_asks_as_often_as_a_page_of_one(house: House) -> None:
    first = bring(house, "fhir", ssn=True)
    with counted_statements() as one:
        get_patient_page(house.acting("dana"), first)
    for source in ("b", "c", "d"):
        bring(house, source, ssn=True)
    with counted_statements() as many:
        assert len(get_patient_page(house.acting("dana"), first).linked) == 3

    assert len(many) == len(one)


WHO = {"family": "Alvarez", "given": "Rosa", "birth_on": "1958-03-14"}


def test_who_may_be_here_already_is_shown_before_the_rest_is_asked(house: House, client: Client) -> None:
    rosa = bring(house, "fhir")
    sign_in(client, "dana")

    first = client.get(reverse("patient-new"))
    shown = client.post(reverse("patient-new"), WHO | {"given": "Rosie"})

    assert 'name="mrn"' not in first.content.decode()
    assert [hit.patient_id for hit in shown.context["hits"]] == [rosa]
    assert 'name="mrn"' in shown.content.decode()


def test_a_new_patient_is_registered_and_shown(house: House, client: Client) -> None:
    sign_in(client, "dana")
    typed = WHO | {"unit": str(house.north), "sex": "female", "language": "es", "needs_interpreter": "on",
                   "mobile": "555 0100", "city": "Elm", "mrn": "N-77"}  # fmt: skip

    shown = client.post(reverse("patient-register"), typed, follow=True)

    banner = shown.context["page"].banner
    assert shown.redirect_chain[0][0] == reverse("patient", kwargs={"patient_id": banner.patient_id})
    assert (banner.name, banner.birth_on, banner.sex) == ("Rosa Alvarez", date(1958, 3, 14), Sex.FEMALE)
    assert (banner.languages, banner.needs_interpreter, banner.unit_name) == (("es",), True, "north")
    assert [i.value for i in banner.identifiers] == ["N-77"]
    assert broken_invariants() == {}


@pytest.mark.parametrize(
    ("typed", "wrong"), [({"birth_on": ""}, "birth_on"), ({"family": " "}, "family"), ({"email": "rosa"}, "email")]
)
def test_what_is_not_clear_is_asked_again_with_what_was_typed(
    house: House, client: Client, typed: dict[str, str], wrong: str
) -> None:
    sign_in(client, "dana")

    answer = client.post(reverse("patient-register"), WHO | {"unit": str(house.north), "city": "Elm"} | typed)

    assert answer.status_code == 422
    assert f'href="#new-{wrong}"' in answer.content.decode()
    assert 'value="Elm"' in answer.content.decode()
    assert ask_one("SELECT count(*) FROM patient") == 0


def columns(**more: object) -> PatientColumns:
    base: dict[str, object] = {
        "family": "Alvarez", "given": "Rosa", "preferred_name": "", "full_name": "Rosa Alvarez",
        "birth_on": date(1958, 3, 14), "birth_text": "1958-03-14", "sex": Sex.FEMALE, "died_at": None,
        "is_dead": False, "languages": (), "needs_interpreter": False, "address_lines": (), "city": "", "state": "",
        "postal_code": "", "country": "", "identifiers": (), "contacts": (),
    }  # fmt: skip
    return PatientColumns(**(base | more))  # type: ignore[arg-type]


def register(acting: Acting, unit: int, **more: object) -> UUID:
    return register_patient(acting, unit_id=unit, columns=columns(**more))


def test_a_namesake_registered_by_hand_is_laid_before_people(house: House) -> None:
    bring(house, "fhir")
    key = register(house.acting("dana"), house.north)

    page = get_patient_page(house.acting("dana"), key)
    assert [row.asks_same for row in page.open_loops] == [True]
    assert page.who_looked[0].what in ("actions.registration.register_patient", "reads.people.get_patient_page")
    assert "actions.registration.register_patient" in {line.what for line in page.who_looked}


def test_a_number_that_is_here_already_links_what_is_entered_by_hand(house: House) -> None:
    rosa = bring(house, "fhir", ssn=True)
    number = IdentifierColumns("http://hl7.org/fhir/sid/us-ssn", "123456780", "SS")

    key = register(house.acting("dana"), house.north, identifiers=(number,))

    assert get_patient_page(house.acting("dana"), key).goes_on_in == rosa


def test_two_entered_by_hand_are_asked_about_and_never_linked(house: House) -> None:
    number = IdentifierColumns("http://hl7.org/fhir/sid/us-ssn", "123456780", "SS")
    register(house.acting("dana"), house.north, identifiers=(number,))
    second = register(house.acting("lee"), house.north, identifiers=(number,))

    page = get_patient_page(house.acting("dana"), second)
    assert page.goes_on_in is None
    assert [row.asks_same for row in page.open_loops] == [True]


def test_the_front_desk_sees_whom_it_registered_until_the_next_day(house: House) -> None:
    key = register(house.acting("tom"), house.north)

    assert get_patient_page(house.acting("tom"), key).banner.name == "Rosa Alvarez"
    assert find_patients(house.acting("tom"), name="alvarez", birth_on=date(1958, 3, 14))[0].may_open
    assert get_patient_page(house.acting("dana"), key).banner.unit_name == "north"


def test_nobody_registers_for_another_team_or_without_the_right(house: House) -> None:
    with pytest.raises(Refusal) as no:
        register(house.acting("dana"), house.south)
    assert no.value.say.key == "refusal.own_team"
    with pytest.raises(NotFound):
        register(house.acting("ines"), house.north)


@pytest.mark.parametrize(
    "wrong", [{"family": ""}, {"birth_on": None}, {"birth_on": date(2026, 11, 21)}, {"birth_on": date(1700, 1, 1)}]
)
def test_a_patient_has_a_name_and_a_birth_date(house: House, wrong: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        register(house.acting("dana"), house.north, **wrong)


def test_forms_about_a_link_carry_the_seal_of_the_record_they_are_about(house: House, client: Client) -> None:
    first, second = bring(house, "fhir", ssn=True), bring(house, "clinic-b", ssn=True)
    sign_in(client, "dana")
    shown = client.get(reverse("patient", kwargs={"patient_id": first}))
    apart = reverse("patient-take-apart", kwargs={"patient_id": second})
    task = fields(shown, reverse("patient-task", kwargs={"patient_id": first}))

    answer = client.post(apart, {FIELD: task[FIELD], "reason": "Somebody else."})

    assert answer.status_code == 409
