"""Sentences to be said: equal by what they say, and the same after they were kept."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say, first_words

names = st.sampled_from(["count", "day", "label", "who", "first"])
values = st.text() | st.integers() | st.dates()
sentences = st.builds(lambda key, given: Say(key, **given), st.text(min_size=1), st.dictionaries(names, values))


@given(sentences)
def test_a_sentence_comes_back_as_it_was_kept(said: Say) -> None:
    kept = json.loads(json.dumps(said.as_stored()))

    assert Say.from_stored(kept) == said
    assert Say.from_stored(kept).as_stored() == said.as_stored()


@given(sentences)
def test_equal_sentences_are_one_in_a_set(said: Say) -> None:
    again = Say(said.key, **dict(reversed(said.values)))

    assert again == said
    assert len({said, again}) == 1


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (Say("a.b"), {"key": "a.b", "values": {}}),
        (Say("a", count=2), {"key": "a", "values": {"count": 2}}),
        (Say("a", day=date(2026, 11, 21)), {"key": "a", "values": {"day": {"on": "2026-11-21"}}}),
        (Say("a", text="2026-11-21"), {"key": "a", "values": {"text": "2026-11-21"}}),
    ],
)
def test_a_sentence_is_kept_as_plain_json(said: Say, kept: dict[str, object]) -> None:
    assert said.as_stored() == kept


def test_a_kept_sentence_without_values_can_be_said() -> None:
    assert Say.from_stored({"key": "a.b"}) == Say("a.b")


def test_a_sentence_cannot_be_changed() -> None:
    said = Say("a")
    with pytest.raises(AttributeError):
        said.key = "b"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("no", "status"), [(Refusal(Say("a")), 409), (NotFound(), 404), (TakenMeanwhile(Say("a")), 409)]
)
def test_a_refusal_says_what_people_read_and_the_status_it_maps_to(no: Refusal, status: int) -> None:
    assert no.status == status
    assert no.say.key in str(no)


def test_not_found_says_nothing_of_what_was_asked_for() -> None:
    assert str(NotFound("patient 1")) == str(NotFound()) == "refusal.not_found {}"


@given(st.text(), st.integers(2, 40))
def test_the_beginning_of_a_text_is_whole_words_and_says_that_more_follows(text: str, letters: int) -> None:
    begun, said = first_words(text, letters), " ".join(text.split())

    assert len(begun) <= letters
    assert begun == said or begun.endswith("…")
    assert said.startswith(begun.removesuffix("…").rstrip())


def test_a_long_text_ends_at_a_word() -> None:
    assert first_words("Bring letters and test results.", 16) == "Bring letters…"
    assert first_words("Bring  letters", 13) == "Bring letters"
    assert first_words("Bring letters and", 14) == "Bring letters…"
    assert first_words("Supercalifragilistic", 6) == "Super…"
