"""High-risk medicines in the elderly: people of 65 and older who were ordered such medicines more than once.

Logic after UseofHighRiskMedicationsintheElderlyFHIR 0.2.001 (CMS156, for the measurement period 2025; read
2026-11-21), own words. To be in a numerator is the worse outcome. Three groups: medicines to avoid, medicines to avoid
without certain diagnoses, and either.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from careloop.facts.measures import Entry, Kind, Measure, Moment, Record, SetName, Tally
from careloop.rules.measures import sets
from careloop.rules.measures.clock import (
    Point,
    Reach,
    Truth,
    begin_of,
    both,
    day_of,
    either,
    end,
    has_age,
    is_during,
    is_in,
    opposite,
    overlaps,
    point,
    shift,
)
from careloop.rules.measures.exclusions import HOSPICE, PALLIATIVE, has_hospice, has_palliative_care
from careloop.rules.measures.medicines import days_supplied, order_period
from careloop.rules.measures.quantities import is_plain_number
from careloop.rules.measures.records import (
    authored,
    during,
    find,
    find_code,
    ordered,
    period,
    prevalence,
    taken_place,
    tally,
)

VISITS = (
    sets.OFFICE_VISIT,
    sets.OPHTHALMOLOGICAL_SERVICES,
    sets.PREVENTIVE_VISIT_ESTABLISHED_ADULT,
    sets.DISCHARGE_SERVICES_NURSING_FACILITY,
    sets.NURSING_FACILITY_VISIT,
    sets.CARE_SERVICES_IN_LONG_TERM_RESIDENTIAL_FACILITY,
    sets.PREVENTIVE_VISIT_INITIAL_ADULT,
    sets.ANNUAL_WELLNESS_VISIT,
    sets.HOME_HEALTHCARE_SERVICES,
    sets.TELEPHONE_VISITS,
    sets.VIRTUAL_ENCOUNTER,
)
SHORT_VISIT = "cpt|99211"
AVOIDED = (
    sets.HARMFUL_ANTIHISTAMINES,
    sets.HARMFUL_ANTIPARKINSONIAN_AGENTS,
    sets.HARMFUL_GASTROINTESTINAL_ANTISPASMODICS,
    sets.DIPYRIDAMOLE_MEDICATIONS,
    sets.GUANFACINE_MEDICATIONS,
    sets.NIFEDIPINE_MEDICATIONS,
    sets.HARMFUL_ANTIDEPRESSANTS,
    sets.HARMFUL_BARBITURATES,
    sets.MEPROBAMATE_MEDICATIONS,
    sets.HARMFUL_ESTROGENS,
    sets.HARMFUL_SULFONYLUREAS,
    sets.DESICCATED_THYROID_MEDICATIONS,
    sets.HARMFUL_NONBENZODIAZEPINE_HYPNOTICS,
    sets.HARMFUL_SKELETAL_MUSCLE_RELAXANTS,
    sets.HARMFUL_PAIN_MEDICATIONS,
    sets.MEGESTROL_MEDICATIONS,
    sets.MEPERIDINE_MEDICATIONS,
)
ERGOLOID = "rxnorm|318179"
WITH_PSYCHOSIS = (sets.SCHIZOPHRENIA, sets.BIPOLAR_DISORDER)
WITH_ANXIETY = (
    sets.SEIZURE_DISORDER,
    sets.REM_SLEEP_BEHAVIOR_DISORDER,
    sets.BENZODIAZEPINE_WITHDRAWAL,
    sets.ALCOHOL_WITHDRAWAL,
    sets.GENERALIZED_ANXIETY_DISORDER,
)

# What one unit of a product holds (RxNorm; digoxin and doxepin as the measure lists them), in mg or mg/mL.
STRENGTHS: Mapping[str, tuple[Decimal, str]] = {
    "rxnorm|393245": (Decimal("0.05"), "mg/mL"),
    "rxnorm|245273": (Decimal("0.0625"), "mg"),
    "rxnorm|204504": (Decimal("0.1"), "mg/mL"),
    "rxnorm|197604": (Decimal("0.125"), "mg"),
    "rxnorm|197606": (Decimal("0.25"), "mg"),
    "rxnorm|104208": (Decimal("0.25"), "mg/mL"),
    "rxnorm|966787": (Decimal(3), "mg"),
    "rxnorm|966793": (Decimal(6), "mg"),
    "rxnorm|1000048": (Decimal(10), "mg"),
    "rxnorm|1000054": (Decimal(10), "mg/mL"),
    "rxnorm|1000070": (Decimal(25), "mg"),
    "rxnorm|1000076": (Decimal(50), "mg"),
    "rxnorm|1000097": (Decimal(75), "mg"),
    "rxnorm|1000058": (Decimal(100), "mg"),
    "rxnorm|1000064": (Decimal(150), "mg"),
}
MOST_DIGOXIN, MOST_DOXEPIN = Decimal("0.125"), Decimal(6)  # mg a day
MOST_DAYS = 90


def judge(record: Record) -> tuple[Tally, ...]:
    """Count a patient in the populations of the three groups."""
    in_population = both(has_age(record.person.born, end(period(record)), 65), _has_visit(record))
    exclusion = either(has_hospice(record), has_palliative_care(record))
    always = either(_has_avoided(record), _has_long(record), _has_much(record))
    without_reason = either(
        _has_without(record, sets.HARMFUL_ANTIPSYCHOTICS, WITH_PSYCHOSIS),
        _has_without(record, sets.HARMFUL_BENZODIAZEPINES, WITH_ANXIETY),
    )
    numerators = (always, without_reason, either(without_reason, both(always, opposite(without_reason))))
    return tuple(tally(in_population, exclusion=exclusion, numerator=numerator) for numerator in numerators)


def _has_visit(record: Record) -> Truth:
    visits = (*find(record, Kind.ENCOUNTER, *VISITS), *find_code(record, Kind.ENCOUNTER, SHORT_VISIT))
    return either(*(is_during(during(record, e), period(record)) for e in taken_place(visits)))


def _has_avoided(record: Record) -> bool:
    groups = (find(record, Kind.MEDICATION_REQUEST, name) for name in AVOIDED)
    ergoloid = find_code(record, Kind.MEDICATION_REQUEST, ERGOLOID)
    return any(_find_repeated(record, group) for group in (*groups, ergoloid))


def _has_long(record: Record) -> Truth:
    """Tell whether repeated orders of anti-infectives last for more than 90 days together."""
    orders = _find_repeated(record, find(record, Kind.MEDICATION_REQUEST, sets.HARMFUL_ANTIINFECTIVES))
    days = [number for number in map(days_supplied, orders) if number is not None]
    return sum(days) > MOST_DAYS if days else None


def _has_much(record: Record) -> bool:
    digoxin = _find_repeated(record, find(record, Kind.MEDICATION_REQUEST, sets.DIGOXIN_MEDICATIONS))
    doxepin = _find_repeated(record, find(record, Kind.MEDICATION_REQUEST, sets.DOXEPIN_MEDICATIONS))
    return any((_dose_a_day(e) or 0) > MOST_DIGOXIN for e in digoxin) or any(
        (_dose_a_day(e) or 0) > MOST_DOXEPIN for e in doxepin
    )


def _dose_a_day(order: Entry) -> Decimal | None:
    """Return milligrams a day; None if product, quantity or days are not known or the units do not fit."""
    strength = next((STRENGTHS[code] for code in sorted(order.codes) if code in STRENGTHS), None)
    quantity, days = order.supply.quantity, days_supplied(order)
    if strength is None or quantity is None or not days:
        return None
    number, unit = strength
    fits = is_plain_number(quantity) if unit == "mg" else quantity.unit == "mL"
    return quantity.value * number / days if fits else None


def _has_without(record: Record, name: SetName, reasons: tuple[SetName, ...]) -> Truth:
    """Tell whether such medicines were ordered repeatedly while no diagnosis held that calls for them."""
    found = find(record, Kind.MEDICATION_REQUEST, name)
    if not _find_repeated(record, found):
        return False
    year = period(record)
    first = min(
        (e.authored.parts for e in ordered(found) if e.authored and is_in(authored(e), year) is True), default=None
    )
    if first is None:
        return False
    index = Moment(first)
    begin = shift(year.start.low, months=-12)
    until_index = Reach(Point(begin, begin), Point(index, index))
    diagnoses = find(record, Kind.CONDITION, *reasons)
    return not any(overlaps(prevalence(record, e), until_index) is True for e in diagnoses)


def _find_repeated(record: Record, orders: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the orders of the period that can be refilled or that another order of another day stands beside."""
    valid = ordered(orders)
    year = period(record)
    return tuple(one for one in valid if any(_is_repeated(one, other, year) is True for other in valid))


def _is_repeated(one: Entry, other: Entry, year: Reach) -> Truth:
    in_year = is_in(authored(one), year)
    if in_year is False or one.authored is None:
        return in_year
    can_be_refilled = both(in_year, (one.supply.repeats or 0) >= 1)
    if can_be_refilled is True or other.authored is None:
        return can_be_refilled
    if day_of(one.authored) != day_of(other.authored):
        return either(can_be_refilled, both(in_year, is_in(authored(other), year)))
    begins = [_begin(e) for e in (one, other)]
    return either(
        can_be_refilled, both(in_year, begins[0] != begins[1], *(is_in(point(begin), year) for begin in begins))
    )


def _begin(order: Entry) -> Moment | None:
    lasting = order_period(order)
    return None if lasting is None else begin_of(lasting.start.low)


MEASURE = Measure(
    name="UseofHighRiskMedicationsintheElderlyFHIR",
    version="0.2.001",
    title="Use of high-risk medicines in the elderly",
    sets=(
        *VISITS,
        *AVOIDED,
        *WITH_PSYCHOSIS,
        *WITH_ANXIETY,
        *HOSPICE,
        *PALLIATIVE,
        sets.DIGOXIN_MEDICATIONS,
        sets.DOXEPIN_MEDICATIONS,
        sets.HARMFUL_ANTIINFECTIVES,
        sets.HARMFUL_ANTIPSYCHOTICS,
        sets.HARMFUL_BENZODIAZEPINES,
    ),
    judge=judge,
)
