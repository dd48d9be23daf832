"""The facts that rules read: codes, digits, units, labels; and lines of NDJSON as bulk export writes them."""

import json
from typing import Any

import pytest

from careloop.actions.intake.fhir import Arriving, take_in_fhir
from careloop.facts.access import Label, Purpose
from careloop.facts.receipts import Receipt
from careloop.formats.fhir.read import read_document
from tests.actions.look import ask, ask_one, broken_invariants
from tests.formats.fhir.samples import CONDITION, OBSERVATION, PATIENT, bundle, changed, entry
from tests.people import TODAY, House, system, take_in

pytestmark = pytest.mark.django_db

Json = dict[str, Any]
LOINC, SNOMED, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"


def take(*resources: Json, house: House, literal: tuple[str, str] = ("", "")) -> None:
    raw = json.dumps(bundle(*map(entry, resources))).replace(*literal) if literal[0] else json.dumps(
        bundle(*map(entry, resources))
    )  # fmt: skip
    assert take_in(raw.encode(), house.north).rejected == []


@pytest.mark.parametrize("digits", ["1.10", "0.000001", "140", "6.50000000000000000", "-2.0", "98765432109876.54321"])
def test_a_value_keeps_every_digit(house: House, digits: str) -> None:
    body = changed(OBSERVATION, valueQuantity={"value": 77.25, "unit": "percent", "system": UCUM, "code": "%"})
    take(PATIENT, body, house=house, literal=("77.25", digits))

    ((value, unit),) = ask("SELECT value::text, unit_text FROM chart_fact")
    assert (value, unit) == (digits, "%")


def test_the_first_code_and_all_others_are_kept_with_short_systems(house: House) -> None:
    codings = [
        {"system": SNOMED, "code": "44054006"},
        {"system": ICD10, "code": "E11.9"},
        {"system": "https://clinic.example/codes", "code": "DM2"},
    ]
    take(PATIENT, changed(CONDITION, code={"coding": codings, "text": "Type 2 diabetes"}), house=house)

    assert ask("SELECT kind, code, other_codes, label, status FROM chart_fact") == [
        (
            "problem",
            "sct|44054006",
            ["icd10cm|E11.9", "https://clinic.example/codes|DM2"],
            "Type 2 diabetes",
            "active",
        )
    ]


def test_a_fact_without_a_code_is_kept_with_its_words(house: House) -> None:
    take(PATIENT, changed(CONDITION, code={"text": "Worn-out knee"}), house=house)

    assert ask("SELECT code, other_codes, label FROM chart_fact") == [("", None, "Worn-out knee")]


def test_each_part_of_a_blood_pressure_is_a_fact_of_one_resource(house: House) -> None:
    parts = [
        {"code": {"coding": [{"system": LOINC, "code": code}]}, "valueQuantity": {"value": value, "unit": "mmHg"}}
        for code, value in (("8480-6", 141), ("8462-4", 88))
    ]
    whole = changed(
        OBSERVATION, code={"coding": [{"system": LOINC, "code": "85354-9"}]}, valueQuantity=None, component=parts
    )
    take(PATIENT, whole, house=house)

    assert ask("SELECT n, code, value::int FROM chart_fact ORDER BY n") == [
        (0, "loinc|85354-9", None),
        (1, "loinc|8480-6", 141),
        (2, "loinc|8462-4", 88),
    ]
    assert ask_one("SELECT count(DISTINCT resource_id) FROM chart_fact") == 1


def tagged(resource: Json, code: str) -> Json:
    tag = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": code}
    return changed(resource, meta={"security": [tag]})


def test_labels_stand_on_every_row_of_what_they_label(house: House) -> None:
    take(PATIENT, tagged(OBSERVATION, "HIV"), CONDITION, tagged(changed(CONDITION, id="c2"), "SUD"), house=house)

    rows = ask(
        "SELECT r.fhir_id, r.label_mask, f.label_mask FROM resource r JOIN chart_fact f ON f.resource_id = r.id"
        " ORDER BY 1"
    )
    assert rows == [("c1", 0, 0), ("c2", Label.PART2, Label.PART2), ("o1", Label.HIV, Label.HIV)]


def test_an_unknown_label_hides_and_a_label_moves_to_the_history(house: House) -> None:
    take(PATIENT, tagged(OBSERVATION, "NOBODY-KNOWS"), house=house)
    take(OBSERVATION, house=house)

    assert ask("SELECT r.label_mask, v.label_mask FROM resource r JOIN resource_version v ON v.resource_id = r.id") == [
        (0, Label.RESTRICTED)
    ]
    assert ask_one("SELECT label_mask FROM chart_fact") == 0


def test_a_labelled_person_is_labelled_in_every_table(house: House) -> None:
    phone = {"telecom": [{"system": "phone", "value": "555-0101"}], "identifier": [{"value": "77"}]}
    take(tagged(changed(PATIENT, **phone), "VIO"), house=house)

    for table in ("patient", "patient_contact", "patient_identifier", "recheck", "resource"):
        assert ask_one(f"SELECT label_mask FROM {table}") == Label.VIOLENCE, table


def take_lines(name: str, house: House, *resources: Json | bytes) -> Receipt:
    lines = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in resources]
    package = read_document(b"\n".join(lines), is_ndjson=True, on=TODAY)
    return take_in_fhir(system(Purpose.INTAKE), package, Arriving(name=name, unit_id=house.north))


def test_lines_of_many_patients_come_in_stretch_by_stretch(house: House) -> None:
    people = [changed(PATIENT, id=f"p{n}") for n in range(5)]
    results = [changed(OBSERVATION, id=f"o{n}", subject={"reference": f"Patient/p{n}"}) for n in range(5)]

    counts = [take_lines(name, house, *part).created for name, part in (
        ("Patient.ndjson#0", people[:3]), ("Patient.ndjson#1", people[3:]), ("Observation.ndjson#0", results),
    )]  # fmt: skip

    assert counts == [3, 2, 5]
    assert ask_one("SELECT count(*) FROM chart_fact f JOIN patient p ON p.id = f.patient_id") == 5
    assert broken_invariants() == {}


def test_one_bad_line_keeps_no_other_line_out(house: House) -> None:
    receipt = take_lines("Mixed.ndjson#0", house, PATIENT, b"{not json", OBSERVATION, b"{not json")

    assert (receipt.created, len(receipt.rejected)) == (2, 2)
    assert [bytes(row[0]) for row in ask("SELECT body FROM inbox")] == [b"{not json"]
    assert broken_invariants() == {}
