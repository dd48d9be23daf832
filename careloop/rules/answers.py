"""What an answer means: stop, start, help, danger, yes, no, another time, a ride, money, or words for a person.

Danger is looked for first and wherever it stands, with or without a "no" before it: a person hears of it at once, and
nothing is judged here. A wish for no more messages is kept in any reasonable words: 47 CFR 64.1200(a)(10), by which
other words than those it names count if a reasonable person would understand them so (read in a copy, 2026-11-23). All
else counts only when the whole text is made of words that are known: what is not wholly understood goes to a person,
and so does every question. The words with their sources: ``catalog/data/inbound_words.toml``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from careloop.basics.folding import fold_words
from careloop.facts.answers import DIGITS, Asked, Meaning, Phrase, Place, Understood, Vocabulary

# Of a word of so many letters one may be wrong; a shorter one would be another word.
LONG_WORD = 7
# More than a person types: what stands behind it is not read here, but kept whole.
MOST_SIGNS = 4000
_RUN = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHE = re.compile("['\u2019\u00b4`]")
_QUESTION = re.compile("[?\u00bf\uff1f\u061f]")
# What two meanings in one text come to; any other pair goes to a person. Who says yes and asks for another time has
# not said yes to this one.
TOGETHER: Mapping[frozenset[Meaning], tuple[Meaning, ...]] = {
    frozenset({Meaning.YES, Meaning.RIDE}): (Meaning.YES, Meaning.RIDE),
    frozenset({Meaning.YES, Meaning.CHANGE}): (Meaning.CHANGE,),
    frozenset({Meaning.NO, Meaning.CHANGE}): (Meaning.CHANGE,),
    frozenset({Meaning.CHANGE, Meaning.RIDE}): (Meaning.CHANGE, Meaning.RIDE),
}


def understand(text: str, asked: Asked, vocabulary: Vocabulary) -> Understood:
    """Return what a text means as an answer to what was asked; never raise, whatever it holds."""
    text = text[:MOST_SIGNS]
    words = read_words(text)
    if not words:
        return _of_signs(text, vocabulary)
    whole = _read_whole(words, asked, vocabulary)
    stops = _find_stops(words, whole or (), vocabulary)
    if dangers := _of(Meaning.URGENT, _find_within(words, vocabulary)):
        return _understood((Meaning.URGENT, *((Meaning.STOP,) if stops else ())), (*dangers, *stops))
    if stops:
        is_clear = whole is not None and not (asked is Asked.VISIT and _may_be_of_visit(stops, vocabulary))
        return _understood((Meaning.STOP, *(() if is_clear else (Meaning.WORDS,))), stops)
    known = None if _QUESTION.search(text) and not _is_call(whole) else whole
    if known:
        found = frozenset(phrase.meaning for phrase in known)
        meanings = (next(iter(found)),) if len(found) == 1 else TOGETHER.get(found)
        if meanings:
            return _understood(meanings, known)
    return Understood(Meaning.WORDS, hints=_hints(words, whole or (), vocabulary))


def find_danger(text: str, vocabulary: Vocabulary, *, is_of_office: bool = False) -> tuple[str, ...]:
    """Return the words of danger in a text, in the order of the list; none if there are none.

    Of an office's mail the notices that stand beneath every mail ("if this is an emergency, call 911") do not count.
    """
    words = read_words(text[:MOST_SIGNS])
    if is_of_office:
        words = _without_notices(words, vocabulary)
    return tuple(dict.fromkeys(" ".join(one.words) for one in _of(Meaning.URGENT, _find_within(words, vocabulary))))


def _without_notices(words: tuple[str, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    kept: list[str] = []
    at = 0
    while at < len(words):
        notice = next((one for one in vocabulary.notices if words[at : at + len(one)] == one), ())
        # What stood before and behind it is not read as one.
        kept.append("" if notice else words[at])
        at += len(notice) or 1
    return tuple(kept)


def read_words(text: str) -> tuple[str, ...]:
    """Return the words of a text: small, without accents and signs, and with no letter three times in a row."""
    return fold_words(_RUN.sub(r"\1", _APOSTROPHE.sub("", text)))


def is_near(word: str, known: str) -> bool:
    """Tell whether a word is a known one, or a long known one with one letter wrong, missing, more or swapped."""
    if word == known:
        return True
    if len(known) < LONG_WORD or abs(len(word) - len(known)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(word, known, strict=False)) if a != b), min(len(word), len(known)))
    rest, other = word[at:], known[at:]
    return (
        rest[1:] == other[1:]
        or rest[1:] == other
        or rest == other[1:]
        or (rest[:2] == other[:2][::-1] and rest[2:] == other[2:])
    )


def _of_signs(text: str, vocabulary: Vocabulary) -> Understood:
    found = {meaning: sign for sign, meaning in vocabulary.signs.items() if sign in text}
    if len(found) == 1 and not _QUESTION.search(text):
        meaning, sign = next(iter(found.items()))
        return Understood(meaning, found=(sign,))
    return Understood(Meaning.WORDS)


def _find_stops(words: tuple[str, ...], whole: Iterable[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """Return what asks for no more messages: said alone, at the beginning or in a clear sentence."""
    if found := _of(Meaning.STOP, whole):
        return found
    if any(_stands_at(words, at, one) for one in vocabulary.exceptions for at in range(len(words))):
        return []
    first = [p for p in vocabulary.phrases if p.place is Place.FIRST and _stands_at(words, 0, p.words)]
    return _of(Meaning.STOP, [*first, *_find_within(words, vocabulary)])


def _may_be_of_visit(stops: Iterable[Phrase], vocabulary: Vocabulary) -> bool:
    """Tell whether the same words begin a wish about a visit: "cancel" may be either, so a person asks as well."""
    changes = _of(Meaning.CHANGE, vocabulary.phrases)
    return any(change.words[: len(stop.words)] == stop.words for stop in stops for change in changes)


def _of(meaning: Meaning, phrases: Iterable[Phrase]) -> list[Phrase]:
    return [phrase for phrase in phrases if phrase.meaning is meaning]


def _understood(meanings: tuple[Meaning, ...], phrases: Iterable[Phrase]) -> Understood:
    deciding = list(phrases)
    languages = {phrase.language for phrase in deciding if phrase.language}
    return Understood(
        meanings[0],
        also=meanings[1:],
        found=tuple(dict.fromkeys(" ".join(phrase.words) for phrase in deciding)),
        language=languages.pop() if len(languages) == 1 else "",
    )


def _is_call(whole: tuple[Phrase, ...] | None) -> bool:
    """Tell whether a text is a bare call for help: "HELP?" is answered as HELP is."""
    return bool(whole) and all(phrase.meaning is Meaning.HELP for phrase in whole or ())


def _hints(words: tuple[str, ...], whole: Iterable[Phrase], vocabulary: Vocabulary) -> tuple[Meaning, ...]:
    found = [*whole, *_find_within(words, vocabulary)]
    return tuple(dict.fromkeys(phrase.meaning for phrase in found))


def _find_within(words: tuple[str, ...], vocabulary: Vocabulary) -> Iterator[Phrase]:
    for phrase in vocabulary.phrases:
        if phrase.place is Place.WITHIN and any(_stands_at(words, at, phrase.words) for at in range(len(words))):
            yield phrase


def _stands_at(words: tuple[str, ...], at: int, known: tuple[str, ...]) -> bool:
    here = words[at : at + len(known)]
    return len(here) == len(known) and all(is_near(word, other) for word, other in zip(here, known, strict=True))


def _read_whole(words: tuple[str, ...], asked: Asked, vocabulary: Vocabulary) -> tuple[Phrase, ...] | None:
    """Return the phrases that a text is made of, the longest first at each place; None if a word is left over."""
    digits = tuple(Phrase((digit,), meaning) for digit, meaning in DIGITS[asked].items())
    known = (*digits, *(phrase for phrase in vocabulary.phrases if phrase.place is Place.WHOLE))
    found: list[Phrase] = []
    at = 0
    while at < len(words):
        best = max((p for p in known if _stands_at(words, at, p.words)), key=lambda p: len(p.words), default=None)
        filler = max((len(f) for f in vocabulary.fillers if words[at : at + len(f)] == f), default=0)
        if best is None and not filler:
            return None
        if best is not None and len(best.words) >= filler:
            found.append(best)
        at += max(filler, len(best.words) if best else 0)
    return tuple(found) or None
