"""The three lists in a real Chromium: opened by keyboard, without scripts, in both colours and on a phone."""

import pytest
from playwright.sync_api import Browser, expect

from tests.web.axe import look
from tests.web.browser.test_every_page import address_of, open_page
from tests.web.keys import press

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", [1280, 320])
def test_opened_lists_have_no_violation_and_do_not_scroll_sideways(
    gallery: str, chromium: Browser, width: int, language: str
) -> None:
    page, faults = open_page(chromium, address_of(gallery, "patient", language), scheme="light", width=width)
    page.evaluate("document.querySelectorAll('.listed details').forEach((one) => { one.open = true })")

    look(page, width)
    page.context.close()

    assert faults == []


def test_a_line_opens_to_its_sources_by_keyboard_and_without_scripts(gallery: str, chromium: Browser) -> None:
    page, _faults = open_page(chromium, address_of(gallery, "patient"), scheme="light", width=1280, scripts=False)
    line = page.locator(".listed .lines > li", has_text="lisinopril").first
    expect(line.get_by_text("Sources disagree")).to_be_visible()
    expect(line.get_by_role("table")).to_be_hidden()

    line.locator("summary").focus()
    press(page, "Enter")

    expect(line.get_by_role("table")).to_be_visible()
    expect(line.get_by_text("It is listed as taken now with different strengths: 10 mg; 20 mg.")).to_be_visible()
    expect(line.get_by_role("row")).to_have_count(4)
    page.context.close()


def test_what_has_ended_and_what_does_not_count_wait_behind_their_own_lines(gallery: str, chromium: Browser) -> None:
    page, _faults = open_page(chromium, address_of(gallery, "patient"), scheme="light", width=390)
    medicines = page.get_by_role("region", name="Medicines")
    expect(medicines.get_by_text("Ibuprofen", exact=True)).to_be_hidden()

    for name, label in (("Stopped", "Ibuprofen"), ("Not counted", "Wrong chart 5 MG")):
        opener = medicines.locator(".more-lines > summary", has_text=name)
        box = opener.bounding_box()
        assert box
        assert box["height"] >= 44
        opener.click()
        expect(medicines.get_by_text(label, exact=True).first).to_be_visible()
    expect(medicines.get_by_text("Not matched to an ingredient:")).to_be_visible()
    page.context.close()
