"""Results that need a next step: what is abnormal, and what answers it.

The rows of results.toml say from which limit on. The newest day of a kind of result decides. A row with something
to look for (a colonoscopy after a positive stool test) is open until that was done or ordered; any other until
a newer result is back in range, or a year has passed. Rows that rest on general knowledge are on only where the
clinic's clinician signed the check on. The local laboratory's own list always wins.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from careloop.basics.days import add_years
from careloop.basics.units import write_quantity
from careloop.basics.words import Say
from careloop.facts.chart import Chart, ChartFact, FactColumns, FactKind
from careloop.facts.checks import Knowledge, ResultRule
from careloop.facts.worklist import Answer, Confidence, Finding, Source
from careloop.rules.checks.aside import Aside, is_left_alone
from careloop.rules.checks.what_counts import (
    RESULT_IN,
    day_of,
    find_any_order,
    find_coded,
    first_after,
    first_day_of_age,
    has_value,
    in_order,
    problem_spans,
)

ADULT = 18
ORDERED = frozenset({"active", "completed"})


@dataclass(frozen=True, slots=True)
class Standing:
    """What one row says of one chart: abnormal results of the newest day, the next change, what was not judged."""

    abnormal: tuple[ChartFact, ...]
    turn: date | None
    not_judged: tuple[ChartFact, ...] = ()


NOTHING = Standing((), None)


def find_open(chart: Chart, on: date, knowledge: Knowledge, name: str, rules: Sequence[ResultRule]) -> Answer:
    """Find the results of adults that ask for a next step which is not on record."""
    if chart.died_on is not None:
        return Answer()
    if chart.birth_on is None or chart.birth_on > on:
        return Answer(look_again_on=chart.birth_on, not_checked=(Say("check.no_birth_date"),))
    adult_on = first_day_of_age(chart.birth_on, ADULT)
    if on < adult_on:
        return Answer(look_again_on=adult_on)
    findings: list[Finding] = []
    turns: list[date | None] = []
    not_judged: list[ChartFact] = []
    for rule in rules:
        if rule.source.confidence is Confidence.GENERAL and name not in knowledge.signed_on:
            continue
        standing = _stand(chart, on, knowledge, rule)
        turns.append(standing.turn)
        not_judged += standing.not_judged
        if standing.abnormal:
            findings.append(_finding(rule, standing.abnormal))
    said = tuple(dict.fromkeys(_say_not_judged(fact.columns) for fact in not_judged))
    if not findings and not said:
        return Answer(look_again_on=first_after(on, turns))
    alone, turn = is_left_alone(chart, on, knowledge, frozenset({Aside.HOSPICE}))
    turn = first_after(on, (*turns, turn))
    return Answer(look_again_on=turn) if alone else Answer(tuple(findings), turn, said)


def _stand(chart: Chart, on: date, knowledge: Knowledge, rule: ResultRule) -> Standing:
    by_day = _results_by_day(chart, knowledge, rule)
    if not by_day:
        return NOTHING
    coming = first_after(on, by_day)
    newest = max((day for day in by_day if day <= on), default=None)
    if newest is None:
        return Standing((), coming)
    told = [(fact, _is_abnormal(fact.columns, rule)) for fact in in_order(by_day[newest].values())]
    abnormal = tuple(fact for fact, is_so in told if is_so)
    unknown = tuple(fact for fact, is_so in told if is_so is None)
    until = None if rule.look_for else add_years(newest, 1)
    turn = first_after(on, (coming, until))
    if (until is not None and on >= until) or not (abnormal or unknown):
        return Standing((), turn)
    return _unless_known(chart, on, knowledge, rule, Standing(abnormal, turn, unknown), newest)


def _results_by_day(chart: Chart, knowledge: Knowledge, rule: ResultRule) -> dict[date, dict[int, ChartFact]]:
    """Return the results that count by day, each once: it may carry codes of several sets."""
    by_day: dict[date, dict[int, ChartFact]] = {}
    for name in rule.codesets:
        for fact in find_any_order(chart, FactKind.RESULT, name, knowledge):
            columns = fact.columns
            if columns.status in RESULT_IN and has_value(columns) and (day := day_of(fact)):
                by_day.setdefault(day, {})[id(fact)] = fact
    return by_day


def _unless_known(
    chart: Chart, on: date, knowledge: Knowledge, rule: ResultRule, standing: Standing, newest: date
) -> Standing:
    """Return the standing, without what is known as a problem or was answered by what was looked for."""
    known = problem_spans(find_coded(chart, (FactKind.PROBLEM,), rule.unless, knowledge)) if rule.unless else ()
    answers = list(_answers(chart, knowledge, rule, newest)) if rule.look_for else []
    days = (day for span in known for day in (span.first, span.after))
    turn = first_after(on, (standing.turn, *days, *answers))
    is_settled = any(span.covers(on) for span in known) or any(day <= on for day in answers)
    return Standing((), turn) if is_settled else Standing(standing.abnormal, turn, standing.not_judged)


def _answers(chart: Chart, knowledge: Knowledge, rule: ResultRule, newest: date) -> Iterator[date]:
    """Go through the days on which the next step was done or ordered; the same test again must be later."""
    again = set(rule.codesets) & set(rule.look_for)
    kinds = (FactKind.RESULT, FactKind.PROCEDURE, FactKind.ORDER)
    for fact in find_coded(chart, kinds, rule.look_for, knowledge):
        day = day_of(fact)
        if day is not None and day >= newest and _is_answer(fact) and (day > newest or not again):
            yield day


def _is_answer(fact: ChartFact) -> bool:
    if fact.columns.kind is FactKind.RESULT:
        return fact.columns.status in RESULT_IN
    return fact.columns.status in (ORDERED if fact.columns.kind is FactKind.ORDER else {"completed"})


def _is_abnormal(columns: FactColumns, rule: ResultRule) -> bool | None:
    """Tell whether a result is abnormal; None when its unit is not one that the row knows."""
    limit = rule.threshold
    if limit.codes and any(code in limit.codes for code in columns.disposition):
        return True
    if limit.words and _has_word(columns.value_text, limit.words):
        return True
    if columns.value is None or not limit.units:
        return False
    if columns.unit not in limit.units:
        return None
    return limit.is_beyond(columns.value)


def _has_word(text: str, words: Iterable[str]) -> bool:
    """Tell whether a text begins with one of the words: "Positive (finding)" does, "not detected" does not."""
    lowered = text.strip().lower()
    return any(lowered == word or lowered.startswith((f"{word} ", f"{word}(", f"{word},")) for word in words)


def _finding(rule: ResultRule, facts: tuple[ChartFact, ...]) -> Finding:
    first = facts[0].columns
    on = first.start_on or first.end_on or date.max
    because = [
        Say("check.because_result", test=first.label, result=_amount(first), day=on),
        Say(f"check.results.about.{rule.id}"),
    ]
    if rule.source.confidence is Confidence.GENERAL:
        because.append(Say("check.not_verified"))
    return Finding(
        key=rule.id,
        title=Say("check.results.title", test=first.label),
        because=tuple(because),
        if_waits=Say("check.results.if_waits"),
        next_step=Say(f"check.results.ask.{rule.id}"),
        severity=rule.severity,
        source=rule.source,
        since_on=on,
        due_on=on + timedelta(days=rule.within_days),
        evidence=tuple(sorted({fact.resource_id for fact in facts})),
    )


def _amount(columns: FactColumns) -> str:
    amount = columns.value_text or (f"{columns.value:f}" if columns.value is not None else "")
    return write_quantity(amount, columns.unit)


def _say_not_judged(columns: FactColumns) -> Say:
    on = columns.start_on or columns.end_on or date.max
    return Say("check.unit_not_known", test=columns.label, result=_amount(columns), day=on)


def sources_of(rules: Iterable[ResultRule]) -> tuple[Source, ...]:
    """Return the sources of the rows."""
    return tuple(dict.fromkeys(rule.source for rule in rules))
