"""Knowledge as in a clinic whose clinician signed every check on, and a way to ask one check."""

from dataclasses import replace
from datetime import date

from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact, Sex
from careloop.facts.checks import Check, Knowledge
from careloop.facts.worklist import Answer
from careloop.rules.checks import find_checks
from tests.rules.checks.charts import chart_of

ON = date(2026, 11, 21)
SIGNED: Knowledge = replace(load_knowledge(), signed_on=frozenset(find_checks()))


def ask(
    check: Check,
    *facts: ChartFact,
    on: date = ON,
    born: date | None = date(1950, 5, 1),
    sex: Sex = Sex.FEMALE,
    knowledge: Knowledge = SIGNED,
) -> Answer:
    return check.find(chart_of(*facts, born=born, sex=sex), on, knowledge)


def keys(answer: Answer) -> list[str]:
    return [finding.key for finding in answer.findings]


def said(answer: Answer) -> list[str]:
    return [say.key.removeprefix("medicines.not_checked.") for say in answer.not_checked]
