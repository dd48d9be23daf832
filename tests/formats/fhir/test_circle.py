"""The people around a patient and what consents say of them: what is read, and what is left out."""

from datetime import date

import pytest

from careloop.facts.circle import Told
from careloop.facts.overview import Near, Outside
from careloop.formats.fhir import circle

SAID = "RelatedPerson, fhir"
TODAY = date(2026, 11, 20)
IN_EMERGENCY = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0131", "code": "C"}]}
DAUGHTER = {
    "id": "r1",
    "name": [{"given": ["Elena"], "family": "Alvarez"}],
    "relationship": [{"coding": [{"code": "DAU", "display": "daughter"}]}],
    "telecom": [{"system": "phone", "value": "555 0143"}],
}
PRIVACY = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]}


def consent(provision: dict[str, object]) -> dict[str, object]:
    return {"status": "active", "scope": PRIVACY, "provision": provision}


def about(whom: str, kind: str, **changes: object) -> dict[str, object]:
    return {"type": kind, "actor": [{"role": {"text": "x"}, "reference": {"reference": whom}}], **changes}


def test_people_close_have_a_name_what_they_are_and_how_consents_name_them() -> None:
    near = Near("Elena Alvarez", "daughter", ("555 0143",), SAID, "RelatedPerson/r1")

    assert circle.read_near(DAUGHTER, SAID) == near
    assert circle.read_near({**DAUGHTER, "active": False}, SAID) is None
    assert circle.read_near({**DAUGHTER, "name": []}, SAID) is None


@pytest.mark.parametrize("first", [True, False])
def test_an_emergency_contact_is_still_a_daughter(first: bool) -> None:
    relations = [IN_EMERGENCY, DAUGHTER["relationship"][0]][:: 1 if first else -1]  # type: ignore[index]
    read = circle.read_near({**DAUGHTER, "relationship": relations}, SAID)
    alone = circle.read_near({**DAUGHTER, "relationship": [IN_EMERGENCY]}, SAID)

    assert read
    assert (read.relationship, read.is_emergency) == ("daughter", True)
    assert alone
    assert (alone.relationship, alone.is_emergency) == ("", True)


def test_the_letter_c_of_another_system_is_no_emergency_contact() -> None:
    other = {"coding": [{"system": "urn:our-own", "code": "C", "display": "cousin"}]}
    read = circle.read_near({**DAUGHTER, "relationship": [other]}, SAID)

    assert read
    assert (read.relationship, read.is_emergency) == ("cousin", False)


def test_contacts_of_a_patient_resource_are_people_close_whom_no_consent_can_name() -> None:
    body = {"contact": [{"name": {"text": "Luis"}, "relationship": [{"text": "son"}]}, {"gender": "male"}]}

    assert circle.read_contacts_of(body, SAID) == (Near("Luis", "son", (), SAID),)


def test_the_way_to_try_first_is_the_one_of_the_lowest_rank_that_is_still_used() -> None:
    ways = [
        {"system": "phone", "value": "old", "rank": 1, "use": "old"},
        {"system": "email", "value": "e@example.org", "rank": 3},
        {"system": "phone", "value": "555 0142", "rank": 2},
        {"system": "phone", "value": "555 0199"},
    ]

    assert circle.read_first_way({"telecom": ways}) == "555 0142"
    assert circle.read_first_way({"telecom": ways[3:]}) == ""
    assert circle.read_first_way({}) == ""


def test_care_elsewhere_is_who_an_active_team_and_the_person_name_in_words() -> None:
    team = {
        "status": "active",
        "participant": [
            {"member": {"reference": "Practitioner/1", "display": "Dr. Lind"}, "role": [{"text": "cardiologist"}]},
            {"member": {"reference": "Patient/p1", "display": "Rosa"}},
            {"member": {"reference": "RelatedPerson/r1", "display": "Elena"}},
            {"member": {"reference": "Organization/2"}},
        ],
    }

    assert circle.read_team(team, SAID) == (Outside("Dr. Lind", "cardiologist", SAID),)
    assert circle.read_team({**team, "status": "inactive"}, SAID) == ()
    doctors = {"generalPractitioner": [{"reference": "Practitioner/1"}, {"display": "Dr. Patel"}]}
    assert circle.read_doctors(doctors, SAID) == (Outside("Dr. Patel", "", SAID),)


SPOKEN = [
    (about("RelatedPerson/r1", "permit"), Told.YES),
    (about("RelatedPerson/r1", "deny"), Told.NO),
    (about("RelatedPerson/r1", "permit", purpose=[{"code": "TREAT"}]), Told.PART),
    (about("RelatedPerson/r1", "permit", provision=[{"type": "deny"}]), Told.PART),
    (about("RelatedPerson/r1", "deny", securityLabel=[{"code": "R"}]), Told.UNCLEAR),
    ({"type": "deny", "provision": [about("RelatedPerson/r1", "permit")]}, Told.YES),
]


@pytest.mark.parametrize(("provision", "told"), SPOKEN)
def test_a_consent_says_whether_somebody_may_be_told(provision: dict[str, object], told: Told) -> None:
    assert circle.read_consent(consent(provision), TODAY) == (("RelatedPerson/r1", told),)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "inactive"},
        {"scope": {"coding": [{"code": "research"}]}},
        {"provision": about("RelatedPerson/r1", "permit", period={"end": "2026-11-19"})},
        {"provision": about("RelatedPerson/r1", "permit", period={"start": "2026-11-21"})},
        {"provision": {"type": "permit"}},
    ],
)
def test_a_consent_that_does_not_hold_or_names_nobody_says_nothing(changes: dict[str, object]) -> None:
    assert circle.read_consent(consent(about("RelatedPerson/r1", "permit")), TODAY)
    assert circle.read_consent({**consent(about("RelatedPerson/r1", "permit")), **changes}, TODAY) == ()
