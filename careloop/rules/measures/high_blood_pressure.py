"""Controlling high blood pressure: people of 18 to 85 whose last day with readings shows less than 140 over 90.

Logic after ControllingHighBloodPressureFHIR 0.1.000 (CMS165, for the measurement period 2025; read 2026-11-21), own
words. A reading whose number is missing on that day counts as the lowest, so nobody can tell.
"""

from collections.abc import Iterable

from careloop.facts.measures import Entry, Kind, Measure, Moment, Quantity, Record, Span, Tally, Unanswerable
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
    point,
    reach,
    same_day,
    same_or_before,
    shift,
    start,
)
from careloop.rules.measures.exclusions import (
    FRAILTY,
    HOSPICE,
    PALLIATIVE,
    has_hospice,
    has_palliative_care,
    is_frail_and_ill_or_very_old,
    lives_in_nursing_home,
)
from careloop.rules.measures.quantities import in_unit, is_less
from careloop.rules.measures.records import (
    RESULT_IN,
    completed,
    during,
    find,
    find_encounter,
    period,
    prevalence,
    taken_place,
    tally,
)
from careloop.rules.measures.visits import OUTPATIENT, has_visit

SYSTOLIC, DIASTOLIC = "loinc|8480-6", "loinc|8462-4"
PANEL = "loinc|85354-9"
PROFILE = "http://hl7.org/fhir/StructureDefinition/bp"
# Readings at emergency visits and hospital stays do not count.
NOT_THERE = frozenset({"EMER", "IMP", "ACUTE", "NONAC", "PRENC", "SS"})


def judge(record: Record) -> tuple[Tally, ...]:
    """Count a patient in the populations of the measure."""
    in_population = both(
        has_age(record.person.born, end(period(record)), 18, 85),
        _has_hypertension(record),
        has_visit(record, OUTPATIENT),
    )
    exclusion = either(
        has_hospice(record),
        _is_pregnant_or_ill(record),
        _has_treated_kidneys(record),
        is_frail_and_ill_or_very_old(record),
        lives_in_nursing_home(record),
        has_palliative_care(record),
    )
    return (tally(in_population, exclusion=exclusion, numerator=_is_controlled(record)),)


def _has_hypertension(record: Record) -> Truth:
    begin = period(record).start.low
    half_year = reach(Span(begin, shift(begin, months=6), is_high_closed=False))
    found = find(record, Kind.CONDITION, sets.ESSENTIAL_HYPERTENSION)
    return either(*(overlaps(prevalence(record, e), half_year) for e in found))


def _is_pregnant_or_ill(record: Record) -> Truth:
    found = find(
        record,
        Kind.CONDITION,
        sets.PREGNANCY,
        sets.END_STAGE_RENAL_DISEASE,
        sets.KIDNEY_TRANSPLANT_RECIPIENT,
        sets.CHRONIC_KIDNEY_DISEASE_STAGE_5,
    )
    return either(*(overlaps(prevalence(record, e), period(record)) for e in found))


def _has_treated_kidneys(record: Record) -> Truth:
    last = end(period(record))
    done = completed(find(record, Kind.PROCEDURE, sets.KIDNEY_TRANSPLANT, sets.DIALYSIS_SERVICES))
    monthly = taken_place(find(record, Kind.ENCOUNTER, sets.ESRD_MONTHLY_OUTPATIENT_SERVICES))
    return either(
        *(same_or_before(end(during(record, e)), last) for e in done),
        *(same_or_before(start(during(record, e)), last) for e in monthly),
    )


def _is_controlled(record: Record) -> Truth:
    readings = tuple(_find_readings(record))
    last = max((day.parts for _reading, day in readings), default=None)
    if last is None:
        return None
    that_day = [e for e, day in readings if same_day(point(day), point(Moment(last))) is True]
    return both(
        is_less(_lowest(that_day, SYSTOLIC), "140", "mm[Hg]"), is_less(_lowest(that_day, DIASTOLIC), "90", "mm[Hg]")
    )


def _find_readings(record: Record) -> Iterable[tuple[Entry, Moment]]:
    """Yield blood pressures of the measurement period with their day."""
    for entry in record.entries:
        if entry.kind is not Kind.OBSERVATION or entry.status not in RESULT_IN or not _is_blood_pressure(entry):
            continue
        visit = find_encounter(record, entry.encounter_id)
        taken = latest(during(record, entry))
        if taken is None or (visit is not None and visit.class_code in NOT_THERE):
            continue
        if is_in(taken, period(record), by_day=True) is True:
            yield entry, day_of(taken.low)


def _is_blood_pressure(entry: Entry) -> bool:
    return PROFILE in entry.profiles or PANEL in entry.codes


def _lowest(readings: list[Entry], code: str) -> Quantity | None:
    numbers = [_number(entry, code) for entry in readings]
    if not numbers or None in numbers:
        return None
    return min((q for q in numbers if q is not None), key=lambda q: (in_unit(q, "mm[Hg]") or 0, q.unit))


def _number(entry: Entry, code: str) -> Quantity | None:
    found = [part for part in entry.components if code in part.codes]
    if len(found) > 1:
        place, name = f"{entry.where}.component", code.rpartition("|")[2]
        raise Unanswerable(place, f"holds {name} more than once")
    return found[0].value.quantity if found and found[0].value else None


MEASURE = Measure(
    name="ControllingHighBloodPressureFHIR",
    version="0.1.000",
    title="Controlling high blood pressure",
    sets=(
        *OUTPATIENT,
        *HOSPICE,
        *PALLIATIVE,
        *FRAILTY,
        sets.CHRONIC_KIDNEY_DISEASE_STAGE_5,
        sets.DIALYSIS_SERVICES,
        sets.END_STAGE_RENAL_DISEASE,
        sets.ESRD_MONTHLY_OUTPATIENT_SERVICES,
        sets.ESSENTIAL_HYPERTENSION,
        sets.KIDNEY_TRANSPLANT,
        sets.KIDNEY_TRANSPLANT_RECIPIENT,
        sets.PREGNANCY,
    ),
    judge=judge,
)
