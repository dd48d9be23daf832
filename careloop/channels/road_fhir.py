"""Packets to a FHIR R4 server: the document Bundle is created there once, and looked up where the outcome is open.

``POST {base}/Bundle`` with ``If-None-Exist: identifier=…`` (FHIR R4, 3.1.0.8.1, conditional create): a server that has
it already makes no second one. 200 and 201 that say where it lies are the receipt. Whatever else is open (a timeout, a
broken line, a fault of theirs) is asked with ``GET {base}/Bundle?identifier=…`` before anything goes again. Sending on
to elsewhere is never followed, and only public addresses are reached. After the standard as it is generally known on
23 November 2026; its pages were not read for this.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from careloop.channels.addresses import WebAddress
from careloop.channels.endpoints import is_here, read_endpoint
from careloop.channels.https import PUBLIC, NoAnswer, Way, reach
from careloop.channels.settings import ChannelSettings
from careloop.facts.consents import Road
from careloop.facts.fetching import Trouble
from careloop.facts.outbox import ChannelLine, ChannelState, Handed, LookedUp, Parcel, Went

FHIR = "application/fhir+json"
AGENT = "Careloop"
# Seconds from the first look at the name to the last byte: what a sender holds locked it holds so long at most.
CONNECT, WHOLE = 5.0, 60.0
# Bytes that are read of an answer: a receipt is short, what is found may be the whole document.
RECEIPT, FOUND = 1_000_000, 48 << 20
SAID, PLACE = 200, 500
# The system of identifiers that are addresses by themselves (FHIR R4, Identifier).
URIS = "urn:ietf:rfc:3986"
# The pieces of a parcel: the identifier of the document, and the key that opens the server.
DOCUMENT, KEY = "document", "key"
TAKEN = (HTTPStatus.OK, HTTPStatus.CREATED)
# It may be there already, or be taken later: only a look tells.
OPEN = (HTTPStatus.ACCEPTED, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED)
Json = Mapping[str, Any]


class FhirServer:
    """The servers of those whom the directory names; each has its own address and key, in the parcel."""

    def __init__(self, settings: ChannelSettings, way: Way = PUBLIC) -> None:
        """Keep how it is set up, and by which way the web is reached."""
        self._settings, self._way = settings, way

    def describe(self) -> ChannelLine:
        """Say that it can be used: what it needs stands in the directory."""
        state = ChannelState.SANDBOX if self._settings.is_demo else ChannelState.ON
        return ChannelLine(Road.FHIR, state, "", can_look_up=True)

    def send(self, parcel: Parcel) -> Handed:
        """Create the document at its address, unless it is there."""
        (bundle,) = parcel.enclosures
        headers = {"Content-Type": FHIR, "If-None-Exist": _query(parcel), "Prefer": "return=minimal"}
        asked = False
        try:
            with self._reach(parcel) as (link, path):
                # Once it has left this machine, only an answer or a look says what became of it.
                asked = True
                link.request("POST", f"{path}/Bundle", bundle.data, {**_headers(parcel), **headers})
                answer = link.getresponse()
                return _read(parcel, answer.status, answer.headers.get("Location", ""), answer.read(RECEIPT))
        except NoAnswer as no:
            inside = no.trouble in (Trouble.INSIDE, Trouble.AWAY)
            return Handed(Went.REFUSED if inside else Went.TRY_AGAIN, said=f"address: {no.trouble}")
        except (OSError, HTTPException) as fault:
            return Handed(Went.UNKNOWN if asked else Went.TRY_AGAIN, said=type(fault).__name__)

    def look_up(self, parcel: Parcel) -> LookedUp:
        """Ask for the document by its identifier; a server that does not seek by it can tell nothing."""
        try:
            with self._reach(parcel) as (link, path):
                query = f"{_query(parcel)}&_elements=identifier"
                link.request("GET", f"{path}/Bundle?{query}", headers=_headers(parcel))
                answer = link.getresponse()
                if answer.status != HTTPStatus.OK:
                    return LookedUp(can_tell=False)
                return _find(parcel, _json(answer.read(FOUND)))
        except (NoAnswer, OSError, HTTPException):
            return LookedUp(can_tell=False)

    def list_gone(self, since: datetime) -> None:
        """Whom to ask stands in each parcel: there is no list of all."""
        return

    @contextmanager
    def _reach(self, parcel: Parcel) -> Iterator[tuple[HTTPConnection, str]]:
        """Yield a connection to the address of a parcel, and its path there.

        :raises NoAnswer: if it is none that may be reached
        """
        url, is_demo = parcel.address, self._settings.is_demo
        parts = urlsplit(url)
        if is_demo and is_here(url):
            link = HTTPConnection(parts.hostname or "", parts.port, timeout=CONNECT)
            try:
                link.connect()
                if link.sock is not None:
                    link.sock.settimeout(WHOLE)
                yield link, parts.path
            finally:
                link.close()
            return
        if is_demo or is_here(url) or read_endpoint(url, is_demo=False) != url:
            raise NoAnswer(Trouble.INSIDE)
        with reach(WebAddress(parts.hostname or "", parts.port or 443, parts.path), self._way, self._clock()) as link:
            yield link, parts.path

    def _clock(self) -> Callable[[], float]:
        """Return what tells the seconds that are left."""
        end = self._way.seconds() + WHOLE

        def left() -> float:
            seconds = end - self._way.seconds()
            if seconds <= 0:
                raise TimeoutError
            return seconds

        return left


def make(settings: ChannelSettings) -> FhirServer:
    """Return the road to FHIR servers."""
    return FhirServer(settings)


def _query(parcel: Parcel) -> str:
    return urlencode({"identifier": f"{URIS}|{parcel.pieces[DOCUMENT]}"}, quote_via=quote)


def _headers(parcel: Parcel) -> dict[str, str]:
    headers = {"Accept": FHIR, "User-Agent": AGENT, "Connection": "close"}
    key = parcel.pieces.get(KEY, "")
    return headers | ({"Authorization": f"Bearer {key}"} if key else {})


def _read(parcel: Parcel, status: int, location: str, body: bytes) -> Handed:
    """Return what an answer means: a server that broke may have taken it."""
    told = _json(body)
    said = f"{status} {_words(told)}".strip()[:SAID]
    if status in TAKEN:
        place = location or _place(parcel, told)
        return Handed(Went.SENT, place[:PLACE], said) if place else Handed(Went.UNKNOWN, said=said)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Handed(Went.TRY_AGAIN, said=said)
    if status in OPEN or status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.OK:
        return Handed(Went.UNKNOWN, said=said)
    return Handed(Went.REFUSED, said=said)


def _place(parcel: Parcel, told: Json) -> str:
    """Return where a document lies that the server gave back, "" if it is not this one."""
    if told.get("resourceType") != "Bundle" or not told.get("id") or not _is_ours(parcel, told):
        return ""
    return f"{parcel.address}/Bundle/{told['id']}"


def _is_ours(parcel: Parcel, told: Json) -> bool:
    named = told.get("identifier")
    return isinstance(named, dict) and named.get("value") == parcel.pieces[DOCUMENT]


def _find(parcel: Parcel, told: Json) -> LookedUp:
    """Return what a search found; nothing is "not there" only where the server says that it sought by our question."""
    if told.get("resourceType") != "Bundle" or told.get("type") != "searchset":
        return LookedUp(can_tell=False)
    entries = [one for one in _list(told.get("entry")) if isinstance(one.get("resource"), dict)]
    ours = [one for one in entries if _is_ours(parcel, one["resource"])]
    if ours:
        places = (str(one.get("fullUrl") or _place(parcel, one["resource"]))[:PLACE] for one in ours)
        return LookedUp(can_tell=True, references=tuple(place for place in places if place))
    asked = [str(one.get("url", "")) for one in _list(told.get("link")) if one.get("relation") == "self"]
    sought = any("identifier=" in url for url in asked)
    return LookedUp(can_tell=sought and not entries)


def _words(told: Json) -> str:
    """Return the words of an OperationOutcome, "" if it is none."""
    if told.get("resourceType") != "OperationOutcome":
        return ""
    issues = _list(told.get("issue"))
    found = (_text(one.get("details")) or str(one.get("diagnostics") or one.get("code") or "") for one in issues)
    return " ".join("; ".join(words for words in found if words).split())


def _text(details: object) -> str:
    return str(details.get("text") or "") if isinstance(details, dict) else ""


def _list(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _json(body: bytes) -> Json:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
