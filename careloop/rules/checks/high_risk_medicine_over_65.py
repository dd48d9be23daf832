"""A medicine that sources advise against, or to use with care, from an age on (65, for some 75).

The rows rest on the sources they cite and are facts in our own words; rows whose source was not read wait for
the clinic's clinician. Nothing is asked in hospice care, or where a problem on record is the reason that the
source accepts (a seizure disorder for a benzodiazepine). Near misses: the day before the birthday, an
extended-release form where only the other one is meant.
"""

from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Check, Knowledge, Needs
from careloop.facts.safety import Concern
from careloop.facts.worklist import Answer, Confidence, LoopKind, Source
from careloop.rules.checks.aside import HOSPICE_NEEDS, needs_of
from careloop.rules.checks.safety.say import answer, list_sources

NAME = "high_risk_medicine_over_65"
# Every code set that a row of the table names: a test compares.
CODESETS = (
    "atrial_fibrillation",
    "bipolar_disorder",
    "bph_or_urinary_retention",
    "coronary_artery_disease",
    "heart_failure",
    "peripheral_artery_disease",
    "seizure_disorder",
    "stroke_or_tia",
)


def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find medicines that are taken now and that the person's age makes a question."""
    return answer(chart, on, knowledge, (Concern.OVER_AGE,))


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return list_sources(knowledge, NAME)


CHECK = Check(
    name=NAME,
    kind=LoopKind.SAFETY,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 22),
    rule_ids=(),
    confidence=Confidence.SECONDARY,
    needs=Needs(
        coded=needs_of({FactKind.PROBLEM: CODESETS}, HOSPICE_NEEDS),
        whole=frozenset({FactKind.MEDICINE}),
    ),
    find=find,
    sources=_sources,
)
