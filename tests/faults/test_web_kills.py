"""The web server is killed while people click: what was answered is done once, what was not at most once."""

import html
import http.client
import random
import re
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.faults.conftest import House
from tests.faults.oracle import look
from tests.faults.stage import Process
from tests.people import PASSWORD

pytestmark = pytest.mark.faults

ROUNDS = 42
TASKS = 400
CLIENTS = ("dana", "lee")
CLOCK = "2026-11-20T15:00:00+00:00"
PATIENCE = 120  # seconds, a safety net
LOST = (OSError, http.client.HTTPException)
# The verbs in the order in which one loop meets them; the number is the version that the verb is done on.
VERBS: tuple[tuple[str, dict[str, str]], ...] = (
    ("start", {}),
    ("contact", {"result": "no_answer", "note": "Rang twice."}),
    ("finish", {"outcome": "done", "note": "She came."}),
)


@dataclass(slots=True)
class Browser:
    """Somebody signed in: the cookies, and the deeds that were sent and answered."""

    port: int
    person: str
    cookies: dict[str, str] = field(default_factory=dict)
    seals: dict[str, str] = field(default_factory=dict)
    sent: set[tuple[str, int]] = field(default_factory=set)
    answered: set[tuple[str, int]] = field(default_factory=set)
    titles_sent: set[str] = field(default_factory=set)
    titles_answered: set[str] = field(default_factory=set)

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Send one request; return status and body. Raises one of LOST when there is no whole answer."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            body = urlencode({**fields, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            link.request(method, path, body, headers)
            with link.getresponse() as answer:
                text = answer.read().decode()
        finally:
            link.close()
        for name, value in answer.getheaders():
            found = re.match(r"([^=]+)=([^;]*)", value)
            if name.lower() == "set-cookie" and found:
                self.cookies[found[1]] = found[2]
        return answer.status, text

    def sign_in(self) -> None:
        """Sign in with the password."""
        assert self.ask("GET", "/sign-in/")[0] == 200
        status, _ = self.ask("POST", "/sign-in/", {"login": f"{self.person}@clinic.example", "password": PASSWORD})
        assert status == 302
        assert self.ask("GET", "/you/")[0] == 200

    def work(self, loops: list[tuple[str, str]], patient: str, name: str) -> None:
        """Take loops from the list one by one and do deeds until the server is gone, or the list is empty."""
        try:
            for number in count():
                self._open(patient, f"{name}/{number}")
                loop, whose = loops.pop()
                for version, (verb, fields) in enumerate(VERBS, start=1):
                    self._act(loop, whose, version, verb, fields)
        except (*LOST, IndexError):
            return

    def _find_seal(self, patient: str) -> str:
        """Return what the forms about a patient carry; the patient's page is opened once and stays open."""
        if patient not in self.seals:
            shown = self.ask("GET", f"/patients/{patient}/")[1]
            found = re.search(rf'action="/patients/{patient}/tasks/".*?name="sealed" value="([^"]+)"', shown, re.DOTALL)
            assert found
            self.seals[patient] = html.unescape(found[1])
        return self.seals[patient]

    def _open(self, patient: str, title: str) -> None:
        sealed = self._find_seal(patient)
        self.titles_sent.add(title)
        path = f"/patients/{patient}/tasks/"
        status, text = self.ask(
            "POST",
            path,
            {"patient": patient, "title": title, "note": "", "due_on": "", "to": "", "sealed": sealed},
        )
        assert status == 303, text[:500]
        self.titles_answered.add(title)

    def _act(self, loop: str, patient: str, version: int, verb: str, fields: dict[str, str]) -> None:
        sealed = self._find_seal(patient)
        self.sent.add((loop, version + 1))
        status, text = self.ask("POST", f"/loops/{loop}/{verb}/", {"version": str(version), "sealed": sealed, **fields})
        assert status == 303, text[:500]
        self.answered.add((loop, version + 1))


def find_port() -> int:
    """Return a port that is free now, below those that connections to others are given by themselves."""
    for port in random.sample(range(20_000, 30_000), 100):  # another one in each process of the tests
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


def serve(house: House, port: int) -> Process:
    """Start the web server and wait until it answers."""
    process = house.stage.start("serve", "--no-worker", "--port", str(port), clock=CLOCK)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.is_alive():
        try:
            if Browser(port, "").ask("GET", "/livez")[0] == 200:
                return process
        except LOST:
            time.sleep(0.03)
    raise AssertionError(process.said())


def test_a_deed_that_was_answered_is_done_once_and_any_other_at_most_once(
    house: House, write_bundles: Callable[..., Path], chance: random.Random
) -> None:
    house.set_back("empty")
    files = [str(path) for path in sorted(write_bundles(0, 2).glob("*.json"))]
    told = house.stage.play("settle_in", clock=CLOCK, patients=files)[0]
    patients = list(told["patients"].values())
    titles = [f"task {n}" for n in range(TASKS)]
    made = house.stage.play("open_tasks", clock=CLOCK, person=told["people"]["dana"], patients=patients, titles=titles)
    loops = [(str(loop), str(patients[n % len(patients)])) for n, loop in enumerate(made)]
    browsers = [Browser(0, person) for person in CLIENTS]
    fallen: list[str] = []
    for number in range(ROUNDS):
        # Between two servers anybody may take a port that was free: each has its own.
        port = find_port()
        server = serve(house, port)
        for browser in browsers:
            browser.port = port
            if number == 0:
                browser.sign_in()
        enough = sum(len(browser.answered) for browser in browsers) + 1
        threads = [
            threading.Thread(target=browser.work, args=(loops, patient, f"{browser.person} {number}"))
            for browser, patient in zip(browsers, patients, strict=True)
        ]
        for thread in threads:
            thread.start()
        while sum(len(browser.answered) for browser in browsers) < enough and any(t.is_alive() for t in threads):
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.3))
        if not server.is_alive():
            fallen.append(server.said())  # no kill of ours, but what was answered must be there all the same
        server.kill()
        server.wait()
        for thread in threads:
            thread.join()
        check(house, browsers)
    assert len(fallen) < 2, fallen
    assert sum(len(browser.answered) for browser in browsers) >= ROUNDS - len(fallen)


def check(house: House, browsers: list[Browser]) -> None:
    """Compare what was sent and what was answered with what is there."""
    sent, answered = (set().union(*(getattr(b, name) for b in browsers)) for name in ("sent", "answered"))
    titles_sent = set().union(*(b.titles_sent for b in browsers))
    titles_answered = set().union(*(b.titles_answered for b in browsers))
    with look(house.url) as now:
        done = {deed for deed in now.deeds() if deed[1] > 1}
        assert answered <= done <= sent
        titles = [row[0] for row in now.rows("SELECT title->'values'->>'text' FROM loop WHERE kind = 'task'")]
        made = {title for title in titles if not title.startswith("task ")}
        assert len(titles) == len(set(titles))
        assert titles_answered <= made <= titles_sent
        assert now.log_differs() == []
        assert now.broken() == {}
