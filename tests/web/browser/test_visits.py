"""Visits in the demo clinic, by keyboard and in counted steps: booked, moved, cancelled; the board shows them."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import OVER, run_axe
from tests.web.browser.test_clinic import at_work
from tests.web.keys import press
from tests.web.steps import Steps

pytestmark = pytest.mark.browser


def open_walter(page: Page, demo: str) -> None:
    """Open the page of a patient who needs no interpreter."""
    page.goto(f"{demo}/patients/")
    page.get_by_role("link", name=re.compile("Walter Brandt")).first.click()
    expect(page.get_by_role("link", name=re.compile("Book a visit"))).to_be_visible()


def book_nurse(page: Page, demo: str, on: str) -> None:
    """Book the first time with a nurse from that day on."""
    open_walter(page, demo)
    press(page, "b")
    page.get_by_role("link", name=re.compile("^Nurse visit")).click()
    page.get_by_label("From", exact=True).fill(on)
    page.get_by_role("button", name="Show times").click()
    page.locator("button[name=offer]").first.click()
    page.get_by_role("button", name=re.compile("^Book it")).click()
    expect(page.get_by_text("The visit is booked.")).to_be_visible()


def test_a_visit_is_booked_in_four_steps_moved_in_three_and_cancelled(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "lee", width=1280) as page:
        open_walter(page, demo)

        # Booked: B, the kind of visit, Enter on the first time that fits, Enter to book it.
        steps = Steps(page)
        steps.key("b")
        steps.click(page.get_by_role("link", name=re.compile("^Check-up")))
        expect(page.get_by_text("The first that fits")).to_be_visible()
        steps.key("Enter")
        expect(page.get_by_text(re.compile("Held until"))).to_be_visible()
        steps.key("Enter")
        expect(page.get_by_text("The visit is booked.")).to_be_visible()
        steps.keep("book one visit")
        visit = page.url

        # Moved: H, who wants it and why (chosen like typing), one press on a time.
        press(page, "h")
        page.get_by_label("Who wants it?").select_option("patient")
        page.get_by_label("Why?").select_option("ride")
        page.locator("button[name=offer]").nth(3).click()
        expect(page.get_by_text("The visit has its new time, and the old one is free.")).to_be_visible()
        assert page.url != visit

        # Cancelled: X, the form, one press.
        press(page, "x")
        page.get_by_label("Who wants it?").select_option("patient")
        page.locator("#cancel-reason").select_option("cost")
        page.get_by_role("button", name="Cancel the visit").click()
        expect(page.get_by_text("Cancelled. The time is free for others.")).to_be_visible()
        expect(page.get_by_role("link", name=re.compile("Find another time"))).to_be_visible()


def test_the_board_of_a_day_goes_by_arrows_and_is_a_list_on_a_phone(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "lee", width=1280) as page:
        for _ in range(2):
            book_nurse(page, demo, "2026-11-23")
        page.goto(f"{demo}/visits/day/?on=2026-11-23")
        links = page.locator("[data-board] a.at")
        expect(links).to_have_count(2)
        links.first.focus()
        press(page, "ArrowDown")
        expect(links.nth(1)).to_be_focused()
        assert re.search(r"am.*Mon 23 Nov.*Walter Brandt.*Booked", links.first.inner_text().replace("\n", " "))

        page.set_viewport_size({"width": 320, "height": 900})
        expect(page.get_by_role("heading", name="By the hour")).to_be_visible()
        expect(page.locator("[data-board]")).to_be_hidden()
        assert page.evaluate(OVER) == 0


def test_a_visit_is_carried_over_the_board_by_keys_or_dragged_and_moves_when_one_says_why(
    chromium: Browser, demo: str
) -> None:
    with at_work(chromium, demo, "lee", width=1280) as page:
        book_nurse(page, demo, "2026-11-24")
        page.goto(f"{demo}/visits/day/?on=2026-11-24")
        visit, said = page.locator("[data-board] a.at[data-move]"), page.locator("[data-board-said]")
        expect(visit).to_have_count(1)

        visit.press("Space")
        expect(said).to_have_text(re.compile("^Picked up. 8:00 am"))
        found = run_axe(page)
        assert found.violations_count == 0, found.generate_report()
        press(page, "Escape")
        expect(said).to_have_text("It stays where it was.")
        visit.press("Space")
        for _ in range(8):
            press(page, "ArrowDown")
        expect(said).to_have_text(re.compile("^10:00 am, .*open$"))
        press(page, "Enter")

        expect(page.get_by_role("heading", name="The time you chose on the board")).to_be_visible()
        expect(page.get_by_label("Time there")).to_have_value("10:00")
        found = run_axe(page)
        assert found.violations_count == 0, found.generate_report()
        page.get_by_label("Who wants it?").select_option("patient")
        page.get_by_label("Why?").select_option("ride")
        page.get_by_role("button", name="Move the visit there").click()
        expect(page.get_by_text("The visit has its new time, and the old one is free.")).to_be_visible()

        page.goto(f"{demo}/visits/day/?on=2026-11-24")
        page.set_viewport_size({"width": 1280, "height": 2400})  # nothing scrolls under the pointer
        open_cell = page.locator("tr[data-minute='840'] td.open").first
        visit.drag_to(open_cell, target_position={"x": 20, "y": 4})
        expect(page.get_by_label("Time there")).to_have_value("14:00")
        expect(page.get_by_label("Day", exact=True)).to_have_value("2026-11-24")
