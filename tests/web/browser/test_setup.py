"""From an empty database to a record on the screen: the setting up played in a real Chromium, each page looked at."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import run_axe
from tests.web.conftest import PATIENCE_MS
from tests.web.demo_server import CLOCK, PATIENCE_SECONDS, ROOT, fresh_database, wait_for

pytestmark = pytest.mark.browser

NEW = "a long quiet river 42"
TABLE = "patient_id,mrn,family,given,birth_date\nA1,00417,Alvarez,Rosa,1958-03-14\nA2,00418,Bell,Tom,14 March\n"


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Serve an empty database; yield the address and the key that the start printed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    with fresh_database() as (app, owner), (tmp_path / "log").open("wb") as log:
        given = os.environ | {"DATABASE_URL": app, "CARELOOP_OWNER_URL": owner, "CARELOOP_HOME": str(tmp_path)}
        given |= {"CARELOOP_CLOCK": CLOCK}
        base = [sys.executable, "-m", "careloop"]
        subprocess.run([*base, "init"], cwd=ROOT, env=given, check=True, capture_output=True)
        process = subprocess.Popen(
            [*base, "serve", "--port", port], cwd=ROOT, env=given, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            wait_for(f"http://127.0.0.1:{port}/livez", process, tmp_path / "log")
            said = (tmp_path / "log").read_text()
            key = re.search(r"^Key: ([a-z2-9-]{29})", said, re.MULTILINE)
            assert key, said
            yield f"http://127.0.0.1:{port}", key[1]
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def look(page: Page) -> None:
    """Look at a page in light and dark, wide and narrow: nothing that axe can see, no sideways scroll."""
    for scheme, width in (("light", 1280), ("dark", 320)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        found = run_axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert found.violations_count == 0, found.generate_report()
        assert wide == 0, page.url


def go_on(page: Page) -> None:
    look(page)
    page.get_by_role("button", name="Continue").click()


def answer_all(page: Page) -> None:
    """Answer every question and make the clinic."""
    page.get_by_label("Name", exact=True).fill("Elm Street Clinic")
    go_on(page)
    page.get_by_label("Name of the site").fill("Elm Street 1")
    page.locator("#setup-opens-1").fill("08:00")
    page.locator("#setup-closes-1").fill("17:00")
    go_on(page)
    page.get_by_label("Days").fill("2026-11-27 Day after Thanksgiving")
    go_on(page)
    page.get_by_label("Teams").fill("North")
    go_on(page)
    page.locator("#setup-name-1").fill("Noor Haddad")
    page.locator("#setup-email-1").fill("noor@elm.example")
    page.locator("#setup-name-2").fill("Dana Okafor")
    page.locator("#setup-email-2").fill("dana@elm.example")
    go_on(page)
    expect(page.get_by_role("heading", name="Is this right?")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Make the clinic").click()


def bring_in(page: Page, table: Path) -> None:
    """Try a table, see what is wrong, and take it in."""
    page.get_by_label("A table (CSV)").set_input_files(table)
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("row 3")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Bring these records in").click()
    expect(page.get_by_role("heading", name="Taken in")).to_be_visible()


def sign_in(page: Page, address: str) -> None:
    """Set a password by the link that is open, and sign in with it."""
    page.locator("[name=password1]").fill(NEW)
    page.locator("[name=password2]").fill(NEW)
    with page.expect_navigation():
        page.locator("main button").click()
    page.goto(f"{address}/sign-in/")
    page.locator("[name=login]").fill("dana@elm.example")
    page.locator("[name=password]").fill(NEW)
    page.locator("main form button.primary").click()


def test_from_an_empty_database_to_a_record_on_the_screen(
    fresh: tuple[str, str], chromium: Browser, tmp_path: Path
) -> None:
    address, key = fresh
    table = tmp_path / "patients.csv"
    table.write_text(TABLE)
    page = chromium.new_context().new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/setup/")
    look(page)
    page.get_by_label("Key").fill(key)
    page.get_by_role("button", name="Begin").click()

    answer_all(page)
    bring_in(page, table)
    page.get_by_role("button", name="Finish").click()
    look(page)
    page.locator("dt", has_text="Dana Okafor").locator("xpath=following-sibling::dd//a").click()
    sign_in(page, address)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{address}/find/")
    page.locator("[name=name]").fill("Alvarez")
    page.locator("[name=birth_on]").fill("1958-03-14")
    page.locator(".find-form button").click()
    page.get_by_role("link", name="Open").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Alvarez")
    assert page.goto(f"{address}/setup/").status == 404  # type: ignore[union-attr]
    page.context.close()


def test_from_an_empty_database_to_the_demo_clinic(fresh: tuple[str, str], chromium: Browser) -> None:
    address, key = fresh
    page = chromium.new_context().new_page()
    page.set_default_timeout(PATIENCE_SECONDS * 1000)
    page.goto(f"{address}/setup/")
    page.get_by_label("Key").fill(key)
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="Make a demo clinic").click()
    look(page)
    page.get_by_role("button", name="Make the demo clinic").click()
    # The page looks for itself how far it is, and says so.
    expect(page.get_by_text("Being made: day")).to_be_visible(timeout=PATIENCE_SECONDS * 1000)
    look(page)
    expect(page.get_by_role("heading", name="The demo clinic is ready")).to_be_visible(timeout=PATIENCE_SECONDS * 1000)
    look(page)
    password = page.locator("code.secret").inner_text()
    page.get_by_role("button", name="Go to sign-in").click()
    page.locator("[name=login]").fill("dana@demo.example")
    page.locator("[name=password]").fill(password)
    page.locator("main form button.primary").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Friday 20 November")
    assert page.goto(f"{address}/setup/demo/").status == 404  # type: ignore[union-attr]
    page.context.close()
