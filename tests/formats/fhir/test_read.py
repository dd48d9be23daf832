import hashlib
import json
import pickle
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.formats.fhir import split as splitting
from careloop.formats.fhir.read import read_document
from tests.formats.fhir.samples import (
    CONDITION,
    OBSERVATION,
    ON,
    PATIENT,
    Json,
    accept,
    bundle,
    changed,
    entry,
    read,
    refuse,
    unhurried,
)

SMALL = bundle(
    entry(PATIENT, "urn:uuid:0c5f4a4e-1f4b-4b3b-9d3c-6f2f7e8d9a01"),
    entry(
        changed(OBSERVATION, subject={"reference": "urn:uuid:0c5f4a4e-1f4b-4b3b-9d3c-6f2f7e8d9a01"}),
        "urn:uuid:0c5f4a4e-1f4b-4b3b-9d3c-6f2f7e8d9a02",
    ),
)


def raw_patient(member: str) -> bytes:
    return b'{"resourceType":"Patient","id":"p1",' + member.encode() + b"}"


DEEP = '{"url":"http://x","extension":[' * 200 + '{"url":"http://x","valueString":"x"}' + "]}" * 200

# Text, path of the problem, a word of the reason.
BAD_TEXTS: list[tuple[bytes, str, str]] = [
    (b"", "", "empty"),
    (b" \n ", "", "empty"),
    (b"hello", "", "not valid JSON"),
    (b"[]", "", "not a FHIR resource"),
    (b"null", "", "not a FHIR resource"),
    (b"5", "", "not a FHIR resource"),
    (b"{}", "", "not a FHIR resource"),
    (b'{"resourceType":5}', "", "not a FHIR resource"),
    (b'{"resourceType":"Patient"', "", "not valid JSON"),
    (b'{"resourceType":"Patient"} x', "", "not valid JSON"),
    (b'{"resourceType":"Patiant"}', "resourceType", "not a resource type"),
    (b'{"resourceType":"Questionnaire"}', "resourceType", "not taken in yet"),
    (b"\xef\xbb\xbf{}", "", "byte order mark"),
    ('{"resourceType":"Patient"}'.encode("utf-16"), "", "UTF-16"),
    ('{"resourceType":"Patient"}'.encode("utf-16-be"), "", "not valid JSON"),
    (raw_patient('"active":NaN'), "", "not valid JSON"),
    (raw_patient('"multipleBirthInteger":1e999'), "", "not valid JSON"),
    (raw_patient('"multipleBirthInteger":01'), "", "not valid JSON"),
    (raw_patient(r'"language":"\ud800"'), "", "not valid JSON"),
    (b'{"resourceType":"Patient","id":"\xff"}', "", "not valid JSON"),
    (b'{"resourceType":"Patient","id":"\xed\xa0\x80"}', "", "not valid JSON"),
    (raw_patient('"language":"a\x00"'), "", "not valid JSON"),
    (raw_patient(r'"address":[{"city":"a\u0000b"}]'), "Patient.address[0].city", "NUL"),
    (raw_patient(r'"a\u0000":1'), "Patient", "NUL"),
    (raw_patient('"active":true,"active":true'), "Patient", "active twice"),
    (raw_patient('"active":true,"id":"p2"'), "Patient", "id twice"),
    (raw_patient('"name":[{"text":"a","text":"b"}]'), "Patient", "text twice"),
    (raw_patient(r'"name":[{"text":"a","text":"\u0022"}]'), "Patient", "text twice"),
    (raw_patient(r'"active":true,"\u0061ctive":true'), "Patient", "active twice"),
    (raw_patient('"extension":[{"url":"http://x","valueDecimal":1e-400}]'), "Patient", "digits"),
    (raw_patient('"extension":[{"url":"http://x","valueDecimal":1e300}]'), "Patient", "digits"),
    (raw_patient('"extension":[{"url":"http://x","valueDecimal":0.' + "1" * 70 + "}]"), "Patient", "digits"),
    (raw_patient('"extension":[{"url":"http://x","valueDecimal":0e-99999999999}]'), "Patient", "digits"),
    (raw_patient(f'"extension":[{DEEP}]'), "Patient", "deep"),
    (raw_patient('"name":' + "[" * 2000), "", "not valid JSON"),
    (b'{"a":' * 5000, "", "not valid JSON"),
    (b'{"resourceType":"Bundle"}', "Bundle.type", "not taken in"),
    (b'{"resourceType":"Bundle","type":5}', "Bundle", "not a Bundle"),
    (b'{"resourceType":"Bundle","type":"message"}', "Bundle.type", "not taken in"),
    (b'{"resourceType":"Bundle","type":"history"}', "Bundle.type", "not taken in"),
    (b'{"resourceType":"Bundle","type":"batch","entries":[]}', "Bundle", "entries"),
    (b'{"resourceType":"Bundle","type":"batch","entry":{}}', "Bundle", "array"),
    (b'{"resourceType":"Bundle","type":"batch","entry":null}', "Bundle", "null"),
    (b'{"resourceType":"Bundle","type":"batch","entry":[5]}', "Bundle", "entry"),
    (b'{"resourceType":"Bundle","type":"batch","entry":[],"entry":[{}]}', "Bundle", "twice"),
    (b'{"resourceType":"Bundle","type":"batch","type":"batch"}', "Bundle", "twice"),
    (b'{"resourceType":"Bundle","type":"batch","entry":[{"resource":{},"resource":{}}]}', "Bundle", "twice"),
    (b'{"resourceType":"Bundle","type":"batch","entry":[{}]}', "Bundle.entry[0].resource", "missing"),
    (b'{"resourceType":"Bundle","type":"batch","entry":[{"fullUrl":5,"resource":{}}]}', "Bundle.entry[0]", "fullUrl"),
    (b'{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":5}}]}', "Bundle.entry[0]", "request"),
    (b'{"resourceType":"Bundle","type":"batch","entry":[{"resource":7}]}', "Bundle.entry[0]", "not a FHIR resource"),
    (
        b'{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Bundle"}}]}',
        "resourceType",
        "yet",
    ),
    (b'{"resourceType":"Bundle","type":"batch","entry":[', "Bundle", "not valid JSON"),
]


@pytest.mark.parametrize(("raw", "path", "word"), BAD_TEXTS)
def test_a_bad_text_is_refused_with_its_place_and_reason(raw: bytes, path: str, word: str) -> None:
    (problem,) = refuse(raw)

    assert problem.path == path
    assert word in problem.why


@unhurried
@given(st.binary() | st.binary().map(lambda tail: b'{"resourceType":"Bundle",' + tail), st.booleans())
def test_no_bytes_make_it_raise(raw: bytes, is_ndjson: bool) -> None:
    package = read_document(raw, is_ndjson=is_ndjson, on=ON)

    assert package.resources == ()


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["p1", "2024-01-01"])
NAMES = (
    st.sampled_from(
        [
            "resourceType",
            "id",
            "meta",
            "security",
            "name",
            "given",
            "_given",
            "extension",
            "url",
            "valueQuantity",
            "value",
            "component",
            "code",
            "coding",
            "subject",
            "reference",
            "contained",
            "identifier",
            "status",
        ]
    )
    | st.text()
)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)


@unhurried
@given(st.sampled_from(["Patient", "Observation", "Provenance", "Group"]), st.dictionaries(NAMES, TREES, max_size=5))
def test_no_resource_makes_it_raise(kind: str, members: Json) -> None:
    text = json.dumps(members | {"resourceType": kind}).encode()
    package = read_document(text, is_ndjson=False, on=ON)

    assert len(package.resources) + len(package.rejected) == 1


@unhurried
@given(st.sampled_from([PATIENT, OBSERVATION, CONDITION]), st.data())
def test_no_change_in_one_place_makes_it_raise(resource: Json, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(resource)))
    package = read(json.dumps(resource | {name: data.draw(TREES)}).encode())

    assert len(package.resources) + len(package.rejected) == 1


@unhurried
@given(st.binary(min_size=1, max_size=4), st.integers(0, 900))
def test_no_change_of_bytes_makes_it_raise(noise: bytes, at: int) -> None:
    raw = json.dumps(SMALL).encode()
    read_document(raw[:at] + noise + raw[at + len(noise) :], is_ndjson=False, on=ON)


def test_a_bundle_cut_short_anywhere_is_refused_whole() -> None:
    raw = json.dumps(SMALL, indent=1).encode()
    for length in range(len(raw)):
        package = read_document(raw[:length], is_ndjson=False, on=ON)
        assert package.resources == ()
        assert len(package.rejected) == 1
        assert package.rejected[0].raw == raw[:length].strip() or package.rejected[0].raw == raw[:length]
    assert len(read_document(raw, is_ndjson=False, on=ON).resources) == 2


def test_lines_cut_short_anywhere_give_whole_resources_or_none() -> None:
    raw = json.dumps(PATIENT).encode() + b"\n" + json.dumps(CONDITION).encode()
    for length in range(len(raw)):
        package = read_document(raw[:length], is_ndjson=True, on=ON)
        assert {one.type for one in package.resources} <= {"Patient"}


def test_a_bad_line_is_refused_with_its_number_and_the_others_go_on() -> None:
    lines = [json.dumps(PATIENT), "", '{"resourceType": "Pat', "  ", json.dumps(CONDITION), "7"]
    package = read("\r\n".join(lines).encode(), is_ndjson=True)

    assert [one.type for one in package.resources] == ["Patient", "Condition"]
    assert [problem.path for one in package.rejected for problem in one.problems] == ["line 3", "line 6"]
    assert package.rejected[0].raw == b'{"resourceType": "Pat'
    assert not package.atomic


@pytest.mark.parametrize("kind", ["transaction", "batch", "collection", "searchset"])
def test_bundles_taken_in(kind: str) -> None:
    package = read(bundle(entry(PATIENT), entry(OBSERVATION), kind=kind))

    assert [one.type for one in package.resources] == ["Patient", "Observation"]
    assert package.rejected == ()
    assert package.atomic is (kind == "transaction")


def test_an_empty_bundle_holds_nothing() -> None:
    for text in ('{"resourceType":"Bundle","type":"batch"}', '{"type":"batch","resourceType":"Bundle","entry":[]}'):
        package = read(text.encode())
        assert (package.resources, package.rejected) == ((), ())


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "GET", "HEAD", "post"])
def test_nothing_is_deleted_or_patched_on_import(method: str) -> None:
    package = read(bundle(entry(PATIENT, method=method), entry(OBSERVATION)))

    assert [one.type for one in package.resources] == ["Observation"]
    (problem,) = package.rejected[0].problems
    assert problem.path == "Bundle.entry[0].request.method"
    assert package.rejected[0].fhir_id == "p1"


def test_conditional_creation_is_taken_in() -> None:
    one = entry(PATIENT)
    one["request"]["ifNoneExist"] = "identifier=http://x|1"

    assert len(read(bundle(one)).resources) == 1


def test_the_text_stays_byte_for_byte_and_is_hashed_as_it_came() -> None:
    text = (
        b'{ "resourceType" : "Observation","id":"o1" ,\r\n "status":"final", "code":{"text":"\\u00e4\\/\xc3\xa4"},'
        b'"subject":{"reference":"Patient\\/p1"}, "valueQuantity":{"value":1.10}}'
    )
    package = read(b'{"resourceType":"Bundle","type":"batch","entry":[{"resource": ' + text + b" }]}")
    (one,) = package.resources

    assert one.raw == text
    assert one.sha256 == hashlib.sha256(text).digest()
    assert str(one.facts[0].value) == "1.10"


def test_a_package_goes_to_another_process_and_back() -> None:
    package = read(SMALL)

    assert pickle.loads(pickle.dumps(package)) == package  # noqa: S301


def test_meta_gives_version_and_moment() -> None:
    one = accept(changed(PATIENT, meta={"versionId": "12", "lastUpdated": "2026-01-02T03:04:05.5+01:00"}))

    assert one.version == 12
    assert one.last_updated is not None
    assert one.last_updated.isoformat() == "2026-01-02T03:04:05.500000+01:00"
    assert accept(changed(PATIENT, meta={"versionId": "a7"})).version is None


IDENTITY_CASES = [
    (entry(PATIENT, "http://a.org/fhir/Patient/other"), "p1"),
    (entry(changed(PATIENT, id=None), "http://a.org/fhir/Patient/77"), "77"),
    (entry(changed(PATIENT, id=None)) | {"request": {"method": "PUT", "url": "Patient/88"}}, "88"),
]


@pytest.mark.parametrize(("one", "fhir_id"), IDENTITY_CASES)
def test_the_id_is_that_of_the_resource_else_of_its_address(one: Json, fhir_id: str) -> None:
    assert read(bundle(one)).resources[0].fhir_id == fhir_id


def test_an_id_made_up_is_always_the_same() -> None:
    nameless = changed(PATIENT, id=None)
    by_url = [
        read(bundle(entry(nameless, url))).resources[0].fhir_id for url in ("urn:uuid:" + 4 * "0a1b2c3d", "urn:x:2")
    ]
    by_text = [read(json.dumps(nameless).encode()).resources[0].fhir_id for _ in range(2)]

    assert by_url[0] != by_url[1]
    assert by_text[0] == by_text[1]
    assert {UUID(one).version for one in by_url + by_text} == {5}


def test_the_same_resource_twice_counts_once_and_two_versions_are_refused() -> None:
    other = changed(PATIENT, gender="male")

    assert len(read(bundle(entry(PATIENT), entry(PATIENT))).resources) == 1
    package = read(bundle(entry(PATIENT), entry(other)))
    assert len(package.resources) == 1
    assert "twice" in package.rejected[0].problems[0].why


def test_limits_on_entries_and_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "MAX_ENTRIES", 2)
    (problem,) = refuse(bundle(*[entry(PATIENT)] * 3))
    assert "more than 2 entries" in problem.why
    (rejected,) = read(b"{}\n{}\n{}", is_ndjson=True).rejected
    assert "more than 2 lines" in rejected.problems[0].why

    (problem,) = refuse(changed(PATIENT, name=[{"text": "x" * 17_000_000}]))
    assert "larger than 16 MB" in problem.why


OWNERS: list[tuple[Json, str | None]] = [
    (PATIENT, "p1"),
    (OBSERVATION, "p1"),
    (
        {
            "resourceType": "Coverage",
            "status": "active",
            "beneficiary": {"reference": "Patient/p1"},
            "payor": [{"display": "X"}],
        },
        "p1",
    ),
    (
        {"resourceType": "Task", "status": "ready", "intent": "order", "for": {"reference": "Patient/p1/_history/3"}},
        "p1",
    ),
    ({"resourceType": "RelatedPerson", "patient": {"reference": "Patient/p1"}}, "p1"),
    ({"resourceType": "Device", "patient": {"reference": "Patient/p1"}}, "p1"),
    ({"resourceType": "Device", "lotNumber": "1"}, None),
    ({"resourceType": "Organization", "name": "Clinic"}, None),
    (
        {
            "resourceType": "Group",
            "type": "person",
            "actual": True,
            "member": [{"entity": {"reference": "Patient/p1"}}],
        },
        None,
    ),
    (
        {
            "resourceType": "Appointment",
            "status": "booked",
            "participant": [
                {"actor": {"reference": "Practitioner/d1"}, "status": "accepted"},
                {"actor": {"reference": "Patient/p1"}, "status": "accepted"},
            ],
        },
        "p1",
    ),
]


@pytest.mark.parametrize(("resource", "patient"), OWNERS)
def test_whose_record_it_is(resource: Json, patient: str | None) -> None:
    assert accept(resource).patient_ref == patient


def provenance(*targets: str) -> Json:
    return {
        "resourceType": "Provenance",
        "target": [{"reference": target} for target in targets],
        "recorded": "2026-01-01T00:00:00Z",
        "agent": [{"who": {"display": "X"}}],
    }


def test_a_provenance_belongs_to_the_patient_of_its_targets() -> None:
    other = changed(OBSERVATION, id="o2", subject={"reference": "Patient/p2"})
    clinic = {"resourceType": "Organization", "id": "g1", "name": "Clinic"}

    def owner(*targets: str) -> str | None:
        made = bundle(entry(provenance(*targets)), entry(OBSERVATION), entry(other), entry(clinic), kind="batch")
        return next((one.patient_ref or "directory" for one in read(made).resources if one.type == "Provenance"), None)

    assert owner("Observation/o1") == "p1"
    assert owner("Patient/p9") == "p9"
    assert owner("Observation/o1", "Organization/g1") == "p1"
    assert owner("Organization/g1") == "directory"
    assert owner("Observation/o1", "Observation/o2") is None
    assert owner("Observation/unknown") is None


@pytest.mark.parametrize("before", range(9))
def test_a_long_number_is_found_wherever_it_stands(before: int) -> None:
    member = '"extension":[{"url":"http://x",' + " " * before + '"valueDecimal":0.%s}]'

    assert "digits" in refuse(raw_patient(member % ("1" * 63)))[0].why
    assert accept(raw_patient(member % ("1" * 62))).fhir_id == "p1"
