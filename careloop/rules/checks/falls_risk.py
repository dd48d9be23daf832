"""Falls: somebody of 65 or more is asked about falls once a year.

Rule falls-screen (CMS139 Falls: Screening for Future Fall Risk, eCQM 2025). Somebody in hospice care is left in
peace, as in the measure; frailty is no reason not to ask.
"""

from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Check, Knowledge, Measure, Needs
from careloop.facts.worklist import Answer, Confidence, LoopKind, Severity, Source
from careloop.rules.checks.aside import CARE_NEEDS, Aside, needs_of
from careloop.rules.checks.counted import with_measure
from careloop.rules.checks.due import Ask, Words, ask_interval
from careloop.rules.checks.what_counts import A_YEAR_BACK

NAME = "falls_risk"
RULE = "falls-screen"
MEASURE = Measure(
    "CMS139",
    "Falls: Screening for Future Fall Risk",
    2025,
    Say(f"check.{NAME}.measure"),
    age_min=65,
    counts_age_on_first_day=True,
)


@with_measure(MEASURE)
def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find out whether somebody of 65 or more was not asked about falls inside a year."""
    words = Words(
        Say(f"check.{NAME}.title"), Say(f"check.{NAME}.if_waits"), Say(f"check.{NAME}.next_step"), Severity.LOW
    )
    return ask_interval(chart, on, knowledge, Ask(knowledge.rules[RULE], frozenset({Aside.HOSPICE})), words)


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return (knowledge.rules[RULE].source,)


CHECK = Check(
    name=NAME,
    kind=LoopKind.GAP,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 22),
    rule_ids=(RULE,),
    confidence=Confidence.PRIMARY,
    needs=Needs(
        coded=needs_of({FactKind.RESULT: ("falls_screening",), FactKind.PROCEDURE: ("falls_screening",)}, CARE_NEEDS),
        recent={FactKind.VISIT: A_YEAR_BACK},
    ),
    find=find,
    sources=_sources,
    who=Say(f"check.{NAME}.who"),
    when=Say(f"check.{NAME}.when"),
    not_looked_at=Say(f"check.{NAME}.not_looked_at"),
    measure=MEASURE,
)
