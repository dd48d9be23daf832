"""The hub of messages and the call card where there is much room and little: panes, keys, and focus never hidden."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.keys import press

pytestmark = pytest.mark.browser
PANES = ".queue", ".talk-pane", ".beside"


def opened(chromium: Browser, gallery: str, name: str, width: int, *, scripts: bool = True, height: int = 900) -> Page:
    context = chromium.new_context(viewport={"width": width, "height": height}, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{gallery}/gallery/{name}/?lang=en")
    return page


def boxes(page: Page) -> list[tuple[float, float, float]]:
    """Return where each pane that is shown stands: left, top, width."""
    found = [page.locator(one).first.bounding_box() for one in PANES if page.locator(one).first.is_visible()]
    return [(box["x"], box["y"], box["width"]) for box in found if box is not None]


@pytest.mark.parametrize("width", [1440, 1280, 1100])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_where_there_is_room_three_panes_stand_side_by_side(
    gallery: str, chromium: Browser, width: int, scripts: bool
) -> None:
    page = opened(chromium, gallery, "thread", width, scripts=scripts)
    queue, talk, beside = boxes(page)

    assert queue[0] < talk[0] < beside[0]
    assert queue[1] == talk[1] == beside[1]
    assert talk[2] > max(queue[2], beside[2])
    assert queue[0] + queue[2] <= talk[0] + 1
    assert talk[0] + talk[2] <= beside[0] + 1
    page.context.close()


@pytest.mark.parametrize("width", [1000, 800, 700])
def test_with_less_room_the_list_stays_beside_the_talk_and_the_rest_goes_below(
    gallery: str, chromium: Browser, width: int
) -> None:
    page = opened(chromium, gallery, "thread", width)
    queue, talk, beside = boxes(page)

    assert queue[0] < talk[0] == beside[0]
    assert queue[1] == talk[1] < beside[1]
    page.context.close()


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_the_talk_stands_first_with_a_way_back(gallery: str, chromium: Browser, width: int) -> None:
    page = opened(chromium, gallery, "thread", width)
    talk, beside = boxes(page)

    assert talk[0] == beside[0]
    assert talk[1] < beside[1]
    expect(page.get_by_role("link", name="Back to messages")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    page.context.close()


def test_of_two_keys_in_one_breath_the_second_form_is_the_open_one(gallery: str, chromium: Browser) -> None:
    page = opened(chromium, gallery, "thread-look-clear", 1280)
    # Both before the browser tells anybody that a form was opened.
    page.evaluate(
        "for (const key of 'pa') document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))"
    )
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")

    expect(page.locator("#give-to")).to_be_focused()
    assert page.locator("details.do[open]").count() == 1
    page.context.close()


def test_the_keys_of_a_talk(gallery: str, chromium: Browser) -> None:
    page = opened(chromium, gallery, "thread-look-clear", 1280)
    press(page, "/")
    expect(page.get_by_label("What", exact=True)).to_be_focused()
    # Keys rest in a field.
    page.get_by_role("heading", level=1).click()
    page.evaluate("document.activeElement.blur()")
    for key, field in (("r", "#w-words"), ("n", "#note-said"), ("p", "#call-said"), ("a", "#give-to")):
        press(page, key)
        expect(page.locator(field)).to_be_focused()
        page.evaluate("document.activeElement.blur()")
    press(page, "h")
    expect(page.locator("#put-off-until")).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    # The open one is the first of three: the next is the second, and Enter on it is its link, never the sending.
    press(page, "j")
    expect(page.locator(".queue [data-open]").nth(1)).to_be_focused()
    press(page, "k")
    current = page.locator(".queue [data-open][aria-current=page]")
    expect(current).to_be_focused()
    leads = current.get_attribute("href")
    with page.expect_request(lambda asked: asked.is_navigation_request()) as went:
        press(page, "Enter")
    assert went.value.method == "GET"
    assert went.value.url.endswith(str(leads))
    page.context.close()


def test_on_a_phone_how_it_went_is_one_press_away_and_nothing_with_the_focus_is_hidden(
    gallery: str, chromium: Browser
) -> None:
    page = opened(chromium, gallery, "call-many", 390, height=800)
    bar = page.locator(".call-ways")
    page.locator(".more-reasons > summary").click()
    page.locator(".more-reasons .reasons-of-call li").last.scroll_into_view_if_needed()
    expect(bar.get_by_role("link", name="How did it go?")).to_be_in_viewport()
    bar.get_by_role("link", name="How did it go?").click()
    expect(page.locator("#ends-title")).to_be_in_viewport()

    def is_hidden() -> bool:
        """Tell whether what has the focus lies wholly under the bar."""
        return bool(
            page.evaluate(
                "() => { const one = document.activeElement, bar = document.querySelector('.call-ways');"
                " if (!one || one === document.body || bar.contains(one)) return false;"
                " return one.getBoundingClientRect().bottom <= bar.getBoundingClientRect().bottom"
                " && one.getBoundingClientRect().bottom > 0 }"
            )
        )

    # Backwards is where a bar at the top would hide things.
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        assert not is_hidden()
    page.context.close()
