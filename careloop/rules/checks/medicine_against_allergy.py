"""A medicine on the list of somebody whose allergy list names it, or one that may cause the same reaction.

That the record holds both is a fact of the record (FHIR R4, AllergyIntolerance); which medicines cross-react
stands in the catalog, unverified, and waits for the clinic's clinician. An allergy that was refuted or is over
asks nothing. An allergy without a code of a medicine is read by its words, and the finding says so; one that
names no medicine is said and left out.
"""

from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Check, Knowledge, Needs
from careloop.facts.safety import Concern
from careloop.facts.worklist import Answer, Confidence, LoopKind, Source
from careloop.rules.checks.safety.say import answer, list_sources

NAME = "medicine_against_allergy"


def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find medicines that are taken now against an allergy that holds."""
    return answer(chart, on, knowledge, (Concern.ALLERGY,))


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return list_sources(knowledge, NAME)


CHECK = Check(
    name=NAME,
    kind=LoopKind.SAFETY,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 22),
    rule_ids=(),
    confidence=Confidence.PRIMARY,
    needs=Needs(coded={}, whole=frozenset({FactKind.MEDICINE, FactKind.ALLERGY})),
    find=find,
    sources=_sources,
)
