"""What somebody wrote back: the meanings that are known, the words for each, and what a text was understood as."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from careloop.facts.worklist import Source


class Meaning(StrEnum):
    """What an answer can mean. ``WORDS`` is everything else: a person reads it."""

    URGENT = "urgent"
    STOP = "stop"
    START = "start"
    HELP = "help"
    YES = "yes"
    NO = "no"
    CHANGE = "change"
    RIDE = "ride"
    MONEY = "money"
    WORDS = "words"


class Asked(StrEnum):
    """What the newest message asked: it decides what a digit means."""

    VISIT = "visit"
    OFFER = "offer"
    PILLS = "pills"
    QUESTION = "question"
    NOTHING = "nothing"


# What the digits of our own messages stand for. "Reply 1 for yes, 2 to change it."
DIGITS: Mapping[Asked, Mapping[str, Meaning]] = {
    Asked.VISIT: {"1": Meaning.YES, "2": Meaning.CHANGE},
    Asked.OFFER: {"1": Meaning.YES, "2": Meaning.NO},
    Asked.PILLS: {"1": Meaning.YES, "2": Meaning.NO},
    Asked.QUESTION: {"1": Meaning.YES, "2": Meaning.NO},
    Asked.NOTHING: {},
}


class Place(StrEnum):
    """Where words must stand to count: alone but for others that are known, at the beginning, or anywhere."""

    WHOLE = "whole"
    FIRST = "first"
    WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in small letters without accents, what they mean, and in which language ("" for any)."""

    words: tuple[str, ...]
    meaning: Meaning
    language: str = ""
    place: Place = Place.WHOLE


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that are known. ``fillers`` say nothing by themselves, ``signs`` are pictures with a meaning.

    Where one of the ``exceptions`` stands, "stop" is only heard when nothing else is said.
    ``notices`` stand beneath mails of offices whatever is written above, the longest first.
    """

    phrases: tuple[Phrase, ...]
    fillers: frozenset[tuple[str, ...]]
    signs: Mapping[str, Meaning]
    exceptions: frozenset[tuple[str, ...]] = frozenset()
    notices: tuple[tuple[str, ...], ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """What a text means. ``also`` are further meanings that stand in it as surely as the first.

    ``hints`` are only guessed from single words: they are shown to a person and move nothing. ``found`` are the words
    that decided, ``language`` theirs ("" where none of them tells).
    """

    meaning: Meaning
    also: tuple[Meaning, ...] = ()
    hints: tuple[Meaning, ...] = ()
    found: tuple[str, ...] = ()
    language: str = ""

    def has(self, meaning: Meaning) -> bool:
        """Tell whether the text surely means this, first or also."""
        return meaning is self.meaning or meaning in self.also
