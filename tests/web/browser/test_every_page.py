"""Every page of the gallery in a real Chromium: no violation that axe can see, no sideways scroll, no fault."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import OVER, look
from tests.web.conftest import PATIENCE_MS
from tests.web.gallery.urls import SHOWN

pytestmark = pytest.mark.browser

# Where pictures are kept that somebody looks at, and the pages whose pictures from right to left are kept.
SCREENS = Path(__file__).resolve().parents[3] / "build" / "screens"
TURNED = ("today", "patient", "styleguide")
SIGN_IN = ["sign-in/", "gone/"]
# These answer 4xx and 500 on purpose; the browser notes that in its console.
SAYING_NO = (
    "callers-unclear",
    "not-found",
    "bug",
    "gone/",
    "hand-out-unclear",
    "notes-unclear",
    "refused",
    "unclear",
    "too-many",
    "wrong-patient",
    "portal-unclear",
    "portal-wrong",
    "portal-closed",
    "directory-unusable",
)

PAPERS = ("documents", "document", "hand-out", "notes-hits", "same", "new-rest")
LOOKED_UP = (
    "directory",
    "directory-entry",
    "directory-new",
    "directory-found",
    "directory-tried",
    "directory-endpoint",
)
OF_PATIENTS = ("portal-enter", "portal-all", "portal-visit", "portal-question", "links")
LEAVING = ("referral-new", "referral-packet", "referral-packet-fhir", "referrals-board", "document-theirs")
OF_CIRCLE = ("circle", "callers", "caller-patient", "disclosures")
OF_MEETINGS = ("meetings", "meeting-set", "meeting-held", "meeting-summary", "support", "crisis", "crisis-numbers")


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


@pytest.mark.parametrize("name", [*SHOWN, *SIGN_IN])
def test_page_has_no_violation_and_does_not_scroll_sideways(gallery: str, chromium: Browser, name: str) -> None:
    page, faults = open_page(chromium, address_of(gallery, name), scheme="light", width=1280)

    # One opening, four looks: opening a page takes longer than looking at it.
    look(page, 1280, 320)
    # The other way round, as it stands for readers of Arabic or Hebrew: nothing hangs over the edge.
    page.evaluate("document.documentElement.dir = 'rtl'")
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVER) == 0, f"from right to left {width}"
        if name in TURNED:
            SCREENS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=os.fspath(SCREENS / f"rtl-{name}-{width}.png"))
    page.context.close()
    assert [f for f in faults if not (name in SAYING_NO and "Failed to load resource" in f)] == []


@pytest.mark.parametrize(
    "name",
    [
        "today",
        "patient",
        "find-hits",
        "today-taken",
        "safety",
        "documents",
        "document",
        "notes-hits",
        "same",
        "new-rest",
        *LOOKED_UP,
        *OF_CIRCLE,
        *OF_PATIENTS,
        *OF_MEETINGS,
        *LEAVING,
    ],
)
def test_spanish_page_fits_and_says_its_language(gallery: str, chromium: Browser, name: str) -> None:
    page, faults = open_page(chromium, address_of(gallery, name, "es"), scheme="light", width=320)

    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    language = page.locator("html").get_attribute("lang")
    page.context.close()

    assert (wide, language, faults) == (0, "es", [])


@pytest.mark.parametrize(
    "name",
    [
        "today",
        "patient",
        "find-hits",
        "safety",
        "documents",
        "hand-out",
        "notes-hits",
        "same",
        "new-rest",
        *LOOKED_UP,
        *OF_CIRCLE,
        *OF_PATIENTS,
        *OF_MEETINGS,
        *LEAVING,
    ],
)
def test_targets_are_large_enough_for_a_finger(gallery: str, chromium: Browser, name: str) -> None:
    page, _faults = open_page(chromium, address_of(gallery, name), scheme="light", width=390)

    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .btn, .tabs a, .nav a, .check, input, select')]
            .filter((e) => e.getClientRects().length && !e.matches('[type=hidden], [type=radio], [type=checkbox]'))
            .filter((e) => e.getBoundingClientRect().height < 44)
            .map((e) => e.outerHTML.slice(0, 80))"""
    )
    page.context.close()

    assert small == []


@pytest.mark.parametrize(
    "name", ["today", "patient", "safety", *PAPERS, *LOOKED_UP, *OF_CIRCLE, *OF_MEETINGS, *LEAVING]
)
def test_text_twice_as_large_still_fits(gallery: str, chromium: Browser, name: str) -> None:
    page, _faults = open_page(chromium, address_of(gallery, name), scheme="light", width=1280)

    page.evaluate("document.documentElement.style.fontSize = '200%'")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.context.close()

    assert wide == 0


def test_forms_can_be_opened_and_read_without_scripts(gallery: str, chromium: Browser) -> None:
    page, _faults = open_page(chromium, address_of(gallery, "today"), scheme="light", width=1280, scripts=False)

    page.locator("aside summary", has_text="Snooze").click()

    expect(page.get_by_label("Why not now?")).to_be_visible()
    page.context.close()
