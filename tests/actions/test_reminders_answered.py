"""What is answered to a reminder by text stands on the reminder, as it does when it comes by a link."""

from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions.outbox_sending import claim_due, hand_over
from careloop.facts.access import Acting, Purpose
from careloop.facts.outbox import Handed, Went
from tests.actions.answering import bring_with_phone, hear
from tests.actions.look import ask, broken_invariants
from tests.actions.places import Places
from tests.actions.reminding import far, plan, send
from tests.actions.test_reminders_sent import CONFIRM
from tests.actions.visits import booked
from tests.people import House, system

pytestmark = pytest.mark.django_db
SOON = CONFIRM + timedelta(minutes=5)


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_with_phone(house)


def reminded(dana: Acting, rosa: UUID, places: Places) -> None:
    """Let the first reminder of a visit have arrived."""
    booked(dana, rosa, far(places))
    plan()
    send(CONFIRM)
    claimed = claim_due(system(Purpose.SWEEP, CONFIRM), how_many=10)
    assert claimed is not None
    hand_over(system(Purpose.SWEEP, CONFIRM), claimed.keys, lambda parcels: [Handed(Went.SENT, "SM1") for _ in parcels])


@pytest.mark.parametrize(
    ("words", "answer", "state"),
    [("YES", "yes", "confirmed"), ("2", "change", "booked"), ("Yes, but I have no ride", "yes", "confirmed")],
)
def test_an_answer_stands_on_the_reminder_that_asked(
    dana: Acting, rosa: UUID, places: Places, words: str, answer: str, state: str
) -> None:
    reminded(dana, rosa, places)

    hear(words, at=SOON)

    assert ask("SELECT state, answer FROM reminder WHERE kind = 'confirm'") == [("answered", answer)]
    assert ask("SELECT state FROM booking") == [(state,)]
    assert broken_invariants() == {}


def test_words_that_are_no_answer_leave_the_reminder_as_it_was(dana: Acting, rosa: UUID, places: Places) -> None:
    reminded(dana, rosa, places)

    hear("Is there a place for my car?", at=SOON)

    assert ask("SELECT state, answer FROM reminder WHERE kind = 'confirm'") == [("sent", "")]
