"""Every page of the gallery in a real Chromium: no violation that axe can see, no sideways scroll, no fault."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.web.conftest import PATIENCE_MS
from tests.web.gallery.urls import SHOWN

pytestmark = pytest.mark.browser

SIGN_IN = ["sign-in/", "gone/"]
# WCAG 2.2 AA and the good habits that axe knows.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# These answer 404 and 500 on purpose; the browser notes that in its console.
SAYING_NO = ("not-found", "bug", "gone/")


def open_page(
    chromium: Browser, address: str, *, scheme: str, width: int, scripts: bool = True
) -> tuple[Page, list[str]]:
    """Open an address; return the page and the list that faults in its console go to."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        java_script_enabled=scripts,
    )
    context.set_default_timeout(PATIENCE_MS)
    page, faults = context.new_page(), []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(address)
    return page, faults


def address_of(gallery: str, name: str, language: str = "en") -> str:
    return f"{gallery}/{name}" if name in SIGN_IN else f"{gallery}/gallery/{name}/?lang={language}"


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*SHOWN, *SIGN_IN])
def test_page_has_no_violation_and_does_not_scroll_sideways(
    gallery: str, chromium: Browser, name: str, scheme: str, width: int
) -> None:
    page, faults = open_page(chromium, address_of(gallery, name), scheme=scheme, width=width)

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.context.close()

    assert found.violations_count == 0, found.generate_report()
    assert wide == 0
    assert [f for f in faults if not (name in SAYING_NO and "Failed to load resource" in f)] == []


@pytest.mark.parametrize("name", ["today", "patient", "find-hits", "today-taken"])
def test_spanish_page_fits_and_says_its_language(gallery: str, chromium: Browser, name: str) -> None:
    page, faults = open_page(chromium, address_of(gallery, name, "es"), scheme="light", width=320)

    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    language = page.locator("html").get_attribute("lang")
    page.context.close()

    assert (wide, language, faults) == (0, "es", [])


@pytest.mark.parametrize("name", ["today", "patient", "find-hits"])
def test_targets_are_large_enough_for_a_finger(gallery: str, chromium: Browser, name: str) -> None:
    page, _faults = open_page(chromium, address_of(gallery, name), scheme="light", width=390)

    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .btn, .tabs a, .nav a, input:not([type=hidden]), select')]
            .filter((e) => e.getClientRects().length && !e.matches('[type=radio]'))
            .filter((e) => e.getBoundingClientRect().height < 44)
            .map((e) => e.outerHTML.slice(0, 80))"""
    )
    page.context.close()

    assert small == []


@pytest.mark.parametrize("name", ["today", "patient"])
def test_text_twice_as_large_still_fits(gallery: str, chromium: Browser, name: str) -> None:
    page, _faults = open_page(chromium, address_of(gallery, name), scheme="light", width=1280)

    page.evaluate("document.documentElement.style.fontSize = '200%'")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.context.close()

    assert wide == 0


def test_forms_can_be_opened_and_read_without_scripts(gallery: str, chromium: Browser) -> None:
    page, _faults = open_page(chromium, address_of(gallery, "today"), scheme="light", width=1280, scripts=False)

    page.locator("aside summary", has_text="Snooze").click()

    assert page.get_by_label("Why not now?").is_visible()
    page.context.close()
