"""Why patients are left out: hospice, palliative care, frailty with advanced illness, and life in a nursing home.

Logic after the shared CQL libraries Hospice 6.12.000, PalliativeCare 1.11.000 and AdvancedIllnessandFrailty
1.16.000 (eCQI, 2024, for the measurement period 2025), in own words.
"""

from careloop.facts.measures import Kind, Record, SetName, Value
from careloop.rules.measures import sets
from careloop.rules.measures.clock import Truth, both, either, end, has_age, is_in, overlaps, same_or_before, start
from careloop.rules.measures.medicines import order_period
from careloop.rules.measures.records import (
    authored,
    completed,
    during,
    find,
    find_code,
    has_code,
    ordered,
    period,
    prevalence,
    resulted,
    taken_place,
    years_before,
)

TO_HOSPICE = frozenset({"sct|428361000124107", "sct|428371000124100"})
HOSPICE_ASSESSMENT, YES = "loinc|45755-6", "sct|373066001"
PALLIATIVE_ASSESSMENT = "loinc|71007-9"
HOUSING, NURSING_HOME = "loinc|71802-3", "sct|160734000"
EQUIPMENT = "loinc|98181-1"

HOSPICE = (
    sets.ENCOUNTER_INPATIENT,
    sets.HOSPICE_ENCOUNTER,
    sets.HOSPICE_CARE_AMBULATORY,
    sets.HOSPICE_DIAGNOSIS,
)
PALLIATIVE = (sets.PALLIATIVE_CARE_ENCOUNTER, sets.PALLIATIVE_CARE_INTERVENTION, sets.PALLIATIVE_CARE_DIAGNOSIS)
FRAILTY = (
    sets.ADVANCED_ILLNESS,
    sets.DEMENTIA_MEDICATIONS,
    sets.FRAILTY_DEVICE,
    sets.FRAILTY_DIAGNOSIS,
    sets.FRAILTY_ENCOUNTER,
    sets.FRAILTY_SYMPTOM,
)


def has_hospice(record: Record) -> Truth:
    """Tell whether somebody was in hospice care or was discharged to it in the measurement period."""
    year = period(record)
    stays = (
        is_in(end(during(record, e)), year, by_day=True)
        for e in taken_place(find(record, Kind.ENCOUNTER, sets.ENCOUNTER_INPATIENT))
        if not e.discharge.isdisjoint(TO_HOSPICE)
    )
    orders = (
        is_in(authored(e), year, by_day=True)
        for e in ordered(find(record, Kind.SERVICE_REQUEST, sets.HOSPICE_CARE_AMBULATORY))
    )
    cared = (
        *taken_place(find(record, Kind.ENCOUNTER, sets.HOSPICE_ENCOUNTER)),
        *(
            e
            for e in resulted(find_code(record, Kind.OBSERVATION, HOSPICE_ASSESSMENT), "survey")
            if _says(e.value, YES)
        ),
        *completed(find(record, Kind.PROCEDURE, sets.HOSPICE_CARE_AMBULATORY)),
    )
    overlapping = (overlaps(during(record, e), year, by_day=True) for e in cared)
    return either(*stays, *orders, *overlapping, _has_condition(record, sets.HOSPICE_DIAGNOSIS))


def has_palliative_care(record: Record) -> Truth:
    """Tell whether somebody had palliative care in the measurement period."""
    cared = (
        *resulted(find_code(record, Kind.OBSERVATION, PALLIATIVE_ASSESSMENT), "survey"),
        *taken_place(find(record, Kind.ENCOUNTER, sets.PALLIATIVE_CARE_ENCOUNTER)),
        *completed(find(record, Kind.PROCEDURE, sets.PALLIATIVE_CARE_INTERVENTION)),
    )
    overlapping = (overlaps(during(record, e), period(record), by_day=True) for e in cared)
    return either(*overlapping, _has_condition(record, sets.PALLIATIVE_CARE_DIAGNOSIS))


def is_frail_and_ill(record: Record) -> Truth:
    """Tell whether somebody is 66 or older, frail and has an advanced illness or takes medicines for dementia."""
    old = _is_old(record, 66)
    return False if old is False else both(old, is_frail(record), is_very_ill(record))


def is_frail_and_ill_or_very_old(record: Record) -> Truth:
    """Tell whether somebody is 66 to 80, frail and very ill, or 81 or older and frail."""
    if _is_old(record, 66) is False:
        return False
    frail = is_frail(record)
    return either(both(_is_old(record, 66, 80), frail, is_very_ill(record)), both(_is_old(record, 81), frail))


def lives_in_nursing_home(record: Record) -> Truth:
    """Tell whether somebody is 66 or older and lived in a nursing home when that was last asked."""
    last_day = end(period(record))
    asked = [
        (moment.low.parts, e)
        for e in resulted(find_code(record, Kind.OBSERVATION, HOUSING), "survey")
        if (moment := end(during(record, e))) and same_or_before(moment, last_day, by_day=True) is True
    ]
    if not asked:
        return False
    return both(_is_old(record, 66), _says(max(asked, key=lambda one: (one[0], one[1].id))[1].value, NURSING_HOME))


def is_frail(record: Record) -> Truth:
    """Tell whether devices, symptoms, visits or diagnoses of the measurement period say that somebody is frail."""
    year = period(record)
    devices = (
        is_in(authored(e), year, by_day=True) for e in ordered(find(record, Kind.DEVICE_REQUEST, sets.FRAILTY_DEVICE))
    )
    used = (
        is_in(end(during(record, e)), year, by_day=True)
        for e in resulted(find_code(record, Kind.OBSERVATION, EQUIPMENT), "survey")
        if e.value is not None and has_code(record, e.value.codes, sets.FRAILTY_DEVICE)
    )
    symptoms = [
        e
        for e in find(record, Kind.OBSERVATION, sets.FRAILTY_SYMPTOM)
        if e.status in {"preliminary", "final", "amended", "corrected"}
    ]
    seen = (*taken_place(find(record, Kind.ENCOUNTER, sets.FRAILTY_ENCOUNTER)), *symptoms)
    overlapping = (overlaps(during(record, e), year, by_day=True) for e in seen)
    return either(*devices, *used, *overlapping, _has_condition(record, sets.FRAILTY_DIAGNOSIS))


def is_very_ill(record: Record) -> Truth:
    """Tell whether an advanced illness began, or dementia was treated, in the period or the year before."""
    years = years_before(record, 1)
    begun = (
        is_in(start(prevalence(record, e)), years, by_day=True)
        for e in find(record, Kind.CONDITION, sets.ADVANCED_ILLNESS)
    )
    treated = (
        overlaps(order_period(e), years, by_day=True)
        for e in find(record, Kind.MEDICATION_REQUEST, sets.DEMENTIA_MEDICATIONS)
        if e.status == "active" and e.intent == "order"
    )
    return either(*begun, *treated)


def _has_condition(record: Record, name: SetName) -> Truth:
    return either(
        *(overlaps(prevalence(record, e), period(record), by_day=True) for e in find(record, Kind.CONDITION, name))
    )


def _is_old(record: Record, least: int, most: int | None = None) -> Truth:
    return has_age(record.person.born, end(period(record)), least, most)


def _says(value: Value | None, code: str) -> bool:
    return value is not None and code in value.codes
