"""The one clock: stopped where a test or a demo says so, in Greenwich's time whatever it is given."""

from datetime import UTC, datetime, timedelta

import pytest

from careloop.basics.clock import read_clock


@pytest.mark.parametrize("text", ["2026-11-20T15:00:00+00:00", "2026-11-20T10:00:00-05:00", "2026-11-20T15:00:00Z"])
def test_a_stopped_clock_says_its_moment(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("CARELOOP_CLOCK", text)

    assert read_clock() == datetime(2026, 11, 20, 15, tzinfo=UTC)
    assert read_clock().utcoffset() == timedelta(0)


def test_a_running_clock_never_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CARELOOP_CLOCK", raising=False)
    first = read_clock()

    assert first <= read_clock()
    assert first.utcoffset() == timedelta(0)
