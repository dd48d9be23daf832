"""Cervical cancer screening: women of 24 to 64 with cytology within three years, or an HPV test within five from 30 on.

Logic after CervicalCancerScreeningFHIR 0.0.001 (CMS124, for the measurement period 2025; read 2026-11-21), own words.
"""

from careloop.facts.measures import Kind, Measure, Record, Tally
from careloop.rules.measures import sets
from careloop.rules.measures.clock import Truth, both, either, end, has_age, is_in, latest, same_or_before, start
from careloop.rules.measures.exclusions import HOSPICE, PALLIATIVE, has_hospice, has_palliative_care
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
from careloop.rules.measures.visits import has_visit

VISITS = (
    sets.OFFICE_VISIT,
    sets.PREVENTIVE_VISIT_ESTABLISHED_ADULT,
    sets.PREVENTIVE_VISIT_INITIAL_ADULT,
    sets.HOME_HEALTHCARE_SERVICES,
    sets.TELEPHONE_VISITS,
    sets.VIRTUAL_ENCOUNTER,
)


def judge(record: Record) -> tuple[Tally, ...]:
    """Count a patient in the populations of the measure."""
    in_population = both(
        has_age(record.person.born, end(period(record)), 24, 64),
        record.person.gender == "female",
        has_visit(record, VISITS),
    )
    exclusion = either(has_hospice(record), _has_no_cervix(record), has_palliative_care(record))
    return (tally(in_population, exclusion=exclusion, numerator=either(_has_cytology(record), _has_hpv_test(record))),)


def _has_no_cervix(record: Record) -> Truth:
    last = end(period(record))
    removed = completed(find(record, Kind.PROCEDURE, sets.HYSTERECTOMY_WITH_NO_RESIDUAL_CERVIX))
    absent = find(record, Kind.CONDITION, sets.CONGENITAL_OR_ACQUIRED_ABSENCE_OF_CERVIX)
    return either(
        *(same_or_before(end(during(record, e)), last) for e in removed),
        *(same_or_before(start(prevalence(record, e)), last) for e in absent),
    )


def _has_cytology(record: Record) -> Truth:
    tests = resulted(find(record, Kind.OBSERVATION, sets.PAP_TEST), "laboratory")
    years = years_before(record, 2)
    return either(
        *(is_in(latest(during(record, e)), years, by_day=True) for e in tests if e.value is not None),
    )


def _has_hpv_test(record: Record) -> Truth:
    tests = resulted(find(record, Kind.OBSERVATION, sets.HPV_TEST), "laboratory")
    years = years_before(record, 4)
    return either(
        *(
            both(has_age(record.person.born, on, 30), is_in(on, years, by_day=True))
            for on in (latest(during(record, e)) for e in tests if e.value is not None)
        )
    )


MEASURE = Measure(
    name="CervicalCancerScreeningFHIR",
    version="0.0.001",
    title="Cervical cancer screening",
    sets=(
        *VISITS,
        *HOSPICE,
        *PALLIATIVE,
        sets.CONGENITAL_OR_ACQUIRED_ABSENCE_OF_CERVIX,
        sets.HPV_TEST,
        sets.HYSTERECTOMY_WITH_NO_RESIDUAL_CERVIX,
        sets.PAP_TEST,
    ),
    judge=judge,
)
