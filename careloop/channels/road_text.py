"""Text messages over HTTP, in the shape that most gateways speak: a form posted to the list of messages.

``POST {url}/2010-04-01/Accounts/{sid}/Messages.json`` with ``To``, ``From``, ``Body`` and ``StatusCallback``, basic
authentication; 201 with ``sid``. The list of messages is asked where an outcome is not known, by ``To`` and
``DateSent>``. Read on 23 November 2026 in kept pages: Twilio's Messages resource, its library's reference of the list,
and SignalWire's of the same interface (50 on a page unless told, 1000 at most). None names ``Idempotency-Key``.
"""

import base64
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import quote, urlencode, urlsplit

from careloop.channels.settings import ChannelSettings, is_loopback
from careloop.facts.consents import Road
from careloop.facts.outbox import ChannelLine, ChannelState, Gone, Handed, LookedUp, Parcel, Went

# Seconds for each step; what a sender holds locked it holds so long at most.
CONNECT, ANSWER = 5.0, 10.0
NEEDED = ("url", "account", "token", "from")
# Not taken, and well to be tried again: too many at once, or not open.
LATER = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
# Our own settings are wrong: it is tried again after somebody has mended them.
OURS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
PAGE = 200
MOST = 1_000_000
SAID = 200
STATUS_HOOK = "/hooks/text/status/"


class TextGateway:
    """A gateway for text messages."""

    def __init__(self, settings: ChannelSettings) -> None:
        """Keep how it is set up."""
        self._settings = settings
        self._parts = urlsplit(settings.get("url"))

    def describe(self) -> ChannelLine:
        """Say whether it can be used."""
        return ChannelLine(Road.TEXT, self._state(), self._parts.netloc, can_look_up=True, lacks=self._lacks())

    def send(self, parcel: Parcel) -> Handed:
        """Hand one text over."""
        if self._state() is ChannelState.OFF:
            return Handed(Went.TRY_AGAIN, said="not set up")
        form = {"To": parcel.address, "From": self._settings.get("from"), "Body": parcel.pieces["text"]}
        if hooks := self._settings.get("hooks"):
            form["StatusCallback"] = f"{hooks}{STATUS_HOOK}"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": parcel.key}
        asked = False
        try:
            with self._reach() as link:
                # Once it has left this machine, only an answer says what became of it.
                asked = True
                link.request("POST", self._path(), urlencode(form), {**self._headers(), **headers})
                answer = link.getresponse()
                return _read(answer.status, answer.read(MOST))
        except (OSError, HTTPException) as fault:
            return Handed(Went.UNKNOWN if asked else Went.TRY_AGAIN, said=type(fault).__name__)

    def look_up(self, parcel: Parcel) -> LookedUp:
        """Ask for what was sent to this number since the day of the parcel, in just these words."""
        gone = self._list({"To": parcel.address, "DateSent>": f"{parcel.at.astimezone(UTC):%Y-%m-%d}"})
        if gone is None:
            return LookedUp(can_tell=False)
        words = parcel.pieces["text"]
        found = [one.reference for one in gone if (one.address, one.words) == (parcel.address, words)]
        return LookedUp(can_tell=True, references=tuple(found))

    def list_gone(self, since: datetime) -> tuple[Gone, ...] | None:
        """Ask for everything that was sent since a day."""
        return self._list({"DateSent>": f"{since.astimezone(UTC):%Y-%m-%d}"})

    def _list(self, query: dict[str, str]) -> tuple[Gone, ...] | None:
        """Return what the gateway lists, oldest first; None if it could not be asked or does not list it all."""
        if self._state() is ChannelState.OFF:
            return None
        path, found = f"{self._path()}?{urlencode({**query, 'PageSize': str(PAGE)})}", []
        try:
            while path:
                with self._reach() as link:
                    link.request("GET", path, headers=self._headers())
                    answer = link.getresponse()
                    if answer.status != HTTPStatus.OK:
                        return None
                    page = json.loads(answer.read(MOST))
                found += [Gone(str(one["sid"]), str(one["to"]), str(one["body"])) for one in page["messages"]]
                path = str(page.get("next_page_uri") or "")
        except (OSError, HTTPException, ValueError, KeyError, TypeError):
            return None
        return tuple(reversed(found))

    @contextmanager
    def _reach(self) -> Iterator[HTTPConnection]:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            trust = ssl.create_default_context()
            trust.minimum_version = ssl.TLSVersion.TLSv1_2
            link: HTTPConnection = HTTPSConnection(host, port, timeout=CONNECT, context=trust)
        else:
            link = HTTPConnection(host, port, timeout=CONNECT)
        try:
            link.connect()
            if link.sock is not None:
                link.sock.settimeout(ANSWER)
            yield link
        finally:
            link.close()

    def _path(self) -> str:
        account = quote(self._settings.get("account"))
        return f"{self._parts.path.rstrip('/')}/2010-04-01/Accounts/{account}/Messages.json"

    def _headers(self) -> dict[str, str]:
        pair = f"{self._settings.get('account')}:{self._settings.get('token')}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}", "Accept": "application/json"}

    def _lacks(self) -> tuple[str, ...]:
        return tuple(f"CARELOOP_TEXT_{name.upper()}" for name in self._settings.lacks(*NEEDED))

    def _state(self) -> ChannelState:
        """A demo reaches this machine alone; without encryption nothing else is reached by anybody."""
        here = is_loopback(self._parts.hostname or "")
        if self._lacks() or (not here and (self._settings.is_demo or self._parts.scheme != "https")):
            return ChannelState.OFF
        return ChannelState.SANDBOX if here else ChannelState.ON


def make(settings: ChannelSettings) -> TextGateway:
    """Return the gateway as it is set up."""
    return TextGateway(settings)


def _read(status: int, body: bytes) -> Handed:
    """Return what an answer means: a server that broke may have taken it."""
    try:
        told = json.loads(body)
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    said = f"{status} {told.get('code') or ''} {told.get('message') or ''}".strip()[:SAID]
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Handed(Went.SENT, str(told["sid"]), said) if told.get("sid") else Handed(Went.UNKNOWN, said=said)
    if status in LATER or status in OURS:
        return Handed(Went.TRY_AGAIN, said=said)
    return Handed(Went.UNKNOWN if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Went.REFUSED, said=said)
