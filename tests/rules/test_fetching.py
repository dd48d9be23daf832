"""When an address elsewhere is asked again, and which places of the network may be asked at all."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest

from careloop.rules.fetching import (
    AHEAD,
    is_public,
    may_ask_for_changes,
    next_after_answer,
    next_after_trouble,
    next_when_pressed,
)

AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("place", "is_it"),
    [
        ("93.184.215.14", True), ("1.1.1.1", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False), ("127.255.255.254", False), ("0.0.0.1", False), ("10.1.2.3", False),
        ("172.16.0.1", False), ("172.31.255.255", False), ("192.168.1.1", False), ("100.64.0.1", False),
        ("100.100.100.200", False), ("169.254.169.254", False), ("168.63.129.16", False), ("192.0.0.192", False),
        ("192.88.99.1", False), ("192.0.2.1", False), ("198.18.0.1", False), ("224.0.0.1", False),
        ("239.255.255.250", False), ("240.0.0.1", False), ("255.255.255.255", False),
        ("::", False), ("::1", False), ("::ffff:127.0.0.1", False), ("::ffff:93.184.215.14", False),
        ("::127.0.0.1", False), ("64:ff9b::7f00:1", False), ("64:ff9b:1::a00:1", False), ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False), ("2001:db8::1", False), ("fe80::1", False), ("fec0::1", False),
        ("fc00::1", False), ("fd00:ec2::254", False), ("ff02::1", False), ("4000::1", False),
    ],
)  # fmt: skip
def test_only_what_anybody_on_the_internet_could_mean_is_reached(place: str, is_it: bool) -> None:
    assert is_public(ip_address(place)) is is_it


@pytest.mark.parametrize(
    ("failures", "wait", "after"),
    [
        (1, None, 15 * MINUTE),
        (2, None, 30 * MINUTE),
        (3, None, HOUR),
        (7, None, 16 * HOUR),
        (8, None, DAY),
        (30_000, None, DAY),
        (1, 2 * HOUR, 2 * HOUR),
        (8, 2 * HOUR, DAY),
        (1, 90 * DAY, 7 * DAY),
        (1, -HOUR, 15 * MINUTE),
    ],
)
def test_after_trouble_it_is_asked_soon_then_ever_more_seldom_and_never_before_they_allow(
    failures: int, wait: timedelta | None, after: timedelta
) -> None:
    until = AT + wait if wait is not None else None

    assert next_after_trouble(AT, failures=failures, wait_until=until) == AT + after


def test_a_calendar_that_answers_is_asked_every_four_hours() -> None:
    assert next_after_answer(AT) == AT + 4 * HOUR


@pytest.mark.parametrize(
    ("tried", "wait", "after"),
    [
        (None, None, 0 * MINUTE), (-5 * MINUTE, None, 0 * MINUTE), (-MINUTE / 2, None, MINUTE / 2),
        (-5 * MINUTE, 2 * HOUR, 2 * HOUR), (-5 * MINUTE, -HOUR, 0 * MINUTE),
    ],
)  # fmt: skip
def test_who_presses_fetch_now_is_served_now_but_not_more_than_once_a_minute(
    tried: timedelta | None, wait: timedelta | None, after: timedelta
) -> None:
    tried_at = AT + tried if tried is not None else None
    wait_until = AT + wait if wait is not None else None

    assert next_when_pressed(AT, tried_at=tried_at, wait_until=wait_until) == AT + after


def test_once_a_week_all_of_it_is_asked_for() -> None:
    assert may_ask_for_changes(AT, AT + AHEAD - 6 * DAY)
    assert not may_ask_for_changes(AT, AT + AHEAD - 7 * DAY)
