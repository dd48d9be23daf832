"""Today in a browser: few steps, little weight, and a list that stays when no answer comes."""

import json
import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browser.test_clinic import at_work, chosen
from tests.web.browser.test_every_page import SCREENS, address_of, open_page
from tests.web.conftest import PATIENCE_MS
from tests.web.keys import press
from tests.web.steps import Steps

pytestmark = pytest.mark.browser

# What a browser may receive, in bytes: the first page with styles, scripts and letters, and a step after it.
FIRST_LOAD, STEP = 150_000, 30_000


# The panel is that of the chosen row.
EXPLAINED = """() => { const row = document.querySelector('[data-row][aria-current]');
  return row.dataset.row === document.querySelector('#panel').dataset.loop }"""

# From now on the page's requests are held back in the page itself: a browser that is told to hold them may stand still.
HOLD = """() => { const ask = window.fetch; window.__held = [];
  window.fetch = (...asked) => new Promise((answer) => window.__held.push(() => answer(ask(...asked)))); }"""

# The next time the page asks for the deadlines, the answer is a fault with this body.
BREAK_ONCE = """(body) => { const ask = window.fetch; window.fetch = (...asked) => {
  if (!String(asked[0]).includes("tab=deadlines")) return ask(...asked);
  window.fetch = ask;
  return Promise.resolve(new Response(body, { status: 500, headers: { "Content-Type": "text/html" } })); } }"""


def open_tab(page: Page, tab: str) -> None:
    page.locator(f"#tab-{tab}").click()
    page.wait_for_function("(tab) => document.querySelector('#tab-' + tab)?.getAttribute('aria-current')", arg=tab)


def choose_not_begun(page: Page) -> None:
    """Go down the list to the first loop that nobody has begun: which stands first depends on the day."""
    for _ in page.locator("[data-row]").all():
        if page.locator("aside form[action$='/start/']").count():
            return
        row = page.locator("[data-row][aria-current]").get_attribute("data-row")
        press(page, "j")
        page.wait_for_function("(row) => document.querySelector('#panel').dataset.loop !== row", arg=row)


def said(page: Page, words: str) -> None:
    expect(page.locator("#said")).to_contain_text(words)


def test_why_takes_no_step_and_start_one(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "lee") as page:
        expect(page.locator("aside").get_by_role("heading", name="Why is this here?")).to_be_visible()
        choose_not_begun(page)
        steps = Steps(page)
        steps.key("Enter")
        said(page, "Started. It is yours.")
        press(page, "z")
        said(page, "Taken back.")

    steps.keep("start the top task")


def test_snooze_takes_two_steps_and_hand_off_three(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "lee") as page:
        snooze = Steps(page)
        snooze.key("h")
        snooze.type("She is away this week.")
        snooze.key("Enter")
        said(page, "Snoozed. It comes back by itself.")
        press(page, "z")
        said(page, "Taken back.")

        hand_off = Steps(page)
        hand_off.key("a")
        hand_off.choose("To whom?", 1)
        page.locator("aside details[open] form button").focus()
        hand_off.key("Enter")
        said(page, "Handed off.")
        press(page, "z")
        said(page, "Taken back.")

    assert (snooze.count, hand_off.count) == (2, 3)


def test_after_a_talk_that_was_noted_done_takes_one_step(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "lee") as page:
        page.locator("aside summary", has_text="Log a contact").click()
        page.get_by_label("Reached, we talked").check()
        page.locator("aside").get_by_label("Note", exact=True).fill("She has been seen, all is well.")
        page.locator("aside button", has_text="Save the contact").click()
        said(page, "The contact is noted.")
        expect(page.locator("aside")).to_contain_text("With the words of the last contact:")

        steps = Steps(page)
        steps.key("e")
        said(page, "Closed.")
        page.locator("#said [data-undo] button").click()
        said(page, "Taken back.")

    assert steps.count == 1


def test_first_page_is_light_and_a_step_lighter(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        page.wait_for_load_state("networkidle")
        link = page.context.new_cdp_session(page)
        link.send("Network.enable")
        link.send("Network.setCacheDisabled", {"cacheDisabled": True})
        received: list[float] = []
        link.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))

        page.goto(f"{demo}/")
        page.wait_for_load_state("networkidle")
        first = sum(received)
        link.send("Network.setCacheDisabled", {"cacheDisabled": False})
        weights = {"first page": first}
        received.clear()
        press(page, "j")
        page.wait_for_function(EXPLAINED)
        until_heard(page, received)
        weights["a row"] = sum(received)
        received.clear()
        open_tab(page, "deadlines")
        until_heard(page, received)
        weights["a tab"] = sum(received)

    keep_figures("weight", weights)
    assert weights["first page"] <= FIRST_LOAD, weights
    assert 0 < weights["a row"] <= STEP, weights
    assert 0 < weights["a tab"] <= STEP, weights


def until_heard(page: Page, received: list[float]) -> None:
    """Wait until the browser has told how much came: it tells so after the page has shown it."""
    for _ in range(PATIENCE_MS // 500):
        page.wait_for_timeout(500)
        if received:
            return


def keep_figures(name: str, figures: dict[str, float]) -> None:
    """Keep figures to look at beside the pictures; nothing is promised about times."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    (SCREENS / f"{name}.json").write_text(json.dumps(figures, indent=1))


# The time from a key to the next painted frame, as the browser itself measures it.
WATCH = """() => {
  window.__paints = {};
  new PerformanceObserver((list) => {
    const keys = list.getEntries().filter((one) => one.name === 'keydown');
    for (const one of keys) (window.__paints[window.__key] ||= []).push(one.duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: false });
}"""


def test_the_next_row_is_marked_before_its_panel_comes(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        page.evaluate(WATCH)
        for key in ("j", "j", "k", "k", "Enter", "e", "Escape", "h", "Escape"):
            page.evaluate("(key) => { window.__key = key }", key)
            press(page, key)
            page.wait_for_timeout(400)
        paints = page.evaluate("window.__paints")
        page.evaluate(HOLD)
        first = chosen(page)
        press(page, "j")

        # No answer has come, and none will: the mark has moved all the same.
        assert chosen(page) != first

    keep_figures("paints", paints)


def test_a_key_waits_for_the_panel_of_the_row_and_never_meets_another(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        before = page.locator("#panel").get_attribute("data-loop")
        page.evaluate(HOLD)
        press(page, "j", "h")
        page.wait_for_function("() => window.__held.length > 0")
        assert page.locator("#panel").get_attribute("data-loop") == before
        expect(page.locator("#panel details[open]")).to_have_count(0)
        page.evaluate("() => { for (const go of window.__held.splice(0)) go(); }")

        expect(page.get_by_label("Why not now?")).to_be_focused()
        assert page.locator("#panel").get_attribute("data-loop") != before
        page.wait_for_function(EXPLAINED)


def test_when_no_answer_comes_the_list_stays_and_can_be_asked_again(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        rows = page.locator("[data-row]").count()
        fault = "<html><body><div id='screen'><p><code>0badf00d</code></p></div></body></html>"
        page.evaluate(BREAK_ONCE, fault)

        page.locator("#tab-deadlines").click()

        said(page, "No answer from Careloop.")
        said(page, "0badf00d")
        expect(page.locator("#said [data-of]")).to_have_text(str(page.locator("#screen").get_attribute("data-of")))
        expect(page.locator("[data-row]")).to_have_count(rows)
        page.get_by_role("button", name="Try again").click()
        page.wait_for_function("() => document.querySelector('#tab-deadlines').getAttribute('aria-current')")


def test_without_a_connection_nothing_is_sent_and_what_was_typed_stays(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        press(page, "h")
        page.get_by_label("Why not now?").fill("She is away.")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.method))
        page.context.set_offline(True)
        expect(page.locator("#offline")).to_be_visible()
        expect(page.locator("#offline")).to_contain_text("No connection since")

        press(page, "Enter")

        assert page.get_by_label("Why not now?").input_value() == "She is away."
        assert page.locator("aside details[open] form button").get_attribute("aria-disabled") == "true"
        assert sent == []
        page.context.set_offline(False)
        expect(page.locator("#offline")).to_be_hidden()
        assert page.locator("aside details[open] form button").get_attribute("aria-disabled") is None


def test_the_browser_keeps_nothing_of_a_patient(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        press(page, "j")
        press(page, "h")
        page.get_by_label("Why not now?").fill("She is away.")
        page.context.set_offline(True)
        expect(page.locator("#offline")).to_be_visible()
        kept = page.evaluate(
            "async () => [Object.keys(localStorage), Object.keys(sessionStorage), (await indexedDB.databases()).length,"
            " (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]"
        )
        page.context.set_offline(False)

    assert kept == [[], [], 0, 0, 0]


def test_a_row_for_each_thing_or_one_for_each_person(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        folded = page.locator("[data-row]").count()
        things = folded + page.locator(".things li").count()
        page.get_by_role("button", name="Grouped by person").click()
        said(page, "Each thing has its own row now.")
        expect(page.locator("[data-row]")).to_have_count(things)
        page.get_by_role("button", name="Grouped by person").click()
        expect(page.locator("[data-row]")).to_have_count(folded)
    assert things > folded


def test_every_number_leads_to_its_list(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        for link in page.locator(".strip a").all():
            address = str(link.get_attribute("href"))
            answer = page.request.get(f"{demo}{address}")
            assert answer.ok
            assert re.search(r'class="list"|All clear', answer.text())
        expect(page.locator(".strip a")).to_have_count(4)


def test_colours_and_language_can_be_chosen_on_every_page_and_lead_back(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        page.goto(f"{demo}/checks/")
        page.locator("summary", has_text="Language and colours").click()
        page.get_by_role("button", name="High contrast").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "contrast")
        expect(page).to_have_url(f"{demo}/checks/")
        page.goto(f"{demo}/styleguide/")
        expect(page.get_by_role("heading", name="Parts of the pages")).to_be_visible()


@pytest.fixture
def today(gallery: str, chromium: Browser) -> Iterator[Page]:
    page, faults = open_page(chromium, address_of(gallery, "today"), scheme="light", width=1440)
    yield page
    page.context.close()
    assert faults == []


def test_keys_can_be_changed_and_a_taken_one_is_refused(today: Page) -> None:
    at = today.url.replace("/today/", "/you/")
    back = today.url
    today.goto(at)
    today.get_by_label("Snooze").fill("s")
    today.get_by_label("Hand off").focus()
    today.get_by_label("Hand off").fill("e")
    today.get_by_label("Not needed").focus()
    expect(today.locator("#keys-said")).to_contain_text("This key is taken.")
    assert today.get_by_label("Hand off").input_value() == "A"
    today.goto(back)

    expect(today.locator("aside summary", has_text="Snooze").locator("kbd")).to_have_text("S")
    press(today, "h")
    expect(today.locator("aside details.do[open]")).to_have_count(0)
    press(today, "s")
    expect(today.get_by_label("Why not now?")).to_be_focused()


def test_g_and_a_letter_go_to_a_page(today: Page) -> None:
    asked: list[str] = []
    today.on("request", lambda request: asked.append(request.url) if request.is_navigation_request() else None)
    today.route("**/checks/", lambda route: route.fulfill(body="<title>there</title>", content_type="text/html"))

    press(today, "g")
    press(today, "k")
    today.wait_for_url("**/checks/")

    assert len(asked) == 1


def test_an_old_list_says_so(gallery: str, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.clock.install()
    page.goto(address_of(gallery, "today"))
    expect(page.locator("#stale")).to_be_hidden()
    page.clock.fast_forward("06:00")

    expect(page.locator("#stale")).to_contain_text("This list is from")
    context.close()


def test_a_slow_answer_is_said_after_a_moment(gallery: str, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(address_of(gallery, "today"))
    page.evaluate(HOLD)
    press(page, "j")

    expect(page.locator("#progress")).to_be_visible()
    expect(page.locator("#live")).to_have_text("Loading your list")
    context.close()


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_of_today_to_look_at(chromium: Browser, demo: str, scheme: str, width: int) -> None:
    with at_work(chromium, demo, "dana", scheme=scheme, width=width) as page:
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=os.fspath(SCREENS / f"today-{scheme}-{width}.png"), full_page=width == 320)

        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
