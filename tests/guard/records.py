"""Small FHIR records for tests of who sees what."""

import json
from collections.abc import Sequence


def patient(fhir_id: str, family: str = "Alvarez", given: str = "Rosa", **more: object) -> dict[str, object]:
    """Return a FHIR patient with a record number."""
    return {
        "resourceType": "Patient",
        "id": fhir_id,
        "identifier": [{"system": "urn:mrn", "value": f"MRN-{fhir_id}", "type": {"coding": [{"code": "MR"}]}}],
        "name": [{"family": family, "given": [given]}],
        "gender": "female",
        "birthDate": "1958-03-14",
        **more,
    }


def problem(fhir_id: str, patient_id: str, text: str = "Diabetes", *, label: str = "") -> dict[str, object]:
    """Return a FHIR condition, with a confidentiality label if one is named ("PSY")."""
    said: dict[str, object] = {
        "resourceType": "Condition",
        "id": fhir_id,
        "subject": {"reference": f"Patient/{patient_id}"},
        "clinicalStatus": {"coding": [{"system": STATUS, "code": "active"}]},
        "code": {"text": text, "coding": [{"system": "http://snomed.info/sct", "code": "44054006"}]},
        "onsetDateTime": "2020-01-02",
    }
    if label:
        code = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": label}
        said["meta"] = {"security": [code]}
    return said


def bundle(resources: Sequence[dict[str, object]]) -> bytes:
    """Return a collection of resources as one document."""
    entries = [{"fullUrl": f"urn:uuid:{r['id']}", "resource": r} for r in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


STATUS = "http://terminology.hl7.org/CodeSystem/condition-clinical"
