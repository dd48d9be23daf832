"""What the published measure says beside the check: whether it counts this person, and what it does not see.

A quality measure counts people with a visit in its year and of its own ages; a guideline also asks for those whom
nobody has seen, and they are the ones to be found. So the check asks, and each finding says that the measure does
not. Here the year is the last twelve months, so that on 31 December both speak of the same days.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from careloop.basics.days import add_years
from careloop.basics.words import Say
from careloop.facts.chart import BY_REFERENCE, Chart, FactColumns, FactKind
from careloop.facts.checks import Knowledge, Measure
from careloop.facts.worklist import Answer
from careloop.rules.checks.due import stand
from careloop.rules.checks.what_counts import (
    AT_A_VISIT,
    FAR,
    ONE_DAY,
    Span,
    find_coded,
    first_after,
    first_day_of_age,
    in_order,
)

Find = Callable[[Chart, date, Knowledge], Answer]
# A call counts for the measures as a visit does.
CONTACTS = ("outpatient_visit", "phone_contact")
# The medicines for which, with frailty, measures leave somebody in peace.
LEFT_FOR = ("dementia_medicines",)


def with_measure(measure: Measure) -> Callable[[Find], Find]:
    """Return a decorator that lets a check say where its answer and the published measure's part."""

    def decorate(find: Find) -> Find:
        def find_and_say(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
            answer = find(chart, on, knowledge)
            if answer.findings:
                return _say_not_counted(answer, chart, on, knowledge, measure)
            if not answer.satisfied_by and chart.died_on is None:
                return _say_counted(answer, chart, on, knowledge, measure, find)
            return answer

        return find_and_say

    return decorate


def _say_not_counted(answer: Answer, chart: Chart, on: date, knowledge: Knowledge, measure: Measure) -> Answer:
    """Say with each finding that the measure does not count this person, and one reason why."""
    visits = chart.once(("counted", on), knowledge, lambda: stand(on, _years_of_visits(chart, knowledge)))
    said, turn = _say_age(chart, on, measure)
    if not said and not visits.is_good:
        said = (Say("check.not_counted_no_visit", measure=measure.id),)
    findings = tuple(replace(finding, beside=(*finding.beside, *said)) for finding in answer.findings)
    turn = first_after(on, (answer.look_again_on, turn, visits.turn))
    return replace(answer, findings=findings if said else answer.findings, look_again_on=turn)


def _years_of_visits(chart: Chart, knowledge: Knowledge) -> tuple[Span, ...]:
    """Return the year after each visit or call that the measures count."""
    return tuple(
        Span(fact, day, add_years(day, 1))
        for fact in in_order(fact for fact in chart.of(FactKind.VISIT) if _is_counted(fact.columns, knowledge))
        if (day := fact.columns.start_on) and day < FAR
    )


def _is_counted(columns: FactColumns, knowledge: Knowledge) -> bool:
    if columns.status != "finished":
        return False
    return columns.visit_class in AT_A_VISIT or any(
        code in knowledge.codesets[name] for name in CONTACTS for code in columns.codes
    )


def _say_age(chart: Chart, on: date, measure: Measure) -> tuple[tuple[Say, ...], date | None]:
    """Say that somebody is not yet, or no longer, of the measure's ages, and when that changes."""
    if chart.birth_on is None:
        return (), None
    if measure.age_min is not None and on < (first := _turns(chart.birth_on, measure.age_min, measure)):
        return (Say("check.not_counted_age", measure=measure.id, age=measure.age_min),), first
    if measure.age_max is None:
        return (), None
    after = _turns(chart.birth_on, measure.age_max + 1, measure)
    if on < after:
        return (), after
    return (Say("check.not_counted_older", measure=measure.id, age=measure.age_max),), None


def _turns(born: date, age: int, measure: Measure) -> date:
    """Return the first day on which a year that ends then counts somebody as of an age."""
    birthday = first_day_of_age(born, age)
    return add_years(birthday, 1) - ONE_DAY if measure.counts_age_on_first_day else birthday


def _say_counted(answer: Answer, chart: Chart, on: date, knowledge: Knowledge, measure: Measure, find: Find) -> Answer:
    """Say that the measure counts somebody whom the check leaves in peace for a medicine that it does not see.

    The measures' logic looks for the code in the order itself and does not follow it to the medicine it refers to.
    """
    medicines = find_coded(chart, (FactKind.MEDICINE,), LEFT_FOR, knowledge)
    unseen = {id(fact) for fact in medicines if BY_REFERENCE in fact.columns.disposition}
    if not unseen:
        return answer
    as_seen = replace(chart, facts=tuple(fact for fact in chart.facts if id(fact) not in unseen))
    other = find(as_seen, on, knowledge)
    if other.findings:
        other = _say_not_counted(other, as_seen, on, knowledge, measure)
    turn = first_after(on, (answer.look_again_on, other.look_again_on))
    is_counted = any(not finding.beside for finding in other.findings)
    said = (Say("check.counted_by_reference", measure=measure.id),) if is_counted else ()
    return replace(answer, look_again_on=turn, not_checked=(*answer.not_checked, *said))
