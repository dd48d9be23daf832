"""A supervisor has somebody's calendar elsewhere fetched: refused, mended, shown as its host alone, and let go."""

import pytest
from playwright.sync_api import Browser, expect

from tests.web.axe import run_axe
from tests.web.browser.test_clinic import at_work
from tests.web.browser.test_people import english

pytestmark = pytest.mark.browser
# A name that no resolver knows (RFC 2606): whether the worker asks for it meanwhile or not, nothing comes.
ADDRESS = "//calendar.invalid/private-4Zk0secret/basic.ics"


def test_an_address_is_entered_shown_without_its_secret_and_let_go(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "marisol", width=1280) as page:
        english(page, demo)
        page.goto(f"{demo}/admin/calendars/")
        page.get_by_role("link", name="Nurse Orla Quinn").click()
        address = page.get_by_label("The address (https) of a calendar in another system")

        address.fill(f"http:{ADDRESS}")
        page.get_by_role("button", name="Fetch from this address").click()
        expect(page.get_by_text("Only addresses that begin with https:// or webcal:// are fetched")).to_be_visible()
        expect(address).to_have_value("")

        address.fill(f"webcal:{ADDRESS}")
        page.get_by_role("button", name="Fetch from this address").click()
        expect(page.locator("main [role=status]").first).to_contain_text("Kept.")
        expect(page.get_by_text("calendar.invalid (… .ics)")).to_be_visible()
        assert "4Zk0" not in page.content()
        assert run_axe(page).violations_count == 0

        page.get_by_role("button", name="Stop fetching").click()
        expect(page.locator("main [role=status]").first).to_contain_text("The address is forgotten.")
        expect(address).to_be_visible()
