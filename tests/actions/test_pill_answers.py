"""Answers to reminders of medicines by text: noted once, and what was stopped is a clinician's question."""

from datetime import timedelta
from random import Random
from uuid import UUID

import pytest

from careloop.actions.medicine_reminders import start_medicine_reminders
from careloop.actions.people import join_care_team
from careloop.facts.access import Acting
from tests.actions.answering import hear, land_all, text_in
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.records import bring
from tests.actions.test_medicine_reminders import EVENING, TAKING, draft, work
from tests.actions.test_offer_texts import let_go
from tests.outgoing import bring_reachable
from tests.people import NOW, House

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(house: House) -> UUID:
    patient = bring_reachable(house)
    bring(house, TAKING)
    return patient


@pytest.fixture
def schedule(dana: Acting, rosa: UUID) -> UUID:
    made = start_medicine_reminders(dana, rosa, draft(rosa))
    work(NOW)
    work(EVENING)
    let_go(rosa)
    return made


@pytest.fixture
def cell(rosa: UUID) -> str:
    return str(ask_one("SELECT address FROM contact_point WHERE patient_id = %s AND road = 'text'", rosa))


def answered() -> list[tuple[str, str]]:
    return [tuple(one) for one in ask("SELECT state, answer FROM medicine_reminder WHERE sent_at IS NOT NULL")]


def did() -> list[str]:
    return [one for (one,) in ask("SELECT did FROM answer ORDER BY at, message_id")]


def titles() -> list[str]:
    return [one for (one,) in ask("SELECT title->>'key' FROM loop WHERE kind = 'task' ORDER BY opened_at, id")]


@pytest.mark.parametrize("words", ["1", "Took it, thanks", "Sí, ya me la tomé"])
def test_taken_is_noted_and_nobody_has_to_do_anything(schedule: UUID, cell: str, words: str) -> None:
    hear(words, at=EVENING + timedelta(minutes=5), address=cell)

    assert [answer for _state, answer in answered()] == ["taken"]
    assert did() == ["noted"]
    assert titles() == []
    assert ask_one("SELECT unanswered_since FROM thread") is None
    assert broken_invariants() == {}


@pytest.mark.parametrize("words", ["2", "I forgot", "Se me olvidó"])
def test_not_taken_asks_a_person_to_call_the_same_day(schedule: UUID, cell: str, words: str) -> None:
    hear(words, at=EVENING + timedelta(minutes=5), address=cell)

    assert [answer for _state, answer in answered()] == ["not_taken"]
    assert titles() == ["medicine.not_taken_title"]


@pytest.mark.parametrize(
    ("words", "answer", "title"),
    [
        ("3", "stopped", "medicine.ask_title"),
        ("I stopped taking it last week", "stopped", "medicine.ask_title"),
        ("Dejé de tomar la pastilla", "stopped", "medicine.ask_title"),
        ("It makes me dizzy", "side_effect", "medicine.effect_title"),
        ("1 pero me dio un sarpullido", "side_effect", "medicine.effect_title"),
    ],
)
def test_what_was_stopped_or_does_harm_is_a_clinicians_question_the_same_day(
    house: House, dana: Acting, rosa: UUID, schedule: UUID, cell: str, words: str, answer: str, title: str
) -> None:
    join_care_team(house.acting("sol"), [rosa], person_id=house.id_of("asha"), part="clinician")

    hear(words, at=EVENING + timedelta(minutes=5), address=cell)

    assert [one for _state, one in answered()] == [answer]
    asked = ask("SELECT title->>'key', due_at, owner_id FROM loop WHERE finding_key LIKE 'medicine:ask:%%'")
    assert [(one[0], one[2]) for one in asked] == [(title, house.id_of("asha"))]
    assert asked[0][1] - EVENING < timedelta(hours=24)
    assert ask_one("SELECT state FROM medicine_schedule") == "paused"
    assert did() == ["loop"]
    said = "SELECT m.situation FROM message m JOIN outbox o ON o.message_id = m.id WHERE o.key LIKE 'answer %%'"
    assert ask(said) == [("medicine_told",)]


def test_stop_alone_ends_the_texts_and_is_no_word_about_a_medicine(schedule: UUID, cell: str) -> None:
    hear("STOP", at=EVENING + timedelta(minutes=5), address=cell)

    assert did() == ["stopped"]
    assert [answer for _state, answer in answered()] == [""]
    assert ask_one("SELECT state FROM medicine_schedule") == "active"


@pytest.mark.parametrize("words", ["Can I take two?", "the cat ate it"])
def test_what_is_not_wholly_understood_goes_to_a_person(schedule: UUID, cell: str, words: str) -> None:
    hear(words, at=EVENING + timedelta(minutes=5), address=cell)

    assert did() == ["person"]
    assert [answer for _state, answer in answered()] == [""]
    assert ask_one("SELECT unanswered_since FROM thread") is not None


def test_words_of_danger_reach_a_person_at_once(schedule: UUID, cell: str) -> None:
    hear("I took all of them, I want to die", at=EVENING + timedelta(minutes=5), address=cell)

    assert ask("SELECT meaning FROM answer") == [("urgent",)]
    assert titles() == ["answer.urgent"]


def test_doubled_and_shuffled_each_is_read_once(schedule: UUID, cell: str) -> None:
    deliveries = [("2", "SMa"), ("3", "SMb"), ("3", "SMc")] * 4
    Random(5).shuffle(deliveries)  # noqa: S311
    for n, (words, sid) in enumerate(deliveries):
        text_in(words, sid=sid, address=cell, at=EVENING + timedelta(minutes=5, seconds=n))
        if n % 3 == 0:
            land_all(EVENING + timedelta(minutes=6, seconds=n))
    land_all(EVENING + timedelta(minutes=9))

    assert ask_one("SELECT count(*) FROM answer") == 3
    assert ask_one("SELECT count(*) FROM loop WHERE finding_key LIKE 'medicine:ask:%%'") == 1
    assert broken_invariants() == {}
