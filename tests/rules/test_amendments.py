"""When a request to amend must be answered, and which steps it can take."""

from datetime import date

import pytest

from careloop.basics.refusals import Refusal
from careloop.catalog.clocks import load_clocks
from careloop.facts.amendments import AmendmentState, AmendmentStep
from careloop.rules.amendments import MOVES, Standing, extended_due_on, first_due_on, may_extend, next_state

ASKED = date(2026, 11, 20)
DUE = date(2027, 1, 19)
OPEN = Standing(AmendmentState.OPEN, DUE, is_extended=False, has_disagreement=False)
LONGER = Standing(AmendmentState.OPEN, date(2027, 2, 18), is_extended=True, has_disagreement=False)
DENIED = Standing(AmendmentState.DENIED, DUE, is_extended=False, has_disagreement=False)


def test_the_answer_is_due_in_sixty_days_and_once_in_thirty_more() -> None:
    assert first_due_on(ASKED, load_clocks()) == DUE
    assert extended_due_on(OPEN, ASKED, load_clocks()) == LONGER.due_on


@pytest.mark.parametrize(
    ("standing", "on", "may"),
    [(OPEN, DUE, True), (OPEN, date(2027, 1, 20), False), (LONGER, DUE, False), (DENIED, ASKED, False)],
)
def test_more_time_is_taken_once_and_in_time(standing: Standing, on: date, *, may: bool) -> None:
    assert may_extend(standing, on) is may


@pytest.mark.parametrize("step", [step for step in AmendmentStep if step is not AmendmentStep.ASKED])
@pytest.mark.parametrize("state", list(AmendmentState))
def test_a_step_is_in_the_table_or_refused(state: AmendmentState, step: AmendmentStep) -> None:
    standing = Standing(state, DUE, is_extended=False, has_disagreement=False)
    if (state, step) in MOVES:
        assert next_state(standing, step, ASKED) is MOVES[state, step]
    else:
        with pytest.raises(Refusal):
            next_state(standing, step, ASKED)


def test_a_statement_of_disagreement_is_kept_once() -> None:
    with pytest.raises(Refusal):
        next_state(Standing(AmendmentState.DENIED, DUE, is_extended=False, has_disagreement=True),
                   AmendmentStep.DISAGREED, ASKED)  # fmt: skip
