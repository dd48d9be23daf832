"""A visit after the hospital or the emergency department.

Rules toc-visit-7d-high and toc-visit-14d (CMS, Transitional Care Management, 2024): somebody who went
home from the hospital is seen within 7 days when the needs are high, within 14 days otherwise. Who has
high needs a clinician decides, so the first goal is day 7 and the last day is day 14. Rule ed-visit-7d
(NCQA HEDIS FMC): adults are seen within 7 days of an emergency visit; the measure looks at people with
several chronic conditions, asking for every adult is our own choice.

Nothing is found for somebody who is back in hospital, went on to another facility or to hospice, or was
discharged more than 30 days ago: that is the length of the CMS service period. A discharge opens one
finding of its own, and a visit answers every discharge before it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from careloop.basics.days import age_on
from careloop.basics.words import Say
from careloop.facts.chart import GOING_ON, Chart, ChartFact, FactColumns, FactKind
from careloop.facts.checks import Check, Knowledge, Needs, RuleValues
from careloop.facts.worklist import Answer, Confidence, Finding, LoopKind, Severity, Source
from careloop.rules.checks.what_counts import FAR, day_after, first_after, in_order, is_visit, last_good_day

NAME = "visit_after_discharge"
FIRST_GOAL, LAST_DAY, EMERGENCY = "toc-visit-7d-high", "toc-visit-14d", "ed-visit-7d"
LOOK_BACK = timedelta(days=30)
# What follows a discharge of the first of these days may be dated two days before it: a day is the day where the
# source is, and places are up to 28 hours apart (FHIR's offsets reach from -14:00 to +14:00).
APART = timedelta(days=2)

# HL7 v3 ActCode. Hospital: inpatient, acute, non-acute, observation. CMS counts observation too.
HOSPITAL = frozenset({"IMP", "ACUTE", "NONAC", "OBSENC"})
EMERGENCY_CLASS = "EMER"

# Before and after the first goal has passed; by whether it was an emergency visit.
SEVERITIES = {
    False: (Severity.MODERATE, Severity.HIGH),
    True: (Severity.LOW, Severity.MODERATE),
}


@dataclass(frozen=True, slots=True)
class Discharge:
    """Somebody went home: from where, when, and the two rules that say until when a visit is looked for.

    ``first`` holds until its last day has passed, ``then`` from the day after on.
    """

    fact: ChartFact
    on: date
    is_emergency: bool
    first: RuleValues
    then: RuleValues

    @property
    def first_goal(self) -> date:
        """The last good day of the first rule."""
        return last_good_day(self.on, self.first.satisfied_by[0])

    @property
    def last_day(self) -> date:
        """The last good day of the second rule."""
        return last_good_day(self.on, self.then.satisfied_by[0])


def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find the discharges of the last 30 days after which no visit took place."""
    if chart.died_on is not None:
        return Answer()
    visits = in_order(chart.of(FactKind.VISIT))
    seen = [v for v in visits if is_visit(v.columns, knowledge) and _began(v.columns, on)]
    waiting: list[Discharge] = []
    answers: set[UUID] = set()
    for discharge in _discharges(chart, visits, knowledge):
        if not discharge.on <= on <= discharge.on + LOOK_BACK or _is_back(discharge, visits, on):
            continue
        after = next((v for v in seen if _follows(v.columns, discharge.fact.columns)), None)
        if after is None:
            waiting.append(discharge)
        else:
            answers.add(after.resource_id)
    unclear, unclear_until = _unclear(chart, visits, on)
    return Answer(
        findings=tuple(_finding(discharge, on) for discharge in waiting),
        look_again_on=first_after(on, (*_turns(waiting, visits), *unclear_until)),
        not_checked=unclear,
        satisfied_by=tuple(sorted(answers)),
    )


def _discharges(chart: Chart, visits: Iterable[ChartFact], knowledge: Knowledge) -> Iterator[Discharge]:
    """Go through the ends of stays and emergency visits after which somebody went home."""
    elsewhere = knowledge.codesets["discharge_elsewhere"]
    first, then, emergency = (knowledge.rules[name] for name in (FIRST_GOAL, LAST_DAY, EMERGENCY))
    for fact in visits:
        columns = fact.columns
        if columns.status != "finished" or columns.end_on is None or columns.end_on >= FAR:
            continue
        if any(code in elsewhere for code in columns.disposition):
            continue
        if columns.visit_class in HOSPITAL:
            yield Discharge(fact, columns.end_on, False, first, then)
        elif columns.visit_class == EMERGENCY_CLASS and _is_old_enough(chart, columns.end_on, emergency):
            yield Discharge(fact, columns.end_on, True, emergency, emergency)


def _is_old_enough(chart: Chart, on: date, rule: RuleValues) -> bool:
    return chart.birth_on is not None and age_on(chart.birth_on, on) >= (rule.age_min or 0)


def _began(columns: FactColumns, on: date) -> bool:
    return columns.start_on is not None and columns.start_on <= on


def _follows(visit: FactColumns, discharge: FactColumns) -> bool:
    """Tell whether a visit began after the discharge; of one day without hours, we cannot know: no."""
    if visit.start_at is not None and discharge.end_at is not None:
        return visit.start_at >= discharge.end_at
    return visit.start_on is not None and discharge.end_on is not None and visit.start_on > discharge.end_on


def _is_back(discharge: Discharge, visits: Iterable[ChartFact], on: date) -> bool:
    """Tell whether a hospital stay went on, or began, after the discharge."""
    return any(
        stay is not discharge.fact
        and stay.columns.visit_class in HOSPITAL
        and _began(stay.columns, on)
        and _outlasts(stay.columns, discharge.fact.columns)
        for stay in visits
    )


def _outlasts(stay: FactColumns, discharge: FactColumns) -> bool:
    if stay.status in GOING_ON:
        # A stay that somebody forgot to close years ago says nothing about a discharge of today.
        return (stay.start_on or date.min) >= (discharge.start_on or date.min)
    if stay.status != "finished":
        return False
    if stay.end_on is None:
        return _follows(stay, discharge)
    if stay.end_at is not None and discharge.end_at is not None:
        return stay.end_at > discharge.end_at
    return discharge.end_on is not None and stay.end_on > discharge.end_on


def _turns(waiting: Iterable[Discharge], visits: Iterable[ChartFact]) -> Iterator[date | None]:
    """Go through the days on which the findings change by themselves; days that passed may be among them."""
    for discharge in waiting:
        yield day_after(discharge.first_goal)
        yield day_after(discharge.on + LOOK_BACK)
    for visit in visits:
        yield visit.columns.start_on
        yield visit.columns.end_on


def _unclear(chart: Chart, visits: Iterable[ChartFact], on: date) -> tuple[tuple[Say, ...], tuple[date, ...]]:
    """Say which discharges of the last 30 days could not be judged, and when that is no longer said."""
    said: list[Say] = []
    until: list[date] = []
    for visit in visits:
        columns = visit.columns
        day = columns.end_on or columns.start_on
        if columns.status != "finished" or day is None or not day <= on <= day + LOOK_BACK:
            continue
        if columns.end_on is None and columns.visit_class in {*HOSPITAL, EMERGENCY_CLASS}:
            said.append(Say(f"check.{NAME}.no_discharge_day", stay=columns.label, day=day))
        elif chart.birth_on is None and columns.visit_class == EMERGENCY_CLASS:
            said.append(Say(f"check.{NAME}.no_birth_date", stay=columns.label, day=day))
        else:
            continue
        until.append(day_after(day + LOOK_BACK))
    return tuple(said), tuple(until)


def _finding(discharge: Discharge, on: date) -> Finding:
    first_is_past = on > discharge.first_goal
    place = "emergency" if discharge.is_emergency else "hospital"
    calm, pressing = SEVERITIES[discharge.is_emergency]
    return Finding(
        key=str(discharge.fact.resource_id),
        title=Say(f"check.{NAME}.title_{place}"),
        because=(
            Say(f"check.{NAME}.because_{place}", stay=discharge.fact.columns.label, day=discharge.on),
            Say(f"check.{NAME}.because_no_visit"),
            _say_goal(discharge, first_is_past=first_is_past),
        ),
        if_waits=Say(f"check.{NAME}.if_waits_{place}"),
        next_step=Say(f"check.{NAME}.next_step_{place}"),
        severity=pressing if first_is_past else calm,
        source=(discharge.then if first_is_past else discharge.first).source,
        since_on=discharge.on,
        due_on=discharge.last_day if first_is_past else discharge.first_goal,
        evidence=(discharge.fact.resource_id,),
    )


def _say_goal(discharge: Discharge, *, first_is_past: bool) -> Say:
    if discharge.is_emergency:
        return Say(f"check.{NAME}.because_goal_emergency", day=discharge.first_goal)
    if first_is_past:
        return Say(f"check.{NAME}.because_last_day", first=discharge.first_goal, last=discharge.last_day)
    return Say(f"check.{NAME}.because_first_goal", first=discharge.first_goal, last=discharge.last_day)


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(knowledge.rules[name].source for name in (FIRST_GOAL, LAST_DAY, EMERGENCY)))


CHECK = Check(
    name=NAME,
    kind=LoopKind.GAP,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 21),
    rule_ids=(FIRST_GOAL, LAST_DAY, EMERGENCY),
    confidence=Confidence.SECONDARY,
    needs=Needs(coded={}, recent={FactKind.VISIT: (LOOK_BACK + APART).days}),
    find=find,
    sources=_sources,
    who=Say(f"check.{NAME}.who"),
    when=Say(f"check.{NAME}.when"),
    not_looked_at=Say(f"check.{NAME}.not_looked_at"),
)
