"""Every task that the design gives a number of steps is counted by a test in a browser."""

import re
from pathlib import Path

import pytest

from tests.web.steps import BUDGETS, Steps

BROWSER = Path(__file__).with_name("browser")


@pytest.mark.parametrize("task", BUDGETS)
def test_every_task_with_a_budget_is_counted_in_a_browser(task: str) -> None:
    counting = [path.name for path in BROWSER.glob("test_*.py") if f'.keep("{task}")' in path.read_text()]

    assert counting


def test_one_step_too_many_and_none_at_all_are_found() -> None:
    steps = Steps.__new__(Steps)
    for steps.count in (0, BUDGETS["end a call"] + 1):
        with pytest.raises(AssertionError, match="end a call"):
            steps.keep("end a call")


def test_no_browser_test_counts_a_task_without_a_budget() -> None:
    kept = {
        name for path in BROWSER.glob("test_*.py") for name in re.findall(r"\.keep\(\"([^\"]+)\"\)", path.read_text())
    }

    assert kept == set(BUDGETS)
