"""A small FHIR server on this machine: it keeps documents, seeks them by their identifier, and fails as it is told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

PATIENCE = 60  # seconds, a safety net
LOCK = Lock()

NO = {
    "resourceType": "OperationOutcome",
    "issue": [{"severity": "error", "code": "invalid", "details": {"text": "We take no referrals for knees"}}],
}


@dataclass
class Shelf:
    """What it keeps by identifier, how it meets the next request, and what it was asked.

    ``again`` are the names of documents that came though they were there. Answers to the method ``stops_at`` are held
    back until ``goes_on``; ``waiting`` of those ``open`` are.
    """

    port: int = 0
    how: str = "take"
    kept: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    seeks: bool = True
    key: str = ""
    again: list[str] = field(default_factory=list)
    goes_on: Event = field(default_factory=Event)
    stops_at: str = ""
    waiting: int = 0
    open: int = 0

    def __post_init__(self) -> None:
        """Nothing waits, until somebody says so."""
        self.goes_on.set()

    def wait(self, method: str) -> None:
        """Where answers to this method are held back, wait until they go on."""
        if method == self.stops_at:
            with LOCK:
                self.waiting += 1
            self.goes_on.wait(PATIENCE)
            with LOCK:
                self.waiting -= 1

    def settle(self) -> None:
        """Let everything that was asked so far be answered: what came before a request of ours was taken in before."""
        self.stops_at = ""
        self.goes_on.set()
        with suppress(OSError), urlopen(f"{self.url}/Bundle?identifier=|nobody"):  # noqa: S310 (this machine)
            pass
        until = monotonic() + PATIENCE
        while self.open and monotonic() < until:
            sleep(0.002)

    @property
    def url(self) -> str:
        """The base address."""
        return f"http://127.0.0.1:{self.port}/fhir"

    @property
    def documents(self) -> list[dict[str, Any]]:
        """All that it keeps."""
        return [one for kept in self.kept.values() for one in kept]


class Handler(BaseHTTPRequestHandler):
    """One request."""

    shelf: Shelf

    def do_POST(self) -> None:
        """Keep a document once, or fail as told."""
        shelf = self.shelf
        body = self.rfile.read(int(self.headers["Content-Length"]))
        shelf.asked.append(("POST", self.path, dict(self.headers)))
        failing = {"refuse": (422, NO), "busy": (429, {}), "break": (500, NO), "later": (202, {})}
        if shelf.key and self.headers.get("Authorization") != f"Bearer {shelf.key}":
            self.say(401, {})
        elif shelf.how == "away":
            self.say(307, {}, Location="https://elsewhere.example/fhir/Bundle")
        elif shelf.how in failing:
            self.say(*failing[shelf.how])
        elif shelf.how != "drop":
            self.keep(json.loads(body))

    def keep(self, document: dict[str, Any]) -> None:
        """Keep a document that is not there yet, and say where it lies."""
        kept = self.shelf.kept.setdefault(document["identifier"]["value"], [])
        is_new = not kept or "If-None-Exist" not in self.headers
        if is_new:
            kept.append(document | {"id": str(len(self.shelf.documents) + 1)})
        else:
            self.shelf.again.append(document["identifier"]["value"])
        self.shelf.wait("POST")
        if self.shelf.how != "take_and_drop":
            place = f"{self.shelf.url}/Bundle/{kept[0]['id']}/_history/1"
            self.say(201 if is_new else 200, {}, Location=place)

    def do_GET(self) -> None:
        """Find documents by their identifier; one that does not seek gives all, or says nothing of what it sought."""
        shelf = self.shelf
        shelf.asked.append(("GET", self.path, dict(self.headers)))
        if shelf.how == "deaf":
            self.say(500, {})
            return
        shelf.wait("GET")
        (asked,) = parse_qs(urlsplit(self.path).query)["identifier"]
        found = shelf.kept.get(asked.partition("|")[2], []) if shelf.seeks else shelf.documents
        entries = [{"fullUrl": f"{shelf.url}/Bundle/{one['id']}", "resource": one} for one in found]
        query = f"?{urlsplit(self.path).query}" if shelf.seeks else ""
        link = [{"relation": "self", "url": f"{shelf.url}/Bundle{query}"}]
        self.say(200, {"resourceType": "Bundle", "type": "searchset", "link": link, "entry": entries})

    def say(self, status: int, told: dict[str, Any], **headers: str) -> None:
        """Answer."""
        body = json.dumps(told).encode()
        self.send_response(status)
        plain = {"Content-Type": "application/fhir+json", "Content-Length": str(len(body))}
        for name, value in (plain | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay quiet."""


class _Server(ThreadingHTTPServer):
    """Counts who is being answered; one who hung up is nobody's fault."""

    shelf: Shelf

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Count one more, before their own thread begins."""
        with LOCK:
            self.shelf.open += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401
        """Count one less, when all was said."""
        super().shutdown_request(request)
        with LOCK:
            self.shelf.open -= 1

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Stay quiet."""


@contextmanager
def serve_fhir() -> Iterator[Shelf]:
    """Serve until the block ends."""
    shelf = Shelf()
    server = _Server(("127.0.0.1", 0), type("OneHandler", (Handler,), {"shelf": shelf}))
    server.shelf = shelf
    shelf.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield shelf
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
