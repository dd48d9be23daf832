"""What an answer on a page behind a link means: the yes or no that was chosen, and what the words beside it say."""

from careloop.facts.answers import Asked, Meaning, Understood, Vocabulary
from careloop.rules.answers import understand

# Words that say so are heard first, whatever was chosen.
FIRST = (Meaning.URGENT, Meaning.STOP)
# What a choice has said already, or what only a text message asks for.
SAID = (Meaning.YES, Meaning.NO, Meaning.START, Meaning.HELP)


def understand_page(yes: bool | None, words: str, vocabulary: Vocabulary) -> Understood:
    """Return what was answered: a choice counts as chosen, and words beside it that nobody knows are for a person.

    Where the words say the opposite of the choice nothing is moved: a person reads both.
    """
    heard = understand(words, Asked.NOTHING, vocabulary) if words else None
    if yes is None:
        return heard or Understood(Meaning.WORDS)
    chosen = Meaning.YES if yes else Meaning.NO
    if heard is None:
        return Understood(chosen)
    said = (heard.meaning, *heard.also)
    first = next((one for one in FIRST if one in said), None)
    other = Meaning.NO if yes else Meaning.YES
    if first is None and other in said:
        return Understood(Meaning.WORDS, (), (chosen, other), heard.found, heard.language)
    also = tuple(one for one in said if one not in SAID and one is not first)
    if first is not None:
        return Understood(first, (chosen, *also), heard.hints, heard.found, heard.language)
    return Understood(chosen, also, heard.hints, heard.found, heard.language)
