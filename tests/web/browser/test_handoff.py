"""A handoff in the demo clinic from the form to said back, by mouse and without scripts; and the crisis by its key."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browser.test_clinic import at_work
from tests.web.keys import press

pytestmark = pytest.mark.browser


def offer(page: Page, demo: str) -> str:
    """Write a handoff of the caseload to the supervisor, say how ill all are, and offer it; return its address."""
    page.goto(f"{demo}/handoffs/new/")
    # With nothing of today the form stands there alone.
    first = page.locator("summary", has_text="write it first")
    if first.count():
        first.click()
    page.locator("#handoff-to").select_option(label="Marisol Vega")
    page.get_by_label("What?", exact=True).select_option("patients")
    page.get_by_role("button", name=re.compile("^Write the handoff")).click()
    expect(page.locator("main [role=status]").first).to_contain_text("Nothing has moved")
    sheet = page.url
    page.get_by_label("How ill are all of whom it is not said?").select_option("stable")
    page.get_by_role("button", name=re.compile("^Offer it")).click()
    expect(page.locator("main [role=status]").first).to_contain_text("Until it is accepted all of it stays with you.")
    return sheet


@pytest.mark.parametrize(("giver", "scripts"), [("dana", True), ("lee", False)], ids=["scripts", "no-scripts"])
def test_a_whole_handoff_from_the_form_to_said_back(chromium: Browser, demo: str, giver: str, scripts: bool) -> None:
    with at_work(chromium, demo, giver, scripts=scripts, width=1280) as page:
        sheet = offer(page, demo)

    with at_work(chromium, demo, "marisol", scripts=scripts, width=390) as page:
        page.goto(f"{demo}/you/")
        page.goto(sheet)
        # The supervisor reads Spanish: the words of the screen are theirs.
        back = page.locator("#shared")
        expect(back).to_be_visible()
        back.fill("Llamo a todos el lunes y miro primero lo que vence.")
        page.locator("form[action$='/accept/'] button.primary").click()
        expect(page.locator("main [role=status]").first).to_contain_text("ahora")

    with at_work(chromium, demo, giver, scripts=scripts, width=1280) as page:
        page.goto(sheet)
        expect(page.locator("main")).to_contain_text("Llamo a todos el lunes")
        expect(page.locator("main .lede")).to_contain_text("Accepted")
        expect(page.locator("form[action$='/accept/'], form[action$='/withdraw/']")).to_have_count(0)


def test_the_crisis_protocol_opens_by_its_key_and_by_one_press(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "tomas", width=1280) as page:
        press(page, "g")
        press(page, "x")
        page.wait_for_url("**/crisis/")
        expect(page.get_by_role("link", name="988")).to_be_visible()

    with at_work(chromium, demo, "ingrid", scripts=False, width=390) as page:
        page.locator(".crisis-way").click()
        page.locator("#crisis-about").fill("A caller")
        page.locator("#crisis-words").fill("She said she can not go on.")
        page.get_by_role("button", name="Write it down").click()
        expect(page.locator("main [role=status]").first).to_contain_text("Written down.")
