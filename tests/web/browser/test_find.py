"""Find or do in a real clinic: two keys to any patient, nothing that is not one's own, the same without scripts."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import look
from tests.web.browser.test_clinic import at_work
from tests.web.keys import press

pytestmark = pytest.mark.browser


def open_field(page: Page) -> None:
    press(page, "Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()


def first_patient(page: Page) -> str:
    """Return the name of the first patient of the caseload."""
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + "/patients/")
    return str(page.locator("tbody th a").first.inner_text())


def test_any_patient_is_two_keys_away(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        name = first_patient(page)
        page.goto(f"{demo}/")
        open_field(page)
        page.keyboard.type(" ".join(reversed(name.split())))
        press(page, "Enter")

        page.wait_for_url("**/patients/*-*/")
        expect(page.locator(".banner h1")).to_contain_text(name)


def test_keys_walk_the_options_and_escape_gives_the_focus_back(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        page.locator("[data-find]").first.focus()
        open_field(page)
        page.keyboard.type("195")
        press(page, "Control+a")
        page.keyboard.type("sign out")
        expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("Sign out")
        field = page.get_by_role("combobox")
        chosen = page.locator("[role=option][aria-selected=true]")
        assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
        press(page, "Control+a")
        press(page, "Backspace")
        expect(page.locator("[role=option]").nth(3)).to_be_visible()
        expect(page.locator("[role=option]").first).to_have_attribute("aria-selected", "true")
        before = field.get_attribute("aria-activedescendant")
        press(page, "ArrowDown")
        assert field.get_attribute("aria-activedescendant") != before
        press(page, "ArrowUp")
        assert field.get_attribute("aria-activedescendant") == before
        press(page, "Escape")

        expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.evaluate("document.activeElement.hasAttribute('data-find')")
        assert page.evaluate("document.querySelector('#find-or-do-list').textContent") == ""


def test_how_many_fit_is_said_and_each_has_two_things_that_tell_apart(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        name = first_patient(page)
        open_field(page)
        page.keyboard.type(name)

        expect(page.locator("[data-find-said]")).to_contain_text("person")
        expect(page.locator("[role=option]").first).to_contain_text("born")
        expect(page.locator("[role=option]").first).to_contain_text("number ends in")
        page.keyboard.type(" zzzz")
        expect(page.locator("[data-find-said]")).to_contain_text("Nobody of your patients fits")


def test_words_lead_to_a_new_task_for_a_patient(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        name = first_patient(page)
        open_field(page)
        page.keyboard.type(f"new task for {name}")
        expect(page.locator("[role=option]").first).to_contain_text(name)
        press(page, "Enter")

        expect(page.locator("#task-title")).to_be_focused()


@pytest.mark.parametrize("width", [1280, 320])
def test_open_dialog_has_no_violation_and_fits(chromium: Browser, demo: str, width: int) -> None:
    with at_work(chromium, demo, "dana", width=width) as page:
        page.locator("[data-find]").first.click()
        page.keyboard.type("ma")
        expect(page.locator("[role=option]").first).to_be_visible()
        expect(page.locator("[data-find-said]")).not_to_be_empty()
        look(page, width)


def test_page_does_the_same_without_scripts(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana", scripts=False) as page:
        name = first_patient(page)
        page.goto(f"{demo}/find/")
        page.locator("#find-any").fill(name)
        page.get_by_role("button", name="Find", exact=True).click()
        expect(page.locator(".hits a").first).to_contain_text(name)
        assert name.split()[0] not in page.url
        page.locator("#find-any").fill("my pat")
        page.get_by_role("button", name="Find", exact=True).click()
        page.locator(".find-pages").get_by_role("link", name="My patients").click()

        expect(page.locator("h1")).to_have_text("My patients")


def test_words_are_those_of_the_persons_language(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        page.goto(f"{demo}/you/")
        page.get_by_role("button", name="español").click()
        expect(page.locator("html")).to_have_attribute("lang", "es")
        open_field(page)
        page.keyboard.type("mis pac")
        expect(page.locator("[role=option]").first).to_contain_text("Mis pacientes")
        press(page, "Enter")
        expect(page.locator("h1")).to_have_text("Mis pacientes")
        page.goto(f"{demo}/you/")
        page.get_by_role("button", name="English").click()
