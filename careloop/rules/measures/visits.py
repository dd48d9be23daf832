"""Visits that make somebody a patient of the year, after the CQL library AdultOutpatientEncounters 4.11.000 (2024)."""

from careloop.facts.measures import Kind, Record, SetName
from careloop.rules.measures import sets
from careloop.rules.measures.clock import Truth, either, is_during
from careloop.rules.measures.records import during, find, period, taken_place

OUTPATIENT = (
    sets.OFFICE_VISIT,
    sets.ANNUAL_WELLNESS_VISIT,
    sets.PREVENTIVE_VISIT_ESTABLISHED_ADULT,
    sets.PREVENTIVE_VISIT_INITIAL_ADULT,
    sets.HOME_HEALTHCARE_SERVICES,
    sets.VIRTUAL_ENCOUNTER,
    sets.TELEPHONE_VISITS,
)


def has_visit(record: Record, names: tuple[SetName, ...]) -> Truth:
    """Tell whether a visit of the value sets that began lies within the days of the measurement period."""
    visits = taken_place(find(record, Kind.ENCOUNTER, *names))
    return either(*(is_during(during(record, e), period(record), by_day=True) for e in visits))
