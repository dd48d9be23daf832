from datetime import UTC, date, datetime

import pytest

from careloop.facts.chart import Sex
from careloop.facts.intake import ContactColumns, IdentifierColumns, PatientColumns
from tests.formats.fhir.samples import PATIENT, Json, accept, changed

GONE = {"end": "2026-11-20"}
STILL = {"end": "2026-11-21"}


def patient_of(**changes: object) -> PatientColumns:
    patient = accept(changed(PATIENT, **changes)).patient
    assert patient is not None
    return patient


def test_everything_about_a_person() -> None:
    patient = patient_of(
        identifier=[
            {"system": "http://mrn", "value": "7", "type": {"coding": [{"code": "MR"}]}},
            {"value": "8"},
            {"system": "http://no-value"},
        ],
        telecom=[
            {"system": "email", "value": "n@example.org", "rank": 2},
            {"system": "phone", "value": "555-0100", "use": "mobile", "rank": 1},
            {"system": "phone", "value": "555-0199", "use": "old"},
            {"system": "phone", "value": "555-0198", "period": GONE},
        ],
        address=[
            {"use": "old", "line": ["gone"]},
            {
                "use": "home",
                "line": ["1 Main St", "Apt 2"],
                "city": "Bayview",
                "state": "MA",
                "postalCode": "02100",
                "country": "US",
            },
        ],
        communication=[
            {"language": {"coding": [{"code": "en"}]}},
            {"language": {"coding": [{"code": "spa"}, {"system": "urn:ietf:bcp:47", "code": "es"}]}, "preferred": True},
            {"language": {"text": "Igbo"}},
        ],
        extension=[
            {"url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired", "valueBoolean": True}
        ],
    )

    assert patient == PatientColumns(
        family="Okafor",
        given="Ngozi",
        preferred_name="",
        full_name="Ngozi Okafor",
        birth_on=date(1961, 4, 2),
        birth_text="1961-04-02",
        sex=Sex.FEMALE,
        died_at=None,
        is_dead=False,
        languages=("es", "en"),
        needs_interpreter=True,
        address_lines=("1 Main St", "Apt 2"),
        city="Bayview",
        state="MA",
        postal_code="02100",
        country="US",
        identifiers=(IdentifierColumns("http://mrn", "7", "MR"), IdentifierColumns("", "8")),
        contacts=(
            ContactColumns("phone", "555-0100", "mobile"),
            ContactColumns("email", "n@example.org"),
        ),
    )


# Names; family, given, preferred and full name that come of them.
NAMES: list[tuple[list[Json] | None, tuple[str, str, str, str]]] = [
    (None, ("", "", "", "")),
    (
        [{"use": "nickname", "given": ["Zi"]}, {"use": "official", "family": "Okafor", "given": ["Ngozi", "A."]}],
        ("Okafor", "Ngozi A.", "Zi", "Ngozi A. Okafor"),
    ),
    (
        [
            {"use": "usual", "given": ["Sam"], "family": "Lee"},
            {"use": "official", "given": ["Samuel"], "family": "Lee"},
        ],
        ("Lee", "Samuel", "Sam", "Samuel Lee"),
    ),
    ([{"use": "usual", "given": ["Sam"], "family": "Lee"}], ("Lee", "Sam", "", "Sam Lee")),
    (
        [{"use": "official", "family": "Maiden", "period": GONE}, {"family": "Now", "given": ["Eva"]}],
        ("Now", "Eva", "", "Eva Now"),
    ),
    (
        [{"use": "official", "family": "Still", "period": STILL}, {"family": "Other"}],
        ("Still", "", "", "Still"),
    ),
    (
        [{"use": "official", "given": ["A"], "family": "B"}, {"use": "nickname", "given": ["Old"], "period": GONE}],
        ("B", "A", "", "A B"),
    ),
    ([{"use": "maiden", "family": "Gorczany"}, {"family": "Reynolds"}], ("Reynolds", "", "", "Reynolds")),
    ([{"text": "山田 太郎"}], ("山田 太郎", "", "", "山田 太郎")),
    ([{"text": "山田 太郎", "family": "山田", "given": ["太郎"]}], ("山田", "太郎", "", "山田 太郎")),
    (
        [{"family": "محمود", "given": ["ليلى"], "prefix": ["Dr."], "suffix": ["MD"]}],
        ("محمود", "ليلى", "", "Dr. ليلى محمود MD"),
    ),
    (
        [{"family": "Lee", "given": [None, "B"], "_given": [{"id": "g"}, None]}],
        ("Lee", "B", "", "B Lee"),
    ),
]


@pytest.mark.parametrize(("names", "expected"), NAMES)
def test_names(names: list[Json] | None, expected: tuple[str, str, str, str]) -> None:
    patient = patient_of(name=names)

    assert (patient.family, patient.given, patient.preferred_name, patient.full_name) == expected


DEATHS = [
    ({}, False, None),
    ({"deceasedBoolean": False}, False, None),
    ({"deceasedBoolean": True}, True, None),
    ({"deceasedDateTime": "2026-01-02"}, True, datetime(2026, 1, 2, 12, tzinfo=UTC)),
    ({"deceasedDateTime": "2026"}, True, datetime(2026, 1, 1, 12, tzinfo=UTC)),
    ({"deceasedDateTime": "2026-01-02T03:04:05Z"}, True, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
]


@pytest.mark.parametrize(("members", "is_dead", "died_at"), DEATHS)
def test_death(members: Json, is_dead: bool, died_at: datetime | None) -> None:
    patient = patient_of(**members)

    assert (patient.is_dead, patient.died_at) == (is_dead, died_at)


def test_a_partial_birth_date_is_its_first_day_and_keeps_its_text() -> None:
    patient = patient_of(birthDate="1961-04", gender=None)

    assert (patient.birth_on, patient.birth_text) == (date(1961, 4, 1), "1961-04")
    assert patient.sex is Sex.UNKNOWN


@pytest.mark.parametrize(("code", "is_needed"), [("373066001", True), ("373067005", False)])
def test_us_core_says_interpreter_needed_by_code(code: str, is_needed: bool) -> None:
    url = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed"

    assert patient_of(extension=[{"url": url, "valueCoding": {"code": code}}]).needs_interpreter is is_needed
