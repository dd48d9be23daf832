"""Mail by a real SMTP server: taken, refused, put off, broken off before and after the letter went."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller

from careloop.channels import road_email
from careloop.channels.settings import ChannelSettings
from careloop.facts.consents import Road
from careloop.facts.outbox import ChannelState, Parcel, Went
from careloop.jobs.sandbox import Sandbox
from careloop.jobs.sandbox_mail import Taking, open_mail

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
KEY = UUID("01a1f978-b580-7b8f-9b13-ba429c8bf634")
PIECES = {"email_subject": "A message for you from Dana", "email_body": "Dear Rosa,\n\n¿Puede venir?\n\nDana"}


@pytest.fixture
def box() -> Sandbox:
    return Sandbox()


@pytest.fixture
def port(box: Sandbox) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as held:
        free = int(held.getsockname()[1])
    mail = open_mail(box, free)
    yield free
    mail.stop()


def channel(port: int, **changes: str) -> road_email.MailServer:
    values = {"host": "127.0.0.1", "port": str(port), "from": "Care <care@clinic.example>"}
    return road_email.make(ChannelSettings(values | changes))


def parcel(address: str = "rosa@home.example") -> Parcel:
    return Parcel(KEY, 1, Road.EMAIL, address, PIECES, "key-1", AT, "es")


def test_a_letter_is_taken_with_our_key_as_its_name(box: Sandbox, port: int) -> None:
    handed = channel(port).send(parcel())

    (line,) = box.lines
    assert (handed.went, handed.reference) == (Went.SENT, f"<{KEY}@clinic.example>")
    assert (line.other, line.subject, line.key) == ("rosa@home.example", PIECES["email_subject"], handed.reference)
    assert "¿Puede venir?" in line.words


@pytest.mark.parametrize(
    ("how", "went", "taken"),
    [
        ("busy", Went.TRY_AGAIN, 0),
        ("refuse", Went.REFUSED, 0),
        ("drop", Went.UNKNOWN, 0),
        ("take_and_drop", Went.UNKNOWN, 1),
    ],
)
def test_each_way_in_which_it_can_end_is_told_apart(box: Sandbox, port: int, how: str, went: Went, taken: int) -> None:
    box.behave(how)

    assert channel(port).send(parcel()).went is went
    assert len(box.lines) == taken


def test_where_nobody_listens_nothing_has_gone_and_nobody_can_be_asked(port: int) -> None:
    assert channel(1).send(parcel()).went is Went.TRY_AGAIN
    assert not channel(port).look_up(parcel()).can_tell


def test_without_encryption_only_this_machine_is_reached(port: int) -> None:
    assert channel(port).describe().state is ChannelState.SANDBOX
    assert channel(25, host="mail.example", security="plain").describe().state is ChannelState.OFF
    assert channel(465, host="mail.example").describe().state is ChannelState.ON
    # A server that speaks no TLS gets nothing, not even the sign-in.
    assert channel(port, security="starttls", user="a", password="b").send(parcel()).went is Went.TRY_AGAIN


def test_an_address_with_other_letters_goes_where_the_server_takes_them(box: Sandbox, port: int) -> None:
    handed = channel(port).send(parcel("lucía@home.example"))

    (line,) = box.lines
    assert (handed.went, line.other, line.subject) == (Went.SENT, "lucía@home.example", PIECES["email_subject"])
    assert "¿Puede venir?" in line.words


def test_it_is_refused_in_words_where_the_server_does_not(box: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        free = int(held.getsockname()[1])
    old = Controller(Taking(box), hostname="127.0.0.1", port=free, enable_SMTPUTF8=False)
    old.start()
    handed = channel(free).send(parcel("lucía@home.example"))
    old.stop()

    assert (handed.went, handed.said, box.lines) == (Went.REFUSED, road_email.NO_LETTERS, [])


@pytest.mark.parametrize("address", ["rosa@home.example\r\nBcc: all@else.example", "rosa\n@home.example"])
def test_what_is_no_address_is_refused_and_nothing_is_sent(box: Sandbox, port: int, address: str) -> None:
    handed = channel(port).send(parcel(address))

    assert (handed.went, handed.said, box.lines) == (Went.REFUSED, road_email.NO_ADDRESS, [])
