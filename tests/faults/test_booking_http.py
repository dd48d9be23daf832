"""Many callers want one time, through two web servers: one has it, each other is offered more, nobody sees a fault."""

import html
import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from tests.faults.conftest import House
from tests.faults.oracle import look
from tests.faults.test_web_kills import CLIENTS, CLOCK, Browser, find_port, serve

pytestmark = pytest.mark.faults

# How many callers, and how often.
RACES = ((2, 4), (8, 2), (32, 1))
PATIENTS = 16


@dataclass(slots=True)
class Caller:
    """Somebody signed in, on the page of times of one patient."""

    browser: Browser
    patient: str
    sealed: str

    def want(self, kind: str, offer: str) -> tuple[int, str]:
        """Ask to hold a time; return status and page."""
        typed = {"key": str(uuid4()), "type": kind, "offer": offer, "sealed": self.sealed}
        return self.browser.ask("POST", f"/patients/{self.patient}/visits/hold/", typed)


def open_page(signed_in: Browser, port: int, patient: str, kind: str) -> Caller:
    """Open the page of times of a patient at one of the servers, as somebody who signed in at any."""
    browser = Browser(port, signed_in.person, dict(signed_in.cookies))
    status, shown = browser.ask("GET", f"/patients/{patient}/visits/new/?type={kind}")
    assert status == 200
    found = re.search(r'name="sealed" value="([^"]+)"', shown)
    assert found
    return Caller(browser, patient, html.unescape(found[1]))


def race(callers: list[Caller], kind: str, offer: str) -> list[tuple[int, str]]:
    """Let everybody ask for one time at the same moment; return what each was answered."""
    answers: list[tuple[int, str]] = []
    begin = threading.Barrier(len(callers))

    def run(caller: Caller) -> None:
        begin.wait()
        answers.append(caller.want(kind, offer))

    threads = [threading.Thread(target=run, args=(caller,)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_one_of_many_callers_has_the_time_and_the_others_are_offered_three(
    house: House, write_bundles: Callable[..., Path]
) -> None:
    house.set_back("empty")
    files = [str(path) for path in sorted(write_bundles(0, 2 * PATIENTS).glob("*.json"))]
    house.stage.play("settle_in", clock=CLOCK, patients=files)
    (made,) = house.stage.play("open_a_calendar", clock=CLOCK)
    with look(house.url) as now:
        well = now.rows("SELECT id FROM patient WHERE NOT is_dead AND NOT needs_interpreter ORDER BY id")
    patients = [str(key) for (key,) in well][:PATIENTS]
    ports = [find_port() for _ in range(2)]
    servers = [serve(house, port) for port in ports]
    signed_in = [Browser(ports[0], person) for person in CLIENTS]
    for browser in signed_in:
        browser.sign_in()
    pages = [
        open_page(signed_in[n % 2], ports[n % 2], patients[n % len(patients)], made["kind"])
        for n in range(RACES[-1][0])
    ]

    times = iter(made["times"])
    for count, rounds in RACES:
        for _ in range(rounds):
            answers = race(pages[:count], made["kind"], f"{next(times)}|{made['doctor']}")
            assert Counter(status for status, _text in answers) == {303: 1, 409: count - 1}
            for status, shown in answers:
                assert (
                    status == 303
                    or shown[shown.index("others-title") : shown.index("times-title")].count('name="offer"') == 3
                )
    for server in servers:
        server.kill()
        server.wait()
    with look(house.url) as now:
        assert now.value("SELECT count(*) FROM booking WHERE occupies") == sum(rounds for _count, rounds in RACES)
        now.value("SELECT set_config('careloop.at', %s, false)", CLOCK)
        assert now.broken() == {}
