"""A referral as it is lived: booked, reminded, confirmed by text, missed, called about with its reason, booked again,
handed to a colleague who covers, and closed with the patient and the daughter told.

People work in Chromium; texts go over HTTP to the sandbox's gateway and mail over SMTP to its mail server. The clock of
a served clinic stands still, so days pass by serving the same database again at a later moment.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from careloop.jobs.sandbox import Line, Sandbox
from careloop.jobs.sandbox_http import Server
from careloop.jobs.sandbox_mail import open_mail
from tests.web.axe import look
from tests.web.browser.test_clinic import at_work
from tests.web.browser.test_referrals import born_of, send, told
from tests.web.demo_server import MadeDemo, copy_demo, serve_at
from tests.web.keys import press

pytestmark = pytest.mark.browser
# The clinic is in Phoenix, seven hours behind UTC all the year.
ASKED, REMINDED, MISSED, CALLED, SEEN, LATER = (
    "2026-11-20T15:04:00+00:00", "2026-11-25T17:05:00+00:00", "2026-12-02T23:30:00+00:00", "2026-12-03T15:30:00+00:00",
    "2026-12-10T23:30:00+00:00", "2026-12-10T23:45:00+00:00",
)  # fmt: skip
PATIENT, DAUGHTER, HER_MAIL = "Priya Raman", "Meera Raman", "meera@home.example"
NUMBER = "+16025550106"
TURNS = 30
# The worker rests five seconds between two rounds: after these everything that is due has gone.
WORKER_MS = 13_000


@dataclass
class Story:
    """A copy of the demo clinic, the sandbox beside it, and the addresses of what the story is about."""

    home: Path
    urls: tuple[str, str]
    box: Sandbox
    server: Server
    patient: str = ""
    referral: str = ""
    visit: str = ""

    @contextmanager
    def at(self, clock: str) -> Iterator[str]:
        """Serve the clinic at a moment; yield its address."""
        with serve_at(self.home, self.urls, clock) as address:
            self.box.hooks = address
            yield address

    def move(self, address: str) -> None:
        """Say where the same pages stand now: each serving has a port of its own."""
        self.patient, self.referral, self.visit = (
            f"{address}{urlsplit(one).path}" for one in (self.patient, self.referral, self.visit)
        )


@pytest.fixture
def story(made_demo: MadeDemo, tmp_path: Path) -> Iterator[Story]:
    """Copy the small demo clinic, and have what it sends go to a sandbox."""
    box = Sandbox(deliver_after=None)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server, mail = Server(box, 0), open_mail(box, port)
    server.begin()
    given = {
        "CARELOOP_TEXT_URL": server.url, "CARELOOP_TEXT_ACCOUNT": box.account, "CARELOOP_TEXT_TOKEN": box.token,
        "CARELOOP_TEXT_FROM": "+15550100100", "CARELOOP_SMTP_HOST": "127.0.0.1",
        "CARELOOP_SMTP_PORT": str(port), "CARELOOP_SMTP_FROM": "care@clinic.example",
        "CARELOOP_CLINIC_PHONE": "(555) 010-0100",
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patched, copy_demo(made_demo, tmp_path / "home") as urls:
        for name, value in given.items():
            patched.setenv(name, value)
        yield Story(tmp_path / "home", urls, box, server)
    server.shutdown()
    server.server_close()
    mail.stop()


def until(page: Page, words: str, where: str = "main") -> None:
    """Look again until the worker has done its part."""
    for _ in range(TURNS):
        if words in page.locator(where).first.inner_text():
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(words + page.locator(where).first.inner_text())


def until_planned(page: Page, story: Story) -> None:
    """The worker has planned the reminders of the visit."""
    page.goto(story.visit)
    until(page, "25 Nov", "#reminders")


def texts(story: Story) -> list[Line]:
    """Return what the clinic wrote to the patient's telephone."""
    return [one for one in story.box.find("text", NUMBER) if not one.is_answer]


def arrived(page: Page, story: Story, count: int) -> None:
    """Wait until so many texts lie on the patient's telephone."""
    for _ in range(TURNS):
        if len(texts(story)) >= count:
            return
        page.wait_for_timeout(1000)
    raise AssertionError([one.words for one in texts(story)])


def name_daughter(page: Page, story: Story) -> None:
    """The daughter stands in the circle, and may hear of results by e-mail."""
    page.goto(f"{story.patient}circle/")
    page.locator("#add-name").fill(DAUGHTER)
    page.locator("#add-relation").select_option("child")
    page.locator("#add-email").fill(HER_MAIL)
    page.locator("#add-language").fill("en")
    page.get_by_role("button", name="Add to the circle").click()
    card = page.locator("section", has=page.get_by_role("heading", name=DAUGHTER))
    card.locator("summary", has_text="The patient agrees").click()
    form = card.locator("form[action$='/circle/consent/']")
    for name, value in (("topic", "results"), ("road", "email"), ("purpose", "care")):
        form.locator(f"input[name={name}][value={value}]").check()
    form.locator("select[name=how]").select_option("screen")
    form.get_by_role("button", name="Write it down").click()
    expect(card).to_contain_text("results")


def book(page: Page, since: str) -> None:
    """Book the first time from a day on; the page that shows times is open."""
    page.get_by_label("From", exact=True).fill(since)
    page.get_by_role("button", name="Show times").click()
    page.locator("button[name=offer]").first.click()
    page.get_by_role("button", name="Book it").click()
    expect(page.get_by_text("The visit is booked.")).to_be_visible()


def ask(page: Page, address: str, story: Story) -> None:
    """A referral is made, sent and taken; a visit is booked for it."""
    page.goto(f"{address}/patients/")
    page.get_by_role("link", name=PATIENT).first.click()
    page.wait_for_url("**/patients/*-*/")
    story.patient = page.url.split("#")[0]
    name_daughter(page, story)

    page.goto(story.patient)
    press(page, "r")
    page.wait_for_url("**/refer/")
    page.get_by_label("What do you want to know?").fill("Does her heart skip when she climbs stairs?")
    page.get_by_label("Which specialty?").fill("Cardiology")
    page.get_by_label("Or write a name").fill("Mesquite Valley Heart")
    page.get_by_label("Which clinician asks").select_option(label="Dr. Asha Patel")
    page.get_by_role("button", name="Make it and look at what leaves").click()
    told(page, "The referral is made")
    send(page, "Fax report: 3 pages")
    story.referral = page.url.split("#")[0]
    page.get_by_label("What did they say?").select_option("accepted")
    page.get_by_label("Who said it?").fill("Hal")
    page.get_by_role("button", name="Note the answer").click()
    told(page, "The answer is noted")

    page.goto(story.patient)
    press(page, "b")
    page.get_by_role("link", name="Heart clinic").click()
    book(page, "2026-12-02")
    story.visit = page.url.split("#")[0]
    date_it(page, story)


def date_it(page: Page, story: Story) -> None:
    """The referral's date is the visit that is booked here."""
    page.goto(story.referral)
    field = page.get_by_label("A visit that is booked here")
    field.select_option(index=1)
    page.get_by_role("button", name="Set the date").click()
    told(page, "The date is set")


def answer_yes(page: Page, story: Story) -> None:
    """The reminder lies on the patient's telephone, and is answered there."""
    page.goto(story.visit)
    until(page, "by text", "#reminders")
    arrived(page, story, 1)
    (text,) = texts(story)
    assert "Cardiology" not in text.words
    assert "Heart" not in text.words
    page.goto(f"{story.server.url}/phone/{NUMBER}")
    expect(page.locator("li").first).to_contain_text("(555) 010-0100")
    page.get_by_label("Answer as this person").fill("YES")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**said=200")
    page.goto(story.visit)
    until(page, "Left out:", "#reminders")
    expect(page.locator("#reminders")).to_contain_text("Answered:")
    expect(page.locator("#when-title")).to_contain_text("Confirmed")
    arrived(page, story, 2)


def miss(page: Page, story: Story) -> None:
    """Nobody came: it is noted with what stood in the way."""
    page.goto(story.visit)
    page.locator("summary", has_text="Did not come").click()
    page.get_by_label("What stood in the way?").select_option("ride")
    page.locator("#miss-note").fill("The bus did not come")
    page.get_by_role("button", name="Note that nobody came").click()
    expect(page.locator("main")).to_contain_text("Did not come")
    page.goto(story.referral)
    page.locator("summary", has_text="The patient did not come").click()
    form = page.locator("form[action$='/do/missed/']")
    form.get_by_label("Say it in a few words").fill("The bus did not come")
    form.get_by_role("button", name="Note it").click()
    told(page, "Call the patient and find another date")


def call(page: Page, address: str, story: Story) -> None:
    """The call is a task with its reason; its card is walked by keys, and the visit is booked again."""
    page.goto(story.visit)
    page.get_by_role("link", name="The promise behind it").click()
    expect(page.locator("main")).to_contain_text("The bus did not come")
    page.get_by_role("link", name="Call card").first.click()
    expect(page.locator("#why-title")).to_be_visible()
    look(page, 1280, 320)
    page.set_viewport_size({"width": 1280, "height": 900})
    # Three steps from the card: how it went, the note, saved.
    press(page, "1")
    expect(page.locator("#end-booked")).to_be_checked()
    page.get_by_label("Note", exact=True).fill("She comes with her daughter next week.")
    page.get_by_role("button", name="Save the call").click()
    expect(page.locator("main")).to_contain_text("Saved")

    page.goto(story.visit)
    page.get_by_role("link", name="Find another time").click()
    book(page, "2026-12-10")
    story.visit = page.url.split("#")[0]
    date_it(page, story)
    expect(page.locator("main")).to_contain_text("Thu 10 Dec")


def hand_over(lee: Page, address: str, story: Story) -> str:
    """The patient is handed to the colleague who covers: offered, with what matters."""
    lee.goto(f"{address}/handoffs/new/?patient={story.patient.rstrip('/').rpartition('/')[2]}")
    lee.get_by_label("To whom?").select_option(label="Mei Tanaka")
    lee.get_by_label("What?", exact=True).select_option("patients")
    lee.get_by_role("button", name="Write the handoff").click()
    lee.get_by_label("How ill?").first.select_option("watcher")
    lee.get_by_label("In short").first.fill("Missed once: no bus. Her daughter drives her now.")
    lee.get_by_role("button", name="Keep").first.click()
    lee.get_by_role("button", name="Offer it").click()
    expect(lee.locator("main")).to_contain_text("Until it is accepted all of it stays with you.")
    return lee.url.split("#")[0]


def say_back(mei: Page, story: Story, sheet: str) -> None:
    """The colleague says back what was heard, and it is hers; the patient hears who helps her now."""
    mei.goto(sheet)
    mei.locator("textarea[name^=said-]").fill("See that she comes on the tenth, then get the report.")
    mei.get_by_role("button", name="Accept it").click()
    expect(mei.locator("main .lede")).to_contain_text("Accepted")
    mei.wait_for_timeout(WORKER_MS)


def come(mei: Page, story: Story) -> None:
    """She came, and the report is here."""
    mei.goto(story.visit)
    mei.get_by_role("button", name="The patient is here").click()
    mei.locator("summary", has_text="Was seen").click()
    mei.locator("#finish-note").fill("Their desk says that she came")
    mei.get_by_role("button", name="The visit took place").click()
    expect(mei.locator("#when-title")).to_contain_text("Seen")
    mei.goto(story.referral)
    form = mei.locator("form[action$='/do/seen/']")
    form.get_by_label("Say it in a few words").fill("Their desk says that she came")
    form.get_by_role("button", name="Note that they were seen").click()
    told(mei, "Now the report is waited for")
    form = mei.locator("form[action$='/do/report/']")
    form.get_by_label("The report (PDF").set_input_files(
        {"name": "report.txt", "mimeType": "text/plain", "buffer": f"Visit of {PATIENT}. Nothing found.".encode()}
    )
    form.get_by_label("The name, as it stands on the report").fill(PATIENT)
    form.get_by_label("The birth date").fill(born_of(mei))
    form.get_by_role("button", name="Take it in").click()
    told(mei, "in the record")


def read(asha: Page, story: Story) -> None:
    """The clinician who asked reads it."""
    asha.goto(story.referral)
    asha.get_by_role("button", name="I have read it").click()
    told(asha, "Now the patient is told")


def tell(mei: Page, story: Story) -> None:
    """The daughter is written to, and the patient told, which closes it."""
    mei.goto(f"{story.patient}messages/")
    key = mei.locator("#begin-to option", has_text=DAUGHTER).get_attribute("value")
    mei.get_by_label("With whom?").select_option(key)
    mei.get_by_role("button", name="Write").click()
    expect(mei.locator(".consent")).to_contain_text("results")
    mei.locator("#w-road").select_option("email")
    mei.locator("#w-topic").select_option("results")
    mei.get_by_label("My own words", exact=True).fill("The heart is fine. No other visit is needed.")
    mei.get_by_role("button", name="Send").click()
    expect(mei.locator("main [role=status]").first).to_contain_text("taken back")

    mei.goto(story.referral)
    mei.get_by_label("How was the patient told?").select_option("phone")
    mei.get_by_label("What did you say?").fill("Your heart is fine.")
    mei.get_by_label("What did they say back").fill("So I need no pills.")
    mei.get_by_role("button", name="The patient was told: close it").click()
    told(mei, "Closed: the patient was told")


def left(mei: Page, story: Story) -> None:
    """The mail came through the mail server, and the ledger has its line."""
    mei.goto(f"{story.patient}disclosures/")
    until(mei, DAUGHTER)
    (mail,) = story.box.find("email", HER_MAIL)
    assert "The heart is fine." in mail.words
    assert "heart" not in mail.subject.lower()
    expect(mei.locator("main")).to_contain_text("The heart is fine. No other visit is needed.")


def test_a_referral_is_lived_to_its_end_with_everybody_told(story: Story, chromium: Browser) -> None:
    with story.at(ASKED) as address, at_work(chromium, address, "lee", width=1280) as page:
        ask(page, address, story)
        until_planned(page, story)
    story.box.lines.clear()
    with story.at(REMINDED) as address, at_work(chromium, address, "lee", width=1280) as page:
        story.move(address)
        answer_yes(page, story)
    with story.at(MISSED) as address, at_work(chromium, address, "lee", width=1280) as page:
        story.move(address)
        miss(page, story)
    with story.at(CALLED) as address, at_work(chromium, address, "lee", width=1280) as page:
        story.move(address)
        call(page, address, story)
        sheet = hand_over(page, address, story)
        with at_work(chromium, address, "mei", width=1280) as mei:
            say_back(mei, story, sheet)
    with story.at(SEEN) as address:
        story.move(address)
        with at_work(chromium, address, "mei", width=1280) as mei:
            come(mei, story)
            with at_work(chromium, address, "asha", width=1280) as asha:
                read(asha, story)
            tell(mei, story)
    with story.at(LATER) as address, at_work(chromium, address, "mei", width=1280) as mei:
        story.move(address)
        left(mei, story)
