"""Overdue HbA1c in diabetes, and one above 9 %.

Rule dm-hba1c (American Diabetes Association, Standards of Care 2025, section 6): somebody with diabetes has
glycemic status assessed at least every six months. Rule dm-hba1c-over9 (eCQM CMS122, 2025): a newest value above
9 % in the last year asks for a plan, at 18 to 75 years. Who is in hospice or palliative care, or old with advanced
illness and frailty, is left in peace. A test of 21 May counts up to and including 20 November.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from careloop.basics.days import add_years
from careloop.basics.units import write_quantity
from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Check, Knowledge, Measure, Needs
from careloop.facts.worklist import Answer, Confidence, Finding, LoopKind, Severity, Source
from careloop.rules.checks.aside import CARE_AND_FRAILTY, CARE_NEEDS, FRAILTY_NEEDS, needs_of
from careloop.rules.checks.counted import with_measure
from careloop.rules.checks.due import (
    Ask,
    Concerned,
    Words,
    days_of_ages,
    find_concerned,
    find_silence,
    make_finding,
    say_why_asked,
    stand,
)
from careloop.rules.checks.what_counts import (
    A_YEAR_BACK,
    ONE_DAY,
    Span,
    answer_spans,
    first_after,
    next_turn,
    say_undated,
)

NAME = "hba1c_overdue"
RULE, OVER_9 = "dm-hba1c", "dm-hba1c-over9"
POOR = Decimal(9)
MEASURE = Measure(
    "CMS122",
    "Diabetes: Glycemic Status Assessment Greater Than 9%",
    2025,
    Say(f"check.{NAME}.measure"),
    age_min=18,
    age_max=75,
)


@with_measure(MEASURE)
def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find out whether a person with diabetes has no HbA1c (or GMI) inside the interval, or one above 9 %."""
    rule = knowledge.rules[RULE]
    ask = Ask(rule, CARE_AND_FRAILTY)
    concerned = find_concerned(chart, on, knowledge, ask)
    if isinstance(concerned, Answer):
        return concerned
    tests = answer_spans(chart, rule.satisfied_by, knowledge)
    standing = stand(on, tests)
    high = _newest_high(chart, on, tests, knowledge)
    turn = first_after(on, (concerned.turn, standing.turn, _turn(chart, on, tests, knowledge)))
    if standing.is_good and standing.last is not None and high is None:
        return Answer(look_again_on=turn, satisfied_by=(standing.last.fact.resource_id,))
    silence, turn = find_silence(chart, on, knowledge, ask, turn)
    if silence is not None:
        return silence
    findings = [] if standing.is_good else [_overdue(knowledge, concerned, standing.last)]
    if high is not None:
        findings.append(_too_high(knowledge, concerned, high))
    undated = () if standing.is_good else say_undated(chart, rule.satisfied_by, knowledge)
    return Answer(findings=tuple(findings), look_again_on=turn, not_checked=undated)


def _newest_high(chart: Chart, on: date, tests: Iterable[Span], knowledge: Knowledge) -> Span | None:
    """Return the newest value of the last year if the lowest of its day is above 9 %."""
    if chart.birth_on is None:
        return None
    first, after = days_of_ages(knowledge.rules[OVER_9], chart.birth_on)
    done = [span for span in tests if span.first <= on < add_years(span.first, 1)]
    if not done or not first <= on < after:
        return None
    newest = max(span.first for span in done)
    values = [(span.fact.columns.value, span) for span in done if span.first == newest]
    numbers = [(value, span) for value, span in values if value is not None and span.fact.columns.unit == "%"]
    lowest = min(numbers, key=lambda pair: pair[0], default=None)
    return lowest[1] if lowest is not None and len(numbers) == len(values) and lowest[0] > POOR else None


def _turn(chart: Chart, on: date, tests: Iterable[Span], knowledge: Knowledge) -> date | None:
    """Return the next day on which a high value grows old, or the ages begin or end; None without a high value."""
    numbers = ((span, span.fact.columns.value) for span in tests)
    high = [span for span, value in numbers if value is not None and value > POOR]
    if not high or chart.birth_on is None:
        return None
    years = [Span(span.fact, span.first, add_years(span.first, 1)) for span in high]
    return first_after(on, (next_turn(on, years), *days_of_ages(knowledge.rules[OVER_9], chart.birth_on)))


def _overdue(knowledge: Knowledge, concerned: Concerned, last: Span | None) -> Finding:
    words = Words(Say(f"check.{NAME}.title"), Say(f"check.{NAME}.if_waits"), Say(f"check.{NAME}.next_step"))
    finding = make_finding(knowledge.rules[RULE], concerned, last, words)
    if last is None:
        return finding
    because = Say(
        f"check.{NAME}.because_last_test", result=_amount(last), day=last.first, good_until=last.after - ONE_DAY
    )
    return replace(finding, because=(finding.because[0], because))


def _too_high(knowledge: Knowledge, concerned: Concerned, high: Span) -> Finding:
    rule = knowledge.rules[OVER_9]
    problem = (concerned.problem.resource_id,) if concerned.problem else ()
    return Finding(
        key=OVER_9,
        title=Say(f"check.{NAME}.title_over_9"),
        because=(
            say_why_asked(rule, concerned),
            Say(f"check.{NAME}.because_over_9", result=_amount(high), day=high.first),
        ),
        if_waits=Say(f"check.{NAME}.if_waits_over_9"),
        next_step=Say(f"check.{NAME}.next_step_over_9"),
        severity=Severity.MODERATE,
        source=rule.source,
        since_on=high.first,
        evidence=(*problem, high.fact.resource_id),
    )


def _amount(span: Span) -> str:
    columns = span.fact.columns
    # The text beside a number says "< 5" where the number alone would say 5.
    amount = columns.value_text or (f"{columns.value:f}" if columns.value is not None else "")
    return write_quantity(amount, columns.unit)


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return (knowledge.rules[RULE].source, knowledge.rules[OVER_9].source)


CHECK = Check(
    name=NAME,
    kind=LoopKind.GAP,
    title=Say(f"check.{NAME}.name"),
    version=2,
    from_on=date(2026, 11, 22),
    rule_ids=(RULE, OVER_9),
    confidence=Confidence.SECONDARY,
    needs=Needs(
        coded=needs_of(
            {
                FactKind.PROBLEM: ("diabetes_any",),
                FactKind.RESULT: ("hba1c", "gmi"),
                FactKind.PROCEDURE: ("hba1c", "gmi"),
            },
            CARE_NEEDS,
            FRAILTY_NEEDS,
        ),
        recent={FactKind.VISIT: A_YEAR_BACK},
    ),
    find=find,
    sources=_sources,
    who=Say(f"check.{NAME}.who"),
    when=Say(f"check.{NAME}.when"),
    not_looked_at=Say(f"check.{NAME}.not_looked_at"),
    measure=MEASURE,
)
