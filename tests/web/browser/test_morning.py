"""A coordinator's whole morning with the keyboard alone: where the focus is after each step, and what is kept."""

from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.web.browser.test_today import EXPLAINED
from tests.web.conftest import PATIENCE_MS
from tests.web.demo_server import PASSWORD, SMALL, MadeDemo, serve_copy
from tests.web.keys import press

pytestmark = pytest.mark.browser

# Where the focus is, in words; and whether somebody can see that it is there.
FOCUSED = """() => { const on = document.activeElement;
  return `${on.tagName.toLowerCase()} ${on.id} ${(on.getAttribute('aria-label') || on.textContent || '').trim()}` }"""
SEEN = """() => { const on = document.activeElement, box = on.getBoundingClientRect();
  const style = getComputedStyle(on.matches('.said') ? on.querySelector('.note') : on);
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const around = on.closest('.find-line') && getComputedStyle(on.closest('.find-line')).boxShadow !== 'none';
  const label = on.matches('input[type=radio], input[type=checkbox]');
  return (ring || around || label) && box.bottom > 0 && box.top < innerHeight }"""
MOST_TABS = 120


@pytest.fixture(scope="module")
def clinic(made_demo: MadeDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Serve a demo clinic of its own, by its own command: what the morning leaves behind is counted at the end."""
    with serve_copy(made_demo, tmp_path_factory.mktemp("morning") / "home", *SMALL) as served:
        yield served


class Morning:
    """Somebody who has no mouse. After each step the focus must be seen where it is said to be."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        press(self.page, *keys)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def on(self, words: str) -> None:
        """The focus is, or comes soon, on what has these words, and can be seen."""
        self.page.wait_for_function(f"(words) => ({FOCUSED})().includes(words)", arg=words)
        assert self.page.evaluate(SEEN), self.page.evaluate(FOCUSED)

    def tab_to(self, words: str) -> None:
        """Go on by Tab until the focus is on what has these words."""
        for _ in range(MOST_TABS):
            self.press("Tab")
            if words in self.page.evaluate(FOCUSED):
                assert self.page.evaluate(SEEN), words
                return
        message = f"No Tab leads to {words!r}; the last was {self.page.evaluate(FOCUSED)}"
        raise AssertionError(message)

    def find(self, words: str, first: str) -> None:
        """Open what Find or do offers first."""
        self.press("Control+k")
        self.on("find-or-do-q")
        self.type(words)
        expect(self.page.locator("[role=option][aria-selected=true]")).to_contain_text(first)
        self.press("Enter")

    def told(self, words: str) -> None:
        """It is said what happened, and the focus is on it."""
        expect(self.page.locator("#said")).to_contain_text(words)
        self.on("div said")

    def chosen(self) -> str:
        self.page.wait_for_function(EXPLAINED)
        return str(self.page.locator("[data-row][aria-current]").get_attribute("data-row"))


def kept(owner: str) -> Counter[tuple[str, str]]:
    """Return what the history of loops holds that Dana did: event and note. The demo's clock stands, so no order."""
    with psycopg.connect(owner) as link:
        link.execute("SELECT set_config('careloop.migrating', 'on', true)")
        rows = link.execute(
            "SELECT e.event, e.note FROM loop_event e JOIN person p ON p.id = e.person_id WHERE p.name = 'Dana Okafor'"
        ).fetchall()
    return Counter((str(event), str(note)) for event, note in rows)


def sign_in(dana: Morning, address: str) -> None:
    dana.page.goto(f"{address}/")
    dana.tab_to("id_login")
    dana.type("dana@demo.example")
    dana.press("Tab")
    dana.on("id_password")
    dana.type(PASSWORD)
    dana.press("Enter")
    dana.page.locator("#panel").wait_for()


def walk_the_list(dana: Morning) -> None:
    """Down, down and up; why each is here stands beside it; to the patient and back."""
    page, first = dana.page, dana.chosen()
    dana.press("j")
    second = dana.chosen()
    assert second != first
    dana.on("a row-")
    dana.press("j")
    assert dana.chosen() != second
    dana.press("k")
    assert dana.chosen() == second
    assert page.evaluate("document.activeElement.closest('[data-row]').dataset.row") == second
    assert page.evaluate(SEEN)
    expect(page.locator("#panel").get_by_role("heading", name="Why is this here?")).to_be_visible()
    name = page.locator("#panel .pt-name").inner_text().strip().split("\n")[0].split(",")[0]
    dana.press("o")
    page.wait_for_url("**/patients/*/")
    expect(page.locator(".banner h1")).to_contain_text(name)
    dana.press("Tab")
    dana.on("Skip to the content")
    dana.press("g", "t")
    page.locator("#panel").wait_for()


def note_a_call(dana: Morning) -> None:
    """A call that nobody answered: the loop stays, and stays chosen."""
    called = dana.chosen()
    dana.press("n")
    dana.on("input result-")
    while "no_answer" not in dana.page.evaluate(FOCUSED):
        dana.press("ArrowDown")
    dana.press("Tab")
    dana.on("textarea note-log_contact")
    dana.type("Rang ten times.")
    dana.press("Tab")
    dana.on("Save the contact")
    dana.press("Enter")
    dana.told("The contact is noted.")
    assert dana.chosen() == called


def snooze(dana: Morning) -> None:
    snoozed = dana.chosen()
    dana.press("h")
    dana.on("input reason-snooze")
    dana.type("She works until Tuesday.")
    dana.press("Enter")
    dana.told("Snoozed. It comes back by itself.")
    assert dana.chosen() != snoozed


def hand_off(dana: Morning) -> None:
    """To somebody else: the first letters of the name choose."""
    handed = dana.chosen()
    dana.press("a")
    dana.on("select to-hand_off")
    dana.type("Marisol")
    dana.press("Tab")
    dana.on("textarea note-hand_off")
    dana.type("You know her son.")
    dana.press("Tab")
    dana.on("Hand it off")
    dana.press("Enter")
    dana.told("Handed off.")
    assert dana.chosen() != handed


def finish_and_take_back(dana: Morning) -> None:
    dana.press("e")
    dana.on("select outcome-finish")
    dana.press("Tab")
    dana.on("textarea note-finish")
    dana.type("The lab sent the result.")
    dana.press("Tab")
    dana.on("Close it")
    dana.press("Enter")
    dana.told("Closed.")
    dana.press("z")
    dana.told("Taken back.")


def find_and_ask(dana: Morning) -> None:
    """Somebody is on the line; then the medicines of another, and a question to a clinician."""
    page = dana.page
    dana.find("Rosa", "Rosa")
    page.wait_for_url("**/patients/*/")
    expect(page.locator(".banner h1")).to_contain_text("Rosa")
    dana.find("medicines of Grace", "Grace")
    expect(page.locator("h1")).to_have_text("Medicines together")
    dana.tab_to("Ask the clinician")
    dana.press("Enter")
    dana.tab_to("Put it on the list")
    dana.press("Enter")
    dana.told("The question is on the list.")


def print_and_go_home(dana: Morning) -> None:
    page = dana.page
    dana.press("g", "p")
    page.wait_for_url("**/patients/")
    expect(page.locator("h1")).to_have_text("My patients")
    dana.press("g", "t")
    page.locator("#panel").wait_for()
    dana.tab_to("Print")
    # What a browser does with paper is its own affair: the sheet is taken here, and the page stays.
    papers: list[bytes] = []

    def take(route: Route) -> None:
        papers.append(route.fetch().body())
        route.fulfill(status=204)

    page.route("**/today/sheet.pdf", take)
    with page.expect_response("**/today/sheet.pdf"):
        dana.press("Enter")
    assert [paper[:5] for paper in papers] == [b"%PDF-"]
    dana.find("sign out", "Sign out")
    page.wait_for_url("**/sign-out/")
    dana.tab_to("Sign out")
    dana.press("Enter")
    page.wait_for_url("**/sign-in/**")


def test_a_whole_morning_needs_no_mouse(chromium: Browser, clinic: tuple[str, str]) -> None:
    address, owner = clinic
    before = kept(owner)
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.set_default_timeout(PATIENCE_MS)
    page, faults = context.new_page(), []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    dana = Morning(page)

    sign_in(dana, address)
    for step in (walk_the_list, note_a_call, snooze, hand_off, finish_and_take_back, find_and_ask, print_and_go_home):
        step(dana)
    context.close()

    assert faults == []
    assert kept(owner) - before == Counter(
        {
            ("log_contact", "Rang ten times."): 1,
            ("snooze", "She works until Tuesday."): 1,
            ("hand_off", "You know her son."): 1,
            ("finish", "The lab sent the result."): 1,
            ("undo", ""): 1,
            ("hand_off", ""): 1,
        }
    )
