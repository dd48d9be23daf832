"""The patient's page and the page of a loop in a real Chromium: pictures, keys, colours, phones, right to left."""

from pathlib import Path

import pytest
from django.utils import translation
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import run_axe
from tests.web.browser.test_every_page import SCREENS, address_of, open_page
from tests.web.conftest import PATIENCE_MS
from tests.web.keys import press

pytestmark = pytest.mark.browser

WIDTHS = (1440, 1280, 390, 320)

# Of the drawing that is shown: boxes of words and marks as the browser really draws them.
DRAWN = """() => {
    const svg = [...document.querySelectorAll('svg.tl')].find((one) => one.getClientRects().length);
    const box = (e) => { const b = e.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height]; };
    const frame = svg.viewBox.baseVal;
    return {
        words: [...svg.querySelectorAll('.tl-text')].map((e) => [e.textContent, box(e)]),
        marks: [...svg.querySelectorAll('.tl-mark')].map(box),
        frame: [0, 0, frame.width, frame.height],
        scale: svg.getBoundingClientRect().width / frame.width,
        side: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    };
}"""


def overlap(one: list[float], other: list[float]) -> bool:
    """Tell whether two boxes share a pixel and more; heights of letters are taken for half, as lines are apart."""
    return min(one[2], other[2]) - max(one[0], other[0]) > 0.5 and min(one[3], other[3]) - max(one[1], other[1]) > 3


def opened(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", WIDTHS)
def test_words_of_the_timeline_touch_no_other_words_and_stay_inside(
    gallery: str, chromium: Browser, width: int, language: str
) -> None:
    page, faults = open_page(chromium, address_of(gallery, "patient", language), scheme="light", width=width)
    page.evaluate("document.fonts.ready")
    drawn = page.evaluate(DRAWN)
    page.context.close()

    words = drawn["words"]
    assert len(words) > 5
    assert [(a[0], b[0]) for n, a in enumerate(words) for b in words[n + 1 :] if overlap(a[1], b[1])] == []
    frame = drawn["frame"]
    assert [w for w, box in words if box[0] < frame[0] - 1 or box[2] > frame[2] + 1] == []
    # Letters keep the size they are drawn for: the widths follow the place.
    assert 0.8 <= drawn["scale"] <= 1.4
    assert (drawn["side"], faults) == (0, [])


@pytest.mark.parametrize("width", [1280, 390])
def test_a_right_to_left_page_is_mirrored_and_its_words_touch_nothing(
    gallery: str, chromium: Browser, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translation, "get_language_bidi", lambda: True)
    page, _faults = open_page(chromium, address_of(gallery, "patient"), scheme="light", width=width)
    drawn = page.evaluate(DRAWN)
    lane = page.locator("svg.tl:visible .tl-lane").first.bounding_box()
    shown = page.locator("svg.tl:visible").bounding_box()
    page.screenshot(path=_shot("patient-rtl", width), full_page=True)
    page.context.close()

    assert page
    assert lane
    assert shown
    assert lane["x"] + lane["width"] > shown["x"] + shown["width"] * 0.95
    words = drawn["words"]
    assert [(a[0], b[0]) for n, a in enumerate(words) for b in words[n + 1 :] if overlap(a[1], b[1])] == []
    assert [w for w, box in words if box[0] < -1 or box[2] > drawn["frame"][2] + 1] == []
    assert drawn["side"] == 0


@pytest.mark.parametrize(
    ("scheme", "width", "language"), [("light", 1440, "en"), ("dark", 390, "es"), ("light", 320, "es")]
)
@pytest.mark.parametrize("name", ["patient", "loop"])
def test_the_whole_page_with_everything_opened_has_no_violation(
    gallery: str, chromium: Browser, name: str, scheme: str, width: int, language: str
) -> None:
    page, faults = open_page(chromium, address_of(gallery, name, language), scheme=scheme, width=width)
    page.screenshot(path=_shot(f"{name}-{scheme}-{language}", width), full_page=True)
    opened(page)

    found = run_axe(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.context.close()

    assert found.violations_count == 0, found.generate_report()
    assert (wide, faults) == (0, [])


def test_forced_colours_keep_marks_and_words(gallery: str, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, forced_colors="active")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address_of(gallery, "patient"))
    page.screenshot(path=_shot("patient-forced", 1280), full_page=True)
    colours = page.evaluate(
        """() => { const of = (s, p) => getComputedStyle(document.querySelector('svg.tl.w560 ' + s))[p];
        return [of('.tl-text:not(.in)', 'fill'), of('.happened .tl-mark', 'fill'), of('.booked .tl-mark', 'fill')]; }"""
    )
    page.context.close()

    assert colours[0] == colours[1] != colours[2]


def test_the_timeline_can_be_read_as_a_table_without_scripts(gallery: str, chromium: Browser) -> None:
    page, _faults = open_page(chromium, address_of(gallery, "patient"), scheme="light", width=1280, scripts=False)
    table = page.locator(".tl-list table")
    expect(table).to_be_hidden()

    page.get_by_text("See as a list").click()

    expect(table.get_by_role("rowheader", name="Hospital stay", exact=True)).to_be_visible()
    waits = table.get_by_role("row").filter(has_text="Heart doctor, first visit")
    expect(waits).to_contain_text("Waiting on others")
    page.context.close()


def test_a_number_of_the_story_opens_its_source_and_from_there_the_line_of_the_page(
    gallery: str, chromium: Browser
) -> None:
    page, _faults = open_page(chromium, address_of(gallery, "patient"), scheme="light", width=1280)

    page.locator(".story .cite").last.click()
    source = page.locator(".sources li:target")
    expect(source).to_be_visible()
    source.get_by_role("link").click()

    page.wait_for_function("location.hash.startsWith('#row-')")
    expect(page.locator("#loops")).to_be_in_viewport()
    page.context.close()


def test_figures_go_to_the_parts_of_the_page_and_n_notes_a_contact(gallery: str, chromium: Browser) -> None:
    page, faults = open_page(chromium, address_of(gallery, "patient"), scheme="light", width=1440)

    for key, part in (("2", "timeline"), ("4", "plots"), ("1", "loops")):
        press(page, key)
        page.wait_for_function("(part) => location.hash === '#' + part", arg=part)
    press(page, "n")
    expect(page.get_by_label("Left a message")).to_be_visible()
    note = page.locator("#next").get_by_label("Note")
    note.press_sequentially("12n")

    assert note.input_value() == "12n"
    assert page.evaluate("location.hash") == "#loops"
    page.context.close()
    assert faults == []


def test_p_leads_to_handing_the_record_out(gallery: str, chromium: Browser) -> None:
    page, _faults = open_page(chromium, address_of(gallery, "patient"), scheme="light", width=1440)
    with page.expect_request(lambda request: request.url.endswith("/hand-out/")):
        press(page, "p")
    page.context.close()


def test_the_first_step_of_a_new_person_opens_its_form(gallery: str, chromium: Browser) -> None:
    page, _faults = open_page(chromium, address_of(gallery, "patient-starting"), scheme="light", width=1280)

    page.get_by_role("link", name="Do this first").click()

    expect(page.locator("#task-title")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("name", ["patient", "loop", "patient-starting", "part-loops"])
def test_buttons_are_large_enough_for_a_finger(gallery: str, chromium: Browser, name: str) -> None:
    page, _faults = open_page(chromium, address_of(gallery, name), scheme="light", width=390)

    small = page.evaluate(
        """() => [...document.querySelectorAll('main button, main .btn, .tabs a, .risks a, summary, .crumbs a')]
            .filter((e) => e.getClientRects().length && e.getBoundingClientRect().height < 44)
            .map((e) => e.outerHTML.slice(0, 80))"""
    )
    page.context.close()

    assert small == []


def _shot(name: str, width: int) -> Path:
    SCREENS.mkdir(parents=True, exist_ok=True)
    return SCREENS / f"{name}-{width}.png"
