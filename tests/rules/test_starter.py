"""The first steps: five, one of them ready, none once there is a record."""

from itertools import product

import pytest

from careloop.rules.starter import list_first_steps


@pytest.mark.parametrize(("task", "contact", "language", "coordinator"), list(product([True, False], repeat=4)))
def test_five_steps_and_the_first_that_is_not_done_is_ready(
    task: bool, contact: bool, language: bool, coordinator: bool
) -> None:
    steps = list_first_steps(
        has_task=task, has_contact=contact, has_language=language, has_coordinator=coordinator, has_record=False
    )

    assert [step.is_done for step in steps] == [task, contact, language, coordinator, False]
    assert [step.is_ready for step in steps].count(True) == 1
    assert next(step for step in steps if not step.is_done).is_ready


def test_a_record_needs_no_first_steps() -> None:
    known = {"has_task": False, "has_contact": False, "has_language": False, "has_coordinator": False}

    assert list_first_steps(**known, has_record=True) == ()
