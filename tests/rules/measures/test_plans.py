"""Made-up patients at every edge of the measures about plans and medicines."""

import pytest

from careloop.facts.measures import SetName, Tally
from careloop.rules.measures import sets
from tests.rules.measures.made import (
    CONCERN,
    ICD,
    LOINC,
    QICORE,
    SCT,
    Body,
    code_of,
    condition,
    judge,
    medicine,
    observation,
    order,
    procedure,
    quantity,
    said,
    visit,
)

WEIGHT, MOOD = "PCSBMIScreenAndFollowUpFHIR", "PCSDepressionScreenAndFollowUpFHIR"
LISTS = "DocumentationofCurrentMedicationsFHIR"
STATINS = "StatinTherapyforthePreventionandTreatmentofCardiovascularDiseaseFHIR"
AMBULATORY, VIRTUAL = {"class": {"code": "AMB"}}, {"class": {"code": "VR"}}
SEEN = visit(sets.ENCOUNTER_TO_EVALUATE_BMI, **AMBULATORY)
ENDED = "resolved"


def index(value: float, on: str = "2025-06-01", unit: str = "kg/m2", **more: object) -> Body:
    return observation((LOINC, "39156-5"), on, "vital-signs", **quantity(value, unit), **more)


def why(*names: SetName) -> Body:
    return {"reasonCode": [code_of(name) for name in names]}


def refused(url: str, what: SetName | tuple[str, str]) -> Body:
    return {"extension": [{"url": f"{QICORE}{url}", "valueCodeableConcept": code_of(what)}]}


HEAVY, LIGHT = why(sets.OVERWEIGHT_OR_OBESE), why(sets.UNDERWEIGHT)
LATER = {"effectiveDateTime": "2025-06-02"}
BY_PROFILE = {"profile": ["http://hl7.org/fhir/StructureDefinition/bmi"]}
STOUT = condition(sets.OVERWEIGHT_OR_OBESE)
CONCERNED = condition(sets.UNDERWEIGHT, category=[CONCERN])
NOT_WEIGHED = observation((LOINC, "39156-5"), status="cancelled")


@pytest.mark.parametrize(
    ("bodies", "answer"),
    [
        ([SEEN], "IP"),
        ([visit(sets.ENCOUNTER_TO_EVALUATE_BMI, **VIRTUAL)], ""),
        ([visit(sets.ENCOUNTER_TO_EVALUATE_BMI)], "IP"),
        ([SEEN | {"status": "in-progress"}], ""),
        ([visit(sets.ENCOUNTER_TO_EVALUATE_BMI, "2024-12-31")], ""),
        ([SEEN, index(18.5)], "IP NUM"),
        ([SEEN, index(24.9)], "IP NUM"),
        ([SEEN, index(25)], "IP"),
        ([SEEN, index(18.4)], "IP"),
        ([SEEN, index(22), index(25)], "IP"),
        ([SEEN, index(22, "2024-12-31")], "IP"),
        ([SEEN, index(22, status="preliminary")], "IP"),
        ([SEEN, index(22, unit="[lb_av]")], "IP"),
        ([SEEN, observation(sets.PCI, meta=BY_PROFILE, **quantity(22, "kg/m2"))],
         "IP NUM"),
        ([SEEN, index(30), order(sets.FOLLOW_UP_FOR_ABOVE_NORMAL_BMI, **HEAVY)], "IP NUM"),
        ([SEEN, index(30), order(sets.FOLLOW_UP_FOR_ABOVE_NORMAL_BMI, "2024-12-31", **HEAVY)], "IP"),
        ([SEEN, index(30), order(sets.FOLLOW_UP_FOR_ABOVE_NORMAL_BMI)], "IP"),
        ([SEEN, index(30), order(sets.FOLLOW_UP_FOR_ABOVE_NORMAL_BMI, doNotPerform=True, **HEAVY)], "IP"),
        ([SEEN, index(30), medicine(sets.MEDICATIONS_FOR_ABOVE_NORMAL_BMI, **HEAVY)], "IP NUM"),
        ([SEEN, index(30), order(sets.REFERRALS_WHERE_WEIGHT_ASSESSMENT_MAY_OCCUR), STOUT],
         "IP NUM"),
        ([SEEN, index(30), order(sets.REFERRALS_WHERE_WEIGHT_ASSESSMENT_MAY_OCCUR),
          condition(sets.OVERWEIGHT_OR_OBESE, "2025-06-02")], "IP"),
        ([SEEN, index(30), order(sets.REFERRALS_WHERE_WEIGHT_ASSESSMENT_MAY_OCCUR),
          condition(sets.OVERWEIGHT_OR_OBESE, category=[])], "IP"),
        ([SEEN, index(30), procedure(sets.FOLLOW_UP_FOR_ABOVE_NORMAL_BMI, **HEAVY)], "IP NUM"),
        ([SEEN, index(30), procedure(sets.FOLLOW_UP_FOR_ABOVE_NORMAL_BMI)], "IP"),
        ([SEEN, index(30), procedure(sets.FOLLOW_UP_FOR_ABOVE_NORMAL_BMI, status="not-done", **HEAVY)], "IP"),
        ([SEEN, index(30), procedure(sets.FOLLOW_UP_FOR_ABOVE_NORMAL_BMI), STOUT], "IP NUM"),
        ([SEEN, index(30), procedure(sets.FOLLOW_UP_FOR_ABOVE_NORMAL_BMI),
          condition(sets.OVERWEIGHT_OR_OBESE, clinical=ENDED, abatementDateTime="2025-05-31")], "IP"),
        ([SEEN, index(30), order(sets.FOLLOW_UP_FOR_BELOW_NORMAL_BMI, **LIGHT)], "IP"),
        ([SEEN, index(17), order(sets.FOLLOW_UP_FOR_BELOW_NORMAL_BMI, **LIGHT)], "IP NUM"),
        ([SEEN, index(17), medicine(sets.MEDICATIONS_FOR_BELOW_NORMAL_BMI), CONCERNED], "IP NUM"),
        # For a low index the measure asks for a health concern, not for the problem list.
        ([SEEN, index(17), medicine(sets.MEDICATIONS_FOR_BELOW_NORMAL_BMI), condition(sets.UNDERWEIGHT)], "IP"),
        ([SEEN, index(17), procedure(sets.FOLLOW_UP_FOR_BELOW_NORMAL_BMI, **LIGHT)], "IP NUM"),
        ([SEEN, index(17), procedure(sets.FOLLOW_UP_FOR_BELOW_NORMAL_BMI, status="in-progress", **LIGHT)], "IP"),
        ([SEEN, index(17), procedure(sets.FOLLOW_UP_FOR_BELOW_NORMAL_BMI), CONCERNED], "IP NUM"),
        ([SEEN, index(17), procedure(sets.FOLLOW_UP_FOR_BELOW_NORMAL_BMI, "2024-12-31"), CONCERNED], "IP"),
        # Exceptions: a reason against the plan on the day of the visit, or against being weighed.
        ([SEEN, order(sets.FOLLOW_UP_FOR_ABOVE_NORMAL_BMI, status="completed", doNotPerform=True,
                      **refused("qicore-doNotPerformReason", sets.MEDICAL_REASON))], "IP EXC"),
        ([SEEN, order(sets.FOLLOW_UP_FOR_ABOVE_NORMAL_BMI, "2025-06-02", status="completed", doNotPerform=True,
                      **refused("qicore-doNotPerformReason", sets.MEDICAL_REASON))], "IP"),
        ([SEEN, order(sets.FOLLOW_UP_FOR_ABOVE_NORMAL_BMI, doNotPerform=True,
                      **refused("qicore-doNotPerformReason", sets.MEDICAL_REASON))], "IP"),
        ([SEEN, medicine(sets.MEDICATIONS_FOR_BELOW_NORMAL_BMI, status="completed", doNotPerform=True,
                         **why(sets.MEDICAL_REASON))], "IP EXC"),
        ([SEEN, medicine(sets.MEDICATIONS_FOR_BELOW_NORMAL_BMI, status="completed", **why(sets.MEDICAL_REASON))], "IP"),
        ([SEEN, NOT_WEIGHED | refused("qicore-notDoneReason", sets.PATIENT_DECLINED)], "IP EXC"),
        ([SEEN, NOT_WEIGHED | refused("qicore-notDoneReason", sets.MEDICAL_REASON)], "IP EXC"),
        ([SEEN, NOT_WEIGHED], "IP"),
        ([SEEN, NOT_WEIGHED | refused("qicore-notDoneReason", sets.MEDICAL_REASON) | LATER], "IP"),
        ([SEEN, index(22), NOT_WEIGHED | refused("qicore-notDoneReason", sets.PATIENT_DECLINED)], "IP NUM"),
        ([SEEN, condition(sets.PREGNANCY_OR_OTHER_RELATED_DIAGNOSES)], "IP EXCL"),
        ([SEEN, condition(sets.PREGNANCY_OR_OTHER_RELATED_DIAGNOSES, clinical="recurrence")], "IP"),
    ],
)  # fmt: skip
def test_body_mass_index(bodies: list[Body], answer: str) -> None:
    assert said(judge(WEIGHT, *bodies)[0]) == answer


@pytest.mark.parametrize(("born", "answer"), [("2007-06-01", "IP"), ("2007-06-02", "")])
def test_body_mass_index_asks_for_18_years_at_the_visit(born: str, answer: str) -> None:
    assert said(judge(WEIGHT, SEEN, born=born)[0]) == answer


NEGATIVE, POSITIVE = (SCT, "428171000124102"), (SCT, "428181000124104")
ADULT, YOUNG = (LOINC, "73832-8"), (LOINC, "73831-0")
TALK = visit(sets.ENCOUNTER_TO_SCREEN_FOR_DEPRESSION, "2025-06-15T10:00:00Z", "2025-06-16T10:00:00Z")


def asked(what: tuple[str, str], on: str, answer: tuple[str, str] | None, **more: object) -> Body:
    found = {"valueCodeableConcept": code_of(answer)} if answer else {}
    return observation(what, on, **found, **more)


LOW_SPIRITS = asked(ADULT, "2025-06-10", POSITIVE)


def declined(what: tuple[str, str], issued: str = "2025-06-15T12:00:00Z", **more: object) -> Body:
    body = observation(what, status="cancelled", issued=issued) | refused("qicore-notDoneReason", (SCT, "720834000"))
    return body | more


@pytest.mark.parametrize(
    ("born", "bodies", "answer"),
    [
        ("1960-01-01", [], "IP"),
        ("2013-01-02", [], ""),
        ("1960-01-01", [asked(ADULT, "2025-06-01", NEGATIVE)], "IP NUM"),
        ("1960-01-01", [asked(ADULT, "2025-05-31", NEGATIVE)], "IP"),
        ("1960-01-01", [asked(ADULT, "2025-06-15T23:00:00Z", NEGATIVE)], "IP NUM"),
        ("1960-01-01", [asked(ADULT, "2025-06-16", NEGATIVE)], "IP"),
        ("1960-01-01", [asked(ADULT, "2025-06-10", NEGATIVE, status="amended")], "IP"),
        ("1960-01-01", [asked(ADULT, "2025-06-10", None)], "IP"),
        ("1960-01-01", [asked(YOUNG, "2025-06-10", NEGATIVE)], "IP"),
        ("2010-01-01", [asked(YOUNG, "2025-06-10", NEGATIVE)], "IP NUM"),
        ("2010-01-01", [asked(ADULT, "2025-06-10", NEGATIVE)], "IP"),
        # At 17 either way of asking counts.
        ("2008-01-01", [asked(ADULT, "2025-06-10", NEGATIVE)], "IP NUM"),
        ("2008-01-01", [asked(YOUNG, "2025-06-10", NEGATIVE)], "IP NUM"),
        # The last answer counts.
        ("1960-01-01", [asked(ADULT, "2025-06-10", NEGATIVE), asked(ADULT, "2025-06-11", POSITIVE)], "IP"),
        ("1960-01-01", [LOW_SPIRITS, asked(ADULT, "2025-06-11", NEGATIVE)], "IP NUM"),
        ("1960-01-01", [LOW_SPIRITS, order(sets.REFERRAL_FOR_ADULT_DEPRESSION, "2025-06-18")], "IP NUM"),
        ("1960-01-01", [LOW_SPIRITS, order(sets.REFERRAL_FOR_ADULT_DEPRESSION, "2025-06-19")], "IP"),
        ("1960-01-01", [LOW_SPIRITS, order(sets.REFERRAL_FOR_ADULT_DEPRESSION, "2025-06-15")], "IP"),
        ("1960-01-01", [LOW_SPIRITS, order(sets.REFERRAL_FOR_ADOLESCENT_DEPRESSION, "2025-06-16")], "IP"),
        ("1960-01-01", [LOW_SPIRITS, medicine(sets.ADULT_DEPRESSION_MEDICATIONS, "2025-06-16")], "IP NUM"),
        ("1960-01-01", [LOW_SPIRITS,
                        medicine(sets.ADULT_DEPRESSION_MEDICATIONS, "2025-06-16", intent="plan")], "IP"),
        ("1960-01-01", [LOW_SPIRITS,
                        procedure(sets.FOLLOW_UP_FOR_ADULT_DEPRESSION, "2025-06-15T11:00:00Z")], "IP NUM"),
        ("1960-01-01", [LOW_SPIRITS,
                        procedure(sets.FOLLOW_UP_FOR_ADULT_DEPRESSION, "2025-06-17")], "IP"),
        ("1960-01-01", [declined(ADULT)], "IP EXC"),
        ("1960-01-01", [declined(ADULT, "2025-06-15T09:00:00Z")], "IP"),
        ("1960-01-01", [declined(ADULT, status="final")], "IP"),
        ("1960-01-01", [declined(ADULT) | refused("qicore-notDoneReason", sets.MEDICAL_REASON)], "IP EXC"),
        ("1960-01-01", [declined(ADULT), LOW_SPIRITS], "IP"),
        ("1960-01-01", [condition(sets.BIPOLAR_DISORDER, "2025-06-15T09:00:00Z")], "IP EXCL"),
        ("1960-01-01", [condition(sets.BIPOLAR_DISORDER, "2025-06-15T10:00:00Z")], "IP"),
        ("1960-01-01", [condition(sets.BIPOLAR_DISORDER, category=[])], "IP"),
        ("1960-01-01", [condition(sets.BIPOLAR_DISORDER, clinical=ENDED)], "IP"),
        ("1960-01-01", [condition(sets.BIPOLAR_DISORDER, clinical=ENDED, abatementDateTime="2024-01-01")], "IP EXCL"),
    ],
)  # fmt: skip
def test_depression(born: str, bodies: list[Body], answer: str) -> None:
    assert said(judge(MOOD, TALK, *bodies, born=born)[0]) == answer


LISTED = (SCT, "428191000124101")


def listing(on: str, **more: object) -> Body:
    return procedure(LISTED, on, **more)


def not_listed(recorded: str, *reasons: SetName) -> Body:
    body = listing("2025-06-01", status="not-done") | why(*reasons)
    return body | {"extension": [{"url": f"{QICORE}qicore-recorded", "valueDateTime": recorded}]}


def at(day: str) -> Body:
    return visit(sets.ENCOUNTER_TO_DOCUMENT_MEDICATIONS, f"{day}T10:00:00Z", f"{day}T10:30:00Z")


@pytest.mark.parametrize(
    ("bodies", "tally"),
    [
        ([], Tally()),
        ([at("2025-06-01")], Tally(1, 1)),
        ([at("2025-06-01"), listing("2025-06-01T10:15:00Z")], Tally(1, 1, numerator=1)),
        ([at("2025-06-01"), listing("2025-06-01T10:31:00Z")], Tally(1, 1)),
        # A day without a time may lie in the visit or not: that cannot be told.
        ([at("2025-06-01"), listing("2025-06-01")], Tally(1, 1)),
        ([at("2025-06-01"), listing("2025-06-01T10:15:00Z", status="in-progress")], Tally(1, 1)),
        # Visits are counted, not patients.
        (
            [at("2025-06-01"), at("2025-07-01"), at("2025-08-01"), at("2024-08-01"), listing("2025-06-01T10:15:00Z"),
             listing("2025-06-01T10:20:00Z"), not_listed("2025-07-01T10:15:00Z", sets.MEDICAL_REASON)],
            Tally(3, 3, exception=1, numerator=1),
        ),
        ([at("2025-06-01"), not_listed("2025-06-01T10:15:00Z", sets.MEDICAL_REASON)], Tally(1, 1, exception=1)),
        ([at("2025-06-01"), not_listed("2025-06-01T10:15:00Z")], Tally(1, 1)),
        ([at("2025-06-01"), not_listed("2025-06-01T11:15:00Z", sets.MEDICAL_REASON)], Tally(1, 1)),
        (
            [at("2025-06-01"), listing("2025-06-01T10:15:00Z"),
             not_listed("2025-06-01T10:15:00Z", sets.MEDICAL_REASON)],
            Tally(1, 1, numerator=1),
        ),
        ([at("2025-06-01") | {"status": "arrived"}], Tally()),
    ],
)  # fmt: skip
def test_documented_medications(bodies: list[Body], tally: Tally) -> None:
    assert judge(LISTS, *bodies) == (tally,)


OFFICE = visit(sets.OFFICE_VISIT)
HEART = condition(sets.MYOCARDIAL_INFARCTION)
LDL = observation(sets.LDL_CHOLESTEROL, "2020-01-01", **quantity(190, "mg/dL"))
SUGAR = condition(sets.DIABETES)
RISK = observation((LOINC, "79423-0"), **quantity(20, "%"))


@pytest.mark.parametrize(
    ("born", "bodies", "groups"),
    [
        ("1970-01-01", [OFFICE], ["", "", "", ""]),
        ("1970-01-01", [HEART], ["", "", "", ""]),
        ("1970-01-01", [OFFICE, HEART], ["IP", "", "", ""]),
        ("2010-01-01", [OFFICE, HEART], ["IP", "", "", ""]),
        ("1970-01-01", [OFFICE, HEART | {"category": []}], ["", "", "", ""]),
        ("1970-01-01", [OFFICE, procedure(sets.PCI, "2010-01-01")], ["IP", "", "", ""]),
        ("1970-01-01", [OFFICE, procedure(sets.PCI, "2026-01-01")], ["", "", "", ""]),
        ("1970-01-01", [OFFICE, condition((ICD, "I22.2"))], ["IP", "", "", ""]),
        ("1970-01-01", [OFFICE, LDL], ["", "IP", "", ""]),
        ("1970-01-01", [OFFICE, LDL | quantity(1.9, "g/L")], ["", "IP", "", ""]),
        ("1970-01-01", [OFFICE, LDL | quantity(189.9, "mg/dL")], ["", "", "", ""]),
        ("1970-01-01", [OFFICE, LDL | quantity(190, "mmol/L")], ["", "", "", ""]),
        ("1970-01-01", [OFFICE, LDL | {"status": "appended"}], ["", "IP", "", ""]),
        ("1970-01-01", [OFFICE, LDL | {"status": "preliminary"}], ["", "", "", ""]),
        ("2005-01-01", [OFFICE, LDL], ["", "IP", "", ""]),
        ("2005-01-02", [OFFICE, LDL], ["", "", "", ""]),
        ("1970-01-01", [OFFICE, condition(sets.FAMILIAL_HYPERCHOLESTEROLEMIA)], ["", "IP", "", ""]),
        ("1970-01-01", [OFFICE, LDL, HEART], ["IP", "", "", ""]),
        ("1970-01-01", [OFFICE, SUGAR], ["", "", "IP", ""]),
        ("1985-01-01", [OFFICE, SUGAR], ["", "", "IP", ""]),
        ("1985-01-02", [OFFICE, SUGAR], ["", "", "", ""]),
        ("1970-01-01", [OFFICE, SUGAR, LDL], ["", "IP", "", ""]),
        ("1970-01-01", [OFFICE, RISK], ["", "", "", "IP"]),
        ("1970-01-01", [OFFICE, RISK | quantity(19, "%")], ["", "", "", ""]),
        ("1970-01-01", [OFFICE, RISK | {"effectiveDateTime": "2024-12-31"}], ["", "", "", ""]),
        ("1970-01-01", [OFFICE, RISK, SUGAR], ["", "", "IP", ""]),
    ],
)
def test_groups_at_risk_are_asked_in_turn(born: str, bodies: list[Body], groups: list[str]) -> None:
    assert [said(tally) for tally in judge(STATINS, *bodies, born=born)] == groups


ALLERGY = {"resourceType": "AllergyIntolerance", "code": code_of(sets.STATIN_ALLERGEN), "onsetDateTime": "2025-02-01"}
ACTIVE = {"clinicalStatus": code_of(("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active"))}
REACTION = {"resourceType": "AdverseEvent", "event": code_of(sets.STATIN_ALLERGEN), "recordedDate": "2025-02-01"}


@pytest.mark.parametrize(
    ("bodies", "answer"),
    [
        ([medicine(sets.LOW_INTENSITY_STATIN_THERAPY)], "IP NUM"),
        ([medicine(sets.HIGH_INTENSITY_STATIN_THERAPY, "2024-12-31")], "IP"),
        ([medicine(sets.HIGH_INTENSITY_STATIN_THERAPY, "2024-12-31",
                   dosageInstruction=[{"timing": {"repeat": {"boundsPeriod": {"start": "2024-12-31"}}}}])], "IP NUM"),
        ([medicine(sets.HIGH_INTENSITY_STATIN_THERAPY, status="stopped")], "IP"),
        ([medicine(sets.HIGH_INTENSITY_STATIN_THERAPY, intent="proposal")], "IP"),
        ([medicine(sets.HIGH_INTENSITY_STATIN_THERAPY, doNotPerform=True)], "IP"),
        ([condition(sets.BREASTFEEDING)], "IP EXCL"),
        ([condition(sets.RHABDOMYOLYSIS, category=[CONCERN])], "IP EXCL"),
        ([condition(sets.RHABDOMYOLYSIS, "2025-02-01", "inactive")], "IP"),
        ([ALLERGY | ACTIVE], "IP EXC"),
        ([ALLERGY], "IP"),
        ([ALLERGY | ACTIVE | {"onsetDateTime": "2024-02-01"}], "IP"),
        ([REACTION], "IP EXC"),
        ([REACTION | {"recordedDate": "2026-01-01"}], "IP"),
        ([condition(sets.HEPATITIS_B)], "IP EXC"),
        ([condition(sets.STATIN_ASSOCIATED_MUSCLE_SYMPTOMS)], "IP EXC"),
        ([condition(sets.END_STAGE_RENAL_DISEASE, category=[])], "IP"),
        ([visit(sets.HOSPICE_ENCOUNTER)], "IP EXC"),
        ([medicine(sets.LOW_INTENSITY_STATIN_THERAPY, "2025-06-01T10:10:00Z", status="completed", doNotPerform=True,
                   **why(sets.MEDICAL_REASON))], "IP EXC"),
        ([medicine(sets.LOW_INTENSITY_STATIN_THERAPY, "2025-06-01T11:10:00Z", status="completed", doNotPerform=True,
                   **why(sets.MEDICAL_REASON))], "IP"),
        ([medicine(sets.LOW_INTENSITY_STATIN_THERAPY), condition(sets.HEPATITIS_B)], "IP NUM"),
    ],
)  # fmt: skip
def test_statins(bodies: list[Body], answer: str) -> None:
    assert said(judge(STATINS, OFFICE, HEART, *bodies)[0]) == answer
