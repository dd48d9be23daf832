"""Small builders of FHIR R4 resources, and the bundle of one patient that they go into.

Ids are made of the words that name a thing, so that the same clinic is made again with the same
ids. Moments carry the clinic's own offset: its zone keeps -07:00 through the whole year.
"""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias
from uuid import UUID, uuid5

from careloop.catalog.demo.codes import HOSPITAL_STAY, Coded
from careloop.catalog.demo.dice import Dice

ZONE = "America/Phoenix"
OFFSET = "-07:00"
SITE = "https://demo.example"
NAMESPACE = UUID("5d4c2a80-7f0e-5b1c-9a53-c0ffee00d310")
TERMS = "http://terminology.hl7.org/CodeSystem"
# NUBC patient discharge status 01: to home or self care.
HOME = {"coding": [{"system": "http://www.nubc.org/patient-discharge", "code": "01"}], "text": "Home"}

Resource: TypeAlias = dict[str, object]


def make_id(*words: str) -> str:
    """Return a UUID that is always the same for the same words."""
    return str(uuid5(NAMESPACE, "/".join(words)))


def moment(on: date, hour: int, minute: int = 0) -> str:
    """Return a moment of the clinic's wall clock as FHIR writes it."""
    return f"{on.isoformat()}T{hour:02}:{minute:02}:00{OFFSET}"


def concept(coded: Coded) -> Resource:
    """Return a CodeableConcept: the codes, and our own label as its text."""
    return {"coding": [{"system": s, "code": c} for s, c in coded.codings], "text": coded.label}


def status_of(system: str, code: str) -> Resource:
    """Return a CodeableConcept from one of HL7's own small code systems."""
    return {"coding": [{"system": f"{TERMS}/{system}", "code": code}]}


def quantity(tenths: int, unit: str) -> Resource:
    """Return a Quantity of so many tenths of a UCUM unit."""
    value: int | float = tenths // 10 if tenths % 10 == 0 else tenths / 10
    return {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}


def to(url: str) -> Resource:
    """Return a Reference."""
    return {"reference": url}


@dataclass(frozen=True, slots=True)
class Directory:
    """Where the clinic's organizations and its clinician are found, and the entries that say who they are."""

    clinic: str
    hospital: str
    payer: str
    clinician: str
    entries: tuple[Resource, ...]


@dataclass(slots=True)
class Record:
    """The bundle of one patient while it is being written.

    ``on`` is the last day that the record knows of: nothing in it is later. ``stamped_on`` is the
    day on which its copies were made (``meta.lastUpdated``).
    """

    patient_id: str
    on: date
    stamped_on: date
    dice: Dice
    directory: Directory
    entries: list[Resource] = field(default_factory=list)

    @property
    def patient(self) -> Resource:
        """The Reference to the patient."""
        return to(f"urn:uuid:{self.patient_id}")

    def add(self, kind: str, body: Resource, *, name: str = "") -> str:
        """Add a resource and return its address; without a name it is named by its place in the record."""
        resource_id = make_id(self.patient_id, name or f"{kind}/{len(self.entries)}")
        self.entries.append(entry(kind, resource_id, body, self.stamped_on))
        return f"urn:uuid:{resource_id}"


def entry(kind: str, resource_id: str, body: Resource, stamped_on: date) -> Resource:
    """Return the bundle entry that puts a resource in its place."""
    meta = {
        "versionId": "1",
        "lastUpdated": f"{stamped_on.isoformat()}T00:00:00Z",
        "tag": [{"system": f"{SITE}/tags", "code": "invented"}],
    }
    return {
        "fullUrl": f"urn:uuid:{resource_id}",
        "resource": {"resourceType": kind, "id": resource_id, "meta": meta, **body},
        "request": {"method": "PUT", "url": f"{kind}/{resource_id}"},
    }


def write_bundle(entries: Sequence[Resource]) -> bytes:
    """Return the transaction bundle as UTF-8 JSON without spaces; keys stay in the order they were made."""
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}
    return json.dumps(bundle, ensure_ascii=False, separators=(",", ":")).encode()


def add_visit(record: Record, on: date, reason: Coded) -> str:
    """Add a finished visit to the clinic, of half an hour from nine."""
    body: Resource = {
        "status": "finished",
        "class": {"system": f"{TERMS}/v3-ActCode", "code": "AMB"},
        "type": [concept(reason)],
        "subject": record.patient,
        "participant": [{"individual": to(record.directory.clinician)}],
        "period": {"start": moment(on, 9), "end": moment(on, 9, 30)},
        "serviceProvider": to(record.directory.clinic),
    }
    return record.add("Encounter", body, name=f"visit/{on.isoformat()}")


def add_stay(record: Record, came_on: date, left_on: date, visit: Coded, reason: Coded) -> str:
    """Add a hospital stay (or an emergency visit, by its code) that ended with going home."""
    inpatient = visit == HOSPITAL_STAY
    body: Resource = {
        "status": "finished",
        "class": {"system": f"{TERMS}/v3-ActCode", "code": "IMP" if inpatient else "EMER"},
        "type": [concept(visit)],
        "subject": record.patient,
        "period": {"start": moment(came_on, 8, 15), "end": moment(left_on, 14, 5)},
        "reasonCode": [concept(reason)],
        "hospitalization": {"dischargeDisposition": HOME},
        "serviceProvider": to(record.directory.hospital),
    }
    return record.add("Encounter", body, name=f"stay/{came_on.isoformat()}")


def add_problem(record: Record, problem: Coded, since_on: date, *, status: str) -> str:
    """Add a confirmed problem of the problem list; ``status`` is FHIR's (active, resolved)."""
    body: Resource = {
        "clinicalStatus": status_of("condition-clinical", status),
        "verificationStatus": status_of("condition-ver-status", "confirmed"),
        "category": [status_of("condition-category", "problem-list-item")],
        "code": concept(problem),
        "subject": record.patient,
        "onsetDateTime": since_on.isoformat(),
        "recordedDate": since_on.isoformat(),
    }
    return record.add("Condition", body)


def add_result(record: Record, measure: Coded, on: date, tenths: int, *, category: str = "laboratory") -> str:
    """Add a measured value, given in tenths of the measure's unit."""
    body = {**_observation(record, measure, on, category), "valueQuantity": quantity(tenths, measure.unit)}
    return record.add("Observation", body, name=f"{measure.label}/{on.isoformat()}")


def add_negative(record: Record, measure: Coded, on: date, answer: Coded) -> str:
    """Add a test that answers in words."""
    body = {**_observation(record, measure, on, "laboratory"), "valueCodeableConcept": concept(answer)}
    return record.add("Observation", body, name=f"{measure.label}/{on.isoformat()}")


def add_blood_pressure(record: Record, panel: Coded, on: date, parts: Sequence[tuple[Coded, int]]) -> str:
    """Add a blood pressure with its two parts in mm[Hg]."""
    components = [{"code": concept(c), "valueQuantity": quantity(value * 10, c.unit)} for c, value in parts]
    body = {**_observation(record, panel, on, "vital-signs"), "component": components}
    return record.add("Observation", body)


def _observation(record: Record, measure: Coded, on: date, category: str) -> Resource:
    return {
        "status": "final",
        "category": [status_of("observation-category", category)],
        "code": concept(measure),
        "subject": record.patient,
        "effectiveDateTime": moment(on, 9, 10),
        "performer": [to(record.directory.clinic)],
    }


def add_medicine(record: Record, medicine: Coded, since_on: date, *, directions: str, status: str) -> str:
    """Add a prescription; ``status`` is FHIR's (active, stopped, completed)."""
    body: Resource = {
        "status": status,
        "intent": "order",
        "medicationCodeableConcept": concept(medicine),
        "subject": record.patient,
        "authoredOn": moment(since_on, 9, 25),
        "requester": to(record.directory.clinician),
        "dosageInstruction": [{"text": directions}],
    }
    return record.add("MedicationRequest", body)


def add_allergy(record: Record, substance: Coded, since_on: date, reaction: str) -> str:
    """Add an allergy to a medicine with what it does."""
    body: Resource = {
        "clinicalStatus": status_of("allergyintolerance-clinical", "active"),
        "verificationStatus": status_of("allergyintolerance-verification", "confirmed"),
        "type": "allergy",
        "category": ["medication"],
        "code": concept(substance),
        "patient": record.patient,
        "recordedDate": since_on.isoformat(),
        "reaction": [{"manifestation": [{"text": reaction}]}],
    }
    return record.add("AllergyIntolerance", body)


def add_procedure(record: Record, procedure: Coded, on: date) -> str:
    """Add a procedure that was done."""
    body: Resource = {
        "status": "completed",
        "code": concept(procedure),
        "subject": record.patient,
        "performedDateTime": moment(on, 10, 40),
    }
    return record.add("Procedure", body)


def add_vaccine(record: Record, vaccine: Coded, on: date) -> str:
    """Add a vaccination that was given."""
    body: Resource = {
        "status": "completed",
        "vaccineCode": concept(vaccine),
        "patient": record.patient,
        "occurrenceDateTime": moment(on, 9, 20),
        "primarySource": True,
    }
    return record.add("Immunization", body)


def add_coverage(record: Record, plan: str, since_on: date, member: str) -> str:
    """Add the health plan that pays, by its name and member number."""
    body: Resource = {
        "status": "active",
        "type": {"text": plan},
        "subscriberId": member,
        "beneficiary": record.patient,
        "relationship": status_of("subscriber-relationship", "self"),
        "period": {"start": since_on.isoformat()},
        "payor": [to(record.directory.payer)],
    }
    return record.add("Coverage", body)


def add_document(record: Record, kind: Coded, on: date, text: str, *, author: str) -> str:
    """Add a document of plain text."""
    data = b64encode(text.encode()).decode()
    body: Resource = {
        "status": "current",
        "type": concept(kind),
        "subject": record.patient,
        "date": moment(on, 16, 20),
        "author": [to(author)],
        "content": [{"attachment": {"contentType": "text/plain", "language": "en", "data": data}}],
    }
    return record.add("DocumentReference", body)
