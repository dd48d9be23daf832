"""Value sets read: expansions, listed codes, and what is refused rather than half read."""

import json
from pathlib import Path

import pytest

from careloop.formats.fhir.valuesets import ValueSetFault, read_value_sets

SCT = "http://snomed.info/sct"
NESTED = [{"system": SCT, "code": "1"}]
RULE = "rule that is not followed"
EXPANDED = {
    "resourceType": "ValueSet",
    "url": "http://cts.nlm.nih.gov/fhir/ValueSet/2.16.840.1.113883.3.1",
    "version": "20250101",
    "name": "Visits",
    "title": "Some visits",
    "publisher": "Somebody",
    "expansion": {"contains": [{"system": SCT, "code": "1", "display": "x"}]},
}
LISTED = {
    "resourceType": "ValueSet",
    "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:oid:2.16.840.1.113883.3.2"}],
    "compose": {"include": [{"system": SCT, "concept": [{"code": "2"}, {"code": "3"}]}]},
}


def raw(body: object) -> bytes:
    return json.dumps(body).encode()


def test_an_expansion_is_read() -> None:
    (found,) = read_value_sets(raw(EXPANDED))

    assert (found.oid, found.version, found.name, found.source) == (
        "2.16.840.1.113883.3.1", "20250101", "Some visits", "Somebody",
    )  # fmt: skip
    assert found.codes == {"sct|1"}


def test_nested_codes_are_read_and_headings_are_not() -> None:
    nested = [
        {"display": "heading", "abstract": True, "system": SCT, "code": "0", "contains": [{"system": SCT, "code": "9"}]}
    ]

    assert read_value_sets(raw(EXPANDED | {"expansion": {"contains": nested}}))[0].codes == {"sct|9"}


def test_listed_codes_are_read_where_there_is_no_expansion() -> None:
    (found,) = read_value_sets(raw(LISTED))

    assert (found.oid, found.version, found.name) == ("2.16.840.1.113883.3.2", "", "2.16.840.1.113883.3.2")
    assert found.codes == {"sct|2", "sct|3"}


def test_a_bundle_of_value_sets_is_read() -> None:
    bundle = {"resourceType": "Bundle", "entry": [{"resource": EXPANDED}, {"resource": LISTED}, {}]}

    assert [one.oid for one in read_value_sets(raw(bundle))] == ["2.16.840.1.113883.3.1", "2.16.840.1.113883.3.2"]


@pytest.mark.parametrize(
    ("body", "path", "why"),
    [
        ({"resourceType": "Patient"}, "", "holds no ValueSet"),
        ({"resourceType": "Bundle", "entry": 5}, "Bundle.entry", "is no list"),
        (EXPANDED | {"title": "a\0b"}, "ValueSet", "NUL"),
        (EXPANDED | {"expansion": {"contains": [{"system": SCT, "code": "\0"}]}}, "ValueSet", "NUL"),
        (EXPANDED | {"expansion": {"contains": [{"system": SCT, "code": 1}]}}, "ValueSet", "are texts"),
        ([], "", "holds no ValueSet"),
        (EXPANDED | {"url": "http://x/visits"}, "ValueSet", "names no OID"),
        (EXPANDED | {"expansion": {"contains": []}}, "ValueSet", "holds no codes"),
        (EXPANDED | {"expansion": {"total": 2, "contains": NESTED}}, "ValueSet", "fewer than its 2"),
        (EXPANDED | {"expansion": {"contains": ["x"]}}, "ValueSet", "is not built as FHIR R4 says"),
        (LISTED | {"compose": {"include": [{"system": SCT}]}}, "ValueSet.compose.include[0]", RULE),
        (
            LISTED | {"compose": {"include": [{"system": SCT, "filter": [{}], "concept": [{"code": "1"}]}]}},
            "ValueSet.compose.include[0]", RULE,
        ),
        (LISTED | {"compose": {"include": [{"concept": [{"code": "1"}]}]}}, "ValueSet.compose.include[0]", "no system"),
        (LISTED | {"compose": {"include": [], "exclude": [{}]}}, "ValueSet.compose.exclude", "leaves codes out"),
    ],
)  # fmt: skip
def test_what_cannot_be_loaded_is_refused_with_place_and_remedy(body: object, path: str, why: str) -> None:
    with pytest.raises(ValueSetFault) as refusal:
        read_value_sets(raw(body))

    assert refusal.value.path == path
    assert why in refusal.value.why
    assert refusal.value.fix


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueSetFault, match="cannot be read as JSON"):
        read_value_sets(b"<ValueSet/>")


def test_half_a_character_is_refused_and_a_byte_order_mark_is_not() -> None:
    with pytest.raises(ValueSetFault, match="cannot be read as JSON"):
        read_value_sets(raw(EXPANDED | {"title": "\ud800"}))

    assert read_value_sets(b"\xef\xbb\xbf" + raw(EXPANDED)) == read_value_sets(raw(EXPANDED))


def test_codes_nested_too_deep_are_refused() -> None:
    deep = b'[{"system":"x","code":"1","contains":' * 500 + b"[]" + b"}]" * 500
    whole = raw(EXPANDED | {"expansion": {"total": 1, "contains": 5}}).replace(b'"contains": 5', b'"contains":' + deep)

    with pytest.raises(ValueSetFault, match="nested too deep"):
        read_value_sets(whole)


def test_published_value_sets_are_read(shared: Path) -> None:
    files = sorted((shared / "data" / "ecqm_valuesets").glob("*.json"))
    found = [one for file in files for one in read_value_sets(file.read_bytes())]

    assert len(found) == len(files) == 193
    assert {f"valueset-{one.oid}.json" for one in found} == {file.name for file in files}
    assert all(one.version and one.codes for one in found)
