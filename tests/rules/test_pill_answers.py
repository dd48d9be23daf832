"""What answers to reminders of medicines mean: known words alone, harm and stopping anywhere, the rest to a person."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.catalog.answers import load_vocabulary
from careloop.catalog.pill_words import load_pill_words, read_pill_words
from careloop.catalog.tables import KnowledgeError
from careloop.facts.reminders import ReminderAnswer
from careloop.rules.pill_answers import understand_pills

WORDS, FILLERS = load_pill_words(), load_vocabulary().fillers


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("1", "taken"), ("DONE!", "taken"), ("Yes, took it, thank you", "taken"), ("Sí, ya me la tomé", "taken"),
        ("2", "not_taken"), ("not yet", "not_taken"), ("no, I forgot", "not_taken"), ("Todavía no", "not_taken"),
        ("3", "stopped"), ("I quit taking those pills", "stopped"), ("ya no las tomo", "stopped"),
        ("yes but it makes me sick", "side_effect"), ("Me cae mal", "side_effect"),
        ("I stopped taking it, it gave me a rash", "side_effect"), ("can dizzy spells come from it?", "side_effect"),
        ("1?", None), ("yes no", None), ("the cat ate it", None), ("", None), ("12", None), ("1 2", None),
    ],
)  # fmt: skip
def test_what_each_text_means(text: str, answer: str | None) -> None:
    found = understand_pills(text, WORDS, FILLERS)

    assert found == (None if answer is None else ReminderAnswer(answer))


@given(st.text(max_size=200))
def test_whatever_comes_in_is_read_without_a_fault(text: str) -> None:
    assert understand_pills(text, WORDS, FILLERS) in (None, *ReminderAnswer)


@given(st.sampled_from(sorted(WORDS.within)), st.text(alphabet="xyz ", max_size=30))
def test_harm_and_stopping_are_found_in_the_middle_of_other_words(phrase: tuple[str, ...], around: str) -> None:
    text = f"{around} {' '.join(phrase)} {around}"

    assert understand_pills(text, WORDS, FILLERS) in (ReminderAnswer.STOPPED, ReminderAnswer.SIDE_EFFECT)


@pytest.mark.parametrize("words", ['["1"]\nwithin = []\n[[words]]\nanswer = "stopped"\nwhole = ["1"]', '["!!"]'])
def test_a_file_with_words_of_two_meanings_or_of_none_is_refused(tmp_path: Path, words: str) -> None:
    file = tmp_path / "pill_words.toml"
    file.write_text(f'[[words]]\nanswer = "taken"\nwhole = {words}\nwithin = []\n', encoding="utf-8")

    with pytest.raises(KnowledgeError):
        read_pill_words(file)
