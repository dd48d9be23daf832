"""Documentation of current medications: at each visit the list of medicines was written down, or there is a reason.

Logic after DocumentationofCurrentMedicationsFHIR 0.2.000 (CMS68, for the measurement period 2025; read 2026-11-21),
own words. It counts visits, not patients.
"""

from careloop.facts.measures import Entry, Kind, Measure, Record, Tally
from careloop.rules.measures import sets
from careloop.rules.measures.clock import Truth, either, end, is_during, is_in, point
from careloop.rules.measures.records import (
    completed,
    during,
    find,
    find_code,
    has_code,
    period,
    refusals_of_code,
    tally,
)

DOCUMENTED = "sct|428191000124101"


def judge(record: Record) -> tuple[Tally, ...]:
    """Count the visits of a patient in the populations of the measure."""
    visits = [
        e
        for e in find(record, Kind.ENCOUNTER, sets.ENCOUNTER_TO_DOCUMENT_MEDICATIONS)
        if e.status == "finished" and is_during(during(record, e), period(record), by_day=True) is True
    ]
    counts = [
        tally(True, numerator=_is_documented(record, visit), exception=_has_reason(record, visit)) for visit in visits
    ]
    return (
        Tally(
            initial_population=len(counts),
            denominator=len(counts),
            exception=sum(one.exception for one in counts),
            numerator=sum(one.numerator for one in counts),
        ),
    )


def _is_documented(record: Record, visit: Entry) -> Truth:
    done = completed(find_code(record, Kind.PROCEDURE, DOCUMENTED))
    return either(*(is_in(end(during(record, e)), during(record, visit)) for e in done))


def _has_reason(record: Record, visit: Entry) -> Truth:
    not_done = refusals_of_code(record, Kind.PROCEDURE, DOCUMENTED)
    return either(
        *(
            is_in(point(e.recorded), during(record, visit))
            for e in not_done
            if e.status == "not-done" and has_code(record, e.reasons, sets.MEDICAL_REASON)
        )
    )


MEASURE = Measure(
    name="DocumentationofCurrentMedicationsFHIR",
    version="0.2.000",
    title="Documentation of current medications in the medical record",
    sets=(sets.ENCOUNTER_TO_DOCUMENT_MEDICATIONS, sets.MEDICAL_REASON),
    judge=judge,
)
