"""Crisis: which numbers stand first, and what somebody writes down. Pure. Nothing here judges how somebody is."""

from collections.abc import Iterable

from careloop.basics import notes
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.crisis import CrisisDraft, CrisisNumber

MOST_WORDS = 2000
# Letters of the name of a number, of the number and of its hours.
MOST_NAME = 120


def for_region(numbers: Iterable[CrisisNumber], state: str) -> tuple[CrisisNumber, ...]:
    """Return the numbers of the country, and those of a state (two letters, "" if it is not known) after them."""
    own = f"us-{state.strip().lower()}" if state.strip() else ""
    found = tuple(numbers)
    return (
        *(one for one in found if one.region == "us"),
        *(one for one in found if own and one.region == own),
    )


def check_report(draft: CrisisDraft, *, has_record: bool) -> CrisisDraft:
    """Return what is written down, without what cannot be kept.

    :raises Refusal: if it is not said what happened, or of whom where no record is open, or it is too long
    """
    words, done, about = (_clean(one) for one in (draft.words, draft.done, draft.about))
    if not words:
        raise Refusal(Say("refusal.crisis_words"))
    if not has_record and not about:
        raise Refusal(Say("refusal.crisis_about"))
    return CrisisDraft(draft.kind, words, done, draft.owner_id, "" if has_record else about, draft.unit_id)


def check_number(name: str, number: str, hours: str) -> tuple[str, str, str]:
    """Return a number of the clinic as it is kept.

    :raises Refusal: without a name or digits, or if it is too long
    """
    said = tuple(" ".join(one.replace("\x00", "").split()) for one in (name, number, hours))
    if not said[0] or not any(sign.isdigit() for sign in said[1]) or any(len(one) > MOST_NAME for one in said):
        raise Refusal(Say("refusal.crisis_number", count=MOST_NAME))
    return said[0], said[1], said[2]


def _clean(text: str) -> str:
    return notes.clean_words(text, longest=MOST_WORDS)
