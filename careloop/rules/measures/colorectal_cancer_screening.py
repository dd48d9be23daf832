"""Colorectal cancer screening: people of 46 to 75 with one of five tests, each good for its number of years.

Logic after ColonCancerScreeningFHIR 0.1.000 (CMS130, for the measurement period 2025; read 2026-11-21), own words.
"""

from careloop.facts.measures import Kind, Measure, Record, SetName, Tally
from careloop.rules.measures import sets
from careloop.rules.measures.clock import Truth, both, either, end, has_age, is_in, latest, same_or_before, start
from careloop.rules.measures.exclusions import (
    FRAILTY,
    HOSPICE,
    PALLIATIVE,
    has_hospice,
    has_palliative_care,
    is_frail_and_ill,
    lives_in_nursing_home,
)
from careloop.rules.measures.records import (
    completed,
    during,
    find,
    period,
    prevalence,
    resulted,
    tally,
    years_before,
)
from careloop.rules.measures.visits import OUTPATIENT, has_visit


def judge(record: Record) -> tuple[Tally, ...]:
    """Count a patient in the populations of the measure."""
    in_population = both(has_age(record.person.born, end(period(record)), 46, 75), has_visit(record, OUTPATIENT))
    exclusion = either(
        has_hospice(record),
        _has_cancer(record),
        _has_no_colon(record),
        is_frail_and_ill(record),
        lives_in_nursing_home(record),
        has_palliative_care(record),
    )
    numerator = either(
        _has_laboratory_test(record, sets.FECAL_OCCULT_BLOOD_TEST, years=0),
        _has_laboratory_test(record, sets.SDNA_FIT_TEST, years=2),
        _has_procedure(record, sets.FLEXIBLE_SIGMOIDOSCOPY, years=4),
        _has_colonography(record),
        _has_procedure(record, sets.COLONOSCOPY, years=9),
    )
    return (tally(in_population, exclusion=exclusion, numerator=numerator),)


def _has_cancer(record: Record) -> Truth:
    found = find(record, Kind.CONDITION, sets.MALIGNANT_NEOPLASM_OF_COLON)
    last = end(period(record))
    return either(*(same_or_before(start(prevalence(record, e)), last, by_day=True) for e in found))


def _has_no_colon(record: Record) -> Truth:
    removed = completed(find(record, Kind.PROCEDURE, sets.TOTAL_COLECTOMY))
    return either(*(same_or_before(end(during(record, e)), end(period(record)), by_day=True) for e in removed))


def _has_laboratory_test(record: Record, name: SetName, *, years: int) -> Truth:
    tests = (e for e in resulted(find(record, Kind.OBSERVATION, name), "laboratory") if e.value is not None)
    within = years_before(record, years)
    return either(*(is_in(latest(during(record, e)), within, by_day=True) for e in tests))


def _has_procedure(record: Record, name: SetName, *, years: int) -> Truth:
    done = completed(find(record, Kind.PROCEDURE, name))
    within = years_before(record, years)
    return either(*(is_in(end(during(record, e)), within, by_day=True) for e in done))


def _has_colonography(record: Record) -> Truth:
    done = resulted(find(record, Kind.OBSERVATION, sets.CT_COLONOGRAPHY))
    within = years_before(record, 4)
    return either(*(is_in(end(during(record, e)), within, by_day=True) for e in done))


MEASURE = Measure(
    name="ColonCancerScreeningFHIR",
    version="0.1.000",
    title="Colorectal cancer screening",
    sets=(
        *OUTPATIENT,
        *HOSPICE,
        *PALLIATIVE,
        *FRAILTY,
        sets.COLONOSCOPY,
        sets.CT_COLONOGRAPHY,
        sets.FECAL_OCCULT_BLOOD_TEST,
        sets.SDNA_FIT_TEST,
        sets.FLEXIBLE_SIGMOIDOSCOPY,
        sets.MALIGNANT_NEOPLASM_OF_COLON,
        sets.TOTAL_COLECTOMY,
    ),
    judge=judge,
)
