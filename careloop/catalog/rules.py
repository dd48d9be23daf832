"""The rows of rules.toml and results.toml: published rules with their values, and results that need a next step."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from careloop.catalog.tables import Entry, KnowledgeError, SourceEntry, build_source, by_id, must_know
from careloop.facts.chart import Sex
from careloop.facts.checks import ResultRule, RuleValues, Test, Threshold
from careloop.facts.worklist import Confidence, Severity


class TestEntry(Entry, frozen=True):
    """An accepted answer of a rule: an interval, or ``once`` for good, or until a month comes round again.

    ``without_value`` is for exams and studies, which count without a value. ``doses`` is how many it takes.
    """

    codeset: str
    within_days: int = 0
    within_months: int = 0
    within_years: int = 0
    until_month: int = 0
    once: bool = False
    doses: int = 1
    without_value: bool = False


class RuleEntry(Entry, frozen=True):
    """A row of rules.toml. ``needs`` says in words what the table cannot judge."""

    id: str
    says: str
    question: str
    satisfied_by: tuple[TestEntry, ...]
    source: SourceEntry
    licence: str
    confidence: Confidence
    effective: date
    checked_on: date
    age_min: int | None = None
    age_max: int | None = None
    sex: Literal["female", "male"] | None = None
    conditions_any: tuple[str, ...] = ()
    exclude_codesets: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    status_note: str = ""


class ThresholdEntry(Entry, frozen=True):
    """What makes a result abnormal: a number beyond a limit, a word in its text, or a coded answer."""

    units: tuple[str, ...] = ()
    below: str | None = None
    above: str | None = None
    at_least: str | None = None
    at_most: str | None = None
    words: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


class ResultEntry(Entry, frozen=True):
    """A row of results.toml. ``look_for`` are the code sets that answer it, ``within_days`` the goal."""

    id: str
    says: str
    question: str
    codesets: tuple[str, ...]
    threshold: ThresholdEntry
    urgency: Literal["critical", "urgent", "soon", "routine"]
    within_days: int
    source: SourceEntry
    licence: str
    confidence: Confidence
    effective: date
    checked_on: date
    look_for: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    status_note: str = ""


SEVERITIES = {
    "critical": Severity.CRITICAL,
    "urgent": Severity.HIGH,
    "soon": Severity.MODERATE,
    "routine": Severity.LOW,
}


def build_rules(entries: tuple[RuleEntry, ...], codesets: Mapping[str, object]) -> dict[str, RuleValues]:
    """Return the rules by their id; raise KnowledgeError naming entry and field."""
    for entry in entries:
        must_know("rules", entry.id, "conditions_any", entry.conditions_any, known=codesets)
        must_know("rules", entry.id, "exclude_codesets", entry.exclude_codesets, known=codesets)
        must_know("rules", entry.id, "satisfied_by", (t.codeset for t in entry.satisfied_by), known=codesets)
    return {name: _build_rule(entry) for name, entry in by_id("rules", entries).items()}


def _build_rule(entry: RuleEntry) -> RuleValues:
    return RuleValues(
        id=entry.id,
        says=entry.says,
        question=entry.question,
        age_min=entry.age_min,
        age_max=entry.age_max,
        sex=Sex(entry.sex) if entry.sex else None,
        conditions_any=entry.conditions_any,
        exclude_codesets=entry.exclude_codesets,
        satisfied_by=tuple(_build_test(entry.id, test) for test in entry.satisfied_by),
        source=build_source(entry.source, entry.confidence, entry.checked_on, entry.effective),
        status_note=entry.status_note,
    )


def _build_test(rule_id: str, test: TestEntry) -> Test:
    where = f"rules.toml, {rule_id}, satisfied_by, {test.codeset}"
    intervals = (test.within_days, test.within_months, test.within_years, test.until_month, int(test.once))
    if min(intervals) < 0 or sum(map(bool, intervals)) != 1:
        message = f"{where}: give one positive interval."
        raise KnowledgeError(message)
    if test.until_month > 12 or test.doses < 1:
        message = f"{where}: a month is 1 to 12, and it takes at least one dose."
        raise KnowledgeError(message)
    return Test(
        codeset=test.codeset,
        within_days=test.within_days,
        within_months=test.within_months,
        within_years=test.within_years,
        until_month=test.until_month,
        once=test.once,
        doses=test.doses,
        without_value=test.without_value,
    )


def build_results(entries: tuple[ResultEntry, ...], codesets: Mapping[str, object]) -> tuple[ResultRule, ...]:
    """Return the results that need a next step; raise KnowledgeError naming entry and field."""
    for entry in entries:
        must_know("results", entry.id, "codesets", entry.codesets, known=codesets)
        must_know("results", entry.id, "look_for", entry.look_for, known=codesets)
        must_know("results", entry.id, "unless", entry.unless, known=codesets)
    return tuple(_build_result(entry) for entry in by_id("results", entries).values())


def _build_result(entry: ResultEntry) -> ResultRule:
    given = entry.threshold
    numbers = {
        name: _number(entry.id, name, getattr(given, name)) for name in ("below", "above", "at_least", "at_most")
    }
    has_number = any(number is not None for number in numbers.values())
    if not has_number and not given.words and not given.codes:
        message = f"results.toml, {entry.id}, threshold: says of no result that it is abnormal."
        raise KnowledgeError(message)
    if has_number and not given.units:
        message = f"results.toml, {entry.id}, threshold: a number needs its units."
        raise KnowledgeError(message)
    return ResultRule(
        id=entry.id,
        says=entry.says,
        question=entry.question,
        codesets=entry.codesets,
        threshold=Threshold(units=given.units, words=given.words, codes=frozenset(given.codes), **numbers),
        severity=SEVERITIES[entry.urgency],
        look_for=entry.look_for,
        unless=entry.unless,
        within_days=entry.within_days,
        source=build_source(entry.source, entry.confidence, entry.checked_on, entry.effective),
    )


def _number(entry: str, field: str, text: str | None) -> Decimal | None:
    """Read a limit, which is written as text so that it keeps all its digits."""
    try:
        return None if text is None else Decimal(text)
    except ArithmeticError as error:
        message = f"results.toml, {entry}, threshold, {field}: {text!r} is no number."
        raise KnowledgeError(message) from error
