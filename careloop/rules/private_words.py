"""What a piece of a message may not carry: names of medicines, conditions, specialties and the clinic, where others
see it.

A text lies on a lock screen, a subject in a list, an envelope on a table, a voicemail is heard by who is in the room.
What a patient chose to have named there may stand. Words are found whole, without case and accents, and in the
plural. What is in no list is not found: the lists help a reader, and replace none. Rule of the product's design of
messages, 2026-11-21; 45 CFR 164.514(d) (minimum necessary) and 164.522(b) (confidential communications) are why;
general knowledge, 2026-11-23.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from careloop.basics.folding import fold_words
from careloop.facts.messages import OPEN_PIECES, Piece, Private, PrivateWord

ENDINGS = ("s", "es")


@dataclass(frozen=True, slots=True)
class PrivateNames:
    """The names that are looked for, as folded words, with what each names; ``longest`` is the most words of one."""

    kinds: Mapping[tuple[str, ...], Private]
    longest: int


def list_names(names: Iterable[tuple[str, Private]]) -> PrivateNames:
    """Return names ready to be looked for; of a name that is given twice the first kind counts."""
    kinds: dict[tuple[str, ...], Private] = {}
    for name, kind in names:
        if folded := fold_words(name):
            kinds.setdefault(folded, kind)
    return PrivateNames(kinds, max((len(folded) for folded in kinds), default=0))


def add_names(names: PrivateNames, more: Iterable[tuple[str, Private]]) -> PrivateNames:
    """Return names with more of them, the clinic's own for one."""
    added = list_names(more)
    return PrivateNames({**names.kinds, **added.kinds}, max(names.longest, added.longest))


def find_private_words(
    text: str, piece: Piece, names: PrivateNames, chosen: Set[Private] = frozenset()
) -> tuple[PrivateWord, ...]:
    """Return the words that this piece may not carry, in the order of the text, each once; none for a closed piece.

    The longest name wins: "heart failure" is found as one. ``chosen`` are the kinds that the patient allowed.
    """
    if piece not in OPEN_PIECES:
        return ()
    words = fold_words(text)
    found: dict[str, PrivateWord] = {}
    at = 0
    while at < len(words):
        length = _length_at(words, at, names)
        if length:
            name = " ".join(words[at : at + length])
            kind = names.kinds[_key(words[at : at + length], names)]
            if kind not in chosen:
                found.setdefault(name, PrivateWord(name, kind, piece))
        at += max(1, length)
    return tuple(found.values())


def _length_at(words: tuple[str, ...], at: int, names: PrivateNames) -> int:
    most = min(names.longest, len(words) - at)
    return next((n for n in range(most, 0, -1) if _key(words[at : at + n], names)), 0)


def _key(words: tuple[str, ...], names: PrivateNames) -> tuple[str, ...]:
    """Return the name that these words are, in the singular if need be; () if they are none."""
    if words in names.kinds:
        return words
    for ending in ENDINGS:
        singular = (*words[:-1], words[-1].removesuffix(ending))
        if singular in names.kinds:
            return singular
    return ()
