"""What goes with content about substance use treatment that somebody gets by the patient's written consent: the notice
of 42 CFR 2.32(a), word for word, and what the consent covers (2.32(b)). The patient's own copy needs none.
"""

from collections.abc import Iterable
from dataclasses import replace

from careloop.basics.words import Say
from careloop.catalog.part2 import load_notice
from careloop.catalog.speech import speak
from careloop.facts.access import Label
from careloop.facts.consents import Topic
from careloop.facts.messages import OPEN_PIECES, Composed


def list_notice(topics: Iterable[Topic], labels: Label, language: str) -> tuple[str, ...]:
    """Return the lines that go with what is told; none where nothing of it is about substance use treatment.

    ``labels`` are those of the whole record: where it is kept as such, everything told of it is. The statement stays
    in the words of the rule, what the consent covers is said in ``language``.
    """
    if Topic.SUBSTANCE not in set(topics) and not labels & Label.PART2:
        return ()
    return load_notice().words, speak(Say("meeting.sum_part2"), language)


def add_notice(composed: Composed, topic: Topic, labels: Label) -> Composed:
    """Return a message to somebody of the circle with the notice beneath all that nobody else sees.

    What others may see (a text, a subject, a voicemail) carries nothing of it: the notice itself would say what for.
    """
    lines = list_notice((topic,), labels, composed.language)
    if not lines:
        return composed
    pieces = tuple(
        (piece, words if piece in OPEN_PIECES else "\n\n".join((words, *lines))) for piece, words in composed.pieces
    )
    return replace(composed, pieces=pieces)
