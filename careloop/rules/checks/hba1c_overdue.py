"""Overdue HbA1c in diabetes.

Rule dm-hba1c (American Diabetes Association, Standards of Care 2025, section 6): somebody with diabetes
has glycemic status assessed at least every six months. Somebody in hospice care is left in peace. A
test of 21 May answers up to and including 21 November.
"""

from datetime import date, timedelta

from careloop.basics.words import Say
from careloop.facts.chart import Chart, ChartFact, FactColumns, FactKind
from careloop.facts.checks import Check, Knowledge, Needs, RuleValues
from careloop.facts.worklist import Answer, Confidence, Finding, LoopKind, Severity, Source
from careloop.rules.checks.what_counts import (
    NOT_YET_KNOWN,
    Span,
    answer_spans,
    find_coded,
    first_after,
    hospice_spans,
    next_turn,
    problem_spans,
    say_undated,
)

NAME = "hba1c_overdue"
RULE = "dm-hba1c"


def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find out whether a person with diabetes has no HbA1c (or GMI) inside the interval."""
    if chart.died_on is not None:
        return Answer()
    rule = knowledge.rules[RULE]
    problems = find_coded(chart, (FactKind.PROBLEM,), rule.conditions_any, knowledge)
    diabetes = problem_spans(problems)
    holding = tuple(span for span in diabetes if span.covers(on))
    hospice = hospice_spans(chart, knowledge)
    turn = next_turn(on, diabetes + hospice)
    if any(span.covers(on) for span in hospice):
        return Answer(look_again_on=turn)
    if not holding:
        return Answer(look_again_on=_or_start(on, turn, problems), not_checked=_unsure(problems, on))

    tests = answer_spans(chart, rule.satisfied_by, knowledge)
    turn = first_after(on, (turn, next_turn(on, (t for t in tests if t.first > on))))
    last = max((t for t in tests if t.first <= on), key=lambda t: t.after, default=None)
    if last is not None and last.covers(on):
        return Answer(look_again_on=first_after(on, (turn, last.after)), satisfied_by=(last.fact.resource_id,))
    return Answer(
        findings=(_finding(rule, holding[0], last),),
        look_again_on=turn,
        not_checked=say_undated(chart, rule.satisfied_by, knowledge),
    )


def _unsure(problems: tuple[ChartFact, ...], on: date) -> tuple[Say, ...]:
    """Say that diabetes stands in the record but nobody has confirmed it."""
    labels = {fact.columns.label for fact in problems if _may_be_true(fact.columns, on)}
    return tuple(Say(f"check.{NAME}.unconfirmed", problem=label) for label in sorted(labels))


def _may_be_true(columns: FactColumns, on: date) -> bool:
    return columns.verification in NOT_YET_KNOWN and (columns.start_on or date.min) <= on < (columns.end_on or date.max)


def _or_start(on: date, turn: date | None, problems: tuple[ChartFact, ...]) -> date | None:
    unsure = [f.columns for f in problems if f.columns.verification in NOT_YET_KNOWN]
    return first_after(on, (turn, *(c.start_on for c in unsure), *(c.end_on for c in unsure)))


def _finding(rule: RuleValues, diabetes: Span, last: Span | None) -> Finding:
    problem = diabetes.fact
    overdue_on = last.after if last else problem.columns.start_on
    return Finding(
        key=RULE,
        title=Say(f"check.{NAME}.title"),
        because=(_say_problem(problem.columns), _say_test(last)),
        if_waits=Say(f"check.{NAME}.if_waits"),
        next_step=Say(f"check.{NAME}.next_step"),
        severity=Severity.MODERATE,
        source=rule.source,
        since_on=overdue_on,
        due_on=last.after - timedelta(days=1) if last else None,
        evidence=(problem.resource_id, *((last.fact.resource_id,) if last else ())),
    )


def _say_problem(columns: FactColumns) -> Say:
    if columns.start_on is None:
        return Say(f"check.{NAME}.because_diabetes", problem=columns.label)
    return Say(f"check.{NAME}.because_diabetes_since", problem=columns.label, day=columns.start_on)


def _say_test(last: Span | None) -> Say:
    if last is None:
        return Say(f"check.{NAME}.because_no_test")
    columns = last.fact.columns
    # The text beside a number says "< 5" where the number alone would say 5.
    amount = columns.value_text or f"{columns.value:f}"
    return Say(
        f"check.{NAME}.because_last_test",
        result=f"{amount} {columns.unit}".strip(),
        day=last.first,
        good_until=last.after - timedelta(days=1),
    )


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return (knowledge.rules[RULE].source,)


CHECK = Check(
    name=NAME,
    kind=LoopKind.GAP,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 21),
    rule_ids=(RULE,),
    confidence=Confidence.SECONDARY,
    needs=Needs(
        coded={
            FactKind.PROBLEM: ("diabetes_any", "hospice"),
            FactKind.RESULT: ("hba1c", "gmi"),
            FactKind.PROCEDURE: ("hba1c", "gmi", "hospice"),
            FactKind.VISIT: ("hospice",),
        }
    ),
    find=find,
    sources=_sources,
)
