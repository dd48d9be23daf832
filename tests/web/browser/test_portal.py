"""A link in the demo clinic: given on one screen, opened on a small telephone without scripts, answered, ended."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import OVER
from tests.web.browser.test_clinic import at_work
from tests.web.browser.test_visits import open_walter
from tests.web.keys import press

pytestmark = pytest.mark.browser


def book(page: Page, demo: str) -> str:
    """Book a visit for Walter Brandt; return the address of his page."""
    open_walter(page, demo)
    patient = page.url
    press(page, "b")
    page.get_by_role("link", name=re.compile("^Check-up")).click()
    page.locator("button[name=offer]").first.click()
    page.get_by_role("button", name=re.compile("^Book it")).click()
    expect(page.get_by_text("The visit is booked.")).to_be_visible()
    return patient.split("#")[0].split("?")[0]


def give(page: Page, patient: str) -> tuple[str, str]:
    """Give a link about the visit; return its address and the birth date that the page shows to the staff."""
    page.goto(patient)
    page.get_by_role("link", name="Give a link").click()
    born = page.locator(".banner time").first.get_attribute("datetime") or ""
    page.get_by_label("A visit: say yes or ask for another time").check()
    page.get_by_role("button", name="Make the link").click()
    assert page.locator("img.qr").evaluate("one => one.naturalWidth") > 0
    return page.locator(".secret code").inner_text(), born


def open_link(phone: Page, address: str, born: str) -> None:
    """Open a link: with a wrong year first, which says nothing, then with the right one."""
    phone.goto(address)
    assert "Walter" not in phone.content()
    year, month, day = (str(int(one)) for one in born.split("-"))
    for name, value in (("Month", month), ("Day", day), ("Year", "1901")):
        phone.get_by_label(name).fill(value)
    phone.get_by_role("button", name="Open").click()
    expect(phone.get_by_text("We can not open this page")).to_be_visible()
    phone.get_by_label("Year").fill(year)
    phone.get_by_role("button", name="Open").click()
    expect(phone.get_by_role("heading", name="Hello, Walter")).to_be_visible()
    # The address holds no token any more.
    assert address.rstrip("/").rpartition("/")[2] not in phone.url
    assert phone.evaluate(OVER) == 0


def answer(phone: Page) -> None:
    """Say yes, then ask for another time all the same, then read on in Spanish."""
    phone.get_by_role("button", name="Yes, I will come").click()
    expect(phone.get_by_text("Thank you. We know that you will come.")).to_be_visible()
    phone.get_by_text("I need another time").click()
    phone.get_by_label("In the afternoon").check()
    phone.get_by_role("button", name="Ask for another time").click()
    expect(phone.get_by_text(re.compile("We will call you to find a new time"))).to_be_visible()
    phone.get_by_role("link", name="Español").click()
    expect(phone.get_by_role("heading", name="Hola, Walter")).to_be_visible()


def test_a_link_is_given_opened_on_a_telephone_answered_and_ended(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "lee", width=1280) as page:
        patient = book(page, demo)
        address, born = give(page, patient)
        small = {"width": 320, "height": 700}
        own = chromium.new_context(viewport=small, color_scheme="dark", java_script_enabled=False)  # type: ignore[arg-type]
        phone = own.new_page()
        open_link(phone, address, born)
        answer(phone)

        page.goto(patient)
        expect(page.get_by_text("Find another time: the patient asked by link").first).to_be_visible()
        page.goto(f"{patient}links/")
        page.get_by_role("button", name=re.compile("End it")).first.click()
        expect(page.get_by_text("This link opens nothing any more.")).to_be_visible()
        phone.reload()
        expect(phone.get_by_role("heading", name="Esta hoja se cerró")).to_be_visible()
        own.close()
