"""The person whose medicines they are: age, problems, allergies, results and pregnancy on one day.

Every look notes the days on which its answer could change: ``turns`` collects them for ``look_again_on``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from careloop.basics.days import add_months
from careloop.basics.words import Say
from careloop.facts.chart import Chart, ChartFact, FactKind, Sex
from careloop.facts.checks import Knowledge
from careloop.facts.safety import Limit, Measure
from careloop.rules.checks.aside import hospice_spans
from careloop.rules.checks.safety.listed import find_ingredients
from careloop.rules.checks.what_counts import (
    CONFIRMED,
    FAR,
    HOLDING,
    NOT_YET_KNOWN,
    ONE_DAY,
    RESULT_IN,
    Span,
    day_of,
    find_coded,
    first_after,
    first_day_of_age,
    in_order,
    next_turn,
    problem_spans,
)

# Which results speak of a measure, and in which units (lower case; "ml/min" begins those of kidney function).
CODES = {
    Measure.EGFR: "egfr",
    Measure.CRCL: "egfr",
    Measure.POTASSIUM: "potassium",
    Measure.CREATININE: "creatinine_blood",
    Measure.WEIGHT: "body_weight",
}
UNITS: Mapping[Measure, tuple[str, ...]] = {
    Measure.EGFR: ("ml/min",),
    Measure.CRCL: ("ml/min",),
    Measure.POTASSIUM: ("mmol/l", "meq/l"),
    Measure.CREATININE: ("mg/dl",),
    Measure.WEIGHT: ("kg",),
}
NEVER_HELD = frozenset({"refuted", "entered-in-error"})
# The longest name of an ingredient or group has so many words.
LONGEST = 4
LABELS_KEPT = 1024


class Measured(NamedTuple):
    """The newest result that can be read, with its number; ``sign`` is "<" or ">" when it is only a bound."""

    fact: ChartFact
    day: date
    value: Decimal
    sign: str


class Allergy(NamedTuple):
    """An allergy that holds: to which ingredients, or, by its words, to what."""

    fact: ChartFact
    ingredients: frozenset[str]
    words: frozenset[str]
    is_coded: bool


@dataclass(slots=True)
class Person:
    """One chart on one day. ``spans`` and ``days`` are where answers turn; ``not_checked`` what was left out."""

    chart: Chart
    on: date
    knowledge: Knowledge
    spans: list[Span] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    not_checked: list[Say] = field(default_factory=list)
    _allergies: tuple[Allergy, ...] | None = None
    _held: dict[str, tuple[ChartFact, ...]] = field(default_factory=dict)
    _measured: dict[Measure, Measured | None] = field(default_factory=dict)

    def next_turn(self) -> date | None:
        """Return the first day after today on which an answer could change."""
        return first_after(self.on, (next_turn(self.on, self.spans), *self.days))

    def birthday(self, age: int) -> date | None:
        """Return the day on which this age was reached, None before it and when the birth date is missing."""
        if self.chart.birth_on is None:
            return None
        day = first_day_of_age(self.chart.birth_on, age)
        self.days.append(day)
        return day if day <= self.on else None

    def find_problems(self, codesets: tuple[str, ...]) -> tuple[ChartFact, ...]:
        """Return the problems of these code sets that hold today; those not confirmed are said, not counted."""
        found = [fact for name in codesets for fact in self._find_of_set(name)]
        return tuple(found) if len(found) < 2 else in_order({id(fact): fact for fact in found}.values())

    def _find_of_set(self, name: str) -> tuple[ChartFact, ...]:
        if name not in self._held:
            facts = find_coded(self.chart, (FactKind.PROBLEM,), (name,), self.knowledge)
            spans = problem_spans(facts)
            self.spans += spans
            self._held[name] = tuple(span.fact for span in spans if span.covers(self.on))
            self._note_unconfirmed(facts)
        return self._held[name]

    def is_in_hospice(self) -> bool:
        """Tell whether this person is taken to be in hospice care."""
        spans = hospice_spans(self.chart, self.knowledge)
        self.spans += spans
        return any(span.covers(self.on) for span in spans)

    def find_pregnancy(self) -> ChartFact | None:
        """Return the pregnancy that holds today; one without a day or an end is said when it is not counted."""
        if self.chart.sex is Sex.MALE:
            return None
        problems = find_coded(self.chart, (FactKind.PROBLEM,), ("pregnancy",), self.knowledge)
        ends = find_coded(self.chart, (FactKind.PROBLEM,), ("pregnancy_loss_or_ended",), self.knowledge)
        ended = [day for fact in ends if fact.columns.verification in CONFIRMED and (day := day_of(fact))]
        found: ChartFact | None = None
        for span in problem_spans(problems):
            if span.fact.columns.start_on is None:
                self.not_checked.append(Say("medicines.not_checked.pregnancy_undated"))
                continue
            over = date.max
            if span.first < FAR:
                over = span.first + timedelta(days=self.knowledge.safety.pregnancy_days)
            until = min(span.after, over, *(day for day in ended if day > span.first), date.max)
            self.days += [span.first, until]
            if span.first <= self.on < until:
                found = span.fact
            elif until == over <= self.on and until < span.after:
                self.not_checked.append(Say("medicines.not_checked.pregnancy_without_end", day=span.first))
        return found

    def find_allergies(self) -> tuple[Allergy, ...]:
        """Return the allergies that hold today, with what they are to; one that cannot be read is said."""
        if self._allergies is None:
            found = [
                self._read_allergy(fact) for fact in in_order(self.chart.of(FactKind.ALLERGY)) if self._holds(fact)
            ]
            self._allergies = tuple(one for one in found if one is not None)
        return self._allergies

    def _holds(self, allergy: ChartFact) -> bool:
        columns = allergy.columns
        if columns.verification in NEVER_HELD or columns.status not in HOLDING:
            return False
        span = Span(allergy, columns.start_on or date.min, columns.end_on or date.max)
        self.spans.append(span)
        return span.covers(self.on)

    def find_measured(self, measure: Measure) -> Measured | None:
        """Return the newest result of the last months that can be read, None if there is none."""
        if measure not in self._measured:
            self._measured[measure] = self._find_newest(measure)
        return self._measured[measure]

    def _find_newest(self, measure: Measure) -> Measured | None:
        newest: Measured | None = None
        for fact in find_coded(self.chart, (FactKind.RESULT,), (CODES[measure],), self.knowledge):
            columns, day = fact.columns, day_of(fact)
            if day is None or columns.value is None or columns.status not in RESULT_IN:
                continue
            if not columns.unit.casefold().startswith(UNITS[measure]):
                continue
            if day > self.on:
                self.days.append(day)
            elif newest is None or day >= newest.day:
                sign = columns.value_text.strip()[:1]
                newest = Measured(fact, day, columns.value, sign if sign in {"<", ">"} else "")
        if newest is None:
            return None
        after = add_months(newest.day, self.knowledge.safety.result_months) + ONE_DAY
        self.days.append(after)
        return newest if self.on < after else None

    def _read_allergy(self, fact: ChartFact) -> Allergy | None:
        coded = find_ingredients(fact.columns, self.knowledge)
        if coded:
            return Allergy(fact, coded, frozenset(), is_coded=True)
        words = _phrases(fact.columns.label)
        names = words & self.knowledge.safety.names
        if names or not words.isdisjoint(self.knowledge.once("allergy terms", self._list_terms)):
            return Allergy(fact, names, words, is_coded=False)
        self.not_checked.append(Say("medicines.not_checked.unknown_allergy", allergy=fact.columns.label))
        return None

    def _list_terms(self) -> frozenset[str]:
        return frozenset(term for row in self.knowledge.safety.of_allergies for term in row.terms)

    def _note_unconfirmed(self, facts: Iterable[ChartFact]) -> None:
        for fact in facts:
            columns = fact.columns
            first, after = columns.start_on or date.min, columns.end_on or date.max
            if columns.verification in NOT_YET_KNOWN and columns.status in HOLDING:
                self.spans.append(Span(fact, first, after))
                if first <= self.on < after:
                    self.not_checked.append(Say("medicines.not_checked.unconfirmed", problem=columns.label))


@lru_cache(maxsize=LABELS_KEPT)
def _phrases(label: str) -> frozenset[str]:
    """Return the words of a label, alone and up to four in a row, also without the s of a plural."""
    words = re.findall(r"[a-z0-9.'()-]+", label.casefold())
    rows = {" ".join(words[i : i + n]) for n in range(1, LONGEST + 1) for i in range(len(words))}
    return frozenset(rows | {row.removesuffix("s") for row in rows})


def is_inside(limit: Limit, measured: Measured) -> bool | None:
    """Tell whether a result lies in a range; None when it is only a bound ("> 60") and that does not tell."""
    value, low, high = measured.value, limit.low, limit.high
    if measured.sign == ">":
        return _is_above(value, low, high)
    if measured.sign == "<":
        return _is_below(value, low, high)
    is_high_enough = low is None or value > low or (limit.has_low and value == low)
    return is_high_enough and (high is None or value < high or (limit.has_high and value == high))


def _is_above(value: Decimal, low: Decimal | None, high: Decimal | None) -> bool | None:
    if high is not None:
        return False if high <= value else None
    return True if low is not None and low <= value else None


def _is_below(value: Decimal, low: Decimal | None, high: Decimal | None) -> bool | None:
    if low is not None:
        return False if low >= value else None
    return True if high is not None and high >= value else None
