"""Kidney health evaluation: people of 18 to 85 with diabetes whose blood and urine were tested in the year.

Logic after KidneyHealthEvaluationFHIR 0.1.000 (CMS951, for the measurement period 2025; read 2026-11-21), own words.
"""

from careloop.facts.measures import Kind, Measure, Record, SetName, Tally
from careloop.rules.measures import sets
from careloop.rules.measures.clock import Truth, both, either, has_age, is_during, overlaps, start
from careloop.rules.measures.exclusions import HOSPICE, PALLIATIVE, has_hospice, has_palliative_care
from careloop.rules.measures.records import ONLY_ACTIVE, during, find, period, prevalence, resulted, tally

VISITS = (
    sets.ANNUAL_WELLNESS_VISIT,
    sets.HOME_HEALTHCARE_SERVICES,
    sets.OFFICE_VISIT,
    sets.OUTPATIENT_CONSULTATION,
    sets.PREVENTIVE_VISIT_ESTABLISHED_ADULT,
    sets.PREVENTIVE_VISIT_INITIAL_ADULT,
    sets.TELEPHONE_VISITS,
)


def judge(record: Record) -> tuple[Tally, ...]:
    """Count a patient in the populations of the measure."""
    in_population = both(
        has_age(record.person.born, start(period(record)), 18, 85),
        _has_active(record, sets.DIABETES),
        _has_visit(record),
    )
    exclusion = either(
        _has_active(record, sets.CHRONIC_KIDNEY_DISEASE_STAGE_5, sets.END_STAGE_RENAL_DISEASE),
        has_hospice(record),
        has_palliative_care(record),
    )
    numerator = both(
        _has_test(record, sets.ESTIMATED_GLOMERULAR_FILTRATION_RATE),
        _has_test(record, sets.URINE_ALBUMIN_CREATININE_RATIO),
    )
    return (tally(in_population, exclusion=exclusion, numerator=numerator),)


def _has_visit(record: Record) -> Truth:
    visits = (e for e in find(record, Kind.ENCOUNTER, *VISITS) if e.status == "finished")
    return either(*(is_during(during(record, e), period(record)) for e in visits))


def _has_active(record: Record, *names: SetName) -> Truth:
    found = (e for e in find(record, Kind.CONDITION, *names) if ONLY_ACTIVE in e.clinical)
    return either(*(overlaps(prevalence(record, e), period(record), by_day=True) for e in found))


def _has_test(record: Record, name: SetName) -> Truth:
    tests = (e for e in resulted(find(record, Kind.OBSERVATION, name)) if e.value is not None)
    return either(*(is_during(during(record, e), period(record), by_day=True) for e in tests))


MEASURE = Measure(
    name="KidneyHealthEvaluationFHIR",
    version="0.1.000",
    title="Kidney health evaluation",
    sets=(
        *VISITS,
        *HOSPICE,
        *PALLIATIVE,
        sets.CHRONIC_KIDNEY_DISEASE_STAGE_5,
        sets.DIABETES,
        sets.END_STAGE_RENAL_DISEASE,
        sets.ESTIMATED_GLOMERULAR_FILTRATION_RATE,
        sets.URINE_ALBUMIN_CREATININE_RATIO,
    ),
    judge=judge,
)
