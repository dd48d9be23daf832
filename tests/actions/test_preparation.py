"""What is in order before a visit: noted with what shows it, counted, raised in time, and open again when it moves."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest

from careloop.actions.outages import enter_outage, move_for_outage, put_back, undo_outage
from careloop.actions.preparation import note_item
from careloop.actions.scheduling import cancel_visit, move_visit, release_hold
from careloop.basics.refusals import NotFound, TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.outages import NeedsPerson, OutAsk
from careloop.facts.preparation import NOTHING_ARRANGED, Arranged, Item, ItemState
from careloop.facts.scheduling import CancelledBy, CancelReason, Held
from careloop.facts.waitlist import Answer
from careloop.reads.outages import get_outage_page
from careloop.reads.people import get_patient_page
from careloop.reads.visit_board import get_visit_day
from careloop.reads.visits import get_visit_page
from tests.actions.look import ask, broken_invariants
from tests.actions.places import MONDAY, Places
from tests.actions.records import bring_cared_for, person
from tests.actions.test_outages import codes
from tests.actions.visits import booked, hold, loop_of, make_ready, refusal
from tests.actions.waiting import free, offer, say, wait
from tests.people import House

pytestmark = pytest.mark.django_db


def done(who: Acting, held: Held, item: Item, *, version: int = 0) -> bool:
    return note_item(who, held.booking_id, item=item, state=ItemState.DONE, version=version, note="Called, yes")


def items_of(who: Acting, booking_id: UUID) -> dict[Item, tuple[ItemState, str, bool]]:
    shown = get_visit_page(who, booking_id).readiness.items
    return {one.item: (one.state, one.note, one.is_open_again) for one in shown}


def test_a_visit_is_ready_when_every_item_is_and_its_loop_says_so(dana: Acting, rosa: UUID, places: Places) -> None:
    held, _version = booked(dana, rosa, places.scan_at(9))
    assert loop_of(held)["step"] == "step.visit_prepare_and_ask"
    assert get_visit_page(dana, held.booking_id).readiness.counts == (0, 5)

    assert done(dana, held, Item.FORMS) is False

    page = get_visit_page(dana, held.booking_id)
    (forms,) = (one for one in page.readiness.items if one.item is Item.FORMS)
    assert (forms.state, forms.note, forms.who, forms.at) == (ItemState.DONE, "Called, yes", "Dana", dana.at)
    assert page.history[0].say == Say("event.visit_item.done_forms")
    assert [visit.prepared for visit in get_visit_day(dana, on=MONDAY.date()).visits] == [(1, 5)]
    shown = get_patient_page(dana, rosa)
    assert [row.prepared for row in shown.visits] == [(1, 5)]
    assert Say("visit.not_ready", count=4, total=5) in shown.open_loops[0].because
    make_ready(dana, held)
    assert get_visit_page(dana, held.booking_id).readiness.is_ready
    assert loop_of(held)["step"] == "step.visit_booked"
    assert Say("visit.ready", total=5) in get_patient_page(dana, rosa).open_loops[0].because
    assert broken_invariants() == {}


def test_a_far_visit_that_is_not_ready_is_raised_three_business_days_before(
    dana: Acting, rosa: UUID, places: Places
) -> None:
    held, _version = booked(dana, rosa, replace(places.talk_at(9), wall=MONDAY.replace(month=12, day=10, hour=9)))

    # Thursday 10 December, 8 am of the Monday before it in New York.
    assert loop_of(held)["next_at"] == datetime(2026, 12, 7, 13, 0, tzinfo=UTC)
    make_ready(dana, held)
    assert loop_of(held)["next_at"] == datetime(2026, 12, 8, 13, 0, tzinfo=UTC)


def test_what_was_arranged_for_a_time_is_open_again_at_another_one(dana: Acting, rosa: UUID, places: Places) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))
    make_ready(dana, held)

    new = move_visit(
        dana, held.booking_id, places.talk_at(14), version=version, by=CancelledBy.PATIENT, reason=CancelReason.RIDE,
        key="move",
    )  # fmt: skip

    again, kept = (ItemState.OPEN, "", True), (ItemState.DONE, "Seen", False)
    assert items_of(dana, new) == {
        Item.COVERAGE: again, Item.FORMS: kept, Item.RIDE: again, Item.INSTRUCTIONS: kept,
    }  # fmt: skip
    assert loop_of(held)["step"] == "step.visit_prepare_and_ask"
    assert note_item(dana, new, item=Item.RIDE, state=ItemState.DONE, version=1, note="Bus pass sent") is False
    assert items_of(dana, new)[Item.RIDE] == (ItemState.DONE, "Bus pass sent", False)


def test_whoever_moves_a_visit_what_was_arranged_for_its_time_is_open_again(
    dana: Acting, rosa: UUID, house: House, places: Places
) -> None:
    """Somebody is out, it is undone, and a freed time is taken: each road opens the ride and the coverage again."""
    held, _version = booked(dana, rosa, places.talk_at(15))
    make_ready(dana, held)
    out = OutAsk(places.rivera, MONDAY.date(), MONDAY.date())
    (line,) = get_outage_page(dana, ask=out).lines
    outage = enter_outage(dana, out, reason="sick", key="out")

    def stands() -> Held:
        (key,) = ask("SELECT id FROM booking WHERE patient_id = %s AND occupies", rosa)[0]
        return replace(held, booking_id=key)

    def opened() -> set[Item]:
        return {item for item, (state, _note, _again) in items_of(dana, stands().booking_id).items() if state == "open"}

    move_for_outage(dana, line.key, codes(line.code), outage_id=outage)
    assert opened() == {Item.COVERAGE, Item.RIDE}
    for item in opened():
        done(dana, stands(), item, version=1)
    undo_outage(dana, outage_id=outage)
    put_back(dana, stands().booking_id, outage_id=outage)
    assert opened() == {Item.COVERAGE, Item.RIDE}
    for item in opened():
        done(dana, stands(), item, version=1)
    ben = bring_cared_for(house, "ben", person("ben"))
    wait(dana, rosa, places.talk, on=held)
    freed = free(dana, ben, places.talk_at(9))
    assert say(dana, rosa, offer(dana, freed, rosa)[rosa], Answer.YES) is not None
    assert opened() == {Item.COVERAGE, Item.RIDE}
    assert broken_invariants() == {}


def approve(who: Acting, held: Held, last_on: date, *, version: int = 0) -> bool:
    return note_item(
        who, held.booking_id, item=Item.APPROVAL, state=ItemState.DONE, version=version, note="Letter 4471",
        arranged=Arranged(MONDAY.date(), last_on),
    )  # fmt: skip


def move(who: Acting, held: Held, version: int, places: Places, on: date) -> UUID:
    ask_for = places.talk_at(9)
    there = replace(ask_for, wall=ask_for.wall.replace(month=on.month, day=on.day))
    return move_visit(
        who, held.booking_id, there, version=version, by=CancelledBy.PATIENT, reason=CancelReason.RIDE, key=str(on)
    )


def test_an_approval_goes_along_with_the_visit_while_it_holds_and_a_ride_is_asked_for_anew(
    dana: Acting, rosa: UUID, places: Places
) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))
    assert Item.APPROVAL not in items_of(dana, held.booking_id)
    approve(dana, held, date(2026, 12, 3))
    note_item(
        dana, held.booking_id, item=Item.RIDE, state=ItemState.DONE, version=0, note="Van 12",
        arranged=Arranged(pickup=time(8, 15)),
    )  # fmt: skip

    new = move(dana, held, version, places, date(2026, 12, 3))

    shown = {one.item: one for one in get_visit_page(dana, new).readiness.items}
    approval, ride = shown[Item.APPROVAL], shown[Item.RIDE]
    assert (approval.state, approval.note, approval.who) == (ItemState.DONE, "Letter 4471", "Dana")
    assert approval.arranged == Arranged(MONDAY.date(), date(2026, 12, 3))
    assert (ride.state, ride.is_open_again, ride.arranged) == (ItemState.OPEN, True, NOTHING_ARRANGED)
    assert broken_invariants() == {}


def test_a_visit_that_moves_beyond_its_approval_says_until_when_it_held_and_is_not_ready(
    dana: Acting, rosa: UUID, places: Places
) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))
    make_ready(dana, held)
    approve(dana, held, date(2026, 12, 3))

    new = move(dana, held, version, places, date(2026, 12, 4))

    (approval,) = (one for one in get_visit_page(dana, new).readiness.items if one.item is Item.APPROVAL)
    assert (approval.state, approval.is_open_again) == (ItemState.OPEN, True)
    assert approval.arranged.last_on == date(2026, 12, 3)
    assert loop_of(held)["step"] == "step.visit_prepare_and_ask"
    moved = replace(held, booking_id=new)
    assert refusal(lambda: approve(dana, moved, date(2026, 12, 3), version=1)) == "refusal.approval_not_then"
    approve(dana, moved, date(2026, 12, 31), version=1)
    assert broken_invariants() == {}


def test_when_somebody_is_out_a_visit_stays_within_its_approval_or_a_person_decides(
    dana: Acting, rosa: UUID, house: House, places: Places
) -> None:
    held, _version = booked(dana, rosa, places.talk_at(9))
    note_item(dana, held.booking_id, item=Item.RIDE, state=ItemState.DONE, version=0, note="Bus pass sent")
    approve(dana, held, MONDAY.date())
    both = OutAsk(places.site, MONDAY.date(), MONDAY.date())
    (stuck,) = get_outage_page(dana, ask=both).lines
    assert stuck.person is NeedsPerson.APPROVAL

    note_item(dana, held.booking_id, item=Item.APPROVAL, state=ItemState.OPEN, version=1)
    approve(dana, held, date(2026, 12, 3), version=2)
    (line,) = get_outage_page(dana, ask=both).lines
    said = [why.key for why in line.visits[0].why]
    assert said[-2:] == ["outage.approval_holds", "outage.ride_anew"]
    outage = enter_outage(dana, both, reason="closed", key="out")
    move_for_outage(dana, line.key, codes(line.code), outage_id=outage)

    (new,) = ask("SELECT id FROM booking WHERE patient_id = %s AND occupies", rosa)[0]
    states = {item: state for item, (state, _note, _again) in items_of(dana, new).items()}
    assert (states[Item.APPROVAL], states[Item.RIDE]) == (ItemState.DONE, ItemState.OPEN)
    assert broken_invariants() == {}


def test_a_visit_that_finds_another_time_later_keeps_what_still_holds(dana: Acting, rosa: UUID, places: Places) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))
    done(dana, held, Item.FORMS)
    cancel_visit(dana, held.booking_id, version=version, by=CancelledBy.PATIENT, reason=CancelReason.SICK)

    new = hold(dana, rosa, places.talk_at(11), loop_id=held.loop_id)

    assert items_of(dana, new.booking_id)[Item.FORMS] == (ItemState.DONE, "Called, yes", False)
    assert refusal(lambda: done(dana, held, Item.RIDE)) == "refusal.visit_item_over"
    release_hold(dana, new.booking_id, token=new.token)
    assert refusal(lambda: done(dana, new, Item.RIDE)) == "refusal.visit_item_over"


def test_nothing_is_in_order_without_what_shows_it_and_nobody_writes_over_a_colleague(
    dana: Acting, house: House, rosa: UUID, places: Places
) -> None:
    held, _version = booked(dana, rosa, places.talk_at(9))
    for state in (ItemState.DONE, ItemState.NOT_NEEDED):
        bare = {"item": Item.RIDE, "state": state, "version": 0, "note": "  "}
        assert refusal(lambda bare=bare: note_item(dana, held.booking_id, **bare)) == "refusal.evidence_missing"
    assert refusal(lambda: done(dana, held, Item.INTERPRETER)) == "refusal.visit_item_none"
    done(dana, held, Item.RIDE)
    with pytest.raises(TakenMeanwhile):
        done(house.acting("sol"), held, Item.RIDE)
    for nobody in ("kim", "asha"):
        with pytest.raises(NotFound):
            done(house.acting(nobody), held, Item.FORMS)
    assert items_of(dana, held.booking_id)[Item.RIDE][0] is ItemState.DONE
    note_item(dana, held.booking_id, item=Item.RIDE, state=ItemState.OPEN, version=1)
    assert ask("SELECT state, note, version FROM visit_item WHERE item = 'ride'") == [("open", "", 2)]
