from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from careloop.facts.access import Label
from careloop.facts.chart import FOOD, FactColumns, FactKind
from tests.formats.fhir.samples import CONDITION, OBSERVATION, PATIENT, Json, accept, changed

HERE = timezone(timedelta(hours=-5))
SUBJECT = {"reference": "Patient/p1"}


def coded(code: str, system: str = "http://snomed.info/sct", text: str = "") -> Json:
    return {"coding": [{"system": system, "code": code}]} | ({"text": text} if text else {})


def facts_of(resource: Json) -> tuple[FactColumns, ...]:
    return accept(resource).facts


def fact_of(resource: Json) -> FactColumns:
    (fact,) = facts_of(resource)
    return fact


def test_a_result_has_code_value_unit_and_moment() -> None:
    assert fact_of(OBSERVATION) == FactColumns(
        FactKind.RESULT,
        codes=("loinc|4548-4",),
        label="Hemoglobin A1c",
        status="final",
        start_on=date(2026, 3, 4),
        start_at=datetime(2026, 3, 4, 9, 30, tzinfo=HERE),
        value=Decimal("7.5"),
        unit="%",
    )


VALUES = [
    ({"valueInteger": 3}, Decimal(3), "", ""),
    ({"valueString": "clear"}, None, "", "clear"),
    ({"valueBoolean": True}, None, "", "true"),
    ({"valueBoolean": False}, None, "", "false"),
    ({"valueDateTime": "2026-01"}, None, "", "2026-01"),
    ({"valueTime": "10:11:12"}, None, "", "10:11:12"),
    ({"valueCodeableConcept": {"coding": [{"code": "pos", "display": "Positive"}]}}, None, "", "Positive"),
    ({"valueCodeableConcept": {"coding": [{"code": "pos"}]}}, None, "", "pos"),
    ({"dataAbsentReason": {"coding": [{"code": "not-performed"}]}}, None, "", "not-performed"),
    ({"valueRange": {"low": {"value": 1, "unit": "mg"}, "high": {"value": 2}}}, None, "", "1 mg - 2"),
    ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, None, "", "1 : 128"),
    ({"valuePeriod": {"start": "2026-01-01", "end": "2026-01-02"}}, None, "", "2026-01-01 - 2026-01-02"),
    ({"valueQuantity": {"value": 14, "comparator": ">", "unit": "%"}}, Decimal(14), "%", "> 14"),
    ({"valueQuantity": {"value": 80, "unit": "kilograms", "code": "kg"}}, Decimal(80), "kilograms", ""),
    ({"valueQuantity": {"unit": "kg"}}, None, "kg", ""),
    ({}, None, "", ""),
]


@pytest.mark.parametrize(("members", "value", "unit", "text"), VALUES)
def test_values_of_results(members: Json, value: Decimal | None, unit: str, text: str) -> None:
    fact = fact_of(changed(OBSERVATION, **({"valueQuantity": None} | members)))

    assert (fact.value, fact.unit, fact.value_text) == (value, unit, text)


def test_numbers_keep_their_digits() -> None:
    for digits in ("1.10", "0.000", "120", "1.2E+3", "98.60000000000000001", "0.1" + "0" * 40):
        raw = (
            b'{"resourceType":"Observation","status":"final","code":{"text":"x"},'
            b'"subject":{"reference":"Patient/p1"},"valueQuantity":{"value":%s},'
            b'"component":[{"code":{"text":"y"},"valueString":"none"},'
            b'{"code":{"text":"y"},"valueQuantity":{"value":%s}}]}' % (digits.encode(), digits.encode())
        )
        whole, other, part = accept(raw).facts
        assert str(whole.value) == str(part.value) == digits
        assert (other.value, other.value_text) == (None, "none")


def test_components_are_facts_of_their_own() -> None:
    pressure = changed(
        OBSERVATION,
        valueQuantity=None,
        component=[
            {"code": coded("8480-6", "http://loinc.org"), "valueQuantity": {"value": 131, "unit": "mmHg"}},
            {"code": coded("8462-4", "http://loinc.org"), "valueQuantity": {"value": 82, "unit": "mmHg"}},
        ],
    )
    panel, systolic, diastolic = facts_of(pressure)

    assert (panel.codes, panel.value) == (("loinc|4548-4",), None)
    assert (systolic.codes, systolic.value, systolic.start_on) == (("loinc|8480-6",), Decimal(131), date(2026, 3, 4))
    assert (diastolic.codes, diastolic.value, diastolic.status) == (("loinc|8462-4",), Decimal(82), "final")


def test_a_problem_has_both_statuses_and_the_first_day_of_a_partial_date() -> None:
    confirmed = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "confirmed"}]
    }
    fact = fact_of(changed(CONDITION, verificationStatus=confirmed, abatementDateTime="2020"))

    assert fact == FactColumns(
        FactKind.PROBLEM,
        codes=("sct|44054006",),
        label="Type 2 diabetes",
        status="active",
        start_on=date(2011, 5, 1),
        end_on=date(2020, 1, 1),
        verification="confirmed",
    )


def test_a_problem_without_onset_starts_when_it_was_recorded() -> None:
    assert fact_of(changed(CONDITION, onsetDateTime=None, recordedDate="2012-01-02")).start_on == date(2012, 1, 2)
    assert fact_of(changed(CONDITION, onsetDateTime=None, onsetString="childhood")).start_on is None
    period = {"start": "2012-01-02", "end": "2012-02-03"}
    assert fact_of(changed(CONDITION, onsetDateTime=None, onsetPeriod=period)).start_on == date(2012, 1, 2)


def test_what_was_entered_in_error_keeps_its_status() -> None:
    assert fact_of(changed(OBSERVATION, status="entered-in-error")).status == "entered-in-error"


def test_codes_of_many_systems() -> None:
    concept = {
        "coding": [
            {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E11.9"},
            {"system": "urn:oid:2.16.840.1.113883.6.90", "code": "E11.9", "display": "Type 2 diabetes mellitus"},
            {"system": "http://local.example.org", "code": "DM2"},
            {"code": "bare"},
            {"display": "no code"},
        ]
    }
    fact = fact_of(changed(CONDITION, code=concept))

    assert fact.codes == ("icd10cm|E11.9", "http://local.example.org|DM2", "|bare")
    assert fact.label == "Type 2 diabetes mellitus"


def request(**changes: object) -> Json:
    made = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "subject": SUBJECT,
        "authoredOn": "2026-02-03",
        "medicationCodeableConcept": coded("860975", "http://www.nlm.nih.gov/research/umls/rxnorm", "Metformin"),
    }
    return changed(made, **changes)


def test_a_medicine_starts_when_ordered_or_when_its_dosage_says() -> None:
    fact = fact_of(request())
    assert (fact.kind, fact.codes, fact.label) == (FactKind.MEDICINE, ("rxnorm|860975",), "Metformin")
    assert (fact.status, fact.start_on, fact.end_on) == ("active", date(2026, 2, 3), None)

    bounds = {"start": "2026-02-10", "end": "2026-03-10"}
    planned = fact_of(request(dosageInstruction=[{"timing": {"repeat": {"boundsPeriod": bounds}}}]))
    assert (planned.start_on, planned.end_on) == (date(2026, 2, 10), date(2026, 3, 10))
    until = fact_of(request(dosageInstruction=[{"timing": {"repeat": {"boundsPeriod": {"end": "2026-03-10"}}}}]))
    assert (until.start_on, until.end_on) == (date(2026, 2, 3), date(2026, 3, 10))


def test_an_order_not_to_give_a_medicine_is_no_medicine() -> None:
    assert facts_of(request(doNotPerform=True)) == ()
    assert facts_of(request(intent="proposal")) == ()
    assert len(facts_of(request(doNotPerform=False, intent="plan"))) == 1


OTHERS: list[tuple[Json, FactColumns]] = [
    (
        {
            "resourceType": "Encounter",
            "status": "finished",
            "class": {"code": "IMP", "display": "inpatient"},
            "type": [coded("183452005", text="Emergency admission"), coded("32485007")],
            "subject": SUBJECT,
            "reasonCode": [coded("22298006")],
            "period": {"start": "2026-01-02T23:30:00-05:00", "end": "2026-01-05"},
            "hospitalization": {
                "dischargeDisposition": coded("home", "http://terminology.hl7.org/CodeSystem/discharge-disposition")
            },
        },
        FactColumns(
            FactKind.VISIT,
            codes=("sct|183452005", "sct|32485007"),
            label="Emergency admission",
            status="finished",
            start_on=date(2026, 1, 2),
            end_on=date(2026, 1, 5),
            start_at=datetime(2026, 1, 3, 4, 30, tzinfo=UTC),
            visit_class="IMP",
            disposition=("http://terminology.hl7.org/CodeSystem/discharge-disposition|home",),
        ),
    ),
    (
        {
            "resourceType": "AllergyIntolerance",
            "clinicalStatus": coded("active", "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"),
            "verificationStatus": coded(
                "unconfirmed", "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
            ),
            "code": coded("7980", "http://www.nlm.nih.gov/research/umls/rxnorm", "Penicillin"),
            "patient": SUBJECT,
            "category": ["medication", "food"],
            "recordedDate": "2001",
        },
        FactColumns(
            FactKind.ALLERGY,
            codes=("rxnorm|7980",),
            label="Penicillin",
            status="active",
            start_on=date(2001, 1, 1),
            verification="unconfirmed",
            disposition=("allergy-category|medication", FOOD),
        ),
    ),
    (
        {
            "resourceType": "Procedure",
            "status": "completed",
            "code": coded("73761001", text="Colonoscopy"),
            "subject": SUBJECT,
            "performedPeriod": {"start": "2024-06-01", "end": "2024-06-01"},
        },
        FactColumns(
            FactKind.PROCEDURE,
            codes=("sct|73761001",),
            label="Colonoscopy",
            status="completed",
            start_on=date(2024, 6, 1),
            end_on=date(2024, 6, 1),
        ),
    ),
    (
        {
            "resourceType": "Immunization",
            "status": "not-done",
            "vaccineCode": coded("140", "http://hl7.org/fhir/sid/cvx", "Influenza"),
            "patient": SUBJECT,
            "occurrenceDateTime": "2025-10-01",
        },
        FactColumns(
            FactKind.IMMUNIZATION,
            codes=("cvx|140",),
            label="Influenza",
            status="not-done",
            start_on=date(2025, 10, 1),
        ),
    ),
    (
        {
            "resourceType": "DocumentReference",
            "status": "current",
            "type": coded("18842-5", "http://loinc.org", "Discharge summary"),
            "subject": SUBJECT,
            "date": "2025-10-01T10:00:00Z",
            "content": [{"attachment": {"title": "summary.pdf"}}],
        },
        FactColumns(
            FactKind.DOCUMENT,
            codes=("loinc|18842-5",),
            label="Discharge summary",
            status="current",
            start_on=date(2025, 10, 1),
            start_at=datetime(2025, 10, 1, 10, tzinfo=UTC),
        ),
    ),
    (
        {
            "resourceType": "Coverage",
            "status": "active",
            "beneficiary": SUBJECT,
            "payor": [{"display": "Bayview Health Plan"}],
            "period": {"start": "2026-01-01", "end": "2026-12-31"},
        },
        FactColumns(
            FactKind.COVERAGE,
            codes=(),
            label="Bayview Health Plan",
            status="active",
            start_on=date(2026, 1, 1),
            end_on=date(2026, 12, 31),
        ),
    ),
    (
        {
            "resourceType": "MedicationDispense",
            "status": "completed",
            "subject": SUBJECT,
            "medicationCodeableConcept": {"text": "Metformin"},
            "whenPrepared": "2026-01-01",
            "whenHandedOver": "2026-01-02",
        },
        FactColumns(FactKind.MEDICINE, codes=(), label="Metformin", status="completed", start_on=date(2026, 1, 2)),
    ),
    (
        {
            "resourceType": "MedicationStatement",
            "status": "active",
            "subject": SUBJECT,
            "medicationCodeableConcept": {"text": "Ibuprofen"},
            "effectivePeriod": {"start": "2026-01-01"},
        },
        FactColumns(FactKind.MEDICINE, codes=(), label="Ibuprofen", status="active", start_on=date(2026, 1, 1)),
    ),
]


@pytest.mark.parametrize(("resource", "fact"), OTHERS)
def test_facts_of_other_resources(resource: Json, fact: FactColumns) -> None:
    assert fact_of(resource) == fact


def test_a_report_is_a_result_and_with_its_form_a_document_too() -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": coded("24323-8", "http://loinc.org", "Metabolic panel"),
        "subject": SUBJECT,
        "issued": "2026-03-04T00:00:00Z",
        "conclusion": "Normal",
    }
    (result,) = facts_of(report)
    assert (result.kind, result.codes, result.value_text) == (FactKind.RESULT, ("loinc|24323-8",), "Normal")
    assert result.start_on == date(2026, 3, 4)

    kinds = [fact.kind for fact in facts_of(changed(report, presentedForm=[{"title": "report"}]))]
    assert kinds == [FactKind.RESULT, FactKind.DOCUMENT]


def test_resources_without_facts() -> None:
    assert facts_of(PATIENT) == ()
    assert facts_of({"resourceType": "Organization", "name": "Clinic"}) == ()


ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"

TAGS = [
    ([], Label.NONE),
    ([(CONFIDENTIALITY, "N")], Label.NONE),
    ([(CONFIDENTIALITY, "R")], Label.RESTRICTED),
    ([(CONFIDENTIALITY, "V")], Label.RESTRICTED),
    ([(ACT_CODE, "42CFRPart2")], Label.PART2),
    ([(ACT_CODE, "ETH")], Label.PART2),
    ([(ACT_CODE, "PSYTHPN")], Label.PSY),
    ([(ACT_CODE, "HIV"), (ACT_CODE, "SEX")], Label.HIV | Label.REPRO),
    ([(ACT_CODE, "SDV"), (CONFIDENTIALITY, "R")], Label.VIOLENCE | Label.RESTRICTED),
    ([(ACT_CODE, "NEWER")], Label.RESTRICTED),
    ([("http://local.example.org", "secret")], Label.RESTRICTED),
    ([("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST")], Label.NONE),
]


@pytest.mark.parametrize(("tags", "label"), TAGS)
def test_security_tags_become_labels(tags: list[tuple[str, str]], label: Label) -> None:
    meta = {"security": [{"system": system, "code": code} for system, code in tags]} if tags else None

    assert accept(changed(OBSERVATION, meta=meta)).labels == label
    assert (
        accept(changed(OBSERVATION, contained=[{"resourceType": "Device"} | ({"meta": meta} if meta else {})])).labels
        == label
    )


def test_a_list_of_people_is_restricted() -> None:
    group = {"resourceType": "Group", "type": "person", "actual": True}

    assert accept(group).labels == Label.NONE
    assert accept(changed(group, member=[{"entity": SUBJECT}])).labels == Label.RESTRICTED


def test_labels_of_a_contained_resource_of_another_shape_do_no_harm() -> None:
    for meta in (5, [5], {"security": 5}, {"security": [5]}):
        contained = [{"resourceType": "Questionnaire", "id": "q", "meta": meta}]
        assert accept(changed(OBSERVATION, contained=contained)).labels == Label.NONE
