"""The review of a whole list: the same in any order, folded, the heaviest first, and honest about what is left out."""

import random
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from careloop.catalog.knowledge import load_knowledge
from careloop.catalog.speech import list_languages, speak
from careloop.facts.chart import ChartFact
from careloop.facts.safety import CHECK_OF, Review, Tier
from careloop.facts.worklist import Confidence
from careloop.rules.checks import find_checks
from careloop.rules.checks.safety.match import is_on
from careloop.rules.checks.safety.review import count_waiting, review
from careloop.rules.checks.safety.say import make_finding
from tests.rules.checks.charts import allergy, chart_of, id_of, medicine, problem, result
from tests.rules.checks.signed import ON, SIGNED

BORN = date(1944, 6, 6)
SELECTED = sorted({name for row in load_knowledge().safety.rows for name in row.medicines})
CODE_OF = {names[0]: code for code, names in sorted(load_knowledge().products.items()) if len(names) == 1}
ingredients = st.sampled_from([name for name in SELECTED if name in CODE_OF])
entries = st.builds(
    lambda name, number, since: medicine(f"{name} tablet", CODE_OF[name], since=since, number=number),
    ingredients,
    st.integers(20, 60),
    st.none() | st.dates(date(2020, 1, 1), ON),
)
OTHERS = (
    problem("icd10cm|I50.9", date(2020, 1, 1), number=1, label="Heart failure"),
    problem("icd10cm|W19", date(2022, 1, 1), number=2, label="A fall"),
    result("loinc|33914-3", date(2026, 9, 1), value="28", unit="mL/min/{1.73_m2}", number=3),
    allergy("Penicillin", number=4),
    allergy("Ibuprofen", "rxnorm|5640", number=5),
)
lists = st.lists(entries, min_size=2, max_size=12)


def look(*facts: ChartFact) -> Review:
    return review(chart_of(*facts, born=BORN), ON, SIGNED)


@settings(deadline=None)
@given(taken=lists, seed=st.randoms(use_true_random=False))
def test_the_order_of_entry_changes_nothing(taken: list[ChartFact], seed: random.Random) -> None:
    facts = [*OTHERS, *taken]
    shuffled = facts.copy()
    seed.shuffle(shuffled)

    assert look(*shuffled) == look(*facts)


@settings(deadline=None)
@given(taken=lists)
def test_the_same_list_from_a_second_source_asks_nothing_more(taken: list[ChartFact]) -> None:
    again = [structs.replace(one, resource_id=id_of(500 + n)) for n, one in enumerate(taken)]

    once, twice = look(*OTHERS, *taken), look(*OTHERS, *taken, *again)

    assert [(f.key, f.row, [s.name for s in f.sides]) for f in twice.found] == [
        (f.key, f.row, [s.name for s in f.sides]) for f in once.found
    ]
    for one, other in zip(once.found, twice.found, strict=True):
        assert set(one.evidence) <= set(other.evidence)


@settings(deadline=None)
@given(taken=lists, more=entries)
def test_one_more_medicine_takes_no_pair_allergy_or_limit_away(taken: list[ChartFact], more: ChartFact) -> None:
    lasting = ("ddi-", "alg-", "ren-", "dd-")
    before = {f.key for f in look(*OTHERS, *taken).found if f.key.startswith(lasting)}

    assert before <= {f.key for f in look(*OTHERS, *taken, more).found}


@settings(deadline=None)
@given(taken=lists)
def test_the_heaviest_come_first_each_once_and_all_can_be_said(taken: list[ChartFact]) -> None:
    found = look(*OTHERS, *taken).found

    places = [list(Tier).index(one.row.tier) for one in found]
    assert places == sorted(places)
    assert len({(one.check, one.key) for one in found}) == len(found)
    for one in found:
        finding = make_finding(one)
        for say in (finding.title, *finding.because, finding.if_waits, finding.next_step):
            assert all(speak(say, language, today=ON) for language in list_languages())


@settings(deadline=None)
@given(taken=lists)
def test_the_checks_find_just_what_the_review_finds(taken: list[ChartFact]) -> None:
    chart = chart_of(*OTHERS, *taken, born=BORN)
    by_checks = {
        (name, finding.key)
        for name in set(CHECK_OF.values())
        for finding in find_checks()[name].find(chart, ON, SIGNED).findings
    }

    assert by_checks == {(one.check, one.key) for one in look(*OTHERS, *taken).found}


@settings(deadline=None)
@given(taken=lists)
def test_without_a_sign_on_no_row_speaks_whose_source_nobody_read(taken: list[ChartFact]) -> None:
    found = review(chart_of(*OTHERS, *taken, born=BORN), ON, load_knowledge()).found

    assert all(one.row.source.confidence is not Confidence.GENERAL for one in found)


def test_rows_that_wait_are_counted_by_check_until_it_is_signed_on() -> None:
    assert count_waiting(load_knowledge()) == {
        "interacting_medicines": 34, "high_risk_medicine_over_65": 22, "medicine_against_allergy": 20,
        "medicine_against_condition": 73, "duplicate_therapy": 37,
    }  # fmt: skip
    assert count_waiting(SIGNED) == {}
    assert all(is_on(row, SIGNED) for row in SIGNED.safety.rows)


def test_every_row_about_medicines_alone_can_be_met() -> None:
    """A row that no list could ever meet is worse than none."""
    for row in SIGNED.safety.rows:
        if row.id.startswith(("ddi-", "dup-")):
            names = sorted((row.medicines | row.others) & CODE_OF.keys())
            facts = [medicine(name, CODE_OF[name], number=n) for n, name in enumerate(names)]
            combined = next(
                c for c, held in sorted(SIGNED.products.items()) if {"acetaminophen", "codeine"} == set(held)
            )
            facts.append(medicine("A combination", combined, number=900))
            found = review(chart_of(*facts, born=BORN), ON, SIGNED).found
            met = {one.row.id for one in found}
            # Of two rows about the same medicines only the narrower one is shown.
            assert row.id in met or row.id in {"dup-acei-arb"}, row.id


def test_the_dead_are_left_alone() -> None:
    chart = chart_of(*OTHERS, medicine("Ibuprofen", "rxnorm|5640"), died=ON)

    assert review(chart, ON, SIGNED) == Review()
