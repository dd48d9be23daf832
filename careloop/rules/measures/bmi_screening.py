"""Body mass index screening and follow-up: adults with a normal index, or with a plan where it is not.

Logic after PCSBMIScreenAndFollowUpFHIR 0.2.000 (CMS69, for the measurement period 2025; read 2026-11-21), own words.
"""

from careloop.facts.measures import Entry, Kind, Measure, Record, SetName, Tally
from careloop.rules.measures import sets
from careloop.rules.measures.clock import (
    Point,
    Truth,
    before,
    both,
    either,
    end,
    has_age,
    is_during,
    is_in,
    opposite,
    overlaps,
    same_day,
    same_or_before,
    start,
)
from careloop.rules.measures.exclusions import HOSPICE, PALLIATIVE, has_hospice, has_palliative_care
from careloop.rules.measures.quantities import is_at_least, is_less, is_more
from careloop.rules.measures.records import (
    ACTIVE,
    HEALTH_CONCERN,
    ONLY_ACTIVE,
    authored,
    during,
    find,
    has_code,
    is_listed,
    period,
    prevalence,
    refusals,
    refusals_of_code,
    resulted,
    tally,
)

INDEX = "loinc|39156-5"
PROFILE = "http://hl7.org/fhir/StructureDefinition/bmi"
VIRTUAL = "VR"


def judge(record: Record) -> tuple[Tally, ...]:
    """Count a patient in the populations of the measure."""
    visits = _find_visits(record)
    in_population = either(
        *(has_age(record.person.born, start(during(record, visit)), 18) for visit in visits),
    )
    exclusion = either(has_hospice(record), has_palliative_care(record), bool(visits) and _is_pregnant(record))
    found = _find_indexes(record)
    high = [e for e in found if is_at_least(e.value.quantity if e.value else None, "25", "kg/m2") is True]
    low = [e for e in found if is_less(e.value.quantity if e.value else None, "18.5", "kg/m2") is True]
    numerator = either(
        bool(high) and either(_is_ordered_for_high(record), _is_done_for_high(record)),
        bool(low) and either(_is_ordered_for_low(record), _is_done_for_low(record)),
        bool(found) and not high and not low,
    )
    exception = either(_has_reason_against_plan(record, visits), _has_reason_against_weighing(record, visits))
    return (tally(in_population, exclusion=exclusion, exception=exception, numerator=numerator),)


def _find_visits(record: Record) -> tuple[Entry, ...]:
    return tuple(
        e
        for e in find(record, Kind.ENCOUNTER, sets.ENCOUNTER_TO_EVALUATE_BMI)
        if is_during(during(record, e), period(record), by_day=True) is True
        and e.class_code != VIRTUAL
        and e.status == "finished"
    )


def _is_pregnant(record: Record) -> Truth:
    found = find(record, Kind.CONDITION, sets.PREGNANCY_OR_OTHER_RELATED_DIAGNOSES)
    return either(
        *(overlaps(prevalence(record, e), period(record), by_day=True) for e in found if ONLY_ACTIVE in e.clinical)
    )


def _find_indexes(record: Record) -> tuple[Entry, ...]:
    """Return the indexes that were found in the period: numbers above 0 in a unit that can be compared."""
    observations = (e for e in record.entries if e.kind is Kind.OBSERVATION)
    indexes = (e for e in observations if INDEX in e.codes or PROFILE in e.profiles)
    return tuple(
        e
        for e in resulted(indexes)
        if is_more(e.value.quantity if e.value else None, "0", "kg/m2") is True
        and is_during(during(record, e), period(record), by_day=True) is True
    )


def _is_ordered_for_high(record: Record) -> Truth:
    orders = (
        *find(
            record,
            Kind.SERVICE_REQUEST,
            sets.FOLLOW_UP_FOR_ABOVE_NORMAL_BMI,
            sets.REFERRALS_WHERE_WEIGHT_ASSESSMENT_MAY_OCCUR,
        ),
        *find(record, Kind.MEDICATION_REQUEST, sets.MEDICATIONS_FOR_ABOVE_NORMAL_BMI),
    )
    return either(
        *(
            both(_is_in_period(record, authored(e)), _is_reason(record, e, sets.OVERWEIGHT_OR_OBESE, authored(e)))
            for e in orders
        )
    )


def _is_reason(record: Record, order: Entry, name: SetName, on: Point | None) -> Truth:
    """Tell whether an order names the condition as its reason, or the condition was listed and active by then."""
    if has_code(record, order.reasons, name):
        return True
    listed = (e for e in find(record, Kind.CONDITION, name) if is_listed(e) and not e.clinical.isdisjoint(ACTIVE))
    return either(*(same_or_before(start(prevalence(record, e)), on, by_day=True) for e in listed))


def _is_done_for_high(record: Record) -> Truth:
    done = find(record, Kind.PROCEDURE, sets.FOLLOW_UP_FOR_ABOVE_NORMAL_BMI)
    conditions = find(record, Kind.CONDITION, sets.OVERWEIGHT_OR_OBESE)
    return either(
        *(
            both(
                _is_in_period(record, start(during(record, e))),
                either(
                    has_code(record, e.reasons, sets.OVERWEIGHT_OR_OBESE),
                    *(_held_when_done(record, condition, e) for condition in conditions),
                ),
            )
            for e in done
        )
    )


def _is_ordered_for_low(record: Record) -> Truth:
    orders = (
        *find(
            record,
            Kind.SERVICE_REQUEST,
            sets.FOLLOW_UP_FOR_BELOW_NORMAL_BMI,
            sets.REFERRALS_WHERE_WEIGHT_ASSESSMENT_MAY_OCCUR,
        ),
        *find(record, Kind.MEDICATION_REQUEST, sets.MEDICATIONS_FOR_BELOW_NORMAL_BMI),
    )
    concerns = _find_concerns(record)
    return either(
        *(
            both(
                _is_in_period(record, authored(e)),
                either(
                    has_code(record, e.reasons, sets.UNDERWEIGHT),
                    *(same_or_before(start(prevalence(record, c)), authored(e), by_day=True) for c in concerns),
                ),
            )
            for e in orders
        )
    )


def _is_done_for_low(record: Record) -> Truth:
    done = find(record, Kind.PROCEDURE, sets.FOLLOW_UP_FOR_BELOW_NORMAL_BMI)
    concerns = _find_concerns(record)
    return either(
        *(
            both(
                _is_in_period(record, start(during(record, e))),
                either(
                    e.status == "completed" and has_code(record, e.reasons, sets.UNDERWEIGHT),
                    both(
                        is_during(during(record, e), period(record), by_day=True),
                        either(*(_held_when_done(record, condition, e) for condition in concerns)),
                    ),
                ),
            )
            for e in done
        )
    )


def _find_concerns(record: Record) -> tuple[Entry, ...]:
    """Return underweight as a health concern; here the measure does not ask for the problem list."""
    return tuple(
        e
        for e in find(record, Kind.CONDITION, sets.UNDERWEIGHT)
        if HEALTH_CONCERN in e.categories and not e.clinical.isdisjoint(ACTIVE)
    )


def _held_when_done(record: Record, condition: Entry, procedure: Entry) -> Truth:
    held, done = prevalence(record, condition), during(record, procedure)
    return both(
        same_or_before(start(held), start(done), by_day=True), opposite(before(end(held), start(done), by_day=True))
    )


def _is_in_period(record: Record, on: Point | None) -> Truth:
    return is_in(on, period(record), by_day=True)


def _has_reason_against_plan(record: Record, visits: tuple[Entry, ...]) -> Truth:
    services = refusals(
        record,
        Kind.SERVICE_REQUEST,
        sets.REFERRALS_WHERE_WEIGHT_ASSESSMENT_MAY_OCCUR,
        sets.FOLLOW_UP_FOR_ABOVE_NORMAL_BMI,
        sets.FOLLOW_UP_FOR_BELOW_NORMAL_BMI,
    )
    medicines = refusals(
        record,
        Kind.MEDICATION_REQUEST,
        sets.MEDICATIONS_FOR_ABOVE_NORMAL_BMI,
        sets.MEDICATIONS_FOR_BELOW_NORMAL_BMI,
    )
    refused = [
        *(e for e in services if has_code(record, e.refused, sets.MEDICAL_REASON)),
        *(e for e in medicines if has_code(record, e.reasons, sets.MEDICAL_REASON)),
    ]
    return either(
        *(
            same_day(authored(e), start(during(record, visit)))
            for e in refused
            for visit in visits
            if e.status == "completed"
        )
    )


def _has_reason_against_weighing(record: Record, visits: tuple[Entry, ...]) -> Truth:
    not_done = (
        e
        for e in refusals_of_code(record, Kind.OBSERVATION, INDEX)
        if e.status == "cancelled"
        and (has_code(record, e.refused, sets.PATIENT_DECLINED) or has_code(record, e.refused, sets.MEDICAL_REASON))
    )
    return either(
        *(same_day(end(during(record, e)), start(during(record, visit))) for e in not_done for visit in visits)
    )


MEASURE = Measure(
    name="PCSBMIScreenAndFollowUpFHIR",
    version="0.2.000",
    title="Body mass index: screening and follow-up plan",
    sets=(
        *HOSPICE,
        *PALLIATIVE,
        sets.ENCOUNTER_TO_EVALUATE_BMI,
        sets.FOLLOW_UP_FOR_ABOVE_NORMAL_BMI,
        sets.FOLLOW_UP_FOR_BELOW_NORMAL_BMI,
        sets.MEDICAL_REASON,
        sets.MEDICATIONS_FOR_ABOVE_NORMAL_BMI,
        sets.MEDICATIONS_FOR_BELOW_NORMAL_BMI,
        sets.OVERWEIGHT_OR_OBESE,
        sets.PATIENT_DECLINED,
        sets.PREGNANCY_OR_OTHER_RELATED_DIAGNOSES,
        sets.REFERRALS_WHERE_WEIGHT_ASSESSMENT_MAY_OCCUR,
        sets.UNDERWEIGHT,
    ),
    judge=judge,
)
