"""What people answer to reminders of what they take, read from ``data/pill_words.toml``."""

from functools import cache
from pathlib import Path

from careloop.catalog.tables import Entry, KnowledgeError, read_rows, read_table
from careloop.facts.medicine_reminders import PillWords
from careloop.facts.reminders import ReminderAnswer
from careloop.rules.answers import read_words

FILE = Path(__file__).with_name("data") / "pill_words.toml"
TABLE = "pill_words"


class WordsOfAnswer(Entry, frozen=True):
    """The words of one answer: said alone, or anywhere in a text."""

    answer: ReminderAnswer
    whole: tuple[str, ...]
    within: tuple[str, ...]


@cache
def load_pill_words() -> PillWords:
    """Return the words that are known; raise KnowledgeError when the file is not clear."""
    return read_pill_words(FILE)


def read_pill_words(path: Path) -> PillWords:
    """Read and validate one file; raise KnowledgeError for words without a sign, or with two meanings."""
    whole: dict[tuple[str, ...], ReminderAnswer] = {}
    within: dict[tuple[str, ...], ReminderAnswer] = {}
    for row in read_rows(TABLE, read_table(path), "words", WordsOfAnswer):
        for place, texts in ((whole, row.whole), (within, row.within)):
            for text in texts:
                words = read_words(text)
                if not words or place.setdefault(words, row.answer) is not row.answer:
                    message = f"{TABLE}.toml, {row.answer}: {text!r} says nothing, or has another meaning too."
                    raise KnowledgeError(message)
    return PillWords(whole, within)
