"""A foot exam in diabetes.

Rule dm-foot (American Diabetes Association, Standards of Care 2025, section 12, secondary): somebody with diabetes
has a comprehensive foot exam at least once a year. Many records hold no code for it: nobody should read a finding
as proof that the exam was left out.
"""

from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Check, Knowledge, Needs
from careloop.facts.worklist import Answer, Confidence, LoopKind, Severity, Source
from careloop.rules.checks.aside import CARE_AND_FRAILTY, CARE_NEEDS, FRAILTY_NEEDS, needs_of
from careloop.rules.checks.due import Ask, Words, ask_interval

NAME = "diabetic_foot"
RULE = "dm-foot"


def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find out whether a person with diabetes had no foot exam inside a year."""
    words = Words(
        Say(f"check.{NAME}.title"), Say(f"check.{NAME}.if_waits"), Say(f"check.{NAME}.next_step"), Severity.LOW
    )
    return ask_interval(chart, on, knowledge, Ask(knowledge.rules[RULE], CARE_AND_FRAILTY), words)


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return (knowledge.rules[RULE].source,)


CHECK = Check(
    name=NAME,
    kind=LoopKind.GAP,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 22),
    rule_ids=(RULE,),
    confidence=Confidence.SECONDARY,
    needs=Needs(
        coded=needs_of(
            {
                FactKind.PROBLEM: ("diabetes_any",),
                FactKind.RESULT: ("foot_exam_procedure",),
                FactKind.PROCEDURE: ("foot_exam_procedure",),
            },
            CARE_NEEDS,
            FRAILTY_NEEDS,
        )
    ),
    find=find,
    sources=_sources,
    who=Say(f"check.{NAME}.who"),
    when=Say(f"check.{NAME}.when"),
    not_looked_at=Say(f"check.{NAME}.not_looked_at"),
)
