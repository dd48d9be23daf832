"""The people around a patient in a real Chromium: drawn where there is room, a list everywhere; arrows that turn."""

import pytest
from django.utils import translation
from playwright.sync_api import Browser, expect

from careloop.web.templatetags.house import POINTING
from tests.web.browser.test_every_page import SCREENS, address_of, open_page
from tests.web.browser.test_patient import overlap
from tests.web.keys import press

pytestmark = pytest.mark.browser

DRAWN = """() => {
    const box = (e) => { const b = e.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height]; };
    const svg = document.querySelector('svg.circle-drawn');
    return {
        words: [...svg.querySelectorAll('.ci-words')].map((e) => [e.textContent, box(e)]),
        marks: [...svg.querySelectorAll('.ci-mark, .ci-person')].map((e) => ['', box(e)]),
        lost: [...svg.querySelectorAll('a')].filter((a) => !document.querySelector(a.getAttribute('href'))).length,
        links: svg.querySelectorAll('a').length,
    };
}"""


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1280, "dark"), (390, "dark")])
@pytest.mark.parametrize("is_rtl", [False, True])
def test_nobody_in_the_circle_touches_anybody_and_everybody_leads_to_their_line(
    gallery: str, chromium: Browser, monkeypatch: pytest.MonkeyPatch, width: int, scheme: str, is_rtl: bool
) -> None:
    monkeypatch.setattr(translation, "get_language_bidi", lambda: is_rtl)
    page, faults = open_page(chromium, address_of(gallery, "patient"), scheme=scheme, width=width)
    page.evaluate("document.fonts.ready")
    drawn = page.evaluate(DRAWN)
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.locator("#circle").screenshot(path=str(SCREENS / f"circle-{scheme}-{'rtl' if is_rtl else 'ltr'}-{width}.png"))
    expect(page.locator("svg.circle-drawn")).to_be_visible()
    page.context.close()

    things = [*drawn["words"], *drawn["marks"]]
    assert len(drawn["words"]) > 5
    assert [(a[0], b[0]) for n, a in enumerate(things) for b in things[n + 1 :] if overlap(a[1], b[1])] == []
    assert (drawn["lost"], faults) == (0, [])
    assert drawn["links"] == 10


def test_where_there_is_no_room_the_list_stands_alone(gallery: str, chromium: Browser) -> None:
    page, _faults = open_page(chromium, address_of(gallery, "patient"), scheme="light", width=320)

    expect(page.locator("svg.circle-drawn")).to_be_hidden()
    expect(page.locator("#near-3")).to_contain_text("Emergency contact")
    expect(page.locator("#near-4")).to_contain_text("The record says: tell nothing.")
    page.context.close()


def test_somebody_in_the_circle_leads_to_their_line_by_keyboard(gallery: str, chromium: Browser) -> None:
    page, _faults = open_page(chromium, address_of(gallery, "patient"), scheme="light", width=1280)
    link = page.locator("svg.circle-drawn a[href='#near-4']")

    expect(link).to_have_attribute("aria-label", "Marta Alvarez, niece. The record says: tell nothing.")
    link.focus()
    press(page, "Enter")

    expect(page.locator("#near-4:target")).to_be_in_viewport()
    page.context.close()


def test_forced_colours_keep_the_circle(gallery: str, chromium: Browser) -> None:
    page, _faults = open_page(chromium, address_of(gallery, "patient"), scheme="light", width=1280)
    page.emulate_media(forced_colors="active")
    colours = page.evaluate(
        """() => ['.ci-person', '.ci-mark'].map((one) => getComputedStyle(document.querySelector(one)).fill)"""
    )
    page.context.close()

    assert colours[0] != colours[1]


@pytest.mark.parametrize("name", ["patient", "today", "cover-back", "loop"])
def test_what_points_is_turned_from_right_to_left(
    gallery: str, chromium: Browser, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    seen = {}
    for is_rtl in (False, True):
        monkeypatch.setattr(translation, "get_language_bidi", lambda turned=is_rtl: turned)
        page, _faults = open_page(chromium, address_of(gallery, name), scheme="light", width=1280)
        seen[is_rtl] = page.evaluate(
            "[...document.querySelectorAll('svg.i')].map((e) => [e.classList.contains('turns'),"
            " getComputedStyle(e).transform])"
        )
        page.context.close()

    assert any(points for points, _ in seen[True])
    assert {how for _, how in seen[False]} == {"none"}
    assert {how for points, how in seen[True] if points} == {"matrix(-1, 0, 0, 1, 0, 0)"}
    assert {how for points, how in seen[True] if not points} <= {"none"}


def test_every_icon_that_points_is_known_to() -> None:
    assert {"arrow-left", "arrow-right", "undo-2", "log-out"} <= POINTING
