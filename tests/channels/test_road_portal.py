"""The road of pages behind a link: on where patients can reach this house safely, and nothing is pushed by it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from careloop.channels.road_portal import find_address, make
from careloop.channels.settings import ChannelSettings
from careloop.facts.consents import Road
from careloop.facts.outbox import ChannelState, Parcel, Went


@pytest.mark.parametrize(
    ("url", "is_demo", "state", "where"),
    [
        ("https://care.example/", False, ChannelState.ON, "https://care.example"),
        ("http://127.0.0.1:8000", True, ChannelState.SANDBOX, "http://127.0.0.1:8000"),
        ("http://care.example", False, ChannelState.OFF, ""),
        ("https://care.example/?a=1", False, ChannelState.OFF, ""),
        ("https://[", False, ChannelState.OFF, ""),
        ("care.example", False, ChannelState.OFF, ""),
        ("", False, ChannelState.OFF, ""),
    ],
)
def test_it_is_on_with_an_address_that_is_safe(url: str, is_demo: bool, state: ChannelState, where: str) -> None:
    line = make(ChannelSettings({"url": url}, is_demo)).describe()

    assert (line.state, line.where) == (state, where)
    assert bool(line.lacks) is (state is ChannelState.OFF)


def test_the_address_comes_from_the_settings_and_nothing_is_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELOOP_PORTAL_URL", "https://care.example")
    parcel = Parcel(UUID(int=1), 1, Road.PORTAL, "", {}, "key", datetime(2026, 11, 20, tzinfo=UTC))

    assert find_address() == "https://care.example"
    assert make(ChannelSettings({"url": "https://care.example"})).send(parcel).went is Went.BY_HAND
