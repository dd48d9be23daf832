"""Steps as the design counts them: a key or a click is one, typing is none. And how many a task may take."""

from playwright.sync_api import Locator, Page

from tests.web.keys import press

# From the page that the task begins on. The numbers are those of the design (screens, table 3.0).
BUDGETS = {
    "start the top task": 1,
    "end a call": 3,
    "create a referral": 4,
    "book one visit": 4,
    "hold a 6-step itinerary": 3,
    "move 9 visits for a sick provider": 4,
    "back-fill a freed time": 2,
    "hand off my whole day": 4,
    "safety override with reason": 3,
}


class Steps:
    """Counts what a person does."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def key(self, name: str) -> None:
        press(self.page, name)
        self.count += 1

    def click(self, what: Locator) -> None:
        what.click()
        self.count += 1

    def pick(self, what: Locator, value: str) -> None:
        """Choose of a list that is under the focus."""
        what.select_option(value)
        self.count += 1

    def choose(self, field: str, option: int) -> None:
        self.page.locator("aside").get_by_label(field).select_option(index=option)
        self.count += 1

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def keep(self, task: str) -> None:
        """The task took no more steps than it may."""
        assert 0 < self.count <= BUDGETS[task], f"{task}: {self.count}"
