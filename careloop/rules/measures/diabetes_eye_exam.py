"""Diabetes eye exam: people of 18 to 75 with diabetes whose eyes were examined this year, or last year if healthy.

Logic after DiabetesEyeExamFHIR 0.0.002 (CMS131, for the measurement period 2025; read 2026-11-21), own words.
"""

from careloop.facts.measures import Kind, Measure, Record, SetName, Tally
from careloop.rules.measures import sets
from careloop.rules.measures.clock import Truth, both, either, end, has_age, is_during, overlaps
from careloop.rules.measures.exclusions import (
    FRAILTY,
    HOSPICE,
    PALLIATIVE,
    has_hospice,
    has_palliative_care,
    is_frail_and_ill,
    lives_in_nursing_home,
)
from careloop.rules.measures.records import during, find, period, prevalence, resulted, tally, years_before
from careloop.rules.measures.visits import has_visit

VISITS = (
    sets.OFFICE_VISIT,
    sets.ANNUAL_WELLNESS_VISIT,
    sets.PREVENTIVE_VISIT_ESTABLISHED_ADULT,
    sets.PREVENTIVE_VISIT_INITIAL_ADULT,
    sets.HOME_HEALTHCARE_SERVICES,
    sets.OPHTHALMOLOGICAL_SERVICES,
    sets.TELEPHONE_VISITS,
)


def judge(record: Record) -> tuple[Tally, ...]:
    """Count a patient in the populations of the measure."""
    in_population = both(
        has_age(record.person.born, end(period(record)), 18, 75),
        has_visit(record, VISITS),
        _has_condition(record, sets.DIABETES),
    )
    exclusion = either(
        has_hospice(record), is_frail_and_ill(record), lives_in_nursing_home(record), has_palliative_care(record)
    )
    # Whether retinopathy held is counted as "exists": what cannot be told did not hold.
    has_retinopathy = _has_condition(record, sets.DIABETIC_RETINOPATHY) is True
    numerator = _has_exam(record, years=0 if has_retinopathy else 1)
    return (tally(in_population, exclusion=exclusion, numerator=numerator),)


def _has_condition(record: Record, name: SetName) -> Truth:
    found = find(record, Kind.CONDITION, name)
    return either(*(overlaps(prevalence(record, e), period(record), by_day=True) for e in found))


def _has_exam(record: Record, *, years: int) -> Truth:
    exams = resulted(find(record, Kind.OBSERVATION, sets.RETINAL_OR_DILATED_EYE_EXAM), "exam")
    within = years_before(record, years)
    return either(*(is_during(during(record, e), within, by_day=True) for e in exams))


MEASURE = Measure(
    name="DiabetesEyeExamFHIR",
    version="0.0.002",
    title="Diabetes: eye exam",
    sets=(
        *VISITS,
        *HOSPICE,
        *PALLIATIVE,
        *FRAILTY,
        sets.DIABETES,
        sets.DIABETIC_RETINOPATHY,
        sets.RETINAL_OR_DILATED_EYE_EXAM,
    ),
    judge=judge,
)
