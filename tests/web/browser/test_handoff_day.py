"""A whole day handed to a colleague in the demo clinic: the steps are counted."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.web.browser.test_clinic import at_work
from tests.web.browser.test_today import Steps

pytestmark = pytest.mark.browser


def test_my_whole_day_goes_to_a_colleague_in_four_steps(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "lee", width=1280) as page:
        page.goto(f"{demo}/")
        steps = Steps(page)
        page.locator(".top-acts a", has_text="Hand off").click()
        steps.count += 1
        to = page.locator("#day-to")
        expect(to).to_be_visible()
        assert page.locator("input[name=shown]").count() >= 1
        to.focus()
        to.select_option(index=1)
        steps.count += 1
        # One level for all of whom it is not said; each patient can be said of by the same keys.
        page.locator("#others-stable").focus()
        steps.key("Space")
        page.locator("#day-note").focus()
        steps.type("I am ill.")
        steps.key("Enter")
        expect(page.locator("main [role=status]").first).to_contain_text("Until it is accepted all of it stays with")
        expect(page.locator("main .lede")).to_contain_text("Offered")
        sheet = page.url
        page.get_by_role("button", name=re.compile("^Take it back")).click()
        page.goto(sheet)
        expect(page.locator("form[action$='/withdraw/']")).to_have_count(0)

    assert steps.count == 4


def test_from_the_page_of_my_day_it_goes_in_three_steps(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "lee", width=1280) as page:
        page.goto(f"{demo}/day/")
        steps = Steps(page)
        to = page.get_by_label("To whom?")
        expect(to).to_be_focused()
        colleague = to.locator("option[value^='person:']").first.get_attribute("value")
        steps.pick(to, colleague or "")
        page.locator("#others-stable").focus()
        steps.key("Space")
        page.locator("#note-all").focus()
        steps.type("I am ill.")
        steps.key("Enter")
        expect(page.locator("main [role=status]").first).to_contain_text("Until it is accepted all of it stays with")
        expect(page.locator("main .lede")).to_contain_text("Offered")
        page.get_by_role("button", name=re.compile("^Take it back")).click()
        expect(page.locator("form[action$='/withdraw/']")).to_have_count(0)

    steps.keep("hand off my whole day")
