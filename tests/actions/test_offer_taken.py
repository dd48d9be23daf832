"""A freed time that somebody took: whoever was asked and not told yet is not, whoever was told hears of it once."""

from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions.waitlist import answer_offer, offer_by_text, tell_taken_offers
from careloop.facts.access import Acting, Purpose
from careloop.facts.waitlist import Answer
from tests.actions.answering import bring_with_phone, hear
from tests.actions.look import ask, broken_invariants
from tests.actions.places import Places
from tests.actions.records import bring_cared_for, person
from tests.actions.test_offer_texts import ANA, BEN, asked, let_go
from tests.actions.visits import NINE
from tests.actions.waiting import free, offer, wait
from tests.people import House, later, system

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben(house: House) -> UUID:
    return bring_with_phone(house, "ben", phone="(217) 555-0122")


@pytest.fixture
def ana(house: House) -> UUID:
    return bring_with_phone(house, "ana", phone="(217) 555-0133", language="es")


@pytest.fixture
def freed(house: House, dana: Acting, places: Places, ben: UUID, ana: UUID) -> UUID:
    for one in (ben, ana):
        wait(dana, one, places.talk)
    return free(dana, bring_cared_for(house, "rosa", person("rosa")), places.talk_at(9))


def tell(minutes: int = 10) -> int:
    return tell_taken_offers(system(Purpose.SWEEP, later(minutes=minutes)), how_many=10)


def sent_to(patient: UUID) -> list[tuple[str, str]]:
    sql = (
        "SELECT m.situation, o.state FROM message m JOIN outbox o ON o.message_id = m.id WHERE m.patient_id = %s"
        " ORDER BY m.id"
    )
    return [tuple(one) for one in ask(sql, patient)]


def test_who_was_told_hears_once_that_it_is_taken(dana: Acting, freed: UUID, ben: UUID, ana: UUID) -> None:
    asked(dana, freed, ben, ana)
    hear("1", at=later(minutes=5), address=ANA)

    assert [tell(), tell(11)] == [1, 0]

    assert sent_to(ben) == [("waitlist_offer", "sent"), ("waitlist_gone", "waiting")]
    assert ("waitlist_gone", "waiting") not in sent_to(ana)
    assert broken_invariants() == {}


def test_what_has_not_gone_yet_does_not_go_and_nobody_is_told_of_what_they_never_heard(
    dana: Acting, freed: UUID, ben: UUID, ana: UUID
) -> None:
    offer_by_text(dana, (ben, ana), freed_id=freed)
    let_go(ana)
    hear("1", at=later(minutes=5), address=ANA)

    assert tell() == 0
    assert sent_to(ben) == [("waitlist_offer", "withdrawn")]
    assert broken_invariants() == {}


def test_a_yes_by_telephone_tells_the_others_too(dana: Acting, freed: UUID, ben: UUID, ana: UUID) -> None:
    asked(dana, freed, ben)
    offer(dana, freed, ana)
    key = ask("SELECT id FROM waitlist_offer WHERE patient_id = %s", ana)[0][0]
    answer_offer(dana, ana, offer_id=key, answer=Answer.YES)

    assert tell() == 1
    assert [one for one, _state in sent_to(ben)] == ["waitlist_offer", "waitlist_gone"]


def test_who_answers_before_being_told_gets_one_message_and_not_two(
    dana: Acting, freed: UUID, ben: UUID, ana: UUID
) -> None:
    asked(dana, freed, ben, ana)
    hear("1", at=later(minutes=5), address=ANA)
    hear("1", at=later(minutes=6), address=BEN)

    assert tell() == 0
    assert [one for one, _state in sent_to(ben)] == ["waitlist_offer", "waitlist_taken"]


def test_who_answers_while_it_waits_gets_the_answer_in_its_place(
    dana: Acting, freed: UUID, ben: UUID, ana: UUID
) -> None:
    asked(dana, freed, ben, ana)
    hear("1", at=later(minutes=5), address=ANA)
    tell()
    hear("1", at=later(minutes=12), address=BEN)

    assert sent_to(ben) == [
        ("waitlist_offer", "sent"), ("waitlist_gone", "withdrawn"), ("waitlist_taken", "waiting"),
    ]  # fmt: skip


def test_who_answers_after_being_told_is_not_told_again(dana: Acting, freed: UUID, ben: UUID, ana: UUID) -> None:
    asked(dana, freed, ben, ana)
    hear("1", at=later(minutes=5), address=ANA)
    tell()
    let_go(ben)
    hear("1", at=later(minutes=12), address=BEN)

    assert [one for one, _state in sent_to(ben)] == ["waitlist_offer", "waitlist_gone"]
    assert broken_invariants() == {}


def test_nobody_is_told_of_a_time_that_has_passed(dana: Acting, freed: UUID, ben: UUID, ana: UUID) -> None:
    asked(dana, freed, ben, ana)
    hear("1", at=later(minutes=5), address=ANA)
    tell_taken_offers(system(Purpose.SWEEP, NINE + timedelta(minutes=1)), how_many=10)

    assert [one for one, _state in sent_to(ben)] == ["waitlist_offer"]
