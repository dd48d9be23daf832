"""Care in several steps in the demo clinic: planned, held in three steps, booked; by keyboard, without scripts."""

from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import look
from tests.web.browser.test_clinic import at_work
from tests.web.keys import press
from tests.web.steps import Steps

pytestmark = pytest.mark.browser


def open_plan(page: Page, demo: str, number: int) -> str:
    """Go from my patients to one of them, and from there to planning; return the patient's key."""
    page.goto(f"{demo}/patients/")
    links = page.locator("main a[href*='/patients/']").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    keys = list(dict.fromkeys(part for link in links for part in link.split("/") if is_key(part)))
    page.goto(f"{demo}/patients/{keys[number]}/")
    page.get_by_role("link", name="Plan care in several steps").click()
    expect(page.locator("h1")).to_have_text("Plan of care in several steps")
    return keys[number]


def is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(("scripts", "number"), [(True, 0), (False, 1)], ids=["scripts", "no-scripts"])
def test_an_itinerary_is_held_in_three_steps_and_booked_in_one_more(
    chromium: Browser, demo: str, scripts: bool, number: int
) -> None:
    with at_work(chromium, demo, "dana", scripts=scripts) as page:
        open_plan(page, demo, number)

        steps = Steps(page)
        steps.pick(page.get_by_label("What is to be planned?"), "cardiac_workup")
        steps.click(page.get_by_role("button", name="Look for plans"))
        expect(page.get_by_role("radio").first).to_be_checked()
        steps.click(page.get_by_role("button", name="Hold all 6 times"))

        expect(page.locator("main [role=status]").first).to_contain_text("All 6 times are held.")
        steps.keep("hold a 6-step itinerary")
        page.get_by_role("button", name="Book all that is held").click()
        expect(page.locator("main [role=status]").first).to_contain_text("All 6 visits are booked.")
        expect(page.locator(".plan-steps > li", has_text="Booked")).to_have_count(6)


def test_a_plan_is_chosen_and_held_by_keyboard(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        key = open_plan(page, demo, 2)
        page.goto(f"{demo}/patients/{key}/plan/?template=cardiac_workup&companion=2&companion=3&companion=4")
        radios = page.get_by_role("radio")
        expect(radios.first).to_be_checked()
        if radios.count() > 1:
            press(page, "2")
            expect(radios.nth(1)).to_be_checked()
        press(page, "Enter")
        expect(page.locator("main [role=status]").first).to_contain_text("All 6 times are held.")


def test_steps_are_moved_on_the_board_by_keys_and_by_dragging_while_a_longer_look_goes_on(
    chromium: Browser, demo: str
) -> None:
    with at_work(chromium, demo, "dana") as page:
        key = open_plan(page, demo, 5)
        page.goto(f"{demo}/patients/{key}/plan/?template=cardiac_workup")
        expect(page.locator("#longer")).to_contain_text("A longer look")

        said, row = page.locator("#board [role=status]"), page.locator("tr[data-step=result_visit]")
        row.locator("[data-chosen]").press("Space")
        expect(row.locator("[data-chosen]")).to_have_attribute("aria-pressed", "true")
        press(page, "ArrowRight")
        press(page, "Space")
        expect(said).to_contain_text("Talk about the results is now on")
        row.locator("[data-chosen]").drag_to(row.locator("td.slot-fits").last)
        expect(page.get_by_role("radio", name="The times that you chose")).to_be_checked()
        later = row.locator("td.slot-chosen").get_attribute("data-on")
        assert later
        # Thanksgiving: nobody is there, and the step stays.
        row.locator("[data-chosen]").drag_to(row.locator("td[data-on='2026-11-26']"))
        expect(said).to_contain_text("cannot be moved there")
        expect(said).to_contain_text("somebody or something that it needs is not free")
        expect(row.locator("td.slot-chosen")).to_have_attribute("data-on", later)

        expect(page.locator("#longer")).to_contain_text("looked into", timeout=120_000)
        page.get_by_role("button", name="Hold all 6 times").click()
        expect(page.locator("main [role=status]").first).to_contain_text("All 6 times are held.")
        expect(page.locator(f".plan-steps time[datetime='{later}']")).to_have_count(1)


def test_without_scripts_a_step_is_moved_by_pressing_a_time_or_by_a_form(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana", scripts=False) as page:
        key = open_plan(page, demo, 6)
        page.goto(f"{demo}/patients/{key}/plan/?template=cardiac_workup&companion=2&companion=3&companion=4")
        said = page.locator("#board [role=status]")

        page.get_by_role("button", name="Show on the board").first.click()
        expect(page.get_by_role("radio").nth(1)).to_be_checked()
        page.locator("td.slot-fits button").first.click()
        expect(said).to_contain_text("is now on")
        page.locator("#move-step").select_option("heart_tracing")
        page.get_by_label("to the day").fill("2026-11-26")
        page.get_by_label("at", exact=True).fill("09:00")
        page.get_by_role("button", name="Move it").click()
        expect(said).to_contain_text("Heart tracing cannot be moved there")
        page.get_by_role("button", name="Hold all 6 times").click()
        expect(page.locator("main [role=status]").first).to_contain_text("All 6 times are held.")


def test_a_result_that_is_not_right_stops_what_follows_until_the_clinician_lets_it_go_on(
    chromium: Browser, demo: str
) -> None:
    with at_work(chromium, demo, "dana") as page:
        key = open_plan(page, demo, 3)
        page.goto(f"{demo}/patients/{key}/plan/?template=cardiac_workup")
        page.get_by_role("button", name="Hold all 6 times").click()
        page.locator("summary", has_text="A result is not right").click()
        page.get_by_label("Of which step?").select_option("heart_doctor")
        page.get_by_label("What was found, and whom you asked").fill("A new murmur. Asked Dr. Nwosu.")
        page.get_by_role("button", name="Stop what comes after it").click()

        expect(page.locator("main [role=status]").first).to_contain_text("The next steps wait for the clinician.")
        expect(page.locator(".plan-steps > li", has_text="waits for the clinician")).to_have_count(4)
        page.locator("summary", has_text="The clinician lets the next steps go on").click()
        page.get_by_label("Who said so, in which words").fill("Dr. Nwosu: go on.")
        page.get_by_role("button", name="Go on").click()
        expect(page.locator(".plan-steps > li", has_text="waits for the clinician")).to_have_count(0)


def test_every_part_of_the_page_opened_has_no_violation_and_fits(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        key = open_plan(page, demo, 4)
        page.goto(f"{demo}/patients/{key}/plan/?template=cardiac_workup&trips=1")
        expect(page.locator("main")).to_contain_text("No plan fits. The closest one breaks:")
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
        look(page, 1280, 320)
