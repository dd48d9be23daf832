"""Breast cancer screening: women of 52 to 74 who had a mammogram since October two years before.

Logic after BreastCancerScreeningFHIR 0.0.001 (CMS125, for the measurement period 2025; read 2026-11-21), own words.
"""

from careloop.facts.measures import Kind, Measure, Moment, Record, SetName, Span, Tally
from careloop.rules.measures import sets
from careloop.rules.measures.clock import Truth, both, either, end, has_age, is_in, reach, same_or_before, start
from careloop.rules.measures.exclusions import (
    FRAILTY,
    HOSPICE,
    PALLIATIVE,
    has_hospice,
    has_palliative_care,
    is_frail_and_ill,
    lives_in_nursing_home,
)
from careloop.rules.measures.records import completed, during, find, period, prevalence, resulted, tally
from careloop.rules.measures.visits import OUTPATIENT, has_visit

LEFT, RIGHT = "sct|7771000", "sct|24028007"


def judge(record: Record) -> tuple[Tally, ...]:
    """Count a patient in the populations of the measure."""
    in_population = both(
        has_age(record.person.born, end(period(record)), 52, 74),
        record.person.gender == "female",
        has_visit(record, OUTPATIENT),
    )
    exclusion = either(
        has_hospice(record),
        both(
            _lost(record, sets.STATUS_POST_RIGHT_MASTECTOMY, sets.UNILATERAL_MASTECTOMY_RIGHT, RIGHT),
            _lost(record, sets.STATUS_POST_LEFT_MASTECTOMY, sets.UNILATERAL_MASTECTOMY_LEFT, LEFT),
        ),
        _diagnosed(record, sets.HISTORY_OF_BILATERAL_MASTECTOMY),
        _removed(record, sets.BILATERAL_MASTECTOMY),
        is_frail_and_ill(record),
        lives_in_nursing_home(record),
        has_palliative_care(record),
    )
    return (tally(in_population, exclusion=exclusion, numerator=_has_mammogram(record)),)


def _lost(record: Record, status: SetName, operation: SetName, side: str) -> Truth:
    return either(
        _diagnosed(record, status),
        _diagnosed(record, sets.UNILATERAL_MASTECTOMY_UNSPECIFIED_LATERALITY, side),
        _removed(record, operation),
    )


def _diagnosed(record: Record, name: SetName, side: str = "") -> Truth:
    found = (e for e in find(record, Kind.CONDITION, name) if not side or side in e.body_sites)
    return either(*(same_or_before(start(prevalence(record, e)), end(period(record))) for e in found))


def _removed(record: Record, name: SetName) -> Truth:
    done = completed(find(record, Kind.PROCEDURE, name))
    return either(*(same_or_before(end(during(record, e)), end(period(record))) for e in done))


def _has_mammogram(record: Record) -> Truth:
    year = period(record)
    since = reach(Span(Moment((year.start.low.parts[0] - 2, 10, 1, 0)), record.period.high))
    done = resulted(find(record, Kind.OBSERVATION, sets.MAMMOGRAPHY))
    return either(*(is_in(end(during(record, e)), since, by_day=True) for e in done))


MEASURE = Measure(
    name="BreastCancerScreeningFHIR",
    version="0.0.001",
    title="Breast cancer screening",
    sets=(
        *OUTPATIENT,
        *HOSPICE,
        *PALLIATIVE,
        *FRAILTY,
        sets.BILATERAL_MASTECTOMY,
        sets.HISTORY_OF_BILATERAL_MASTECTOMY,
        sets.MAMMOGRAPHY,
        sets.STATUS_POST_LEFT_MASTECTOMY,
        sets.STATUS_POST_RIGHT_MASTECTOMY,
        sets.UNILATERAL_MASTECTOMY_LEFT,
        sets.UNILATERAL_MASTECTOMY_RIGHT,
        sets.UNILATERAL_MASTECTOMY_UNSPECIFIED_LATERALITY,
    ),
    judge=judge,
)
