"""Closing the referral loop: the first referral of the year's first ten months, answered by a consultant's report.

Logic after CRLReceiptofSpecialistReportFHIR 0.3.000 (CMS50, for the measurement period 2025; read 2026-11-21), own
words.
"""

from careloop.facts.measures import Entry, Kind, Measure, Moment, Record, Span, Tally
from careloop.rules.measures import sets
from careloop.rules.measures.clock import Truth, before, both, either, end, is_during, is_in, reach
from careloop.rules.measures.records import ORDERED, authored, during, find, find_code, period, tally

VISITS = (
    sets.BEHAVIORAL_NEUROPSYCH_ASSESSMENT,
    sets.OFFICE_VISIT,
    sets.OPHTHALMOLOGICAL_SERVICES,
    sets.PREVENTIVE_VISIT_ESTABLISHED_ADULT,
    sets.PREVENTIVE_VISIT_INITIAL_CHILD,
    sets.PREVENTIVE_VISIT_INITIAL_ADULT,
    sets.PREVENTIVE_VISIT_ESTABLISHED_CHILD,
    sets.PSYCH_VISIT_DIAGNOSTIC_EVALUATION,
)
TESTS_AND_CRISES = ("cpt|96136", "cpt|96138", "cpt|90839", "cpt|96112", "cpt|96156")


def judge(record: Record) -> tuple[Tally, ...]:
    """Count a patient in the populations of the measure."""
    referral = _first_referral(record)
    in_population = both(_has_visit(record), referral is not None)
    return (tally(in_population, numerator=referral is not None and _is_answered(record, referral)),)


def _has_visit(record: Record) -> Truth:
    visits = (*find(record, Kind.ENCOUNTER, *VISITS), *find_code(record, Kind.ENCOUNTER, *TESTS_AND_CRISES))
    return either(
        *(is_during(during(record, e), period(record), by_day=True) for e in visits if e.status == "finished")
    )


def _first_referral(record: Record) -> Entry | None:
    year = period(record).start.low.parts[0]
    ten_months = reach(Span(record.period.low, Moment((year, 10, 31))))
    written = [
        (e.authored.parts, e.id, e)
        for e in find(record, Kind.SERVICE_REQUEST, sets.REFERRAL)
        if e.status in ORDERED
        and e.intent == "order"
        and e.authored is not None
        and is_in(authored(e), ten_months, by_day=True) is True
    ]
    return min(written, key=lambda one: one[:2])[2] if written else None


def _is_answered(record: Record, referral: Entry) -> Truth:
    reports = (
        e
        for e in find(record, Kind.TASK, sets.CONSULTANT_REPORT)
        if referral.id and referral.id in e.based_on and e.status == "completed"
    )
    return either(
        *(
            both(
                before(authored(referral), end(during(record, e))),
                is_in(end(during(record, e)), period(record), by_day=True),
            )
            for e in reports
        )
    )


MEASURE = Measure(
    name="CRLReceiptofSpecialistReportFHIR",
    version="0.3.000",
    title="Closing the referral loop: receipt of specialist report",
    sets=(*VISITS, sets.CONSULTANT_REPORT, sets.REFERRAL),
    judge=judge,
)
