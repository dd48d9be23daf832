"""Threads: what the newest message asked, until when an answer is owed, who answers, how much of an address shows."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from careloop.catalog.messages import load_messages
from careloop.catalog.threads import load_threads
from careloop.facts.answers import Asked, Meaning
from careloop.facts.messages import FIRST_LANGUAGE
from careloop.rules import threads as rules

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ME, OTHER = UUID(int=1), UUID(int=2)


def test_every_situation_that_asks_for_a_digit_says_what_it_stands_for_and_no_other() -> None:
    words = {key: one.versions[FIRST_LANGUAGE] for key, one in load_messages().items()}
    asking = {key for key, one in words.items() if any(f"Reply {n}" in f"{one.body} {one.text}" for n in (1, 2))}

    assert rules.ASKS.keys() == asking


def test_an_answer_is_one_to_the_newest_message_for_some_days() -> None:
    assert rules.asked_by("reminder_confirm", AT, AT + timedelta(days=7), 7) is Asked.VISIT
    assert rules.asked_by("reminder_confirm", AT, AT + timedelta(days=7, seconds=1), 7) is Asked.NOTHING
    assert rules.asked_by("thank_you", AT, AT, 7) is Asked.NOTHING
    assert rules.asked_by("waitlist_gone", AT, AT, 7) is Asked.OFFER
    assert rules.asked_by("reminder_confirm", None, AT, 7) is Asked.NOTHING


@pytest.mark.parametrize(
    ("holder", "until", "kept"),
    [
        (None, None, False),
        (ME, AT + timedelta(minutes=1), False),
        (OTHER, AT + timedelta(minutes=1), True),
        (OTHER, AT, False),
        (OTHER, None, False),
    ],
)
def test_a_thread_is_kept_from_others_until_its_moment(holder: UUID | None, until: datetime | None, kept: bool) -> None:
    assert rules.is_kept_from(ME, holder, until, AT) is kept


@pytest.mark.parametrize(
    ("meaning", "also", "needs"),
    [
        (Meaning.YES, (), False),
        (Meaning.STOP, (), False),
        (Meaning.STOP, (Meaning.WORDS,), True),
        (Meaning.WORDS, (), True),
        (Meaning.URGENT, (Meaning.STOP,), True),
        (Meaning.YES, (Meaning.RIDE,), True),
    ],
)
def test_what_a_person_must_answer(meaning: Meaning, also: tuple[Meaning, ...], needs: bool) -> None:
    assert rules.needs_person(meaning, also) is needs


def test_an_address_is_told_by_its_end_alone() -> None:
    assert rules.ending_of("+12175550142") == "…0142"
    assert rules.ending_of("rosa@home.example") == "…@home.example"


def test_each_default_says_that_it_is_ours() -> None:
    assert all(one.is_ours and one.source for values in load_threads().values() for one in values)
    assert rules.answer_by(AT, 24) == AT + timedelta(days=1)
    assert rules.answer_by(None, 24) is None
