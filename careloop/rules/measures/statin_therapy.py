"""Statin therapy for cardiovascular disease: four groups at risk, and a statin prescribed in the year.

Logic after StatinTherapyforthePreventionandTreatmentofCardiovascularDiseaseFHIR 0.2.000 (CMS347, for the measurement
period 2025; read 2026-11-21), own words.
"""

from careloop.facts.measures import Entry, Kind, Measure, Record, SetName, Tally
from careloop.rules.measures import sets
from careloop.rules.measures.clock import (
    Truth,
    both,
    either,
    end,
    has_age,
    is_during,
    is_in,
    overlaps,
    point,
    reach,
    same_or_before,
    start,
)
from careloop.rules.measures.exclusions import HOSPICE, PALLIATIVE, has_hospice, has_palliative_care
from careloop.rules.measures.quantities import is_at_least
from careloop.rules.measures.records import (
    ORDERED,
    RESULT_IN,
    authored,
    during,
    find,
    find_code,
    has_code,
    is_listed,
    period,
    prevalence,
    refusals,
    tally,
)

VISITS = (
    sets.ANNUAL_WELLNESS_VISIT,
    sets.OFFICE_VISIT,
    sets.OUTPATIENT_CONSULTATION,
    sets.OUTPATIENT_ENCOUNTERS_FOR_PREVENTIVE_CARE,
    sets.PREVENTIVE_VISIT_ESTABLISHED_ADULT,
    sets.PREVENTIVE_CARE_SERVICES_INDIVIDUAL_COUNSELING,
    sets.PREVENTIVE_VISIT_INITIAL_ADULT,
    sets.PREVENTIVE_CARE_SERVICES_OTHER,
)
DISEASES = (
    sets.MYOCARDIAL_INFARCTION,
    sets.CEREBROVASCULAR_DISEASE_STROKE_OR_TIA,
    sets.ATHEROSCLEROSIS_AND_PERIPHERAL_ARTERIAL_DISEASE,
    sets.ISCHEMIC_HEART_DISEASE_OR_OTHER_RELATED_DIAGNOSES,
    sets.STABLE_AND_UNSTABLE_ANGINA,
)
OPERATIONS = (sets.PCI, sets.CABG_SURGERIES, sets.CAROTID_INTERVENTION, sets.CABG_OR_PCI_PROCEDURE)
STATINS = (
    sets.LOW_INTENSITY_STATIN_THERAPY,
    sets.MODERATE_INTENSITY_STATIN_THERAPY,
    sets.HIGH_INTENSITY_STATIN_THERAPY,
)
LIVER = (sets.HEPATITIS_A, sets.HEPATITIS_B, sets.LIVER_DISEASE)
ANOTHER_INFARCTION = "icd10cm|I22.2"
RISK = ("loinc|99055-6", "loinc|79423-0")
ALLERGY_ACTIVE = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical|active"


def judge(record: Record) -> tuple[Tally, ...]:
    """Count a patient in the populations of the four groups."""
    exclusion = _had(record, sets.BREASTFEEDING, sets.RHABDOMYOLYSIS)
    exception = either(
        _is_allergic(record),
        has_hospice(record),
        has_palliative_care(record),
        _had(record, *LIVER),
        _had(record, sets.STATIN_ASSOCIATED_MUSCLE_SYMPTOMS),
        _had(record, sets.END_STAGE_RENAL_DISEASE),
        _has_reacted(record),
        _has_reason(record),
    )
    numerator = _has_statin(record)
    return tuple(
        tally(group, exclusion=exclusion, exception=exception, numerator=numerator) for group in _find_groups(record)
    )


def _find_groups(record: Record) -> tuple[Truth, ...]:
    first, born = start(period(record)), record.person.born
    seen = bool(_find_visits(record))
    # Each of these is counted as "exists" before it is denied: what cannot be told is not there.
    diseased = _has_disease(record) is True
    high_ldl = _has_high_ldl(record) is True
    inherited = _began(record, sets.FAMILIAL_HYPERCHOLESTEROLEMIA) is True
    diabetic = _had(record, sets.DIABETES) is True
    middle_aged = has_age(born, first, 40, 75)
    return (
        seen and (diseased or _has_another_infarction(record) is True),
        both(seen, has_age(born, first, 20, 75), (high_ldl or inherited) and not diseased),
        both(seen, middle_aged, diabetic and not diseased and not high_ldl and not inherited),
        both(seen, middle_aged, _is_at_risk(record), not (diseased or inherited or high_ldl or diabetic)),
    )


def _find_visits(record: Record) -> tuple[Entry, ...]:
    return tuple(
        e
        for e in find(record, Kind.ENCOUNTER, *VISITS)
        if is_during(during(record, e), period(record), by_day=True) is True and e.status == "finished"
    )


def _find_listed(record: Record, *names: SetName) -> tuple[Entry, ...]:
    return tuple(e for e in find(record, Kind.CONDITION, *names) if is_listed(e))


def _had(record: Record, *names: SetName) -> Truth:
    """Tell whether a listed condition held in the measurement period."""
    return either(*(overlaps(prevalence(record, e), period(record), by_day=True) for e in _find_listed(record, *names)))


def _began(record: Record, *names: SetName) -> Truth:
    """Tell whether a listed condition began by the end of the measurement period."""
    return _begun(record, _find_listed(record, *names))


def _begun(record: Record, conditions: tuple[Entry, ...]) -> Truth:
    last = end(period(record))
    return either(*(same_or_before(start(prevalence(record, e)), last, by_day=True) for e in conditions))


def _has_disease(record: Record) -> Truth:
    last = end(period(record))
    operations = (e for e in find(record, Kind.PROCEDURE, *OPERATIONS) if e.status == "completed")
    return either(
        _began(record, *DISEASES),
        *(same_or_before(start(during(record, e)), last, by_day=True) for e in operations),
    )


def _has_another_infarction(record: Record) -> Truth:
    return _begun(record, tuple(e for e in find_code(record, Kind.CONDITION, ANOTHER_INFARCTION) if is_listed(e)))


def _has_high_ldl(record: Record) -> Truth:
    last = end(period(record))
    results = (e for e in find(record, Kind.OBSERVATION, sets.LDL_CHOLESTEROL) if e.status in {*RESULT_IN, "appended"})
    return either(
        *(
            both(
                is_at_least(e.value.quantity if e.value else None, "190", "mg/dL"),
                same_or_before(start(during(record, e)), last, by_day=True),
            )
            for e in results
        )
    )


def _is_at_risk(record: Record) -> Truth:
    return either(
        *(
            both(
                is_at_least(e.value.quantity if e.value else None, "20", "%"),
                is_during(during(record, e), period(record), by_day=True),
            )
            for e in find_code(record, Kind.OBSERVATION, *RISK)
        )
    )


def _is_allergic(record: Record) -> Truth:
    found = (e for e in find(record, Kind.ALLERGY, sets.STATIN_ALLERGEN) if ALLERGY_ACTIVE in e.clinical)
    return either(*(overlaps(during(record, e), period(record), by_day=True) for e in found))


def _has_reacted(record: Record) -> Truth:
    found = find(record, Kind.ADVERSE_EVENT, sets.STATIN_ALLERGEN)
    return either(*(is_in(point(e.recorded), period(record), by_day=True) for e in found))


def _has_reason(record: Record) -> Truth:
    refused = [
        e
        for e in refusals(record, Kind.MEDICATION_REQUEST, *STATINS)
        if e.status == "completed" and has_code(record, e.reasons, sets.MEDICAL_REASON)
    ]
    return either(*(is_in(authored(e), during(record, visit)) for e in refused for visit in _find_visits(record)))


def _has_statin(record: Record) -> Truth:
    year = period(record)
    orders = [e for e in find(record, Kind.MEDICATION_REQUEST, *STATINS) if e.status in ORDERED and e.intent == "order"]
    taken = (dosage.bounds for e in orders for dosage in e.supply.dosages if dosage.bounds is not None)
    return either(
        *(is_in(authored(e), year, by_day=True) for e in orders),
        *(overlaps(reach(bounds), year, by_day=True) for bounds in taken),
    )


MEASURE = Measure(
    name="StatinTherapyforthePreventionandTreatmentofCardiovascularDiseaseFHIR",
    version="0.2.000",
    title="Statin therapy for the prevention and treatment of cardiovascular disease",
    sets=(
        *VISITS,
        *DISEASES,
        *OPERATIONS,
        *STATINS,
        *LIVER,
        *HOSPICE,
        *PALLIATIVE,
        sets.BREASTFEEDING,
        sets.DIABETES,
        sets.END_STAGE_RENAL_DISEASE,
        sets.FAMILIAL_HYPERCHOLESTEROLEMIA,
        sets.LDL_CHOLESTEROL,
        sets.MEDICAL_REASON,
        sets.RHABDOMYOLYSIS,
        sets.STATIN_ALLERGEN,
        sets.STATIN_ASSOCIATED_MUSCLE_SYMPTOMS,
    ),
    judge=judge,
)
