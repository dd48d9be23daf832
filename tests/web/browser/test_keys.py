"""Keys press what is on the page, rest while somebody types, and can be switched off."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browser.test_every_page import address_of, open_page
from tests.web.keys import press

pytestmark = pytest.mark.browser


@pytest.fixture
def today(gallery: str, chromium: Browser) -> Iterator[Page]:
    page, faults = open_page(chromium, address_of(gallery, "today"), scheme="light", width=1440)
    yield page
    page.context.close()
    assert faults == []


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("e", "What shows it? Who said so, what was seen, on which day"),
        ("h", "Why not now?"),
        ("a", "To whom?"),
        ("x", "Say it in a few words"),
        ("Enter", "Note"),
    ],
)
def test_key_opens_its_form_and_puts_the_focus_into_it(today: Page, key: str, label: str) -> None:
    press(today, key)

    field = today.locator("aside").get_by_label(label)
    expect(field).to_be_visible()
    assert today.evaluate("document.activeElement.matches('input, select, textarea')")


def test_only_one_form_is_open_at_a_time(today: Page) -> None:
    today.locator("aside summary", has_text="Snooze").click()
    today.locator("aside summary", has_text="Hand off").click()

    expect(today.locator("aside details.do[open]")).to_have_count(1)
    expect(today.get_by_label("To whom?")).to_be_visible()


def test_keys_rest_while_somebody_types(today: Page) -> None:
    press(today, "h")
    note = today.get_by_label("Why not now?")
    note.fill("")
    note.press_sequentially("exhale")

    assert note.input_value() == "exhale"
    expect(today.locator("aside details.do[open]")).to_have_count(1)


def test_escape_closes_the_form_and_gives_the_focus_back(today: Page) -> None:
    press(today, "x")
    press(today, "Escape")

    expect(today.locator("aside details.do[open]")).to_have_count(0)
    assert today.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_question_mark_shows_all_keys_and_they_can_be_switched_off(today: Page) -> None:
    press(today, "?")
    expect(today.get_by_role("dialog")).to_be_visible()
    today.get_by_label("Use single keys in this browser").uncheck()
    press(today, "Escape")

    press(today, "h")

    expect(today.locator("aside details.do[open]")).to_have_count(0)


def test_button_under_the_focus_keeps_its_own_enter(today: Page) -> None:
    today.locator("aside summary", has_text="Hand off").focus()
    press(today, "Enter")

    expect(today.get_by_label("To whom?")).to_be_visible()
    expect(today.locator("aside details.do[open]")).to_have_count(1)


def test_focus_goes_to_what_went_wrong(gallery: str, chromium: Browser) -> None:
    page, _faults = open_page(chromium, address_of(gallery, "today-unclear"), scheme="light", width=1440)

    assert page.evaluate("document.activeElement.id") == "problem"
    page.get_by_role("link", name="Say why, in a few words.").click()
    expect(page.locator("[name=reason]:focus")).to_have_count(1)
    page.context.close()


def test_sticky_banner_does_not_hide_what_has_the_focus(gallery: str, chromium: Browser) -> None:
    page, _faults = open_page(chromium, address_of(gallery, "patient"), scheme="light", width=1280)

    page.get_by_role("link", name="Who looked").click()
    page.wait_for_timeout(100)
    head = page.locator(".banner").bounding_box()
    title = page.locator("#wl-title").bounding_box()
    page.context.close()

    assert head
    assert title
    assert title["y"] >= head["y"] + head["height"]
