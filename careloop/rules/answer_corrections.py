"""Answers that were read wrongly: what they can be said to mean, and what of them cannot be taken back. Pure."""

from collections.abc import Mapping

from careloop.basics.notes import clean_words
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.answers import Meaning
from careloop.facts.threads import Did

# What a person can say that an answer means. HELP asks for nothing that a person could not write themselves.
MEANINGS = tuple(one for one in Meaning if one is not Meaning.HELP)
# This moved what others rely on by now: it is undone where it stands, and this says where.
TOO_LATE: Mapping[Did, Say] = {Did.NOTED: Say("refusal.correction_medicine")}
WHY_LONGEST = 500


class NotCorrected(Refusal):
    """An answer cannot be read otherwise any more, and why."""


def may_correct(did: Did | None, *, is_corrected: bool) -> bool:
    """Tell whether a reading can be corrected at all: a machine's note is none, and once is enough."""
    return did is not None and did is not Did.AUTOMATIC and not is_corrected


def check_correction(was: Meaning, meaning: Meaning, did: Did, why: str, *, is_corrected: bool) -> str:
    """Return why a reading is corrected, as it is kept.

    :raises NotCorrected: if it was corrected before, means the same, says no reason, or cannot be taken back
    """
    words = clean_words(why)
    rules = (
        (is_corrected, Say("refusal.correction_done")),
        (did is Did.AUTOMATIC, Say("refusal.correction_automatic")),
        (meaning is was or meaning not in MEANINGS, Say("refusal.correction_same")),
        (not words, Say("refusal.correction_why")),
        (len(words) > WHY_LONGEST, Say("refusal.thread_too_long", count=WHY_LONGEST)),
        (did in TOO_LATE, TOO_LATE.get(did, Say("refusal.correction_done"))),
    )
    for hinders, no in rules:
        if hinders:
            raise NotCorrected(no)
    return words
