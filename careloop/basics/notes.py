"""Words that people type, as they are kept."""

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say

# Signs of a note, where nothing else is said.
NOTE_LIMIT = 4000
NO_REASON = Say("refusal.reason_missing")


def clean_words(text: str, *, longest: int = NOTE_LIMIT) -> str:
    """Return words as they are kept: without the character NUL, which cannot be stored, and no blanks around them.

    :raises Refusal: if they are too long
    """
    words = text.replace("\x00", "").strip()
    if len(words) > longest:
        raise Refusal(Say("refusal.note_too_long", count=longest))
    return words


def must_say(text: str, *, longest: int = NOTE_LIMIT, missing: Say = NO_REASON) -> str:
    """Return words that must be there; ``missing`` is said if they are not.

    :raises Refusal: if there are none, or too many
    """
    words = clean_words(text, longest=longest)
    if not words:
        raise Refusal(missing)
    return words
