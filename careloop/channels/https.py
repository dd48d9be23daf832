"""The road to the web: fetches what lies at an address that people gave, and reaches nothing but the public internet.

The host is looked up once for each step, every address it has must be public, and the connection goes to the very
address that was checked: a name that changes its mind between look and step reaches nothing inside.
"""

import io
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urljoin

from careloop.channels.addresses import NotAnAddress, WebAddress, read_address
from careloop.facts.fetching import Answer, Marks, Trouble
from careloop.rules.fetching import Place, is_public, read_place

# Says what asks and nothing of who: no version, no clinic.
AGENT = "Careloop calendar reader"
REDIRECTS = 3
# Seconds: for a connection, and for everything from the first look at the name to the last byte.
CONNECT, WHOLE = 5.0, 20.0
# Of a host with many addresses so many are tried.
TRIED = 3
CHUNK = 65_536
# A mark longer than this is not kept: the calendar is asked for as a whole.
MARK = 500
MOVED = (
    HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
)  # fmt: skip
SAID: Mapping[int, Trouble] = {
    HTTPStatus.UNAUTHORIZED: Trouble.CLOSED,
    HTTPStatus.FORBIDDEN: Trouble.CLOSED,
    HTTPStatus.NOT_FOUND: Trouble.GONE,
    HTTPStatus.GONE: Trouble.GONE,
    HTTPStatus.TOO_MANY_REQUESTS: Trouble.WAIT,
    HTTPStatus.SERVICE_UNAVAILABLE: Trouble.WAIT,
}


class NoAnswer(Exception):  # noqa: N818
    """Nothing came: why, with the status that was answered (0: none), and until when they ask to be left alone."""

    def __init__(self, trouble: Trouble, status: int = 0, wait_until: datetime | None = None) -> None:
        super().__init__(trouble)
        self.trouble, self.status, self.wait_until = trouble, status, wait_until


def look_up(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host as numbers, in the order in which the system would try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def trust_system() -> ssl.SSLContext:
    """Return what believes the certificates that this machine believes, for the name that they are for."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@dataclass(frozen=True, slots=True)
class Way:
    """How the road is taken: who looks names up, which addresses are reached, who is believed, what counts seconds.

    The product takes ``PUBLIC``; another one is handed over in code alone, by a test that serves on its own machine.
    """

    look_up: Callable[[str, int], Sequence[str]] = look_up
    may_reach: Callable[[Place], bool] = is_public
    trust: Callable[[], ssl.SSLContext] = trust_system
    seconds: Callable[[], float] = time.monotonic


PUBLIC = Way()


def fetch(url: str, *, at: datetime, most: int, marks: Marks, way: Way = PUBLIC) -> Answer:
    """Fetch what lies at an address, at most so many bytes; ``marks`` are those of what is known already.

    It sends no cookie, no sign-in and nothing else about who asks. ``at`` is now.

    :raises NoAnswer: if nothing came, or not all, or it is too much, or it took more than 20 seconds
    """
    end = way.seconds() + WHOLE

    def left() -> float:
        seconds = end - way.seconds()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    address = _read(url)
    for _ in range(REDIRECTS + 1):
        with _told_plainly(), reach(address, way, left) as connection, _ask(connection, address, marks) as response:
            if response.status not in MOVED:
                return _take(response, at, most, marks)
            target = response.headers.get("Location", "")
        address = _follow(address, target)
    raise NoAnswer(Trouble.AWAY)


def _read(url: str) -> WebAddress:
    try:
        return read_address(url)
    except NotAnAddress:
        raise NoAnswer(Trouble.AWAY) from None


def _follow(address: WebAddress, target: str) -> WebAddress:
    """Return where an answer sends on to: an address by the same rules as the first."""
    try:
        return _read(urljoin(address.url, target))
    except ValueError:
        raise NoAnswer(Trouble.AWAY) from None


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Tell whatever goes wrong on the way by its kind: the words of a fault could hold the address."""
    try:
        yield
    except TimeoutError:
        raise NoAnswer(Trouble.SLOW) from None
    except ssl.SSLError:
        raise NoAnswer(Trouble.CERTIFICATE) from None
    except (OSError, HTTPException):
        raise NoAnswer(Trouble.SILENT) from None


@contextmanager
def reach(address: WebAddress, way: Way, left: Callable[[], float]) -> Iterator[HTTPConnection]:
    """Yield a connection to a host whose addresses were all checked and whose certificate is of its name.

    ``left`` tells the seconds that are left, and raises TimeoutError when none are.

    :raises NoAnswer: if the name leads nowhere, or inside
    """
    with _connect(_find_places(address, way), address.port, left) as bare:
        bare.settimeout(left())
        with way.trust().wrap_socket(bare, server_hostname=address.host) as sock:
            connection = HTTPConnection(address.host, address.port)
            connection.sock = _Line(sock, left)
            yield connection


def _find_places(address: WebAddress, way: Way) -> list[str]:
    """Return the addresses of a host: all of them must be public, or it is none that anybody should ask."""
    try:
        found = way.look_up(address.host, address.port)
    except (OSError, UnicodeError):
        raise NoAnswer(Trouble.NAME) from None
    places = [read_place(one) for one in found]
    if not places:
        raise NoAnswer(Trouble.NAME)
    if not all(place is not None and way.may_reach(place) for place in places):
        raise NoAnswer(Trouble.INSIDE)
    return [str(place) for place in places[:TRIED]]


def _connect(places: Sequence[str], port: int, left: Callable[[], float]) -> socket.socket:
    """Return a connection to the first of these addresses that takes one."""
    fault: OSError = TimeoutError()
    for place in places:
        try:
            return socket.create_connection((place, port), min(CONNECT, left()))
        except OSError as refused:
            fault = refused
    raise fault


class _Stretch(io.RawIOBase):
    """What comes in on a connection; each wait ends when the whole time is over."""

    def __init__(self, sock: ssl.SSLSocket, left: Callable[[], float]) -> None:
        self._sock, self._left = sock, left

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, into: memoryview, /) -> int:  # type: ignore[override]
        """Read what has come, at most as much as fits."""
        self._sock.settimeout(self._left())
        return self._sock.recv_into(into)


class _Line:
    """A connection as ``http.client`` takes one. It is closed by who opened it, when all is read."""

    def __init__(self, sock: ssl.SSLSocket, left: Callable[[], float]) -> None:
        self._sock, self._left = sock, left

    def sendall(self, data: bytes) -> None:
        """Send all of it."""
        self._sock.settimeout(self._left())
        self._sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return what comes in, to be read."""
        return io.BufferedReader(_Stretch(self._sock, self._left))

    def close(self) -> None:
        """Leave it open."""


def _ask(connection: HTTPConnection, address: WebAddress, marks: Marks) -> "closing[HTTPResponse]":
    headers = {"Host": address.origin, "User-Agent": AGENT, "Accept": "text/calendar, */*;q=0.1",
               "Accept-Encoding": "gzip", "Connection": "close"}  # fmt: skip
    headers |= {"If-None-Match": marks.etag} if marks.etag else {}
    headers |= {"If-Modified-Since": marks.modified} if marks.modified else {}
    connection.request("GET", address.path, headers=headers)
    return closing(connection.getresponse())


def _take(response: HTTPResponse, at: datetime, most: int, marks: Marks) -> Answer:
    """Return what an answer brings."""
    if response.status == HTTPStatus.NOT_MODIFIED and marks != Marks():
        return Answer(None, marks)
    if response.status != HTTPStatus.OK:
        theirs = Trouble.THEIRS if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR else Trouble.ODD
        wait_until = _read_wait(response.headers.get("Retry-After", ""), at)
        raise NoAnswer(SAID.get(response.status, theirs), response.status, wait_until)
    data = _receive(response, most)
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding != "identity":
        data = _unpack(data, coding, most)
    return Answer(data, Marks(_mark(response, "ETag"), _mark(response, "Last-Modified")))


def _receive(response: HTTPResponse, most: int) -> bytes:
    """Return all that comes, and never hold more than may come."""
    data = bytearray()
    while chunk := response.read(CHUNK):
        data += chunk
        if len(data) > most:
            raise NoAnswer(Trouble.LARGE)
    if response.length:
        # The connection ended before what was announced had come.
        raise NoAnswer(Trouble.SILENT)
    return bytes(data)


def _unpack(packed: bytes, coding: str, most: int) -> bytes:
    """Return what was sent compressed; what grows beyond the limit is not unpacked further."""
    if coding not in ("gzip", "x-gzip"):
        raise NoAnswer(Trouble.PACKED)
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        data = unpacking.decompress(packed, most + 1)
    except zlib.error:
        raise NoAnswer(Trouble.PACKED) from None
    if len(data) > most:
        raise NoAnswer(Trouble.LARGE)
    if not unpacking.eof or unpacking.unused_data:
        raise NoAnswer(Trouble.PACKED)
    return data


def _mark(response: HTTPResponse, name: str) -> str:
    """Return a mark that can be sent back as it came."""
    mark = response.headers.get(name, "").strip()
    return mark if len(mark) <= MARK and mark.isascii() and mark.isprintable() else ""


def _read_wait(text: str, at: datetime) -> datetime | None:
    """Return until when they ask to be left alone: in seconds or as a day and time (RFC 9110, 10.2.3)."""
    given = text.strip()
    try:
        if given.isascii() and given.isdigit():
            return at + timedelta(seconds=int(given))
        until = parsedate_to_datetime(given)
        return until if until.tzinfo else until.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
