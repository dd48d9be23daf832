"""Depression screening and follow-up: from 12 years on, a negative screening near a visit, or a plan if positive.

Logic after PCSDepressionScreenAndFollowUpFHIR 0.2.000 (CMS2, for the measurement period 2025; read 2026-11-21), own
words.
"""

from dataclasses import dataclass

from careloop.facts.measures import Entry, Kind, Measure, Record, SetName, Tally
from careloop.rules.measures import sets
from careloop.rules.measures.clock import (
    Point,
    Reach,
    Truth,
    before,
    both,
    either,
    end,
    has_age,
    is_during,
    is_in,
    point,
    shift,
    start,
)
from careloop.rules.measures.records import (
    ORDERED,
    authored,
    during,
    find,
    find_code,
    has_code,
    is_listed,
    period,
    prevalence,
    refusals_of_code,
    tally,
)

NEGATIVE, POSITIVE, DECLINED = "sct|428171000124102", "sct|428181000124104", "sct|720834000"
VISITS = (sets.ENCOUNTER_TO_SCREEN_FOR_DEPRESSION, sets.PHYSICAL_THERAPY_EVALUATION, sets.TELEPHONE_VISITS)


@dataclass(frozen=True, slots=True)
class Kit:
    """What screens an age group and what follows a positive answer."""

    screening: str
    medicines: SetName
    referral: SetName
    follow_up: SetName


ADOLESCENT = Kit(
    "loinc|73831-0",
    sets.ADOLESCENT_DEPRESSION_MEDICATIONS,
    sets.REFERRAL_FOR_ADOLESCENT_DEPRESSION,
    sets.FOLLOW_UP_FOR_ADOLESCENT_DEPRESSION,
)
ADULT = Kit(
    "loinc|73832-8",
    sets.ADULT_DEPRESSION_MEDICATIONS,
    sets.REFERRAL_FOR_ADULT_DEPRESSION,
    sets.FOLLOW_UP_FOR_ADULT_DEPRESSION,
)


def judge(record: Record) -> tuple[Tally, ...]:
    """Count a patient in the populations of the measure."""
    first, born = start(period(record)), record.person.born
    visits = tuple(
        e
        for e in find(record, Kind.ENCOUNTER, *VISITS)
        if is_during(during(record, e), period(record), by_day=True) is True and e.status == "finished"
    )
    numerator = either(
        both(has_age(born, first, 12, 17), _is_cared_for(record, visits, ADOLESCENT)),
        both(has_age(born, first, 17), _is_cared_for(record, visits, ADULT)),
    )
    exception = either(_has_reason(record, visits, ADOLESCENT), _has_reason(record, visits, ADULT))
    return (
        tally(
            both(has_age(born, first, 12), bool(visits)),
            exclusion=_has_bipolar_disorder(record, visits),
            exception=exception,
            numerator=numerator,
        ),
    )


def _has_bipolar_disorder(record: Record, visits: tuple[Entry, ...]) -> Truth:
    listed = [e for e in find(record, Kind.CONDITION, sets.BIPOLAR_DISORDER) if is_listed(e)]
    return either(
        *(before(start(prevalence(record, e)), start(during(record, visit))) for e in listed for visit in visits)
    )


def _find_screenings(record: Record, visits: tuple[Entry, ...], kit: Kit) -> list[Entry]:
    """Return final screenings with an answer from two weeks before a visit until its first day, oldest first."""
    screenings = [
        e
        for e in find_code(record, Kind.OBSERVATION, kit.screening)
        if e.value is not None
        and e.status == "final"
        and any(
            is_in(end(during(record, e)), _two_weeks_until(start(during(record, visit))), by_day=True) is True
            for visit in visits
        )
    ]
    return sorted(screenings, key=lambda e: (_begin(record, e), e.id))


def _begin(record: Record, entry: Entry) -> tuple[int, ...]:
    begun = start(during(record, entry))
    return begun.low.parts if begun else ()


def _two_weeks_until(on: Point | None) -> Reach | None:
    return None if on is None else Reach(Point(shift(on.low, days=-14), shift(on.high, days=-14)), on)


def _is_cared_for(record: Record, visits: tuple[Entry, ...], kit: Kit) -> bool:
    """Tell whether the last screening was negative, or positive with a follow-up in time."""
    screenings = _find_screenings(record, visits, kit)
    if not screenings or (last := screenings[-1]).value is None:
        return False
    if NEGATIVE in last.value.codes:
        return True
    if POSITIVE not in last.value.codes:
        return False
    near = [
        visit
        for visit in visits
        if is_in(start(during(record, last)), _two_weeks_until(start(during(record, visit))), by_day=True) is True
    ]
    return any(_follows(record, e, visit) is True for e in _find_follow_ups(record, kit) for visit in near)


def _find_follow_ups(record: Record, kit: Kit) -> tuple[Entry, ...]:
    medicines = find(record, Kind.MEDICATION_REQUEST, kit.medicines)
    return (
        *(e for e in medicines if e.status in ORDERED and e.intent == "order"),
        *(e for e in find(record, Kind.SERVICE_REQUEST, kit.referral) if e.status in ORDERED),
        *(e for e in find(record, Kind.PROCEDURE, kit.follow_up) if e.status == "completed"),
    )


def _follows(record: Record, entry: Entry, visit: Entry) -> Truth:
    """Tell whether a follow-up was done at the visit, or ordered on the visit's last day or the two days after."""
    seen = during(record, visit)
    done, last = start(during(record, entry)), end(seen)
    two_days = None if last is None else Reach(last, Point(shift(last.low, days=2), shift(last.high, days=2)))
    return both(
        either(is_in(done, seen), is_in(authored(entry), two_days, by_day=True)),
        is_in(done or authored(entry), period(record), by_day=True),
    )


def _has_reason(record: Record, visits: tuple[Entry, ...], kit: Kit) -> bool:
    """Tell whether screening was declined or harmful at a visit, and none was done near one."""
    not_done = (
        e
        for e in refusals_of_code(record, Kind.OBSERVATION, kit.screening)
        if e.status == "cancelled" and (DECLINED in e.refused or has_code(record, e.refused, sets.MEDICAL_REASON))
    )
    refused = any(is_in(point(e.issued), during(record, visit)) is True for e in not_done for visit in visits)
    return refused and not _find_screenings(record, visits, kit)


MEASURE = Measure(
    name="PCSDepressionScreenAndFollowUpFHIR",
    version="0.2.000",
    title="Depression: screening and follow-up plan",
    sets=(
        *VISITS,
        sets.ADOLESCENT_DEPRESSION_MEDICATIONS,
        sets.ADULT_DEPRESSION_MEDICATIONS,
        sets.BIPOLAR_DISORDER,
        sets.FOLLOW_UP_FOR_ADOLESCENT_DEPRESSION,
        sets.FOLLOW_UP_FOR_ADULT_DEPRESSION,
        sets.MEDICAL_REASON,
        sets.REFERRAL_FOR_ADOLESCENT_DEPRESSION,
        sets.REFERRAL_FOR_ADULT_DEPRESSION,
    ),
    judge=judge,
)
