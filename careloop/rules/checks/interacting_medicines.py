"""Two medicines on one list that the literature says to look at together.

The pairs come from the catalog (high-priority pairs of the ONC project, FDA labels and safety
communications, HL7's guide on potential interactions). The finding is a question for a clinician, never
advice, and no medicine is matched against itself: neither two entries of one medicine nor the partners
inside one combination product. What could not be read as an ingredient is said. Pairs whose source was not
read wait for the clinic's clinician, and say so.
"""

from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Check, Knowledge, Needs
from careloop.facts.safety import Concern
from careloop.facts.worklist import Answer, Confidence, LoopKind, Source
from careloop.rules.checks.safety.say import answer, list_sources

NAME = "interacting_medicines"


def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find pairs of medicines that are both taken now and raise a question."""
    return answer(chart, on, knowledge, (Concern.INTERACTION,))


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return list_sources(knowledge, NAME)


CHECK = Check(
    name=NAME,
    kind=LoopKind.SAFETY,
    title=Say(f"check.{NAME}.name"),
    version=2,
    from_on=date(2026, 11, 22),
    rule_ids=(),
    confidence=Confidence.SECONDARY,
    needs=Needs(coded={}, whole=frozenset({FactKind.MEDICINE})),
    find=find,
    sources=_sources,
)
