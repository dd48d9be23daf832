"""The words that people write back: read with care, each with its source, none with two meanings."""

from pathlib import Path

import pytest

from careloop.catalog.answers import FILE, load_vocabulary, read_vocabulary
from careloop.catalog.tables import KnowledgeError
from careloop.facts.answers import Meaning, Place
from careloop.facts.worklist import Confidence

LAW = {"stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"}


def test_every_word_of_the_law_ends_the_texts() -> None:
    words = {
        " ".join(p.words) for p in load_vocabulary().phrases if p.meaning is Meaning.STOP and p.place is Place.WHOLE
    }

    assert words >= LAW


@pytest.mark.parametrize("meaning", [one for one in Meaning if one not in (Meaning.WORDS, Meaning.START)])
def test_every_meaning_has_words_in_english_and_spanish(meaning: Meaning) -> None:
    assert {p.language for p in load_vocabulary().phrases if p.meaning is meaning} >= {"en", "es"}


def test_what_nobody_checked_says_so() -> None:
    known = {source.id: source.confidence for source in load_vocabulary().sources}

    assert known["own-words"] is Confidence.GENERAL
    assert known["fcc-revocation"] is Confidence.SECONDARY


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('source = "fcc-revocation"', 'source = "somewhere"', "unknown somewhere"),
        ('whole = ["help", "info"]', 'whole = ["help", "stop"]', "'stop' has another meaning too"),
        ('whole = ["help", "info"]', 'whole = ["help", "?"]', "'?' has no word"),
        ('meaning = "help"', 'meaning = "halp"', "inbound_words.toml"),
        ('"👍" = "yes"', '"👍" = "maybe"', "inbound_words.toml"),
    ],
)
def test_a_file_that_is_not_clear_is_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "inbound_words.toml"
    path.write_text(FILE.read_text("utf-8").replace(old, new, 1), "utf-8")

    with pytest.raises(KnowledgeError, match=None) as wrong:
        read_vocabulary(path)

    assert told in str(wrong.value)
