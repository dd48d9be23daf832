"""An offer told by text: a yes books it as a coordinator's yes does, a no keeps the wish, and the first yes has it."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest

from careloop.actions.outbox import choose_contact
from careloop.actions.waitlist import offer_by_text
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting
from careloop.facts.consents import Road
from careloop.facts.outbox import ChoiceKind, OutState
from careloop.facts.waitlist import Answer
from careloop.reads.waitlist import get_freed_page
from tests.actions.answering import bring_with_phone, hear, land_all, text_in
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.places import Places
from tests.actions.records import bring_cared_for, person
from tests.actions.visits import NINE, booked
from tests.actions.waiting import free, offer, say, wait
from tests.people import House, later

pytestmark = pytest.mark.django_db
BEN, ANA = "+12175550122", "+12175550133"


@pytest.fixture
def ben(house: House) -> UUID:
    return bring_with_phone(house, "ben", phone="(217) 555-0122")


@pytest.fixture
def ana(house: House) -> UUID:
    return bring_with_phone(house, "ana", phone="(217) 555-0133", language="es")


@pytest.fixture
def bring(house: House) -> Callable[[str], UUID]:
    return lambda key: bring_cared_for(house, key, person(key))


def let_go(*patients: UUID) -> None:
    """Let what was written to these patients have gone."""
    for patient in patients:
        ask(
            "UPDATE outbox SET state = 'claimed', token = 1, leased_until = now(), claimed_at = queued_at"
            " WHERE patient_id = %s AND state = 'waiting' RETURNING id", patient
        )  # fmt: skip
        ask(
            "UPDATE outbox SET state = 'sent', leased_until = NULL, sent_at = queued_at, reference = id::text,"
            " next_at = NULL WHERE patient_id = %s AND state = 'claimed' RETURNING id", patient
        )  # fmt: skip


def asked(dana: Acting, freed: UUID, *patients: UUID) -> None:
    assert offer_by_text(dana, patients, freed_id=freed) == (len(patients), len(patients))
    let_go(*patients)


def replies(patient: UUID) -> list[str]:
    sql = "SELECT m.situation FROM message m JOIN outbox o ON o.message_id = m.id WHERE m.patient_id = %s"
    return [one for (one,) in ask(f"{sql} AND o.key LIKE 'answer %%' ORDER BY m.id", patient)]


def did() -> list[tuple[str, str]]:
    return [tuple(one) for one in ask("SELECT meaning, did FROM answer ORDER BY at, message_id")]


def test_a_yes_by_text_books_the_time_and_frees_the_later_one(
    dana: Acting, places: Places, ben: UUID, bring: Callable[[str], UUID]
) -> None:
    held, _version = booked(dana, ben, places.talk_at(14))
    wait(dana, ben, places.talk, on=held)
    freed = free(dana, bring("rosa"), places.talk_at(9))
    asked(dana, freed, ben)

    hear("Yes please", at=later(minutes=5), address=BEN)

    assert ask("SELECT state, starts_at FROM booking WHERE loop_id = %s AND occupies", held.loop_id) == [
        ("booked", NINE)
    ]
    assert ask_one("SELECT state FROM booking WHERE id = %s", held.booking_id) == "cancelled"
    assert ask("SELECT state FROM waitlist_wish WHERE patient_id = %s", ben) == [("got_time",)]
    assert ask("SELECT state, booking_id IS NOT NULL FROM waitlist_offer") == [("yes", True)]
    assert did() == [("yes", "booked")]
    assert replies(ben) == ["confirmed_thanks"]
    assert ask_one("SELECT unanswered_since FROM thread WHERE patient_id = %s", ben) is None
    assert ask("SELECT 1 FROM loop WHERE check_name = 'answer'") == []
    assert broken_invariants() == {}


def test_the_first_yes_has_the_time_and_who_comes_later_is_told_so_and_keeps_the_wish(
    dana: Acting, places: Places, ben: UUID, ana: UUID, bring: Callable[[str], UUID]
) -> None:
    for one in (ben, ana):
        wait(dana, one, places.talk)
    freed = free(dana, bring("rosa"), places.talk_at(9))
    asked(dana, freed, ben, ana)

    hear("1", at=later(minutes=5), address=ANA)
    hear("1", at=later(minutes=6), address=BEN)

    assert ask("SELECT count(*) FROM booking WHERE occupies AND starts_at = %s", NINE) == [(1,)]
    assert (replies(ana), replies(ben)) == (["confirmed_thanks"], ["waitlist_taken"])
    assert ask("SELECT state FROM waitlist_wish WHERE patient_id = %s", ben) == [("waiting",)]
    assert did() == [("yes", "booked"), ("yes", "replied")]
    assert broken_invariants() == {}


@pytest.mark.parametrize(("words", "tasks"), [("No", 0), ("2", 0), ("otro día", 1)])
def test_a_no_declines_the_offer_keeps_the_wish_and_leaves_the_visit(
    dana: Acting, places: Places, ben: UUID, bring: Callable[[str], UUID], words: str, tasks: int
) -> None:
    held, _version = booked(dana, ben, places.talk_at(14))
    wait(dana, ben, places.talk, on=held)
    freed = free(dana, bring("rosa"), places.talk_at(9))
    asked(dana, freed, ben)

    hear(words, at=later(minutes=5), address=BEN)

    assert ask("SELECT state FROM waitlist_offer") == [("no",)]
    assert ask("SELECT state FROM waitlist_wish WHERE patient_id = %s", ben) == [("waiting",)]
    assert ask_one("SELECT state FROM booking WHERE id = %s", held.booking_id) == "booked"
    assert [one[1] for one in did()] == ["declined"]
    assert ask_one("SELECT count(*) FROM loop WHERE check_name = 'answer'") == tasks


def test_a_yes_that_comes_twice_and_in_any_order_books_once(
    dana: Acting, places: Places, ben: UUID, ana: UUID, bring: Callable[[str], UUID]
) -> None:
    for one in (ben, ana):
        wait(dana, one, places.talk)
    freed = free(dana, bring("rosa"), places.talk_at(9))
    asked(dana, freed, ben, ana)
    deliveries = [("1", "SMa", ANA), ("1", "SMb", BEN), ("yes", "SMc", ANA)] * 3
    Random(11).shuffle(deliveries)  # noqa: S311
    for n, (words, sid, address) in enumerate(deliveries):
        text_in(words, sid=sid, address=address, at=later(minutes=5, seconds=n))
        if n % 3 == 0:
            land_all(later(minutes=6, seconds=n))
    land_all(later(minutes=9))

    assert ask("SELECT count(*) FROM waitlist_offer WHERE state = 'yes'") == [(1,)]
    assert ask("SELECT count(*) FROM booking WHERE occupies") == [(1,)]
    assert ask_one("SELECT count(*) FROM answer") == 3
    assert broken_invariants() == {}


def test_a_yes_that_cannot_be_booked_any_more_is_a_task_and_the_visit_stays(
    dana: Acting, places: Places, ben: UUID, bring: Callable[[str], UUID]
) -> None:
    held, _version = booked(dana, ben, places.talk_at(14))
    wait(dana, ben, places.talk, on=held)
    freed = free(dana, bring("rosa"), places.talk_at(9))
    asked(dana, freed, ben)

    # The time itself has passed when the answer is read.
    hear("1", at=NINE + timedelta(minutes=1), address=BEN)

    assert ask_one("SELECT state FROM booking WHERE id = %s", held.booking_id) == "booked"
    assert did() == [("yes", "loop")]
    assert ask("SELECT title->>'key', owner_id FROM loop WHERE check_name = 'answer'") == [
        ("answer.offer", dana.person_id)
    ]
    assert ask("SELECT state FROM waitlist_wish WHERE patient_id = %s", ben) == [("waiting",)]


def test_who_wants_the_family_called_or_has_no_number_is_asked_but_not_by_text(
    dana: Acting, places: Places, ben: UUID, bring: Callable[[str], UUID]
) -> None:
    nobody = bring("gil")
    wait(dana, ben, places.talk, reach_by="family")
    wait(dana, nobody, places.talk)
    freed = free(dana, bring("rosa"), places.talk_at(9))

    assert offer_by_text(dana, (ben, nobody), freed_id=freed) == (2, 0)
    assert ask("SELECT state FROM waitlist_offer") == [("open",), ("open",)]
    assert ask("SELECT 1 FROM outbox") == []


def test_the_page_says_who_was_asked_by_text_and_whose_text_did_not_go(
    dana: Acting, places: Places, ben: UUID, ana: UUID, bring: Callable[[str], UUID]
) -> None:
    nobody = bring("gil")
    for patient in (ben, ana, nobody):
        wait(dana, patient, places.talk)
    freed = free(dana, bring("rosa"), places.talk_at(9))
    assert offer_by_text(dana, (ben, ana, nobody), freed_id=freed) == (3, 2)
    let_go(ben)
    choose_contact(dana, ana, ChoiceKind.STOP, road=Road.TEXT)

    offers = {one.wish.patient_id: one for one in get_freed_page(dana, freed_id=freed).offers}

    assert [offers[key].text for key in (ben, ana, nobody)] == [OutState.SENT, OutState.WITHDRAWN, None]
    assert [offers[key].waits_for_text for key in (ben, ana, nobody)] == [True, False, False]


def test_who_answered_on_the_telephone_gets_no_text_any_more_and_the_text_is_good_while_an_answer_is_waited_for(
    dana: Acting, places: Places, ben: UUID, bring: Callable[[str], UUID]
) -> None:
    wait(dana, ben, places.talk)
    freed = free(dana, bring("rosa"), places.talk_at(9))
    assert offer_by_text(dana, (ben,), freed_id=freed) == (1, 1)
    assert ask("SELECT o.good_until = w.expires_at FROM outbox o, waitlist_offer w") == [(True,)]

    (key,) = [one for (one,) in ask("SELECT id FROM waitlist_offer")]
    say(dana, ben, key, Answer.NO)

    assert ask("SELECT state FROM outbox") == [("withdrawn",)]


def test_who_is_of_another_team_or_may_not_write_asks_nobody(
    house: House, dana: Acting, places: Places, ben: UUID, bring: Callable[[str], UUID]
) -> None:
    wait(dana, ben, places.talk)
    freed = free(dana, bring("rosa"), places.talk_at(9))

    for name in ("kim", "tom"):
        with pytest.raises(NotFound):
            offer_by_text(house.acting(name), (ben,), freed_id=freed)
    assert ask("SELECT 1 FROM waitlist_offer") == []
    assert offer(dana, freed, ben)
