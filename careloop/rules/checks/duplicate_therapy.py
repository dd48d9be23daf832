"""Two different medicines of one kind on one list.

Own rules of this product, not from a guideline: none of their rows was checked, so the check runs only where
the clinic's clinician signed it on. One medicine that several sources list is one medicine, and the partners
inside one product are no pair. Near misses: the same ingredient twice, a gel beside a tablet.
"""

from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Check, Knowledge, Needs
from careloop.facts.safety import Concern
from careloop.facts.worklist import Answer, Confidence, LoopKind, Source
from careloop.rules.checks.safety.say import answer, list_sources

NAME = "duplicate_therapy"


def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find kinds of medicines of which two different ones are taken now."""
    return answer(chart, on, knowledge, (Concern.DUPLICATE,))


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return list_sources(knowledge, NAME)


CHECK = Check(
    name=NAME,
    kind=LoopKind.SAFETY,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 22),
    rule_ids=(),
    confidence=Confidence.GENERAL,
    needs=Needs(coded={}, whole=frozenset({FactKind.MEDICINE})),
    find=find,
    sources=_sources,
)
