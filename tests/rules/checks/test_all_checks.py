"""What holds for every check: order, time, death, words, needs and sources."""

import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.catalog.speech import list_languages, speak
from careloop.facts.chart import ChartFact, FactKind
from careloop.facts.checks import Check
from careloop.facts.worklist import Answer, Confidence
from careloop.rules import checks
from careloop.rules.checks import find_checks
from tests.rules.checks.charts import chart_of, id_of, is_needed, medicine, problem, procedure, result, visit
from tests.rules.checks.strategies import FIRST, LAST, charts_for, days

# A clinic whose clinician signed every check on: so the rows that wait for that are tried too.
SIGNED = replace(load_knowledge(), signed_on=frozenset(find_checks()))
all_checks = pytest.mark.parametrize("check", find_checks().values(), ids=find_checks().keys())


@all_checks
@settings(deadline=None, max_examples=25)
@given(data=st.data(), on=days, seed=st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(
    check: Check, data: st.DataObject, on: date, seed: random.Random
) -> None:
    chart = data.draw(charts_for(check.name))
    shuffled = list(chart.facts)
    seed.shuffle(shuffled)

    again = check.find(replace(chart, facts=tuple(shuffled)), on, SIGNED)

    assert again == check.find(chart, on, SIGNED)


def what_is_shown(answer: Answer) -> tuple[object, ...]:
    return answer.findings, answer.not_checked


@all_checks
@settings(deadline=None, max_examples=30)
@given(data=st.data(), on=days)
def test_nothing_changes_before_the_day_on_which_it_looks_again(check: Check, data: st.DataObject, on: date) -> None:
    chart = data.draw(charts_for(check.name))
    answer = check.find(chart, on, SIGNED)
    assert answer.look_again_on is None or answer.look_again_on > on

    # Nobody looks before that day. The days right after, the last one before, and samples of twelve
    # years stand for all of them; the test below walks day by day.
    end = min(answer.look_again_on or date.max, LAST + timedelta(days=12 * 366))
    watched = {on + timedelta(days=n) for n in range(1, 40)} | {end - timedelta(days=1)}
    watched |= {LAST + timedelta(days=n * 91) for n in range(48)}
    for day in sorted(day for day in watched if on < day < end):
        assert what_is_shown(check.find(chart, day, SIGNED)) == what_is_shown(answer), day


@all_checks
@settings(deadline=None, max_examples=10)
@given(data=st.data(), on=days)
def test_every_day_between_two_looks_gives_the_same_answer(check: Check, data: st.DataObject, on: date) -> None:
    chart = data.draw(charts_for(check.name))
    answer = check.find(chart, on, SIGNED)
    end = min(answer.look_again_on or date.max, on + timedelta(days=400))
    for n in range(1, (end - on).days):
        day = on + timedelta(days=n)
        assert what_is_shown(check.find(chart, day, SIGNED)) == what_is_shown(answer), day


@all_checks
@settings(deadline=None, max_examples=25)
@given(data=st.data(), on=days, died=days)
def test_nothing_is_ever_found_for_the_dead(check: Check, data: st.DataObject, on: date, died: date) -> None:
    chart = data.draw(charts_for(check.name))
    assert check.find(replace(chart, died_on=died), on, SIGNED) == Answer()


@all_checks
@settings(deadline=None, max_examples=25)
@given(data=st.data(), on=days)
def test_the_facts_that_a_check_names_are_all_it_looks_at(check: Check, data: st.DataObject, on: date) -> None:
    chart = data.draw(charts_for(check.name))
    fetched = tuple(fact for fact in chart.facts if is_needed(check, fact.columns, on))

    answer = check.find(replace(chart, facts=fetched), on, SIGNED)

    assert answer == check.find(chart, on, SIGNED)


@all_checks
@settings(deadline=None, max_examples=25)
@given(data=st.data(), on=days)
def test_findings_have_keys_of_their_own_and_can_be_said(check: Check, data: st.DataObject, on: date) -> None:
    chart = data.draw(charts_for(check.name))
    answer = check.find(chart, on, SIGNED)

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

    assert check.find(chart, FIRST, load_knowledge()).look_again_on != far or names_whole_kinds(check)


def names_whole_kinds(check: Check) -> bool:
    return bool(check.needs.whole or check.needs.recent)


@all_checks
def test_a_check_names_rules_code_sets_and_sources_that_exist(check: Check) -> None:
    knowledge = load_knowledge()
    for names in check.needs.coded.values():
        assert set(names) <= knowledge.codesets.keys()
    assert set(check.rule_ids) <= knowledge.rules.keys()
    sources = check.sources(knowledge)
    assert sources
    assert find_checks()[check.name] is check


@all_checks
def test_a_check_says_truly_how_well_it_was_checked(check: Check) -> None:
    """What rests on nothing but general knowledge says so, and waits for a clinician."""
    told = {source.confidence for source in check.sources(load_knowledge())}

    assert (check.confidence is Confidence.GENERAL) is (told == {Confidence.GENERAL})
    assert check.confidence in told


@all_checks
def test_a_check_asks_for_every_code_set_of_its_rules(check: Check) -> None:
    knowledge = load_knowledge()
    asked = {name for names in check.needs.coded.values() for name in names}
    for rule in (knowledge.rules[name] for name in check.rule_ids):
        wanted = {*rule.conditions_any, *rule.exclude_codesets, *(t.codeset for t in rule.satisfied_by)}
        assert wanted <= asked or FactKind.VISIT in check.needs.recent, wanted - asked


def test_every_file_with_a_check_is_listed() -> None:
    folder = Path(checks.__file__).parent
    files = {path.stem for path in folder.glob("*.py") if "\nCHECK = " in path.read_text(encoding="utf-8")}

    assert set(find_checks()) == files
    assert len(files) > 15


def test_one_resource_may_hold_several_facts() -> None:
    # A panel gives several results under one id; they must not be mistaken for each other.
    same = [
        msgspec.structs.replace(result("loinc|4548-4", FIRST, value=v), resource_id=id_of(2)) for v in ("6.1", "7.2")
    ]
    facts: list[ChartFact] = [problem("sct|44054006", FIRST), *same]
    check = find_checks()["hba1c_overdue"]

    answers = {check.find(chart_of(*order), LAST, load_knowledge()) for order in (facts, facts[::-1])}

    assert len(answers) == 1
