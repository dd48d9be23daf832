"""Vaccines of adults.

Rules imm-influenza, imm-pneumococcal and imm-rsv (CDC, 2025, secondary), imm-tdap-td (MMWR 2020), imm-zoster (CDC) and
imm-hepb (MMWR 2022) are asked of everybody of the age. A rule that nobody checked would wait for the clinic's
clinician and say so. COVID-19 is left out: in the United States it is decided case by case since October 2025, and
disputed. Every vaccine is a finding of its own.
"""

from collections.abc import Iterator
from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import Chart, ChartFact, FactKind
from careloop.facts.checks import Check, Knowledge, Needs, RuleValues, Test
from careloop.facts.worklist import Answer, Confidence, Finding, LoopKind, Severity, Source
from careloop.rules.checks.aside import CARE_NEEDS, Aside, is_left_alone, needs_of
from careloop.rules.checks.due import days_of_ages
from careloop.rules.checks.what_counts import ONE_DAY, Span, day_of, due_again, find_coded, first_after, next_turn

NAME = "immunizations_due"
RULES = ("imm-influenza", "imm-pneumococcal", "imm-rsv", "imm-tdap-td", "imm-zoster", "imm-hepb")
PNEUMOCOCCAL = "imm-pneumococcal"
# The older polysaccharide vaccine completes only what this one began.
COMPLETES, BEGINS = "pneumococcal_polysaccharide_23", "pneumococcal_conjugate_15"
SEVERITIES = {"imm-influenza": Severity.MODERATE, PNEUMOCOCCAL: Severity.MODERATE}


def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find out which vaccines of the age are not on record."""
    if chart.died_on is not None:
        return Answer()
    if chart.birth_on is None or chart.birth_on > on:
        return Answer(look_again_on=chart.birth_on, not_checked=(Say("check.no_birth_date"),))
    findings: list[Finding] = []
    turns: list[date | None] = []
    given: list[ChartFact] = []
    for rule in _rules(knowledge):
        first, after = days_of_ages(rule, chart.birth_on)
        turns += [first, after]
        if not first <= on < after:
            continue
        spans = _doses(chart, rule, knowledge)
        turns.append(next_turn(on, spans))
        held = next((span for span in spans if span.covers(on)), None)
        if held is None:
            findings.append(_finding(rule, first, max((s for s in spans if s.first <= on), key=_end, default=None)))
        else:
            given.append(held.fact)
    alone, turn = is_left_alone(chart, on, knowledge, frozenset({Aside.HOSPICE})) if findings else (False, None)
    return Answer(
        findings=() if alone else tuple(findings),
        look_again_on=first_after(on, (*turns, turn)),
        satisfied_by=tuple(dict.fromkeys(fact.resource_id for fact in given)),
    )


def _rules(knowledge: Knowledge) -> Iterator[RuleValues]:
    """Go through the rules that are on: those not verified only where a clinician signed for them."""
    for name in RULES:
        rule = knowledge.rules[name]
        if rule.source.confidence is not Confidence.GENERAL or NAME in knowledge.signed_on:
            yield rule


def _end(span: Span) -> tuple[date, date]:
    return span.after, span.first


def _doses(chart: Chart, rule: RuleValues, knowledge: Knowledge) -> tuple[Span, ...]:
    """Return the days on which the vaccine holds, from the last dose that it takes."""
    return tuple(
        Span(fact, day, due_again(day, test))
        for test in rule.satisfied_by
        for fact, day in _given(chart, test, knowledge)
        if rule.id != PNEUMOCOCCAL or test.codeset != COMPLETES or _was_begun(chart, day, knowledge)
    )


def _given(chart: Chart, test: Test, knowledge: Knowledge) -> Iterator[tuple[ChartFact, date]]:
    """Go through the doses from the one on that makes a series whole; two on one day are one."""
    days: set[date] = set()
    for fact in find_coded(chart, (FactKind.IMMUNIZATION,), (test.codeset,), knowledge):
        day = day_of(fact)
        if fact.columns.status == "completed" and day is not None:
            days.add(day)
            if len(days) >= test.doses:
                yield fact, day


def _was_begun(chart: Chart, on: date, knowledge: Knowledge) -> bool:
    begun = _given(chart, Test(BEGINS, once=True), knowledge)
    return any(day < on for _fact, day in begun)


def _finding(rule: RuleValues, first: date, last: Span | None) -> Finding:
    ran_out = last.after if last and last.after > first else None
    because = [Say("check.because_age", age=rule.age_min or 0, day=first), _say_last(last)]
    if rule.source.confidence is Confidence.GENERAL:
        because.append(Say("check.not_verified"))
    return Finding(
        key=rule.id,
        title=Say(f"check.immunizations_due.title_{rule.id}"),
        because=tuple(because),
        if_waits=Say(f"check.{NAME}.if_waits"),
        next_step=Say(f"check.{NAME}.next_step"),
        severity=SEVERITIES.get(rule.id, Severity.LOW),
        source=rule.source,
        since_on=ran_out or first,
        due_on=ran_out - ONE_DAY if ran_out else None,
        evidence=(last.fact.resource_id,) if last else (),
    )


def _say_last(last: Span | None) -> Say:
    if last is None:
        return Say(f"check.{NAME}.because_none")
    return Say(f"check.{NAME}.because_last", vaccine=last.fact.columns.label, day=last.first)


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(knowledge.rules[name].source for name in RULES))


CHECK = Check(
    name=NAME,
    kind=LoopKind.GAP,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 22),
    rule_ids=RULES,
    confidence=Confidence.SECONDARY,
    needs=Needs(
        coded=needs_of(
            {
                FactKind.IMMUNIZATION: (
                    "influenza",
                    "pneumococcal_conjugate_20",
                    "pneumococcal_conjugate_21",
                    BEGINS,
                    COMPLETES,
                    "rsv_adult",
                    "td",
                    "tdap",
                    "zoster_recombinant",
                    "hepatitis_b_adult",
                ),
            },
            CARE_NEEDS,
        )
    ),
    find=find,
    sources=_sources,
    who=Say(f"check.{NAME}.who"),
    when=Say(f"check.{NAME}.when"),
    not_looked_at=Say(f"check.{NAME}.not_looked_at"),
)
