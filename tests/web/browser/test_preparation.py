"""What is in order before a visit: noted with what shows it, counted, and open again when the visit moves."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import OVER
from tests.web.browser.test_clinic import at_work
from tests.web.browser.test_visits import open_walter
from tests.web.keys import press

pytestmark = pytest.mark.browser


def note(page: Page, item: str, words: str, press: str) -> None:
    """Open an item, say what shows it, and press."""
    page.get_by_text(f"Note it: {item}").locator("xpath=ancestor::summary").click()
    here = page.locator(".items details[open]")
    here.get_by_label("What shows it?").fill(words)
    here.get_by_role("button", name=press).click()


def test_a_visit_gets_ready_item_by_item_and_what_hung_on_its_time_opens_when_it_moves(
    chromium: Browser, demo: str
) -> None:
    with at_work(chromium, demo, "lee", width=1280) as page:
        open_walter(page, demo)
        press(page, "b")
        page.get_by_role("link", name=re.compile("^Nurse visit")).click()
        page.get_by_label("From", exact=True).fill("2026-12-08")
        page.get_by_role("button", name="Show times").click()
        page.locator("button[name=offer]").first.click()
        page.get_by_role("button", name=re.compile("^Book it")).click()
        prepare = page.locator("#prepare")
        expect(prepare.get_by_text("0 of 4 ready")).to_be_visible()

        note(page, "The health plan covers", "Plan's page, active.", "It is in order")
        expect(prepare.get_by_text("1 of 4 ready")).to_be_visible()
        note(page, "Forms are filled in", "No new form.", "Not needed")
        expect(prepare.get_by_text("2 of 4 ready")).to_be_visible()
        expect(prepare.get_by_text("Plan's page, active.")).to_be_visible()
        page.goto(f"{demo}/visits/day/?on=2026-12-08")
        expect(page.locator("[data-board] a", has_text="2 of 4 ready")).to_have_count(1)

        page.go_back()
        press(page, "h")
        page.get_by_label("Who wants it?").select_option("patient")
        page.get_by_label("Why?").select_option("ride")
        page.locator("button[name=offer]").nth(3).click()
        expect(prepare.get_by_text("1 of 4 ready")).to_be_visible()
        expect(prepare.get_by_text("The visit has moved: look at it again for the new time.")).to_be_visible()

        page.set_viewport_size({"width": 320, "height": 900})
        assert page.evaluate(OVER) == 0
