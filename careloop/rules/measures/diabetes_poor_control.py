"""Diabetes, glycemic status above 9 %: people of 18 to 75 whose last day of tests shows more, nothing, or who had none.

Logic after DiabetesGlycemicStatusAssessmentGreaterThan9PercentFHIR 0.1.002 (CMS122, for the measurement period 2025;
read 2026-11-21), own words. To be in the numerator is the worse outcome.
"""

from decimal import Decimal

from careloop.facts.measures import Entry, Kind, Measure, Record, Tally
from careloop.rules.measures import sets
from careloop.rules.measures.clock import (
    Truth,
    both,
    day_of,
    either,
    end,
    has_age,
    is_in,
    latest,
    overlaps,
)
from careloop.rules.measures.exclusions import (
    FRAILTY,
    HOSPICE,
    PALLIATIVE,
    has_hospice,
    has_palliative_care,
    is_frail_and_ill,
    lives_in_nursing_home,
)
from careloop.rules.measures.quantities import in_unit, is_more
from careloop.rules.measures.records import during, find, find_code, period, prevalence, resulted, tally
from careloop.rules.measures.visits import OUTPATIENT, has_visit

MANAGEMENT_INDICATOR = "loinc|97506-0"


def judge(record: Record) -> tuple[Tally, ...]:
    """Count a patient in the populations of the measure."""
    in_population = both(
        has_age(record.person.born, end(period(record)), 18, 75),
        has_visit(record, OUTPATIENT),
        _has_diabetes(record),
    )
    exclusion = either(
        has_hospice(record), lives_in_nursing_home(record), is_frail_and_ill(record), has_palliative_care(record)
    )
    return (tally(in_population, exclusion=exclusion, numerator=_is_high_or_unknown(record)),)


def _has_diabetes(record: Record) -> Truth:
    found = find(record, Kind.CONDITION, sets.DIABETES)
    return either(*(overlaps(prevalence(record, e), period(record), by_day=True) for e in found))


def _is_high_or_unknown(record: Record) -> Truth:
    tests = (
        *find(record, Kind.OBSERVATION, sets.HBA1C_LABORATORY_TEST),
        *find_code(record, Kind.OBSERVATION, MANAGEMENT_INDICATOR),
    )
    dated = [
        (day_of(on.low).parts, e)
        for e in resulted(tests, "laboratory")
        if (on := latest(during(record, e))) and is_in(on, period(record), by_day=True) is True
    ]
    if not dated:
        return True
    last = max(day for day, _entry in dated)
    lowest = min((e for day, e in dated if day == last), key=_by_value)
    if lowest.value is None:
        return True
    return is_more(lowest.value.quantity, "9", "%")


def _by_value(entry: Entry) -> tuple[int, Decimal, str]:
    """Sort what has no value first, then what is no quantity, then by the number."""
    if entry.value is None:
        return (0, Decimal(0), entry.id)
    number = in_unit(entry.value.quantity, "%")
    return (1, Decimal(0), entry.id) if number is None else (2, number, entry.id)


MEASURE = Measure(
    name="DiabetesGlycemicStatusAssessmentGreaterThan9PercentFHIR",
    version="0.1.002",
    title="Diabetes: glycemic status assessment greater than 9 %",
    sets=(*OUTPATIENT, *HOSPICE, *PALLIATIVE, *FRAILTY, sets.DIABETES, sets.HBA1C_LABORATORY_TEST),
    judge=judge,
)
