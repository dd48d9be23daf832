"""What holds for every check: order, time, death, words, needs and sources."""

import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.catalog.speech import list_languages, speak
from careloop.facts.chart import Chart, ChartFact, FactColumns, FactKind
from careloop.facts.checks import Check
from careloop.facts.worklist import Answer, Confidence
from careloop.rules import checks
from careloop.rules.checks import find_checks
from tests.rules.checks.charts import chart_of, id_of, medicine, problem, procedure, result, visit

FIRST, LAST = date(2023, 11, 1), date(2026, 3, 31)
DISPOSITIONS = ((), ("http://terminology.hl7.org/CodeSystem/discharge-disposition|snf",))

days = st.dates(FIRST, LAST)
some_day = st.none() | days
numbers = st.integers(0, 12)
labels = st.sampled_from(["One", "Two", ""])

problems = st.builds(
    problem,
    st.sampled_from(["sct|44054006", "icd10cm|E11.9", "sct|68496003", "sct|385763009", "sct|1"]),
    some_day,
    status=st.sampled_from(["active", "relapse", "resolved", "remission", ""]),
    verification=st.sampled_from(["confirmed", "provisional", "refuted", "entered-in-error", ""]),
    until=some_day,
    number=numbers,
    label=labels,
)
results = st.builds(
    result,
    st.sampled_from(["loinc|4548-4", "loinc|97506-0", "loinc|57905-2", "loinc|1-8"]),
    some_day,
    status=st.sampled_from(["final", "amended", "preliminary", "cancelled"]),
    value=st.sampled_from(["6.5", None]),
    number=numbers,
    label=labels,
)
procedures = st.builds(
    procedure,
    st.sampled_from(["sct|73761001", "sct|44441009", "sct|26390003", "sct|385763009"]),
    some_day,
    status=st.sampled_from(["completed", "not-done", "in-progress"]),
    number=numbers,
    label=labels,
)
visits = st.builds(
    visit,
    st.sampled_from(["IMP", "EMER", "AMB", "OBSENC", "VR", ""]),
    some_day,
    some_day,
    status=st.sampled_from(["finished", "finished", "in-progress", "planned", "cancelled"]),
    code=st.sampled_from(["", "sct|185317003", "sct|390906007", "sct|385763009"]),
    disposition=st.sampled_from(DISPOSITIONS),
    hours=st.none() | st.tuples(st.integers(0, 23), st.integers(0, 23)),
    number=numbers,
    label=labels,
)
medicines = st.builds(
    medicine,
    labels,
    st.sampled_from(["rxnorm|11289", "rxnorm|5640", "rxnorm|36567", "rxnorm|21212", "rxnorm|833036", "x|1"]),
    since=some_day,
    until=some_day,
    status=st.sampled_from(["active", "active", "stopped", "completed", "draft"]),
    number=numbers,
)
births = st.none() | st.sampled_from([date(1978, 12, 5), date(1980, 2, 29), date(1949, 7, 1), date(2007, 1, 9)])
charts = st.builds(
    lambda facts, born: chart_of(*facts, born=born),
    st.lists(st.one_of(problems, results, procedures, visits, medicines), max_size=9),
    births,
)
all_checks = pytest.mark.parametrize("check", find_checks().values(), ids=find_checks().keys())


@all_checks
@settings(deadline=None)
@given(chart=charts, on=days, seed=st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(check: Check, chart: Chart, on: date, seed: random.Random) -> None:
    shuffled = list(chart.facts)
    seed.shuffle(shuffled)

    again = check.find(replace(chart, facts=tuple(shuffled)), on, load_knowledge())

    assert again == check.find(chart, on, load_knowledge())


def what_is_shown(answer: Answer) -> tuple[object, ...]:
    return answer.findings, answer.not_checked


@all_checks
@settings(deadline=None, max_examples=150)
@given(chart=charts, on=days)
def test_nothing_changes_before_the_day_on_which_it_looks_again(check: Check, chart: Chart, on: date) -> None:
    answer = check.find(chart, on, load_knowledge())
    assert answer.look_again_on is None or answer.look_again_on > on

    # Nobody looks before that day. The days right after, the last one before, and samples of twelve
    # years stand for all of them; the test below walks day by day.
    end = min(answer.look_again_on or date.max, LAST + timedelta(days=12 * 366))
    watched = {on + timedelta(days=n) for n in range(1, 40)} | {end - timedelta(days=1)}
    watched |= {LAST + timedelta(days=n * 91) for n in range(48)}
    for day in sorted(day for day in watched if on < day < end):
        assert what_is_shown(check.find(chart, day, load_knowledge())) == what_is_shown(answer), day


@all_checks
@settings(deadline=None, max_examples=40)
@given(chart=charts, on=days)
def test_every_day_between_two_looks_gives_the_same_answer(check: Check, chart: Chart, on: date) -> None:
    answer = check.find(chart, on, load_knowledge())
    end = min(answer.look_again_on or date.max, on + timedelta(days=400))
    for n in range(1, (end - on).days):
        day = on + timedelta(days=n)
        assert what_is_shown(check.find(chart, day, load_knowledge())) == what_is_shown(answer), day


@all_checks
@settings(deadline=None)
@given(chart=charts, on=days, died=days)
def test_nothing_is_ever_found_for_the_dead(check: Check, chart: Chart, on: date, died: date) -> None:
    assert check.find(replace(chart, died_on=died), on, load_knowledge()) == Answer()


@all_checks
@settings(deadline=None)
@given(chart=charts, on=days)
def test_the_facts_that_a_check_names_are_all_it_looks_at(check: Check, chart: Chart, on: date) -> None:
    fetched = tuple(fact for fact in chart.facts if is_needed(check, fact.columns))

    answer = check.find(replace(chart, facts=fetched), on, load_knowledge())

    assert answer == check.find(chart, on, load_knowledge())


def is_needed(check: Check, columns: FactColumns) -> bool:
    codesets = [load_knowledge().codesets[name] for name in check.needs.coded.get(columns.kind, ())]
    return columns.kind in check.needs.whole or any(c in s for s in codesets for c in columns.codes)


@all_checks
@settings(deadline=None)
@given(chart=charts, on=days)
def test_findings_have_keys_of_their_own_and_can_be_said(check: Check, chart: Chart, on: date) -> None:
    answer = check.find(chart, on, load_knowledge())

    keys = [finding.key for finding in answer.findings]
    assert all(keys)
    assert len(set(keys)) == len(keys)
    said: list[Say] = [check.title, *answer.not_checked]
    for finding in answer.findings:
        said += [finding.title, *finding.because, finding.if_waits, finding.next_step]
        assert set(finding.evidence) <= {fact.resource_id for fact in chart.facts}
    for say in said:
        assert Say.from_stored(say.as_stored()) == say
        assert all(speak(say, language, today=on) for language in list_languages())


@all_checks
def test_a_day_at_the_end_of_the_calendar_breaks_nothing(check: Check) -> None:
    far = date(9999, 12, 31)
    chart = chart_of(
        problem("sct|44054006", date(2019, 1, 1), until=far),
        result("loinc|4548-4", far),
        procedure("sct|73761001", far),
        procedure("sct|385763009", far),
        visit("IMP", far, far),
        medicine("Warfarin", "rxnorm|11289", until=far),
        medicine("Ibuprofen", "rxnorm|5640", until=far, number=9),
    )

    assert check.find(chart, FIRST, load_knowledge()).look_again_on != far or check.needs.whole


@all_checks
def test_a_check_names_rules_code_sets_and_sources_that_exist(check: Check) -> None:
    knowledge = load_knowledge()
    for names in check.needs.coded.values():
        assert set(names) <= knowledge.codesets.keys()
    assert set(check.rule_ids) <= knowledge.rules.keys()
    sources = check.sources(knowledge)
    assert sources
    assert all(source.confidence is not Confidence.GENERAL for source in sources)
    assert find_checks()[check.name] is check


@all_checks
def test_a_check_asks_for_every_code_set_of_its_rules(check: Check) -> None:
    knowledge = load_knowledge()
    asked = {name for names in check.needs.coded.values() for name in names}
    for rule in (knowledge.rules[name] for name in check.rule_ids):
        wanted = {*rule.conditions_any, *rule.exclude_codesets, *(t.codeset for t in rule.satisfied_by)}
        assert wanted <= asked or FactKind.VISIT in check.needs.whole


def test_every_file_with_a_check_is_listed() -> None:
    folder = Path(checks.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "what_counts"}

    assert set(find_checks()) == files


def test_one_resource_may_hold_several_facts() -> None:
    # A panel gives several results under one id; they must not be mistaken for each other.
    same = [replace(result("loinc|4548-4", FIRST, value=v), resource_id=id_of(2)) for v in ("6.1", "7.2")]
    facts: list[ChartFact] = [problem("sct|44054006", FIRST), *same]
    check = find_checks()["hba1c_overdue"]

    answers = {check.find(chart_of(*order), LAST, load_knowledge()) for order in (facts, facts[::-1])}

    assert len(answers) == 1
