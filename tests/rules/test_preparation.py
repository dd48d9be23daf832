"""Which items a visit has, when it is ready, and what another time opens again."""

from datetime import UTC, date, datetime, time

import pytest

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.preparation import NOTHING_ARRANGED, Arranged, Cost, Item, ItemState, PreparedItem, VisitNeeds
from careloop.facts.scheduling import Preparation
from careloop.rules.preparation import (
    ALWAYS,
    clean_arranged,
    holds_on,
    list_items,
    list_steps,
    make_readiness,
    may_note,
    opens_again,
    say_cost,
)

PLAIN = VisitNeeds(Preparation.NONE, needs_fasting=False, needs_escort=False, needs_interpreter=False)
DAY = date(2026, 11, 24)
HOLDS = Arranged(date(2026, 11, 23), date(2026, 12, 3))


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
    opened = {item for item in Item if opens_again(item, ItemState.DONE, HOLDS, DAY)}

    assert opened == {Item.COVERAGE, Item.INTERPRETER, Item.RIDE, Item.ESCORT}
    assert opened == {item for item in Item if opens_again(item, ItemState.NOT_NEEDED, NOTHING_ARRANGED, DAY)}
    assert not any(opens_again(item, ItemState.OPEN, HOLDS, DAY) for item in Item)


@pytest.mark.parametrize(
    ("on", "opens"),
    [(date(2026, 11, 22), True), (date(2026, 11, 23), False), (date(2026, 12, 3), False), (date(2026, 12, 4), True)],
)
def test_an_approval_goes_along_on_its_first_and_its_last_day_and_not_beyond(on: date, opens: bool) -> None:
    assert opens_again(Item.APPROVAL, ItemState.DONE, HOLDS, on) is opens
    assert holds_on(HOLDS, on) is not opens
    # That none is needed is as true on another day.
    assert not opens_again(Item.APPROVAL, ItemState.NOT_NEEDED, NOTHING_ARRANGED, on)


def test_an_approval_is_among_the_items_once_somebody_noted_it() -> None:
    assert Item.APPROVAL not in list_items(PLAIN)
    assert may_note(Item.APPROVAL, PLAIN)
    assert not may_note(Item.FASTING, PLAIN)

    shown = make_readiness(PLAIN, [PreparedItem(Item.APPROVAL)])

    assert [one.item for one in shown.items][:2] == [Item.COVERAGE, Item.APPROVAL]
    assert shown.counts == (0, 5)


@pytest.mark.parametrize(
    ("arranged", "key"),
    [
        (NOTHING_ARRANGED, "refusal.approval_days"),
        (Arranged(first_on=DAY), "refusal.approval_days"),
        (Arranged(date(2026, 12, 3), date(2026, 12, 1)), "refusal.approval_days"),
        (Arranged(date(2026, 12, 1), date(2026, 12, 3)), "refusal.approval_not_then"),
    ],
)
def test_an_approval_counts_only_with_days_that_hold_the_visit(arranged: Arranged, key: str) -> None:
    with pytest.raises(Refusal) as no:
        clean_arranged(Item.APPROVAL, ItemState.DONE, arranged, DAY)

    assert no.value.say.key == key


def test_each_item_keeps_only_what_is_its_own() -> None:
    everything = Arranged(date(2026, 11, 23), date(2026, 12, 3), time(7, 15), 3000)

    assert clean_arranged(Item.APPROVAL, ItemState.DONE, everything, DAY) == HOLDS
    assert clean_arranged(Item.RIDE, ItemState.DONE, everything, DAY) == Arranged(pickup=time(7, 15))
    assert clean_arranged(Item.COVERAGE, ItemState.DONE, everything, DAY) == Arranged(pays=3000)
    assert clean_arranged(Item.FORMS, ItemState.DONE, everything, DAY) == NOTHING_ARRANGED
    assert clean_arranged(Item.APPROVAL, ItemState.OPEN, everything, DAY) == NOTHING_ARRANGED


def test_what_the_patient_does_before_a_visit_is_named_once_and_nothing_is_not() -> None:
    fasting, escort = Say("preparation.fasting"), Say("preparation.escort")

    assert list_steps(PLAIN) == ()
    assert list_steps(VisitNeeds(Preparation.FASTING, True, True, False)) == (fasting, escort)
    assert list_steps(VisitNeeds(Preparation.NONE, True, False, True)) == (fasting,)


@pytest.mark.parametrize("pays", [-1, 100_000_001])
def test_what_nobody_pays_is_refused(pays: int) -> None:
    with pytest.raises(Refusal) as no:
        clean_arranged(Item.COVERAGE, ItemState.DONE, Arranged(pays=pays), DAY)

    assert no.value.say.key == "compose_field.amount"


def test_a_cost_is_told_with_the_day_on_which_somebody_asked_where_the_visit_is() -> None:
    asked = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

    assert say_cost(Cost(3050, asked), "America/New_York") == Say(
        "reminder_step.pays", day=date(2026, 11, 23), amount="$30.50"
    )
    assert say_cost(Cost(0, asked), "UTC") == Say("reminder_step.pays_nothing", day=DAY)
