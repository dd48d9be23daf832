"""An answer that was read wrongly is put right by a person: what it moved is taken back where it still can be."""

from uuid import UUID

import pytest

from careloop.actions.answer_corrections import correct_answer
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting
from careloop.facts.answers import Meaning
from careloop.facts.threads import Undone
from careloop.reads.mailbox import get_mailbox_page
from careloop.rules.answer_corrections import NotCorrected
from tests.actions.answering import asked_by_text, bring_with_phone, hear
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.places import Places
from tests.actions.records import bring_cared_for, person
from tests.actions.test_offer_texts import asked
from tests.actions.visits import NINE, booked
from tests.actions.waiting import free, wait
from tests.people import House, later

pytestmark = pytest.mark.django_db
WHY = "She said so on the telephone."


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_with_phone(house)


def reminded(dana: Acting, rosa: UUID, places: Places) -> UUID:
    held, version = booked(dana, rosa, places.talk_at(9))
    asked_by_text(rosa, "reminder_confirm", booking=(held.booking_id, version), when=NINE)
    return held.booking_id


def newest() -> UUID:
    return UUID(str(ask("SELECT message_id FROM answer ORDER BY at DESC, message_id DESC LIMIT 1")[0][0]))


def correct(house: House, rosa: UUID, meaning: Meaning, *, why: str = WHY, key: UUID | None = None) -> Undone:
    who = house.acting("dana", at=later(minutes=30))
    return correct_answer(who, rosa, message_id=key or newest(), meaning=meaning, why=why)


def open_tasks(patient: UUID) -> list[str]:
    sql = "SELECT title ->> 'key' FROM loop WHERE patient_id = %s AND check_name = 'answer' AND state <> 'closed'"
    return sorted(one for (one,) in ask(sql, patient))


def test_a_yes_that_was_none_leaves_the_visit_booked_and_asks_for_another_time(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    booking = reminded(dana, rosa, places)
    hear("1", at=later(minutes=5))

    assert correct(house, rosa, Meaning.CHANGE) is Undone.VISIT

    assert ask_one("SELECT state FROM booking WHERE id = %s", booking) == "booked"
    assert open_tasks(rosa) == ["answer.change"]
    told = ask("SELECT note, person_id FROM loop_event WHERE say ->> 'key' = 'event.answer_corrected'")
    assert told == [(WHY, house.id_of("dana"))]
    assert ask_one("SELECT unanswered_since FROM thread") is not None
    assert broken_invariants() == {}


def test_words_that_meant_yes_confirm_the_visit_that_was_asked_about(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    booking = reminded(dana, rosa, places)
    hear("the usual my dear", at=later(minutes=5))

    assert correct(house, rosa, Meaning.YES) is Undone.NOTHING

    assert ask_one("SELECT state FROM booking WHERE id = %s", booking) == "confirmed"
    assert broken_invariants() == {}


def test_a_visit_that_the_patient_came_to_is_not_unconfirmed(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    booking = reminded(dana, rosa, places)
    hear("1", at=later(minutes=5))
    ask("UPDATE booking SET state = 'arrived', version = version + 1 WHERE id = %s RETURNING id", booking)

    with pytest.raises(NotCorrected) as no:
        correct(house, rosa, Meaning.NO)

    assert no.value.say.key == "refusal.correction_visit_over"
    assert ask("SELECT 1 FROM answer_correction") == []


def test_a_visit_that_somebody_else_confirmed_stays_so(house: House, dana: Acting, rosa: UUID, places: Places) -> None:
    booking = reminded(dana, rosa, places)
    hear("1", at=later(minutes=5))
    first = newest()
    hear("yes", at=later(minutes=6))

    assert correct(house, rosa, Meaning.WORDS, key=first) is Undone.NOTHING
    assert ask_one("SELECT state FROM booking WHERE id = %s", booking) == "confirmed"


def test_a_stop_that_was_none_is_lifted_as_it_stood_before(house: House, rosa: UUID) -> None:
    asked_by_text(rosa, "waitlist_taken")
    hear("STOP", at=later(minutes=5))

    assert correct(house, rosa, Meaning.WORDS) is Undone.STOP

    assert ask("SELECT kind, road, because FROM contact_choice ORDER BY id DESC LIMIT 1") == [("start", "text", WHY)]
    assert open_tasks(rosa) == []
    assert broken_invariants() == {}


def test_who_had_stopped_before_stays_stopped(house: House, rosa: UUID) -> None:
    hear("STOP", at=later(minutes=5))
    hear("STOP", at=later(minutes=6))

    assert correct(house, rosa, Meaning.WORDS) is Undone.NOTHING
    assert {one for (one,) in ask("SELECT kind FROM contact_choice")} == {"stop"}


def test_who_stopped_again_by_themselves_stays_stopped(house: House, rosa: UUID) -> None:
    hear("STOP", at=later(minutes=5))
    first = newest()
    hear("STOP", at=later(minutes=6))

    assert correct(house, rosa, Meaning.WORDS, key=first) is Undone.NOTHING
    assert {one for (one,) in ask("SELECT kind FROM contact_choice")} == {"stop"}


def test_a_start_that_was_none_leaves_the_stop(house: House, rosa: UUID) -> None:
    hear("STOP", at=later(minutes=5))
    hear("START", at=later(minutes=6))

    assert correct(house, rosa, Meaning.WORDS) is Undone.START

    assert [one for (one,) in ask("SELECT kind FROM contact_choice ORDER BY id")] == ["stop", "start", "stop"]
    assert ask("SELECT state FROM outbox WHERE key LIKE '%%start_confirmed'") == [("withdrawn",)]


def test_words_that_meant_stop_end_the_messages_at_once(house: House, rosa: UUID) -> None:
    asked_by_text(rosa, "waitlist_taken")
    hear("I am through with all this typing", at=later(minutes=5))

    correct(house, rosa, Meaning.STOP)

    assert ask("SELECT kind, road FROM contact_choice") == [("stop", "text")]
    assert ask("SELECT 1 FROM outbox WHERE state = 'waiting'") == []


@pytest.fixture
def freed(house: House, dana: Acting, places: Places, rosa: UUID) -> UUID:
    """Return a time that somebody else gave back."""
    return free(dana, bring_cared_for(house, "ben", person("ben")), places.talk_at(9))


def test_a_time_that_was_booked_on_a_yes_that_was_none_is_free_again(
    house: House, dana: Acting, rosa: UUID, places: Places, freed: UUID
) -> None:
    wait(dana, rosa, places.talk)
    asked(dana, freed, rosa)
    hear("1", at=later(minutes=5))

    assert correct(house, rosa, Meaning.NO) is Undone.OFFER

    assert ask("SELECT 1 FROM booking WHERE occupies") == []
    assert ask("SELECT 1 FROM freed_time WHERE taken_at IS NULL") == [(1,)]
    assert ask("SELECT state FROM outbox WHERE key LIKE '%%confirmed_thanks'") == [("withdrawn",)]
    assert open_tasks(rosa) == ["answer.no"]
    assert broken_invariants() == {}


def test_a_time_for_which_another_was_given_back_stays_and_the_reason_says_where_to_go(
    house: House, dana: Acting, rosa: UUID, places: Places, freed: UUID
) -> None:
    held, _version = booked(dana, rosa, places.talk_at(14))
    wait(dana, rosa, places.talk, on=held)
    asked(dana, freed, rosa)
    hear("1", at=later(minutes=5))

    with pytest.raises(NotCorrected) as no:
        correct(house, rosa, Meaning.NO)

    assert no.value.say.key == "refusal.correction_booked"
    assert ask_one("SELECT state FROM booking WHERE occupies") == "booked"


@pytest.mark.parametrize(
    ("meaning", "why", "key"),
    [
        (Meaning.YES, WHY, "refusal.correction_same"),
        (Meaning.HELP, WHY, "refusal.correction_same"),
        (Meaning.NO, " ", "refusal.correction_why"),
    ],
)
def test_a_correction_says_another_meaning_and_why(
    house: House, dana: Acting, rosa: UUID, places: Places, meaning: Meaning, why: str, key: str
) -> None:
    reminded(dana, rosa, places)
    hear("1", at=later(minutes=5))

    with pytest.raises(NotCorrected) as no:
        correct(house, rosa, meaning, why=why)
    assert no.value.say.key == key


def test_it_is_put_right_once_and_by_whoever_writes_there(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    reminded(dana, rosa, places)
    hear("1", at=later(minutes=5))
    for who in ("kim", "tom"):
        with pytest.raises(NotFound):
            correct_answer(house.acting(who), rosa, message_id=newest(), meaning=Meaning.NO, why=WHY)
    correct(house, rosa, Meaning.NO)

    with pytest.raises(NotCorrected) as no:
        correct(house, rosa, Meaning.CHANGE)
    assert no.value.say.key == "refusal.correction_done"


def test_the_words_that_were_read_wrongly_are_listed_without_anybodys_name(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    reminded(dana, rosa, places)
    hear("Sí, ahí estaré", at=later(minutes=5))
    correct(house, rosa, Meaning.NO)
    hear("my own words my dear", at=later(minutes=6))
    correct(house, rosa, Meaning.RIDE)

    found = get_mailbox_page(house.acting("noor")).wrong

    assert {(one.phrase, one.was, one.meaning, one.times) for one in found} == {
        *((phrase, Meaning.YES, Meaning.NO, 1) for phrase in ("si", "ahi estare")),
        ("", Meaning.WORDS, Meaning.RIDE, 1),
    }
