"""What an answer can be said to mean, once and with a reason; what cannot be taken back says where to go."""

import pytest

from careloop.facts.answers import Meaning
from careloop.facts.threads import Did
from careloop.rules.answer_corrections import MEANINGS, NotCorrected, check_correction, may_correct


@pytest.mark.parametrize("did", [one for one in Did if one not in (Did.AUTOMATIC, Did.NOTED)])
def test_every_reading_can_be_put_right_with_a_reason(did: Did) -> None:
    assert check_correction(Meaning.YES, Meaning.NO, did, " She called. ", is_corrected=False) == "She called."
    assert may_correct(did, is_corrected=False)
    assert not may_correct(did, is_corrected=True)


@pytest.mark.parametrize(
    ("meaning", "did", "why", "done", "key"),
    [
        (Meaning.NO, Did.CONFIRMED, "x", True, "correction_done"),
        (Meaning.NO, Did.AUTOMATIC, "x", False, "correction_automatic"),
        (Meaning.YES, Did.CONFIRMED, "x", False, "correction_same"),
        (Meaning.HELP, Did.CONFIRMED, "x", False, "correction_same"),
        (Meaning.NO, Did.CONFIRMED, "\x00 ", False, "correction_why"),
        (Meaning.NO, Did.CONFIRMED, "x" * 501, False, "thread_too_long"),
        (Meaning.NO, Did.NOTED, "x", False, "correction_medicine"),
    ],
)
def test_a_correction_that_cannot_be_says_why(meaning: Meaning, did: Did, why: str, done: bool, key: str) -> None:
    with pytest.raises(NotCorrected) as no:
        check_correction(Meaning.YES, meaning, did, why, is_corrected=done)

    assert no.value.say.key == f"refusal.{key}"


def test_nothing_that_is_no_reading_is_put_right() -> None:
    assert not may_correct(None, is_corrected=False)
    assert not may_correct(Did.AUTOMATIC, is_corrected=False)
    assert Meaning.HELP not in MEANINGS
