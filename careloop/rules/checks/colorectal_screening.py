"""Colorectal cancer screening.

Rule scr-crc (US Preventive Services Task Force, 2021): adults of average risk from 45 to 75 years are
due when no accepted test is inside its interval. From the 76th birthday on it is a choice made case by
case and never shown as overdue. Bowel cancer now or past, polyps, inflammatory bowel disease and a
removed colon take somebody out of the average: that is said, and the finding is left to a clinician.
"""

from datetime import date, timedelta

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Check, Knowledge, Needs, RuleValues
from careloop.facts.worklist import Answer, Confidence, Finding, LoopKind, Severity, Source
from careloop.rules.checks.what_counts import (
    Span,
    answer_spans,
    find_coded,
    first_after,
    first_day_of_age,
    history_spans,
    hospice_spans,
    next_turn,
    say_undated,
)

NAME = "colorectal_screening"
RULE = "scr-crc"

TESTS = (
    "colonoscopy",
    "fit_fobt",
    "fobt_procedure",
    "stool_dna_fit",
    "stool_dna_procedure",
    "ct_colonography",
    "flexible_sigmoidoscopy",
)
NOT_AVERAGE = ("total_colectomy", "colorectal_cancer", "inflammatory_bowel_disease", "colon_polyps")


def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find out whether an adult of average risk has no accepted screening test inside its interval."""
    if chart.died_on is not None:
        return Answer()
    if chart.birth_on is None or chart.birth_on > on:
        return Answer(look_again_on=chart.birth_on, not_checked=(Say(f"check.{NAME}.no_birth_date"),))
    rule = knowledge.rules[RULE]
    ages = _ages(rule, chart.birth_on)
    if on < ages[0]:
        return Answer(look_again_on=ages[0])
    return _judge(chart, on, knowledge, ages) if on < ages[1] else Answer()


def _judge(chart: Chart, on: date, knowledge: Knowledge, ages: tuple[date, date]) -> Answer:
    """Judge somebody on a day between the first day of the rule's ages and the first day after them."""
    rule = knowledge.rules[RULE]
    first, after = ages
    hospice = hospice_spans(chart, knowledge)
    risks = history_spans(
        find_coded(
            chart,
            (FactKind.PROBLEM, FactKind.PROCEDURE),
            (name for name in rule.exclude_codesets if name != "hospice"),
            knowledge,
        )
    )
    turn = first_after(on, (after, next_turn(on, hospice + risks)))
    if any(span.covers(on) for span in hospice):
        return Answer(look_again_on=turn)
    if risk := next((span for span in risks if span.covers(on)), None):
        said = Say(f"check.{NAME}.not_average_risk", problem=risk.fact.columns.label)
        return Answer(look_again_on=turn, not_checked=(said,))

    tests = answer_spans(chart, rule.satisfied_by, knowledge)
    turn = first_after(on, (turn, next_turn(on, (t for t in tests if t.first > on))))
    last = max((t for t in tests if t.first <= on), key=lambda t: t.after, default=None)
    if last is not None and last.covers(on):
        return Answer(look_again_on=first_after(on, (turn, last.after)), satisfied_by=(last.fact.resource_id,))
    return Answer(
        findings=(_finding(rule, first, last),),
        look_again_on=turn,
        not_checked=say_undated(chart, rule.satisfied_by, knowledge),
    )


def _ages(rule: RuleValues, born: date) -> tuple[date, date]:
    """Return the first day of the rule's ages and the first day after them."""
    first = born if rule.age_min is None else first_day_of_age(born, rule.age_min)
    return first, date.max if rule.age_max is None else first_day_of_age(born, rule.age_max + 1)


def _finding(rule: RuleValues, first: date, last: Span | None) -> Finding:
    # A test that ran out before the rule began to apply sets no deadline of its own.
    ran_out = last.after if last and last.after > first else None
    return Finding(
        key=RULE,
        title=Say(f"check.{NAME}.title"),
        because=(Say(f"check.{NAME}.because_age", age=rule.age_min or 0, day=first), _say_test(last)),
        if_waits=Say(f"check.{NAME}.if_waits"),
        next_step=Say(f"check.{NAME}.next_step"),
        severity=Severity.MODERATE,
        source=rule.source,
        since_on=ran_out or first,
        due_on=ran_out - timedelta(days=1) if ran_out else None,
        evidence=(last.fact.resource_id,) if last else (),
    )


def _say_test(last: Span | None) -> Say:
    if last is None:
        return Say(f"check.{NAME}.because_no_test")
    return Say(
        f"check.{NAME}.because_last_test",
        test=last.fact.columns.label,
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
    confidence=Confidence.PRIMARY,
    needs=Needs(
        coded={
            FactKind.PROBLEM: (*NOT_AVERAGE, "hospice"),
            FactKind.PROCEDURE: (*TESTS, *NOT_AVERAGE, "hospice"),
            FactKind.RESULT: TESTS,
            FactKind.VISIT: ("hospice",),
        }
    ),
    find=find,
    sources=_sources,
)
