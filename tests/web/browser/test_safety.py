"""The safety panel at work in the demo clinic: a question is asked, a finding is set aside and comes back."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import look
from tests.web.browser.test_clinic import at_work

pytestmark = pytest.mark.browser


def open_panel(page: Page) -> None:
    """Go from a safety question on Today to the patient, and from there to the panel."""
    page.locator("[data-open]", has_text="Ask a clinician about").first.click()
    # With scripts the explanation is fetched: the way to the patient is that of the row before until it is there.
    expect(page.locator("aside h2").first).to_contain_text("Ask a clinician about")
    page.locator("aside a", has_text="Open").first.click()
    page.get_by_role("link", name="Medicines together").first.click()
    expect(page.locator("h1")).to_have_text("Medicines together")


def set_aside(page: Page, clinician: str) -> None:
    finding = page.locator("article.finding").first
    finding.locator("summary", has_text="Set aside").click()
    finding.get_by_label("Why?").select_option("clinician_aware")
    finding.get_by_label("Which clinician knows of it?").fill(clinician)
    finding.get_by_label("Until when?").fill("2027-01-15")
    finding.locator("form button", has_text="Set aside").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_question_is_asked_and_a_finding_set_aside_and_put_back(chromium: Browser, demo: str, scripts: bool) -> None:
    with at_work(chromium, demo, "dana", scripts=scripts) as page:
        open_panel(page)
        scope = page.locator(".scope")
        expect(scope).to_contain_text("It does not decide.")
        expect(page.locator("#not-checked")).to_contain_text("without a prescription")

        first = page.locator("article.finding").first
        first.locator("summary", has_text="Ask the clinician").click()
        first.locator("button", has_text="Put it on the list").click()
        expect(page.locator("main [role=status]").first).to_contain_text("The question is on the list.")
        expect(page.locator("article.finding").first).to_contain_text("Look at the loop")

        set_aside(page, "Dr. Asha Raman")
        expect(page.locator("main [role=status]").first).to_contain_text("Set aside.")
        expect(page.locator("article.finding").first).to_contain_text("Dr. Asha Raman")

        page.locator("article.finding").first.locator("button", has_text="No longer set aside").click()
        expect(page.locator("main [role=status]").first).to_contain_text("It is no longer set aside.")
        expect(page.locator("article.finding").first.locator("summary", has_text="Set aside")).to_be_visible()


def test_what_is_not_clear_is_said_beside_the_field_with_what_was_typed(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        open_panel(page)
        page.evaluate("document.querySelectorAll('[required]').forEach((e) => e.removeAttribute('required'))")
        set_aside(page, "")

        expect(page.get_by_role("alert")).to_contain_text("Name the clinician who knows of it.")
        finding = page.locator("article.finding").first
        expect(finding.get_by_label("Until when?")).to_have_value("2027-01-15")
        expect(finding.get_by_label("Why?")).to_have_value("clinician_aware")


def test_the_panel_of_a_real_list_has_no_violation_on_a_small_screen(chromium: Browser, demo: str) -> None:
    with at_work(chromium, demo, "dana") as page:
        open_panel(page)
        look(page, 320)
