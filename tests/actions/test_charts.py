"""Charts for the checks: whatever coding of a fact a check names, the fact comes along."""

import json
from uuid import UUID

import pytest

from careloop.actions.checks import open_waiting, recheck_patients
from careloop.facts.access import Purpose
from careloop.reads.people import get_patient_page
from careloop.reads.worklist import get_explanation
from tests.people import House, build_house, find_patient, system, take_in

pytestmark = pytest.mark.django_db

STATUS = "http://terminology.hl7.org/CodeSystem/condition-clinical"
LOINC = "http://loinc.org"
OWN = {"system": "https://clinic.example/codes", "code": "D-77"}
ICD = {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E11.9"}
SNOMED = {"system": "http://snomed.info/sct", "code": "44054006"}


def diabetic(codings: list[dict[str, str]]) -> bytes:
    subject = {"reference": "Patient/p1"}
    entries = [
        {"resourceType": "Patient", "id": "p1", "name": [{"family": "Quist"}], "birthDate": "1949-03-14"},
        {"resourceType": "Condition", "id": "c1", "subject": subject, "code": {"coding": codings},
         "clinicalStatus": {"coding": [{"system": STATUS, "code": "active"}]}, "onsetDateTime": "2019-06-02"},
        *({"resourceType": "Observation", "id": f"o{year}", "subject": subject, "status": "final",
           "code": {"coding": [{"system": LOINC, "code": "4548-4"}]}, "effectiveDateTime": f"{year}-02-10",
           "valueQuantity": {"value": 7.9}} for year in (2026, 2024)),
    ]  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": e} for e in entries]}
    return json.dumps(bundle).encode()


@pytest.fixture
def house() -> House:
    return build_house()


def find_open_loops(house: House, record: bytes) -> tuple[UUID, ...]:
    take_in(record, house.north)
    recheck_patients(system(Purpose.CHECKS), how_many=10)
    open_waiting(system(Purpose.CHECKS))
    return tuple(row.id for row in get_patient_page(house.acting("dana"), find_patient("p1")).open_loops)


@pytest.mark.parametrize(
    "codings", [[SNOMED], [ICD], [OWN, SNOMED], [OWN, ICD]], ids=["first", "prefix", "second", "prefix second"]
)
def test_a_problem_is_found_by_any_of_its_codings(house: House, codings: list[dict[str, str]]) -> None:
    assert len(find_open_loops(house, diabetic(codings))) == 1


def test_a_problem_of_another_code_system_is_not_taken_for_diabetes(house: House) -> None:
    assert find_open_loops(house, diabetic([OWN])) == ()


def test_evidence_is_told_oldest_first(house: House) -> None:
    (loop,) = find_open_loops(house, diabetic([SNOMED]))

    told = [line.on.isoformat() for line in get_explanation(house.acting("dana"), loop).evidence if line.on]

    assert told == ["2019-06-02", "2026-02-10"]
