"""The allergy list: what folds, what counts, and "no known allergies" beside an allergy."""

import pytest

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import FOOD
from careloop.facts.chart_lists import AllergyLine, AllergyState, ListOf, Match, NoneKnown, SourcedFact
from careloop.rules.chart_lists.allergies import list_allergies
from tests.rules.chart_lists.sources import ON, allergy

ASPIRIN = "rxnorm|1191"
ASPIRIN_SUBSTANCE = "sct|387458008"
PENICILLIN_G = "rxnorm|7980"
PEANUT = "sct|91935009"
LATEX = "sct|300916003"
NONE, NONE_MEDICINES, NONE_FOOD = "sct|716186003", "sct|409137002", "sct|429625007"


def listed(*sources: SourcedFact) -> ListOf[AllergyLine]:
    return list_allergies(sources, ON, load_knowledge())


def test_an_ingredient_and_the_substance_beside_it_fold() -> None:
    lists = listed(
        allergy("Aspirin", ASPIRIN, ASPIRIN_SUBSTANCE, number=1),
        allergy("ASA", ASPIRIN_SUBSTANCE, number=2),
        allergy("Latex allergy", LATEX, number=3),
        allergy("latex", number=4),
    )

    told = [(line.label, line.match, len(line.sources), line.notes) for line in lists.now]
    assert told == [
        ("aspirin", Match.INGREDIENT, 2, ()),
        ("latex", Match.LABEL, 1, (Say("lists.not_coded"),)),
        ("Latex allergy", Match.CODE, 1, ()),
    ]


STATES = [
    ([("active", "confirmed")], AllergyState.ACTIVE),
    ([("", "")], AllergyState.ACTIVE),
    ([("active", "unconfirmed")], AllergyState.ACTIVE),
    ([("inactive", "confirmed")], AllergyState.INACTIVE),
    ([("resolved", "confirmed")], AllergyState.INACTIVE),
    ([("", "refuted")], AllergyState.REFUTED),
    ([("", "entered-in-error")], AllergyState.ENTERED_IN_ERROR),
    ([("inactive", "confirmed"), ("active", "confirmed")], AllergyState.ACTIVE),
    ([("", "refuted"), ("active", "confirmed")], AllergyState.ACTIVE),
    ([("", "entered-in-error"), ("inactive", "confirmed")], AllergyState.INACTIVE),
]


@pytest.mark.parametrize(("entries", "state"), STATES)
def test_the_state_of_a_line(entries: list[tuple[str, str]], state: AllergyState) -> None:
    (line,) = listed(
        *(allergy("Latex", LATEX, status=s, verification=v, number=n) for n, (s, v) in enumerate(entries))
    ).lines

    assert line.state is state
    assert line.is_counted is (state in (AllergyState.ACTIVE, AllergyState.INACTIVE))


DISAGREE = [
    ([("inactive", "confirmed"), ("active", "confirmed")], (Say("lists.inactive_and_active"),)),
    ([("", "refuted"), ("active", "confirmed")], (Say("lists.refuted_by_one"),)),
    ([("active", "unconfirmed"), ("active", "confirmed")], (Say("lists.confirmed_by_one"),)),
    ([("active", ""), ("active", "confirmed")], ()),
    ([("", "entered-in-error"), ("active", "confirmed")], ()),
]


@pytest.mark.parametrize(("entries", "says"), DISAGREE)
def test_disagreements_are_said(entries: list[tuple[str, str]], says: tuple[Say, ...]) -> None:
    (line,) = listed(
        *(allergy("Latex", LATEX, status=s, verification=v, number=n) for n, (s, v) in enumerate(entries))
    ).lines

    assert line.disagreements == says


def said_of(*sources: SourcedFact) -> dict[str, tuple[Say, ...]]:
    return {line.label: line.disagreements for line in listed(*sources).lines}


def test_no_known_allergies_beside_an_allergy_is_a_disagreement_on_both_lines() -> None:
    said = said_of(
        allergy("NKA", NONE, number=1), allergy("Latex", LATEX, number=2), allergy("Dust", number=3, status="inactive")
    )

    assert said == {
        "NKA": (Say("lists.none_known_but", count=1),),
        "Latex": (Say("lists.none_known_beside"),),
        "Dust": (),
    }


def test_no_known_allergies_to_medicines_speaks_of_medicines_only() -> None:
    said = said_of(
        allergy("NKDA", NONE_MEDICINES, number=1), allergy("Latex", LATEX, number=2), allergy("ASA", ASPIRIN, number=3)
    )

    assert said == {
        "NKDA": (Say("lists.none_known_but", count=1),),
        "Latex": (),
        "aspirin": (Say("lists.none_known_medicine_beside"),),
    }


def test_no_known_allergies_to_food_speaks_of_food_only() -> None:
    said = said_of(
        allergy("No food allergy", NONE_FOOD, number=1, outcome=(FOOD,)),
        allergy("Peanut", PEANUT, number=2, outcome=(FOOD,)),
        allergy("ASA", ASPIRIN, number=3, outcome=("allergy-category|medication",)),
        allergy("Latex", LATEX, number=4, outcome=("allergy-category|environment",)),
    )

    assert said == {
        "No food allergy": (Say("lists.none_known_but", count=1),),
        "Peanut": (Say("lists.none_known_food_beside"),),
        "aspirin": (),
        "Latex": (),
    }


def test_no_known_allergies_to_food_beside_a_medicine_allergy_is_no_disagreement() -> None:
    said = said_of(allergy("No food allergy", NONE_FOOD, number=1), allergy("ASA", ASPIRIN, number=2))

    assert said == {"No food allergy": (), "aspirin": ()}


NAMES = [
    ("Penicillin", PENICILLIN_G, "Penicillin"),
    ("Penicillins", PENICILLIN_G, "Penicillins"),
    ("Penicillin G", PENICILLIN_G, "penicillin g"),
    ("ASA", ASPIRIN, "aspirin"),
    ("", ASPIRIN, "aspirin"),
]


@pytest.mark.parametrize(("written", "code", "shown"), NAMES)
def test_words_that_say_less_than_the_code_are_kept(written: str, code: str, shown: str) -> None:
    (line,) = listed(allergy(written, code)).now

    assert line.label == shown


def test_statements_of_none_known_agree_with_each_other_and_are_no_allergies() -> None:
    lists = listed(allergy("NKA", NONE, number=1), allergy("No food allergy", NONE_FOOD, number=2))

    assert [(line.none_known, line.disagreements) for line in lists.now] == [(NoneKnown.ALL, ()), (NoneKnown.FOOD, ())]


def test_a_statement_that_was_taken_back_contradicts_nothing() -> None:
    said = said_of(allergy("NKA", NONE, number=1, verification="entered-in-error"), allergy("Latex", LATEX, number=2))

    assert said == {"NKA": (), "Latex": ()}
