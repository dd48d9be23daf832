"""The mailbox of answers: what is taken as one, when it is asked next, and when it is silent."""

from datetime import UTC, datetime, timedelta

import pytest

from careloop.facts.mailbox import MailboxDraft, Security
from careloop.rules.mailbox import NotAMailbox, check_mailbox, is_silent, next_look

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def draft(**changes: object) -> MailboxDraft:
    return MailboxDraft(**{"host": "imap.example.org", "username": "answers"} | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "port"),
    [({}, 993), ({"security": Security.STARTTLS}, 143), ({"port": 1993}, 1993), ({"folder": 'A "b" \\ c'}, 993)],
)
def test_what_can_be_read_has_its_port(changes: dict[str, object], port: int) -> None:
    assert check_mailbox(draft(**changes), is_here=False, has_password=True) == port


@pytest.mark.parametrize(
    ("changes", "has_password", "key"),
    [
        ({"host": " "}, True, "mailbox_lacks"),
        ({"username": ""}, True, "mailbox_lacks"),
        ({"folder": ""}, True, "mailbox_lacks"),
        ({}, False, "mailbox_password"),
        ({"username": "a\r\nb"}, True, "mailbox_signs"),
        ({"folder": "x" * 201}, True, "mailbox_signs"),
        ({"host": "imap.example.org/inbox"}, True, "mailbox_host"),
        ({"host": "me@imap.example.org"}, True, "mailbox_host"),
        ({"port": 65_536}, True, "mailbox_port"),
        ({"security": Security.PLAIN}, True, "mailbox_plain"),
    ],
)
def test_what_cannot_be_read_says_why(changes: dict[str, object], has_password: bool, key: str) -> None:
    with pytest.raises(NotAMailbox) as no:
        check_mailbox(draft(**changes), is_here=False, has_password=has_password)

    assert no.value.say.key == f"refusal.{key}"


def test_an_open_line_is_for_this_machine() -> None:
    assert check_mailbox(draft(security=Security.PLAIN), is_here=True, has_password=True) == 143


@pytest.mark.parametrize(("failures", "minutes"), [(0, 1), (1, 2), (2, 4), (3, 8), (5, 32), (6, 60), (9999, 60)])
def test_trouble_is_met_with_patience(failures: int, minutes: int) -> None:
    assert next_look(AT, failures) == AT + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("since", "reached", "silent"),
    [(2, None, True), (0.5, None, False), (9, 0.5, False), (9, 1, False), (9, 1.1, True)],
)
def test_it_is_silent_after_an_hour(since: float, reached: float | None, silent: bool) -> None:
    last = AT - timedelta(hours=reached) if reached is not None else None

    assert is_silent(AT, since=AT - timedelta(hours=since), reached_at=last) is silent
