"""The house reads its own demo: no resource is refused, and the checks find what the stories leave undone."""

from datetime import date
from uuid import UUID

import pytest

from careloop.catalog.demo.clinic import DemoPatient, Need, make_changed_bundle, make_clinic
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import Chart, ChartFact
from careloop.facts.intake import Package
from careloop.formats.fhir.read import read_document
from careloop.rules.checks import find_checks
from tests.catalog.demo.records import entries_of

ON = date(2026, 11, 20)
CLINIC = make_clinic(seed=7, on=ON, patients=50)
CHECK_OF = {
    Need.HBA1C: "hba1c_overdue",
    Need.COLORECTAL: "colorectal_screening",
    Need.DISCHARGE: "visit_after_discharge",
    Need.INTERACTION: "interacting_medicines",
}
NEEDY = [patient.key for patient in CLINIC.patients if patient.needs]


def read(bundle: bytes) -> Package:
    return read_document(bundle, is_ndjson=False, on=ON)


def chart_of(package: Package) -> Chart:
    """Return the whole chart of the one patient in the package."""
    patient = next(r for r in package.resources if r.patient)
    facts = [ChartFact(UUID(r.fhir_id), columns) for r in package.resources for columns in r.facts]
    told = patient.patient
    assert told is not None
    return Chart(
        patient_id=UUID(patient.fhir_id),
        birth_on=told.birth_on,
        sex=told.sex,
        died_on=told.died_at.date() if told.died_at else None,
        facts=tuple(sorted(facts, key=lambda f: (f.columns.start_on or date.min, f.resource_id))),
    )


def findings_of(bundle: bytes) -> list[str]:
    """Return the name of the check of each finding, of the checks that the stories are about."""
    chart, knowledge = chart_of(read(bundle)), load_knowledge()
    checks = [find_checks()[name] for name in CHECK_OF.values()]
    return [check.name for check in checks for _ in check.find(chart, ON, knowledge).findings]


@pytest.mark.parametrize("patient", CLINIC.patients, ids=lambda patient: patient.key)
def test_every_resource_is_taken_in(patient: DemoPatient) -> None:
    package = read(patient.bundle)

    assert package.rejected == ()
    assert len(package.resources) == len(entries_of(patient.bundle))
    assert package.atomic


@pytest.mark.parametrize("key", NEEDY)
def test_every_changed_resource_is_taken_in(key: str) -> None:
    assert read(make_changed_bundle(CLINIC, key, ON)).rejected == ()


@pytest.mark.parametrize("patient", CLINIC.patients, ids=lambda patient: patient.key)
def test_checks_find_exactly_what_the_story_leaves_undone(patient: DemoPatient) -> None:
    assert sorted(findings_of(patient.bundle)) == sorted(CHECK_OF[need] for need in patient.needs)


@pytest.mark.parametrize("key", NEEDY)
def test_checks_find_nothing_more_after_the_facts_changed(key: str) -> None:
    assert findings_of(make_changed_bundle(CLINIC, key, ON)) == []
