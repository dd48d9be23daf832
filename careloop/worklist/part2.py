"""What goes with content about substance use treatment that somebody gets by the patient's written consent: the notice
of 42 CFR 2.32(a), word for word, and what the consent covers (2.32(b)). The patient's own copy needs none.
"""

from collections.abc import Iterable

from careloop.basics.words import Say
from careloop.catalog.part2 import load_notice
from careloop.catalog.speech import speak
from careloop.facts.access import Label
from careloop.facts.consents import Topic


def list_notice(topics: Iterable[Topic], labels: Label, language: str) -> tuple[str, ...]:
    """Return the lines that go with what is told; none where nothing of it is about substance use treatment.

    ``labels`` are those of the whole record: where it is kept as such, everything told of it is. The statement stays
    in the words of the rule, what the consent covers is said in ``language``.
    """
    if Topic.SUBSTANCE not in set(topics) and not labels & Label.PART2:
        return ()
    return load_notice().words, speak(Say("meeting.sum_part2"), language)
