import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.formats.fhir.references import Links, _rewrite_any, _rewrite_plain
from careloop.formats.fhir.split import Piece
from tests.formats.fhir.samples import CONDITION, OBSERVATION, PATIENT, Json, bundle, changed, entry, read

UUID_URL = "urn:uuid:0c5f4a4e-1f4b-4b3b-9d3c-6f2f7e8d9a01"
OID_URL = "urn:oid:1.2.840.99.1"
SERVER = "https://ehr.example.org/fhir"
HELD = changed(PATIENT, identifier=[{"system": "http://mrn.example.org", "value": "a|b 7"}])


def observe(reference: str) -> Json:
    return changed(OBSERVATION, subject={"reference": reference})


def subject_of(document: Json) -> str:
    (found,) = [one for one in read(document).resources if one.type == "Observation"]
    return str(json.loads(found.raw)["subject"]["reference"])


# Address of the patient, reference as it came, reference as it is kept, patient of the observation.
STYLES = [
    (UUID_URL, UUID_URL, "Patient/p1", "p1"),
    (UUID_URL, UUID_URL.upper().replace("URN:UUID", "urn:uuid"), "Patient/p1", "p1"),
    (OID_URL, OID_URL, "Patient/p1", "p1"),
    (f"{SERVER}/Patient/p1", f"{SERVER}/Patient/p1", "Patient/p1", "p1"),
    (f"{SERVER}/Patient/p1", f"{SERVER}/Patient/p2", "Patient/p2", "p2"),
    (f"{SERVER}/Patient/p1", f"{SERVER}/Patient/p1/_history/3", "Patient/p1/_history/3", "p1"),
    (f"{SERVER}/Patient/p1", "Patient/p1", "Patient/p1", "p1"),
    (f"{SERVER}/Patient/x9", "Patient/x9", "Patient/p1", "p1"),
    (UUID_URL, "Patient/p1/_history/3", "Patient/p1/_history/3", "p1"),
    (UUID_URL, f"{UUID_URL}/_history/3", "Patient/p1/_history/3", "p1"),
    (UUID_URL, "Patient/elsewhere", "Patient/elsewhere", "elsewhere"),
    (UUID_URL, "Patient?identifier=http://mrn.example.org|a|b%207", "Patient/p1", "p1"),
    (UUID_URL, "Patient?identifier=http%3A%2F%2Fmrn.example.org%7Ca%7Cb 7", "Patient/p1", "p1"),
]


@pytest.mark.parametrize(("url", "came", "kept", "patient"), STYLES)
def test_each_style_leads_to_the_resource_in_the_bundle(url: str, came: str, kept: str, patient: str) -> None:
    held = changed(HELD, identifier=[{"system": "http://mrn.example.org|a", "value": "b 7"}])
    package = read(bundle(entry(observe(came)), entry(held, url)))

    assert package.rejected == ()
    assert json.loads(package.resources[0].raw)["subject"]["reference"] == kept
    assert package.resources[0].patient_ref == patient


def test_a_reference_by_identifier_alone_tells_the_patient_and_stays_as_it_is() -> None:
    subject = {"type": "Patient", "identifier": HELD["identifier"][0]}
    package = read(bundle(entry(HELD, UUID_URL), entry(changed(OBSERVATION, subject=subject))))

    assert package.resources[1].patient_ref == "p1"
    assert json.loads(package.resources[1].raw)["subject"] == subject


# References that lead to no one patient, the path of the problem, a word of the reason.
DANGLING = [
    ({"reference": "urn:uuid:0c5f4a4e-1f4b-4b3b-9d3c-6f2f7e8d9a99"}, ".reference", "no resource"),
    ({"reference": "urn:oid:1.2.3"}, ".reference", "no resource"),
    ({"reference": "https://elsewhere.org/fhir/Patient/p1"}, "", "one patient"),
    ({"reference": "Patient?identifier=http://mrn.example.org|unknown"}, "", "one patient"),
    ({"reference": "Patient?name=Ngozi"}, "", "one patient"),
    ({"reference": "Patient?identifier=twin"}, ".reference", "more than one"),
    ({"reference": "?identifier=twin"}, ".reference", "names no type"),
    ({"identifier": {"value": "unknown"}}, "", "one patient"),
    ({"identifier": {"value": "twin"}}, "", "one patient"),
    ({"display": "Ngozi"}, "", "one patient"),
]


@pytest.mark.parametrize(("subject", "path", "word"), DANGLING)
def test_a_reference_to_nobody_is_a_problem(subject: Json, path: str, word: str) -> None:
    twins = [entry(changed(PATIENT, id=name, identifier=[{"value": "twin"}])) for name in ("t1", "t2")]
    package = read(bundle(*twins, entry(changed(OBSERVATION, subject=subject))))

    (problem,) = package.rejected[0].problems
    assert problem.path == f"Observation.subject{path}"
    assert word in problem.why


def test_the_type_of_the_entry_counts_for_the_targets() -> None:
    package = read(bundle(entry(CONDITION, UUID_URL), entry(observe(UUID_URL))))

    (problem,) = package.rejected[0].problems
    assert problem.path == "Observation.subject"
    assert "Condition" in problem.why


def test_the_type_of_a_contained_resource_counts_for_the_targets() -> None:
    contained = [{"resourceType": "Medication", "id": "m"}]
    package = read(changed(OBSERVATION, contained=contained, performer=[{"reference": "#m"}]))

    (problem,) = package.rejected[0].problems
    assert problem.path == "Observation.performer[0]"


def test_references_to_contained_resources_stay() -> None:
    contained = [
        {
            "resourceType": "Practitioner",
            "id": "d",
            "extension": [{"url": "http://x", "valueReference": {"reference": "#"}}],
        }
    ]
    one = changed(observe(UUID_URL), contained=contained, performer=[{"reference": "#d"}])
    package = read(bundle(entry(HELD, UUID_URL), entry(one)))

    assert package.rejected == ()
    kept = json.loads(package.resources[1].raw)
    assert kept["performer"] == [{"reference": "#d"}]
    assert kept["contained"] == contained


def test_references_in_contained_resources_are_rewritten() -> None:
    held = {
        "resourceType": "ServiceRequest",
        "id": "s",
        "status": "active",
        "intent": "order",
        "subject": {"reference": UUID_URL},
    }
    other = {"resourceType": "Questionnaire", "id": "q", "subject": {"reference": UUID_URL}}
    package = read(bundle(entry(HELD, UUID_URL), entry(changed(OBSERVATION, contained=[held, other]))))

    assert package.rejected == ()
    assert package.resources[1].raw.count(b'"Patient/p1"') == 3


# How the text of a reference may be written, and what becomes of it.
ESCAPES = [
    (rb'"reference" :  "urn:uuid:%s"', rb'"reference" :  "Patient/p1"'),
    (rb'"reference":"urn\u003auuid:%s"', rb'"reference":"Patient/p1"'),
    (rb'"\u0072eference" : "urn:uuid:%s"', rb'"\u0072eference" : "Patient/p1"'),
    (rb'"reference":"Patient\/p1"', rb'"reference":"Patient\/p1"'),
]


@pytest.mark.parametrize(("came", "kept"), ESCAPES)
def test_rewriting_touches_nothing_but_the_text_of_references(came: bytes, kept: bytes) -> None:
    uuid = UUID_URL.removeprefix("urn:uuid:").encode()
    around = (
        rb'{ "resourceType":"Observation", "id":"o1","status":"final","code":{"text":"\"reference\":\"%s\"",'
        rb'"coding":[{"display":"\u00e9 %s","code":"reference"}]},"subject":{' % (UUID_URL.encode(), UUID_URL.encode()),
        rb'},"valueString":"\"reference\": \"%s\"","identifier":[{"value":"%s"}] }'
        % (UUID_URL.encode(), UUID_URL.encode()),
    )
    came = came.replace(b"%s", uuid)
    patient = json.dumps(entry(PATIENT, UUID_URL)).encode()
    text = b'{"resourceType":"Bundle","type":"batch","entry":[%s,{"resource":%s}]}' % (patient, came.join(around))
    package = read(text)

    assert package.rejected == ()
    assert package.resources[1].raw == kept.join(around)
    assert package.resources[1].patient_ref == "p1"


def test_a_medicine_is_followed_to_its_medication_in_the_bundle() -> None:
    medication = {
        "resourceType": "Medication",
        "id": "m1",
        "code": {
            "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "855332"}],
            "text": "Warfarin 5 mg",
        },
    }
    request = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
    }
    inside = changed(request, id="r1", contained=[medication], medicationReference={"reference": "#m1"})
    beside = changed(request, id="r2", medicationReference={"reference": UUID_URL})
    away = changed(request, id="r3", medicationReference={"reference": "Medication/m9", "display": "Aspirin"})
    package = read(bundle(*map(entry, (inside, beside, away)), entry(medication, UUID_URL)))

    assert package.rejected == ()
    facts = [one.facts[0] for one in package.resources[:3]]
    assert [fact.codes for fact in facts] == [("rxnorm|855332",), ("rxnorm|855332",), ()]
    assert [fact.label for fact in facts] == ["Warfarin 5 mg", "Warfarin 5 mg", "Aspirin"]


def test_a_medication_that_is_wrong_itself_is_not_followed() -> None:
    request = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
        "medicationReference": {"reference": UUID_URL, "display": "Aspirin"},
    }
    codes: list[object] = [[], {"coding": 5}, {"text": "a\0b"}]
    for code in codes:
        broken = {"resourceType": "Medication", "id": "m1", "code": code}
        package = read(bundle(entry(request), entry(broken, UUID_URL)))
        assert package.resources[0].facts[0].label == "Aspirin"
        assert package.rejected[0].type == "Medication"


def test_an_address_of_two_resources_leads_to_neither() -> None:
    twins = [entry(changed(PATIENT, id=name), UUID_URL) for name in ("t1", "t2")]
    servers = [entry(changed(PATIENT, id=f"s{n}"), f"https://{n}.example.org/Patient/7") for n in (1, 2)]
    for held, reference in ((twins, UUID_URL), (servers, "Patient/7")):
        package = read(bundle(*held, entry(observe(reference)), kind="batch"))
        (problem,) = package.rejected[0].problems
        assert problem.path == "Observation.subject.reference"
        assert "more than one resource" in problem.why
    package = read(bundle(*servers, entry(observe("https://2.example.org/Patient/7"))))
    assert package.resources[2].patient_ref == "s2"


PARTS = [b'"reference"', b":", b" ", b'"', b'"urn:uuid:1"', b'"#a"', b'"Patient/2"', b"\\", b",", b"{", b"}", b"x"]


@given(st.lists(st.sampled_from(PARTS), max_size=30).map(b"".join))
def test_the_quick_way_to_rewrite_says_what_the_slow_one_says(raw: bytes) -> None:
    count = raw.count(b'"reference"')
    links = Links([Piece(b"", "", 0, "Patient", "p1", "urn:uuid:1")])

    quick = _rewrite_plain(raw, links, count)

    assert quick is None or quick == _rewrite_any(raw, links, count)


def test_references_written_in_the_usual_way_are_rewritten_the_quick_way() -> None:
    raw = b'{"a": {"reference": "urn:uuid:1"}, "b": {"reference":"urn:uuid:1"}, "c": {"reference":"#x"}}'
    links = Links([Piece(b"", "", 0, "Patient", "p1", "urn:uuid:1")])

    quick = _rewrite_plain(raw, links, 3)

    assert quick == raw.replace(b"urn:uuid:1", b"Patient/p1") == _rewrite_any(raw, links, 3)
