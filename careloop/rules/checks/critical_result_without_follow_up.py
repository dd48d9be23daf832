"""Critical results: a clinician is told now.

The rows of results.toml with urgency "critical" (critical values lists of several laboratories, each row with its
source). Laboratories differ, and the local list always wins.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Bound, Check, Knowledge, Needs, ResultRule
from careloop.facts.worklist import Answer, Confidence, LoopKind, Severity, Source
from careloop.rules.checks.aside import CARE_NEEDS, needs_of
from careloop.rules.checks.results import find_open, sources_of
from careloop.rules.checks.what_counts import A_YEAR_BACK

NAME = "critical_result_without_follow_up"
RESULTS = (
    "potassium",
    "sodium",
    "glucose",
    "calcium",
    "hemoglobin",
    "platelets",
    "wbc",
    "neutrophils",
    "inr",
    "digoxin_level",
    "lithium_level",
)

# Where laboratories differ a clinic may move the limit between theirs: by row and side.
BOUNDS = {
    ("res-potassium-low", "below"): Bound(
        name=f"{NAME}.potassium_low",
        default=Decimal("3.0"),
        least=Decimal("2.8"),
        most=Decimal("3.0"),
        unit="mmol/L",
        says=Say("check.results.bound.potassium_low"),
    ),
    ("res-potassium-high", "above"): Bound(
        name=f"{NAME}.potassium_high",
        default=Decimal("6.0"),
        least=Decimal("6.0"),
        most=Decimal("6.2"),
        unit="mmol/L",
        says=Say("check.results.bound.potassium_high"),
    ),
    ("res-sodium", "below"): Bound(
        name=f"{NAME}.sodium_low",
        default=Decimal("125"),
        least=Decimal("120"),
        most=Decimal("125"),
        unit="mmol/L",
        says=Say("check.results.bound.sodium_low"),
    ),
    ("res-sodium", "above"): Bound(
        name=f"{NAME}.sodium_high",
        default=Decimal("155"),
        least=Decimal("155"),
        most=Decimal("160"),
        unit="mmol/L",
        says=Say("check.results.bound.sodium_high"),
    ),
    ("res-glucose", "below"): Bound(
        name=f"{NAME}.glucose_low",
        default=Decimal("55"),
        least=Decimal("40"),
        most=Decimal("55"),
        unit="mg/dL",
        says=Say("check.results.bound.glucose_low"),
    ),
    ("res-glucose", "above"): Bound(
        name=f"{NAME}.glucose_high",
        default=Decimal("400"),
        least=Decimal("400"),
        most=Decimal("450"),
        unit="mg/dL",
        says=Say("check.results.bound.glucose_high"),
    ),
    ("res-wbc", "below"): Bound(
        name=f"{NAME}.wbc_low",
        default=Decimal("2.0"),
        least=Decimal("1.0"),
        most=Decimal("2.0"),
        unit="10*3/uL",
        says=Say("check.results.bound.wbc_low"),
    ),
    ("res-wbc", "above"): Bound(
        name=f"{NAME}.wbc_high",
        default=Decimal("40"),
        least=Decimal("40"),
        most=Decimal("50"),
        unit="10*3/uL",
        says=Say("check.results.bound.wbc_high"),
    ),
}


def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find critical results that nobody has followed up on record."""
    return find_open(chart, on, knowledge, NAME, _rows(knowledge))


def _rows(knowledge: Knowledge) -> tuple[ResultRule, ...]:
    rows = tuple(rule for rule in knowledge.results if rule.severity is Severity.CRITICAL)
    # Most clinics move nothing: then the rows stand as they are in the table.
    return tuple(_with_limits(rule, knowledge) for rule in rows) if knowledge.thresholds else rows


def _with_limits(rule: ResultRule, knowledge: Knowledge) -> ResultRule:
    """Return the row with the limits that the clinic chose."""
    below, above = BOUNDS.get((rule.id, "below")), BOUNDS.get((rule.id, "above"))
    limits = rule.threshold
    if below is not None:
        limits = replace(limits, below=below.value(knowledge))
    if above is not None:
        limits = replace(limits, above=above.value(knowledge))
    return rule if limits is rule.threshold else replace(rule, threshold=limits)


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return sources_of(_rows(knowledge))


CHECK = Check(
    name=NAME,
    kind=LoopKind.SAFETY,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 22),
    rule_ids=(),
    confidence=Confidence.PRIMARY,
    needs=Needs(
        coded=needs_of({FactKind.RESULT: RESULTS}, CARE_NEEDS),
        lately=dict.fromkeys(RESULTS, A_YEAR_BACK),
    ),
    find=find,
    sources=_sources,
    bounds=tuple(BOUNDS.values()),
    who=Say(f"check.{NAME}.who"),
    when=Say(f"check.{NAME}.when"),
    not_looked_at=Say(f"check.{NAME}.not_looked_at"),
)
