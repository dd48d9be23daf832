"""A doctor is sick: what falls out is looked at, one visit is left out, the others move, and all of it is undone."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import OVER, run_axe
from tests.web.browser.test_clinic import at_work
from tests.web.browser.test_visits import open_walter
from tests.web.keys import press
from tests.web.steps import Steps

pytestmark = pytest.mark.browser
# A Monday on which no other story books.
ON = "2026-12-14"


def book_with_nurse(page: Page, demo: str) -> None:
    open_walter(page, demo)
    press(page, "b")
    page.get_by_role("link", name=re.compile("^Nurse visit")).click()
    page.get_by_label("From", exact=True).fill(ON)
    page.get_by_role("button", name="Show times").click()
    page.locator("button[name=offer]").first.click()
    page.get_by_role("button", name=re.compile("^Book it")).click()
    expect(page.get_by_text("The visit is booked.")).to_be_visible()


def faults(page: Page) -> int:
    return int(run_axe(page).violations_count)


def test_nine_visits_of_a_sick_nurse_move_in_four_steps_and_go_back_in_one(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "lee", width=1280) as page:
        for _ in range(9):
            book_with_nurse(page, demo)
        page.goto(f"{demo}/visits/day/?on={ON}")

        # Open, look, take a tick away, move: looking is no key.
        steps = Steps(page)
        page.get_by_role("link", name="Nurse Orla Quinn is out").focus()
        steps.key("Enter")
        expect(page.get_by_role("heading", name="Nurse Orla Quinn is out")).to_be_visible()
        ticks = page.locator("input[name=tick]")
        expect(ticks).to_have_count(9)
        expect(page.get_by_role("button", name="Move 9 visits")).to_be_visible()
        assert faults(page) == 0
        ticks.first.focus()
        steps.key("Space")
        steps.click(page.get_by_role("button", name="Move 8 visits"))

        expect(page.get_by_text("8 visits moved.")).to_be_visible()
        steps.keep("move 9 visits for a sick provider")
        expect(page.get_by_role("link", name="Tell the patient")).to_have_count(8)
        expect(page.get_by_role("link", name="Decide about it")).to_have_count(1)
        assert faults(page) == 0
        page.set_viewport_size({"width": 320, "height": 900})
        assert page.evaluate(OVER) == 0

        page.get_by_role("button", name="Undo all of it").click()
        expect(page.get_by_text("Undone. 8 visits are back.")).to_be_visible()
        expect(page.get_by_text("Back where it was.").first).to_be_visible()
        page.goto(f"{demo}/visits/day/?on={ON}")
        page.set_viewport_size({"width": 1280, "height": 900})
        expect(page.locator("[data-board] td a")).to_have_count(9)
