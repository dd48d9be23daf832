"""Which items a visit has, when it is ready, and what another time opens again."""

import pytest

from careloop.facts.preparation import Item, ItemState, PreparedItem, VisitNeeds
from careloop.facts.scheduling import Preparation
from careloop.rules.preparation import ALWAYS, list_items, make_readiness, opens_again

PLAIN = VisitNeeds(Preparation.NONE, needs_fasting=False, needs_escort=False, needs_interpreter=False)


@pytest.mark.parametrize(
    ("needs", "more"),
    [
        (PLAIN, set()),
        (VisitNeeds(Preparation.NONE, True, False, False), {Item.FASTING}),
        (VisitNeeds(Preparation.FASTING, False, False, False), {Item.FASTING}),
        (VisitNeeds(Preparation.FASTING, True, True, True), {Item.FASTING, Item.ESCORT, Item.INTERPRETER}),
        (VisitNeeds(Preparation.ESCORT, False, False, False), {Item.ESCORT}),
        (VisitNeeds(Preparation.MEDICINE_LIST, False, False, False), {Item.MEDICINE_LIST}),
        (VisitNeeds(Preparation.RECORDS, False, False, True), {Item.RECORDS, Item.INTERPRETER}),
    ],
)
def test_a_visit_has_the_items_that_apply_and_each_once(needs: VisitNeeds, more: set[Item]) -> None:
    listed = list_items(needs)

    assert set(listed) == {*ALWAYS, *more}
    assert len(listed) == len(set(listed))


def test_ready_follows_from_the_items_and_what_nobody_touched_is_open() -> None:
    done = [PreparedItem(item, ItemState.DONE, 1, "seen") for item in ALWAYS]

    assert make_readiness(PLAIN, []).counts == (0, 4)
    assert make_readiness(PLAIN, done[1:]).open_count == 1
    assert make_readiness(PLAIN, done).is_ready


def test_what_does_not_apply_any_more_counts_neither_way() -> None:
    """A patient who is found to speak the language after all needs no interpreter, whatever was noted."""
    noted = [PreparedItem(Item.INTERPRETER, ItemState.DONE, 1, "agency called")]

    assert make_readiness(PLAIN, noted).counts == (0, 4)


def test_another_time_opens_what_was_arranged_for_the_old_one_and_nothing_else() -> None:
    opened = {item for item in Item if opens_again(item, ItemState.DONE)}

    assert opened == {Item.COVERAGE, Item.INTERPRETER, Item.RIDE, Item.ESCORT}
    assert opened == {item for item in Item if opens_again(item, ItemState.NOT_NEEDED)}
    assert not any(opens_again(item, ItemState.OPEN) for item in Item)
