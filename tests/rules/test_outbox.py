"""Addresses are written so that they can be compared; tries are made again ever later; a call in is signed or not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.facts.consents import Road
from careloop.facts.outbox import OutState
from careloop.rules.hooks import is_signed, sign
from careloop.rules.outbox import BACK_OFF, fold_address, fold_phone, may_withdraw, next_try

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given_", "folded"),
    [
        ("(555) 010-0142", "+15550100142"),
        ("555.010.0142", "+15550100142"),
        ("1 555 010 0142", "+15550100142"),
        ("+1 (555) 010-0142", "+15550100142"),
        ("+44 20 7946 0018", "+442079460018"),
        ("010-0142", ""),
        ("155 010 0142", ""),
        ("call me", ""),
        ("555 010 0142 ext 7", ""),
        ("", ""),
    ],
)
def test_a_number_is_written_one_way(given_: str, folded: str) -> None:
    assert fold_phone(given_) == folded


@given(st.text(max_size=40))
def test_folding_again_changes_nothing_and_never_makes_up_a_number(text: str) -> None:
    folded = fold_phone(text)

    assert fold_phone(folded) == folded
    assert [c for c in folded if c.isdigit()][-7:] == [c for c in text if c.isascii() and c.isdigit()][
        -7:
    ] or not folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Rosa@Home.Example", "rosa@home.example"), ("rosa@home", ""), ("a b@c.example", ""), ("a@b@c.example", "")],
)
def test_a_mailbox_is_written_one_way(text: str, folded: str) -> None:
    assert fold_address(Road.EMAIL, text) == folded


def test_a_try_is_made_again_ever_later() -> None:
    assert [next_try(AT, n) - AT for n in (0, 1, 2, 5, 99)] == [
        timedelta(minutes=m) for m in (BACK_OFF[0], BACK_OFF[0], BACK_OFF[1], BACK_OFF[-1], BACK_OFF[-1])
    ]


def test_only_what_has_not_gone_can_be_taken_back() -> None:
    assert [state for state in OutState if may_withdraw(state)] == [OutState.HELD, OutState.WAITING]


def test_a_call_is_signed_over_its_address_and_all_that_came() -> None:
    values = [("To", "+18005551212"), ("CallSid", "CA1234567890ABCDE"), ("From", "+14158675309")]
    right = sign("https://example.com/myapp", values, "12345")

    assert is_signed("https://example.com/myapp", reversed(values), "12345", right)
    assert not is_signed("https://example.com/myapp2", values, "12345", right)
    assert not is_signed("https://example.com/myapp", values[1:], "12345", right)
    assert not is_signed("https://example.com/myapp", values, "", sign("https://example.com/myapp", values, ""))
