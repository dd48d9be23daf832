"""People at work in the demo clinic: real server, real database, real Chromium."""

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import look, run_axe
from tests.web.conftest import PATIENCE_MS
from tests.web.demo_server import PASSWORD
from tests.web.keys import press

pytestmark = pytest.mark.browser

NOT_THERE = "00000000-0000-7000-8000-00000000dead"


@contextmanager
def at_work(
    chromium: Browser,
    demo: str,
    who: str,
    *,
    scripts: bool = True,
    scheme: str = "light",
    width: int = 1440,
) -> Iterator[Page]:
    """Sign somebody of the demo clinic in; a fault in the console of the browser is a fault of the test."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    page, faults = context.new_page(), []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{demo}/")
    sign_in(page, who)
    page.locator(".nav .me").wait_for()
    # Keys are heard once the scripts have run.
    page.wait_for_load_state()
    yield page
    context.close()
    # An answer that says no (403, 404, 409) is noted by the browser as well; that is no fault.
    assert [f for f in faults if "Failed to load resource" not in f] == []


def sign_in(page: Page, who: str) -> None:
    page.locator("#id_login").fill(f"{who}@demo.example")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form button").click()


def chosen(page: Page) -> str:
    return str(page.locator("[data-row][aria-current] [data-open]").get_attribute("id"))


def test_wrong_password_is_said_and_opens_nothing(chromium: Browser, demo: str) -> None:
    page = chromium.new_context().new_page()
    page.goto(f"{demo}/")
    page.locator("#id_login").fill("dana@demo.example")
    page.locator("#id_password").fill("not the password")
    page.locator("main form button").click()

    expect(page.get_by_role("alert")).to_be_visible()
    page.goto(f"{demo}/")
    assert "/sign-in/" in page.url
    page.context.close()


def test_page_with_health_data_is_kept_by_no_cache_and_runs_no_foreign_code(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        answer = page.goto(f"{demo}/")
        assert answer
        headers = answer.all_headers()

    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"


def test_keys_walk_the_list_start_a_step_and_take_it_back(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        first = chosen(page)
        press(page, "j")
        expect(page.locator(f"#{first}")).to_be_visible()
        page.wait_for_function(
            "(id) => document.querySelector('[data-row][aria-current] [data-open]').id !== id", arg=first
        )
        second = chosen(page)
        assert page.evaluate("document.activeElement.id") == second

        press(page, "Enter")
        expect(page.locator("#said")).to_contain_text("Started. It is yours.")
        assert chosen(page) == second
        expect(page.locator("aside").get_by_text("Log a contact")).to_be_visible()

        press(page, "z")
        expect(page.locator("#said")).to_contain_text("Taken back.")
        press(page, "k")
        page.wait_for_function(
            "(id) => document.querySelector('[data-row][aria-current] [data-open]').id === id", arg=first
        )


def test_what_can_be_undone_is_offered_for_ten_seconds_only(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "lee") as page:
        page.locator("aside button", has_text="Start").click()
        offer = page.locator("#said [data-undo]")
        expect(offer).to_be_visible()
        expect(offer).to_have_count(0)


def test_everything_works_without_scripts(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana", scripts=False) as page:
        title = page.locator("aside h2").inner_text()
        name = page.locator("aside .pt-name").inner_text()
        page.locator("aside button", has_text="Start").click()
        expect(page.locator("#said")).to_contain_text("Started.")

        page.locator("aside summary", has_text="Log a contact").click()
        page.get_by_label("Asked us to call back").check()
        page.locator("aside button", has_text="Save the contact").click()
        expect(page.locator("#said")).to_contain_text("The contact is noted.")

        page.locator("aside summary", has_text="Done").click()
        page.get_by_label("What shows it?").fill("The lab said on the telephone that it is done.")
        page.locator("aside button", has_text="Close it").click()
        expect(page.locator("#said")).to_contain_text("Closed.")

        page.get_by_role("link", name=re.compile("^Done today")).click()
        row = page.locator("[data-row]", has_text=title).filter(has_text=name)
        row.locator("[data-open]").click()
        page.locator("aside summary", has_text="Reopen").click()
        page.get_by_label("Why is it not over?").fill("The lab called again: it was another person.")
        page.locator("aside button", has_text="Open it again").click()
        expect(page.locator("#said")).to_contain_text("Open again.")


def test_what_is_not_clear_is_said_and_what_was_typed_stays(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        press(page, "h")
        page.get_by_label("Bring it back on").evaluate("(e) => { e.removeAttribute('min'); e.value = '2001-01-01' }")
        page.get_by_label("Why not now?").fill("She asked for next week.")
        page.locator("aside button", has_text="Snooze it").click()

        expect(page.get_by_role("alert")).to_be_focused()
        expect(page.get_by_label("Why not now?")).to_have_value("She asked for next week.")


def test_second_of_two_people_sees_both_versions(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "lee") as lee:
        lee.locator("[data-open]").last.click()
        lee.wait_for_url(re.compile("selected="))
        address = lee.url.replace("tab=needs_you&", "")
        with at_work(chromium, demo, "marisol") as marisol:
            marisol.goto(address)
            marisol.locator("aside summary[data-key=h]").click()
            marisol.locator("aside details[open] input[name=reason]").fill("Ella pidió otra semana.")
            marisol.locator("aside details[open] button").click()
            expect(marisol.locator("#said")).to_contain_text("Pospuesto.")

        lee.locator("aside summary", has_text="Not needed").click()
        lee.get_by_label("Why is it not needed?").select_option("duplicate")
        lee.get_by_label("Say it in a few words").fill("It was on the list twice.")
        lee.locator("aside button", has_text="Close as not needed").click()

        problem = lee.get_by_role("alert")
        expect(problem).to_contain_text("Somebody else changed it first")
        expect(problem).to_contain_text("It was on the list twice.")
        expect(problem).to_contain_text("Snoozed")
        expect(lee.get_by_label("Say it in a few words")).to_have_value("It was on the list twice.")

        lee.locator("aside button", has_text="Close as not needed").click()
        expect(lee.locator("#said")).to_contain_text("Closed as not needed.")


def test_supervisor_reads_spanish(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "marisol") as page:
        expect(page.locator("html")).to_have_attribute("lang", "es")
        expect(page.get_by_role("link", name="Buscar o hacer")).to_be_visible()
        expect(page.locator("aside")).to_contain_text("¿Por qué está aquí?")


def test_language_is_chosen_for_good(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "tomas") as page:
        page.goto(f"{demo}/you/")
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator("#said")).to_contain_text("Your screens are in English now.")
    with at_work(chromium, demo, "tomas") as page:
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.goto(f"{demo}/you/")
        page.get_by_role("button", name="Español").click()
        expect(page.locator("#said")).to_contain_text("Sus pantallas ahora están en español.")


def test_colours_are_chosen_for_this_browser(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "ingrid") as page:
        page.goto(f"{demo}/you/")
        page.get_by_role("button", name="Dark").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.get_by_role("button", name="As the computer has them").click()
        expect(page.locator("html:not([data-theme])")).to_have_count(1)


def test_task_made_on_a_patients_page_stands_there_and_on_today(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        press(page, "c")
        title = page.get_by_label("What must be done?")
        expect(title).to_be_focused()
        title.fill("Ask the pharmacy about the blue pills")
        page.get_by_role("button", name="Make the task").click()

        expect(page.locator("#said")).to_contain_text("The task is on the list.")
        expect(page.locator("#loops")).to_contain_text("Ask the pharmacy about the blue pills")
        page.goto(f"{demo}/")
        expect(page.locator(".lists")).to_contain_text("Ask the pharmacy about the blue pills")


def test_patient_is_found_by_two_things_and_the_words_stay_out_of_the_address(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        birth = page.locator(".row .who time").first.get_attribute("datetime")
        name = page.locator(".row .who bdi").first.inner_text()
        page.goto(f"{demo}/find/")
        page.locator("#find-name").fill(name.split()[-1])
        page.get_by_role("button", name="Find by two of three").click()
        expect(page.get_by_role("alert")).to_be_visible()

        page.locator("#find-birth").fill(str(birth))
        page.get_by_role("button", name="Find by two of three").click()

        expect(page).to_have_url(f"{demo}/find/")
        page.get_by_role("link", name=f"Open {name}").click()
        expect(page.locator(".banner h1")).to_have_text(name)
        expect(page).to_have_title("Patient - Careloop")


def test_not_there_and_not_yours_are_one_page(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        patient = str(page.get_by_role("link", name=re.compile("^Open the patient")).get_attribute("href"))
    with at_work(chromium, demo, "ingrid") as page:
        theirs = page.goto(f"{demo}{patient}")
        body = page.locator("main").inner_text()
        nothing = page.goto(f"{demo}/patients/{NOT_THERE}/")

        assert theirs
        assert nothing
        assert theirs.status == nothing.status == 404
        assert body == page.locator("main").inner_text()


def one_time_code(secret: str) -> str:
    """Return the six digits of this half minute (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    mac = hmac.digest(base64.b32decode(secret), counter, hashlib.sha1)
    start = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def test_second_step_is_set_up_asked_for_and_can_be_given_by_a_recovery_code(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "noor") as page:
        page.goto(f"{demo}/you/two-step/")
        page.get_by_role("link", name="Set it up").click()
        if "/again/" in page.url:
            page.locator("#id_password").fill(PASSWORD)
            page.get_by_role("button", name="Go on").click()
        assert page.locator("img.qr").evaluate("(e) => e.complete && e.naturalWidth > 0")
        page.locator("#id_code").fill(one_time_code(page.locator("code.secret").inner_text()))
        page.get_by_role("button", name="Switch it on").click()
        recovery = page.locator(".codes code").first.inner_text()

    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{demo}/")
    sign_in(page, "noor")
    page.wait_for_url("**/sign-in/code/**")
    found = run_axe(page)
    page.locator("#id_code").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("#id_code").fill(recovery)
    page.get_by_role("button", name="Sign in").click()
    page.locator(".nav .me").wait_for()
    context.close()

    assert found.violations_count == 0, found.generate_report()


OWN_PAGES = ["", "find/", "you/", "you/password/", "you/two-step/", "you/sessions/", "sign-out/"]


@pytest.mark.parametrize("width", [1280, 320])
def test_real_pages_have_no_violation_and_do_not_scroll_sideways(chromium: Browser, demo: str, width: int) -> None:
    with at_work(chromium, demo, "dana", width=width) as page:
        patient = str(page.get_by_role("link", name=re.compile("^Open the patient")).get_attribute("href"))
        for address in [*OWN_PAGES, patient[1:]]:
            page.goto(f"{demo}/{address}")
            look(page, width)


def test_other_sessions_are_listed_and_can_be_ended(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "asha") as first, at_work(chromium, demo, "asha") as second:
        second.goto(f"{demo}/you/sessions/")
        with second.expect_navigation():
            second.get_by_role("button", name="Sign out everywhere else").click()
        first.goto(f"{demo}/")

        assert "/sign-in/" in first.url
        second.goto(f"{demo}/")
        assert "/sign-in/" not in second.url
