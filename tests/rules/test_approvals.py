"""Words from draft to approved: two people, the very same words; changed words are a draft again."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from careloop.basics.refusals import Refusal
from careloop.catalog.messages import load_messages
from careloop.facts.approvals import Approval, WordsEvent
from careloop.facts.messages import State, Template
from careloop.rules.approvals import MOVES, apply_approvals, hash_words, next_words

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
BOOKED = load_messages()["visit_booked"]


def said(state: State, words: Template = BOOKED) -> Approval:
    return Approval("visit_booked", "en", hash_words(words.versions["en"]), state, "Lee", "RN", AT)


def test_every_move_is_in_the_table_and_no_other() -> None:
    for state in State:
        for event in WordsEvent:
            if (state, event) in MOVES:
                assert next_words(state, event) is MOVES[state, event]
            else:
                with pytest.raises(Refusal):
                    next_words(state, event)


def test_what_was_approved_counts_for_these_very_words_alone() -> None:
    approved = apply_approvals({"visit_booked": BOOKED}, [said(State.APPROVED)])["visit_booked"].versions
    changed = replace(BOOKED, versions={**BOOKED.versions, "en": replace(BOOKED.versions["en"], body="Other {when}")})
    after = apply_approvals({"visit_booked": changed}, [said(State.APPROVED)])["visit_booked"].versions

    assert (approved["en"].state, approved["en"].reviewer, approved["en"].reviewed_on) == (
        State.APPROVED,
        "Lee, RN",
        AT.date(),
    )
    assert approved["es"].state is State.DRAFT
    assert after["en"].state is State.DRAFT


def test_a_step_back_takes_the_name_away() -> None:
    shipped = replace(BOOKED.versions["en"], state=State.APPROVED, reviewer="Ann, MD", reviewed_on=AT.date())
    template = replace(BOOKED, versions={**BOOKED.versions, "en": shipped})
    found = apply_approvals({"visit_booked": template}, [said(State.DRAFT)])["visit_booked"].versions["en"]

    assert (found.state, found.reviewer, found.reviewed_on) == (State.DRAFT, "", None)
