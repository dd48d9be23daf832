"""A page behind a link as a patient lives it: the link comes by text, in Spanish, on a telephone that runs no script.

The text goes over HTTP to the sandbox's gateway and is read there. What the patient says on the page is looked for
where the coordinator works. Axe looks at every page, in a browser of its own that runs scripts and opens the same link.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import OVER, look
from tests.web.browser.story import TURNS, Clinic, open_clinic
from tests.web.browser.test_clinic import at_work
from tests.web.conftest import PATIENCE_MS
from tests.web.demo_server import CLOCK, MadeDemo
from tests.web.tongue import Tongue

pytestmark = pytest.mark.browser
ES = Tongue("es")
# What the texts name. No browser here asks for it: its pages are opened where the clinic is served.
PORTAL = "https://care.clinic.example"
LINK = re.compile(re.escape(PORTAL) + r"(/p/[\w-]{20,}/?)")
PATIENT, OWNER = "Rosa Álvarez", "dana"
QUESTION, ANSWER = "¿Tiene quien la lleve a la cita?", "Mi hija Elena me lleva."
WISH = "Los martes no puedo."
# The ten seconds in which a link can be taken back are over; it is morning where the patient lives.
LATER, SENT = "2026-11-20T17:04:00+00:00", 2
# What a text names to nobody.
HIDDEN = re.compile(r"cardiolog|coraz|warfarin", re.IGNORECASE)


@dataclass
class Phone:
    """The patient's telephone, and the eyes that look over its shoulder with axe."""

    page: Page
    eyes: Page

    def see(self) -> None:
        """Look at the page as it stands: in Spanish, nothing over the edge, nothing that axe can see."""
        assert self.page.locator("html").get_attribute("lang") == "es", self.page.url
        assert self.page.evaluate(OVER) == 0, self.page.url
        assert self.page.locator("script").count() == 0
        self.eyes.context.clear_cookies()
        self.eyes.context.add_cookies(self.page.context.cookies())  # type: ignore[arg-type]
        self.eyes.goto(self.page.url)
        look(self.eyes, 390, 320)

    def press(self, words: str) -> None:
        """Press the first button with these words, and look at what comes."""
        self.page.get_by_role("button", name=ES.says(words)).first.click()
        self.see()


@pytest.fixture
def clinic(made_demo: MadeDemo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    """Serve a copy of the small demo clinic that nobody else sees, and that sends links."""
    monkeypatch.setenv("CARELOOP_PORTAL_URL", PORTAL)
    with open_clinic(made_demo, tmp_path / "home") as one:
        yield one


@contextmanager
def in_hand(chromium: Browser) -> Iterator[Phone]:
    """Yield a small telephone that reads Spanish and runs no script."""
    small = {"width": 320, "height": 700}
    own = chromium.new_context(viewport=small, java_script_enabled=False, locale="es-US")  # type: ignore[arg-type]
    eyes = chromium.new_context(locale="es-US", reduced_motion="reduce")
    for one in (own, eyes):
        one.set_default_timeout(PATIENCE_MS)
    yield Phone(own.new_page(), eyes.new_page())
    own.close()
    eyes.close()


def find_links(page: Page, address: str) -> tuple[str, str, str]:
    """Go to the patient's links; return their path, the birth date that the staff sees, and the telephone's number."""
    page.goto(f"{address}/patients/")
    page.get_by_role("link", name=PATIENT).first.click()
    number = page.locator("#reach a[href^='tel:']").first.get_attribute("href") or ""
    page.get_by_role("link", name="Give a link").click()
    born = page.locator(".banner time").first.get_attribute("datetime") or ""
    return urlsplit(page.url).path, born, "+1" + re.sub(r"\D", "", number)[-10:]


def book(page: Page, address: str, links: str, kind: str, since: str) -> None:
    """Book the first time of a kind of visit from a day on."""
    page.goto(f"{address}{links.removesuffix('links/')}")
    page.get_by_role("link", name="Book a visit").first.click()
    page.get_by_role("link", name=re.compile(f"^{kind}")).first.click()
    page.get_by_label("From", exact=True).fill(since)
    page.get_by_role("button", name="Show times").click()
    page.locator("button[name=offer]").first.click()
    page.get_by_role("button", name=re.compile("^Book it")).click()
    expect(page.get_by_text("The visit is booked.")).to_be_visible()


def send(page: Page, address: str, links: str, *, opens: str, question: str = "") -> None:
    """Make a link and send it by text: the address is shown to nobody."""
    page.goto(f"{address}{links}")
    page.get_by_label(opens, exact=True).check()
    page.locator("#link-question").fill(question)
    page.locator("#link-road").select_option("text")
    page.get_by_role("button", name="Make and send it").click()
    expect(page.locator("#said, main [role=status]").first).to_contain_text("For ten seconds it can be taken back")
    assert LINK.search(page.content()) is None


def find_paths(page: Page, clinic: Clinic, number: str) -> list[str]:
    """Wait until both links lie on the telephone; return their paths, in the order in which they came."""
    for _ in range(TURNS):
        texts = [one.words for one in clinic.box.find("text", number) if LINK.search(one.words)]
        if len(texts) == SENT:
            assert not [one for one in texts if HIDDEN.search(one) or QUESTION in one]
            return [LINK.findall(one)[0] for one in texts]
        page.wait_for_timeout(1000)
    raise AssertionError([one.words for one in clinic.box.find("text", number)])


def open_link(phone: Phone, address: str, path: str, born: str) -> None:
    """Open a link with the birth date; a wrong one says nothing of anybody."""
    page = phone.page
    page.goto(f"{address}{path}")
    phone.see()
    year, month, day = (str(int(one)) for one in born.split("-"))
    for name, value in (("Month", month), ("Day", day), ("Year", "1901")):
        page.get_by_label(ES.says_just(name)).fill(value)
    page.get_by_role("button", name=ES.says_just("Open")).click()
    expect(page.get_by_role("heading", name=ES.says("We can not open this page"))).to_be_visible()
    assert "Rosa" not in page.content()
    page.get_by_label(ES.says_just("Year")).fill(year)
    page.get_by_role("button", name=ES.says_just("Open")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rosa")
    # The address holds no token any more.
    assert path.strip("/").rpartition("/")[2] not in page.url
    phone.see()


def live(phone: Phone) -> None:
    """Confirm the first visit, ask to change the second, and read what happens next."""
    page = phone.page
    visits = page.locator("main > .big")
    assert visits.count() > 1, page.locator("main").inner_text()
    phone.press("Yes, I will come")
    expect(page.locator("[role=status]")).to_contain_text(ES.says("Thank you. We know that you will come."))
    second = visits.nth(1)
    second.locator("summary").click()
    second.get_by_label(ES.says("In the afternoon")).check()
    second.locator("textarea").fill(WISH)
    second.get_by_role("button", name=ES.says("Ask for another time")).click()
    expect(page.locator("[role=status]")).to_contain_text(ES.says("We will call you to find a new time"))
    phone.see()
    lines = page.locator("section", has=page.get_by_role("heading", name=ES.says_just("What happens next")))
    expect(lines.locator("li").first).to_be_visible()
    # Who does it and what one does oneself stand with every line.
    for one in lines.locator("li").all():
        assert one.locator(".who").inner_text().strip()
        assert one.locator(".you").inner_text().strip()
    printed = page.get_by_role("link", name=ES.says("Print in large letters")).get_attribute("href") or ""
    paper = page.request.get(f"{page.url.partition('/p/')[0]}{printed}")
    assert paper.body().startswith(b"%PDF-")


def answer(phone: Phone) -> None:
    """Answer the question, then close the page in this browser."""
    page = phone.page
    expect(page.locator("main")).to_contain_text(QUESTION)
    page.get_by_label(ES.says_just("Yes")).check()
    page.locator("#answer-words").fill(ANSWER)
    phone.press("Send my answer")
    expect(page.locator("main")).to_contain_text(f"Sí. {ANSWER}")
    phone.press("Close this page")
    expect(page.get_by_role("heading", name=ES.says("You closed the page"))).to_be_visible()


def see_at_work(page: Page, address: str, links: str) -> None:
    """What the patient said stands where the coordinator works, in the patient's own words."""
    page.goto(f"{address}{links}")
    expect(page.locator("section", has=page.locator("#links-title"))).to_contain_text(ANSWER)
    page.goto(f"{address}{links.removesuffix('links/')}")
    expect(page.locator("main")).to_contain_text("Find another time: the patient asked by link")
    expect(page.locator("main")).to_contain_text("Confirmed")
    page.get_by_role("link", name=re.compile("Find another time: the patient asked by link")).first.click()
    expect(page.locator("main")).to_contain_text(WISH)


def test_a_link_comes_by_text_and_what_is_said_behind_it_is_seen_at_work(clinic: Clinic, chromium: Browser) -> None:
    with clinic.at(CLOCK) as address, at_work(chromium, address, OWNER, width=1280) as page:
        links, born, number = find_links(page, address)
        for kind, since in (("Check-up", "2026-12-02"), ("Heart clinic", "2026-12-09")):
            book(page, address, links, kind, since)
        send(page, address, links, opens="Visits and what happens next")
        send(page, address, links, opens="A question: answer it", question=QUESTION)
    with clinic.at(LATER) as address, at_work(chromium, address, OWNER, width=1280) as page:
        both, question = find_paths(page, clinic, number)
        with in_hand(chromium) as phone:
            open_link(phone, address, both, born)
            live(phone)
        with in_hand(chromium) as phone:
            open_link(phone, address, question, born)
            answer(phone)
        see_at_work(page, address, links)
