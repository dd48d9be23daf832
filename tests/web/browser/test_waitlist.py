"""The waiting list in the demo clinic: somebody waits, a visit is cancelled, two presses fill its time."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browser.test_clinic import at_work
from tests.web.steps import Steps

pytestmark = pytest.mark.browser


def book(page: Page, demo: str, name: str, since: str) -> str:
    """Book a nurse visit for a patient on a day; return the address of its page."""
    page.goto(f"{demo}/patients/")
    page.get_by_role("link", name=re.compile(name)).first.click()
    page.get_by_role("link", name=re.compile("Book a visit")).click()
    page.get_by_role("link", name=re.compile("^Nurse visit")).click()
    page.get_by_label("From", exact=True).fill(since)
    page.get_by_role("button", name="Show times").click()
    page.locator("button[name=offer]").first.click()
    page.get_by_role("button", name=re.compile("^Book it")).click()
    expect(page.locator("main [role=status]").first).to_contain_text("The visit is booked.")
    return page.url


@pytest.mark.parametrize(
    ("scripts", "since"), [(True, "2026-12-01"), (False, "2026-12-08")], ids=["keys", "no-scripts"]
)
def test_a_freed_time_is_filled_in_two_steps(chromium: Browser, demo: str, scripts: bool, since: str) -> None:
    with at_work(chromium, demo, "lee", scripts=scripts, width=1280) as page:
        later = book(page, demo, "Ada Whitfield", f"{since[:-2]}{int(since[-2:]) + 2:02}")
        page.get_by_role("link", name="Sooner if something opens").click()
        page.get_by_label("When must they know of it?").select_option("0")
        page.get_by_role("button", name=re.compile("^Put on the waiting list")).click()
        expect(page.locator("main [role=status]").first).to_contain_text("On the waiting list.")
        book(page, demo, "Walter Brandt", since)
        page.locator("summary", has_text="Cancel the visit").click()
        page.get_by_label("Who wants it?").last.select_option("patient")
        page.get_by_label("Why?").last.select_option("sick")
        page.get_by_role("button", name="Cancel the visit").click()
        page.get_by_role("link", name=re.compile("Its time is free again")).click()
        expect(page.get_by_role("checkbox", name="Ada Whitfield")).to_be_checked()

        # Two steps: ask, and yes.
        steps = Steps(page)
        if scripts:
            steps.key("Enter")
            expect(page.locator("main [role=status]").first).to_contain_text("1 person is asked now.")
            steps.key("Enter")
        else:
            steps.click(page.get_by_role("button", name="Ask those who are ticked"))
            steps.click(page.get_by_role("button", name=re.compile("Yes, book it.*Ada Whitfield")))

        expect(page.locator("main [role=status]").first).to_contain_text("Booked.")
        steps.keep("back-fill a freed time")
        expect(page.get_by_text("An earlier time was found").first).to_be_visible()
        page.goto(later)
        expect(page.get_by_role("link", name=re.compile("Its time is free again"))).to_be_visible()
        page.goto(f"{demo}/waitlist/")
        expect(page.locator(".freed-times li").first).to_contain_text("Nurse visit")
