"""Made-up patients at every edge of the screening measures: cancer, falls, kidneys, eyes, sugar, pressure."""

import pytest

from careloop.facts.measures import Unanswerable
from careloop.rules.measures import sets
from tests.rules.measures.made import (
    CPT,
    LOINC,
    SCT,
    Body,
    code_of,
    condition,
    judge,
    observation,
    order,
    procedure,
    quantity,
    said,
    visit,
)

VISIT = visit(sets.OFFICE_VISIT)
FOUND = {"valueCodeableConcept": code_of((SCT, "260385009"))}
BREAST, CERVIX, COLON = "BreastCancerScreeningFHIR", "CervicalCancerScreeningFHIR", "ColonCancerScreeningFHIR"
FALLS, KIDNEY, EYES = "FallsScreeningForFutureFallRiskFHIR", "KidneyHealthEvaluationFHIR", "DiabetesEyeExamFHIR"
SUGAR = "DiabetesGlycemicStatusAssessmentGreaterThan9PercentFHIR"
PRESSURE = "ControllingHighBloodPressureFHIR"


def lab(what: object, on: str = "2025-06-01", **more: object) -> Body:
    return observation(what, on, "laboratory", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("born", "gender", "bodies", "answer"),
    [
        ("1973-12-31", "female", [VISIT], "IP"),
        ("1974-01-01", "female", [VISIT], ""),
        ("1951-01-01", "female", [VISIT], "IP"),
        ("1950-12-31", "female", [VISIT], ""),
        ("1960-01-01", "male", [VISIT], ""),
        ("1960-01-01", "female", [], ""),
        ("", "female", [VISIT], ""),
        ("1960-01-01", "female", [visit(sets.OFFICE_VISIT, status="planned")], ""),
        ("1960-01-01", "female", [visit(sets.OFFICE_VISIT, "2025-12-31T23:30:00Z", "2026-01-01T00:10:00Z")], ""),
        ("1960-01-01", "female", [visit(sets.TELEPHONE_VISITS, "2025-12-31T19:30:00-05:00")], ""),
        ("1960-01-01", "female", [visit(sets.VIRTUAL_ENCOUNTER, status="in-progress")], "IP"),
        ("1960-01-01", "female", [VISIT, observation(sets.MAMMOGRAPHY, "2023-10-01")], "IP NUM"),
        ("1960-01-01", "female", [VISIT, observation(sets.MAMMOGRAPHY, "2023-09-30")], "IP"),
        ("1960-01-01", "female", [VISIT, observation(sets.MAMMOGRAPHY, "2026-01-01")], "IP"),
        ("1960-01-01", "female", [VISIT, observation(sets.MAMMOGRAPHY, status="registered")], "IP"),
        ("1960-01-01", "female", [VISIT, procedure(sets.BILATERAL_MASTECTOMY, "2001-01-01")], "IP EXCL"),
        ("1960-01-01", "female", [VISIT, procedure(sets.BILATERAL_MASTECTOMY, "2026-01-01")], "IP"),
        ("1960-01-01", "female", [VISIT, condition(sets.HISTORY_OF_BILATERAL_MASTECTOMY)], "IP EXCL"),
        ("1960-01-01", "female", [VISIT, procedure(sets.UNILATERAL_MASTECTOMY_LEFT)], "IP"),
        (
            "1960-01-01", "female",
            [VISIT, procedure(sets.UNILATERAL_MASTECTOMY_LEFT), condition(sets.STATUS_POST_RIGHT_MASTECTOMY)],
            "IP EXCL",
        ),
        (
            "1960-01-01", "female",
            [VISIT, condition(sets.UNILATERAL_MASTECTOMY_UNSPECIFIED_LATERALITY,
                              bodySite=[code_of((SCT, "7771000")), code_of((SCT, "24028007"))])],
            "IP EXCL",
        ),
        ("1960-01-01", "female", [VISIT, condition(sets.UNILATERAL_MASTECTOMY_UNSPECIFIED_LATERALITY)], "IP"),
        # Who is excluded counts in no numerator.
        (
            "1960-01-01", "female",
            [VISIT, observation(sets.MAMMOGRAPHY), condition(sets.HISTORY_OF_BILATERAL_MASTECTOMY)], "IP EXCL",
        ),
        ("1960-01-01", "male", [VISIT, observation(sets.MAMMOGRAPHY)], ""),
    ],
)  # fmt: skip
def test_breast_cancer(born: str, gender: str, bodies: list[Body], answer: str) -> None:
    (tally,) = judge(BREAST, *bodies, born=born, gender=gender)

    assert said(tally) == answer


@pytest.mark.parametrize(
    ("born", "bodies", "answer"),
    [
        ("2001-12-31", [VISIT], "IP"),
        ("2002-01-01", [VISIT], ""),
        ("1961-01-01", [VISIT], "IP"),
        ("1960-12-31", [VISIT], ""),
        ("1990-01-01", [visit(sets.ANNUAL_WELLNESS_VISIT)], ""),
        ("1990-01-01", [VISIT, lab(sets.PAP_TEST, "2023-01-01", **FOUND)], "IP NUM"),
        ("1990-01-01", [VISIT, lab(sets.PAP_TEST, "2022-12-31", **FOUND)], "IP"),
        ("1990-01-01", [VISIT, lab(sets.PAP_TEST)], "IP"),
        ("1990-01-01", [VISIT, observation(sets.PAP_TEST, **FOUND)], "IP"),
        ("1990-01-01", [VISIT, lab(sets.HPV_TEST, "2021-01-01", **FOUND)], "IP NUM"),
        ("1990-01-01", [VISIT, lab(sets.HPV_TEST, "2020-12-31", **FOUND)], "IP"),
        # The HPV test counts from the thirtieth birthday.
        ("1993-03-01", [VISIT, lab(sets.HPV_TEST, "2023-03-01", **FOUND)], "IP NUM"),
        ("1993-03-01", [VISIT, lab(sets.HPV_TEST, "2023-02-28", **FOUND)], "IP"),
        ("1990-01-01", [VISIT, procedure(sets.HYSTERECTOMY_WITH_NO_RESIDUAL_CERVIX, "2000-01-01")], "IP EXCL"),
        ("1990-01-01", [VISIT, condition(sets.CONGENITAL_OR_ACQUIRED_ABSENCE_OF_CERVIX)], "IP EXCL"),
        ("1990-01-01", [VISIT, condition(sets.CONGENITAL_OR_ACQUIRED_ABSENCE_OF_CERVIX, "2026-01-01")], "IP"),
        ("1990-01-01", [VISIT, condition(sets.HOSPICE_DIAGNOSIS)], "IP EXCL"),
    ],
)
def test_cervical_cancer(born: str, bodies: list[Body], answer: str) -> None:
    (tally,) = judge(CERVIX, *bodies, born=born)

    assert said(tally) == answer


@pytest.mark.parametrize(
    ("bodies", "answer"),
    [
        ([VISIT], "IP"),
        ([VISIT, lab(sets.FECAL_OCCULT_BLOOD_TEST, "2025-01-01", **FOUND)], "IP NUM"),
        ([VISIT, lab(sets.FECAL_OCCULT_BLOOD_TEST, "2024-12-31", **FOUND)], "IP"),
        ([VISIT, lab(sets.FECAL_OCCULT_BLOOD_TEST)], "IP"),
        ([VISIT, lab(sets.SDNA_FIT_TEST, "2023-01-01", **FOUND)], "IP NUM"),
        ([VISIT, lab(sets.SDNA_FIT_TEST, "2022-12-31", **FOUND)], "IP"),
        ([VISIT, procedure(sets.FLEXIBLE_SIGMOIDOSCOPY, "2021-01-01")], "IP NUM"),
        ([VISIT, procedure(sets.FLEXIBLE_SIGMOIDOSCOPY, "2020-12-31")], "IP"),
        ([VISIT, observation(sets.CT_COLONOGRAPHY, "2021-01-01", "imaging")], "IP NUM"),
        ([VISIT, observation(sets.CT_COLONOGRAPHY, "2020-12-31", "imaging")], "IP"),
        ([VISIT, procedure(sets.COLONOSCOPY, "2016-01-01")], "IP NUM"),
        ([VISIT, procedure(sets.COLONOSCOPY, "2015-12-31")], "IP"),
        ([VISIT, procedure(sets.COLONOSCOPY, status="in-progress")], "IP"),
        ([VISIT, condition(sets.MALIGNANT_NEOPLASM_OF_COLON, "2025-12-31")], "IP EXCL"),
        ([VISIT, condition(sets.MALIGNANT_NEOPLASM_OF_COLON, "2026-01-01")], "IP"),
        # It is over, and nobody wrote when: the logic cannot tell that it ever began.
        ([VISIT, condition(sets.MALIGNANT_NEOPLASM_OF_COLON, clinical="resolved")], "IP"),
        ([VISIT, procedure(sets.TOTAL_COLECTOMY, "2010-01-01")], "IP EXCL"),
    ],
)
def test_colorectal_cancer(bodies: list[Body], answer: str) -> None:
    (tally,) = judge(COLON, *bodies)

    assert said(tally) == answer


@pytest.mark.parametrize(
    ("born", "answer"), [("1979-12-31", "IP"), ("1980-01-01", ""), ("1950-01-01", "IP"), ("1949-12-31", "")]
)
def test_colorectal_cancer_ages(born: str, answer: str) -> None:
    assert said(judge(COLON, VISIT, born=born)[0]) == answer


@pytest.mark.parametrize(
    ("born", "bodies", "answer"),
    [
        ("1960-01-01", [VISIT], "IP"),
        ("1960-01-02", [VISIT], ""),
        ("1950-01-01", [visit(sets.AUDIOLOGY_VISIT)], "IP"),
        ("1950-01-01", [VISIT, observation(sets.FALLS_SCREENING)], "IP NUM"),
        ("1950-01-01", [VISIT, observation(sets.FALLS_SCREENING, "2024-12-31")], "IP"),
        ("1950-01-01", [VISIT, observation(sets.FALLS_SCREENING, category="exam")], "IP"),
        ("1950-01-01", [VISIT, observation(sets.FALLS_SCREENING), visit(sets.HOSPICE_ENCOUNTER)], "IP EXCL"),
    ],
)
def test_falls(born: str, bodies: list[Body], answer: str) -> None:
    assert said(judge(FALLS, *bodies, born=born)[0]) == answer


GFR = lab(sets.ESTIMATED_GLOMERULAR_FILTRATION_RATE, **quantity(60, "mL/min/{1.73_m2}"))
RATIO = lab(sets.URINE_ALBUMIN_CREATININE_RATIO, **quantity(10, "mg/g"))


@pytest.mark.parametrize(
    ("bodies", "answer"),
    [
        ([VISIT], ""),
        ([VISIT, condition(sets.DIABETES)], "IP"),
        ([VISIT, condition(sets.DIABETES, clinical="relapse")], ""),
        ([visit(sets.OFFICE_VISIT, status="in-progress"), condition(sets.DIABETES)], ""),
        ([VISIT, condition(sets.DIABETES), GFR, RATIO], "IP NUM"),
        ([VISIT, condition(sets.DIABETES), GFR], "IP"),
        ([VISIT, condition(sets.DIABETES), GFR, lab(sets.URINE_ALBUMIN_CREATININE_RATIO)], "IP"),
        ([VISIT, condition(sets.DIABETES), GFR, RATIO | {"status": "preliminary"}], "IP"),
        ([VISIT, condition(sets.DIABETES), condition(sets.END_STAGE_RENAL_DISEASE)], "IP EXCL"),
        ([VISIT, condition(sets.DIABETES), condition(sets.CHRONIC_KIDNEY_DISEASE_STAGE_5, clinical="inactive")], "IP"),
        ([VISIT, condition(sets.DIABETES), visit(sets.PALLIATIVE_CARE_ENCOUNTER)], "IP EXCL"),
    ],
)
def test_kidney_health(bodies: list[Body], answer: str) -> None:
    assert said(judge(KIDNEY, *bodies)[0]) == answer


@pytest.mark.parametrize(
    ("born", "answer"), [("2007-01-01", "IP"), ("2007-01-02", ""), ("1939-01-02", "IP"), ("1939-01-01", "")]
)
def test_kidney_health_ages_at_the_start_of_the_year(born: str, answer: str) -> None:
    assert said(judge(KIDNEY, VISIT, condition(sets.DIABETES), born=born)[0]) == answer


def exam(on: str, **more: object) -> Body:
    return observation(sets.RETINAL_OR_DILATED_EYE_EXAM, on, "exam", **more)


@pytest.mark.parametrize(
    ("bodies", "answer"),
    [
        ([], "IP"),
        ([exam("2025-01-01")], "IP NUM"),
        ([exam("2024-01-01")], "IP NUM"),
        ([exam("2023-12-31")], "IP"),
        ([exam("2024-01-01"), condition(sets.DIABETIC_RETINOPATHY)], "IP"),
        ([exam("2025-01-01"), condition(sets.DIABETIC_RETINOPATHY)], "IP NUM"),
        # Retinopathy that is over without a day does not ask for the stricter rule.
        ([exam("2024-01-01"), condition(sets.DIABETIC_RETINOPATHY, clinical="resolved")], "IP NUM"),
        ([exam("2025-01-01", status="cancelled")], "IP"),
        ([visit(sets.HOSPICE_ENCOUNTER), exam("2025-01-01")], "IP EXCL"),
    ],
)
def test_diabetes_eye_exam(bodies: list[Body], answer: str) -> None:
    assert said(judge(EYES, VISIT, condition(sets.DIABETES), *bodies)[0]) == answer


def hba1c(value: float | None, on: str = "2025-06-01", unit: str = "%", **more: object) -> Body:
    return lab(sets.HBA1C_LABORATORY_TEST, on, **({} if value is None else quantity(value, unit)), **more)


@pytest.mark.parametrize(
    ("bodies", "answer"),
    [
        ([], "IP NUM"),
        ([hba1c(9)], "IP"),
        ([hba1c(9.1)], "IP NUM"),
        ([hba1c(None)], "IP NUM"),
        ([hba1c(9.1, "2025-06-01"), hba1c(7, "2025-06-02")], "IP"),
        ([hba1c(7, "2025-06-01"), hba1c(9.1, "2025-06-02")], "IP NUM"),
        # The lowest of one day counts, and what has no result is lowest of all.
        ([hba1c(9.1, "2025-06-01T08:00:00Z"), hba1c(7, "2025-06-01T07:00:00Z")], "IP"),
        ([hba1c(9.1, "2025-06-01T08:00:00Z"), hba1c(None, "2025-06-01T07:00:00Z")], "IP NUM"),
        ([hba1c(7, "2024-12-31")], "IP NUM"),
        ([hba1c(7) | {"category": []}], "IP NUM"),
        ([lab((LOINC, "97506-0"), **quantity(7, "%"))], "IP"),
        # What cannot be compared is neither high nor missing.
        ([hba1c(75, unit="mmol/mol")], "IP"),
        ([lab(sets.HBA1C_LABORATORY_TEST, valueString="high")], "IP"),
        ([lab(sets.HBA1C_LABORATORY_TEST, valueQuantity={"value": 9.5, "comparator": ">", "code": "%"})], "IP NUM"),
        ([visit(sets.HOSPICE_ENCOUNTER)], "IP EXCL"),
    ],
)
def test_diabetes_poor_control(bodies: list[Body], answer: str) -> None:
    assert said(judge(SUGAR, VISIT, condition(sets.DIABETES), *bodies)[0]) == answer


HIGH = condition(sets.ESSENTIAL_HYPERTENSION)


def pressure(upper: float | None, lower: float | None, on: str = "2025-06-01", **more: object) -> Body:
    numbers = ((LOINC, "8480-6"), upper), ((LOINC, "8462-4"), lower)
    parts = [{"code": code_of(code)} | quantity(value, "mm[Hg]") for code, value in numbers if value is not None]
    return observation((LOINC, "85354-9"), on, "vital-signs", component=parts, **more)


def seen(where: str) -> Body:
    return visit(sets.PCI, id="e1", **{"class": {"code": where}})


@pytest.mark.parametrize(
    ("bodies", "answer"),
    [
        ([], "IP"),
        ([pressure(139, 89)], "IP NUM"),
        ([pressure(140, 89)], "IP"),
        ([pressure(139, 90)], "IP"),
        ([pressure(120, 80, "2025-06-01"), pressure(150, 95, "2025-06-02")], "IP"),
        ([pressure(150, 95, "2025-06-01"), pressure(120, 80, "2025-06-02")], "IP NUM"),
        # The lowest of each number on the last day, from different readings.
        ([pressure(150, 80, "2025-06-02T08:00:00Z"), pressure(120, 95, "2025-06-02T09:00:00Z")], "IP NUM"),
        # A reading without its number is lowest, and cannot be told.
        ([pressure(120, 80), pressure(None, 80)], "IP"),
        ([pressure(120, 80, "2024-12-31")], "IP"),
        ([pressure(120, 80, status="entered-in-error")], "IP"),
        ([seen("EMER"), pressure(120, 80, encounter={"reference": "Encounter/e1"})], "IP"),
        ([seen("AMB"), pressure(120, 80, encounter={"reference": "Encounter/e1"})], "IP NUM"),
        ([seen("EMER"), pressure(120, 80, encounter={"reference": "Encounter/elsewhere"})], "IP NUM"),
        ([condition(sets.PREGNANCY, "2025-12-31T10:00:00Z")], "IP EXCL"),
        ([condition(sets.KIDNEY_TRANSPLANT_RECIPIENT, clinical="inactive")], "IP"),
        ([procedure(sets.DIALYSIS_SERVICES, "2015-01-01")], "IP EXCL"),
        ([visit(sets.ESRD_MONTHLY_OUTPATIENT_SERVICES, "2015-01-01")], "IP EXCL"),
        ([visit(sets.ESRD_MONTHLY_OUTPATIENT_SERVICES, "2026-01-01")], "IP"),
    ],
)  # fmt: skip
def test_high_blood_pressure(bodies: list[Body], answer: str) -> None:
    assert said(judge(PRESSURE, VISIT, HIGH, *bodies)[0]) == answer


@pytest.mark.parametrize(
    ("onset", "more", "answer"),
    [
        ("2025-06-30T23:59:59Z", {}, "IP"),
        ("2025-07-01T00:00:00Z", {}, ""),
        ("2025-06-29", {}, "IP"),
        # A day without a time may lie before or after the last moment of the half year: that cannot be told.
        ("2025-06-30", {}, ""),
        ("2025-07-01", {}, ""),
        ("2020-01-01", {"abatementDateTime": "2024-12-31T10:00:00Z"}, ""),
        ("2020-01-01", {"abatementDateTime": "2025-01-01T10:00:00Z"}, "IP"),
    ],
)
def test_hypertension_holds_in_the_first_half_of_the_year(onset: str, more: Body, answer: str) -> None:
    assert said(judge(PRESSURE, VISIT, condition(sets.ESSENTIAL_HYPERTENSION, onset, **more))[0]) == answer


def test_two_upper_numbers_in_one_reading_cannot_be_judged() -> None:
    reading = pressure(120, 80)
    reading["component"] = [*reading["component"], *reading["component"]]  # type: ignore[misc]

    with pytest.raises(Unanswerable, match="component: holds 8480-6 more than once"):
        judge(PRESSURE, VISIT, HIGH, reading)


REFERRAL = order(sets.REFERRAL, "2025-03-01T10:00:00Z", id="first")
SPECIALIST = "CRLReceiptofSpecialistReportFHIR"


def report(end: str = "2025-04-01T10:00:00Z", of: str = "ServiceRequest/first", **more: object) -> Body:
    period = {"start": "2025-03-20T10:00:00Z", "end": end}
    task = {"resourceType": "Task", "status": "completed", "code": code_of(sets.CONSULTANT_REPORT)}
    return task | {"executionPeriod": period, "basedOn": [{"reference": of}]} | more


@pytest.mark.parametrize(
    ("bodies", "answer"),
    [
        ([VISIT, REFERRAL], "IP"),
        ([VISIT], ""),
        ([REFERRAL], ""),
        ([visit((CPT, "96136")), REFERRAL], "IP"),
        ([visit((CPT, "99213")), REFERRAL], ""),
        ([visit(sets.OFFICE_VISIT, status="arrived"), REFERRAL], ""),
        ([VISIT, REFERRAL | {"authoredOn": "2025-10-31T23:00:00Z"}], "IP"),
        ([VISIT, REFERRAL | {"authoredOn": "2025-11-01T00:00:00Z"}], ""),
        ([VISIT, REFERRAL | {"intent": "plan"}], ""),
        ([VISIT, REFERRAL | {"status": "revoked"}], ""),
        ([VISIT, REFERRAL, report()], "IP NUM"),
        ([VISIT, REFERRAL, report(of="https://a.example/fhir/ServiceRequest/first")], "IP NUM"),
        ([VISIT, REFERRAL, report(of="ServiceRequest/other")], "IP"),
        ([VISIT, REFERRAL, report("2025-03-01T10:00:00Z")], "IP"),
        ([VISIT, REFERRAL, report("2026-01-01T10:00:00Z")], "IP"),
        ([VISIT, REFERRAL, report(status="failed")], "IP"),
        ([VISIT, REFERRAL, report(code=code_of(sets.REFERRAL))], "IP"),
        # Only the first referral of the year counts, whoever answers a later one.
        ([VISIT, REFERRAL, order(sets.REFERRAL, "2025-02-01", id="earlier"), report()], "IP"),
        ([VISIT, REFERRAL, order(sets.REFERRAL, "2025-05-01", id="later"), report()], "IP NUM"),
    ],
)
def test_specialist_report(bodies: list[Body], answer: str) -> None:
    assert said(judge(SPECIALIST, *bodies)[0]) == answer
