"""The finder: what a few words mean, how well entries fit, and an order that its reasons explain."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.basics.words import Say
from careloop.catalog.needs import load_needs
from careloop.facts.finder import Candidate, FinderAsk, Fit, Position, Wish
from careloop.rules.finder import find_fits, find_meaning, find_needs, is_close, measure_miles, rank

TODAY = date(2026, 11, 20)
HOME = Position(Decimal("33.50"), Decimal("-112.10"))
NEAR = Position(Decimal("33.51"), Decimal("-112.11"))
FAR = Position(Decimal("34.50"), Decimal("-112.10"))
ALL = FinderAsk("cardiology", "85000", None, "es", "Senior plan", telehealth=True, wheelchair=True)
# Asked for, its fits, and how the same is lacking or not known.
PARTS: dict[Wish, tuple[str, object, object, object]] = {
    Wish.NEW_PATIENTS: ("accepts_new", True, None, False),
    Wish.NETWORK: ("networks", ("Senior plan",), (), ("Employer plan",)),
    Wish.LANGUAGE: ("languages", ("en", "es-MX"), (), ("en",)),
    Wish.PLACE: ("address", "1 Pier Road, AZ 85000", "", "2 Elm Street, AZ 86000"),
    Wish.TELEHEALTH: ("telehealth", True, None, False),
    Wish.WHEELCHAIR: ("wheelchair", True, None, False),
}


def one_of(number: int = 1, **parts: object) -> Candidate:
    return replace(Candidate(UUID(int=number), f"entry {number}"), **parts)  # type: ignore[arg-type]


fit = st.sampled_from([1, 2, 3])
candidates = st.lists(
    st.builds(
        lambda fits, wait, place, number: one_of(
            number, wait_days=wait, position=place,
            **{PARTS[wish][0]: PARTS[wish][which] for wish, which in zip(PARTS, fits, strict=True)},
        ),
        st.tuples(fit, fit, fit, fit, fit, fit),
        st.none() | st.integers(0, 90),
        st.sampled_from([None, NEAR, FAR]),
        st.integers(1, 10**6),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)  # fmt: skip
asks = st.sampled_from([ALL, replace(ALL, position=HOME), FinderAsk("heart"), replace(ALL, language="", place="")])


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("cardiologist", "cardiology"),
        ("heart doctor", "cardiology"),
        ("cardiolgist", "cardiology"),
        ("hart docter", "cardiology"),
        ("CARDIÓLOGA", "cardiology"),
        ("médico del corazón", "cardiology"),
        ("cardio", "cardiology"),
        ("physical therapist", "physical_therapy"),
        ("physcial terapy", "physical_therapy"),
        ("therapist", "therapy"),
        ("somebody to drive her to dialysis", "nephrology"),
        ("a ride", "ride"),
        ("food", "food"),
        ("foot", "podiatry"),
        ("comida", "food"),
        ("help with rent", "housing"),
    ],
)
def test_a_few_words_mean_a_need_slips_and_accents_or_not(typed: str, means: str) -> None:
    assert [need.id for need in find_needs(typed, load_needs())] == [means]


@pytest.mark.parametrize("typed", ["", "   ", "zzzzzz", "??", "Bayview"])
def test_words_that_mean_nothing_known_mean_no_need(typed: str) -> None:
    assert find_needs(typed, load_needs()) == ()


@pytest.mark.parametrize(
    ("specialty", "means"),
    [
        ("Cardiovascular Disease", {"cardiology"}),
        ("Pediatric Cardiology", {"pediatrics", "cardiology"}),
        ("Physical Therapist", {"physical_therapy"}),
        ("Enteral nutrition", {"nutrition"}),
        ("Business office", set()),
        ("Food pantry", {"food"}),
    ],
)
def test_a_specialty_as_a_directory_writes_it_is_for_the_need_that_it_names_best(
    specialty: str, means: set[str]
) -> None:
    assert find_meaning(specialty, load_needs()) == means


def test_every_word_of_a_need_finds_that_need() -> None:
    lost = [
        (need.id, word)
        for need in load_needs()
        for word in need.words
        if need not in find_needs(word, load_needs())
    ]  # fmt: skip

    assert lost == []


def test_what_was_typed_is_close_to_words_with_a_slip() -> None:
    assert is_close("slep medicine", "Sleep Medicine")
    assert not is_close("slep medicine", "Sports Medicine")
    assert not is_close("", "Sleep Medicine")


def test_distance_is_along_the_great_circle() -> None:
    phoenix, tucson = (
        Position(Decimal("33.4484"), Decimal("-112.0740")),
        Position(Decimal("32.2226"), Decimal("-110.9747")),
    )

    assert measure_miles(phoenix, phoenix) == 0
    assert 105 < measure_miles(phoenix, tucson) < 108
    assert measure_miles(phoenix, tucson) == pytest.approx(measure_miles(tucson, phoenix))
    assert measure_miles(Position(Decimal(0), Decimal(0)), Position(Decimal(0), Decimal(180))) == pytest.approx(
        12436.8, abs=1
    )


@pytest.mark.parametrize("wish", PARTS)
def test_each_wish_is_met_not_known_or_lacking(wish: Wish) -> None:
    name, has, unknown, lacks = PARTS[wish]

    found = [find_fits(ALL, one_of(**{name: value}))[wish] for value in (has, unknown, lacks)]

    assert found == [Fit.YES, Fit.NOT_KNOWN, Fit.NO]


def test_a_plan_is_the_same_only_by_its_whole_name() -> None:
    ask = FinderAsk("heart", network="Medicare")

    assert find_fits(ask, one_of(networks=("Medicare Advantage Gold",)))[Wish.NETWORK] is Fit.NO
    assert find_fits(ask, one_of(networks=("MEDICARE",)))[Wish.NETWORK] is Fit.YES


def test_the_reasons_are_in_words_and_say_what_is_not_known() -> None:
    known = one_of(accepts_new=True, networks=("Senior plan",), languages=("es",), position=NEAR, opening_on=TODAY)
    ask = FinderAsk("heart", "Elm 85000", HOME, "es", "Senior plan")
    named = {"language": "es", "network": "Senior plan", "place": "Elm 85000"}

    best, rest = rank(ask, [one_of(2), known], TODAY)

    assert [one.say for one in best.reasons] == [
        Say("finder.new_patients_yes", **named), Say("finder.network_yes", **named),
        Say("finder.language_yes", **named), Say("finder.miles", count=1), Say("finder.opening", day=TODAY),
    ]  # fmt: skip
    assert [one.fit for one in rest.reasons] == [Fit.NOT_KNOWN] * 5
    assert (rest.miles, rest.days, rest.has, rest.lacks) == (None, None, 0, 0)


def test_a_wait_is_said_with_the_day_on_which_it_was_told_and_a_full_calendar_as_such() -> None:
    told, untold, full = rank(
        FinderAsk("heart"),
        [one_of(1, wait_days=3, told_on=TODAY), one_of(2, wait_days=4), one_of(3, has_calendar=True)],
        TODAY,
    )

    assert told.reasons[-1].say == Say("finder.wait_told", count=3, day=TODAY)
    assert {one.reasons[-1].say.key for one in (untold, full)} == {"finder.wait", "finder.calendar_full"}


def test_of_two_alike_the_sooner_comes_first_then_the_nearer_then_the_name() -> None:
    ask = FinderAsk("heart", position=HOME)
    soon = one_of(4, wait_days=2, position=FAR)
    near, far = one_of(3, wait_days=9, position=NEAR), one_of(1, wait_days=9, position=FAR)

    found = rank(ask, [far, near, soon, replace(far, id=UUID(int=2), name_key="a")], TODAY)

    assert [one.id.int for one in found] == [4, 3, 2, 1]


@given(asks, candidates, st.randoms())
def test_the_order_does_not_depend_on_the_order_of_what_is_given(
    ask: FinderAsk, given_ones: list[Candidate], dice: object
) -> None:
    shuffled = list(given_ones)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]

    assert rank(ask, shuffled, TODAY) == rank(ask, given_ones, TODAY)


@given(asks, candidates)
def test_the_reasons_match_the_rank(ask: FinderAsk, given_ones: list[Candidate]) -> None:
    found = rank(ask, given_ones, TODAY)

    assert sorted(one.id for one in found) == sorted(one.id for one in given_ones)
    counts = [one.has - one.lacks for one in found]
    assert counts == sorted(counts, reverse=True)
    wished = [f"finder.{wish}_{fit}" for wish in Wish for fit in Fit]
    for one in found:
        told = [reason.fit for reason in one.reasons if reason.say.key in wished]
        assert (told.count(Fit.YES), told.count(Fit.NO)) == (one.has, one.lacks)


def test_who_has_most_of_it_comes_before_those_of_whom_nothing_is_known() -> None:
    nearly = one_of(2, accepts_new=True, networks=("Senior plan",), languages=("es",), telehealth=False)

    assert [one.id.int for one in rank(ALL, [one_of(1), nearly], TODAY)] == [2, 1]


@given(asks, candidates, st.sampled_from(sorted(PARTS)))
def test_what_is_not_known_never_counts_as_a_no(ask: FinderAsk, others: list[Candidate], wish: Wish) -> None:
    name, has, unknown, lacks = PARTS[wish]
    others = [one for one in others if one.id.int != 7]

    def place(value: object) -> int:
        ranked = rank(ask, [*others, one_of(7, name_key="entry", **{name: value})], TODAY)
        return [one.id.int for one in ranked].index(7)

    assert place(has) <= place(unknown) <= place(lacks)


@given(candidates.filter(lambda ones: len(ones) > 1))
def test_an_unknown_wait_or_distance_is_neither_the_best_nor_the_worst(given_ones: list[Candidate]) -> None:
    ask = FinderAsk("heart", position=HOME)
    soonest, slowest = one_of(1, wait_days=0), one_of(3, wait_days=90)
    alike = [replace(one, accepts_new=None) for one in given_ones if one.id.int > 3]

    found = [one.id.int for one in rank(ask, [*alike, soonest, slowest, one_of(2)], TODAY)]

    assert found.index(1) < found.index(2) < found.index(3)


def test_more_days_are_later() -> None:
    found = rank(FinderAsk("x"), [one_of(n, opening_on=TODAY + timedelta(days=n)) for n in (3, 1, 2)], TODAY)

    assert [one.days for one in found] == [1, 2, 3]
