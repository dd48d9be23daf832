"""A statin where the measure expects one.

Rules statin-ascvd, statin-ldl and statin-diabetes (eCQM CMS347, 2025, populations 1 to 3; its published logic was
read, the guideline behind it was not): people with diseased arteries, with an LDL cholesterol of 190 mg/dL or more
at any time at 20 to 75, or with diabetes at 40 to 75. An allergy, harm to the muscles, liver disease, kidney
failure, breastfeeding, pregnancy, hospice and palliative care are reasons not to ask. We compute no risk score.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from careloop.basics.days import add_years
from careloop.basics.units import write_quantity
from careloop.basics.words import Say
from careloop.facts.chart import Chart, ChartFact, FactKind
from careloop.facts.checks import Check, Knowledge, Measure, Needs, RuleValues
from careloop.facts.worklist import Answer, Confidence, Finding, LoopKind, Severity, Source
from careloop.rules.checks.aside import CARE, CARE_NEEDS, is_left_alone, needs_of
from careloop.rules.checks.counted import with_measure
from careloop.rules.checks.due import HISTORY, days_of_ages, stand
from careloop.rules.checks.what_counts import (
    A_YEAR_BACK,
    CONFIRMED,
    FAR,
    HOLDING,
    RESULT_IN,
    Span,
    day_after,
    find_coded,
    first_after,
    history_spans,
    next_turn,
    pregnancy_spans,
    problem_spans,
)

NAME = "statin_where_indicated"
ARTERIES, LDL, DIABETES = "statin-ascvd", "statin-ldl", "statin-diabetes"
RULES = (ARTERIES, LDL, DIABETES)
DISEASED = ("coronary_artery_disease", "stroke_or_tia", "peripheral_artery_disease", "coronary_revascularisation")
AGAINST = ("statin_not_suitable", "esrd_or_dialysis", "chronic_liver_disease", "hepatitis_a_infection", "hepatitis_b")
HIGH_LDL = Decimal(190)
ORDERED = frozenset({"active", "completed"})
MEASURE = Measure(
    "CMS347",
    "Statin Therapy for the Prevention and Treatment of Cardiovascular Disease",
    2025,
    Say(f"check.{NAME}.measure"),
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a statin is expected: the rule, the fact that says so, and on which days."""

    rule: RuleValues
    span: Span


@with_measure(MEASURE)
def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find out whether somebody for whom a statin is expected has none on the list."""
    if chart.died_on is not None:
        return Answer()
    if chart.birth_on is None or chart.birth_on > on:
        return Answer(look_again_on=chart.birth_on, not_checked=(Say("check.no_birth_date"),))
    reasons = list(_reasons(chart, knowledge, chart.birth_on))
    turn = next_turn(on, (reason.span for reason in reasons))
    holding = [reason for reason in reasons if reason.span.covers(on)]
    if not holding:
        return Answer(look_again_on=turn)
    standing = stand(on, _statins(chart, knowledge))
    turn = first_after(on, (turn, standing.turn))
    if standing.is_good and standing.last is not None:
        return Answer(look_again_on=turn, satisfied_by=(standing.last.fact.resource_id,))
    against = _against(chart, knowledge)
    alone, alone_turn = is_left_alone(chart, on, knowledge, CARE)
    turn = first_after(on, (turn, next_turn(on, against), alone_turn))
    if alone or any(span.covers(on) for span in against):
        return Answer(look_again_on=turn)
    return Answer(findings=(_finding(holding[0]),), look_again_on=turn)


def _reasons(chart: Chart, knowledge: Knowledge, born: date) -> Iterator[Reason]:
    """Go through the reasons, the weightiest first."""
    arteries, ldl, diabetes = (knowledge.rules[name] for name in RULES)
    for span in history_spans(find_coded(chart, HISTORY, DISEASED, knowledge)):
        yield from _at_age(arteries, span, born)
    family = find_coded(chart, (FactKind.PROBLEM,), ("familial_hypercholesterolemia",), knowledge)
    for span in (*_high_ldl(chart, knowledge), *history_spans(family)):
        yield from _at_age(ldl, span, born)
    for span in problem_spans(find_coded(chart, (FactKind.PROBLEM,), ("diabetes_any",), knowledge)):
        yield from _at_age(diabetes, span, born)


def _at_age(rule: RuleValues, span: Span, born: date) -> Iterator[Reason]:
    first, after = days_of_ages(rule, born)
    within = replace(span, first=max(span.first, first), after=min(span.after, after))
    if within.first < within.after:
        yield Reason(rule, within)


def _high_ldl(chart: Chart, knowledge: Knowledge) -> Iterator[Span]:
    for fact in find_coded(chart, (FactKind.RESULT,), ("ldl",), knowledge):
        columns = fact.columns
        if (
            columns.status in RESULT_IN
            and columns.unit == "mg/dL"
            and columns.value is not None
            and columns.value >= HIGH_LDL
            and columns.start_on is not None
        ):
            yield Span(fact, columns.start_on, date.max)


def _statins(chart: Chart, knowledge: Knowledge) -> Iterator[Span]:
    """Go through the days on which a statin is taken, or was ordered within the last year."""
    for fact in find_coded(chart, (FactKind.MEDICINE,), ("statin_medicines",), knowledge):
        columns = fact.columns
        if columns.status == "active":
            yield Span(fact, columns.start_on or date.min, day_after(columns.end_on or date.max))
        if columns.status in ORDERED and columns.start_on is not None and columns.start_on < FAR:
            yield Span(fact, columns.start_on, add_years(columns.start_on, 1))


def _against(chart: Chart, knowledge: Knowledge) -> tuple[Span, ...]:
    """Return the days on which something on record speaks against a statin."""
    problems = problem_spans(find_coded(chart, (FactKind.PROBLEM,), AGAINST, knowledge))
    allergies = find_coded(chart, (FactKind.ALLERGY,), ("statin_allergy",), knowledge)
    allergic = tuple(_since(fact) for fact in allergies if _stands(fact))
    return (*problems, *allergic, *pregnancy_spans(chart, knowledge))


def _since(fact: ChartFact) -> Span:
    return Span(fact, fact.columns.start_on or date.min, date.max)


def _stands(allergy: ChartFact) -> bool:
    return allergy.columns.status in HOLDING and allergy.columns.verification in CONFIRMED


def _finding(reason: Reason) -> Finding:
    fact = reason.span.fact
    return Finding(
        key="statin",
        title=Say(f"check.{NAME}.title"),
        because=(_say_reason(fact), Say(f"check.{NAME}.because_no_statin")),
        if_waits=Say(f"check.{NAME}.if_waits"),
        next_step=Say(f"check.{NAME}.next_step"),
        severity=Severity.MODERATE,
        source=reason.rule.source,
        since_on=reason.span.first if reason.span.first > date.min else None,
        evidence=(fact.resource_id,),
    )


def _say_reason(fact: ChartFact) -> Say:
    columns = fact.columns
    if columns.kind is FactKind.RESULT and columns.value is not None and columns.start_on is not None:
        return Say(
            f"check.{NAME}.because_ldl", result=write_quantity(f"{columns.value:f}", columns.unit), day=columns.start_on
        )
    if columns.start_on is None:
        return Say("check.because_problem", problem=columns.label)
    return Say("check.because_problem_since", problem=columns.label, day=columns.start_on)


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return (knowledge.rules[ARTERIES].source,)


CHECK = Check(
    name=NAME,
    kind=LoopKind.GAP,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 22),
    rule_ids=RULES,
    confidence=Confidence.PRIMARY,
    needs=Needs(
        coded=needs_of(
            {
                FactKind.PROBLEM: (*DISEASED, *AGAINST, "familial_hypercholesterolemia", "diabetes_any", "pregnancy"),
                FactKind.PROCEDURE: DISEASED,
                FactKind.RESULT: ("ldl",),
                FactKind.MEDICINE: ("statin_medicines",),
                FactKind.ALLERGY: ("statin_allergy",),
            },
            CARE_NEEDS,
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
