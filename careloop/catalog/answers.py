"""What people write back, read from ``data/inbound_words.toml``: the words of each meaning, with their sources."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from careloop.catalog.tables import (
    Entry,
    KnowledgeError,
    SourceEntry,
    build_source,
    by_id,
    must_know,
    read_rows,
    read_table,
)
from careloop.facts.answers import Meaning, Phrase, Place, Vocabulary
from careloop.facts.worklist import Confidence
from careloop.rules.answers import read_words

FILE = Path(__file__).with_name("data") / "inbound_words.toml"
TABLE = "inbound_words"


class AnswerSource(SourceEntry, frozen=True, kw_only=True):
    """A source of words, and how well it was checked."""

    confidence: Confidence
    checked_on: date


class WordsOfMeaning(Entry, frozen=True):
    """The words of one meaning in one language ("" for any) from one source."""

    meaning: Meaning
    language: str
    source: str
    whole: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


class ListedWords(Entry, frozen=True):
    """Words without a meaning of their own: fillers, exceptions and notices."""

    words: tuple[str, ...]


@cache
def load_vocabulary() -> Vocabulary:
    """Return the words that are known; raise KnowledgeError when the file is not clear."""
    return read_vocabulary(FILE)


def read_vocabulary(path: Path) -> Vocabulary:
    """Read and validate one file; raise KnowledgeError naming row and field.

    Of words that stand there with two meanings the whole file is refused: nobody could tell which counts.
    """
    content = read_table(path)
    sources = by_id(TABLE, read_rows(TABLE, content, "source", AnswerSource))
    rows = read_rows(TABLE, content, "words", WordsOfMeaning)
    for row in rows:
        must_know(TABLE, f"{row.meaning} {row.language}", "source", [row.source], known=sources)
    phrases = tuple(_phrases(rows))
    _expect_one_meaning(phrases)
    try:
        fillers = msgspec.convert(content.get("fillers"), ListedWords)
        exceptions = msgspec.convert(content.get("exceptions"), ListedWords)
        notices = msgspec.convert(content.get("notices"), ListedWords)
        signs = msgspec.convert(content.get("signs"), dict[str, Meaning])
    except msgspec.ValidationError as error:
        message = f"{TABLE}.toml: {error}"
        raise KnowledgeError(message) from error
    return Vocabulary(
        phrases=phrases,
        fillers=frozenset(read_words(one) for one in fillers.words),
        signs=signs,
        exceptions=frozenset(read_words(one) for one in exceptions.words),
        notices=tuple(sorted({read_words(one) for one in notices.words}, key=len, reverse=True)),
        sources=tuple(build_source(one, one.confidence, one.checked_on) for one in sources.values()),
    )


def _phrases(rows: tuple[WordsOfMeaning, ...]) -> Iterator[Phrase]:
    for row in rows:
        for place, texts in ((Place.WHOLE, row.whole), (Place.FIRST, row.first), (Place.WITHIN, row.within)):
            for text in texts:
                yield Phrase(_read(row, text), row.meaning, row.language, place)


def _read(row: WordsOfMeaning, text: str) -> tuple[str, ...]:
    if words := read_words(text):
        return words
    message = f"{TABLE}.toml, {row.meaning} {row.language}: {text!r} has no word."
    raise KnowledgeError(message)


def _expect_one_meaning(phrases: tuple[Phrase, ...]) -> None:
    seen: dict[tuple[tuple[str, ...], Place], Meaning] = {}
    for phrase in phrases:
        if seen.setdefault((phrase.words, phrase.place), phrase.meaning) is not phrase.meaning:
            message = f"{TABLE}.toml, {phrase.meaning}: {' '.join(phrase.words)!r} has another meaning too."
            raise KnowledgeError(message)
