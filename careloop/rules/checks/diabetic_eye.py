"""An eye exam in diabetes.

Rules dm-eye and dm-eye-yearly (American Diabetes Association, Standards of Care 2025, section 12, secondary):
somebody with diabetes has a dilated or retinal eye exam within two years, and within one where the eyes are ill.
The ages, 18 to 75, are those of the eCQM CMS131 (2025), which takes an exam of its year, or of the year before
when there is no retinopathy.
"""

from dataclasses import replace
from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Check, Knowledge, Measure, Needs
from careloop.facts.worklist import Answer, Confidence, LoopKind, Source
from careloop.rules.checks.aside import CARE_AND_FRAILTY, CARE_NEEDS, FRAILTY_NEEDS, needs_of
from careloop.rules.checks.counted import with_measure
from careloop.rules.checks.due import Ask, Concerned, Words, find_concerned, judge_interval
from careloop.rules.checks.what_counts import A_YEAR_BACK, find_coded, first_after, next_turn, problem_spans

NAME = "diabetic_eye"
RULE, YEARLY = "dm-eye", "dm-eye-yearly"
EXAMS = ("eye_exam_procedure", "eye_exam_report")
MEASURE = Measure("CMS131", "Diabetes: Eye Exam", 2025, Say(f"check.{NAME}.measure"))


@with_measure(MEASURE)
def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find out whether a person with diabetes had no eye exam inside two years, or one with retinopathy."""
    concerned = find_concerned(chart, on, knowledge, Ask(knowledge.rules[RULE], CARE_AND_FRAILTY))
    if isinstance(concerned, Answer):
        return concerned
    ill = problem_spans(find_coded(chart, (FactKind.PROBLEM,), ("diabetic_retinopathy",), knowledge))
    retinopathy = next((span.fact for span in ill if span.covers(on)), None)
    turn = first_after(on, (concerned.turn, next_turn(on, ill)))
    # One question, whichever interval holds: the loop stays the same when the eyes fall ill.
    rule = replace(knowledge.rules[YEARLY if retinopathy else RULE], id=RULE)
    asked = Concerned(concerned.since, retinopathy or concerned.problem, turn)
    words = Words(Say(f"check.{NAME}.title"), Say(f"check.{NAME}.if_waits"), Say(f"check.{NAME}.next_step"))
    return judge_interval(chart, on, knowledge, Ask(rule, CARE_AND_FRAILTY), asked, words)


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return (knowledge.rules[RULE].source,)


CHECK = Check(
    name=NAME,
    kind=LoopKind.GAP,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 22),
    rule_ids=(RULE, YEARLY),
    confidence=Confidence.SECONDARY,
    needs=Needs(
        coded=needs_of(
            {
                FactKind.PROBLEM: ("diabetes_any", "diabetic_retinopathy"),
                FactKind.RESULT: EXAMS,
                FactKind.PROCEDURE: EXAMS,
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
