"""Keys pressed in a browser, as by somebody who waits until the page is there."""

from playwright.sync_api import Page


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other once the page has loaded: before that its scripts hear none."""
    for key in keys:
        page.wait_for_load_state()
        page.keyboard.press(key)
