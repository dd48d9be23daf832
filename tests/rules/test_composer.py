"""A message while it is written: what stops it, what is only said, and how it would look."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.catalog.messages import load_messages, load_samples, load_tongues
from careloop.facts.composer import Look
from careloop.facts.consents import Road, Topic
from careloop.facts.messages import Composed, Field, Hold, Need, PartPrice, Piece, Private, Reader
from careloop.rules.compose import compose
from careloop.rules.composer import MOST_SIGNS, look_through, write_own
from careloop.rules.private_words import list_names

ON = date(2026, 11, 23)
NAMES = list_names([("metformin", Private.MEDICINE), ("diabetes", Private.CONDITION)])
VALUES = {Field.NAME: "Rosa", Field.SENDER: "Dana", Field.PHONE: "(555) 010-0100"}
LONG = ["compose_hint.hard", "compose_hint.long_sentence"]
ENGLISH, SPANISH = Reader("en", "America/Chicago"), Reader("es", "America/Chicago")


def own(words: str, road: Road = Road.TEXT, reader: Reader = ENGLISH) -> Composed:
    return write_own(words, Topic.VISITS, reader, road, VALUES, tongues=load_tongues(), names=NAMES)


def look(words: str, road: Road = Road.TEXT, reader: Reader = ENGLISH) -> Look:
    return look_through(own(words, road, reader), (), ON)


def keys(found: Look) -> tuple[list[str], list[str]]:
    return [say.key for say in found.stops], [say.key for say in found.hints]


def test_own_words_go_with_greeting_sender_and_number_in_their_language() -> None:
    text = dict(own("We found a ride.").pieces)[Piece.TEXT]
    spanish = dict(own("Hay transporte.", reader=SPANISH).pieces)[Piece.TEXT]

    assert "Rosa" in text
    assert "Dana" in text
    assert "(555) 010-0100" in text
    assert "We found a ride." in text
    assert "Hay transporte." in spanish
    assert spanish.split("Hay")[0] != text.split("We")[0]


@pytest.mark.parametrize(
    ("words", "stops", "hints"),
    [
        ("We found a ride for you.", [], []),
        ("", ["compose_stop.empty"], []),
        ("  \x00 ", ["compose_stop.empty"], []),
        ("Your metformin is ready.", ["message_private.medicine"], ["compose_hint.hard"]),
        (
            "Metformin helps diabetes.",
            ["message_private.medicine", "message_private.condition"],
            ["compose_hint.hard"],
        ),
        ("x " * MOST_SIGNS, ["compose_stop.too_long"], [*LONG, "compose_hint.parts"]),
        ("We will come á.", [], ["compose_hint.signs"]),
    ],
)
def test_what_stops_a_text_and_what_is_only_said(words: str, stops: list[str], hints: list[str]) -> None:
    assert keys(look(words)) == (stops, hints)


def test_a_hard_sentence_is_said_and_does_not_stop() -> None:
    found = look(
        "Consequently, additional authorization documentation necessitates immediate administrative attention."
    )

    assert found.may_go
    assert found.grade is not None
    assert found.grade.grade > 6
    assert keys(found)[1] == ["compose_hint.hard"]


def test_a_letter_may_say_inside_what_a_text_may_not() -> None:
    assert look("Your metformin is ready.", Road.LETTER).may_go
    assert not look("Your metformin is ready.", Road.TEXT).may_go


def test_what_the_patient_chose_to_have_named_may_stand() -> None:
    chosen = replace(ENGLISH, chosen=frozenset({Private.MEDICINE}))

    assert look("Your metformin is ready.", reader=chosen).may_go


def test_cost_is_shown_only_where_the_clinic_said_what_a_part_costs() -> None:
    composed = own("We found a ride for you.")
    parts = composed.parts
    price = PartPrice(date(2026, 1, 1), 79, "Contract")

    assert parts is not None
    assert look_through(composed, (), ON).cost_hundredths is None
    assert look_through(composed, (price,), ON).cost_hundredths == 79 * parts.parts
    assert look_through(composed, (price,), date(2025, 12, 31)).cost_hundredths is None
    assert look_through(own("A letter.", Road.LETTER), (price,), ON).cost_hundredths is None


def test_words_that_nobody_approved_stop_but_where_the_house_lets_drafts_go() -> None:
    template = load_messages()["stop_confirmed"]
    composed = compose(template, SPANISH, Road.TEXT, load_samples("es"), tongues=load_tongues(), names=NAMES)

    assert composed.holds == {Hold.NOT_APPROVED}
    assert composed.needs == {Need.INTERPRETER}
    assert keys(look_through(composed, (), ON)) == (["compose_stop.not_approved"], ["compose_hint.interpreter"])
    shown = look_through(composed, (), ON, may_send_drafts=True)
    assert shown.may_go
    assert keys(shown)[1] == ["compose_hint.draft_words", "compose_hint.interpreter"]


@given(st.text(max_size=400), st.sampled_from([Road.TEXT, Road.EMAIL, Road.LETTER, Road.PORTAL]))
def test_own_words_stand_as_they_were_written_whatever_they_hold(words: str, road: Road) -> None:
    found = look(words, road)
    written = " ".join(words.replace("\x00", "").split())

    assert " ".join(found.composed.words.split()) == written
    assert any(written in " ".join(text.split()) for _piece, text in found.composed.pieces)
