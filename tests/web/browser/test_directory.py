"""The directory at work in the demo clinic: who could help a patient is three steps away."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import look
from tests.web.browser.test_clinic import at_work
from tests.web.keys import press

pytestmark = pytest.mark.browser


def open_patient(page: Page, demo: str, name: str) -> None:
    page.goto(f"{demo}/patients/")
    page.locator("tbody th a", has_text=name).first.click()
    page.locator(".banner h1").wait_for()


def test_a_cardiologist_who_speaks_spanish_is_found_in_three_steps(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        open_patient(page, demo, "lvarez")

        # One press, a few words with a slip, and Enter.
        page.get_by_role("link", name="Find who can help").click()
        expect(page.locator("#finder-language")).to_have_value("es")
        page.locator("#finder-need").fill("cardiolgist")
        press(page, "Enter")

        first = page.locator("ol.found > li").first
        expect(first.locator("h3")).to_have_text("Dr. Ana Rivera-Luna")
        expect(first.locator(".reasons")).to_contain_text("speaks Spanish")
        expect(first.locator(".reasons")).to_contain_text("in the network of")
        expect(first.locator(".reasons")).to_contain_text("miles away")
        # What was asked about a patient is in no address.
        assert "cardio" not in page.url
        look(page, 1280, 320)
