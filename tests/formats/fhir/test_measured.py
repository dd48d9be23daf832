"""Resources as measures read them: bundles, files that are torn, and one patient a folder."""

import json

import pytest

from careloop.facts.measures import Kind, Moment, Person, Unanswerable
from careloop.formats.fhir.measured import join_portraits, read_portrait

PATIENT = {"resourceType": "Patient", "id": "p", "birthDate": "1960-06-15", "gender": "female"}
VISIT = {"resourceType": "Encounter", "id": "e", "status": "finished", "class": {"code": "AMB"}}
REPORT = {"resourceType": "MeasureReport", "id": "m", "group": "anything"}


def raw(*bodies: object) -> bytes:
    return json.dumps({"resourceType": "Bundle", "entry": [{"resource": body} for body in bodies]}).encode()


def test_a_bundle_is_read_as_its_resources_are() -> None:
    whole = join_portraits([read_portrait(raw(PATIENT, VISIT, REPORT), "all.json")], "folder")
    files = [read_portrait(json.dumps(body).encode(), "one.json") for body in (REPORT, VISIT, PATIENT)]
    person, entries = join_portraits(files, "folder")

    assert whole[0] == person == Person(Moment((1960, 6, 15)), "female")
    assert [(e.kind, e.id, e.class_code) for e in whole[1]] == [(Kind.ENCOUNTER, "e", "AMB")]
    assert entries[0].where == "one.json: Encounter"
    assert whole[1][0].where == "all.json: Bundle.entry[1]: Encounter"


def test_bundles_in_bundles_are_unpacked() -> None:
    inner = {"resourceType": "Bundle", "entry": [{"resource": VISIT}, {"request": {}}]}

    assert len(read_portrait(raw(PATIENT, inner), "x").entries) == 1


def test_codes_are_spelled_with_short_names_and_need_a_system() -> None:
    codings = [
        {"system": "http://snomed.info/sct", "code": "1"},
        {"system": "urn:oid:2.16.840.1.113883.6.285", "code": "G0182"},
        {"system": "http://www.nlm.nih.gov/research/umls/hcpcs", "code": "G9477"},
        {"code": "2"},
        {"system": "urn:own", "code": "3"},
    ]

    (entry,) = read_portrait(raw(VISIT | {"type": [{"coding": codings}, {"text": "a visit"}]}), "x").entries

    assert entry.codes == {"sct|1", "hcpcs|G0182", "hcpcs|G9477", "urn:own|3"}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"{", "a.json: cannot be read as JSON"),
        (b"[1]", "a.json: is no FHIR resource"),
        (b'{"id": "x"}', "a.json: is no FHIR resource"),
        (raw(PATIENT | {"birthDate": "1960-02-30"}), r"a.json: Bundle.entry\[0\]: Patient.birthDate: '1960-02-30'"),
        (raw(VISIT | {"type": {"coding": {"code": "x"}}}), r"Encounter: is not built as FHIR R4 says: a list"),
        (raw(VISIT | {"period": {"start": "now"}}), r"Encounter.period.start: 'now' is no FHIR date"),
        (b'{"resourceType": "Bundle", "entry": {}}', "a.json: is not built as FHIR R4 says: Bundle.entry"),
        (
            raw({"resourceType": "MedicationRequest", "dispenseRequest": {"numberOfRepeatsAllowed": "2"}}),
            "no whole number",
        ),
        (raw({"resourceType": "Observation", "meta": "x"}), "Observation: is not built as FHIR R4 says"),
        (b'{"resourceType": "Observation", "valueQuantity": {"value": NaN}}', "NaN is no number"),
        (b'{"resourceType": "Observation", "valueQuantity": {"value": 1e400}}', "too large or too small"),
        (
            b'{"resourceType": "Observation", "valueQuantity": {"value": 1e-99999999999999999999}}',
            "too large or too small",
        ),
        (raw(PATIENT | {"birthDate": "9" * 5000}), r"birthDate: '9{39}\.\.\. is no FHIR date"),
        (raw({"resourceType": "Observation", "valueQuantity": {"value": [[1]]}}), "value: a list is no number"),
        (b'{"resourceType":"Bundle","entry":[{"resource":' * 21 + b"{}" + b"}]}" * 21, "more than 20 bundles in one"),
        (b'{"resourceType": "Observation", "id": "\xff"}', "a.json: cannot be read as JSON"),
    ],
)
def test_what_cannot_be_read_is_named_with_file_and_place(document: bytes, message: str) -> None:
    with pytest.raises(Unanswerable, match=message):
        read_portrait(document, "a.json")


def test_a_folder_is_one_patient() -> None:
    other = PATIENT | {"id": "q", "birthDate": "1970-01-01"}

    with pytest.raises(Unanswerable, match="folder: holds no Patient; a folder is one patient"):
        join_portraits([read_portrait(raw(VISIT), "a.json")], "folder")
    with pytest.raises(Unanswerable, match=r"folder: tells of 2 patients: a.json.*b.json"):
        join_portraits([read_portrait(raw(PATIENT), "a.json"), read_portrait(raw(other), "b.json")], "folder")


def test_a_resource_that_stands_twice_counts_once_unless_it_differs() -> None:
    files = [read_portrait(raw(PATIENT, VISIT), "a.json"), read_portrait(raw(PATIENT, VISIT), "b.json")]
    changed = read_portrait(raw(VISIT | {"status": "planned"}), "c.json")

    assert len(join_portraits(files, "folder")[1]) == 1
    with pytest.raises(Unanswerable, match=r"c.json: Bundle.entry\[0\]: Encounter: e stands also in a.json"):
        join_portraits([*files, changed], "folder")
    without = read_portrait(raw(*[{"resourceType": "Encounter"}] * 2), "d.json")
    assert len(join_portraits([*files, without], "folder")[1]) == 3
