"""Messages in the demo clinic: one is written and taken back, a text comes in and is answered, a stop is kept."""

import re
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from careloop.rules.hooks import sign
from tests.web.browser.test_clinic import at_work
from tests.web.demo_server import MadeDemo, serve_copy
from tests.web.keys import press

pytestmark = pytest.mark.browser
TOKEN = "a token of the gateway"
NAME = "Ada Whitfield"
STATUS = "main [role=status]"


@pytest.fixture(scope="module")
def clinic(made_demo: MadeDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a copy of the small demo clinic with a gateway's token; yield its address."""
    with pytest.MonkeyPatch.context() as given:
        given.setenv("CARELOOP_TEXT_TOKEN", TOKEN)
        given.setenv("CARELOOP_CLINIC_PHONE", "(555) 010-0100")
        with serve_copy(made_demo, tmp_path_factory.mktemp("threads") / "home") as (address, _owner):
            yield address


def write_to(page: Page, clinic: str) -> str:
    """Open the thread with a patient from their page; return the number they have."""
    page.goto(f"{clinic}/patients/")
    page.get_by_role("link", name=re.compile(NAME)).first.click()
    number = page.locator("#reach a[href^='tel:']").first.inner_text()
    page.locator("#reach").get_by_role("link", name="Write").click()
    page.get_by_label("With whom?").select_option("patient")
    page.get_by_role("button", name=re.compile("^Write")).click()
    expect(page.locator(STATUS).first).to_contain_text("Nothing has been sent.")
    return number


def text_from(clinic: str, number: str, words: str) -> None:
    """Let a text come in as the gateway hands it in."""
    address = f"{clinic}/hooks/text/in/"
    values = [("Body", words), ("From", number), ("MessageSid", f"SM{uuid4().hex}"), ("To", "+15550100100")]
    asked = urllib.request.Request(address, data=urlencode(values).encode(), method="POST")  # noqa: S310
    asked.add_header("X-Twilio-Signature", sign(address, values, TOKEN))
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
        assert answer.status == 200


def until_there(page: Page, words: str) -> None:
    """Look again until what came in stands in the talk; a stop that it asked for can be seen above it before that."""
    for _ in range(120):
        page.reload()
        if page.locator(".talk").get_by_text(words, exact=True).count():
            return
        page.wait_for_timeout(1000)
    raise AssertionError(words)


@pytest.mark.parametrize("scripts", [True, False], ids=["keys", "no-scripts"])
def test_a_message_is_looked_at_sent_and_taken_back(chromium: Browser, clinic: str, scripts: bool) -> None:
    with at_work(chromium, clinic, "lee", scripts=scripts, width=1280) as page:
        write_to(page, clinic)
        page.get_by_label("My own words", exact=True).fill("Your diabetes talk is set.")
        if not scripts:
            page.get_by_role("button", name="See how it looks").click()
        look = page.locator("#w-look")
        expect(look).to_contain_text("names a condition")
        page.get_by_role("button", name="Send").click()
        expect(page.locator("main")).to_contain_text("Nothing was changed.")
        expect(page.get_by_label("My own words", exact=True)).to_have_value("Your diabetes talk is set.")

        page.get_by_label("My own words", exact=True).fill("We found a ride for you.")
        if scripts:
            expect(look).to_contain_text("Nothing stops it.")
            expect(look).to_contain_text("School year")
        page.get_by_role("button", name="Send").click()
        expect(page.locator(STATUS).first).to_contain_text("For ten seconds it can be taken back")
        if scripts:
            press(page, "z")
        else:
            # It stands above the talk, where one is after the sending, and at the message itself.
            expect(page.get_by_role("button", name="Take it back")).to_have_count(2)
            page.get_by_role("button", name="Take it back").first.click()
        expect(page.locator(STATUS).first).to_contain_text("Taken back. It was not sent.")
        expect(page.locator(".talk li").last).to_contain_text("Not sent")


def test_a_text_comes_in_is_answered_and_a_stop_is_kept(chromium: Browser, clinic: str) -> None:
    with at_work(chromium, clinic, "lee", width=1280) as page:
        number = write_to(page, clinic)
        thread = page.url
        text_from(clinic, number, "Can my daughter come with me")
        until_there(page, "Can my daughter come with me")
        expect(page.locator(".talk")).to_contain_text("It waits for an answer.")
        page.goto(f"{clinic}/messages/?show=unanswered")
        page.get_by_role("link", name=re.compile(NAME)).first.click()
        page.get_by_label("My own words", exact=True).fill("Yes, she can come.")
        page.get_by_role("button", name="Send").click()
        expect(page.locator(".lede")).not_to_contain_text("Answer by")

        text_from(clinic, number, "Por favor ya no me escriban")
        page.goto(thread)
        until_there(page, "Por favor ya no me escriban")
        expect(page.locator(".talk")).to_contain_text("Nothing more is sent on this way.")
        page.get_by_label("My own words", exact=True).fill("We found a ride for you.")
        page.get_by_role("button", name="Send").click()
        expect(page.locator("main")).to_contain_text("Nothing was changed.")
