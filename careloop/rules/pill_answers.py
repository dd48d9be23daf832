"""What an answer to a reminder of a medicine means: taken, not taken, stopped, or it makes one feel bad. Pure.

What makes somebody feel bad, or was stopped, is looked for wherever it stands: a clinician is asked rather once too
often. All else counts only when the whole text is made of words that are known; a question goes to a person.
"""

from collections.abc import Set

from careloop.facts.medicine_reminders import PillWords
from careloop.facts.reminders import ReminderAnswer
from careloop.rules.answers import MOST_SIGNS, read_words
from careloop.rules.medicine_reminders import FOR_CLINICIAN

QUESTION = ("?", "\u00bf", "\uff1f", "\u061f")


def understand_pills(text: str, known: PillWords, fillers: Set[tuple[str, ...]]) -> ReminderAnswer | None:
    """Return what a text means as an answer to a reminder of a medicine; None if a person has to read it."""
    text = text[:MOST_SIGNS]
    words = read_words(text)
    within = {answer for phrase, answer in known.within.items() if _stands_in(phrase, words)}
    for answer in reversed(FOR_CLINICIAN):
        if answer in within:
            return answer
    if any(sign in text for sign in QUESTION):
        return None
    found = _read_whole(words, known, fillers)
    return next(iter(found)) if found is not None and len(found) == 1 else None


def _stands_in(phrase: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return any(words[at : at + len(phrase)] == phrase for at in range(len(words) - len(phrase) + 1))


def _read_whole(
    words: tuple[str, ...], known: PillWords, fillers: Set[tuple[str, ...]]
) -> frozenset[ReminderAnswer] | None:
    """Return what the whole text says, the longest phrase first; None if a word of it is not known."""
    longest = max(map(len, known.whole), default=0)
    found: set[ReminderAnswer] = set()
    at = 0
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            phrase = words[at : at + length]
            if phrase in known.whole or phrase in fillers:
                found |= {known.whole[phrase]} if phrase in known.whole else set()
                at += length
                break
        else:
            return None
    return frozenset(found)
