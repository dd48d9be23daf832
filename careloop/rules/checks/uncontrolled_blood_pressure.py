"""High blood pressure that is not controlled, or was not measured for a year.

Rule htn-control (eCQM CMS165, 2025; the guideline of 2025 aims below 130/80): of somebody with high blood pressure,
18 to 85 years, the lowest upper and the lowest lower number of the newest day are below 140/90. A clinic may move
the limits down to 130/80. Readings taken while somebody was in hospital or in an emergency department do not count:
told by the hours of the visits, not by which visit the record names. Rule htn-severe-reading (ACC/AHA 2025): a
newest reading above 180 or 120 of any adult is passed on at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from careloop.basics.days import add_years
from careloop.basics.words import Say
from careloop.facts.chart import Chart, ChartFact, FactColumns, FactKind
from careloop.facts.checks import Bound, Check, Knowledge, Measure, Needs
from careloop.facts.worklist import Answer, Confidence, Finding, LoopKind, Severity, Source
from careloop.rules.checks.aside import CARE, CARE_AND_FRAILTY, CARE_NEEDS, FRAILTY_NEEDS, Aside, needs_of
from careloop.rules.checks.counted import with_measure
from careloop.rules.checks.due import Ask, Concerned, find_concerned, find_silence, say_why_asked
from careloop.rules.checks.what_counts import (
    A_YEAR_BACK,
    FAR,
    RESULT_IN,
    find_any_order,
    first_after,
    next_turn,
    pregnancy_spans,
)

NAME = "uncontrolled_blood_pressure"
RULE, SEVERE = "htn-control", "htn-severe-reading"
PARTS = ("bp_systolic", "bp_diastolic")
SETTLED = ("esrd_or_dialysis", "ckd_stage_5", "kidney_transplant")
ASIDE = CARE_AND_FRAILTY | {Aside.VERY_OLD_AND_FRAIL}
SEVERE_UPPER, SEVERE_LOWER = Decimal(180), Decimal(120)
MMHG = frozenset({"mm[Hg]", "mmHg", "mm Hg"})
# HL7 v3 ActCode: emergency, inpatient, acute and non-acute stays, pre-admission, short stay.
NOT_IN_THE_OFFICE = frozenset({"EMER", "IMP", "ACUTE", "NONAC", "PRENC", "SS"})

SYSTOLIC = Bound(
    name=f"{NAME}.systolic",
    default=Decimal(140),
    least=Decimal(130),
    most=Decimal(140),
    unit="mm[Hg]",
    says=Say(f"check.{NAME}.bound_systolic"),
)
DIASTOLIC = Bound(
    name=f"{NAME}.diastolic",
    default=Decimal(90),
    least=Decimal(80),
    most=Decimal(90),
    unit="mm[Hg]",
    says=Say(f"check.{NAME}.bound_diastolic"),
)
MEASURE = Measure("CMS165", "Controlling High Blood Pressure", 2025, Say(f"check.{NAME}.measure"), age_max=85)


@dataclass(frozen=True, slots=True)
class Reading:
    """The lowest numbers of one day in mm[Hg], with the resources that say so."""

    on: date
    upper: Decimal
    lower: Decimal
    facts: tuple[ChartFact, ...]

    @property
    def is_severe(self) -> bool:
        """Tell whether either number is in the severe range."""
        return self.upper > SEVERE_UPPER or self.lower > SEVERE_LOWER


@with_measure(MEASURE)
def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find out whether the newest blood pressure is high, or none was taken within a year."""
    if chart.died_on is not None:
        return Answer()
    days = _days(chart, knowledge)
    newest = _newest(chart, on, days)
    if newest is not None and newest.is_severe:
        return _judge_severe(chart, on, knowledge, days, newest)
    ask = Ask(knowledge.rules[RULE], ASIDE, settled=SETTLED)
    concerned = find_concerned(chart, on, knowledge, ask)
    if isinstance(concerned, Answer):
        return replace(concerned, look_again_on=first_after(on, (concerned.look_again_on, *days)))
    turn = first_after(on, (_turn(on, days, newest), concerned.turn))
    if newest is not None and _is_controlled(newest, knowledge):
        return Answer(look_again_on=turn, satisfied_by=_ids(newest.facts))
    silence, turn = find_silence(chart, on, knowledge, ask, turn)
    if silence is not None:
        return silence
    pregnant = pregnancy_spans(chart, knowledge)
    turn = first_after(on, (turn, next_turn(on, pregnant)))
    if any(span.covers(on) for span in pregnant):
        return Answer(look_again_on=turn)
    finding = _high(knowledge, concerned, newest) if newest else _missing(knowledge, concerned)
    return Answer(findings=(finding,), look_again_on=turn)


def _days(chart: Chart, knowledge: Knowledge) -> dict[date, tuple[list[ChartFact], list[ChartFact]]]:
    """Return the upper and the lower numbers by day."""
    found: dict[date, tuple[list[ChartFact], list[ChartFact]]] = {}
    for part, codeset in enumerate(PARTS):
        for fact in find_any_order(chart, FactKind.RESULT, codeset, knowledge):
            day = fact.columns.start_on
            if day is not None and day < FAR and _is_readable(fact.columns):
                found.setdefault(day, ([], []))[part].append(fact)
    return found


def _is_readable(columns: FactColumns) -> bool:
    return columns.value is not None and columns.unit in MMHG and columns.status in RESULT_IN


def _newest(chart: Chart, on: date, days: Mapping[date, tuple[list[ChartFact], list[ChartFact]]]) -> Reading | None:
    """Return the newest day of the last year with both numbers, taken outside of hospital and emergency care."""
    recent = sorted((day for day in days if day <= on < add_years(day, 1)), reverse=True)
    if not recent:
        return None
    stays = [visit.columns for visit in chart.of(FactKind.VISIT) if visit.columns.visit_class in NOT_IN_THE_OFFICE]
    for day in recent:
        uppers, lowers = (_in_the_office(facts, stays) for facts in days[day])
        if uppers and lowers:
            upper, lower = (min(_values(facts)) for facts in (uppers, lowers))
            telling = [f for f in uppers if f.columns.value == upper] + [f for f in lowers if f.columns.value == lower]
            return Reading(day, upper, lower, tuple(telling))
    return None


def _values(facts: Iterable[ChartFact]) -> list[Decimal]:
    return [fact.columns.value for fact in facts if fact.columns.value is not None]


def _in_the_office(facts: Iterable[ChartFact], stays: Iterable[FactColumns]) -> list[ChartFact]:
    return [fact for fact in facts if not any(_was_during(fact.columns, stay) for stay in stays)]


def _was_during(reading: FactColumns, stay: FactColumns) -> bool:
    """Tell whether a reading was taken during a stay: by the hour, else by the day."""
    if reading.start_at is not None and stay.start_at is not None and stay.end_at is not None:
        return stay.start_at <= reading.start_at <= stay.end_at
    if reading.start_on is None or stay.start_on is None:
        return False
    return stay.start_on <= reading.start_on <= (stay.end_on or stay.start_on)


def _turn(on: date, days: Iterable[date], newest: Reading | None) -> date | None:
    """Return the next day on which a reading comes to its day, or the newest one grows a year old."""
    return first_after(on, (*days, add_years(newest.on, 1) if newest else None))


def _is_controlled(reading: Reading, knowledge: Knowledge) -> bool:
    return reading.upper < SYSTOLIC.value(knowledge) and reading.lower < DIASTOLIC.value(knowledge)


def _judge_severe(chart: Chart, on: date, knowledge: Knowledge, days: Iterable[date], newest: Reading) -> Answer:
    """Judge a severe reading of anybody who is old enough, with or without known high blood pressure."""
    rule = knowledge.rules[SEVERE]
    ask = Ask(rule, CARE)
    concerned = find_concerned(chart, on, knowledge, ask)
    if isinstance(concerned, Answer):
        return replace(concerned, look_again_on=first_after(on, (concerned.look_again_on, _turn(on, days, newest))))
    turn = first_after(on, (concerned.turn, _turn(on, days, newest)))
    silence, turn = find_silence(chart, on, knowledge, ask, turn)
    if silence is not None:
        return silence
    finding = Finding(
        key=SEVERE,
        title=Say(f"check.{NAME}.title_severe"),
        because=(_say_reading(newest),),
        if_waits=Say(f"check.{NAME}.if_waits_severe"),
        next_step=Say(f"check.{NAME}.next_step_severe"),
        severity=Severity.CRITICAL,
        source=rule.source,
        since_on=newest.on,
        due_on=newest.on,
        evidence=_ids(newest.facts),
    )
    return Answer(findings=(finding,), look_again_on=turn)


def _high(knowledge: Knowledge, concerned: Concerned, reading: Reading) -> Finding:
    rule = knowledge.rules[RULE]
    limit = f"{SYSTOLIC.value(knowledge)}/{DIASTOLIC.value(knowledge)}"
    return Finding(
        key=RULE,
        title=Say(f"check.{NAME}.title_high"),
        because=(
            say_why_asked(rule, concerned),
            _say_reading(reading),
            Say(f"check.{NAME}.because_limit", limit=limit),
        ),
        if_waits=Say(f"check.{NAME}.if_waits"),
        next_step=Say(f"check.{NAME}.next_step_high"),
        severity=Severity.MODERATE,
        source=rule.source,
        since_on=reading.on,
        evidence=(*_problem_ids(concerned), *_ids(reading.facts)),
    )


def _missing(knowledge: Knowledge, concerned: Concerned) -> Finding:
    rule = knowledge.rules[RULE]
    return Finding(
        key=RULE,
        title=Say(f"check.{NAME}.title_missing"),
        because=(say_why_asked(rule, concerned), Say(f"check.{NAME}.because_no_reading")),
        if_waits=Say(f"check.{NAME}.if_waits"),
        next_step=Say(f"check.{NAME}.next_step_missing"),
        severity=Severity.MODERATE,
        source=rule.source,
        since_on=concerned.since,
        evidence=_problem_ids(concerned),
    )


def _say_reading(reading: Reading) -> Say:
    return Say(
        f"check.{NAME}.because_reading", reading=f"{_write(reading.upper)}/{_write(reading.lower)}", day=reading.on
    )


def _write(number: Decimal) -> str:
    """Write a number with one digit after the point at most: nobody measures more."""
    return f"{number:.1f}".removesuffix(".0")


def _problem_ids(concerned: Concerned) -> tuple[UUID, ...]:
    return (concerned.problem.resource_id,) if concerned.problem else ()


def _ids(facts: Iterable[ChartFact]) -> tuple[UUID, ...]:
    return tuple(sorted({fact.resource_id for fact in facts}))


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return (knowledge.rules[RULE].source, knowledge.rules[SEVERE].source)


CHECK = Check(
    name=NAME,
    kind=LoopKind.GAP,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 22),
    rule_ids=(RULE, SEVERE),
    confidence=Confidence.SECONDARY,
    needs=Needs(
        coded=needs_of(
            {
                FactKind.PROBLEM: ("hypertension", "pregnancy", *SETTLED),
                FactKind.PROCEDURE: SETTLED,
                FactKind.RESULT: PARTS,
            },
            CARE_NEEDS,
            FRAILTY_NEEDS,
        ),
        recent={FactKind.VISIT: A_YEAR_BACK},
        lately=dict.fromkeys(PARTS, A_YEAR_BACK),
    ),
    find=find,
    sources=_sources,
    bounds=(SYSTOLIC, DIASTOLIC),
    who=Say(f"check.{NAME}.who"),
    when=Say(f"check.{NAME}.when"),
    not_looked_at=Say(f"check.{NAME}.not_looked_at"),
    measure=MEASURE,
)
