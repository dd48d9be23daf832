"""Cervical cancer screening.

Rules scr-cervical-21-29 and scr-cervical-30-65 (US Preventive Services Task Force, 2018, secondary): women and
others recorded as female have a smear every three years from 21, and from 30 a smear every three years or an HPV
test every five. An HPV test from before the 30th birthday does not count (eCQM CMS124, 2025). The measure ends
with 64 years, the guideline with 65: the last age is a threshold that a clinic may move, and at 65 the question
is said and not asked.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Bound, Check, Knowledge, Measure, Needs, RuleValues
from careloop.facts.worklist import Answer, Confidence, LoopKind, Source
from careloop.rules.checks.aside import CARE, CARE_NEEDS, needs_of
from careloop.rules.checks.counted import with_measure
from careloop.rules.checks.due import Ask, Concerned, Words, find_concerned, find_silence, judge_interval
from careloop.rules.checks.what_counts import A_YEAR_BACK, Span, answer_spans, first_after, first_day_of_age

NAME = "cervical_screening"
YOUNG, OLDER = "scr-cervical-21-29", "scr-cervical-30-65"
SMEARS = ("cervical_cytology", "cervical_cytology_procedure")
HPV = ("hpv_test", "hpv_procedure")
GONE = ("hysterectomy_with_cervix_removed", "hysterectomy_procedure")
CANCER = ("cervical_cancer",)
GROWN = 30

LAST_AGE = Bound(
    name=f"{NAME}.last_age",
    default=Decimal(64),
    least=Decimal(64),
    most=Decimal(65),
    unit="a",
    says=Say(f"check.{NAME}.bound_last_age"),
)
MEASURE = Measure("CMS124", "Cervical Cancer Screening", 2025, Say(f"check.{NAME}.measure"), age_min=24, age_max=64)


@with_measure(MEASURE)
def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find out whether a woman of average risk has no accepted test inside its interval."""
    young, older = knowledge.rules[YOUNG], knowledge.rules[OLDER]
    last_age = int(LAST_AGE.value(knowledge))
    asked = find_concerned(chart, on, knowledge, Ask(replace(older, age_min=young.age_min, age_max=last_age), CARE))
    if isinstance(asked, Answer):
        return _say_at_65(chart, on, knowledge, last_age) or asked
    grown_on = first_day_of_age(chart.birth_on or date.min, GROWN)
    # One question at any age: the loop stays the same on the 30th birthday.
    rule = replace(young if on < grown_on else older, id=OLDER)
    since = asked.since if on < grown_on else grown_on
    concerned = Concerned(since, None, first_after(on, (asked.turn, grown_on)))
    words = Words(Say(f"check.{NAME}.title"), Say(f"check.{NAME}.if_waits"), Say(f"check.{NAME}.next_step"))
    tests = _tests(chart, rule, grown_on, knowledge)
    return judge_interval(chart, on, knowledge, Ask(rule, CARE, GONE, CANCER), concerned, words, tests=tests)


def _tests(chart: Chart, rule: RuleValues, grown_on: date, knowledge: Knowledge) -> tuple[Span, ...]:
    """Return the days on which tests hold, without HPV tests from before the 30th birthday."""
    smears = tuple(test for test in rule.satisfied_by if test.codeset in SMEARS)
    others = tuple(test for test in rule.satisfied_by if test.codeset not in SMEARS)
    grown = (span for span in answer_spans(chart, others, knowledge) if span.first >= grown_on)
    return (*answer_spans(chart, smears, knowledge), *grown)


def _say_at_65(chart: Chart, on: date, knowledge: Knowledge, last_age: int) -> Answer | None:
    """Say of somebody past the clinic's last age that the guideline still asks; None for anybody else."""
    rule = knowledge.rules[OLDER]
    ask = Ask(replace(rule, age_min=last_age + 1), CARE, GONE)
    if rule.age_max is None or last_age >= rule.age_max:
        return None
    concerned = find_concerned(chart, on, knowledge, ask)
    if isinstance(concerned, Answer):
        return None
    silence, turn = find_silence(chart, on, knowledge, ask, concerned.turn)
    if silence is not None:
        return silence
    return Answer(look_again_on=turn, not_checked=(Say(f"check.{NAME}.at_65", age=last_age + 1),))


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return (knowledge.rules[OLDER].source,)


CHECK = Check(
    name=NAME,
    kind=LoopKind.GAP,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 22),
    rule_ids=(YOUNG, OLDER),
    confidence=Confidence.SECONDARY,
    needs=Needs(
        coded=needs_of(
            {
                FactKind.RESULT: (*SMEARS, *HPV),
                FactKind.PROCEDURE: (*SMEARS, *HPV, *GONE, *CANCER),
                FactKind.PROBLEM: (*GONE, *CANCER),
            },
            CARE_NEEDS,
        ),
        recent={FactKind.VISIT: A_YEAR_BACK},
    ),
    find=find,
    sources=_sources,
    bounds=(LAST_AGE,),
    who=Say(f"check.{NAME}.who"),
    when=Say(f"check.{NAME}.when"),
    not_looked_at=Say(f"check.{NAME}.not_looked_at"),
    measure=MEASURE,
)
