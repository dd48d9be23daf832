"""A patient's record as measures ask it: by type and codes, by status, and when conditions held.

Status filters and the time in which a condition holds are those of the shared CQL libraries Status 1.8.000 and
QICoreCommon 2.1.000 (2024). A retrieval looks at codes of the resource itself: a medicine that is named by a
reference to another resource is not found, as in the published answers. An order not to do something, or a
procedure that was not done, is never an order or a procedure: it is found only by ``refusals``.
"""

import re
from collections.abc import Iterable

from careloop.facts.measures import Entry, Kind, Record, SetName, Tally
from careloop.rules.measures.clock import FIRST, LAST, Point, Reach, Truth, end, point, reach, shift, start, when

ACTIVE = frozenset(
    f"http://terminology.hl7.org/CodeSystem/condition-clinical|{code}" for code in ("active", "recurrence", "relapse")
)
ONLY_ACTIVE = "http://terminology.hl7.org/CodeSystem/condition-clinical|active"
PROBLEM_LIST = "http://terminology.hl7.org/CodeSystem/condition-category|problem-list-item"
HEALTH_CONCERN = "http://hl7.org/fhir/us/core/CodeSystem/condition-category|health-concern"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"

# Profiles of QI-Core 4.1.1 for what was not done or not requested.
NEGATIVE = re.compile(r"/qicore-[a-z]+not(done|requested)$")
NOT_DONE = frozenset({(Kind.OBSERVATION, "cancelled"), (Kind.PROCEDURE, "not-done")})

RESULT_IN = frozenset({"final", "amended", "corrected"})
ORDERED = frozenset({"active", "completed"})
TAKEN_PLACE = frozenset({"finished", "arrived", "triaged", "in-progress", "onleave"})


def has_code(record: Record, entry_codes: Iterable[str], name: SetName) -> bool:
    """Tell whether one of the codes is in a value set."""
    return not record.sets[name.oid].isdisjoint(entry_codes)


def find(record: Record, kind: Kind, *names: SetName) -> tuple[Entry, ...]:
    """Return the entries of a type with a code of one of the value sets; what is forbidden or not done is left out."""
    wanted = frozenset().union(*(record.sets[name.oid] for name in names))
    return tuple(e for e in record.entries if e.kind is kind and not _is_refusal(e) and not wanted.isdisjoint(e.codes))


def find_code(record: Record, kind: Kind, *codes: str) -> tuple[Entry, ...]:
    """Return the entries of a type with one of the codes; what is forbidden or not done is left out."""
    wanted = frozenset(codes)
    return tuple(e for e in record.entries if e.kind is kind and not _is_refusal(e) and not wanted.isdisjoint(e.codes))


def refusals(record: Record, kind: Kind, *names: SetName) -> tuple[Entry, ...]:
    """Return orders not to do something of the value sets."""
    wanted = frozenset().union(*(record.sets[name.oid] for name in names))
    return tuple(e for e in record.entries if e.kind is kind and _is_refusal(e) and not wanted.isdisjoint(e.codes))


def refusals_of_code(record: Record, kind: Kind, code: str) -> tuple[Entry, ...]:
    """Return what was not done although it has this code: cancelled observations, procedures not done."""
    return tuple(e for e in record.entries if e.kind is kind and _is_refusal(e) and code in e.codes)


def _is_refusal(entry: Entry) -> bool:
    """Tell whether an entry says of itself that something was not or shall not be done, or its profile does."""
    if entry.is_forbidden or any(NEGATIVE.search(profile) for profile in entry.profiles):
        return True
    return (entry.kind, entry.status) in NOT_DONE


def find_encounter(record: Record, key: str) -> Entry | None:
    """Return the encounter of an id, if it is in the record."""
    return next((e for e in record.entries if e.kind is Kind.ENCOUNTER and key and e.id == key), None)


def taken_place(encounters: Iterable[Entry]) -> tuple[Entry, ...]:
    """Keep encounters that began."""
    return tuple(e for e in encounters if e.status in TAKEN_PLACE)


def completed(procedures: Iterable[Entry]) -> tuple[Entry, ...]:
    """Keep procedures that were completed."""
    return tuple(e for e in procedures if e.status == "completed")


def resulted(observations: Iterable[Entry], category: str = "") -> tuple[Entry, ...]:
    """Keep observations whose result is in, of one category (laboratory, exam, survey) if it is named."""
    wanted = f"{CATEGORY}|{category}"
    return tuple(e for e in observations if e.status in RESULT_IN and (not category or wanted in e.categories))


def ordered(orders: Iterable[Entry]) -> tuple[Entry, ...]:
    """Keep orders that are active or completed."""
    return tuple(e for e in orders if e.status in ORDERED and e.intent == "order")


def during(record: Record, entry: Entry) -> Reach | None:
    """Return when an entry was: of an encounter its period, of a condition its onset."""
    return when(entry.during, record.person.born)


def prevalence(record: Record, condition: Entry) -> Reach | None:
    """Return from when to when a condition held; None if it has ended and nobody wrote when."""
    onset = start(when(condition.during, record.person.born)) or Point(FIRST, FIRST)
    ended = end(when(condition.abatement, record.person.born))
    if not condition.clinical.isdisjoint(ACTIVE):
        return Reach(onset, ended or Point(LAST, LAST))
    return None if ended is None else Reach(onset, ended)


def is_listed(condition: Entry) -> bool:
    """Tell whether a condition is on the problem list or a health concern."""
    return not condition.categories.isdisjoint({PROBLEM_LIST, HEALTH_CONCERN})


def period(record: Record) -> Reach:
    """Return the measurement period."""
    return reach(record.period)


def years_before(record: Record, years: int) -> Reach:
    """Return the measurement period together with so many years before it."""
    whole = reach(record.period)
    return Reach(Point(*(shift(m, months=-12 * years) for m in (whole.start.low, whole.start.high))), whole.end)


def authored(entry: Entry) -> Point | None:
    """Return when an order was written."""
    return point(entry.authored)


def tally(
    in_population: Truth, *, exclusion: Truth = False, exception: Truth = False, numerator: Truth = False
) -> Tally:
    """Count a patient in the populations of a proportion measure whose denominator is its initial population.

    Who is excluded counts in no numerator, and an exception is made only for those who are not in the numerator.
    What cannot be told (None) does not count.
    """
    if in_population is not True:
        return Tally()
    if exclusion is True:
        return Tally(1, 1, exclusion=1)
    return Tally(1, 1, exception=int(exception is True and numerator is not True), numerator=int(numerator is True))
