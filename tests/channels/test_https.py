"""The road to the web: what is fetched, what is never reached, and what goes wrong told by its kind alone."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from careloop.channels.https import NoAnswer, Way, fetch, trust_system
from careloop.facts.fetching import Answer, Marks, Trouble
from tests.channels.server import HOST, Server, answer, serve

AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
MOST = 100_000
TEXT = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
CHUNKS = b"5\r\nBEGIN\r\n3\r\n:VC\r\n0\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("certificate")) as one:
        yield one


def get(server: Server, url: str = "", *, marks: Marks = Marks(), way: Way | None = None) -> Answer:  # noqa: B008
    return fetch(url or server.url(), at=AT, most=MOST, marks=marks, way=way or server.way)


def trouble(server: Server, url: str = "", *, way: Way | None = None, marks: Marks = Marks()) -> NoAnswer:  # noqa: B008
    with pytest.raises(NoAnswer) as no:
        get(server, url, way=way, marks=marks)
    assert "4Zk0" not in f"{no.value!r} {no.value.__cause__!r} {no.value.args!r}"
    return no.value


def test_a_calendar_comes_with_its_marks_and_nothing_is_told_of_who_asks(server: Server) -> None:
    server.says(answer("200 OK", TEXT, "ETag: \"v1\"", "Last-Modified: Fri, 20 Nov 2026 10:00:00 GMT",
                       "Set-Cookie: a=b"))  # fmt: skip

    came = get(server)
    get(server)

    assert came == Answer(TEXT, Marks('"v1"', "Fri, 20 Nov 2026 10:00:00 GMT"))
    first, second = (dict(line.split(": ", 1) for line in one.strip().split("\r\n")[1:]) for one in server.asked)
    assert server.asked[0].startswith("GET /private-4Zk0/basic.ics HTTP/1.1\r\n")
    assert first == second == {
        "Host": f"{HOST}:{server.port}", "User-Agent": "Careloop calendar reader",
        "Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "gzip", "Connection": "close",
    }  # fmt: skip
    assert server.looked_up == [HOST, HOST]
    assert "VCALENDAR" not in repr(came)


def test_what_did_not_change_is_not_sent_again(server: Server) -> None:
    server.says(answer("304 Not Modified"))
    marks = Marks('"v1"', "Fri, 20 Nov 2026 10:00:00 GMT")

    assert get(server, marks=marks) == Answer(None, marks)
    assert 'If-None-Match: "v1"\r\nIf-Modified-Since: Fri, 20 Nov 2026 10:00:00 GMT\r\n' in server.asked[0]
    assert trouble(server).trouble is Trouble.ODD


@pytest.mark.parametrize(
    ("said", "data"),
    [
        (answer("200 OK", gzip.compress(TEXT, mtime=0), "Content-Encoding: gzip"), TEXT),
        (answer("200 OK", CHUNKS, "Transfer-Encoding: chunked"), b"BEGIN:VC"),
        (answer("200 OK", b"x" * MOST), b"x" * MOST),
        (answer("200 OK", b"", "Content-Length: 0", f"ETag: {'x' * 600}"), b""),
    ],
)
def test_it_is_read_in_every_way_in_which_it_is_sent(server: Server, said: bytes, data: bytes) -> None:
    server.says(said)

    assert get(server) == Answer(data, Marks())


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (answer("200 OK", b"x" * (MOST + 1)), Trouble.LARGE),
        (answer("200 OK", gzip.compress(b"\0" * 50_000_000, mtime=0), "Content-Encoding: gzip"), Trouble.LARGE),
        (answer("200 OK", gzip.compress(TEXT, mtime=0)[:-9], "Content-Encoding: gzip"), Trouble.PACKED),
        (answer("200 OK", b"no gzip", "Content-Encoding: gzip"), Trouble.PACKED),
        (answer("200 OK", zlib.compress(TEXT), "Content-Encoding: deflate"), Trouble.PACKED),
        (answer("200 OK", TEXT, "Content-Length: 999"), Trouble.SILENT),
        (answer("200 OK", CHUNKS[:-9], "Transfer-Encoding: chunked"), Trouble.SILENT),
        (answer("200 OK", b"", *(f"X-{n}: y" for n in range(200))), Trouble.SILENT),
        (b"SSH-2.0-OpenSSH\r\n", Trouble.SILENT),
        (b"", Trouble.SILENT),
        (answer("204 No Content"), Trouble.ODD),
        (answer("206 Partial Content", TEXT), Trouble.ODD),
        (answer("401 Unauthorized"), Trouble.CLOSED),
        (answer("403 Forbidden"), Trouble.CLOSED),
        (answer("404 Not Found"), Trouble.GONE),
        (answer("410 Gone"), Trouble.GONE),
        (answer("429 Too Many Requests"), Trouble.WAIT),
        (answer("503 Service Unavailable"), Trouble.WAIT),
        (answer("500 Internal Server Error"), Trouble.THEIRS),
        (answer("302 Found"), Trouble.AWAY),
        (answer("302 Found", b"", "Location: http://calendar.example.org/"), Trouble.AWAY),
        (answer("302 Found", b"", "Location: https://a:b@calendar.example.org/"), Trouble.AWAY),
        (answer("302 Found", b"", "Location: https://127.0.0.1/"), Trouble.AWAY),
        (answer("302 Found", b"", "Location: https://[::1/"), Trouble.AWAY),
        (answer("302 Found", b"", "Location: file:///etc/passwd"), Trouble.AWAY),
        (answer("302 Found", b"", "Location: https://inside.example.org/"), Trouble.INSIDE),
    ],
)
def test_whatever_goes_wrong_is_told_by_its_kind(server: Server, said: bytes, kind: Trouble) -> None:
    server.says(said)

    assert trouble(server).trouble is kind


@pytest.mark.parametrize(
    ("header", "after"),
    [
        ("120", timedelta(minutes=2)),
        ("Fri, 20 Nov 2026 16:00:00 GMT", timedelta(hours=1)),
        ("soon", None),
        ("9" * 30, None),
    ],
)
def test_who_asks_to_be_left_alone_says_until_when(server: Server, header: str, after: timedelta | None) -> None:
    server.says(answer("429 Too Many Requests", b"", f"Retry-After: {header}"))

    no = trouble(server)

    assert (no.status, no.wait_until) == (429, AT + after if after else None)


def test_three_steps_are_followed_each_looked_at_anew_and_no_fourth(server: Server) -> None:
    onward = answer("302 Found", b"", "Location: ../next")
    server.says(onward, onward, onward, answer("200 OK", TEXT))

    assert get(server).data == TEXT
    assert [one.split()[1] for one in server.asked] == ["/private-4Zk0/basic.ics", "/next", "/next", "/next"]
    assert server.looked_up == [HOST] * 4

    server.says(onward)
    assert trouble(server).trouble is Trouble.AWAY
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    "places", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["::1"], ["::ffff:93.184.215.14"], ["fe80::1%lo"]]
)
def test_a_name_of_which_any_address_lies_inside_is_never_reached(server: Server, places: list[str]) -> None:
    server.says(answer("200 OK", TEXT))

    no = trouble(server, way=Way(look_up=lambda host, port: places))

    assert no.trouble is Trouble.INSIDE
    assert server.asked == []


def test_the_step_goes_to_the_address_that_was_looked_at(server: Server) -> None:
    """A name that answers otherwise when asked again is not asked again."""
    server.says(answer("200 OK", TEXT))
    places = iter([["127.0.0.1"], ["10.0.0.1"]])

    assert get(server, way=replace(server.way, look_up=lambda host, port: next(places))).data == TEXT
    assert next(places) == ["10.0.0.1"]


def test_a_name_that_nobody_knows_is_told(server: Server) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError(host, port)

    for look_up in (unknown, lambda host, port: []):
        assert trouble(server, way=replace(server.way, look_up=look_up)).trouble is Trouble.NAME


def test_a_certificate_that_is_anothers_or_nobodys_ends_it_before_anything_is_asked(server: Server) -> None:
    server.says(answer("200 OK", TEXT))

    assert trouble(server, server.url(host="other.example.org")).trouble is Trouble.CERTIFICATE
    assert trouble(server, way=replace(server.way, trust=trust_system)).trouble is Trouble.CERTIFICATE
    assert server.asked == []


def test_who_trickles_is_left_when_the_whole_time_is_over(server: Server) -> None:
    server.says(answer("200 OK", TEXT))
    seconds = iter([0.0, 1.0, 2.0, 3.0])

    no = trouble(server, way=replace(server.way, seconds=lambda: next(seconds, 21.0)))

    assert no.trouble is Trouble.SLOW


def test_where_nobody_listens_there_is_no_connection(server: Server) -> None:
    # Port 1 is of a service that nobody runs any more.
    assert trouble(server, f"https://{HOST}:1/").trouble is Trouble.SILENT
