"""A referral as it is lived: booked, reminded, confirmed by text, missed, called about with its reason, booked again,
handed to a colleague who covers, and closed with the patient and the daughter told.

Three patients live it by the same steps: one in English, where axe looks at every page; one who speaks Spanish, with
coordinators and a clinician whose screens are in Spanish; one with browsers that run no script.

People work in Chromium; texts go over HTTP to the sandbox's gateway and mail over SMTP to its mail server. The clock of
a served clinic stands still, so days pass by serving the same database again at a later moment.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from careloop.basics.words import Say
from careloop.catalog.speech import speak, speak_date
from tests.web.axe import look
from tests.web.browser.story import Clinic, Walk, open_clinic
from tests.web.browser.test_referrals import born_of
from tests.web.demo_server import MadeDemo
from tests.web.steps import Steps
from tests.web.tongue import Tongue

pytestmark = pytest.mark.browser
# The clinic is in Phoenix, seven hours behind UTC all the year.
ASKED, REMINDED, MISSED, CALLED, SEEN, LATER = (
    "2026-11-20T15:04:00+00:00", "2026-11-25T17:05:00+00:00", "2026-12-02T23:30:00+00:00", "2026-12-03T15:30:00+00:00",
    "2026-12-10T23:30:00+00:00", "2026-12-10T23:45:00+00:00",
)  # fmt: skip
# A week before the visit on the second of December.
REMINDER, NEXT = date(2026, 11, 25), date(2026, 12, 10)
# The worker rests five seconds between two rounds: after these everything that is due has gone.
WORKER_MS = 13_000

ENGLISH = {
    "question": "Does her heart skip when she climbs stairs?", "specialty": "Cardiology", "yes": "YES",
    "why": "The bus did not come", "next": "She comes with her daughter next week.",
    "short": "Missed once: no bus. Her daughter drives her now.", "back": "See that she comes on the tenth.",
    "came": "Their desk says that she came", "fine": "The heart is fine. No other visit is needed.",
    "told": "Your heart is fine.", "heard": "So I need no pills.", "reminder": "Reply 1 for yes",
}  # fmt: skip
SPANISH = {
    "question": "¿Le salta el corazón al subir escaleras?", "specialty": "Cardiología", "yes": "Sí",
    "why": "El autobús no llegó", "next": "Viene con su hija la próxima semana.",
    "short": "Faltó una vez: sin autobús. Ahora la lleva su hija.", "back": "Ver que venga el diez.",
    "came": "Su recepción dice que fue", "fine": "El corazón está bien. No hace falta otra cita.",
    "told": "Su corazón está bien.", "heard": "Entonces no necesito pastillas.", "reminder": "Responda 1 si viene",
}  # fmt: skip
NAMES = {"mei": "Mei Tanaka", "marisol": "Marisol Vega"}
# What a text names to nobody: others may see it.
HIDDEN = re.compile(r"cardiolog|heart|coraz", re.IGNORECASE)
EN, ES = Tongue("en"), Tongue("es")


@pytest.fixture
def clinic(made_demo: MadeDemo, tmp_path: Path) -> Iterator[Clinic]:
    """Serve a copy of the small demo clinic that nobody else sees."""
    with open_clinic(made_demo, tmp_path / "home") as one:
        yield one


def name_daughter(page: Page, walk: Walk) -> None:
    """The daughter stands in the circle, and may hear of results by e-mail."""
    walk.open(page, f"{walk.home}circle/")
    page.locator("#add-name").fill(walk.daughter)
    page.locator("#add-relation").select_option("child")
    page.locator("#add-email").fill(walk.mail)
    page.locator("#add-language").select_option(walk.tongue.language)
    walk.press(page, "Add to the circle")
    card = page.locator("section", has=page.get_by_role("heading", name=walk.daughter))
    card.locator("summary", has_text=walk.says("The patient agrees")).click()
    form = card.locator("form[action$='/circle/consent/']")
    for name, value in (("topic", "results"), ("road", "email"), ("purpose", "care")):
        form.locator(f"input[name={name}][value={value}]").check()
    form.locator("select[name=how]").select_option("screen")
    walk.come_to(page, form.get_by_role("button", name=walk.says("Write it down")).click)
    expect(card).to_contain_text(walk.says("test results"))


def book(page: Page, walk: Walk, since: str) -> None:
    """Book the first time from a day on; the page that shows times is open."""
    page.get_by_label(walk.says_just("From")).fill(since)
    walk.press(page, "Show times")
    walk.come_to(page, page.locator("button[name=offer]").first.click)
    page.get_by_role("button", name=walk.says("Book it")).click()
    walk.told(page, "The visit is booked.")
    walk.visit = page.url.split("#")[0]


def find_patient(page: Page, walk: Walk, address: str) -> None:
    """Go to the patient's page by the list of all, and keep the number that stands there."""
    walk.open(page, f"{address}/patients/")
    walk.come_to(page, page.get_by_role("link", name=walk.patient).first.click)
    walk.home = page.url.split("#")[0]
    number = page.locator("#reach a[href^='tel:']").first.get_attribute("href") or ""
    walk.number = "+1" + re.sub(r"\D", "", number)[-10:]


def refer(page: Page, walk: Walk) -> None:
    """A referral is made, sent and taken."""
    walk.open(page, walk.home)
    walk.press(page, "New referral", key="r")
    page.get_by_label(walk.says("What do you want to know?")).fill(walk.said["question"])
    page.get_by_label(walk.says("Which specialty?")).fill(walk.said["specialty"])
    page.get_by_label(walk.says("Or write a name")).fill("Mesquite Valley Heart")
    page.get_by_label(walk.says("Which clinician asks")).select_option(label="Dr. Asha Patel")
    page.get_by_role("button", name=walk.says("Make it and look at what leaves")).click()
    walk.told(page, "The referral is made")
    page.get_by_label(walk.says("How did it go?")).select_option("fax")
    page.get_by_label(walk.says("What shows that it went?")).fill("Fax: 3")
    page.get_by_role("button", name=walk.says("It went: note it")).click()
    walk.told(page, "on its way")
    walk.referral = page.url.split("#")[0]
    page.get_by_label(walk.says("What did they say?")).select_option("accepted")
    page.get_by_label(walk.says("Who said it?")).fill("Hal")
    page.get_by_role("button", name=walk.says("Note the answer")).click()
    walk.told(page, "The answer is noted")


def date_it(page: Page, walk: Walk) -> None:
    """The referral's date is the visit that is booked here."""
    walk.open(page, walk.referral)
    page.get_by_label(walk.says("A visit that is booked here")).select_option(index=1)
    page.get_by_role("button", name=walk.says("Set the date")).click()
    walk.told(page, "The date is set")


def ask(chromium: Browser, walk: Walk, clinic: Clinic, address: str) -> None:
    """A referral is made; a visit is booked for it, and its reminders are planned."""
    with walk.at_work(chromium, address, walk.giver) as page:
        find_patient(page, walk, address)
        name_daughter(page, walk)
        refer(page, walk)
        walk.open(page, walk.home)
        walk.press(page, "Book a visit", key="b")
        walk.come_to(page, page.get_by_role("link", name="Heart clinic").click)
        book(page, walk, "2026-12-02")
        date_it(page, walk)
        walk.open(page, walk.visit)
        walk.until(page, re.compile(speak_date(REMINDER, walk.tongue.language, with_year=False)), "#reminders")


def answer_yes(chromium: Browser, walk: Walk, clinic: Clinic, address: str) -> None:
    """The reminder lies on the patient's telephone, in the patient's words, and is answered there."""
    with walk.at_work(chromium, address, walk.giver) as page:
        walk.open(page, walk.visit)
        walk.until(page, walk.says("by text"), "#reminders")
        walk.arrived(page, clinic, 1)
        (text,) = walk.texts(clinic)
        assert walk.said["reminder"] in text.words
        assert HIDDEN.search(text.words) is None
        page.goto(f"{clinic.server.url}/phone/{walk.number}")
        expect(page.locator("li").first).to_contain_text("(555) 010-0100")
        page.get_by_label("Answer as this person").fill(walk.said["yes"])
        page.get_by_role("button", name="Send").click()
        page.wait_for_url("**said=200")
        walk.open(page, walk.visit)
        walk.until(page, walk.says("Answered:"), "#reminders")
        expect(page.locator("#when-title")).to_contain_text(walk.says("Confirmed"))
        walk.arrived(page, clinic, 2)


def miss(chromium: Browser, walk: Walk, clinic: Clinic, address: str) -> None:
    """Nobody came: it is noted with what stood in the way."""
    with walk.at_work(chromium, address, walk.giver) as page:
        walk.open(page, walk.visit)
        page.locator("summary", has_text=walk.says("Did not come")).click()
        page.get_by_label(walk.says("What stood in the way?")).select_option("ride")
        page.locator("#miss-note").fill(walk.said["why"])
        walk.press(page, "Note that nobody came")
        expect(page.locator("main")).to_contain_text(walk.says("Did not come"))
        walk.open(page, walk.referral)
        # The referral follows its visit by itself.
        expect(page.locator("main")).to_contain_text(
            walk.says("Call the patient, ask what stood in the way, and find another date")
        )


def call(page: Page, walk: Walk) -> None:
    """The call is a task with its reason; its card is walked in three steps, and the visit is booked again."""
    walk.open(page, walk.visit)
    walk.press(page, "The promise behind it")
    expect(page.locator("main")).to_contain_text(walk.said["why"])
    walk.press(page, "Call card")
    expect(page.locator("#why-title")).to_be_visible()
    if walk.with_axe:
        look(page, 1280, 320)
        page.set_viewport_size({"width": 1280, "height": 900})
    steps = Steps(page)
    if walk.scripts:
        steps.key("1")
    else:
        steps.click(page.locator("#end-booked"))
    expect(page.locator("#end-booked")).to_be_checked()
    steps.click(page.get_by_label(walk.says_just("Note")))
    steps.type(walk.said["next"])
    steps.click(page.get_by_role("button", name=walk.says("Save the call")))
    walk.told(page, "Saved")
    steps.keep("end a call")

    walk.open(page, walk.visit)
    walk.press(page, "Find another time")
    book(page, walk, NEXT.isoformat())
    # The referral has the date of the new time by itself.
    walk.open(page, walk.referral)
    expect(page.locator("main")).to_contain_text(speak_date(NEXT, walk.tongue.language, with_year=False))


def hand_over(page: Page, walk: Walk, address: str) -> str:
    """The patient is handed to the colleague who covers: offered, with what matters. Return the sheet's address."""
    walk.open(page, f"{address}/handoffs/new/?patient={walk.home.rstrip('/').rpartition('/')[2]}")
    first = page.locator("summary", has_text=walk.says("write it first"))
    if first.count():  # beside what is of the day
        first.click()
    page.locator("#handoff-to").select_option(label=NAMES[walk.taker])
    page.get_by_label(walk.says_just("What?")).select_option("patients")
    walk.press(page, "Write the handoff")
    page.get_by_label(walk.says("How ill?")).first.select_option("watcher")
    page.get_by_label(walk.says("In short")).first.fill(walk.said["short"])
    walk.come_to(page, page.get_by_role("button", name=walk.says("Keep")).first.click)
    walk.press(page, "Offer it")
    expect(page.locator("main")).to_contain_text(walk.says("Until it is accepted all of it stays with you."))
    return page.url.split("#")[0]


def call_and_hand_over(chromium: Browser, walk: Walk, clinic: Clinic, address: str) -> None:
    """The patient is called; then the colleague says back what was heard, and the patient is theirs."""
    with walk.at_work(chromium, address, walk.giver) as giver:
        call(giver, walk)
        sheet = hand_over(giver, walk, address)
    with walk.at_work(chromium, address, walk.taker) as taker:
        walk.open(taker, sheet)
        taker.locator("textarea[name^=said-]").fill(walk.said["back"])
        walk.press(taker, "Accept it")
        expect(taker.locator("main .lede")).to_contain_text(walk.says("Accepted"))
        taker.wait_for_timeout(WORKER_MS)


def come(taker: Page, walk: Walk) -> None:
    """The patient came, and the report is here."""
    walk.open(taker, walk.visit)
    walk.press(taker, "The patient is here")
    taker.locator("summary", has_text=walk.says("Was seen")).click()
    taker.locator("#finish-note").fill(walk.said["came"])
    walk.press(taker, "The visit took place")
    expect(taker.locator("#when-title")).to_contain_text(walk.says("Seen"))
    walk.open(taker, walk.referral)
    expect(taker.locator("main")).to_contain_text(speak(Say("visit.referral_moved"), walk.tongue.language))
    form = taker.locator("form[action$='/do/report/']")
    form.get_by_label(walk.says("The report (PDF")).set_input_files(
        {"name": "report.txt", "mimeType": "text/plain", "buffer": f"{walk.patient}: {walk.said['fine']}".encode()}
    )
    form.get_by_label(walk.says("The name, as it stands on the report")).fill(walk.patient)
    form.get_by_label(walk.says("The birth date")).fill(born_of(taker))
    form.get_by_role("button", name=walk.says("Take it in")).click()
    walk.told(taker, "The report is in the record.")


def tell(taker: Page, walk: Walk) -> None:
    """The daughter is written to, and the patient told, which closes it."""
    walk.open(taker, f"{walk.home}messages/")
    key = taker.locator("#begin-to option", has_text=walk.daughter).get_attribute("value")
    taker.get_by_label(walk.says("With whom?")).select_option(key)
    walk.come_to(taker, taker.get_by_role("button", name=walk.begins("Write")).click)
    expect(taker.locator(".consent")).to_contain_text(walk.says("test results"))
    taker.locator("#w-road").select_option("email")
    taker.locator("#w-topic").select_option("results")
    taker.get_by_label(walk.says_just("My own words")).fill(walk.said["fine"])
    taker.get_by_role("button", name=walk.begins("Send")).click()
    walk.told(taker, "For ten seconds it can be taken back")
    walk.open(taker, walk.referral)
    taker.get_by_label(walk.says("How was the patient told?")).select_option("phone")
    taker.get_by_label(walk.says("What did you say?")).fill(walk.said["told"])
    taker.get_by_label(walk.says("What did they say back")).fill(walk.said["heard"])
    taker.get_by_role("button", name=walk.says("The patient was told: close it")).click()
    walk.told(taker, "Closed: the patient was told")


def see_and_tell(chromium: Browser, walk: Walk, clinic: Clinic, address: str) -> None:
    """The patient is seen, the clinician who asked reads the report, and everybody is told."""
    with walk.at_work(chromium, address, walk.taker) as taker:
        come(taker, walk)
    with walk.at_work(chromium, address, "asha") as asha:
        walk.open(asha, walk.referral)
        asha.get_by_role("button", name=walk.says("I have read it")).click()
        walk.told(asha, "Now the patient is told")
    with walk.at_work(chromium, address, walk.taker) as taker:
        tell(taker, walk)


def left(chromium: Browser, walk: Walk, clinic: Clinic, address: str) -> None:
    """The mail came through the mail server, and the ledger has its line."""
    with walk.at_work(chromium, address, walk.taker) as taker:
        walk.open(taker, f"{walk.home}disclosures/")
        walk.until(taker, re.compile(walk.daughter), "main")
        (mail,) = clinic.box.find("email", walk.mail)
        assert walk.said["fine"] in mail.words
        assert HIDDEN.search(mail.subject) is None
        expect(taker.locator("main")).to_contain_text(walk.said["fine"])


Chapter = Callable[[Browser, Walk, Clinic, str], None]
CHAPTERS: tuple[tuple[str, Chapter], ...] = (
    (ASKED, ask),
    (REMINDED, answer_yes),
    (MISSED, miss),
    (CALLED, call_and_hand_over),
    (SEEN, see_and_tell),
    (LATER, left),
)


WALKS = {
    "axe": Walk("Priya Raman", "Meera Raman", "lee", "mei", EN, ENGLISH, with_axe=True),
    "spanish": Walk("Rosa Álvarez", "Lucía Álvarez", "dana", "marisol", ES, SPANISH),
    "no-scripts": Walk("Walter Brandt", "Ruth Brandt", "lee", "mei", EN, ENGLISH, scripts=False),
}
# Every kind of page that the story passes: each was looked at.
PASSED = {
    "/handoffs/*/", "/handoffs/new/", "/loops/*/", "/messages/*/", "/patients/", "/patients/*/", "/patients/*/call/",
    "/patients/*/circle/", "/patients/*/disclosures/", "/patients/*/messages/", "/patients/*/refer/",
    "/patients/*/visits/new/", "/referrals/*/", "/referrals/*/packet/", "/visits/*/",
}  # fmt: skip


@pytest.mark.parametrize("name", WALKS)
def test_a_referral_is_lived_to_its_end_with_everybody_told(clinic: Clinic, chromium: Browser, name: str) -> None:
    walk = replace(WALKS[name], passed=set())
    for clock, chapter in CHAPTERS:
        with clinic.at(clock) as address:
            walk.move(address)
            chapter(chromium, walk, clinic, address)
        if chapter is ask:
            # What was sent before the reminders is another story.
            clinic.box.lines.clear()
    assert walk.passed == PASSED
