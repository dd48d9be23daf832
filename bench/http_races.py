"""Many callers want one time over HTTP, through several web servers: one has it, each other is offered three more.

Each caller is signed in and has the page of times of a patient open. Of every race is counted who got the time, how
many times each of the others was offered, answers of 500 and more, and words of locks; bookings are counted at the end.
"""

import html
import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID, uuid4

import psycopg

from bench.common import Figures, Watch, note, own_server, read_machine
from bench.fill import NOW, STEPS, Clinic, fill

# How many callers, and how many races of so many.
RACES = {
    "full": ((2, 400), (8, 300), (32, 200), (128, 60), (256, 40)),
    "small": ((2, 6), (8, 4), (32, 2)),
}  # fmt: skip
SERVERS = max(2, os.cpu_count() or 2)
PATIENTS = 64
PASSWORD = "a long quiet river 42"  # noqa: S105
PATIENCE = 300
ZONE = "America/New_York"
MONDAY = datetime.fromisoformat("2026-11-30 09:00")
CLOCK = "2026-11-20T15:00:00+00:00"
LOCK_WORDS = re.compile("deadlock|could not serialize|lock timeout|IntegrityError", re.IGNORECASE)
SUPERVISOR = UUID("01970000-0000-7000-8000-000000000000")


def main(*, scale: str, keep: Path | None) -> int:
    """Race over HTTP; return the exit code. Nothing is kept: what is booked stays booked."""
    del keep
    figures = Figures("http_races")
    figures.tell("machine", **read_machine())
    with own_server() as home:
        from careloop.postgres.server import ensure_running

        server = ensure_running(home)
        with psycopg.connect(server.url("super")) as link:
            fill(link, Clinic(PATIENTS, 1, SUPERVISOR, SUPERVISOR), {n: STEPS[n] for n in ("units", "patients")})
        asked = _open_calendar()
        ports = [_find_port() for _ in range(SERVERS)]
        servers = [_serve(port) for port in ports]
        try:
            signed_in = _sign_in(ports)
            ran = _race_all(asked, signed_in, ports, RACES[scale])
        finally:
            for one in servers:
                one.terminate()
                one.wait()
        with psycopg.connect(server.url("super")) as link:
            booked = link.execute("SELECT count(*), count(DISTINCT starts_at) FROM booking WHERE occupies").fetchone()
        assert booked is not None
        _judge(figures, ran, booked)
    return figures.exit_code()


@dataclass(slots=True)
class _Ran:
    """What came of all races."""

    races: int = 0
    requests: int = 0
    without_one: int = 0
    without_three: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    lock_words: int = 0
    seconds: float = 0


def _judge(figures: Figures, ran: _Ran, booked: tuple[object, ...]) -> None:
    about = {"races": ran.races, "requests": ran.requests, "servers": SERVERS, "seconds": round(ran.seconds)}
    figures.tell("answers", **about, **{str(status): count for status, count in sorted(ran.statuses.items())})
    figures.judge("races without exactly one winner", ran.without_one, at_most=0, **about)
    figures.judge("losers without three other times", ran.without_three, at_most=0)
    others = sum(count for status, count in ran.statuses.items() if status not in (303, 409))
    figures.judge("other answers", others, at_most=0)
    figures.judge("words of locks", ran.lock_words, at_most=0)
    figures.judge("bookings beside one a race", abs(int(str(booked[0])) - ran.races), at_most=0)
    figures.judge("times booked beside one a race", abs(int(str(booked[1])) - ran.races), at_most=0)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom everybody wants, for which kind of visit, and the times one after the other."""

    doctor: UUID
    kind: UUID
    times: list[str]


def _open_calendar() -> _Asked:
    """Make a doctor with hours, a kind of visit, and two coordinators who can sign in, through the doors."""
    from datetime import time as clock

    from careloop.actions.calendars import add_visit_type, set_hours
    from careloop.actions.directory import add_entry
    from careloop.actions.people import hire
    from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
    from careloop.facts.directory import EntryDraft, EntryKind
    from careloop.facts.scheduling import VisitTypeDraft, WeeklyHours
    from careloop.worklist.calendar import load_calendar

    acting = Acting(SYSTEM_ID, Role.SYSTEM, NOW, Purpose.OPERATE)
    for name in ("dana", "lee"):
        hire(
            acting, name=name.title(), email=f"{name}@clinic.example", role=Role.COORDINATOR, password=PASSWORD,
            unit_ids=[1],
        )  # fmt: skip
    doctor = add_entry(acting, EntryDraft(EntryKind.PRACTITIONER, "Dr. Wanted", zone=ZONE))
    # Ten hours a day: beside the time that is wanted enough others stay free to be offered.
    set_hours(acting, entry_id=doctor, hours=[WeeklyHours(day, clock(8), clock(18)) for day in range(1, 6)])
    kind = add_visit_type(acting, VisitTypeDraft("A wanted visit", 15, people=(doctor,)))
    # Every second quarter of an hour, so that others stay free on the same day. On a holiday nobody would win.
    closed = load_calendar().holidays
    days = (MONDAY + timedelta(days=7 * week + day) for week in range(17) for day in range(5))
    times = [
        (day + timedelta(minutes=30 * n)).isoformat(timespec="minutes")
        for day in days if day.date() not in closed for n in range(14)
    ]  # fmt: skip
    return _Asked(doctor, kind, times)


def _find_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _serve(port: int) -> "subprocess.Popen[bytes]":
    """Start a web server with the same stopped clock, and wait until it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "careloop", "serve", "--no-worker", "--port", str(port)],
        env=os.environ | {"CARELOOP_CLOCK": CLOCK}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            if _Caller(port).ask("GET", "/livez")[0] == 200:
                return process
        except OSError:
            time.sleep(0.1)
    message = "a web server did not start"
    raise RuntimeError(message)


@dataclass(slots=True)
class _Caller:
    """Somebody with a browser: the cookies, a page of times that is open, and the seal of its form."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    patient: str = ""
    sealed: str = ""

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Send one request; return status and body."""
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

    def open_times(self, patient: str, kind: UUID) -> None:
        """Open the page of times of a patient."""
        status, shown = self.ask("GET", f"/patients/{patient}/visits/new/?type={kind}")
        found = re.search(r'name="sealed" value="([^"]+)"', shown)
        assert status == 200, (status, shown[:500])
        assert found
        self.patient, self.sealed = patient, html.unescape(found[1])

    def want(self, kind: UUID, offer: str) -> tuple[int, str]:
        """Ask to hold a time."""
        typed = {"key": str(uuid4()), "type": str(kind), "offer": offer, "sealed": self.sealed}
        return self.ask("POST", f"/patients/{self.patient}/visits/hold/", typed)


def _sign_in(ports: list[int]) -> list[_Caller]:
    """Sign the coordinators in with their password."""
    callers = []
    for name in ("dana", "lee"):
        one = _Caller(ports[0])
        one.ask("GET", "/sign-in/")
        status, _text = one.ask("POST", "/sign-in/", {"login": f"{name}@clinic.example", "password": PASSWORD})
        assert status == 302, status
        assert one.ask("GET", "/you/")[0] == 200
        callers.append(one)
    return callers


def _race_all(asked: _Asked, signed_in: list[_Caller], ports: list[int], races: tuple[tuple[int, int], ...]) -> _Ran:
    from bench.fill import PATIENT_ID

    first = int(UUID(PATIENT_ID.split("'")[1] + "0" * 12))
    callers = []
    for n in range(max(count for count, _rounds in races)):
        one = _Caller(ports[n % len(ports)], dict(signed_in[n % len(signed_in)].cookies))
        one.open_times(str(UUID(int=first + n % PATIENTS)), asked.kind)
        callers.append(one)
    ran, times, watch = _Ran(), iter(asked.times), Watch()
    for count, rounds in races:
        for _ in range(rounds):
            _note(ran, _race(callers[:count], asked.kind, f"{next(times)}|{asked.doctor}"))
        note(f"{count} callers: {rounds} races, {watch.wall():.0f} s")
    ran.seconds = watch.wall()
    return ran


def _race(callers: list[_Caller], kind: UUID, offer: str) -> list[tuple[int, str]]:
    """Let everybody ask for one time at the same moment; return what each was answered."""
    answers: list[tuple[int, str]] = []
    begin = threading.Barrier(len(callers))

    def run(caller: _Caller) -> None:
        begin.wait()
        try:
            answers.append(caller.want(kind, offer))
        except OSError as fault:
            answers.append((0, str(fault)))

    threads = [threading.Thread(target=run, args=(caller,)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _note(ran: _Ran, answers: list[tuple[int, str]]) -> None:
    """Count what came of one race."""
    ran.races += 1
    ran.requests += len(answers)
    ran.without_one += sum(status == 303 for status, _text in answers) != 1
    for status, shown in answers:
        ran.statuses[status] += 1
        ran.lock_words += bool(LOCK_WORDS.search(shown))
        if status == 409:
            ran.without_three += _offers_in(shown) != 3


def _offers_in(shown: str) -> int:
    """Return how many other times an answer offers, before all the times of the page."""
    begin, end = shown.find("others-title"), shown.find("times-title")
    return shown[begin:end].count('name="offer"') if 0 <= begin < end else 0
