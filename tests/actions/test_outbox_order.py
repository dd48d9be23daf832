"""What answers a person who has just written goes in its time; nothing else overtakes what was meant before it."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from careloop.actions.outbox import send_message
from careloop.facts.access import Acting
from careloop.facts.outbox import Handed, Went
from tests.actions.answering import bring_with_phone, hear
from tests.actions.look import ask, broken_invariants
from tests.actions.test_outbox_sending import Gateway, run
from tests.outgoing import after, draft
from tests.people import House

pytestmark = pytest.mark.django_db
# Half past nine in the evening in Chicago: nothing goes by itself until the morning.
NIGHT = datetime.fromisoformat("2026-11-21T03:30:00+00:00")
MORNING = datetime.fromisoformat("2026-11-21T14:30:00+00:00")


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_with_phone(house)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


def run_all(gateway: Gateway, at: datetime) -> None:
    while run(gateway, at):
        pass


def went(gateway: Gateway) -> list[str]:
    found = dict(ask("SELECT id, situation FROM message"))
    return [found[one.outbox_id] for one in gateway.took]


def test_a_reply_at_night_does_not_wait_for_what_was_put_off_to_the_morning(
    dana: Acting, rosa: UUID, gateway: Gateway
) -> None:
    send_message(dana, rosa, draft(rosa, not_before=NIGHT - timedelta(minutes=5)))
    run_all(gateway, NIGHT)
    hear("Are you there my friend", at=NIGHT)

    run_all(gateway, NIGHT + timedelta(minutes=1))
    assert went(gateway) == ["quiet_hours"]
    run_all(gateway, MORNING)

    assert went(gateway) == ["quiet_hours", "own_words"]
    assert broken_invariants() == {}


def test_a_reply_that_was_written_before_the_other_was_put_off_goes_in_the_same_night(
    dana: Acting, rosa: UUID, gateway: Gateway
) -> None:
    send_message(dana, rosa, draft(rosa, not_before=NIGHT - timedelta(minutes=5)))
    hear("Are you there my friend", at=NIGHT)

    run_all(gateway, NIGHT + timedelta(minutes=1))

    assert went(gateway) == ["quiet_hours"]


def test_what_goes_at_this_moment_goes_before_the_reply(dana: Acting, rosa: UUID, gateway: Gateway) -> None:
    send_message(dana, rosa, draft(rosa))
    hear("My knee is better my friend", at=after(minutes=1))

    run_all(gateway, after(minutes=2))

    assert went(gateway) == ["own_words", "unknown_answer"]


def test_a_reply_does_not_wait_until_another_is_tried_again(dana: Acting, rosa: UUID, gateway: Gateway) -> None:
    send_message(dana, rosa, draft(rosa))
    gateway.answers = [Handed(Went.TRY_AGAIN, said="429")]
    run_all(gateway, after(seconds=1))
    hear("help", at=after(seconds=2))

    run_all(gateway, after(seconds=10))
    assert went(gateway) == ["help_answer"]
    run_all(gateway, after(minutes=2))

    assert went(gateway) == ["help_answer", "own_words"]


def test_replies_keep_their_order_among_themselves(rosa: UUID, gateway: Gateway) -> None:
    hear("help", at=after(minutes=1))
    gateway.answers = [Handed(Went.TRY_AGAIN, said="429")]
    run_all(gateway, after(minutes=2))
    hear("start", at=after(minutes=2, seconds=30))

    run_all(gateway, after(minutes=2, seconds=40))
    assert went(gateway) == []
    run_all(gateway, after(minutes=4))

    assert went(gateway) == ["help_answer", "start_confirmed"]


def test_what_a_person_wrote_does_not_overtake_what_waits(dana: Acting, rosa: UUID, gateway: Gateway) -> None:
    send_message(dana, rosa, draft(rosa))
    gateway.answers = [Handed(Went.TRY_AGAIN, said="429")]
    run_all(gateway, after(seconds=1))
    send_message(dana, rosa, draft(rosa, not_before=after(seconds=2), words="And bring your card."))

    run_all(gateway, after(seconds=10))

    assert went(gateway) == []
