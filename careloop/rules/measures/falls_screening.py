"""Falls screening: people of 65 and older who were asked about their risk of falls in the year.

Logic after FallsScreeningForFutureFallRiskFHIR 0.2.001 (CMS139, for the measurement period 2025; read 2026-11-21), own
words.
"""

from careloop.facts.measures import Kind, Measure, Record, Tally
from careloop.rules.measures import sets
from careloop.rules.measures.clock import both, either, has_age, is_during, start
from careloop.rules.measures.exclusions import HOSPICE, has_hospice
from careloop.rules.measures.records import during, find, period, resulted, tally
from careloop.rules.measures.visits import has_visit

VISITS = (
    sets.OFFICE_VISIT,
    sets.ANNUAL_WELLNESS_VISIT,
    sets.PREVENTIVE_VISIT_ESTABLISHED_ADULT,
    sets.PREVENTIVE_VISIT_INITIAL_ADULT,
    sets.HOME_HEALTHCARE_SERVICES,
    sets.OPHTHALMOLOGICAL_SERVICES,
    sets.PREVENTIVE_CARE_SERVICES_INDIVIDUAL_COUNSELING,
    sets.DISCHARGE_SERVICES_NURSING_FACILITY,
    sets.NURSING_FACILITY_VISIT,
    sets.CARE_SERVICES_IN_LONG_TERM_RESIDENTIAL_FACILITY,
    sets.AUDIOLOGY_VISIT,
    sets.TELEPHONE_VISITS,
    sets.VIRTUAL_ENCOUNTER,
    sets.PHYSICAL_THERAPY_EVALUATION,
    sets.OCCUPATIONAL_THERAPY_EVALUATION,
)


def judge(record: Record) -> tuple[Tally, ...]:
    """Count a patient in the populations of the measure."""
    year = period(record)
    asked = resulted(find(record, Kind.OBSERVATION, sets.FALLS_SCREENING), "survey")
    return (
        tally(
            both(has_age(record.person.born, start(year), 65), has_visit(record, VISITS)),
            exclusion=has_hospice(record),
            numerator=either(*(is_during(during(record, e), year, by_day=True) for e in asked)),
        ),
    )


MEASURE = Measure(
    name="FallsScreeningForFutureFallRiskFHIR",
    version="0.2.001",
    title="Falls: screening for future fall risk",
    sets=(*VISITS, *HOSPICE, sets.FALLS_SCREENING),
    judge=judge,
)
