"""Private words: found whole and in the plural where others may see them, and only there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.basics.words import Say
from careloop.facts.messages import OPEN_PIECES, Piece, Private
from careloop.rules.private_words import add_names, find_private_words, list_names

NAMES = list_names(
    [
        ("metformin", Private.MEDICINE),
        ("heart failure", Private.CONDITION),
        ("depresión", Private.CONDITION),
        ("heart", Private.SPECIALTY),
        ("knee", Private.SPECIALTY),
        ("", Private.CLINIC),
    ]
)


def found(text: str, piece: Piece = Piece.TEXT, chosen: frozenset[Private] = frozenset()) -> list[tuple[str, Private]]:
    return [(one.word, one.kind) for one in find_private_words(text, piece, NAMES, chosen)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Take your Metformin.", [("metformin", Private.MEDICINE)]),
        ("Your HEART-FAILURE visit", [("heart failure", Private.CONDITION)]),
        ("The heart visit", [("heart", Private.SPECIALTY)]),
        ("Both knees", [("knees", Private.SPECIALTY)]),
        ("Su cita de depresion", [("depresion", Private.CONDITION)]),
        ("Su cita de DEPRESIÓN", [("depresion", Private.CONDITION)]),
        ("A hearty kneel, metformins", [("metformins", Private.MEDICINE)]),
        ("metformin and metformin", [("metformin", Private.MEDICINE)]),
        ("knee, then heart failure", [("knee", Private.SPECIALTY), ("heart failure", Private.CONDITION)]),
        ("Your visit is on Monday.", []),
        ("", []),
    ],
)
def test_what_is_found(text: str, expected: list[tuple[str, Private]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("piece", Piece)
def test_it_is_looked_for_only_where_others_may_see_it(piece: Piece) -> None:
    assert bool(found("metformin", piece)) is (piece in OPEN_PIECES)


def test_the_open_pieces_are_those_of_the_design() -> None:
    assert {Piece.TEXT, Piece.EMAIL_SUBJECT, Piece.ENVELOPE, Piece.VOICEMAIL} == OPEN_PIECES


def test_what_the_patient_chose_may_stand_and_nothing_else_with_it() -> None:
    text = "Heart failure, metformin"

    assert found(text, chosen=frozenset({Private.MEDICINE})) == [("heart failure", Private.CONDITION)]


def test_the_clinic_is_added_by_who_knows_its_name() -> None:
    names = add_names(NAMES, [("Elm Street Clinic", Private.CLINIC)])

    one = find_private_words("Come to Elm Street Clinic at 9", Piece.TEXT, names)[0]

    assert (one.word, one.kind) == ("elm street clinic", Private.CLINIC)
    assert one.why == Say("message_private.clinic", word="elm street clinic")
    assert find_private_words("metformin", Piece.TEXT, names)
    assert not find_private_words("Elm Street Clinic", Piece.TEXT, NAMES)


def test_without_names_nothing_is_found() -> None:
    assert find_private_words("metformin", Piece.TEXT, list_names([])) == ()


@given(before=st.text(), after=st.text(), name=st.sampled_from(["metformin", "heart failure", "depresión"]))
def test_a_name_is_found_wherever_it_stands(before: str, after: str, name: str) -> None:
    words = [word for word, _kind in found(f"{before} . {name} . {after}")]

    assert set(words) & {"metformin", "heart failure", "depresion"}
