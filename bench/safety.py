"""The review of one medicine list: how long the slowest of many takes, as a ratio to its limit."""

import random
import statistics
import time
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from bench.common import Figures, read_machine
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import Chart, ChartFact, FactColumns, FactKind, Sex
from careloop.facts.checks import Knowledge
from careloop.rules.checks import find_checks
from careloop.rules.checks.safety.review import review

AT_MOST_MS = 5.0
MEDICINES = 12
ON = date(2026, 11, 21)
LISTS = {"full": 20_000, "small": 1_000}
PROBLEMS = ("I50.9", "N18.30", "I25.10", "F03.90", "I10", "G40.909", "J45.909", "K74.60", "M10.9", "E87.5")
ALLERGIES = ("Penicillin", "Sulfa", "Ibuprofen", "Codeine", "Grass pollen")


def main(*, scale: str, keep: Path | None) -> int:
    """Measure many lists, each with twelve medicines, ten problems, five allergies and results."""
    figures = Figures("safety")
    figures.tell("machine", **read_machine())
    knowledge = replace(load_knowledge(), signed_on=frozenset(find_checks()))
    dice = random.Random(7)  # noqa: S311 - test data, no secret
    charts = [_make_chart(dice, knowledge) for _ in range(LISTS[scale])]
    took, found = [], 0
    for chart in charts:
        # Processor time: a neighbour on the machine is not what is measured.
        began = time.process_time_ns()
        found += len(review(chart, ON, knowledge).found)
        took.append((time.process_time_ns() - began) / 1e6)
    centiles = statistics.quantiles(took, n=100)
    figures.judge(
        "p99 of a review, ms", centiles[98], at_most=AT_MOST_MS, median=round(centiles[49], 3),
        longest=round(max(took), 3), lists=len(took), medicines=MEDICINES, findings_each=round(found / len(took), 1),
    )  # fmt: skip
    return figures.exit_code()


def _make_chart(dice: random.Random, knowledge: Knowledge) -> Chart:
    """Return a list as heavy as they come: every medicine is one that some row is about."""
    selected = {name for row in knowledge.safety.rows for name in row.medicines}
    codes = sorted(code for code, names in knowledge.products.items() if not selected.isdisjoint(names))
    columns = [
        FactColumns(FactKind.MEDICINE, (code,), code, "active", start_on=ON - timedelta(days=dice.randrange(900)))
        for code in dice.sample(codes, MEDICINES)
    ]
    columns += [FactColumns(FactKind.PROBLEM, (f"icd10cm|{p}",), p, "active", start_on=ON) for p in PROBLEMS]
    columns += [FactColumns(FactKind.ALLERGY, (), a, "active", start_on=ON) for a in ALLERGIES]
    columns += [
        FactColumns(FactKind.RESULT, (code,), code, "final", ON - timedelta(days=n * 30), value=Decimal(n), unit=unit)
        for n in range(1, 25)
        for code, unit in (("loinc|33914-3", "mL/min"), ("loinc|29463-7", "kg"))
    ]
    facts = [ChartFact(UUID(int=n), one) for n, one in enumerate(columns)]
    dice.shuffle(facts)
    return Chart(UUID(int=0), date(1944, 6, 6), Sex.FEMALE, None, tuple(facts))
