"""A clinician at the checks of the demo clinic, by keyboard and without scripts: real server, real Chromium."""

import pytest
from playwright.sync_api import Browser, expect

from tests.web.axe import run_axe
from tests.web.browser.test_clinic import at_work
from tests.web.keys import press

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False])
def test_a_check_is_signed_off_and_on_by_keyboard(chromium: Browser, demo: str, scripts: bool) -> None:
    with at_work(chromium, demo, "asha", scripts=scripts) as page:
        page.locator(".nav a", has_text="Checks").press("Enter")
        page.get_by_role("link", name="Two medicines to look at together").press("Enter")
        for state, words in (("Off", "Signed. The check is off."), ("On", "Signed. Everybody is looked at again")):
            page.get_by_label(f"{state}:").focus()
            press(page, "Space")
            page.get_by_label("Why, in your own words").fill("We try it for a week.")
            page.get_by_role("button", name="Sign", exact=True).press("Enter")

            expect(page.locator("#said")).to_contain_text(words)
            expect(page.get_by_label(f"{state}:")).to_be_checked()
        assert page.locator("ol q").count() >= 2
        # axe runs its own script: the browser lets it in only where scripts run at all.
        if scripts:
            found = run_axe(page)
            assert found.violations_count == 0, found.generate_report()


def test_the_reason_of_a_loop_leads_to_the_page_of_its_check(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        expect(page.locator("aside")).to_contain_text("By the rule of")
        page.locator("aside").get_by_role("link", name="About this check").click()

        expect(page.get_by_role("heading", name="What it asks")).to_be_visible()
        expect(page.get_by_role("button", name="Sign", exact=True)).to_have_count(0)
