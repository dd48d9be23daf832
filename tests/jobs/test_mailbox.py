"""The mailbox is read from a server: every mail once, whatever breaks in between; what cannot be read is left there."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from careloop.actions.mailbox import set_mailbox, stop_mailbox
from careloop.actions.mailbox_silent import ask_about_mailbox
from careloop.channels.imap import OpenMailbox, open_mailbox
from careloop.facts.access import Purpose
from careloop.facts.mailbox import MOST_BYTES, MailboxDraft, MailboxLook, MailTrouble, Security
from careloop.jobs.mailbox import read_mailbox
from careloop.reads.mailbox import find_mailbox
from tests.actions.answering import bring_with_phone, land_all
from tests.actions.look import ask, ask_one, broken_invariants
from tests.channels.imap_server import FOLDER, NAME, PASSWORD, ImapServer, serve_imap
from tests.people import NOW, House, build_house, later, system


def mail(n: int, words: str = "Thank you dear", sender: str = "rosa@patient.example", head: str = "") -> bytes:
    return (
        f"From: {sender}\r\nMessage-ID: <{n}@patient.example>\r\n{head}Content-Type: text/plain\r\n\r\n{words}\r\n"
    ).encode()


@pytest.fixture
def house(apart: None) -> House:
    return build_house()


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    with serve_imap(tmp_path_factory.mktemp("certificate")) as one:
        yield one


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_with_phone(house)


def set_up(house: House, server: ImapServer, **changes: object) -> None:
    given: dict[str, object] = {
        "host": "127.0.0.1", "username": NAME, "folder": FOLDER, "security": Security(server.security),
        "port": server.port, "password": PASSWORD,
    }  # fmt: skip
    set_mailbox(house.acting("noor"), draft=MailboxDraft(**given | changes))  # type: ignore[arg-type]


def read(at: datetime = NOW) -> int:
    """Read the mailbox until nothing is new, and let the worker land it; return in how many looks."""
    looks = 0
    while read_mailbox(lambda: at):
        looks += 1
    land_all(at)
    return looks


def words() -> list[str]:
    return [one for (one,) in ask("SELECT words FROM message WHERE direction = 'in' ORDER BY words")]


def trouble(at: datetime = NOW) -> MailTrouble | None:
    line = find_mailbox(system(at=at))
    assert line is not None
    return line.trouble


def test_new_mail_is_kept_once_lands_as_an_answer_and_is_marked_after_that(
    house: House, server: ImapServer, rosa: UUID
) -> None:
    server.put(mail(1, "from long ago"), seen=True)
    server.put(mail(2, "nobody read this one"))
    set_up(house, server)

    assert read() == 1
    assert words() == ["nobody read this one"]
    # Whatever comes from now on is read, though somebody looked at it in a mail program first.
    server.put(mail(3, "a person saw it first"), seen=True)
    assert read(later(minutes=1)) == 1
    assert read(later(minutes=2)) == 0

    assert words() == ["a person saw it first", "nobody read this one"]
    assert [one.seen for one in server.mails.values()] == [True, True, True]
    assert ask("SELECT uid, became, marked_at IS NOT NULL FROM mailbox_letter ORDER BY uid") == [
        (2, "kept", True), (3, "kept", True),
    ]  # fmt: skip
    assert broken_invariants() == {}


def test_many_old_mails_are_read_in_several_looks_and_those_that_were_seen_stay_unread_here(
    house: House, server: ImapServer, rosa: UUID
) -> None:
    for n in range(1, 46):
        server.put(mail(n, f"words {n:02}"), seen=n % 2 == 0)
    set_up(house, server)

    assert read() == 2
    server.put(mail(99, "one more"))
    read(later(minutes=1))

    assert words() == sorted([*(f"words {n:02}" for n in range(1, 46, 2)), "one more"])


@pytest.mark.parametrize("when", ["SELECT", "SEARCH", "SIZE", "PEEK", "STORE"])
def test_a_line_that_breaks_at_any_step_loses_nothing_and_keeps_nothing_twice(
    house: House, server: ImapServer, rosa: UUID, when: str
) -> None:
    for n in range(1, 4):
        server.put(mail(n, f"words {n}"))
    set_up(house, server)
    left = [2]

    def fail(line: str) -> None:
        if when in line:
            left[0] -= 1
            if left[0] == 0:
                raise OSError

    server.fails = fail
    for n in range(1, 5):
        read(NOW + timedelta(hours=n))

    assert words() == ["words 1", "words 2", "words 3"]
    assert ask_one("SELECT count(*) FROM inbox_item") == 3
    assert all(one.seen for one in server.mails.values())
    assert ask_one("SELECT count(*) FROM mailbox_letter WHERE marked_at IS NULL") == 0
    assert broken_invariants() == {}


class Killed(BaseException):
    """The worker is killed."""


def test_a_worker_that_is_killed_between_keeping_and_marking_marks_the_next_time(
    house: House, server: ImapServer, rosa: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put(mail(1, "words"))
    set_up(house, server)

    def die(self: OpenMailbox, uids: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(OpenMailbox, "mark", die)
        with pytest.raises(Killed):
            read_mailbox(lambda: NOW)
    assert not server.mails[1].seen
    assert ask_one("SELECT count(*) FROM inbox_item") == 1
    # The claim of the one that was killed holds for five minutes.
    assert read(later(minutes=4)) == 0
    read(later(minutes=6))

    assert words() == ["words"]
    assert server.mails[1].seen


def test_a_folder_whose_numbers_are_given_anew_is_read_again_and_what_is_known_lands_once(
    house: House, server: ImapServer, rosa: UUID
) -> None:
    server.put(mail(1, "first"))
    set_up(house, server)
    read()
    server.validity = 8
    server.mails.clear()
    server.put(mail(7, "from before it was set up"), on=date(2026, 11, 1))
    # Another server stands before it: the same mail has another head.
    server.put(b"Received: from elsewhere\r\n" + mail(1, "first"))
    server.put(mail(2, "second"))
    read(later(minutes=1))
    server.put(mail(3, "third"))
    read(later(minutes=2))

    assert words() == ["first", "second", "third"]
    assert ask_one("SELECT count(*) FROM answer_review") == 0
    assert broken_invariants() == {}


def test_what_cannot_be_read_stays_in_the_mailbox_and_a_person_is_told(
    house: House, server: ImapServer, rosa: UUID
) -> None:
    server.put(mail(1, "x" * MOST_BYTES))
    server.put(b"\r\nno head at all")
    server.put(mail(3, "I can be read"))
    set_up(house, server)
    read()
    read(later(minutes=1))

    assert [one.seen for one in server.mails.values()] == [False, False, True]
    assert ask("SELECT why FROM answer_review ORDER BY id") == [("left",), ("left",)]
    assert [one for (one,) in ask("SELECT length(body) < 20000 FROM inbox_item")] == [True] * 3
    assert words() == ["I can be read"]
    line = find_mailbox(system())
    assert line is not None
    assert (line.kept, line.left) == (1, 2)
    assert broken_invariants() == {}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"password": "wrong"}, MailTrouble.SIGN_IN),
        ({"folder": "Elsewhere"}, MailTrouble.FOLDER),
        ({"port": 1}, MailTrouble.SILENT),
        ({"security": Security.STARTTLS}, MailTrouble.CERTIFICATE),
    ],
)
def test_a_mailbox_that_cannot_be_read_says_why_and_is_left_alone_for_longer_each_time(
    house: House, server: ImapServer, changes: dict[str, object], why: MailTrouble
) -> None:
    set_up(house, server, **changes)

    assert not read_mailbox(lambda: NOW)
    assert trouble() is why
    assert ask_one("SELECT due_at FROM mailbox") == later(minutes=2)
    assert not read_mailbox(lambda: later(minutes=2))
    assert ask_one("SELECT due_at FROM mailbox") == later(minutes=6)
    set_up(house, server)
    assert not read_mailbox(lambda: later(minutes=3))
    assert trouble() is None


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_line_is_guarded_and_a_certificate_that_nobody_vouches_for_is_not_believed(
    house: House, rosa: UUID, tmp_path_factory: pytest.TempPathFactory, security: str
) -> None:
    with serve_imap(tmp_path_factory.mktemp("certificate"), security) as server:
        server.put(mail(1, "guarded"))
        set_up(house, server)
        assert not read_mailbox(lambda: NOW)
        assert trouble() is MailTrouble.CERTIFICATE
        assert not any("LOGIN" in one for one in server.asked)

        def trusting(look: MailboxLook) -> AbstractContextManager[OpenMailbox]:
            return open_mailbox(look, server.trust)

        assert read_mailbox(lambda: later(minutes=2), trusting)
        assert ask_one("SELECT count(*) FROM mailbox_letter WHERE became = 'kept'") == 1


def watch(at: datetime) -> int:
    return ask_about_mailbox(system(Purpose.SWEEP, at))


def asked_to_mend() -> list[tuple[object, ...]]:
    return ask("SELECT because -> 0 ->> 'key', state FROM loop WHERE check_name = 'mailbox_silent' ORDER BY opened_at")


def test_a_mailbox_that_refuses_us_twice_is_one_loop_that_closes_itself_when_it_is_read(
    house: House, server: ImapServer
) -> None:
    set_up(house, server, password="wrong")
    read(NOW)
    assert (watch(NOW), asked_to_mend()) == (0, [])
    read(later(minutes=2))
    assert [watch(later(minutes=2)), watch(later(minutes=2)), watch(later(hours=5))] == [1, 0, 0]
    assert asked_to_mend() == [("mailbox_trouble.sign_in", "to_do")]
    ((unit, owner, due, key),) = ask(
        "SELECT queue_id, owner_id, due_at IS NOT NULL, next_step ->> 'key' FROM loop"
        " WHERE check_name = 'mailbox_silent'"
    )
    assert (unit, owner, due, key) == (house.north, None, True, "step.mend_mailbox")

    set_up(house, server)
    assert watch(later(hours=6)) == 0
    read(later(hours=6))
    assert [watch(later(hours=6)), watch(later(hours=6))] == [1, 0]
    assert asked_to_mend() == [("mailbox_trouble.sign_in", "closed")]
    said = ask_one("SELECT say ->> 'key' FROM loop_event WHERE loop_id = (SELECT id FROM loop WHERE check_name ="
                   " 'mailbox_silent') ORDER BY version DESC LIMIT 1")  # fmt: skip
    assert said == "event.mailbox_read"
    assert broken_invariants() == {}


def test_a_mailbox_that_nobody_looked_into_is_a_loop_and_a_new_silence_another(
    house: House, server: ImapServer
) -> None:
    set_up(house, server)
    read(NOW)
    assert watch(later(minutes=60)) == 0
    assert watch(later(minutes=61)) == 1
    read(later(minutes=70))
    assert watch(later(minutes=70)) == 1
    assert watch(later(minutes=131)) == 1
    assert asked_to_mend() == [("mailbox_trouble.nobody", "closed"), ("mailbox_trouble.nobody", "to_do")]

    stop_mailbox(house.acting("noor"))
    assert watch(later(minutes=140)) == 1
    assert asked_to_mend()[1] == ("mailbox_trouble.nobody", "closed")


def test_a_mailbox_that_was_shut_is_not_asked_and_a_silent_one_is_told(house: House, server: ImapServer) -> None:
    set_up(house, server)
    read()
    server.fails = _break
    read(later(minutes=2))
    line = find_mailbox(system(at=later(minutes=59)))
    assert line is not None
    assert not line.is_silent
    line = find_mailbox(system(at=later(minutes=61)))
    assert line is not None
    assert line.is_silent
    stop_mailbox(house.acting("noor"))
    asked = len(server.asked)
    assert not read_mailbox(lambda: later(hours=9))
    assert len(server.asked) == asked


def _break(_line: str) -> None:
    raise OSError
