"""How a check stands by its newest signature, which thresholds are taken, and when a check asks to be changed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.checks import Bound, Check, Knowledge
from careloop.facts.signing import PastVersion, Precision, Setting
from careloop.facts.worklist import Confidence, Outcome
from careloop.rules.checks import find_checks
from careloop.rules.signing import (
    asks_for_change,
    choose_thresholds,
    judge_by,
    last_change,
    percent_acted_on,
    say_thresholds,
    setting_on,
    settle_knowledge,
    stand,
    version_on,
)

AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
SUGAR = Bound("hba1c_overdue.sugar", Decimal("7.0"), Decimal("6.5"), Decimal("9"), "%", Say("check.hba1c_overdue.name"))
CHECK = replace(find_checks()["hba1c_overdue"], version=2, from_on=date(2026, 11, 10), bounds=(SUGAR,))
GENERAL = replace(CHECK, confidence=Confidence.GENERAL)
PLAIN = Knowledge("v", {}, {}, {}, (), {})


def signed(**changes: object) -> Setting:
    usual = Setting(UUID(int=1), CHECK.name, 2, True, False, {SUGAR.name: Decimal("7.0")}, "", "Asha", AT)
    return replace(usual, **changes)


# The check, the signature, and: is it on, are its unverified parts on, does it ask to be signed again?
STANDS = [
    (CHECK, None, (True, False, False)),
    (GENERAL, None, (False, False, False)),
    (CHECK, signed(), (True, False, False)),
    (CHECK, signed(is_unverified_on=True), (True, True, False)),
    (CHECK, signed(is_on=False), (False, False, False)),
    (GENERAL, signed(), (True, True, False)),
    (GENERAL, signed(is_on=False), (False, False, False)),
    (CHECK, signed(version=1), (True, False, True)),
    (CHECK, signed(version=1, is_unverified_on=True), (True, False, True)),
    (CHECK, signed(version=1, is_on=False), (False, False, False)),
    (GENERAL, signed(version=1), (False, False, True)),
]


@pytest.mark.parametrize(("check", "setting", "stands"), STANDS)
def test_a_check_stands_as_it_was_signed(check: Check, setting: Setting | None, stands: tuple[bool, ...]) -> None:
    found = stand(check, setting)

    assert (found.is_on, found.is_unverified_on, found.asks_again) == stands
    assert found.setting is setting


@pytest.mark.parametrize(("value", "holds"), [("8", "8"), ("6.5", "6.5"), ("9.1", "7.0"), ("6.4", "7.0")])
def test_a_value_that_the_check_no_longer_allows_gives_way_to_the_usual_one(value: str, holds: str) -> None:
    found = stand(CHECK, signed(thresholds={SUGAR.name: Decimal(value), "hba1c_overdue.gone": Decimal(1)}))

    assert found.thresholds == {SUGAR.name: Decimal(holds)}


@given(st.decimals(SUGAR.least, SUGAR.most, allow_nan=False, places=3))
def test_every_value_inside_the_bounds_is_taken_as_it_was_typed(value: Decimal) -> None:
    assert choose_thresholds(CHECK, {SUGAR.name: f"{value:f}"}, {}) == {SUGAR.name: value}
    assert choose_thresholds(CHECK, {"sugar": f" {value:f} "}, {}) == {SUGAR.name: value}


def test_a_threshold_that_is_left_out_stays_as_it_was() -> None:
    assert choose_thresholds(CHECK, {}, {SUGAR.name: Decimal(8)}) == {SUGAR.name: Decimal(8)}
    assert choose_thresholds(CHECK, {}, {}) == {SUGAR.name: Decimal("7.0")}


@pytest.mark.parametrize(
    ("check", "given", "why"),
    [
        (CHECK, {"sugar": "9.01"}, "refusal.threshold.out_of_bounds"),
        (CHECK, {"sugar": "6.49"}, "refusal.threshold.out_of_bounds"),
        (CHECK, {"sugar": "NaN"}, "refusal.threshold.out_of_bounds"),
        (CHECK, {"sugar": "Infinity"}, "refusal.threshold.out_of_bounds"),
        (CHECK, {"sugar": "7,5"}, "refusal.threshold.no_number"),
        (CHECK, {"sugar": ""}, "refusal.threshold.no_number"),
        (CHECK, {"salt": "7"}, "refusal.threshold.unknown"),
        (replace(CHECK, bounds=()), {"sugar": "7"}, "refusal.threshold.none"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_name(check: Check, given: dict[str, str], why: str) -> None:
    with pytest.raises(Refusal) as no:
        choose_thresholds(check, given, {})

    assert no.value.say.key == why


def test_the_knowledge_says_what_was_signed_and_its_version_changes_only_with_it() -> None:
    checks = {CHECK.name: CHECK}

    plain = settle_knowledge(PLAIN, checks, {})
    same = settle_knowledge(PLAIN, checks, {CHECK.name: signed()})
    off = settle_knowledge(PLAIN, checks, {CHECK.name: signed(is_on=False)})
    moved = settle_knowledge(PLAIN, checks, {CHECK.name: signed(thresholds={SUGAR.name: Decimal(8)})})
    whole = settle_knowledge(PLAIN, checks, {CHECK.name: signed(is_unverified_on=True)})

    assert plain == same == PLAIN
    assert (off.switched_off, off.signed_on) == ({CHECK.name}, frozenset())
    assert SUGAR.value(moved) == Decimal(8)
    assert judge_by(CHECK, moved).thresholds == {SUGAR.name: Decimal(8)}
    assert (whole.signed_on, whole.switched_off) == ({CHECK.name}, frozenset())
    assert len({one.version for one in (plain, off, moved, whole)}) == 4


def test_a_check_of_general_knowledge_is_off_until_it_is_signed() -> None:
    checks = {GENERAL.name: GENERAL}

    assert settle_knowledge(PLAIN, checks, {}).switched_off == {GENERAL.name}
    assert settle_knowledge(PLAIN, checks, {GENERAL.name: signed()}).signed_on == {GENERAL.name}


# Closed, of them acted on: does it ask to be changed, and the share in whole percent.
SHARES = [(0, 0, False, None), (19, 0, False, None), (20, 3, True, 15), (20, 4, False, 20), (100, 19, True, 19)]


@pytest.mark.parametrize(("closed", "acted_on", "asks", "percent"), SHARES)
def test_a_check_that_helps_in_fewer_than_one_of_five_asks_to_be_changed(
    closed: int, acted_on: int, asks: bool, percent: int | None
) -> None:
    rest = closed - acted_on
    counted = Precision(AT, acted_on, {Outcome.DUPLICATE: rest // 2}, ended_by_facts=rest - rest // 2)

    assert counted.closed == closed
    assert (asks_for_change(counted), percent_acted_on(counted)) == (asks, percent)


def test_only_what_changes_the_rule_counts_as_a_change() -> None:
    first = signed(thresholds={SUGAR.name: Decimal(8)}, from_at=AT - timedelta(days=9))
    again = replace(first, from_at=AT - timedelta(days=2))
    midnight = datetime(2026, 11, 10, tzinfo=UTC)

    assert last_change(CHECK, (), None) is None
    assert last_change(CHECK, (signed(),), None) is None
    assert last_change(CHECK, (again, first), None) == first.from_at
    assert last_change(CHECK, (signed(is_on=False), again, first), None) == AT
    assert last_change(CHECK, (again, first), midnight) == first.from_at
    assert last_change(CHECK, (), midnight) == midnight


def test_the_signature_and_the_version_of_a_day_are_those_that_held_then() -> None:
    old = signed(from_at=AT - timedelta(days=9))
    past = (PastVersion(CHECK.name, 1, date(2026, 1, 1), "", ""), PastVersion(CHECK.name, 2, CHECK.from_on, "", ""))

    assert setting_on((signed(), old), AT) == old
    assert setting_on((signed(), old), AT - timedelta(days=9)) is None
    assert [version_on(CHECK, past, date.fromisoformat(day)) for day in ("2025-12-31", "2026-11-09", "2026-11-10")] == [
        None, 1, 2,
    ]  # fmt: skip


def test_a_threshold_that_there_is_no_more_keeps_its_name() -> None:
    told = say_thresholds(CHECK, {SUGAR.name: Decimal("7.50"), "hba1c_overdue.gone": Decimal(1)})

    assert told == ((SUGAR.says, "7.50 %"), (Say("text.free", text="hba1c_overdue.gone"), "1"))
    assert say_thresholds(None, {"a.b": Decimal(2)}) == ((Say("text.free", text="a.b"), "2"),)
