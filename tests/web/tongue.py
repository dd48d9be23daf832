"""What a screen says in the language of its reader: a test names the English words, and finds those of the screen."""

import re
from dataclasses import dataclass
from functools import cache

from babel.messages.pofile import read_po

from careloop.catalog.speech import load_words
from tests.web.words import PO

# What stands for a value in a message: %(name)s in the words of screens, {name} in those of rules.
_VALUE = re.compile(r"%\(\w+\)\w|\{\w+\}")
_SIGN = re.compile(r"([.*+?^${}()|\[\]\\/])")


@dataclass(frozen=True, slots=True)
class Tongue:
    """The language of a screen ("en", "es")."""

    language: str

    def says(self, words: str) -> re.Pattern[str]:
        """Match these English words as they stand on this screen: a whole message, or those that hold these words.

        :raises KeyError: no message says so
        """
        return re.compile(self._any(words))

    def begins(self, words: str) -> re.Pattern[str]:
        """The same, at the beginning: the key of a button stands behind its words."""
        return re.compile(f"^(?:{self._any(words)})")

    def says_just(self, words: str) -> re.Pattern[str]:
        """The same, with nothing before and after."""
        return re.compile(f"^(?:{self._any(words)})$")

    def _any(self, words: str) -> str:
        found = _find(words)
        if not found:
            raise KeyError(words)
        return _as_pattern(words) if self.language == "en" else "|".join(sorted(map(_as_pattern, found)))


def _as_pattern(text: str) -> str:
    return ".*".join(_SIGN.sub(r"\\\1", part) for part in _VALUE.split(text))


@cache
def _find(words: str) -> frozenset[str]:
    """Return the Spanish of the message that is just these words; of those that hold them, if there is none."""
    pairs = _pairs()
    whole = {spanish for english, spanish in pairs if english == words}
    return frozenset(whole or {spanish for english, spanish in pairs if words in english})


@cache
def _pairs() -> frozenset[tuple[str, str]]:
    """Return every message in English and Spanish: those of the screens, and those that rules say."""
    with PO.open("rb") as file:
        catalog = read_po(file, locale="es")
    found = set()
    for one in catalog:
        if one.id:
            many = isinstance(one.id, tuple)
            found |= set(zip(one.id, one.string, strict=True)) if many else {(one.id, one.string)}
    english, spanish = load_words("en"), load_words("es")
    for key, sentence in english.items():
        found |= {(sentence.one, spanish[key].one), (sentence.other, spanish[key].other)}
    return frozenset((str(one), str(other)) for one, other in found if one and other)
