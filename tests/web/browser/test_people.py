"""Team, my day, caseload and cover in the demo clinic: who may open them, how they look, how few steps they take."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import OVER, look
from tests.web.browser.test_clinic import at_work
from tests.web.browser.test_today import said
from tests.web.keys import press
from tests.web.steps import Steps

pytestmark = pytest.mark.browser

# Whose page it is, and who has no such page.
PAGES = [
    ("marisol", "dana", "team/"),
    ("marisol", "dana", "team/loops/?show=late"),
    ("marisol", "asha", "caseload/"),
    ("marisol", "lee", "caseload/patients/"),
    ("marisol", "noor", "cover/"),
    ("dana", "tomas", "day/"),
]
# The language en-XA as it is longer than English: every word of the page half as long again, in brackets.
LONGER = """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), all = [];
  while (walk.nextNode()) all.push(walk.currentNode);
  const half = (word) => word + word.slice(0, Math.ceil(word.length / 2));
  for (const one of all) if (one.nodeValue.trim())
    one.nodeValue = '⟦' + one.nodeValue.replace(/\\p{L}{2,}/gu, half) + '⟧'; }"""


def english(page: Page, demo: str) -> None:
    """The supervisor of the demo reads Spanish; these tests read English."""
    page.goto(f"{demo}/you/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize(("whose", "not_whose", "address"), PAGES, ids=[row[2] for row in PAGES])
def test_the_page_is_there_for_whom_it_is_and_fits_every_look(
    chromium: Browser, demo: str, whose: str, not_whose: str, address: str
) -> None:
    with at_work(chromium, demo, not_whose, width=320) as page:
        answer = page.goto(f"{demo}/{address}")
        assert answer
        assert answer.status == 404
    with at_work(chromium, demo, whose, width=1280) as page:
        page.goto(f"{demo}/{address}")
        expect(page.locator("h1")).to_be_visible()
        for width in (1280, 320):
            look(page, width)
            assert page.locator(".btn.primary:visible").count() <= 1
        for change in ("() => { document.documentElement.dir = 'rtl' }", LONGER):
            page.evaluate(change)
            for width in (1280, 320):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate(OVER) == 0, f"{change[:40]} {width}"


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_entries_of_the_navigation_lie_beside_each_other_and_never_over(
    chromium: Browser, demo: str, width: int
) -> None:
    with at_work(chromium, demo, "marisol", width=width) as page:
        boxes = [one.bounding_box() for one in page.locator(".nav li a, .nav .find, .nav .me").all()]
        shown = [box for box in boxes if box]

    assert len(shown) == len(boxes)
    for i, one in enumerate(shown):
        for other in shown[i + 1 :]:
            beside = one["x"] + one["width"] <= other["x"] + 0.5 or other["x"] + other["width"] <= one["x"] + 0.5
            above = one["y"] + one["height"] <= other["y"] + 0.5 or other["y"] + other["height"] <= one["y"] + 0.5
            assert beside or above


def test_my_whole_day_is_handed_to_the_team_in_four_steps(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "lee") as page:
        steps = Steps(page)
        steps.key("Control+k")
        expect(page.get_by_role("combobox")).to_be_focused()
        steps.type("hand off my day")
        expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("Hand off my day")
        steps.key("Enter")
        page.wait_for_url("**/day/")
        expect(page.get_by_label("To whom?")).to_be_focused()
        for box in page.locator("input[name=loop]").all()[1:]:
            box.evaluate("(e) => { e.checked = false }")
        # Both are typed: a choice by its first letters, and what they should know.
        # To a colleague it goes by a handoff.
        team = page.get_by_label("To whom?").locator("option[value^='team:']").first.get_attribute("value")
        page.get_by_label("To whom?").select_option(value=team)
        steps.count += 1
        page.get_by_label("What should they know? (optional)").focus()
        steps.type("I am ill.")
        steps.key("Enter")
        said(page, "Handed over: 1.")

    steps.keep("hand off my whole day")


def test_cover_is_planned_in_four_steps_and_taken_back(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "marisol") as page:
        english(page, demo)
        page.goto(f"{demo}/")
        steps = Steps(page)
        steps.key("Control+k")
        steps.type("plan cover")
        expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("Plan cover")
        steps.key("Enter")
        page.wait_for_url("**/cover/")
        absent = page.get_by_label("Who is away")
        expect(absent).to_be_focused()
        absent.select_option(label="Dana Okafor")
        steps.count += 1
        expect(page.get_by_role("heading", name="Who could stand in")).to_be_visible()
        page.get_by_label("First day").fill("2026-12-07")
        page.get_by_label("Last day").fill("2026-12-11")
        page.get_by_label("Last day").dispatch_event("change")
        expect(page.locator(".suggested")).to_contain_text("Suggested:")
        page.get_by_role("button", name="Plan this cover").focus()
        steps.key("Enter")
        said(page, "The cover is planned.")
        page.goto(f"{demo}/cover/")
        with page.expect_navigation():
            page.get_by_role("button", name=re.compile("^Take it back")).first.click()
        page.goto(f"{demo}/cover/")
        expect(page.locator(".covers")).to_have_count(0)

    assert steps.count == 4


def test_a_call_is_noted_in_three_steps_and_the_number_of_today_follows(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "lee") as page:
        waiting = page.locator("[data-n=today] [data-n-of]")
        before = int(waiting.inner_text())
        steps = Steps(page)
        steps.key("n")
        # How it went stands under the focus: space chooses it.
        steps.key("Space")
        page.locator("aside details[open] textarea").focus()
        steps.type("She will come on Monday.")
        page.locator("aside details[open] form button").focus()
        steps.key("Enter")
        said(page, "The contact is noted.")
        press(page, "h")
        page.keyboard.type("Not today.")
        press(page, "Enter")
        said(page, "Snoozed.")
        expect(waiting).to_have_text(str(before - 1))
        press(page, "z")
        said(page, "Taken back.")
        expect(waiting).to_have_text(str(before))

    steps.keep("end a call")


def test_one_asks_a_clinician_in_two_steps_and_sets_aside_in_three(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        press(page, "Control+k")
        page.keyboard.type("medicines of Grace")
        expect(page.locator("[role=option]").first).to_contain_text("Grace")
        press(page, "Enter")
        expect(page.locator("h1")).to_have_text("Medicines together")
        finding = page.locator("article.finding").first
        aside = Steps(page)
        finding.locator("summary", has_text="Set aside").focus()
        aside.key("Enter")
        finding.get_by_label("Why?").select_option("clinician_aware")
        aside.count += 1
        finding.get_by_label("Until when?").fill("2027-01-15")
        finding.get_by_label("Which clinician knows of it?").focus()
        aside.type("Dr. Asha Patel")
        aside.key("Enter")
        said(page, "Set aside.")
        page.locator("article.finding").first.locator("button", has_text="No longer set aside").click()
        said(page, "It is no longer set aside.")
        ask = Steps(page)
        page.locator("article.finding").first.locator("summary", has_text="Ask the clinician").focus()
        ask.key("Enter")
        page.locator("article.finding details[open] button", has_text="Put it on the list").focus()
        ask.key("Enter")
        said(page, "The question is on the list.")

    aside.keep("safety override with reason")
    assert ask.count == 2
