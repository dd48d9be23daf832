"""Who lives the whole story, in which words, with or without scripts; and the eyes that see every page it passes."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from careloop.jobs.sandbox import Line, Sandbox
from careloop.jobs.sandbox_http import Server
from careloop.jobs.sandbox_mail import open_mail
from tests.web.axe import OVER, run_axe
from tests.web.browser.test_clinic import at_work
from tests.web.demo_server import MadeDemo, copy_demo, serve_at
from tests.web.keys import press
from tests.web.tongue import Tongue

TURNS = 120


@dataclass
class Clinic:
    """A copy of the demo clinic, and the sandbox that stands for the gateway and the mail server."""

    home: Path
    urls: tuple[str, str]
    box: Sandbox
    server: Server

    @contextmanager
    def at(self, clock: str) -> Iterator[str]:
        """Serve the clinic at a moment (ISO 8601); yield its address."""
        with serve_at(self.home, self.urls, clock) as address:
            self.box.hooks = address
            yield address


@contextmanager
def open_clinic(made: MadeDemo, home: Path) -> Iterator[Clinic]:
    """Copy the small demo clinic, and have what it sends go to a sandbox."""
    box = Sandbox(deliver_after=None)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server, mail = Server(box, 0), open_mail(box, port)
    server.begin()
    given = {
        "CARELOOP_TEXT_URL": server.url, "CARELOOP_TEXT_ACCOUNT": box.account, "CARELOOP_TEXT_TOKEN": box.token,
        "CARELOOP_TEXT_FROM": "+15550100100", "CARELOOP_SMTP_HOST": "127.0.0.1",
        "CARELOOP_SMTP_PORT": str(port), "CARELOOP_SMTP_FROM": "care@clinic.example",
        "CARELOOP_CLINIC_PHONE": "(555) 010-0100",
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patched, copy_demo(made, home) as urls:
        for name, value in given.items():
            patched.setenv(name, value)
        yield Clinic(home, urls, box, server)
    server.shutdown()
    server.server_close()
    mail.stop()


@dataclass
class Walk:
    """One patient's story: the words of the staff's screens and of the patient, and how it is looked at.

    ``giver`` looks after the patient and hands over to ``taker``. ``with_axe`` asks axe on every page; without
    ``scripts`` all goes by links and forms.
    """

    patient: str
    daughter: str
    giver: str
    taker: str
    tongue: Tongue
    said: dict[str, str]
    scripts: bool = True
    with_axe: bool = False
    number: str = ""
    home: str = ""
    referral: str = ""
    visit: str = ""
    passed: set[str] = field(default_factory=set)
    _unseen: str = ""
    _missed: list[str] = field(default_factory=list)

    @property
    def mail(self) -> str:
        """The daughter's address."""
        return f"{self.daughter.partition(' ')[0].lower()}@home.example"

    def move(self, address: str) -> None:
        """Say where the same pages stand now: each serving has a port of its own."""
        self.home, self.referral, self.visit = (
            f"{address}{urlsplit(one).path}" for one in (self.home, self.referral, self.visit)
        )

    def says(self, words: str) -> re.Pattern[str]:
        """Match these words of a screen in the language of this story."""
        return self.tongue.says(words)

    def begins(self, words: str) -> re.Pattern[str]:
        """Match what begins with these words of a screen."""
        return self.tongue.begins(words)

    def says_just(self, words: str) -> re.Pattern[str]:
        """Match these words of a screen and nothing besides."""
        return self.tongue.says_just(words)

    @contextmanager
    def at_work(self, chromium: Browser, address: str, who: str) -> Iterator[Page]:
        """Sign somebody in who reads this language; at the end every page that came up was looked at."""
        with at_work(chromium, address, who, scripts=self.scripts, width=1280) as page:
            page.goto(f"{address}/you/")
            if page.locator("html").get_attribute("lang") != self.tongue.language:
                page.locator(f"main [name=language][value={self.tongue.language}]").click()
                expect(page.locator("html")).to_have_attribute("lang", self.tongue.language)
            page.wait_for_load_state()
            self._unseen = ""
            page.on("domcontentloaded", lambda one: self._came(one.url, address))
            yield page
            assert [*self._missed, *filter(None, [self._unseen])] == []

    def _came(self, url: str, address: str) -> None:
        """A page came up; one that nobody looked at before it is noted. The sandbox's own pages are not meant."""
        where = url.partition("#")[0]
        if where.startswith(address):
            if self._unseen and self._unseen != where:
                self._missed.append(self._unseen)
            self._unseen = where

    def see(self, page: Page) -> None:
        """Look at the page that stands there: its language, its width, and all that axe can see."""
        page.wait_for_load_state()
        self._unseen = ""
        self.passed.add(re.sub(r"[0-9a-f]{8}-[0-9a-f-]+", "*", urlsplit(page.url).path))
        assert page.locator("html").get_attribute("lang") == self.tongue.language, page.url
        assert page.evaluate(OVER) == 0, page.url
        if self.with_axe:
            found = run_axe(page)
            assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"

    def open(self, page: Page, url: str) -> None:
        """Open a page, and look at it."""
        page.goto(url)
        self.see(page)

    def come_to(self, page: Page, deed: Callable[[], None]) -> None:
        """Do what brings up another page, and look at that."""
        with page.expect_event("domcontentloaded"):
            deed()
        self.see(page)

    def press(self, page: Page, words: str, *, key: str = "") -> None:
        """Follow a link or press a button with these words; by its key where scripts hear it."""
        if key and self.scripts:
            self.come_to(page, lambda: press(page, key))
        else:
            name = self.says(words)
            found = page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name))
            self.come_to(page, found.first.click)

    def told(self, page: Page, words: str) -> None:
        """The page says so above all else; look at it."""
        expect(page.locator("#said, main [role=status]").first).to_contain_text(self.says(words))
        self.see(page)

    def until(self, page: Page, words: re.Pattern[str], where: str) -> None:
        """Look again until the worker has done its part."""
        for _ in range(TURNS):
            if words.search(page.locator(where).first.inner_text()):
                return self.see(page)
            page.wait_for_timeout(1000)
            page.reload()
        raise AssertionError(words.pattern + page.locator(where).first.inner_text())

    def texts(self, clinic: Clinic) -> list[Line]:
        """Return what the clinic wrote to the patient's telephone."""
        return [one for one in clinic.box.find("text", self.number) if not one.is_answer]

    def arrived(self, page: Page, clinic: Clinic, count: int) -> None:
        """Wait until so many texts lie on the patient's telephone."""
        for _ in range(TURNS):
            if len(self.texts(clinic)) >= count:
                return
            page.wait_for_timeout(1000)
        raise AssertionError([one.words for one in self.texts(clinic)])
