"""Seats in group visits: taken, moved from group to group, and refused with the next groups that have one."""

from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions.calendars import open_group_visit
from careloop.actions.scheduling import move_visit
from careloop.facts.scheduling import CancelledBy, CancelReason, VisitAsk
from careloop.reads.visits import get_visit_page
from careloop.rules.scheduling import GroupFull
from tests.actions.look import ask, broken_invariants
from tests.actions.places import MONDAY, Places
from tests.actions.records import bring_cared_for, person
from tests.actions.visits import booked, hold, refusal
from tests.people import House

pytestmark = pytest.mark.django_db
TEN = MONDAY.replace(hour=10)
LATER = TEN + timedelta(days=7)


@pytest.fixture
def group(house: House, places: Places) -> VisitAsk:
    return open_at(house, places)


def open_at(house: House, places: Places, days: int = 0) -> VisitAsk:
    """Open a class for two, so many days after Monday; return what asks for a seat in it."""
    wall = TEN + timedelta(days=days)
    made = open_group_visit(
        house.acting("sol"), visit_type_id=places.class_, unit_id=house.north, wall=wall, entry_ids=[places.rivera]
    )
    return VisitAsk(places.class_, wall, group_id=made)


def patients(house: House, *keys: str) -> list[UUID]:
    return [bring_cared_for(house, key, person(key)) for key in keys]


def test_a_full_group_answers_with_the_next_ones_that_have_a_seat(
    house: House, places: Places, group: VisitAsk
) -> None:
    dana = house.acting("dana")
    rosa, ben, cy, lin = patients(house, "rosa", "ben", "cy", "lin")
    full, *free = (open_at(house, places, days) for days in (7, 14, 21))
    for patient, asked in ((rosa, group), (ben, group), (rosa, full), (lin, full)):
        hold(dana, patient, asked)

    with pytest.raises(GroupFull) as no:
        hold(dana, cy, group)

    assert [one.id for one in no.value.groups] == [one.group_id for one in free]
    assert [one.free for one in no.value.groups] == [2, 2]
    assert ask("SELECT count(*) FROM booking WHERE patient_id = %s", cy) == [(0,)]


def test_a_patient_who_is_booked_elsewhere_meanwhile_gets_no_seat(
    house: House, places: Places, group: VisitAsk
) -> None:
    dana = house.acting("dana")
    (rosa,) = patients(house, "rosa")
    hold(dana, rosa, places.talk_at(10, 30, who=places.chen))

    assert refusal(lambda: hold(dana, rosa, group)) == "refusal.group_patient_busy"


def test_a_seat_is_moved_to_another_group_or_stays(house: House, places: Places, group: VisitAsk) -> None:
    dana = house.acting("dana")
    rosa, ben, cy = patients(house, "rosa", "ben", "cy")
    held, version = booked(dana, rosa, group)
    later = open_at(house, places, 7)
    given = {"by": CancelledBy.PATIENT, "reason": CancelReason.RIDE}

    new = move_visit(dana, held.booking_id, later, version=version, key="one", **given)  # type: ignore[arg-type]

    page = get_visit_page(dana, new)
    assert page.group is not None
    assert (page.group.id, page.row.state, page.row.loop_id) == (later.group_id, "booked", held.loop_id)
    assert ask("SELECT state FROM booking WHERE id = %s", held.booking_id) == [("cancelled",)]

    # The first group fills up meanwhile: whoever wants back keeps the seat that they have.
    for patient in (ben, cy):
        hold(dana, patient, group)
    back = lambda: move_visit(dana, new, group, version=page.row.version, key="two", **given)  # type: ignore[arg-type]  # noqa: E731
    assert refusal(back) == "refusal.group_full"
    assert get_visit_page(dana, new).row.state == "booked"
    assert broken_invariants() == {}
