"""Texts by a gateway: handed over once, and every way in which that can end is told apart."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest

from careloop.channels import road_text
from careloop.channels.outgoing import list_channels
from careloop.channels.settings import ChannelSettings, is_loopback, read_settings
from careloop.facts.consents import Road
from careloop.facts.outbox import ChannelState, Parcel, Went
from careloop.jobs.sandbox import Sandbox
from careloop.jobs.sandbox_http import Server

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
KEY = UUID("01a1f978-b580-7b8f-9b13-ba429c8bf634")


@pytest.fixture
def box() -> Sandbox:
    return Sandbox(deliver_after=None)


@pytest.fixture
def server(box: Sandbox) -> Iterator[Server]:
    server = Server(box, 0)
    server.begin()
    yield server
    server.shutdown()
    server.server_close()


def settings(url: str, **changes: str) -> ChannelSettings:
    return ChannelSettings(
        {"url": url, "account": "ACsandbox", "token": "sandbox-token", "from": "+15550100100"} | changes
    )


def parcel(words: str = "Can you come?", number: str = "+15550100142") -> Parcel:
    return Parcel(KEY, 1, Road.TEXT, number, {"text": words}, "key-1", AT)


def test_a_text_is_handed_over_with_our_key_and_can_be_looked_up(box: Sandbox, server: Server) -> None:
    channel = road_text.make(settings(server.url))

    handed = channel.send(parcel("¿Puede venir? & más"))

    (line,) = box.lines
    assert (handed.went, handed.reference) == (Went.SENT, line.sid)
    assert (line.other, line.words, line.key) == ("+15550100142", "¿Puede venir? & más", "key-1")
    assert channel.look_up(parcel("¿Puede venir? & más")).references == (line.sid,)
    assert channel.look_up(parcel("Another")).references == ()


@pytest.mark.parametrize(
    ("how", "went", "taken"),
    [
        ("busy", Went.TRY_AGAIN, 0),
        ("refuse", Went.REFUSED, 0),
        ("break", Went.UNKNOWN, 0),
        ("drop", Went.UNKNOWN, 0),
        ("take_and_drop", Went.UNKNOWN, 1),
    ],
)
def test_each_way_in_which_it_can_end_is_told_apart(
    box: Sandbox, server: Server, how: str, went: Went, taken: int
) -> None:
    box.behave(how)

    handed = road_text.make(settings(server.url)).send(parcel())

    assert (handed.went, len(box.lines)) == (went, taken)


def test_an_answer_that_does_not_come_in_time_leaves_the_outcome_open(
    box: Sandbox, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(road_text, "ANSWER", 0.2)
    box.behave("slow", seconds=0.6)

    assert road_text.make(settings(server.url)).send(parcel()).went is Went.UNKNOWN


def test_where_nobody_listens_nothing_has_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]

    assert road_text.make(settings(f"http://127.0.0.1:{port}")).send(parcel()).went is Went.TRY_AGAIN


def test_a_wrong_token_is_ours_to_mend(server: Server) -> None:
    handed = road_text.make(settings(server.url, token="wrong")).send(parcel())

    assert (handed.went, handed.said[:3]) == (Went.TRY_AGAIN, "401")
    assert not road_text.make(settings(server.url, token="wrong")).look_up(parcel()).can_tell


def test_a_long_list_is_read_to_its_end(box: Sandbox, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(road_text, "PAGE", 2)
    channel = road_text.make(settings(server.url))
    for number in range(5):
        channel.send(parcel(f"No. {number}"))

    gone = channel.list_gone(AT)

    assert gone is not None
    assert [one.words for one in gone] == [f"No. {number}" for number in range(5)]


@pytest.mark.parametrize(
    ("url", "is_demo", "state"),
    [
        ("https://gateway.example", False, ChannelState.ON),
        ("https://gateway.example", True, ChannelState.OFF),
        ("http://gateway.example", False, ChannelState.OFF),
        ("http://127.0.0.1:9", True, ChannelState.SANDBOX),
        ("", False, ChannelState.OFF),
    ],
)
def test_a_demo_reaches_this_machine_alone_and_nobody_is_reached_without_encryption(
    url: str, is_demo: bool, state: ChannelState
) -> None:
    channel = road_text.make(ChannelSettings(settings(url).values, is_demo))

    assert channel.describe().state is state
    if state is ChannelState.OFF:
        assert channel.send(parcel()).went is Went.TRY_AGAIN


def test_settings_come_from_the_environment_before_the_file(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELOOP_HOME", str(tmp_path))
    (tmp_path / "channels.toml").write_text('[text]\nurl = "https://a.example"\naccount = "AC1"\n')  # type: ignore[operator]
    monkeypatch.setenv("CARELOOP_TEXT_URL", "https://b.example")

    found = read_settings("text")

    assert (found.get("url"), found.get("account"), found.lacks("url", "token")) == (
        "https://b.example", "AC1", ("token",),
    )  # fmt: skip
    assert "b.example" not in repr(found)
    assert {line.road for line in list_channels(is_demo=False)} == set(Road) - {Road.IN_PERSON}


def test_this_machine_is_known_by_its_number() -> None:
    assert [is_loopback(host) for host in ("127.0.0.1", "::1", "[::1]", "localhost", "10.0.0.1", "x.example", "")] == [
        True, True, True, True, False, False, False,
    ]  # fmt: skip
