"""The page of all parts, in every look that people use: nothing that axe can see is wrong, nothing is cut off."""

import os

import pytest
from playwright.sync_api import Browser, expect

from tests.web.axe import run_axe
from tests.web.browser.test_every_page import SCREENS
from tests.web.conftest import PATIENCE_MS
from tests.web.keys import press

pytestmark = pytest.mark.browser

# Pictures to look at; git does not keep them.
WIDTHS = (1440, 1280, 390, 320)
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"color_scheme": "light", "forced_colors": "active"},
    "contrast": {"color_scheme": "light", "contrast": "more"},
}


@pytest.mark.parametrize("look", LOOKS)
def test_every_part_stands_in_every_look(gallery: str, chromium: Browser, look: str) -> None:
    context = chromium.new_context(reduced_motion="reduce", **LOOKS[look])  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    page, faults = context.new_page(), []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(f"{gallery}/gallery/styleguide/")
    SCREENS.mkdir(parents=True, exist_ok=True)
    # With forced colours the system's own pairs are shown; axe cannot know them.
    rules = {"color-contrast": {"enabled": look != "forced"}}
    # Forced colours come with lines of their own; dark and strong ones change nothing else.
    only_colours = look in ("dark", "contrast")
    wrong: dict[int, tuple[int, str]] = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found = run_axe(page, rules=rules, only_colours=only_colours)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        page.screenshot(path=os.fspath(SCREENS / f"styleguide-{look}-{width}.png"), full_page=True)
        if wide or found.violations_count:
            wrong[width] = (wide, found.generate_report())
    context.close()

    assert (wrong, faults) == ({}, [])


def test_dialog_opens_by_its_button_and_closes_by_escape(gallery: str, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(f"{gallery}/gallery/styleguide/")

    page.get_by_role("button", name="Open the dialog").click()
    expect(page.get_by_role("dialog", name="All keys")).to_be_visible()
    press(page, "Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    page.context.close()
