"""Kidney tests in diabetes: both of them.

Rule dm-kidney (American Diabetes Association, Standards of Care 2025, section 11; eCQM CMS951, 2025): somebody with
diabetes has an eGFR and a urine albumin-to-creatinine ratio every year. One alone does not answer. Kidney failure,
dialysis and stage 5 end the question. The ages, 18 to 85, are the measure's.
"""

from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Check, Knowledge, Measure, Needs, RuleValues
from careloop.facts.worklist import Answer, Confidence, Finding, LoopKind, Severity, Source
from careloop.rules.checks.aside import CARE, CARE_NEEDS, needs_of
from careloop.rules.checks.counted import with_measure
from careloop.rules.checks.due import Ask, Concerned, Standing, find_concerned, find_silence, say_why_asked, stand
from careloop.rules.checks.what_counts import A_YEAR_BACK, ONE_DAY, answer_spans, first_after, say_undated

NAME = "diabetic_kidney"
RULE = "dm-kidney"
TESTS = ("egfr", "uacr")
FAILED = ("esrd_or_dialysis", "ckd_stage_5")
MEASURE = Measure(
    "CMS951", "Kidney Health Evaluation", 2025, Say(f"check.{NAME}.measure"), age_min=18, counts_age_on_first_day=True
)


@with_measure(MEASURE)
def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find out which of the two kidney tests a person with diabetes did not have inside a year."""
    rule = knowledge.rules[RULE]
    ask = Ask(rule, CARE, settled=FAILED)
    concerned = find_concerned(chart, on, knowledge, ask)
    if isinstance(concerned, Answer):
        return concerned
    tests = {test.codeset: stand(on, answer_spans(chart, (test,), knowledge)) for test in rule.satisfied_by}
    turn = first_after(on, (concerned.turn, *(standing.turn for standing in tests.values())))
    done = tuple(s.last.fact.resource_id for s in tests.values() if s.is_good and s.last)
    if len(done) == len(tests):
        return Answer(look_again_on=turn, satisfied_by=done)
    silence, turn = find_silence(chart, on, knowledge, ask, turn)
    if silence is not None:
        return silence
    open_tests = [test for test in rule.satisfied_by if not tests[test.codeset].is_good]
    return Answer(
        findings=(_finding(rule, concerned, tests),),
        look_again_on=turn,
        not_checked=say_undated(chart, open_tests, knowledge),
    )


def _finding(rule: RuleValues, concerned: Concerned, tests: dict[str, Standing]) -> Finding:
    """Name the tests that are missing; the first that ran out gives the deadline."""
    missing = {name: standing.last for name, standing in tests.items() if not standing.is_good}
    ran_out = [last.after for last in missing.values() if last and last.after > (concerned.since or date.min)]
    evidence = [concerned.problem.resource_id] if concerned.problem else []
    evidence += [last.fact.resource_id for last in missing.values() if last]
    return Finding(
        key=rule.id,
        title=Say(f"check.{NAME}.title"),
        because=(say_why_asked(rule, concerned), *(_say_missing(name, tests[name]) for name in missing)),
        if_waits=Say(f"check.{NAME}.if_waits"),
        next_step=Say(f"check.{NAME}.next_step"),
        severity=Severity.MODERATE,
        source=rule.source,
        since_on=min(ran_out) if ran_out else concerned.since,
        due_on=min(ran_out) - ONE_DAY if ran_out else None,
        evidence=tuple(dict.fromkeys(evidence)),
    )


def _say_missing(codeset: str, standing: Standing) -> Say:
    if standing.last is None:
        return Say(f"check.{NAME}.no_egfr") if codeset == "egfr" else Say(f"check.{NAME}.no_uacr")
    day, good_until = standing.last.first, standing.last.after - ONE_DAY
    if codeset == "egfr":
        return Say(f"check.{NAME}.last_egfr", day=day, good_until=good_until)
    return Say(f"check.{NAME}.last_uacr", day=day, good_until=good_until)


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return (knowledge.rules[RULE].source,)


CHECK = Check(
    name=NAME,
    kind=LoopKind.GAP,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 22),
    rule_ids=(RULE,),
    confidence=Confidence.PRIMARY,
    needs=Needs(
        coded=needs_of(
            {
                FactKind.PROBLEM: ("diabetes_any", *FAILED),
                FactKind.RESULT: TESTS,
                FactKind.PROCEDURE: (*TESTS, *FAILED),
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
