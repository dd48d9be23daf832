"""What is searched for in notes, and the piece of text that is shown."""

from hypothesis import given
from hypothesis import strategies as st

from careloop.rules.notes import AROUND, cut_snippet, read_tokens


def test_words_are_asked_for_without_case_accents_and_signs() -> None:
    assert read_tokens("Náusea,  DIABETES' & | !nausea:*") == ("nausea", "diabetes")


def test_eight_words_are_the_most() -> None:
    assert len(read_tokens(" ".join(f"word{n}" for n in range(20)))) == 8


def test_the_words_found_are_marked_as_they_stand_in_the_text() -> None:
    assert cut_snippet("No hay NÁUSEAS hoy.", ("nausea",)) == (("No hay ", False), ("NÁUSEAS", True), (" hoy.", False))


def test_a_long_text_is_cut_around_the_first_word_found() -> None:
    parts = cut_snippet("a " * 500 + "needle" + " b" * 500, ("needle",))

    assert parts[0] == parts[-1] == ("…", False)
    assert ("needle", True) in parts
    assert len("".join(text for text, _ in parts)) < 4 * AROUND


def test_without_a_word_found_the_text_begins() -> None:
    assert cut_snippet("Short text.", ("other",)) == (("Short text.", False),)


@given(st.text(max_size=600), st.text(max_size=30))
def test_what_is_shown_stands_in_the_text(words: str, asked: str) -> None:
    parts = cut_snippet(words, read_tokens(asked))
    shown = "".join(text for text, _found in parts).strip("…")

    assert all(ours in words or ours.isspace() or " " in ours for ours in (text for text, found in parts if found))
    assert len(shown) <= max(len(words), 1)
