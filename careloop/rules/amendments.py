"""Requests to amend a record, as the HIPAA Privacy Rule wants them answered: 45 CFR 164.526.

In time (b)(2): within 60 days, once 30 more with the reason in writing inside those 60. On one of four
grounds if denied (a)(2). The denial, the request and a statement of disagreement stay together (d).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.amendments import AmendmentState, AmendmentStep
from careloop.facts.clocks import Clocks
from careloop.facts.worklist import Confidence, Source

SOURCE = Source(
    id="hipaa_amendment",
    organization="U.S. Department of Health and Human Services",
    title="HIPAA Privacy Rule, amendment of protected health information (edition of 1 October 2004)",
    year=2004,
    section="45 CFR 164.526(a)(2), (b)(2), (d)",
    confidence=Confidence.PRIMARY,
    checked_on=date(2026, 11, 22),
    effective_on=date(2003, 4, 14),
)

MOVES: Mapping[tuple[AmendmentState, AmendmentStep], AmendmentState] = {
    (AmendmentState.OPEN, AmendmentStep.EXTENDED): AmendmentState.OPEN,
    (AmendmentState.OPEN, AmendmentStep.ACCEPTED): AmendmentState.ACCEPTED,
    (AmendmentState.OPEN, AmendmentStep.DENIED): AmendmentState.DENIED,
    (AmendmentState.DENIED, AmendmentStep.DISAGREED): AmendmentState.DENIED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a step needs to know of a request."""

    state: AmendmentState
    due_on: date
    is_extended: bool
    has_disagreement: bool


def first_due_on(asked_on: date, clocks: Clocks) -> date:
    """Return the last day for an answer, counted from the day on which the request was received."""
    return asked_on + timedelta(days=clocks.value_on("amendment.answer", asked_on).days)


def extended_due_on(standing: Standing, asked_on: date, clocks: Clocks) -> date:
    """Return the last day after the one extension."""
    return standing.due_on + timedelta(days=clocks.value_on("amendment.extension", asked_on).days)


def may_extend(standing: Standing, on: date) -> bool:
    """Tell whether more time can be taken on this day: once, and only while there still is time."""
    return standing.state is AmendmentState.OPEN and not standing.is_extended and on <= standing.due_on


def next_state(standing: Standing, step: AmendmentStep, on: date) -> AmendmentState:
    """Return where a request goes.

    :raises Refusal: if the request cannot take this step, or not any more
    """
    if step is AmendmentStep.EXTENDED and not may_extend(standing, on):
        raise Refusal(Say("refusal.amendment_extended"))
    if (standing.state, step) not in MOVES or (step is AmendmentStep.DISAGREED and standing.has_disagreement):
        raise Refusal(Say("refusal.amendment_step"))
    return MOVES[standing.state, step]
