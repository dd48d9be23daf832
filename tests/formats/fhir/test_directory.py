"""The directory out of FHIR: what each kind of record says, and what of it cannot be read."""

from decimal import Decimal
from typing import Any

import pytest

from careloop.facts.directory import ArrivedEntry, EntryDraft, EntryKind
from careloop.formats.fhir.directory import read_entry

ADDRESS = {"line": ["1 Pier Road", "Floor 2"], "city": "Salem", "state": "MA", "postalCode": "01970"}
PHONE = [
    {"system": "phone", "value": " 555-0100 "},
    {"system": "phone", "value": "555-0199"},
    {"system": "fax", "value": "555-0101"},
    {"system": "email", "value": "desk@harbor.example"},
    {"system": "url", "value": "https://harbor.example"},
]
SAID = {"phone": "555-0100", "fax": "555-0101", "email": "desk@harbor.example"}


def concept(text: str = "", code: str = "", display: str = "") -> dict[str, Any]:
    coding = {key: value for key, value in (("code", code), ("display", display)) if value}
    return {"text": text, "coding": [coding]} if text else {"coding": [coding]}


def test_an_organization_says_name_ways_and_address() -> None:
    found = read_entry(
        {"resourceType": "Organization", "id": "o1", "name": " Harbor  Heart ", "telecom": PHONE, "address": [ADDRESS]}
    )

    assert found == ArrivedEntry(
        "Organization/o1",
        EntryDraft(EntryKind.ORGANIZATION, "Harbor Heart", address="1 Pier Road, Floor 2, Salem, MA 01970", **SAID),
    )


def test_a_location_says_its_position_and_who_runs_it() -> None:
    found = read_entry({
        "resourceType": "Location", "id": "l1", "name": "Pier", "position": {"latitude": 42.5, "longitude": -70.8},
        "managingOrganization": {"reference": "Organization/o1"}, "address": {"text": "At the pier"},
    })  # fmt: skip

    assert found is not None
    assert (found.draft.kind, found.organization, found.draft.address) == (
        EntryKind.SITE, "Organization/o1", "At the pier",
    )  # fmt: skip
    assert (found.draft.latitude, found.draft.longitude) == (Decimal("42.500000"), Decimal("-70.800000"))


def test_a_practitioner_says_name_languages_and_qualifications() -> None:
    found = read_entry({
        "resourceType": "Practitioner", "id": "p1", "active": False,
        "name": [{"family": "Rivera", "given": ["Ana", "M."], "prefix": ["Dr."]}],
        "communication": [concept(code="en"), concept(code="es"), concept("Vietnamese")],
        "qualification": [{"code": concept("Cardiology")}, {"code": concept(display="Internal medicine", code="im")}],
    })  # fmt: skip

    assert found is not None
    assert found.draft.name == "Dr. Ana M. Rivera"
    assert found.draft.languages == ("en", "es")
    assert found.draft.specialties == ("Cardiology", "Internal medicine")
    assert found.draft.is_active is False


def test_a_role_ties_a_practitioner_to_a_place_and_an_organization() -> None:
    found = read_entry({
        "resourceType": "PractitionerRole", "id": "r1", "practitioner": {"reference": "Practitioner/p1"},
        "organization": {"reference": "Organization/o1"}, "location": [{"reference": "Location/l1"}],
        "code": [concept("Doctor")], "specialty": [concept("Cardiology")],
    })  # fmt: skip

    assert found is not None
    assert (found.practitioner, found.organization, found.site) == ("Practitioner/p1", "Organization/o1", "Location/l1")
    assert found.draft.specialties == ("Cardiology",)


def test_a_service_goes_by_its_type_where_it_has_no_name() -> None:
    found = read_entry({
        "resourceType": "HealthcareService", "id": "s1", "type": [concept("Physical therapy")],
        "providedBy": {"reference": "Organization/o1"},
    })  # fmt: skip

    assert found is not None
    assert (found.draft.name, found.draft.specialties) == ("Physical therapy", ("Physical therapy",))


@pytest.mark.parametrize(
    "resource",
    [
        {},
        {"resourceType": "Patient", "id": "x", "name": [{"family": "X"}]},
        {"resourceType": "Organization", "name": "No id"},
        {"resourceType": "Organization", "id": "x"},
        {"resourceType": "Organization", "id": "x", "name": 7},
        {"resourceType": "Practitioner", "id": "x", "name": "Rivera"},
        {"resourceType": "Practitioner", "id": "x", "name": [{}]},
        {"resourceType": "HealthcareService", "id": "x", "type": [{"coding": "odd"}]},
    ],
)
def test_what_is_no_entry_or_names_nothing_is_left_out(resource: dict[str, Any]) -> None:
    assert read_entry(resource) is None


@pytest.mark.parametrize("odd", [None, 3, "x", [], [None], [3], {}, [{"value": 3}], [{"coding": [None]}]])
def test_odd_parts_break_nothing(odd: object) -> None:
    parts = ("telecom", "address", "position", "managingOrganization", "communication", "qualification", "specialty",
             "location", "providedBy", "type", "organization", "practitioner")  # fmt: skip
    for kind in ("Organization", "Location", "Practitioner", "PractitionerRole", "HealthcareService"):
        name = [{"text": "N"}] if kind == "Practitioner" else "N"
        found = read_entry({"resourceType": kind, "id": "x", "name": name} | dict.fromkeys(parts, odd))

        assert found is not None
        assert found.draft.phone == ""
        assert found.draft.specialties == ()
