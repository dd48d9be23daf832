"""What is in order before a specialist sees a patient holds for its coverage, its receiver and its date alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from careloop.basics.refusals import Refusal
from careloop.facts.preparation import OF_PLAN, Arranged, Item, ItemState, PreparedItem
from careloop.rules.referral_items import Around, Noted, approval_holds, clean_arranged, list_items, make_readiness

AT = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
DAY = date(2026, 12, 1)
UNDATED = Around("Senior plan", "Bayview Heart", needs_interpreter=True)
DATED = replace(UNDATED, starts_at=AT, on=DAY)
DAYS = Arranged(date(2026, 11, 20), date(2026, 12, 20))


def noted(item: Item, state: ItemState = ItemState.DONE, arranged: Arranged | None = None, **changed: object) -> Noted:
    values = {"covered_by": "Senior plan", "to_name": "Bayview Heart", "starts_at": AT} | changed
    kept = arranged or Arranged()
    return Noted(PreparedItem(item, state, note="x", arranged=kept), **values)  # type: ignore[arg-type]


def stands(around: Around, one: Noted) -> PreparedItem:
    return {item.item: item for item in make_readiness(around, [one]).items}[one.item.item]


def test_the_plan_comes_first_and_the_rest_once_there_is_a_date() -> None:
    assert list_items(UNDATED) == OF_PLAN
    assert list_items(DATED) == (*OF_PLAN, Item.INTERPRETER, Item.RIDE, Item.INSTRUCTIONS)
    assert Item.INTERPRETER not in list_items(replace(DATED, needs_interpreter=False))
    assert make_readiness(DATED, []).counts == (0, 5)


@pytest.mark.parametrize("item", [Item.COVERAGE, Item.APPROVAL])
def test_another_coverage_opens_what_the_plan_said_again(item: Item) -> None:
    one = noted(item, arranged=DAYS if item is Item.APPROVAL else None)

    assert stands(DATED, one).state is ItemState.DONE
    changed = stands(replace(DATED, covered_by="Community plan"), one)
    assert (changed.state, changed.is_open_again, changed.arranged) == (ItemState.OPEN, True, Arranged())
    not_needed = noted(item, ItemState.NOT_NEEDED)
    assert stands(replace(DATED, covered_by="Community plan"), not_needed).is_open_again


def test_an_approval_holds_for_its_days_and_its_office() -> None:
    one = noted(Item.APPROVAL, arranged=DAYS)
    assert stands(UNDATED, one).state is ItemState.DONE
    late = stands(replace(DATED, on=date(2026, 12, 21)), one)
    assert (late.state, late.is_open_again, late.arranged) == (ItemState.OPEN, True, DAYS)
    assert stands(replace(DATED, to_name="Mesa Heart"), one).is_open_again
    assert approval_holds(noted(Item.APPROVAL, ItemState.NOT_NEEDED), to_name="Mesa Heart", on=None)


@pytest.mark.parametrize("item", [Item.INTERPRETER, Item.RIDE, Item.INSTRUCTIONS])
def test_what_was_arranged_for_another_date_is_open_again(item: Item) -> None:
    one = noted(item)
    assert stands(DATED, one).state is ItemState.DONE
    assert stands(replace(DATED, starts_at=AT + timedelta(days=1)), one).is_open_again
    waiting = noted(item, ItemState.OPEN)
    assert not stands(replace(DATED, starts_at=AT + timedelta(days=1)), waiting).is_open_again


@pytest.mark.parametrize(
    ("arranged", "on"),
    [
        (Arranged(), None),
        (Arranged(DAY, None), None),
        (Arranged(DAY, DAY - timedelta(days=1)), None),
        (DAYS, date(2026, 12, 21)),
    ],
)
def test_an_approval_without_its_days_or_beside_the_visit_is_refused(arranged: Arranged, on: date | None) -> None:
    with pytest.raises(Refusal):
        clean_arranged(Item.APPROVAL, ItemState.DONE, arranged, on)


def test_days_are_kept_of_an_approval_that_is_there_alone() -> None:
    assert clean_arranged(Item.APPROVAL, ItemState.DONE, DAYS, DAY) == DAYS
    assert clean_arranged(Item.APPROVAL, ItemState.OPEN, DAYS, DAY) == Arranged()
    assert clean_arranged(Item.COVERAGE, ItemState.DONE, DAYS, DAY) == Arranged()
