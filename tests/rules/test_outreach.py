"""Outreach lists: shares with their interval, who is done with, bands of ages, a rule that is kept and read."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.facts.outreach import Outcome, OutreachRule
from careloop.facts.reach import TryResult
from careloop.rules.outreach import (
    band_of,
    figure,
    figures_by,
    is_done,
    next_day,
    read_rule,
    say_rule,
    store_rule,
    wilson,
)

ON = date(2026, 11, 20)
# Shares whose intervals are printed in textbooks: 0 and 10 of 10 (0-28, 72-100), 5 of 10 (24-76), 81 of 263 (25.5-36.6,
# Newcombe, Stat Med 1998;17:857-872).
WILSON = [(0, 10, 0, 28), (10, 10, 72, 100), (5, 10, 24, 76), (81, 263, 26, 37), (1, 1, 21, 100)]


@pytest.mark.parametrize(("part", "whole", "low", "high"), WILSON)
def test_the_interval_is_wilsons(part: int, whole: int, low: int, high: int) -> None:
    said = wilson(part, whole)

    assert (said.low, said.high) == (low, high)
    assert said.is_small is (whole < 30)


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_the_share_lies_in_its_interval(part: int, whole: int) -> None:
    part = min(part, whole)
    said = wilson(part, whole)

    assert 0 <= said.low <= round(100 * part / whole) <= said.high <= 100


def test_of_nobody_nothing_is_known() -> None:
    said = wilson(0, 0)
    assert (said.low, said.high, said.is_small) == (0, 100, True)


def test_figures_stand_by_language_and_by_age() -> None:
    ends = [
        Outcome("es", "45-64", TryResult.BOOKED), Outcome("en", "45-64", TryResult.NO_ANSWER),
        Outcome("es", "80+", TryResult.DECLINED),
    ]  # fmt: skip
    assert [(one.name, one.people, one.reached.part, one.booked.part) for one in figures_by(ends, language=True)] == [
        ("en", 1, 0, 0), ("es", 2, 2, 1),
    ]  # fmt: skip
    assert [(one.name, one.people) for one in figures_by(ends, language=False)] == [("45-64", 2), ("80+", 1)]
    assert figure("", ends).people == 3


DONE = [
    (TryResult.BOOKED, 1, True),
    (TryResult.NO_ANSWER, 1, False),
    (TryResult.NO_ANSWER, 2, True),
    (TryResult.LATER, 2, False),
    (TryResult.WRONG_NUMBER, 1, True),
]


@pytest.mark.parametrize(("result", "tries", "done"), DONE)
def test_somebody_is_done_with_when_reached_or_tried_often_enough(result: TryResult, tries: int, done: bool) -> None:
    assert is_done(result, tries, 2) is done


def test_who_asked_for_a_day_is_called_on_it_and_others_tomorrow() -> None:
    day = ON + timedelta(days=9)
    assert next_day(TryResult.LATER, ON, day) == day
    assert next_day(TryResult.NO_ANSWER, ON, day) == ON + timedelta(days=1)


BANDS = [
    (None, ""), (date(2008, 11, 21), "0-17"), (date(2008, 11, 20), "18-44"), (date(1961, 11, 21), "45-64"),
    (date(1961, 11, 20), "65-79"), (date(1946, 11, 20), "80+"), (date(2026, 11, 20), "0-17"),
]  # fmt: skip


@pytest.mark.parametrize(("born", "band"), BANDS)
def test_bands_begin_on_the_birthday(born: date | None, band: str) -> None:
    assert band_of(born, ON) == band


RULE = OutreachRule("diabetic_eye", 365, referral=True, from_age=40, to_age=75, language="es")


@pytest.mark.parametrize("rule", [RULE, OutreachRule(), OutreachRule(no_visit_days=1)])
def test_a_rule_is_read_as_it_was_kept(rule: OutreachRule) -> None:
    assert read_rule(store_rule(rule)) == rule


def test_a_rule_is_said_part_by_part() -> None:
    assert [one.key for one in say_rule(RULE)] == [
        "outreach.rule_check", "check.diabetic_eye.name", "outreach.rule_no_visit", "outreach.rule_referral",
        "outreach.rule_from_age", "outreach.rule_to_age", "outreach.rule_language",
    ]  # fmt: skip
