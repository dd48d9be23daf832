"""Care of six steps as it is lived: planned, held and booked, its doctor sick, one visit missed and found again, every
visit seen on its day, and the whole closed.

The clock of a served clinic stands still, so days pass by serving the same database again at the end of each day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import run_axe
from tests.web.browser.story import Clinic, Walk, open_clinic
from tests.web.demo_server import CLOCK, MadeDemo
from tests.web.keys import press
from tests.web.steps import Steps
from tests.web.tongue import Tongue

pytestmark = pytest.mark.browser
DOCTOR, MISSED, DONE, STEPS = "Heart doctor", "Talk about the results", "Done", 6
# The clinic is in Phoenix, seven hours behind UTC all the year: nearly five in the afternoon, after the last visit.
EVENING = "T23:55:00+00:00"
# More days than the steps can need, one of them twice.
MOST_DAYS = 8


@dataclass(frozen=True)
class Line:
    """A step as it stands on the page of the plan."""

    title: str
    on: str
    state: str
    who: tuple[str, ...]
    visit: str


@pytest.fixture
def clinic(made_demo: MadeDemo, tmp_path: Path) -> Iterator[Clinic]:
    """Serve a copy of the small demo clinic that nobody else sees."""
    with open_clinic(made_demo, tmp_path / "home") as one:
        yield one


def plan_of(page: Page, walk: Walk, address: str) -> list[Line]:
    """Open the page of the plan; return its steps as they stand, in the order of time."""
    walk.open(page, f"{address}{walk.visit}")
    found = []
    for line in page.locator("section[aria-labelledby=stands-1] .plan-steps > li").all():
        at, link = line.locator("time").first, line.locator("b a")
        found.append(
            Line(
                link.inner_text(),
                (at.get_attribute("datetime") or "") if at.count() else "",
                line.locator(".muted").first.inner_text(),
                tuple(line.locator("bdi").all_inner_texts()),
                link.get_attribute("href") or "",
            )
        )
    return found


def plan(page: Page, walk: Walk, address: str) -> None:
    """A plan is chosen, all its times are held in three steps, and booked."""
    walk.open(page, f"{address}/patients/")
    walk.come_to(page, page.get_by_role("link", name=walk.patient).first.click)
    walk.press(page, "Plan care in several steps")
    steps = Steps(page)
    steps.pick(page.get_by_label(walk.says("What is to be planned?")), "cardiac_workup")
    walk.come_to(page, lambda: steps.click(page.get_by_role("button", name=walk.says("Look for plans"))))
    steps.click(page.get_by_role("button", name=re.compile(f"^Hold all {STEPS} times")))
    walk.told(page, "All %(count)s times are held.")
    steps.keep("hold a 6-step itinerary")
    walk.press(page, "Book all that is held")
    walk.visit = re.sub(r"[?#].*", "", page.url.removeprefix(address))
    assert [one.state.split()[0] for one in plan_of(page, walk, address)] == ["Booked,"] * STEPS


def doctor_is_sick(page: Page, walk: Walk, address: str) -> None:
    """The doctor of one step is out on its day: the visit moves, and no rule of the plan is broken by it."""
    (before,) = (one for one in plan_of(page, walk, address) if one.title == DOCTOR)
    (name,) = (one for one in before.who if one.startswith("Dr."))
    walk.open(page, f"{address}/visits/day/?on={before.on}")
    walk.come_to(page, page.get_by_role("link", name=f"{name} is out").click)
    expect(page.get_by_role("heading", name=f"{name} is out")).to_be_visible()
    walk.come_to(page, page.get_by_role("button", name=re.compile(r"^Move \d+ visit")).click)
    expect(page.get_by_role("link", name=walk.says("Tell the patient")).first).to_be_visible()
    after = plan_of(page, walk, address)
    (moved,) = (one for one in after if one.title == DOCTOR)
    assert (moved.on, moved.who) != (before.on, before.who)
    assert len(after) == STEPS
    expect(page.locator("section[aria-labelledby=stands-1] .tag.late")).to_have_count(0)


def see(page: Page, walk: Walk, address: str, line: Line) -> None:
    """The patient comes on the day, and is seen."""
    walk.open(page, f"{address}{line.visit}")
    walk.press(page, "The patient is here")
    page.locator("summary", has_text=walk.says("Was seen")).click()
    page.locator("#finish-note").fill("Their desk says so")
    walk.press(page, "The visit took place")


def miss_and_find(page: Page, walk: Walk, address: str, line: Line) -> None:
    """Nobody came: the plan says that the step was lost, and finds a new time for it and what hangs on it."""
    walk.open(page, f"{address}{line.visit}")
    page.locator("summary", has_text=walk.says("Did not come")).click()
    page.get_by_label(walk.says("What stood in the way?")).select_option("ride")
    walk.press(page, "Note that nobody came")
    plan_of(page, walk, address)
    walk.press(page, "Find new times for what was lost")
    walk.come_to(page, page.get_by_role("button", name=re.compile("^Hold")).click)
    walk.press(page, "Book all that is held")
    (found,) = (one for one in plan_of(page, walk, address) if one.title == MISSED)
    assert found.on > line.on
    assert run_axe(page).violations_count == 0


def close(page: Page, walk: Walk, address: str) -> None:
    """All was done: the promise of the whole is closed by a person."""
    walk.open(page, f"{address}{walk.visit}")
    walk.press(page, "The whole plan as a loop")
    expect(page.locator("main")).to_contain_text(walk.says("All steps have happened."))
    primary = page.locator(".btn.primary:visible")
    expect(primary).to_have_count(1)
    expect(primary).to_contain_text(walk.says("Done"))
    press(page, "Enter")
    page.locator("textarea[name=note]:visible").fill("Heart doctor told the result")
    page.get_by_role("button", name=walk.says("Close it")).first.click()
    expect(page.locator("main")).to_contain_text(walk.says("Closed"))
    walk.see(page)


def test_care_of_six_steps_is_lived_to_its_end(clinic: Clinic, chromium: Browser) -> None:
    walk = Walk("James Okoye", "", "dana", "dana", Tongue("en"), {})
    with clinic.at(CLOCK) as address, walk.at_work(chromium, address, walk.giver) as page:
        plan(page, walk, address)
        doctor_is_sick(page, walk, address)
        lines = plan_of(page, walk, address)
    missed = False
    for _ in range(MOST_DAYS):
        waiting = [one for one in lines if not one.state.startswith(DONE)]
        if not waiting:
            break
        on = min(one.on for one in waiting)
        with clinic.at(f"{on}{EVENING}") as address, walk.at_work(chromium, address, walk.giver) as page:
            for line in (one for one in waiting if one.on == on):
                if line.title == MISSED and not missed:
                    missed = True
                    miss_and_find(page, walk, address, line)
                else:
                    see(page, walk, address, line)
            lines = plan_of(page, walk, address)
            if all(one.state.startswith(DONE) for one in lines):
                close(page, walk, address)
    assert missed
    assert [one.state.startswith(DONE) for one in lines] == [True] * STEPS
