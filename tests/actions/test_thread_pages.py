"""The pages of messages are as many statements for many threads and messages as for one."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloop.actions.threads import add_note, begin_thread, note_call
from careloop.facts.outbox import Direction, ThreadWith
from careloop.facts.threads import Box
from careloop.reads.messages import get_message, list_messages
from careloop.reads.threads import get_new_thread_page, get_thread_page, get_threads_page
from tests.actions.answering import bring_with_phone, hear
from tests.people import build_house, later

pytestmark = pytest.mark.django_db


def counted(look: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        look()
    return len(seen)


def test_a_page_is_a_constant_number_of_statements() -> None:
    house = build_house()
    dana = house.acting("dana", at=later(hours=1))
    rosa = bring_with_phone(house)
    thread = begin_thread(dana, rosa, partner=ThreadWith.PATIENT)
    hear("My bus is late again", at=later(minutes=1))
    hear("Who is it", address="+12175559999", at=later(minutes=2))
    counts = []
    for more in range(2):
        if more:
            for n in range(4):
                other = bring_with_phone(house, f"p{n}", phone=f"(217) 555-02{n}0")
                begin_thread(dana, other, partner=ThreadWith.PATIENT)
                hear(f"My bus is late again {n}", address=f"+1217555020{n}"[:-2] + f"{n}0", at=later(minutes=3 + n))
                hear(f"Who is it {n}", address=f"+121755588{n}0", at=later(minutes=3 + n))
                hear(f"The bus came, said {n}", at=later(minutes=10 + n))
                add_note(replace(dana, at=later(minutes=20 + n)), rosa, thread_id=thread, words="A note.")
        looks: list[Callable[[], object]] = [
            lambda: get_threads_page(dana, box=Box.TEAM),
            lambda: get_threads_page(dana, box=Box.MINE, query="bus"),
            lambda: get_threads_page(dana, box=Box.REVIEW),
            lambda: get_thread_page(dana, thread_id=thread),
            lambda: get_new_thread_page(dana, rosa),
            lambda: list_messages(house.acting("sol")),
            lambda: get_message(house.acting("sol"), key="thank_you"),
        ]
        counts.append([counted(look) for look in looks])

    assert counts[0] == counts[1]
    assert max(counts[0]) < 40


def test_while_an_answer_is_owed_the_list_shows_what_they_said_and_not_our_first_word_that_it_came() -> None:
    house = build_house()
    dana = house.acting("dana", at=later(hours=1))
    rosa = bring_with_phone(house)
    thread = begin_thread(dana, rosa, partner=ThreadWith.PATIENT)

    def shown() -> tuple[str, Direction]:
        (row,) = get_threads_page(dana, box=Box.TEAM).rows
        return row.words, row.direction

    hear("My bus is late again", at=later(minutes=1))
    add_note(replace(dana, at=later(minutes=2)), rosa, thread_id=thread, words="She takes the 12.")
    assert shown() == ("My bus is late again", Direction.IN)
    note_call(replace(dana, at=later(minutes=3)), rosa, thread_id=thread, words="We spoke.")
    assert shown() == ("We spoke.", Direction.CALL)
