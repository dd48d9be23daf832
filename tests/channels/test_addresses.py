"""Addresses as people enter them: what is taken, what is refused and how to mend it, and what is shown."""

import pytest

from careloop.basics.words import Say
from careloop.channels.addresses import NotAnAddress, read_address


@pytest.mark.parametrize(
    ("given", "fetched"),
    [
        (" https://calendar.example.org/a/basic.ics ", "https://calendar.example.org/a/basic.ics"),
        ("webcal://calendar.example.org/a.ics", "https://calendar.example.org/a.ics"),
        ("HTTPS://Calendar.Example.ORG./a?b=c&d#e", "https://calendar.example.org/a?b=c&d"),
        ("https://calendar.example.org:8443", "https://calendar.example.org:8443/"),
        ("https://kalender.bücher.example/ä b.ics".replace(" ", "%20"), "https://kalender.xn--bcher-kva.example/%C3%A4%20b.ics"),
    ],
)  # fmt: skip
def test_an_address_is_read_as_it_is_fetched(given: str, fetched: str) -> None:
    assert read_address(given).url == fetched


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("", "empty"),
        ("http://calendar.example.org/a.ics", "https"),
        ("file:///etc/passwd", "https"),
        ("calendar.example.org/a.ics", "https"),
        ("https://rosa:secret@calendar.example.org/", "sign_in"),
        ("https://localhost/", "host"),
        ("https://database/", "host"),
        ("https://127.0.0.1/", "host"),
        ("https://[::1]/", "host"),
        ("https://0177.0.0.1/", "host"),
        ("https://127.1/", "host"),
        ("https://", "host"),
        ("https://calendar.example.org:99999/", "signs"),
        ("https://calendar..example.org/", "signs"),
        ("https://calendar.example.org/a b", "signs"),
        ("https://calendar.example.org/\r\nX: y", "signs"),
        ("https://calendar.example.org\\@10.0.0.1/", "signs"),
        ("https://calendar.example.org/" + "a" * 2000, "signs"),
    ],
)
def test_what_cannot_be_fetched_is_refused_and_never_repeated(given: str, why: str) -> None:
    with pytest.raises(NotAnAddress) as no:
        read_address(given)

    values = {"count": 2000} if why == "signs" else {}
    assert no.value.say == Say(f"refusal.address_{why}", **values)


def test_only_the_host_and_four_signs_are_shown() -> None:
    address = read_address("https://calendar.example.org/private-4Zk0secret/basic.ics")

    assert address.shown == "calendar.example.org (… .ics)"
    assert "4Zk0" not in repr(address)
    assert read_address("https://calendar.example.org/4Zk0/a.ics").shown == "calendar.example.org"
