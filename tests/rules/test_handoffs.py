"""Handoffs: which moves there are, who makes them, what is said back, and when a what-if is looked for."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from careloop.basics.refusals import Refusal
from careloop.facts.handoffs import HandoffEvent, HandoffState, IllnessLevel
from careloop.rules.handoffs import (
    LIVE,
    MOST_WORDS,
    MOVES,
    OF_GIVER,
    OF_RECEIVER,
    HandoffMoveNotAllowed,
    check_said_back,
    check_what_if,
    clean_words,
    expires_at,
    levels_said,
    next_handoff,
)

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ON = date(2026, 11, 20)
S, E = HandoffState, HandoffEvent


@pytest.mark.parametrize(("state", "event"), list(product(S, E)))
def test_only_the_moves_of_the_table_are_made_and_the_refusal_says_where_it_stands(state: S, event: E) -> None:
    if (state, event) in MOVES:
        assert next_handoff(state, event) is MOVES[state, event]
        return
    with pytest.raises(HandoffMoveNotAllowed) as refused:
        next_handoff(state, event)
    assert refused.value.say.key == f"refusal.handoff_is_{state}"


def test_what_is_over_stays_over_and_a_question_stands_in_the_way_of_acceptance() -> None:
    assert {state for state, _event in MOVES} == set(LIVE)
    assert (S.ASKED, E.ACCEPT) not in MOVES
    assert [state for state, event in MOVES if event is E.ACCEPT] == [S.OFFERED]


@pytest.mark.parametrize("state", LIVE)
def test_every_handoff_can_come_to_an_end(state: S) -> None:
    assert any(one is state and to not in LIVE for (one, _event), to in MOVES.items())


def test_each_move_is_one_persons_but_that_of_the_clock() -> None:
    assert not set(OF_GIVER) & set(OF_RECEIVER)
    assert {*OF_GIVER, *OF_RECEIVER, E.EXPIRE} == set(E)


def test_an_answer_is_waited_for_by_the_hour_whatever_the_clocks_on_the_wall_do() -> None:
    before = datetime(2026, 11, 1, 5, 0, tzinfo=UTC)

    assert expires_at(before, 4) - before == timedelta(hours=4)


@pytest.mark.parametrize(
    ("level", "own", "shared", "kept"),
    [
        (IllnessLevel.STABLE, "", "Call on Monday.", "Call on Monday."),
        (IllnessLevel.STABLE, "Weigh him.", "Call on Monday.", "Weigh him."),
        (IllnessLevel.WATCHER, "Weigh him.", "", "Weigh him."),
        (IllnessLevel.UNSTABLE, "", "Call on Monday.", None),
        (IllnessLevel.WATCHER, "", "Call on Monday.", None),
        (IllnessLevel.STABLE, "", "", None),
        (IllnessLevel.STABLE, "heart  failure.", "", None),
        (IllnessLevel.STABLE, "", "HEART FAILURE.", None),
    ],
)
def test_everybody_is_said_back_in_own_words_and_only_the_stable_together(
    level: IllnessLevel, own: str, shared: str, kept: str | None
) -> None:
    if kept is not None:
        assert check_said_back(level, "Heart failure.", own, shared) == kept
        return
    with pytest.raises(Refusal):
        check_said_back(level, "Heart failure.", own, shared)


@pytest.mark.parametrize(
    ("condition", "deed", "on", "key"),
    [
        ("it swells", "call her", ON, ""),
        ("it swells", "call her", ON + timedelta(days=366), ""),
        ("", "call her", ON, "refusal.handoff_if_then"),
        ("it swells", "", ON, "refusal.handoff_if_then"),
        ("it swells", "call her", None, "refusal.handoff_day"),
        ("it swells", "call her", ON - timedelta(days=1), "refusal.handoff_day"),
        ("it swells", "call her", ON + timedelta(days=367), "refusal.handoff_day"),
    ],
)
def test_a_what_if_says_when_what_and_on_which_day(condition: str, deed: str, on: date | None, key: str) -> None:
    if not key:
        assert check_what_if(condition, deed, on, ON) == on
        return
    with pytest.raises(Refusal) as refused:
        check_what_if(condition, deed, on, ON)
    assert refused.value.say.key == key


def test_words_are_kept_without_what_cannot_be_stored_and_not_too_long() -> None:
    assert clean_words(" a\x00b ") == "ab"
    assert len(clean_words("x" * MOST_WORDS)) == MOST_WORDS
    with pytest.raises(Refusal):
        clean_words("x" * (MOST_WORDS + 1))


def test_of_everybody_it_is_said_how_ill_they_are() -> None:
    assert levels_said([IllnessLevel.STABLE, IllnessLevel.WATCHER])
    assert not levels_said([IllnessLevel.STABLE, None])
