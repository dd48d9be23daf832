"""A class for two in the demo clinic: opened by a supervisor, filled from two patients' pages, full for the third."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import run_axe
from tests.web.browser.test_clinic import at_work
from tests.web.browser.test_people import english

pytestmark = pytest.mark.browser
# Two Tuesdays on which no other story books with the nurse.
FIRST, SECOND = "2027-01-05", "2027-01-12"


def open_class(page: Page, demo: str, on: str) -> None:
    page.goto(f"{demo}/visits/groups/")
    page.get_by_label("Kind of visit").select_option(label="Walking class")
    page.get_by_label("With", exact=True).select_option(label="Nurse Orla Quinn")
    page.get_by_label("Day", exact=True).fill(on)
    page.get_by_label("Time there").fill("15:00")
    page.get_by_role("button", name="Open the group").click()


def choose_class(page: Page, demo: str, name: str) -> None:
    """Go from a patient's name to the groups with a free seat."""
    page.goto(f"{demo}/patients/")
    page.get_by_role("link", name=re.compile(name)).first.click()
    page.get_by_role("link", name=re.compile("Book a visit")).click()
    page.get_by_role("link", name=re.compile("^Walking class")).click()
    expect(page.locator("button[name=seat]").first).to_be_visible()


def test_two_patients_fill_a_group_and_the_third_is_shown_the_next_one(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "marisol", width=1280) as page:
        english(page, demo)
        page.goto(f"{demo}/admin/visit-types/")
        page.locator("[name=name]").fill("Walking class")
        page.locator("[name=minutes]").fill("45")
        page.locator("[name=seats]").fill("2")
        page.locator("form:has([name=seats]) button.primary").click()
        for on in (FIRST, SECOND):
            open_class(page, demo, on)
            expect(page.locator("main [role=status]").first).to_contain_text("The group is open.")
        assert run_axe(page).violations_count == 0

    with at_work(chromium, demo, "lee", width=1280) as page:
        late = page.context.new_page()
        choose_class(late, demo, "Minh")
        for name in ("Walter Brandt", "Ada Whitfield"):
            choose_class(page, demo, name)
            page.locator("button[name=seat]").first.click()
            page.get_by_role("button", name=re.compile("^Book it")).click()
            expect(page.locator("main [role=status]").first).to_contain_text("The visit is booked.")
        expect(page.get_by_role("link", name="2 of 2 seats taken")).to_be_visible()

        late.locator("button[name=seat]").first.click()

        expect(late.get_by_text("Every seat of this group is taken.")).to_be_visible()
        expect(late.get_by_role("heading", name="The next groups with a free seat")).to_be_visible()
        expect(late.locator("button[name=seat]")).to_have_count(1)
        expect(late.locator("button[name=seat]")).to_contain_text("2 of 2 seats free")
        page.get_by_role("link", name="2 of 2 seats taken").click()
        expect(page.get_by_role("link", name="Walter Brandt")).to_be_visible()
        expect(page.get_by_role("link", name="Ada Whitfield")).to_be_visible()
        assert run_axe(page).violations_count == 0
        page.goto(f"{demo}/visits/day/?on={FIRST}")
        expect(page.locator("[data-board] a.at").first).to_contain_text("2 of 2")
