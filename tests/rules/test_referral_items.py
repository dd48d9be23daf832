"""What is in order before a specialist sees a patient holds for its coverage, its receiver and its date alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from careloop.basics.refusals import Refusal
from careloop.catalog.clocks import load_clocks
from careloop.catalog.referrals import load_limits
from careloop.facts.clocks import ClockValue
from careloop.facts.preparation import CLOCKED, OF_PLAN, Arranged, Item, ItemState, PreparedItem
from careloop.facts.referrals import ReferralFacts, ReferralState, Urgency
from careloop.facts.worklist import Confidence
from careloop.rules.referral_items import (
    Around,
    Noted,
    approval_holds,
    clean_arranged,
    find_next_due,
    list_dues,
    list_items,
    list_open,
    make_readiness,
)

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


LIMITS = replace(load_clocks(), values=load_limits())
ZONE = "America/New_York"
SET_AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def dated(*items: Item, **changed: object) -> ReferralFacts:
    values: dict[str, object] = {
        "state": ReferralState.DATE_SET, "state_since": SET_AT, "urgency": Urgency.ROUTINE, "see_by": date(2027, 1, 19),
        "starts_at": AT, "open_items": items,
    }  # fmt: skip
    return ReferralFacts(**(values | changed))  # type: ignore[arg-type]


def test_each_thing_before_a_visit_elsewhere_has_its_own_day_of_the_clinics_working_days() -> None:
    dues = list_dues(CLOCKED, AT, SET_AT, ZONE, LIMITS)

    # The visit is on Tuesday 1 December; the Thursday before it is Thanksgiving.
    assert {one.item: one.on for one in dues} == {
        Item.COVERAGE: date(2026, 11, 25), Item.INTERPRETER: date(2026, 11, 23), Item.RIDE: date(2026, 11, 25),
        Item.INSTRUCTIONS: date(2026, 11, 27),
    }  # fmt: skip
    assert all(one.source and not one.is_verified for one in dues)


def test_of_a_date_that_was_set_late_it_is_the_day_on_which_it_was_set() -> None:
    late = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)

    assert {one.on for one in list_dues(CLOCKED, AT, late, ZONE, LIMITS)} == {date(2026, 11, 30)}


def test_a_day_that_the_clinic_sets_holds_from_its_first_day_and_one_with_a_source_counts_as_verified() -> None:
    asked = ClockValue(
        date(2026, 11, 1), 7, False, "Rides of the county, its handbook of 2026", False, Confidence.PRIMARY
    )
    limits = replace(LIMITS, values={**LIMITS.values, "before.ride": (*LIMITS.values["before.ride"], asked)})

    (ride,) = list_dues([Item.RIDE], AT, SET_AT, ZONE, limits)
    assert (ride.on, ride.source, ride.is_verified) == (date(2026, 11, 24), asked.source, True)
    (before,) = list_dues([Item.RIDE], datetime(2026, 10, 20, 20, tzinfo=UTC), SET_AT.replace(month=9), ZONE, limits)
    assert before.on == date(2026, 10, 15)


def test_the_nearest_of_what_is_open_comes_first_and_only_before_a_visit_that_has_a_date() -> None:
    found = find_next_due(dated(Item.RIDE, Item.INTERPRETER, Item.INSTRUCTIONS), ZONE, LIMITS)

    assert found is not None
    assert (found.item, found.by) == (Item.INTERPRETER, datetime(2026, 11, 23, 22, 0, tzinfo=UTC))
    assert find_next_due(dated(), ZONE, LIMITS) is None
    assert find_next_due(dated(Item.RIDE, state=ReferralState.ACCEPTED, starts_at=None), ZONE, LIMITS) is None


def test_open_is_what_has_a_clock_and_is_not_settled() -> None:
    readiness = make_readiness(DATED, [noted(Item.RIDE), noted(Item.COVERAGE, ItemState.NOT_NEEDED)])

    assert list_open(readiness) == (Item.INTERPRETER, Item.INSTRUCTIONS)
