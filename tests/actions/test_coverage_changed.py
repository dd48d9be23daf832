"""Another coverage that comes in with records is heard by open referrals in the same transaction, and by no others."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from careloop.actions.referral_items import note_referral_item
from careloop.actions.referrals import end_referral
from careloop.actions.worklist import snooze_loop
from careloop.facts.access import Acting
from careloop.facts.preparation import Arranged, Item, ItemState
from careloop.facts.referrals import ReferralEvent
from careloop.reads.referrals import get_referral_page, list_referrals
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.records import bring, person
from tests.actions.referring import bring_seen_by_asha, loop_of, make, version
from tests.formats.fhir.samples import bundle, entry
from tests.people import House, later, take_in

pytestmark = pytest.mark.django_db
DAYS = Arranged(date(2026, 11, 20), date(2026, 12, 20))
SOON = later(hours=1)


def plan_of(key: str, payer: str, number: int = 1, **more: object) -> dict[str, Any]:
    return {
        "resourceType": "Coverage", "id": f"{key}-c{number}", "status": "active", "payor": [{"display": payer}],
        "beneficiary": {"reference": f"Patient/{key}"}, **more,
    }  # fmt: skip


@pytest.fixture
def rosa(house: House) -> UUID:
    found = bring_seen_by_asha(house, "rosa")
    bring(house, plan_of("rosa", "Senior plan"))
    return found


@pytest.fixture
def key(house: House, dana: Acting, rosa: UUID) -> UUID:
    return make(dana, house, rosa)


def note(who: Acting, key: UUID, item: Item, state: ItemState, words: str = "", **more: Arranged) -> int:
    return note_referral_item(who, key, version=version(who, key), item=item, state=state, note=words, **more)


def approve(who: Acting, key: UUID) -> None:
    note(who, key, Item.COVERAGE, ItemState.DONE, "271 of today: active")
    note(who, key, Item.APPROVAL, ItemState.DONE, "AB123", arranged=DAYS)


def items(who: Acting, key: UUID) -> dict[Item, tuple[ItemState, bool]]:
    return {one.item: (one.state, one.is_open_again) for one in get_referral_page(who, key).readiness.items}


def told(key: UUID) -> int:
    return int(
        ask_one(
            "SELECT count(*) FROM loop_event e JOIN referral r ON r.loop_id = e.loop_id WHERE r.id = %s"
            " AND e.say ->> 'key' = 'event.referral_coverage'",
            key,
        )
    )


@pytest.mark.parametrize(
    "change",
    [
        [plan_of("rosa", "Community plan")],
        [plan_of("rosa", "Senior plan", status="cancelled")],
        [plan_of("rosa", "Community plan", 2)],
    ],
)
def test_another_coverage_asks_for_the_approval_anew_in_the_same_transaction(
    house: House, dana: Acting, key: UUID, change: list[dict[str, Any]]
) -> None:
    approve(dana, key)
    assert loop_of(key)["step"] == "step.referral_send"

    bring(house, *change, at=SOON)

    assert (loop_of(key)["ball"], loop_of(key)["step"]) == ("payer", "step.referral_approval")
    assert items(dana, key) == {Item.COVERAGE: (ItemState.OPEN, True), Item.APPROVAL: (ItemState.OPEN, True)}
    assert list_referrals(dana).rows[0].next_step.key == "step.referral_approval"
    assert ask("SELECT approval_since FROM referral WHERE id = %s", key) == [(SOON,)]
    assert told(key) == 1
    assert broken_invariants() == {}


def test_the_same_records_again_or_a_change_of_something_else_tell_nobody(
    house: House, dana: Acting, key: UUID
) -> None:
    approve(dana, key)
    bring(house, plan_of("rosa", "Senior plan"), at=SOON)
    bring(house, plan_of("rosa", "Senior plan", subscriberId="S-7"), at=SOON)
    bring(house, person("rosa", gender="male"), at=SOON)
    assert (told(key), loop_of(key)["step"]) == (0, "step.referral_send")
    bring(house, plan_of("rosa", "Community plan"), at=SOON)
    bring(house, plan_of("rosa", "Community plan", subscriberId="S-8"), at=SOON + timedelta(hours=1))

    assert told(key) == 1
    assert ask("SELECT approval_since FROM referral WHERE id = %s", key) == [(SOON,)]
    assert broken_invariants() == {}


def test_that_none_was_needed_is_asked_of_the_new_plan_and_its_answer_goes_on(
    house: House, dana: Acting, key: UUID
) -> None:
    note(dana, key, Item.APPROVAL, ItemState.NOT_NEEDED, "Kay at the plan, call 4711")
    bring(house, plan_of("rosa", "Community plan"), at=SOON)
    assert loop_of(key)["step"] == "step.referral_approval"
    assert items(dana, key)[Item.COVERAGE] == (ItemState.OPEN, False)

    note(replace(dana, at=SOON), key, Item.APPROVAL, ItemState.NOT_NEEDED, "Lee at the new plan, call 12")

    assert (loop_of(key)["step"], items(dana, key)[Item.APPROVAL]) == (
        "step.referral_send", (ItemState.NOT_NEEDED, False),
    )  # fmt: skip
    assert broken_invariants() == {}


def test_where_only_the_coverage_was_looked_at_the_loop_is_told_and_wakes(
    house: House, dana: Acting, key: UUID
) -> None:
    note(dana, key, Item.COVERAGE, ItemState.DONE, "271 of today: active")
    ((loop, stood),) = ask(
        "SELECT l.id, l.version FROM loop l JOIN referral r ON r.loop_id = l.id WHERE r.id = %s", key
    )
    snooze_loop(dana, loop, version=stood, until=date(2026, 12, 10), reason="They call back")
    assert loop_of(key)["state"] == "snoozed"

    bring(house, plan_of("rosa", "Community plan"), at=SOON)

    assert (loop_of(key)["state"], told(key)) == ("started", 1)
    assert ask("SELECT approval_since FROM referral WHERE id = %s", key) == [(None,)]
    assert items(dana, key)[Item.COVERAGE] == (ItemState.OPEN, True)
    assert broken_invariants() == {}


def test_nothing_is_opened_that_nobody_looked_at_nor_where_it_is_over_nor_of_somebody_else(
    house: House, dana: Acting, rosa: UUID, key: UUID
) -> None:
    untouched = make(dana, house, rosa, specialty="Eyes")
    over = make(dana, house, rosa, specialty="Skin")
    approve(dana, over)
    end_referral(dana, over, version=version(dana, over), event=ReferralEvent.PATIENT_NO, reason="Does not want it")
    bring_seen_by_asha(house, "ada", name=[{"family": "Whitfield", "given": ["Ada"]}])
    approve(dana, key)

    bring(house, plan_of("ada", "Community plan"), at=SOON)
    assert told(key) == 0
    bring(house, plan_of("rosa", "Community plan"), at=SOON)

    assert [told(one) for one in (key, untouched, over)] == [1, 0, 0]
    assert ask_one("SELECT state FROM referral WHERE id = %s", over) == "closed"
    assert broken_invariants() == {}


def test_a_dry_run_tells_nobody(house: House, dana: Acting, key: UUID) -> None:
    approve(dana, key)

    take_in(json.dumps(bundle(entry(plan_of("rosa", "Community plan")))).encode(), house.north, at=SOON, dry_run=True)

    assert (told(key), loop_of(key)["step"]) == (0, "step.referral_send")
