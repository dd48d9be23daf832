"""A step that the plan must approve: it is asked for with the time, and its days hold when planned, moved and out."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from careloop.actions.calendars import add_visit_type
from careloop.actions.itineraries import book_itinerary, hold_itinerary
from careloop.actions.preparation import note_item
from careloop.actions.scheduling import cancel_visit
from careloop.facts.access import Acting
from careloop.facts.itineraries import ItineraryStepRow, Plan, PlanAsk, StepChoice
from careloop.facts.outages import NeedsPerson, OutAsk, OutLine
from careloop.facts.preparation import Arranged, Item, ItemState, PreparedItem
from careloop.facts.scheduling import CancelledBy, CancelReason, VisitTypeDraft
from careloop.reads.outages import get_outage_page
from careloop.reads.visits import get_visit_page
from tests.actions.look import ask, broken_invariants
from tests.actions.places import Places, make_places
from tests.actions.records import bring_cared_for, person
from tests.actions.test_itineraries import holds_of, plans_of, row_of
from tests.people import House

pytestmark = pytest.mark.django_db
SCAN = "heart_ct"
STEPS = ("heart_doctor", "kidney_blood_test", SCAN)


@pytest.fixture(scope="module")
def places(house: House) -> Places:
    return make_places(house)


@pytest.fixture(scope="module")
def heart(house: House, places: Places) -> PlanAsk:
    """Return what asks for three steps with Dr. Rivera, the last of which the plan must approve."""
    sol = house.acting("sol")
    chosen = (StepChoice(key, add_visit_type(sol, VisitTypeDraft(key, 30)), places.rivera) for key in STEPS)
    return PlanAsk("cardiac_workup", choices=tuple(chosen))


@pytest.fixture
def rosa(house: House, places: Places) -> UUID:
    return bring_cared_for(house, "rosa", person("rosa"))


@pytest.fixture
def whole(dana: Acting, rosa: UUID, heart: PlanAsk) -> UUID:
    """Return an itinerary of three steps, all booked; the scan is to be approved."""
    steps = holds_of(dana, rosa, plans_of(dana, rosa, heart)[0], heart)
    key = hold_itinerary(dana, rosa, "cardiac_workup", steps, key=str(uuid4()))
    book_itinerary(dana, rosa, itinerary_id=key)
    return key


def scan_of(who: Acting, patient: UUID) -> ItineraryStepRow:
    return next(step for step in row_of(who, patient).steps if step.key == SCAN)


def day_of(step: ItineraryStepRow) -> date:
    assert step.promised is not None
    return step.promised.wall.date()


def item_of(who: Acting, step: ItineraryStepRow) -> PreparedItem:
    assert step.booking_id is not None
    readiness = get_visit_page(who, step.booking_id).readiness
    (found,) = (one for one in readiness.items if one.item is Item.APPROVAL)
    return found


def approve(who: Acting, step: ItineraryStepRow, first: date, last: date) -> None:
    assert step.booking_id is not None
    note_item(
        who, step.booking_id, item=Item.APPROVAL, state=ItemState.DONE, version=item_of(who, step).version,
        note="Letter 4471", arranged=Arranged(first, last),
    )  # fmt: skip


def days_of(plans: tuple[Plan, ...], key: str = SCAN) -> set[date]:
    return {one.promised.wall.date() for plan in plans for one in plan.placed if one.step == key}


def test_the_time_of_a_step_that_must_be_approved_asks_for_the_approval_and_the_others_do_not(
    dana: Acting, rosa: UUID, whole: UUID
) -> None:
    asked = ask(
        "SELECT s.key, i.state FROM visit_item i JOIN booking b ON b.id = i.booking_id"
        " JOIN itinerary_step s ON s.loop_id = b.loop_id WHERE i.item = 'approval'"
    )

    assert asked == [(SCAN, "open")]
    assert item_of(dana, scan_of(dana, rosa)).state is ItemState.OPEN
    assert broken_invariants() == {}


def test_plans_keep_the_days_that_are_asked_for_an_approval(dana: Acting, rosa: UUID, heart: PlanAsk) -> None:
    soonest = min(days_of(plans_of(dana, rosa, heart)))
    first, last = soonest + timedelta(days=6), soonest + timedelta(days=9)
    asked = replace(heart, approved_from=first, approved_until=last)

    found = plans_of(dana, rosa, asked)

    assert found
    assert all(first <= day <= last for day in days_of(found))
    # The approval is of the scan: the steps before it need none, and may be sooner.
    assert min(days_of(found, "heart_doctor")) < first


def test_a_step_that_is_planned_again_stays_within_the_approval_that_was_noted(
    dana: Acting, rosa: UUID, whole: UUID, heart: PlanAsk
) -> None:
    scan = scan_of(dana, rosa)
    first, last = day_of(scan), day_of(scan) + timedelta(days=2)
    approve(dana, scan, first, last)
    assert scan.booking_id is not None
    cancel_visit(dana, scan.booking_id, version=2, by=CancelledBy.PATIENT, reason=CancelReason.RIDE)
    again = replace(heart, itinerary_id=whole)

    found = plans_of(dana, rosa, again)
    other = plans_of(dana, rosa, replace(again, approved_from=last + timedelta(days=5)))

    assert found
    assert all(first <= day <= last for day in days_of(found))
    # Days that are asked for now go before those that were noted.
    assert other
    assert all(day >= last + timedelta(days=5) for day in days_of(other))

    hold_itinerary(dana, rosa, "cardiac_workup", holds_of(dana, rosa, found[0], again), key="again", itinerary_id=whole)
    item = item_of(dana, scan_of(dana, rosa))
    assert (item.state, item.arranged) == (ItemState.DONE, Arranged(first, last))
    # It went along with the new time and is not asked for a second time.
    assert ask("SELECT count(*) FROM visit_item WHERE item = 'approval'") == [(2,)]
    assert broken_invariants() == {}


def test_a_new_time_beyond_the_approval_asks_for_it_anew(dana: Acting, rosa: UUID, whole: UUID, heart: PlanAsk) -> None:
    scan = scan_of(dana, rosa)
    approve(dana, scan, day_of(scan), day_of(scan))
    assert scan.booking_id is not None
    cancel_visit(dana, scan.booking_id, version=2, by=CancelledBy.PATIENT, reason=CancelReason.RIDE)
    again = replace(heart, itinerary_id=whole, approved_from=day_of(scan) + timedelta(days=5))
    plan = plans_of(dana, rosa, again)[0]

    hold_itinerary(dana, rosa, "cardiac_workup", holds_of(dana, rosa, plan, again), key="again", itinerary_id=whole)

    item = item_of(dana, scan_of(dana, rosa))
    assert (item.state, item.is_open_again, item.arranged.last_on) == (ItemState.OPEN, True, day_of(scan))


def test_when_the_place_is_shut_a_step_moves_within_its_approval_or_a_person_decides(
    dana: Acting, rosa: UUID, whole: UUID, places: Places
) -> None:
    scan = scan_of(dana, rosa)
    on = day_of(scan)

    def line() -> OutLine:
        lines = get_outage_page(dana, ask=OutAsk(places.site, on, on)).lines
        (found,) = (one for one in lines if any(visit.booking_id == scan.booking_id for visit in one.visits))
        return found

    approve(dana, scan, on, on)
    assert line().person is NeedsPerson.APPROVAL
    assert scan.booking_id is not None
    until = on + timedelta(days=7)
    note_item(dana, scan.booking_id, item=Item.APPROVAL, state=ItemState.OPEN, version=item_of(dana, scan).version)
    approve(dana, scan, on, until)

    moved = line()

    (visit,) = (one for one in moved.visits if one.booking_id == scan.booking_id)
    assert moved.person is None
    assert "outage.approval_holds" in [why.key for why in visit.why]
    assert visit.to is not None
    assert on < visit.to.wall.date() <= until
