"""Patients from outside: registered once a source, brought up to date, and closed for when they die."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from careloop.facts.access import Acting
from careloop.facts.intake import IncomingResource, Package, PatientColumns
from careloop.records.bulk import copy_rows
from careloop.records.models import Patient, PatientContact, PatientIdentifier, Recheck, Resource, ResourceVersion
from careloop.rules.people import make_name_key
from careloop.worklist.death import close_for_death

COLUMNS = (
    "id", "unit_id", "label_mask", "source", "fhir_id", "family", "given", "full_name", "preferred_name",
    "name_key", "birth_on", "birth_text", "sex", "is_dead", "died_at", "zone", "languages", "needs_interpreter",
    "address_lines", "city", "state", "postal_code", "country", "shift_days", "version", "made_at", "changed_at",
)  # fmt: skip
PLACE = ("patient_id", "unit_id", "label_mask")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A patient of a document: the key here, the unit, and by how many days the record was moved."""

    id: UUID
    unit_id: int
    shift_days: int | None
    is_new: bool


def write_patients(
    acting: Acting, package: Package, arrivals: Mapping[str, Arrival], source: str, zone: str
) -> list[IncomingResource]:
    """Register new patients and bring known ones up to date; return those that were written."""
    brought = [r for r in package.resources if r.patient is not None]
    new = [r for r in brought if arrivals[r.fhir_id].is_new]
    if new:
        register_new(acting, new, arrivals, source, zone)
    known = [r for r in brought if not arrivals[r.fhir_id].is_new]
    older = _outdated(known, source) if known else set()
    changed = [r for r in known if r.fhir_id not in older]
    for resource in changed:
        _update(acting, resource, arrivals[resource.fhir_id])
    return new + changed


def mark_for_recheck(acting: Acting, patient_ids: set[UUID]) -> None:
    """Say that these patients' facts changed: the checks look at them again as soon as they can."""
    Recheck.objects.filter(patient_id__in=patient_ids).update(due_at=acting.at, changed_at=acting.at, attempts=0)


def _outdated(resources: list[IncomingResource], source: str) -> set[str]:
    """Return the fhir_ids of those that bring nothing newer than what is kept."""
    rows = Resource.objects.filter(source=source, type="Patient", fhir_id__in=[r.fhir_id for r in resources])
    kept = {row.fhir_id: row for row in rows.defer("body")}
    seen = set(
        ResourceVersion.objects.filter(resource_id__in=[row.pk for row in kept.values()]).values_list(
            "resource_id", "sha256"
        )
    )
    replaced = {(key, bytes(sha256)) for key, sha256 in seen}
    return {
        r.fhir_id
        for r in resources
        if (row := kept.get(r.fhir_id)) is not None
        and ((row.pk, r.sha256) in replaced or not is_newer(r, bytes(row.sha256), row.last_updated, row.source_version))
    }


def is_newer(resource: IncomingResource, sha256: bytes, last_updated: object, version: int | None) -> bool:
    """Tell whether a resource should replace the kept one: other text, and not older by its own marks."""
    if resource.sha256 == sha256:
        return False
    if None not in (resource.last_updated, last_updated) and resource.last_updated != last_updated:
        return resource.last_updated > last_updated  # type: ignore[operator]
    if resource.version is not None and version is not None:
        return resource.version >= version
    return True


def register_new(
    acting: Acting, new: list[IncomingResource], arrivals: Mapping[str, Arrival], source: str, zone: str
) -> None:
    """Write the rows of patients who are new here, and have them checked as soon as can be."""
    rows = []
    for resource in new:
        patient, arrival = resource.patient, arrivals[resource.fhir_id]
        assert patient is not None
        rows.append(
            (arrival.id, arrival.unit_id, resource.labels, source, resource.fhir_id, patient.family, patient.given,
             patient.full_name, patient.preferred_name, make_name_key(patient.family, patient.given),
             patient.birth_on, patient.birth_text, str(patient.sex), patient.is_dead, patient.died_at, zone,
             list(patient.languages), patient.needs_interpreter, list(patient.address_lines), patient.city,
             patient.state, patient.postal_code, patient.country, arrival.shift_days, 1, acting.at, acting.at)
        )  # fmt: skip
    copy_rows("patient", COLUMNS, rows)
    copy_rows(
        "recheck",
        (*PLACE, "due_at", "changed_at", "knowledge", "not_checked", "attempts"),
        [
            (arrivals[r.fhir_id].id, arrivals[r.fhir_id].unit_id, r.labels, acting.at, acting.at, "", "[]", 0)
            for r in new
        ],
    )
    for resource in new:
        _write_particulars(resource, arrivals[resource.fhir_id])


def _update(acting: Acting, resource: IncomingResource, arrival: Arrival) -> None:
    patient = resource.patient
    assert patient is not None
    row = Patient.objects.get(pk=arrival.id)
    died = patient.is_dead and not row.is_dead
    _set_columns(row, patient)
    row.label_mask = resource.labels
    if row.shift_days is None:
        row.shift_days = arrival.shift_days
    row.version += 1
    row.changed_at = acting.at
    row.save()
    if died:
        close_for_death(acting, row)
    PatientIdentifier.objects.filter(patient_id=row.pk).delete()
    PatientContact.objects.filter(patient_id=row.pk).delete()
    _write_particulars(resource, arrival)


def _set_columns(row: Patient, patient: PatientColumns) -> None:
    for name in (
        "family", "given", "full_name", "preferred_name", "birth_on", "birth_text", "is_dead", "died_at",
        "needs_interpreter", "city", "state", "postal_code", "country",
    ):  # fmt: skip
        setattr(row, name, getattr(patient, name))
    row.name_key = make_name_key(patient.family, patient.given)
    row.sex = str(patient.sex)
    row.languages, row.address_lines = list(patient.languages), list(patient.address_lines)


def _write_particulars(resource: IncomingResource, arrival: Arrival) -> None:
    patient = resource.patient
    assert patient is not None
    place = (arrival.id, arrival.unit_id, resource.labels)
    identifiers = [(*place, i.system, i.value, i.type_code) for i in patient.identifiers]
    copy_rows("patient_identifier", (*PLACE, "system", "value", "type_code"), identifiers)
    contacts = [(*place, c.system, c.value, c.use) for c in patient.contacts]
    copy_rows("patient_contact", (*PLACE, "system", "value", "use"), contacts)
