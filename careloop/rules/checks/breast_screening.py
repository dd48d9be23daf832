"""Breast cancer screening.

Rule scr-breast (US Preventive Services Task Force, 2024): women and others recorded as female from 40 to 74 have
a mammogram every two years. The eCQM CMS125 (2025) counts 52 to 74 and looks back to October two years before its
year. Both breasts removed end the question; one side alone does not. Breast cancer now or past takes somebody out
of the usual schedule: that is said and left to a clinician.
"""

from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Check, Knowledge, Measure, Needs
from careloop.facts.worklist import Answer, Confidence, LoopKind, Source
from careloop.rules.checks.aside import CARE_AND_FRAILTY, CARE_NEEDS, FRAILTY_NEEDS, needs_of
from careloop.rules.checks.counted import with_measure
from careloop.rules.checks.due import HISTORY, Ask, Words, find_concerned, judge_interval
from careloop.rules.checks.what_counts import A_YEAR_BACK, Span, find_coded, history_spans

NAME = "breast_screening"
RULE = "scr-breast"
TESTS = ("mammography", "mammography_procedure")
BOTH = ("bilateral_mastectomy", "bilateral_mastectomy_procedure")
SIDES = (("unilateral_mastectomy_left", "left_side"), ("unilateral_mastectomy_right", "right_side"))
MEASURE = Measure("CMS125", "Breast Cancer Screening", 2025, Say(f"check.{NAME}.measure"), age_min=52)


@with_measure(MEASURE)
def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find out whether a woman of average risk had no mammogram inside two years."""
    ask = Ask(knowledge.rules[RULE], CARE_AND_FRAILTY, settled=BOTH, unusual=("breast_cancer",))
    concerned = find_concerned(chart, on, knowledge, ask)
    if isinstance(concerned, Answer):
        return concerned
    words = Words(Say(f"check.{NAME}.title"), Say(f"check.{NAME}.if_waits"), Say(f"check.{NAME}.next_step"))
    return judge_interval(chart, on, knowledge, ask, concerned, words, gone=_both_sides(chart, knowledge))


def _both_sides(chart: Chart, knowledge: Knowledge) -> tuple[Span, ...]:
    """Return the days since which the left and the right breast are gone, told one by one."""
    sides = [_one_side(chart, codeset, side, knowledge) for codeset, side in SIDES]
    if not all(sides):
        return ()
    later = max((min(spans, key=lambda span: span.first) for spans in sides), key=lambda span: span.first)
    return (later,)


def _one_side(chart: Chart, codeset: str, side: str, knowledge: Knowledge) -> tuple[Span, ...]:
    here = knowledge.codesets[side]
    told = find_coded(chart, HISTORY, ("breast_absence_with_side",), knowledge)
    sided = (fact for fact in told if any(code in here for code in fact.columns.disposition))
    return history_spans((*find_coded(chart, HISTORY, (codeset,), knowledge), *sided))


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
        coded=needs_of(
            {
                FactKind.RESULT: TESTS,
                FactKind.PROCEDURE: (*TESTS, *BOTH, "breast_cancer", "breast_absence_with_side"),
                FactKind.PROBLEM: (*BOTH, "breast_cancer", "breast_absence_with_side"),
            },
            {kind: tuple(codeset for codeset, _side in SIDES) for kind in HISTORY},
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
