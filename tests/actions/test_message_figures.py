"""How messages went, through the door: what begins a wait and what ends it, whose, and what falls after hours."""

from dataclasses import replace
from datetime import time
from uuid import UUID, uuid4

import pytest

from careloop.actions import threads as acts
from careloop.actions.administration_places import change_unit
from careloop.actions.threads import Wording
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting
from careloop.facts.consents import Road, Topic
from careloop.facts.message_figures import MessageFigures
from careloop.facts.outbox import ThreadWith
from careloop.reads.message_figures import get_message_figures
from tests.actions.answering import asked_by_text, bring_with_phone, hear
from tests.actions.look import ask_one
from tests.people import House, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_with_phone(house)


@pytest.fixture
def thread(dana: Acting, rosa: UUID) -> UUID:
    return acts.begin_thread(dana, rosa, partner=ThreadWith.PATIENT)


def answer(who: Acting, rosa: UUID, thread: UUID) -> UUID:
    return acts.send_message(
        who, rosa, thread_id=thread, wording=Wording(Road.TEXT, Topic.VISITS, str(uuid4()), words="Yes, of course.")
    )


def look(house: House, **span: float) -> MessageFigures:
    return get_message_figures(house.acting("sol", at=later(**span)))


def of_all(shown: MessageFigures) -> tuple[int, int, int, int]:
    return shown.all.on_time.part, shown.all.on_time.whole, shown.all.answered, shown.all.waiting


def test_a_wait_begins_with_the_first_message_and_ends_when_one_of_us_writes(
    house: House, dana: Acting, rosa: UUID, thread: UUID
) -> None:
    hear("Can my daughter come with me", at=later(minutes=1))
    hear("She asks as well", at=later(hours=3))
    assert of_all(look(house, hours=4)) == (0, 0, 0, 1)
    # Our own first word that it came is no answer, nor is a note among ourselves.
    acts.add_note(replace(dana, at=later(hours=5)), rosa, thread_id=thread, words="I ask the desk.")
    assert of_all(look(house, hours=30)) == (0, 1, 0, 0)

    answer(replace(dana, at=later(hours=31)), rosa, thread)
    assert of_all(look(house, hours=32)) == (0, 1, 1, 0)
    hear("Thank you, and my son", at=later(hours=33))
    acts.note_call(replace(dana, at=later(hours=34)), rosa, thread_id=thread, words="He may.")

    shown = look(house, hours=35)
    assert of_all(shown) == (1, 2, 2, 0)
    assert [(one.partner, one.on_time.part, one.on_time.whole) for one in shown.by_partner] == [
        (ThreadWith.PATIENT, 1, 2)
    ]


def test_what_was_taken_back_answered_nobody(house: House, dana: Acting, rosa: UUID, thread: UUID) -> None:
    hear("Can my daughter come with me", at=later(minutes=1))
    key = answer(replace(dana, at=later(hours=1)), rosa, thread)
    acts.take_back_message(replace(dana, at=later(hours=1, seconds=4)), rosa, message_id=key)

    assert of_all(look(house, hours=2)) == (0, 0, 0, 1)
    assert ask_one("SELECT unanswered_since IS NOT NULL FROM thread")


def test_what_is_settled_by_itself_makes_nobody_wait(house: House, rosa: UUID, thread: UUID) -> None:
    asked_by_text(rosa, "reminder_confirm", when=later(days=9))
    hear("yes", at=later(minutes=1))
    hear("STOP", at=later(minutes=2))

    assert ask_one("SELECT unanswered_since FROM thread") is None
    assert of_all(look(house, hours=40)) == (0, 0, 0, 0)


def test_what_is_older_than_thirty_days_is_not_counted(house: House, dana: Acting, rosa: UUID, thread: UUID) -> None:
    hear("Can my daughter come with me", at=later(minutes=1))
    hear("Hello again", at=later(days=20))

    # The wait began with the first message: it is older, however new the second is.
    assert of_all(look(house, days=29)) == (0, 1, 0, 0)
    assert of_all(look(house, days=31)) == (0, 0, 0, 0)


def test_after_hours_are_those_of_the_team_and_nothing_is_said_of_a_team_without(
    house: House, dana: Acting, rosa: UUID, thread: UUID
) -> None:
    # NOW is a Friday, 15:00 UTC: nine in the morning in Chicago.
    hear("Can my daughter come with me", at=later(hours=1))
    hear("She asks as well", at=later(hours=10))
    answer(replace(dana, at=later(hours=2)), rosa, thread)
    bare = look(house, days=1)
    assert (bare.came_late.whole, bare.wrote_late.whole, bare.without_hours) == (0, 0, 3)

    hours = {day: (time(8), time(17)) for day in range(1, 6)}
    noor = house.acting("noor")
    version = int(ask_one("SELECT version FROM unit WHERE id = %s", house.north))
    change_unit(noor, unit_id=house.north, version=version, name="north", zone="America/Chicago", hours=hours)
    acts.note_call(replace(dana, at=later(days=1)), rosa, thread_id=thread, words="On a Saturday.")

    shown = look(house, days=2)
    assert (shown.came_late.part, shown.came_late.whole) == (1, 2)
    assert (shown.wrote_late.part, shown.wrote_late.whole) == (1, 2)
    assert shown.without_hours == 0


def test_a_supervisor_sees_their_own_teams_alone_and_nobody_else_sees_figures(
    house: House, rosa: UUID, thread: UUID
) -> None:
    hear("Can my daughter come with me", at=later(minutes=1))

    assert of_all(look(house, hours=1)) == (0, 0, 0, 1)
    assert of_all(get_message_figures(house.acting("ruth", at=later(hours=1)))) == (0, 0, 0, 0)
    for who in ("dana", "asha", "noor", "saul"):
        with pytest.raises(NotFound):
            get_message_figures(house.acting(who, at=later(hours=1)))
