"""Coverage, approval, ride and interpreter before a specialist's visit are noted, and an approval is waited for."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from careloop.actions.people import join_care_team
from careloop.actions.referral_items import note_referral_item
from careloop.actions.referral_visits import set_date
from careloop.actions.referrals import reroute_referral
from careloop.actions.sweep import sweep_due_loops
from careloop.basics.refusals import NotFound, TakenMeanwhile
from careloop.facts.access import Acting, Purpose
from careloop.facts.preparation import Arranged, Item, ItemState
from careloop.reads.referrals import get_referral_page, list_referrals
from tests.actions.look import broken_invariants
from tests.actions.places import Places
from tests.actions.records import bring
from tests.actions.referring import bring_seen_by_asha, give_date, loop_of, make, send, version
from tests.actions.visits import booked, refusal
from tests.people import House, later, system

pytestmark = pytest.mark.django_db
WALL = datetime(2026, 12, 1, 14, 30)  # noqa: DTZ001 (a wall time)
DAYS = Arranged(date(2026, 11, 20), date(2026, 12, 20))


@pytest.fixture
def key(house: House, dana: Acting) -> UUID:
    return make(dana, house, bring_seen_by_asha(house, "rosa"))


def note(who: Acting, key: UUID, item: Item, state: ItemState, words: str = "", **more: Arranged) -> int:
    return note_referral_item(who, key, version=version(who, key), item=item, state=state, note=words, **more)


def items(who: Acting, key: UUID) -> dict[Item, tuple[ItemState, bool]]:
    return {one.item: (one.state, one.is_open_again) for one in get_referral_page(who, key).readiness.items}


def test_an_approval_that_is_needed_is_waited_for_until_it_is_there(dana: Acting, key: UUID) -> None:
    note(dana, key, Item.COVERAGE, ItemState.DONE, "271 of today: active")
    assert loop_of(key)["step"] == "step.referral_send"
    note(dana, key, Item.APPROVAL, ItemState.OPEN)
    assert (loop_of(key)["ball"], loop_of(key)["step"]) == ("payer", "step.referral_approval")
    assert list_referrals(dana).rows[0].next_step.key == "step.referral_approval"
    assert broken_invariants() == {}

    assert refusal(lambda: note(dana, key, Item.APPROVAL, ItemState.DONE, "AB123")) == "refusal.approval_days"
    note(dana, key, Item.APPROVAL, ItemState.DONE, "AB123", arranged=DAYS)

    assert (loop_of(key)["ball"], loop_of(key)["step"]) == ("us", "step.referral_send")
    assert items(dana, key) == {
        Item.COVERAGE: (ItemState.DONE, False), Item.APPROVAL: (ItemState.DONE, False)
    }  # fmt: skip
    assert get_referral_page(dana, key).readiness.is_ready
    assert broken_invariants() == {}


def test_that_none_is_needed_says_what_shows_it(dana: Acting, key: UUID) -> None:
    note(dana, key, Item.APPROVAL, ItemState.OPEN)
    silent = refusal(lambda: note(dana, key, Item.APPROVAL, ItemState.NOT_NEEDED, "  "))
    assert silent == "refusal.reason_missing"
    note(dana, key, Item.APPROVAL, ItemState.NOT_NEEDED, "Kay at the plan, call 4711, 12 Nov")

    assert loop_of(key)["step"] == "step.referral_send"
    assert broken_invariants() == {}


def test_an_approval_is_asked_for_anew_for_a_day_or_an_office_for_which_it_does_not_hold(
    dana: Acting, key: UUID
) -> None:
    note(dana, key, Item.APPROVAL, ItemState.DONE, "AB123", arranged=DAYS)
    send(dana, key)
    give_date(dana, key, WALL)
    assert loop_of(key)["step"] == "step.referral_coverage"
    give_date(dana, key, WALL.replace(day=22))
    assert (loop_of(key)["ball"], loop_of(key)["step"]) == ("payer", "step.referral_approval")
    then = refusal(lambda: note(dana, key, Item.APPROVAL, ItemState.DONE, "AB123", arranged=DAYS))
    assert then == "refusal.approval_not_then"
    note(dana, key, Item.APPROVAL, ItemState.DONE, "AB124", arranged=Arranged(DAYS.first_on, date(2026, 12, 31)))
    assert loop_of(key)["step"] == "step.referral_coverage"

    reroute_referral(dana, key, version=version(dana, key), to_entry=None, to_name="Mesa Heart", reason="Nearer")

    assert loop_of(key)["step"] == "step.referral_approval"
    assert broken_invariants() == {}


def test_a_ride_belongs_to_its_date_and_is_not_asked_for_before_there_is_one(dana: Acting, key: UUID) -> None:
    send(dana, key)
    assert refusal(lambda: note(dana, key, Item.RIDE, ItemState.DONE, "Her son")) == "refusal.visit_item_none"
    give_date(dana, key, WALL)
    note(dana, key, Item.RIDE, ItemState.DONE, "Her son")
    assert items(dana, key)[Item.RIDE] == (ItemState.DONE, False)
    give_date(dana, key, WALL.replace(day=2))

    assert items(dana, key)[Item.RIDE] == (ItemState.OPEN, True)
    assert broken_invariants() == {}


def test_who_saw_an_older_one_and_who_may_not_write_note_nothing(house: House, dana: Acting, key: UUID) -> None:
    with pytest.raises(TakenMeanwhile):
        note_referral_item(dana, key, version=99, item=Item.COVERAGE, state=ItemState.OPEN)
    with pytest.raises(NotFound):
        note_referral_item(house.acting("kim"), key, version=1, item=Item.COVERAGE, state=ItemState.OPEN)


def settle(who: Acting, key: UUID, *items: Item) -> None:
    for item in items:
        note(who, key, item, ItemState.DONE, "The desk and her son say so")


def test_the_next_step_follows_what_is_to_be_in_order_first_and_then_the_visit(
    house: House, dana: Acting, key: UUID
) -> None:
    send(dana, key)
    give_date(dana, key, WALL)
    # The visit is on Tuesday: coverage and ride by Wednesday, Thanksgiving, what she is told by Friday.
    assert loop_of(key)["step"] == "step.referral_coverage"
    settle(dana, key, Item.COVERAGE)
    assert (loop_of(key)["ball"], loop_of(key)["step"]) == ("us", "step.referral_ride")
    assert loop_of(key)["next_at"] == datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
    (row,) = list_referrals(dana).rows
    assert (row.next_step.key, row.limit.at) == ("step.referral_ride", datetime(2026, 11, 25, 22, 0, tzinfo=UTC))
    dues = {one.item: (one.on, one.is_verified) for one in get_referral_page(dana, key).dues}
    assert dues == {Item.RIDE: (date(2026, 11, 25), False), Item.INSTRUCTIONS: (date(2026, 11, 27), False)}
    settle(dana, key, Item.RIDE, Item.INSTRUCTIONS)

    assert (loop_of(key)["ball"], loop_of(key)["step"]) == ("patient", "step.referral_see")
    assert loop_of(key)["next_at"] == datetime(2026, 12, 1, 22, 0, tzinfo=UTC)
    assert get_referral_page(dana, key).dues == ()
    # Another date: what was arranged for the first one has its day again.
    give_date(dana, key, WALL.replace(day=8))
    assert loop_of(key)["step"] == "step.referral_ride"
    assert broken_invariants() == {}


def test_who_needs_an_interpreter_has_one_booked_first(house: House, dana: Acting) -> None:
    speaks = [{"language": {"coding": [{"code": "vi"}]}, "preferred": True}]
    needs = {"url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired", "valueBoolean": True}
    key = make(dana, house, bring_seen_by_asha(house, "hoa", communication=speaks, extension=[needs]))
    send(dana, key)
    give_date(dana, key, WALL)

    assert loop_of(key)["step"] == "step.referral_interpreter"
    assert list_referrals(dana).rows[0].next_step.key == "step.referral_interpreter"
    assert broken_invariants() == {}


def test_another_coverage_before_the_visit_gives_its_day_back(house: House, dana: Acting, key: UUID) -> None:
    send(dana, key)
    give_date(dana, key, WALL)
    settle(dana, key, Item.COVERAGE, Item.RIDE, Item.INSTRUCTIONS)
    assert loop_of(key)["step"] == "step.referral_see"
    plan = {
        "resourceType": "Coverage", "id": "c1", "status": "active", "payor": [{"display": "Community plan"}],
        "beneficiary": {"reference": "Patient/rosa"},
    }  # fmt: skip

    bring(house, plan, at=later(hours=1))

    assert loop_of(key)["step"] == "step.referral_coverage"
    assert items(dana, key)[Item.COVERAGE] == (ItemState.OPEN, True)
    assert broken_invariants() == {}


def test_once_the_visit_has_begun_the_list_asks_only_whether_the_patient_went(dana: Acting, key: UUID) -> None:
    send(dana, key)
    give_date(dana, key, WALL)
    after = replace(dana, at=later(days=12))

    assert list_referrals(after).rows[0].next_step.key == "step.referral_see"
    assert get_referral_page(after, key).dues == ()
    sweep_due_loops(system(Purpose.SWEEP, later(days=12)), how_many=50)
    assert loop_of(key)["step"] == "step.referral_see"


def test_a_visit_here_has_its_own_list_and_the_referral_no_clock_beside_it(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    join_care_team(house.acting("sol"), [rosa], person_id=house.id_of("asha"), part="clinician")
    held, _version = booked(dana, rosa, places.talk_at(9))
    key = make(dana, house, rosa)
    send(dana, key)
    set_date(dana, key, version=version(dana, key), booking_id=held.booking_id)

    assert loop_of(key)["step"] == "step.referral_see"
    assert get_referral_page(dana, key).dues == ()
