"""A whole referral in a real Chromium: made, declined, sent elsewhere, a report of somebody else, read, told."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import look
from tests.web.conftest import PATIENCE_MS
from tests.web.demo_server import PASSWORD
from tests.web.keys import press
from tests.web.steps import Steps

pytestmark = pytest.mark.browser
REPORT = b"Visit of 2 December. No change: her valve needs warfarin."


def sign_in(chromium: Browser, demo: str, who: str) -> Page:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{demo}/sign-in/")
    page.locator("[name=login]").fill(f"{who}@demo.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button.primary").click()
    page.wait_for_url(f"{demo}/")
    return page


def looks_well(page: Page) -> None:
    """Nothing that axe can see, and no sideways scroll, in light and dark, wide and narrow; then as before."""
    look(page, 1280, 320)
    page.set_viewport_size({"width": 1280, "height": 900})


def told(page: Page, words: str) -> None:
    expect(page.locator("#said")).to_contain_text(words)


def send(page: Page, evidence: str) -> None:
    page.get_by_label("How did it go?").select_option("fax")
    page.get_by_label("What shows that it went?").fill(evidence)
    page.get_by_role("button", name="It went: note it").click()
    told(page, "on its way")


def take_in(page: Page, name: str, born: str) -> None:
    page.get_by_text("Take the report in", exact=True).click()
    form = page.locator("form[action$='/do/report/']")
    form.get_by_label("The report (PDF").set_input_files(
        {"name": "report.txt", "mimeType": "text/plain", "buffer": REPORT + name.encode()}
    )
    form.get_by_label("The name, as it stands on the report").fill(name)
    form.get_by_label("The birth date").fill(born)
    form.get_by_role("button", name="Take it in").click()


def ask(dana: Page, check: Callable[[Page], None]) -> str:
    """Make a referral from the patient's page and send it; return its address."""
    steps = Steps(dana)
    steps.key("r")
    dana.wait_for_url("**/refer/")
    check(dana)
    dana.get_by_label("What do you want to know?").fill("Can warfarin be replaced for her?")
    dana.get_by_label("Which specialty?").fill("Cardiology")
    dana.get_by_label("Or write a name").fill("Bayview Heart Clinic")
    steps.pick(dana.get_by_label("Which clinician asks"), "Dr. Asha Patel")
    steps.click(dana.get_by_role("button", name="Make it and look at what leaves"))
    told(dana, "The referral is made")
    steps.keep("create a referral")
    check(dana)
    send(dana, "Fax report: 3 pages")
    check(dana)
    return dana.url


def go_elsewhere(dana: Page) -> None:
    """They decline; it goes to somebody else, who takes the patient and gives a date."""
    dana.get_by_label("What did they say?").select_option("declined")
    dana.get_by_label("Who said it?").fill("Kay")
    dana.get_by_label("Their words, or why not").fill("No new patients before spring")
    dana.get_by_role("button", name="Note the answer").click()
    expect(dana.locator("#next-title")).to_contain_text("choose somebody else")
    dana.get_by_label("Or write a name").fill("Hill Heart Clinic")
    dana.get_by_label("Why?").first.fill("Bayview is full")
    dana.get_by_role("button", name="Send it there instead").click()
    dana.get_by_role("link", name="Look at the packet and send it").click()
    expect(dana.locator(".lede")).to_contain_text("Hill Heart Clinic")
    send(dana, "Fax report: 3 pages, 11:20")
    dana.get_by_label("What did they say?").select_option("accepted")
    dana.get_by_label("Who said it?").fill("Hal")
    dana.get_by_role("button", name="Note the answer").click()
    dana.get_by_label("Or the day and time that they gave").fill("2026-12-02T09:30")
    dana.get_by_role("button", name="Set the date").click()
    told(dana, "The date is set")
    expect(dana.locator("main")).to_contain_text("Wed 2 Dec")


def bring_a_strange_report(dana: Page, demo: str, patient: str) -> None:
    """A report of somebody else is on nobody's page, and is set aside."""
    take_in(dana, "Somebody Else", "1950-01-02")
    told(dana, "waits for review")
    dana.goto(patient)
    expect(dana.locator("#documents")).not_to_contain_text("report.txt")
    dana.goto(f"{demo}/referrals/unmatched/")
    expect(dana.locator("main")).to_contain_text("Somebody Else")
    looks_well(dana)
    dana.get_by_text("It is nobody's here").click()
    dana.get_by_label("What was done with it?").fill("Told Hill Heart; they take it back")
    dana.get_by_role("button", name="Set it aside").click()
    told(dana, "set aside")


def read_it(dana: Page, chromium: Browser, demo: str, referral: str) -> None:
    """The right report comes, and the clinician who asked reads it."""
    dana.goto(referral)
    take_in(dana, "Rosa Alvarez", born_of(dana))
    told(dana, "in the record")
    expect(dana.locator("#next-title")).to_contain_text("reads the report")

    asha = sign_in(chromium, demo, "asha")
    asha.goto(referral)
    asha.get_by_label("What must be done?").fill("Look at the valve in a year")
    asha.get_by_role("button", name="I have read it").click()
    told(asha, "Now the patient is told")
    asha.context.close()


def tell(dana: Page, referral: str, patient: str) -> None:
    """The patient is told, which closes it; what was recommended is a task."""
    dana.goto(referral)
    dana.get_by_label("How was the patient told?").select_option("phone")
    dana.get_by_label("What did you say?").fill("Your blood thinner stays as it is.")
    dana.get_by_label("What did they say back").fill("I keep taking it.")
    dana.get_by_role("button", name="The patient was told: close it").click()
    told(dana, "Closed: the patient was told")
    looks_well(dana)
    dana.goto(patient)
    expect(dana.locator("#loops")).to_contain_text("Look at the valve in a year")
    expect(dana.locator("#referrals")).to_contain_text("Closed")


def carry_the_plan(dana: Page, referral: str) -> None:
    """The health plan must approve first: that is the next step, and a number without days is not an approval."""
    dana.goto(referral)
    dana.get_by_role("button", name="The health plan must approve this visit first").click()
    told(dana, "Noted")
    expect(dana.locator("#next-title")).to_contain_text("Ask the health plan")
    press(dana, "Enter")
    part = dana.locator("#prepare")
    part.get_by_text("Note it: The health plan has approved").click()
    form = part.locator("form:visible")
    form.get_by_label("What shows it?").fill("AB123, Kay at the plan")
    form.get_by_role("button", name="It is in order").click()
    expect(part).to_contain_text("Choose a day.")
    looks_well(dana)
    form.get_by_label("First day").fill("2020-01-01")
    form.get_by_label("Last day").fill("2040-01-01")
    form.get_by_role("button", name="It is in order").click()
    told(dana, "Noted")
    expect(part).to_contain_text("AB123, Kay at the plan")
    expect(dana.locator("#next-title")).not_to_contain_text("Ask the health plan")


def walk_the_board(dana: Page, demo: str) -> None:
    """Keys go from column to column of the board and open a card, which says how soon, how long and with whom."""
    dana.goto(f"{demo}/referrals/?view=board")
    press(dana, "]")
    first = dana.locator("[data-lane] a[data-open]").first
    expect(first).to_be_focused()
    card = dana.locator("[data-lane] li[data-row]").first
    expect(card).to_contain_text("day")
    press(dana, "]")
    expect(first).not_to_be_focused()
    press(dana, "ArrowLeft")
    expect(first).to_be_focused()
    press(dana, "Enter")
    dana.wait_for_url("**/referrals/*-*/")


def take_it_out(dana: Page, referral: str, patient: str, other: str) -> None:
    """The report was another person's after all: it leaves, and what came of it is named."""
    dana.goto(referral)
    dana.get_by_text("Not this patient's report", exact=True).click()
    form = dana.locator("form[action$='/do/misfiled/']")
    form.get_by_label("The name, as it stands").fill(other)
    form.get_by_label("How do you know").fill("Another name stands on its second page")
    form.get_by_role("button", name="Take it out of this record").click()
    told(dana, "must be undone")
    expect(dana.locator("#misfiled")).to_contain_text("Dr. Asha Patel read it")
    expect(dana.locator("#misfiled")).to_contain_text("told the patient of it")
    expect(dana.locator("#report-title + .r")).to_have_text("0")
    dana.goto(patient)
    expect(dana.locator("#documents")).not_to_contain_text("report.txt")


def undo_what_came_of_it(dana: Page, referral: str) -> None:
    """Its task is taken back and the patient hears that it was a mistake; before that it does not end."""
    dana.goto(referral)
    part = dana.locator("#misfiled")
    part.get_by_text("All is undone", exact=True).click()
    part.get_by_label("Whom did you tell").fill("Dr. Patel and the patient")
    part.get_by_label("How did the patient hear").select_option("phone")
    part.get_by_role("button", name="All is undone: close this").click()
    expect(dana.locator("#problem")).to_contain_text("still open")
    looks_well(dana)
    part.get_by_text("Take the task back", exact=True).first.click()
    part.get_by_label("Why is it taken back").fill("It was not about her")
    part.locator("form").get_by_role("button", name="Take the task back").click()
    told(dana, "The task is taken back")
    part.get_by_text("All is undone", exact=True).click()
    part.get_by_label("Whom did you tell").fill("Dr. Patel and the patient")
    part.get_by_label("How did the patient hear").select_option("phone")
    part.get_by_role("button", name="All is undone: close this").click()
    told(dana, "what came of it is undone")


def match_it(dana: Page, demo: str, other: str, theirs: str) -> None:
    """Its own patient gets it."""
    dana.goto(f"{demo}/referrals/unmatched/")
    dana.get_by_label(other).check()
    dana.get_by_label("What shows it?").fill("It is the name on both pages")
    dana.get_by_role("button", name="It is this person's").click()
    told(dana, "in that record")
    dana.goto(theirs)
    expect(dana.locator("#report-title + .r")).to_have_text("1")
    dana.context.close()


def go_to(page: Page, name: str) -> None:
    """Go to the page of the patient who is found by this word."""
    press(page, "Control+k")
    page.keyboard.type(name)
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text(name.capitalize())
    press(page, "Enter")
    page.wait_for_url("**/patients/*/")
    expect(page.locator("h1").first).to_contain_text(name.capitalize())


def test_a_whole_referral_is_lived_from_the_question_to_the_patient_who_was_told(demo: str, chromium: Browser) -> None:
    dana = sign_in(chromium, demo, "dana")
    go_to(dana, "rosa")
    patient = dana.url

    referral = ask(dana, looks_well)
    go_elsewhere(dana)
    carry_the_plan(dana, referral)
    bring_a_strange_report(dana, demo, patient)
    read_it(dana, chromium, demo, referral)
    tell(dana, referral, patient)

    other = "James Okoye"
    go_to(dana, "james")
    theirs = ask(dana, lambda page: None)
    take_it_out(dana, referral, patient, other)
    undo_what_came_of_it(dana, referral)
    match_it(dana, demo, other, theirs)


def born_of(page: Page) -> str:
    """Return the patient's birth date as a field takes it."""
    return str(page.locator(".crumbs time").first.get_attribute("datetime"))


def test_the_list_is_walked_by_keys_and_all_is_said_in_spanish(demo: str, chromium: Browser) -> None:
    page = sign_in(chromium, demo, "dana")
    page.goto(f"{demo}/find/")
    page.goto(f"{demo}/referrals/")
    looks_well(page)
    press(page, "j")
    expect(page.locator("[data-leads]").first).to_be_focused()
    press(page, "Enter")
    page.wait_for_url("**/referrals/*-*/")
    walk_the_board(page, demo)
    for address in ("/referrals/?state=closed", "/referrals/?view=board", "/referrals/figures/"):
        page.goto(demo + address)
        looks_well(page)
    page.goto(f"{demo}/you/")
    page.locator("form[action*='language'] button, form[action*='language'] [value=es]").last.click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.goto(f"{demo}/referrals/?state=closed")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("h1")).to_have_text("Derivaciones")
    page.context.close()
