"""What the fuzzer begins with: small samples of everything a reader takes, and one resource of each published type."""

import gzip
import io
import json
import zipfile
from functools import cache

from tests.formats.fhir.samples import CONDITION, OBSERVATION, PATIENT, SHARED, Json, bundle, changed, entry
from tests.formats.fhir.test_valuesets import EXPANDED, LISTED

UUID = "urn:uuid:0c5f4a4e-1f4b-4b3b-9d3c-6f2f7e8d9a01"
VISIT: Json = {
    "resourceType": "Encounter", "id": "e1", "status": "finished", "class": {"code": "AMB"},
    "type": [{"coding": [{"system": "http://snomed.info/sct", "code": "185349003"}]}],
    "subject": {"reference": "Patient/p1"}, "period": {"start": "2026-01-02T08:00:00Z", "end": "2026-01-02T09:00:00Z"},
    "hospitalization": {"dischargeDisposition": {"coding": [{"system": "http://x", "code": "home"}]}},
}  # fmt: skip
PRESCRIPTION: Json = {
    "resourceType": "MedicationRequest", "id": "m1", "status": "active", "intent": "order",
    "subject": {"reference": "Patient/p1"}, "authoredOn": "2026-03-01",
    "medicationReference": {"reference": "Medication/d1"},
    "dosageInstruction": [
        {
            "timing": {
                "event": ["2026-03-01", "2026-03-02T08:00:00Z"],
                "repeat": {"frequency": 1, "period": 1.5, "periodUnit": "d", "boundsPeriod": {"start": "2026"}},
            },
            "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "mg"}}],
        }
    ],
    "dispenseRequest": {"quantity": {"value": 30}, "numberOfRepeatsAllowed": 2},
}  # fmt: skip
DRUG: Json = {"resourceType": "Medication", "id": "d1", "code": {"text": "Metformin"}}
ORIGIN: Json = {
    "resourceType": "Provenance", "id": "v1", "target": [{"reference": "Observation/o1"}],
    "recorded": "2026-01-01T00:00:00Z", "agent": [{"who": {"display": "X"}}],
}  # fmt: skip
RESOURCES = (PATIENT, OBSERVATION, CONDITION, VISIT, PRESCRIPTION, DRUG, ORIGIN)
BY_UUID = changed(OBSERVATION, id="o2", subject={"reference": UUID}, component=[{"code": {"text": "x"}}])
BUNDLES = (
    bundle(*map(entry, RESOURCES)),
    bundle(entry(PATIENT, UUID), entry(BY_UUID, "http://x.org/fhir/Observation/o2"), kind="batch"),
    bundle(entry(changed(PATIENT, id=None), UUID, "PUT"), entry(BY_UUID), kind="collection"),
)


def make_documents() -> list[bytes]:
    """Return bundles and single resources."""
    return [json.dumps(one).encode() for one in (*BUNDLES, *RESOURCES)] + list(_published())


def make_lines() -> list[bytes]:
    """Return NDJSON."""
    return [b"\n".join(json.dumps(one).encode() for one in RESOURCES), *_published()]


def make_value_sets() -> list[bytes]:
    """Return value sets with an expansion, with listed codes, and both in a bundle."""
    return [
        json.dumps(one).encode() for one in (EXPANDED, LISTED, bundle({"resource": EXPANDED}, {"resource": LISTED}))
    ]


def make_tables() -> list[bytes]:
    """Return tables of patients, with different delimiters and encodings."""
    names = ("mrn", "family", "given", "birth_date", "sex", "phone", "email", "language", "interpreter", "zip", "other")
    rows = (
        ("1", "Okafor", "Zoë", "1961-04-02", "F", "555 010 0100", "a@b.example", "es", "yes", "02115", "=1+1"),
        ("2", '"Li, X"', '"a""b"', "1961-02-30", "x", "-", "", "", "", "2115", ""),
        ("2", "Li", "X", "1961-02-03", "M", "", "", "", "no", "", ""),
    )
    return [
        "\r\n".join(mark.join(row) for row in (names, *rows)).encode(encoding)
        for mark, encoding in ((",", "utf-8"), (";", "cp1252"), ("\t", "utf-8-sig"))
    ]


def make_words() -> list[bytes]:
    """Return C-CDA documents, a text and the beginning of a picture."""
    body = (
        '<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Été</title><component><section><title>A</title><text><table>'
        "<tr><td>b</td><td>c</td></tr></table><br/>d &amp; &#233;</text></section></component></ClinicalDocument>"
    )
    marked = [f'<?xml version="1.0" encoding="{name}"?>{body}'.encode(name) for name in ("utf-8", "utf-16", "cp1252")]
    return [body.encode(), *marked, b"only words", b"\x89PNG\r\n\x1a\n"]


def make_zips() -> list[bytes]:
    """Return archives of a document, lines and a packed document, stored and deflated."""
    found = []
    for packing in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", packing) as archive:
            archive.writestr("Patient.ndjson", json.dumps(PATIENT))
            archive.writestr("été.json", json.dumps(OBSERVATION))
            archive.writestr("b/c.json.gz", gzip.compress(json.dumps(CONDITION).encode(), mtime=0))
        found.append(target.getvalue())
    return found


def make_gzips() -> list[bytes]:
    """Return packed lines."""
    return [gzip.compress(one, mtime=0) for one in make_lines()]


@cache
def _published() -> tuple[bytes, ...]:
    """Return one small resource of each type of a published record; nothing where the material is not there."""
    files = sorted((SHARED / "data" / "synthea_r4").glob("*.json.gz"))[:1]
    found: dict[str, bytes] = {}
    for file in files:
        for one in json.loads(gzip.decompress(file.read_bytes()))["entry"]:
            text = json.dumps(one["resource"]).encode()
            kind = one["resource"]["resourceType"]
            if len(text) < 4000 and len(text) < len(found.get(kind, b" " * 4000)):
                found[kind] = text
    return tuple(found.values())
