"""Nobody saw this person for a year, though they live with a chronic illness.

Rule visit-yearly is our own: no source was read, so the check runs only where the clinic's clinician signed it on.
A visit in the office, at home or by video counts; a call, emergency care and a hospital stay do not.
"""

from datetime import date

from careloop.basics.days import add_years
from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Check, Knowledge, Needs
from careloop.facts.worklist import Answer, Confidence, Finding, LoopKind, Severity, Source
from careloop.rules.checks.aside import CARE, CARE_NEEDS, needs_of
from careloop.rules.checks.due import Ask, find_concerned, find_silence, say_why_asked, stand
from careloop.rules.checks.what_counts import A_YEAR_BACK, FAR, Span, first_after, in_order, is_visit

NAME = "no_visit_in_12_months"
RULE = "visit-yearly"
CHRONIC = (
    "diabetes_any",
    "hypertension",
    "heart_failure",
    "coronary_artery_disease",
    "copd",
    "asthma",
    "ckd_any",
    "atrial_fibrillation",
    "depression",
    "bipolar_disorder",
    "dementia",
    "stroke_or_tia",
)


def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find out whether somebody with a chronic illness had no visit within a year."""
    rule = knowledge.rules[RULE]
    ask = Ask(rule, CARE)
    concerned = find_concerned(chart, on, knowledge, ask)
    if isinstance(concerned, Answer):
        return concerned
    standing = stand(on, _visits(chart, knowledge))
    turn = first_after(on, (concerned.turn, standing.turn))
    if standing.is_good and standing.last is not None:
        return Answer(look_again_on=turn, satisfied_by=(standing.last.fact.resource_id,))
    silence, turn = find_silence(chart, on, knowledge, ask, turn)
    if silence is not None:
        return silence
    finding = Finding(
        key=RULE,
        title=Say(f"check.{NAME}.title"),
        because=(say_why_asked(rule, concerned), Say(f"check.{NAME}.because_no_visit"), Say("check.not_verified")),
        if_waits=Say(f"check.{NAME}.if_waits"),
        next_step=Say(f"check.{NAME}.next_step"),
        severity=Severity.LOW,
        source=rule.source,
        since_on=concerned.since,
        evidence=(concerned.problem.resource_id,) if concerned.problem else (),
    )
    return Answer(findings=(finding,), look_again_on=turn)


def _visits(chart: Chart, knowledge: Knowledge) -> tuple[Span, ...]:
    """Return the year after each visit that took place."""
    return tuple(
        Span(fact, day, add_years(day, 1))
        for fact in in_order(fact for fact in chart.of(FactKind.VISIT) if is_visit(fact.columns, knowledge))
        if (day := fact.columns.start_on) and day < FAR
    )


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return (knowledge.rules[RULE].source,)


CHECK = Check(
    name=NAME,
    kind=LoopKind.GAP,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 22),
    rule_ids=(RULE,),
    confidence=Confidence.GENERAL,
    needs=Needs(
        coded=needs_of({FactKind.PROBLEM: CHRONIC}, CARE_NEEDS),
        recent={FactKind.VISIT: A_YEAR_BACK},
    ),
    find=find,
    sources=_sources,
    who=Say(f"check.{NAME}.who"),
    when=Say(f"check.{NAME}.when"),
    not_looked_at=Say(f"check.{NAME}.not_looked_at"),
)
