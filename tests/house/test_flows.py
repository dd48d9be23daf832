"""Flows: every open state reaches closed, and has a next step, a clock and a date whatever the loop is like."""

from datetime import UTC, date, datetime
from itertools import product

import pytest

from careloop.basics.words import Say
from careloop.catalog.clocks import load_clocks
from careloop.catalog.speech import list_languages, load_words
from careloop.facts.worklist import Ball, ContactResult, Event, Severity, State
from careloop.rules.worklist import MOVES, OPEN, LoopFacts, plan

SINCE = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)

# What is not in the table of moves, and why.
NO_MOVES = {
    Event.OPEN: "there is no loop before it is opened",
    Event.UNDO: "goes back to where the last event came from",
}


def reachable(start: State) -> set[State]:
    reached, edge = {start}, {start}
    while edge:
        edge = {to for (state, _event), to in MOVES.items() if state in edge} - reached
        reached |= edge
    return reached


def test_every_state_is_open_or_closed() -> None:
    assert {*OPEN, State.CLOSED} == set(State)


@pytest.mark.parametrize("state", OPEN)
def test_every_open_state_reaches_closed(state: State) -> None:
    assert State.CLOSED in reachable(state)


@pytest.mark.parametrize("state", OPEN)
def test_every_open_state_is_reached_from_the_first(state: State) -> None:
    assert state in reachable(State.TO_DO)


def test_every_event_can_happen() -> None:
    assert {event for _state, event in MOVES} | NO_MOVES.keys() == set(Event)


@pytest.mark.parametrize("state", OPEN)
def test_death_and_facts_end_a_loop_wherever_it_stands(state: State) -> None:
    assert MOVES[state, Event.DEATH] is State.CLOSED
    assert MOVES[state, Event.ENDED_BY_FACTS] is State.CLOSED


@pytest.mark.parametrize(("state", "severity"), list(product(OPEN, Severity)))
def test_every_open_state_has_a_next_step_a_holder_and_a_date(state: State, severity: Severity) -> None:
    contacts = (None, *ContactResult)
    snoozes = (None, date(2026, 12, 1))
    for contact, reminders, snoozed, due in product(contacts, (0, 1, 3, 99), snoozes, (None, SINCE)):
        step = plan(
            LoopFacts(
                state=state, state_since=SINCE, severity=severity, step=Say("step.do_task"), due_at=due,
                zone="America/New_York", snoozed_until=snoozed, last_contact=contact, reminders=reminders,
            ),
            load_clocks(),
        )  # fmt: skip

        assert step.next_at > SINCE
        assert isinstance(step.ball, Ball)
        assert all(step.say.key in load_words(language) for language in list_languages())
