"""Colorectal cancer screening.

Rule scr-crc (US Preventive Services Task Force, 2021): adults of average risk from 45 to 75 years are
due when no accepted test is inside its interval. From the 76th birthday on it is a choice made case by
case and never shown as overdue. A removed colon, bowel cancer now or past, polyps and
inflammatory bowel disease take somebody out of the average: that is said, and the finding is left to a clinician.
"""

from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Check, Knowledge, Measure, Needs
from careloop.facts.worklist import Answer, Confidence, LoopKind, Source
from careloop.rules.checks.aside import CARE_AND_FRAILTY, CARE_NEEDS, FRAILTY_NEEDS, needs_of
from careloop.rules.checks.counted import with_measure
from careloop.rules.checks.due import Ask, Words, ask_interval
from careloop.rules.checks.what_counts import A_YEAR_BACK

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
MEASURE = Measure("CMS130", "Colorectal Cancer Screening", 2025, Say(f"check.{NAME}.measure"), age_min=46)


@with_measure(MEASURE)
def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find out whether an adult of average risk has no accepted screening test inside its interval."""
    words = Words(Say(f"check.{NAME}.title"), Say(f"check.{NAME}.if_waits"), Say(f"check.{NAME}.next_step"))
    return ask_interval(chart, on, knowledge, Ask(knowledge.rules[RULE], CARE_AND_FRAILTY, unusual=NOT_AVERAGE), words)


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return (knowledge.rules[RULE].source,)


CHECK = Check(
    name=NAME,
    kind=LoopKind.GAP,
    title=Say(f"check.{NAME}.name"),
    version=2,
    from_on=date(2026, 11, 22),
    rule_ids=(RULE,),
    confidence=Confidence.PRIMARY,
    needs=Needs(
        coded=needs_of(
            {
                FactKind.PROBLEM: NOT_AVERAGE,
                FactKind.PROCEDURE: (*TESTS, *NOT_AVERAGE),
                FactKind.RESULT: TESTS,
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
