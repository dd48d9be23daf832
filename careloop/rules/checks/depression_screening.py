"""Depression: a screen a year, and a plan when it is positive.

Rule scr-depression (US Preventive Services Task Force, 2023; the yearly interval and the age from 12 are those of
the eCQM CMS2, 2025) and rule scr-depression-positive (CMS2): follow-up within two days. Bipolar disorder ends the
question, and who declined is left in peace for a year. A score alone (PHQ-9 of 10, PHQ-2 of 3) is judged only where
the clinic's clinician signed this check on: those limits rest on general knowledge.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from careloop.basics.days import add_years
from careloop.basics.words import Say
from careloop.facts.chart import Chart, ChartFact, FactKind
from careloop.facts.checks import Check, Knowledge, Measure, Needs
from careloop.facts.worklist import Answer, Confidence, Finding, LoopKind, Severity, Source
from careloop.rules.checks.aside import CARE, CARE_NEEDS, needs_of
from careloop.rules.checks.counted import with_measure
from careloop.rules.checks.due import Ask, Concerned, find_concerned, find_silence, say_why_asked
from careloop.rules.checks.what_counts import (
    A_YEAR_BACK,
    ONE_DAY,
    RESULT_IN,
    day_of,
    find_coded,
    first_after,
    has_value,
)

NAME = "depression_screening"
RULE, POSITIVE = "scr-depression", "scr-depression-positive"
SCREENS = ("depression_screen_adult", "depression_screen_adolescent", "phq9_total", "phq2_total")
DONE = "depression_screening_procedure"
FOLLOW_UP = ("depression_follow_up", "depression_medicines")
# A score from which a screen counts as positive: general knowledge, not verified.
LIMITS = {"phq9_total": Decimal(10), "phq2_total": Decimal(3)}
PLAN_WITHIN = timedelta(days=2)
ORDERED = frozenset({"active", "completed"})
MEASURE = Measure(
    "CMS2",
    "Preventive Care and Screening: Screening for Depression and Follow-Up Plan",
    2025,
    Say(f"check.{NAME}.measure"),
    age_min=12,
    counts_age_on_first_day=True,
)


class Outcome(StrEnum):
    """How a screen came out."""

    NEGATIVE = "negative"
    POSITIVE = "positive"
    UNCLEAR = "unclear"
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen that took place, with its outcome."""

    fact: ChartFact
    on: date
    outcome: Outcome


@with_measure(MEASURE)
def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find out whether a screen is due, or a positive one has no follow-up on record."""
    ask = Ask(knowledge.rules[RULE], CARE, settled=("bipolar_disorder",))
    concerned = find_concerned(chart, on, knowledge, ask)
    if isinstance(concerned, Answer):
        return concerned
    screens = _screens(chart, knowledge)
    last = max((s for s in screens if s.on <= on), key=lambda s: (s.on, _weight(s)), default=None)
    turn = first_after(on, (concerned.turn, *(s.on for s in screens), add_years(last.on, 1) if last else None))
    counts = last is not None and on < add_years(last.on, 1)
    if last is not None and counts and last.outcome in {Outcome.NEGATIVE, Outcome.NOT_JUDGED}:
        return Answer(look_again_on=turn, not_checked=_say_score(last), satisfied_by=(last.fact.resource_id,))
    if last is not None and counts and last.outcome is Outcome.POSITIVE:
        plans = _plans(chart, last, knowledge)
        turn = first_after(on, (turn, *(day for _plan, day in plans)))
        if plan := next((plan for plan, day in plans if day <= on), None):
            return Answer(look_again_on=turn, satisfied_by=(last.fact.resource_id, plan.resource_id))
    silence, turn = find_silence(chart, on, knowledge, ask, turn)
    if silence is not None:
        return silence
    declined = [] if counts else _declined(chart, knowledge)
    turn = first_after(on, (turn, *declined, *(add_years(day, 1) for day in declined)))
    if any(day <= on < add_years(day, 1) for day in declined):
        return Answer(look_again_on=turn)
    finding = _positive(knowledge, last) if last and last.outcome is Outcome.POSITIVE and counts else None
    return Answer(findings=(finding or _due(knowledge, concerned, last, on),), look_again_on=turn)


def _screens(chart: Chart, knowledge: Knowledge) -> list[Screen]:
    screens: list[Screen] = []
    for codeset in SCREENS:
        for fact in find_coded(chart, (FactKind.RESULT,), (codeset,), knowledge):
            day = day_of(fact)
            if day and fact.columns.status in RESULT_IN and has_value(fact.columns):
                screens.append(Screen(fact, day, _outcome(fact, codeset, knowledge)))
    for fact in find_coded(chart, (FactKind.PROCEDURE,), (DONE,), knowledge):
        day = day_of(fact)
        if day and fact.columns.status == "completed":
            screens.append(Screen(fact, day, Outcome.NOT_JUDGED))
    return screens


def _outcome(fact: ChartFact, codeset: str, knowledge: Knowledge) -> Outcome:
    columns = fact.columns
    for name, outcome in (
        ("depression_screen_positive", Outcome.POSITIVE),
        ("depression_screen_negative", Outcome.NEGATIVE),
    ):
        if any(code in knowledge.codesets[name] for code in columns.disposition):
            return outcome
    if columns.value is None:
        return Outcome.UNCLEAR
    limit = LIMITS.get(codeset)
    if limit is None or NAME not in knowledge.signed_on:
        return Outcome.NOT_JUDGED
    return Outcome.POSITIVE if columns.value >= limit else Outcome.NEGATIVE


def _weight(screen: Screen) -> tuple[int, int]:
    """Order screens of one day: what says most comes last, a positive one above all."""
    order = (Outcome.NOT_JUDGED, Outcome.UNCLEAR, Outcome.NEGATIVE, Outcome.POSITIVE)
    return order.index(screen.outcome), screen.fact.resource_id.int


def _say_score(screen: Screen) -> tuple[Say, ...]:
    """Say that a score was not judged."""
    columns = screen.fact.columns
    if screen.outcome is not Outcome.NOT_JUDGED or columns.value is None:
        return ()
    return (Say(f"check.{NAME}.score_not_judged", test=columns.label, score=f"{columns.value:f}", day=screen.on),)


def _plans(chart: Chart, screen: Screen, knowledge: Knowledge) -> list[tuple[ChartFact, date]]:
    """Return what followed a positive screen: a referral, a talk about it, or a medicine begun."""
    kinds = (FactKind.ORDER, FactKind.PROCEDURE, FactKind.MEDICINE)
    return [
        (fact, day)
        for fact in find_coded(chart, kinds, FOLLOW_UP, knowledge)
        if fact.columns.status in ORDERED and (day := day_of(fact)) and day >= screen.on
    ]


def _declined(chart: Chart, knowledge: Knowledge) -> list[date]:
    """Return the days on which a screen was not done because the person, or a medical reason, spoke against it."""
    reasons = knowledge.codesets["screening_declined"]
    return [
        day
        for fact in find_coded(chart, (FactKind.RESULT,), SCREENS, knowledge)
        if fact.columns.status == "cancelled"
        and any(code in reasons for code in fact.columns.disposition)
        and (day := day_of(fact))
    ]


def _due(knowledge: Knowledge, concerned: Concerned, last: Screen | None, on: date) -> Finding:
    rule = knowledge.rules[RULE]
    ran_out = add_years(last.on, 1) if last else None
    if last is None:
        said = Say(f"check.{NAME}.because_no_screen")
    elif on < add_years(last.on, 1):
        said, ran_out = Say(f"check.{NAME}.because_unclear", day=last.on), None
    else:
        said = Say(f"check.{NAME}.because_last_screen", day=last.on)
    return Finding(
        key=RULE,
        title=Say(f"check.{NAME}.title"),
        because=(say_why_asked(rule, concerned), said),
        if_waits=Say(f"check.{NAME}.if_waits"),
        next_step=Say(f"check.{NAME}.next_step"),
        severity=Severity.LOW,
        source=rule.source,
        since_on=ran_out or concerned.since,
        due_on=ran_out - ONE_DAY if ran_out else None,
        evidence=(last.fact.resource_id,) if last else (),
    )


def _positive(knowledge: Knowledge, screen: Screen) -> Finding:
    rule = knowledge.rules[POSITIVE]
    because = [Say(f"check.{NAME}.because_positive", test=screen.fact.columns.label, day=screen.on)]
    if screen.fact.columns.value is not None:
        because.append(Say("check.not_verified"))
    return Finding(
        key=POSITIVE,
        title=Say(f"check.{NAME}.title_positive"),
        because=tuple(because),
        if_waits=Say(f"check.{NAME}.if_waits_positive"),
        next_step=Say(f"check.{NAME}.next_step_positive"),
        severity=Severity.HIGH,
        source=rule.source,
        since_on=screen.on,
        due_on=screen.on + PLAN_WITHIN,
        evidence=(screen.fact.resource_id,),
    )


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return (knowledge.rules[RULE].source, knowledge.rules[POSITIVE].source)


CHECK = Check(
    name=NAME,
    kind=LoopKind.GAP,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 22),
    rule_ids=(RULE, POSITIVE),
    confidence=Confidence.PRIMARY,
    needs=Needs(
        coded=needs_of(
            {
                FactKind.RESULT: SCREENS,
                FactKind.PROCEDURE: (DONE, *FOLLOW_UP, "bipolar_disorder"),
                FactKind.PROBLEM: ("bipolar_disorder",),
                FactKind.ORDER: FOLLOW_UP,
                FactKind.MEDICINE: FOLLOW_UP,
            },
            CARE_NEEDS,
        ),
        recent={FactKind.VISIT: A_YEAR_BACK},
    ),
    find=find,
    sources=_sources,
    who=Say(f"check.{NAME}.who"),
    when=Say(f"check.{NAME}.when"),
    not_looked_at=Say(f"check.{NAME}.not_looked_at"),
    measure=MEASURE,
)
