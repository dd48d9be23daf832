"""What is due: the way that most checks go, from who is asked over what answers to who is left in peace.

A check says whom it asks (``Ask``) and puts its own words around what comes back (``Due``). The order is chosen
so that the cheap questions come first: most people are not of the age, or have no such illness, or had the test.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import Chart, ChartFact, FactColumns, FactKind, Sex
from careloop.facts.checks import Knowledge, RuleValues
from careloop.facts.worklist import Answer, Finding, Severity
from careloop.rules.checks.aside import Aside, is_left_alone
from careloop.rules.checks.what_counts import (
    NOT_YET_KNOWN,
    ONE_DAY,
    Span,
    answer_spans,
    find_coded,
    first_after,
    first_day_of_age,
    history_spans,
    next_turn,
    problem_spans,
    say_undated,
)

HISTORY = (FactKind.PROBLEM, FactKind.PROCEDURE)


@dataclass(frozen=True, slots=True)
class Ask:
    """Whom a check asks: the rule's ages, sex and problems, without those who are left in peace.

    ``settled`` names code sets of problems and procedures after which the question is settled for good,
    ``unusual`` those after which the usual schedule does not fit: that is said and left to a clinician.
    """

    rule: RuleValues
    aside: frozenset[Aside]
    settled: tuple[str, ...] = ()
    unusual: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """What a check says around a finding, and how much harm there is in missing it."""

    title: Say
    if_waits: Say
    next_step: Say
    severity: Severity = Severity.MODERATE


@dataclass(frozen=True, slots=True)
class Concerned:
    """Somebody whom the check asks, since when, because of which problem, and when that could change."""

    since: date | None
    problem: ChartFact | None
    turn: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands with accepted tests: the newest one, whether it still counts, the next change."""

    last: Span | None
    is_good: bool
    turn: date | None


def find_concerned(chart: Chart, on: date, knowledge: Knowledge, ask: Ask) -> Concerned | Answer:
    """Return the person whom the check asks, or the answer if it does not ask them today."""
    if chart.died_on is not None:
        return Answer()
    first, after = date.min, date.max
    if ask.rule.age_min is not None or ask.rule.age_max is not None:
        if chart.birth_on is None or chart.birth_on > on:
            return Answer(look_again_on=chart.birth_on, not_checked=(Say("check.no_birth_date"),))
        first, after = days_of_ages(ask.rule, chart.birth_on)
        if on >= after:
            return Answer()
    if ask.rule.sex is not None and chart.sex is not ask.rule.sex:
        return _other_sex(chart, on, first, after)
    if on < first:
        return Answer(look_again_on=first)
    if not ask.rule.conditions_any:
        return Concerned(first if first > date.min else None, None, first_after(on, (after,)))
    return _with_problem(chart, on, knowledge, ask, after)


def days_of_ages(rule: RuleValues, born: date) -> tuple[date, date]:
    """Return the first day of the rule's ages and the first day after them."""
    first = born if rule.age_min is None else first_day_of_age(born, rule.age_min)
    return first, date.max if rule.age_max is None else first_day_of_age(born, rule.age_max + 1)


def _other_sex(chart: Chart, on: date, first: date, after: date) -> Answer:
    """Say that the sex is not known; from the record alone nobody can tell whether the question fits."""
    if chart.sex in {Sex.FEMALE, Sex.MALE}:
        return Answer()
    if on < first:
        return Answer(look_again_on=first)
    return Answer(look_again_on=first_after(on, (after,)), not_checked=(Say("check.sex_not_known"),))


def _with_problem(chart: Chart, on: date, knowledge: Knowledge, ask: Ask, after: date) -> Concerned | Answer:
    codesets = ask.rule.conditions_any
    problems = find_coded(chart, (FactKind.PROBLEM,), codesets, knowledge)
    spans = problem_spans(problems)
    turn = first_after(on, (after, next_turn(on, spans)))
    if holding := next((span.fact for span in spans if span.covers(on)), None):
        return Concerned(holding.columns.start_on, holding, turn)
    unsure = [fact.columns for fact in problems if fact.columns.verification in NOT_YET_KNOWN]
    turn = first_after(on, (turn, *(c.start_on for c in unsure), *(c.end_on for c in unsure)))
    return Answer(look_again_on=turn, not_checked=_say_unsure(unsure, on))


def _say_unsure(unsure: Iterable[FactColumns], on: date) -> tuple[Say, ...]:
    """Say that a problem stands in the record but nobody has confirmed it."""
    labels = {c.label for c in unsure if (c.start_on or date.min) <= on < (c.end_on or date.max)}
    return tuple(Say("check.unconfirmed", problem=label) for label in sorted(labels))


def stand(on: date, spans: Iterable[Span]) -> Standing:
    """Return the span that reaches furthest, whether it covers the day, and when that changes next."""
    given = tuple(spans)
    last = max((span for span in given if span.first <= on), key=lambda span: span.after, default=None)
    coming = next_turn(on, (span for span in given if span.first > on))
    if last is not None and last.covers(on):
        return Standing(last, True, first_after(on, (last.after,)))
    return Standing(last, False, coming)


def find_silence(
    chart: Chart, on: date, knowledge: Knowledge, ask: Ask, turn: date | None
) -> tuple[Answer | None, date | None]:
    """Return the silent answer for somebody who is left in peace, else None; and the next day of a change."""
    settled = find_coded(chart, HISTORY, ask.settled, knowledge) if ask.settled else ()
    spans = history_spans(settled)
    turn = first_after(on, (turn, next_turn(on, spans)))
    if any(span.covers(on) for span in spans):
        return Answer(), turn
    alone, alone_turn = is_left_alone(chart, on, knowledge, ask.aside)
    turn = first_after(on, (turn, alone_turn))
    return (Answer(look_again_on=turn), turn) if alone else (None, turn)


def ask_interval(chart: Chart, on: date, knowledge: Knowledge, ask: Ask, words: Words) -> Answer:
    """Find out whether somebody whom the rule asks has no accepted test inside its interval."""
    concerned = find_concerned(chart, on, knowledge, ask)
    if isinstance(concerned, Answer):
        return concerned
    return judge_interval(chart, on, knowledge, ask, concerned, words)


def judge_interval(
    chart: Chart,
    on: date,
    knowledge: Knowledge,
    ask: Ask,
    concerned: Concerned,
    words: Words,
    *,
    gone: Sequence[Span] = (),
    tests: Sequence[Span] | None = None,
) -> Answer:
    """Judge somebody whom the rule asks.

    ``gone`` are days on which there is nothing left to ask about; ``tests`` are the days on which accepted
    tests hold, if the check has chosen among them itself.
    """
    turn = first_after(on, (concerned.turn, next_turn(on, gone)))
    unusual = history_spans(find_coded(chart, HISTORY, ask.unusual, knowledge)) if ask.unusual else ()
    turn = first_after(on, (turn, next_turn(on, unusual)))
    problem = next((span.fact for span in unusual if span.covers(on)), None)
    standing = stand(on, answer_spans(chart, ask.rule.satisfied_by, knowledge) if tests is None else tests)
    if standing.last is not None and standing.is_good and problem is None:
        ids = (standing.last.fact.resource_id,)
        return Answer(look_again_on=first_after(on, (turn, standing.turn)), satisfied_by=ids)
    silence, turn = find_silence(chart, on, knowledge, ask, turn)
    if silence is not None:
        return silence
    if any(span.covers(on) for span in gone):
        return Answer(look_again_on=turn)
    if problem is not None:
        said = Say("check.not_average_risk", problem=problem.columns.label)
        return Answer(look_again_on=turn, not_checked=(said,))
    return Answer(
        findings=(make_finding(ask.rule, concerned, standing.last, words),),
        look_again_on=first_after(on, (turn, standing.turn)),
        not_checked=say_undated(chart, ask.rule.satisfied_by, knowledge),
    )


def make_finding(rule: RuleValues, concerned: Concerned, last: Span | None, words: Words) -> Finding:
    """Return the finding that a test is due: since it ran out, else since the rule began to apply."""
    # A test that ran out before the rule began to apply sets no deadline of its own.
    ran_out = last.after if last and (concerned.since is None or last.after > concerned.since) else None
    evidence = [fact.resource_id for fact in (concerned.problem, last.fact if last else None) if fact is not None]
    return Finding(
        key=rule.id,
        title=words.title,
        because=(say_why_asked(rule, concerned), say_last(last)),
        if_waits=words.if_waits,
        next_step=words.next_step,
        severity=words.severity,
        source=rule.source,
        since_on=ran_out or concerned.since,
        due_on=ran_out - ONE_DAY if ran_out else None,
        evidence=tuple(evidence),
    )


def say_why_asked(rule: RuleValues, concerned: Concerned) -> Say:
    """Say for which problem or age somebody is asked."""
    if concerned.problem is None:
        return Say("check.because_age", age=rule.age_min or 0, day=concerned.since or date.min)
    columns = concerned.problem.columns
    if columns.start_on is None:
        return Say("check.because_problem", problem=columns.label)
    return Say("check.because_problem_since", problem=columns.label, day=columns.start_on)


def say_last(last: Span | None) -> Say:
    """Say which test was the last and until when it counted."""
    if last is None:
        return Say("check.because_no_test")
    return Say("check.because_last_test", test=last.fact.columns.label, day=last.first, good_until=last.after - ONE_DAY)
