"""What an answer on a page means: what was chosen counts, danger and stop are heard first, a person reads the rest."""

import pytest

from careloop.catalog.answers import load_vocabulary
from careloop.facts.answers import Meaning
from careloop.rules.page_answers import understand_page
from careloop.rules.threads import needs_person


@pytest.mark.parametrize(
    ("yes", "words", "meaning", "is_for_person"),
    [
        (True, "", Meaning.YES, False),
        (False, "", Meaning.NO, True),
        (None, "", Meaning.WORDS, True),
        (None, "yes", Meaning.YES, False),
        (True, "Can my daughter come along with me", Meaning.YES, True),
        (True, "no", Meaning.WORDS, True),
        (False, "yes", Meaning.WORDS, True),
        (True, "STOP", Meaning.STOP, False),
        (True, "I want to kill myself", Meaning.URGENT, True),
        (None, "Can it be at noon", Meaning.WORDS, True),
    ],
)
def test_a_choice_counts_and_danger_is_heard_first(
    yes: bool | None, words: str, meaning: Meaning, is_for_person: bool
) -> None:
    meant = understand_page(yes, words, load_vocabulary())

    assert meant.meaning is meaning
    assert needs_person(meant.meaning, meant.also) is is_for_person


def test_a_ride_beside_a_yes_is_heard_too() -> None:
    assert understand_page(True, "I need a ride", load_vocabulary()).has(Meaning.RIDE)
