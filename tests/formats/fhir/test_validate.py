from typing import Any

import pytest

from careloop.formats.fhir.definitions import CODES, TAKEN_IN, TYPES
from careloop.formats.fhir.faults import Visit
from careloop.formats.fhir.primitives import PRIMITIVES
from careloop.formats.fhir.references import Links
from careloop.formats.fhir.validate import _kind_check
from tests.formats.fhir.samples import CONDITION, OBSERVATION, PATIENT, Json, accept, changed, refuse

QUANTITY = {"value": 1.0, "unit": "kg"}
CODE = {"text": "something"}

# Resource, path of the problem, a word of the reason.
BAD_SHAPES: list[tuple[Json, str, str]] = [
    (changed(OBSERVATION, status=None), "Observation.status", "missing"),
    (changed(OBSERVATION, code=None), "Observation.code", "missing"),
    (changed(OBSERVATION, status="finished"), "Observation.status", "codes allowed"),
    (changed(OBSERVATION, status=" final"), "Observation.status", "codes allowed"),
    (changed(OBSERVATION, status=["final"]), "Observation.status", "must be a text, but is a list"),
    (changed(OBSERVATION, colour="red"), "Observation.colour", "not an element"),
    (changed(OBSERVATION, Status="final"), "Observation.Status", "not an element"),
    (changed(OBSERVATION, valueString="high"), "Observation.valueString", "second value"),
    (changed(OBSERVATION, _valueString={"id": "x"}), "Observation._valueString", "second value"),
    (changed(OBSERVATION, _valueQuantity={"id": "x"}), "Observation._valueQuantity", "not an element"),
    (changed(OBSERVATION, valueQuantity={"value": "7.5"}), "Observation.valueQuantity.value", "number"),
    (changed(OBSERVATION, valueQuantity={"value": True}), "Observation.valueQuantity.value", "number"),
    (changed(OBSERVATION, valueQuantity={}), "Observation.valueQuantity", "empty"),
    (changed(OBSERVATION, valueQuantity=[QUANTITY]), "Observation.valueQuantity", "object"),
    (changed(OBSERVATION, note={"text": "x"}), "Observation.note", "list"),
    (changed(OBSERVATION, note=[]), "Observation.note", "empty"),
    (changed(OBSERVATION, note=[{"text": ""}]), "Observation.note[0].text", "empty"),
    (changed(OBSERVATION, note=[{"text": " \n"}]), "Observation.note[0].text", "empty"),
    (changed(OBSERVATION, note=[{"text": "x"}, {}]), "Observation.note[1]", "empty"),
    (
        changed(OBSERVATION, effectiveDateTime=None, effectiveInstant="2026-03-04"),
        "Observation.effectiveInstant",
        "moment",
    ),
    (changed(OBSERVATION, effectiveDateTime="2026-03-04T09:30:00"), "Observation.effectiveDateTime", "zone"),
    (changed(OBSERVATION, effectiveDateTime="2026-02-29"), "Observation.effectiveDateTime", "exists"),
    (changed(OBSERVATION, subject={"reference": "Practitioner/d1"}), "Observation.subject", "Practitioner"),
    (changed(OBSERVATION, subject={"type": "Medication", "display": "x"}), "Observation.subject", "Medication"),
    (changed(OBSERVATION, subject={"reference": "somewhere"}), "Observation.subject.reference", "not a reference"),
    (changed(OBSERVATION, subject={"reference": "Patiant/p1"}), "Observation.subject.reference", "not a reference"),
    (changed(OBSERVATION, subject={"reference": "#nobody"}), "Observation.subject.reference", "contained"),
    (changed(OBSERVATION, subject={"reference": 5}), "Observation.subject.reference", "text"),
    (changed(OBSERVATION, subject=None), "Observation.subject", "whose record"),
    (changed(OBSERVATION, subject={"reference": "Group/g1"}), "Observation.subject", "one patient"),
    (changed(OBSERVATION, issued="2026-03-04"), "Observation.issued", "moment"),
    (
        changed(
            OBSERVATION, component=[{"code": CODE}, {"code": CODE}, {"code": CODE, "valueQuantity": {"value": "1"}}]
        ),
        "Observation.component[2].valueQuantity.value",
        "number",
    ),
    (changed(OBSERVATION, component=[{"valueString": "x"}]), "Observation.component[0].code", "missing"),
    (changed(OBSERVATION, extension=[{"valueString": "x"}]), "Observation.extension[0].url", "missing"),
    (
        changed(OBSERVATION, extension=[{"url": "http://x", "valueString": "x", "valueCode": "x"}]),
        "Observation.extension[0].valueCode",
        "second value",
    ),
    (
        changed(OBSERVATION, contained=[{"resourceType": "Nothing"}]),
        "Observation.contained[0].resourceType",
        "not a resource",
    ),
    (
        changed(OBSERVATION, contained=[{"resourceType": "Patient", "gender": "f"}]),
        "Observation.contained[0].gender",
        "codes",
    ),
    (changed(OBSERVATION, contained=[{"resourceType": []}]), "Observation.contained[0].resourceType", "not a resource"),
    (changed(OBSERVATION, contained=["x"]), "Observation.contained[0]", "resource"),
    (
        changed(OBSERVATION, contained=[{"resourceType": "Patient", "contained": [PATIENT]}]),
        "Observation.contained[0].contained",
        "contained",
    ),
    (
        changed(OBSERVATION, contained=[{"resourceType": "Questionnaire", "title": ""}]),
        "Observation.contained[0].title",
        "empty",
    ),
    (
        changed(OBSERVATION, contained=[{"resourceType": "Questionnaire", "x": {"reference": "urn:uuid:1"}}]),
        "Observation.contained[0].x.reference",
        "no resource",
    ),
    (changed(CONDITION, clinicalStatus={"text": "active"}), "Condition.clinicalStatus", "codes required"),
    (changed(CONDITION, clinicalStatus={"coding": [{"code": "active"}]}), "Condition.clinicalStatus", "codes required"),
    (changed(PATIENT, id="p_1"), "Patient.id", "id"),
    (changed(PATIENT, id="p" * 65), "Patient.id", "id"),
    (changed(PATIENT, id=7), "Patient.id", "text"),
    (changed(PATIENT, birthDate="1961-13-02"), "Patient.birthDate", "exists"),
    (changed(PATIENT, birthDate="1961-04-02T10:00:00Z"), "Patient.birthDate", "exists"),
    (changed(PATIENT, birthDate="0000"), "Patient.birthDate", "exists"),
    (changed(PATIENT, birthDate="02.04.1961"), "Patient.birthDate", "exists"),
    (changed(PATIENT, birthDate=None, _birthDate={"value": "x"}), "Patient._birthDate.value", "not an element"),
    (changed(PATIENT, _birthDate={}), "Patient._birthDate", "empty"),
    (changed(PATIENT, _name=[{"id": "x"}]), "Patient._name", "not an element"),
    (changed(PATIENT, active="true"), "Patient.active", "true or false"),
    (changed(PATIENT, active=None) | {"active": None}, "Patient.active", "null"),
    (changed(PATIENT, name=[{"given": ["Ngozi", None]}]), "Patient.name[0].given[1]", "null"),
    (changed(PATIENT, name=[{"given": [None], "_given": [None]}]), "Patient.name[0].given[0]", "null"),
    (changed(PATIENT, name=[None]), "Patient.name[0]", "null"),
    (changed(PATIENT, multipleBirthInteger=1.0), "Patient.multipleBirthInteger", "decimal part"),
    (changed(PATIENT, multipleBirthInteger=2**31), "Patient.multipleBirthInteger", "between"),
    (changed(PATIENT, telecom=[{"rank": 0, "value": "1"}]), "Patient.telecom[0].rank", "between"),
    (changed(PATIENT, photo=[{"data": "a b!"}]), "Patient.photo[0].data", "base64"),
    (changed(PATIENT, photo=[{"url": "http://a b"}]), "Patient.photo[0].url", "URI"),
    (changed(PATIENT, language="en  US"), "Patient.language", "proper code"),
    (changed(PATIENT, implicitRules="urn:uuid:1"), "Patient.implicitRules", "URI"),
    (changed(PATIENT, text={"status": "generated", "div": "hello"}), "Patient.text.div", "XHTML"),
    (changed(PATIENT, text={"div": "<div>hello</div>"}), "Patient.text.status", "missing"),
    (changed(PATIENT, link=[{"other": {"reference": "Patient/p2"}}]), "Patient.link[0].type", "missing"),
]


@pytest.mark.parametrize(("resource", "path", "word"), BAD_SHAPES)
def test_a_bad_shape_is_refused_with_its_path_and_reason(resource: Json, path: str, word: str) -> None:
    found = {problem.path: problem.why for problem in refuse(resource)}

    assert word in found.get(path, f"no problem at {path}, but at {found}")


def test_all_that_is_wrong_is_said_at_once() -> None:
    resource = changed(OBSERVATION, status="x", code=None, issued="x")

    assert {one.path for one in refuse(resource)} == {f"Observation.{n}" for n in ("status", "code", "issued")}


def test_what_is_wrong_a_thousand_times_is_said_a_few_times() -> None:
    assert len(refuse(changed(PATIENT, name=[{"x": 1}] * 1000))) == 25


@pytest.mark.parametrize(
    "resource",
    [
        changed(PATIENT, birthDate=None, _birthDate={"extension": [{"url": "http://x", "valueCode": "unknown"}]}),
        changed(PATIENT, _birthDate={"id": "b"}),
        changed(PATIENT, name=[{"given": ["Ngozi", None], "_given": [None, {"id": "g2"}]}]),
        changed(PATIENT, modifierExtension=[{"url": "http://x", "valueBoolean": True}]),
        changed(PATIENT, contained=[{"resourceType": "Questionnaire", "id": "q", "status": "active"}]),
        changed(OBSERVATION, valueQuantity=None, valueString="high", _valueString={"id": "x"}),
        changed(OBSERVATION, status=None, _status={"extension": [{"url": "http://x", "valueCode": "unknown"}]}),
        changed(CONDITION, onsetDateTime="2011"),
        changed(CONDITION, onsetDateTime="2011-05-31T23:59:60.123456789Z"),
        changed(CONDITION, onsetDateTime=None, onsetAge={"value": 50, "code": "a", "system": "http://u.org"}),
        changed(OBSERVATION, subject={"reference": "Patient/p1", "type": "Patient", "display": "Ngozi"}),
    ],
)
def test_what_fhir_allows_is_accepted(resource: Json) -> None:
    assert accept(resource).type == resource["resourceType"]


CODED = {"coding": [{"system": "http://loinc.org", "code": "4548-4"}]}
REFERRING = {**CODED, "extension": [{"url": "http://x", "valueReference": {"reference": "Patient/p1"}}]}


def test_what_was_found_good_is_known_again_and_nothing_else() -> None:
    check = _kind_check("CodeableConcept")
    visit = Visit({}, {})

    assert [check(CODED, visit) for _ in range(2)] == [None, None]
    assert check({"coding": [{"system": "http://loinc.org", "code": " 4548-4"}]}, visit)
    assert check([CODED], visit)
    assert check({}, visit)
    assert check(CODED, visit) is None


def test_codes_of_one_value_set_are_not_known_to_another() -> None:
    active = CONDITION["clinicalStatus"]

    assert _kind_check("CodeableConcept")(active, Visit({}, {})) is None
    assert _kind_check("CodeableConcept#condition-clinical")(active, Visit({}, {})) is None
    assert _kind_check("CodeableConcept#condition-ver-status")(active, Visit({}, {}))
    assert _kind_check("Coding")(active, Visit({}, {}))


def test_references_inside_codes_are_counted_each_time() -> None:
    check = _kind_check("CodeableConcept")
    for _ in range(2):
        visit = Visit(Links([]), {})

        assert check(REFERRING, visit) is None
        assert visit.references == 1


PRIMITIVE_CASES: list[tuple[str, list[Any], list[Any]]] = [
    ("boolean", [True, False], ["true", 1, None]),
    ("integer", [0, -2147483648, 2147483647], [1.0, "1", True, 2147483648, None]),
    ("unsignedInt", [0, 1], [-1, True]),
    ("positiveInt", [1], [0, -1]),
    ("decimal", [0, 1.5, -3, 1e20], ["1", True, None, []]),
    ("string", ["a", " a"], ["", " ", "\t\n", 1, None]),
    ("code", ["a", "a b"], ["", " a", "a ", "a  b", 1]),
    ("uri", ["http://a.b", "urn:oid:1.2", "x"], ["a b", "", "urn:uuid:5", "urn:oid:9", "urn:oid:01.2"]),
    ("uuid", ["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"], ["c757873d-ec9a-4326-a141-556f43239520"]),
    ("oid", ["urn:oid:1.2.3"], ["1.2.3", "urn:oid:1.02"]),
    ("id", ["a", "A-1.b", "x" * 64], ["", "a_b", "x" * 65, "é", "a\n"]),
    ("base64Binary", ["QUJD", "QUI=", "QU JD"], ["QUJ", "A===", "äöü", "QU=JD"]),
    ("date", ["2024", "2024-02", "2024-02-29"], ["2023-02-29", "2024-2-9", "24-02-01", "2024-02-30", "٢٠٢٤"]),
    (
        "dateTime",
        ["2024", "2024-02-29", "2024-02-29T00:00:00Z", "2024-02-29T23:59:59.1+14:00", "9999-12-31"],
        [
            "2024-02-30",
            "2024-01-01T25:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T10:00Z",
            "2024-01-01T10:00:00",
            "2024-01-01T10:60:00Z",
            "2024-01-01T10:00:61Z",
            "2024-01-01T10:00:00+14:01",
            "2024-01-01T10:00:00+99:00",
            "0001-01-01T00:00:00+10:00",
            "0000-01-01",
            "2024-01-01T10:00:00." + "1" * 200 + "Z",
            "",
            20240101,
        ],
    ),
    ("instant", ["2024-02-29T10:00:00.123Z"], ["2024-02-29", "2024-02-29T10:00:00"]),
    ("time", ["00:00:00", "23:59:60", "10:11:12.5"], ["24:00:00", "10:11", "1:02:03"]),
    ("xhtml", ["<div>x</div>", ' <div xmlns="x"/> '], ["x", "", "<p>x</p>"]),
]


@pytest.mark.parametrize(
    ("kind", "value", "is_good"),
    [(k, v, True) for k, good, _ in PRIMITIVE_CASES for v in good]
    + [(k, v, False) for k, _, bad in PRIMITIVE_CASES for v in bad],
)
def test_primitives(kind: str, value: object, is_good: bool) -> None:
    assert (PRIMITIVES[kind](value, Visit({}, {})) is None) is is_good


def test_every_kind_in_the_definitions_has_a_check() -> None:
    kinds = {kind for fields in TYPES.values() for element in fields.values() for kind in element.kinds}

    assert all(_kind_check(kind) for kind in kinds)


def test_every_value_set_named_has_codes() -> None:
    kinds = {kind for fields in TYPES.values() for element in fields.values() for kind in element.kinds}

    assert {kind.partition("#")[2] for kind in kinds if "#" in kind} == {name for name in CODES if CODES[name]}


def test_every_type_taken_in_has_definitions() -> None:
    assert TYPES.keys() >= TAKEN_IN
