"""The three lists of a person, made from what every source says."""

from collections.abc import Iterable
from datetime import date

from careloop.facts.chart import FactKind
from careloop.facts.chart_lists import ChartLists, Match, SourcedFact
from careloop.facts.checks import Knowledge
from careloop.rules.chart_lists.allergies import list_allergies
from careloop.rules.chart_lists.medicines import list_medicines
from careloop.rules.chart_lists.problems import list_problems

KINDS = (FactKind.PROBLEM, FactKind.MEDICINE, FactKind.ALLERGY)


def make_lists(sources: Iterable[SourcedFact], on: date, knowledge: Knowledge) -> ChartLists:
    """Return the lists as they stand on a day, from the facts of one or several records of one person.

    Facts of other kinds are passed over; each of the rest is behind exactly one line. The answer does not
    depend on the order of the facts.
    """
    by_kind: dict[FactKind, list[SourcedFact]] = {kind: [] for kind in KINDS}
    for source in sources:
        if source.fact.columns.kind in by_kind:
            by_kind[source.fact.columns.kind].append(source)
    medicines = list_medicines(by_kind[FactKind.MEDICINE], on, knowledge)
    return ChartLists(
        medicines=medicines,
        problems=list_problems(by_kind[FactKind.PROBLEM], on),
        allergies=list_allergies(by_kind[FactKind.ALLERGY], on, knowledge),
        not_matched=tuple(line.label for line in medicines.now if line.match is not Match.INGREDIENT),
    )
