"""Visits of somebody of whom another record tells the death: every time is given back, and none is given."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError

from careloop.actions.matching import take_apart
from careloop.actions.scheduling import book_visit, cancel_visit, hold_visit
from careloop.basics.refusals import Refusal
from careloop.facts.scheduling import CancelledBy, CancelReason
from tests.actions.linking import bring, link, question
from tests.actions.look import ask, broken_invariants
from tests.actions.places import Places, make_places
from tests.guard.standing import rolled_back
from tests.people import House

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _taken_back(house: House) -> Iterator[None]:
    with rolled_back():
        yield


@pytest.fixture
def places(house: House) -> Places:
    return make_places(house)


def states() -> list[tuple[str, str, str]]:
    return [tuple(row) for row in ask("SELECT state, cancelled_by, reason FROM booking")]  # type: ignore[misc]


def test_a_linked_death_gives_the_time_back_and_a_wrong_link_leaves_another_to_be_found(
    house: House, places: Places
) -> None:
    dana = house.acting("dana")
    dead, living = bring(house, "fhir", deceasedBoolean=True), bring(house, "clinic-b")
    held = hold_visit(dana, living, places.talk_at(9), key="one")
    book_visit(dana, held.booking_id, token=held.token)

    link(house, question(house, living), keep=dead)

    assert states() == [("cancelled", "death", "died")]
    assert broken_invariants() == {}
    take_apart(house.acting("sol"), living, reason="Another person.")
    take_apart(dana, living, reason="I see it too.")
    ((state, step, because),) = ask(
        "SELECT state, next_step->>'key', jsonb_array_length(because) FROM loop WHERE id = %s", held.loop_id
    )
    assert (state, step, because) == ("started", "step.visit_find_time", 1)
    assert states() == [("cancelled", "death", "died")]
    assert hold_visit(dana, living, places.talk_at(9), key="two", loop_id=held.loop_id).loop_id == held.loop_id
    assert broken_invariants() == {}


def test_nobody_of_whom_a_linked_record_tells_the_death_is_given_a_time(house: House, places: Places) -> None:
    dana = house.acting("dana")
    dead, living = bring(house, "fhir", deceasedBoolean=True), bring(house, "clinic-b")
    held = hold_visit(dana, living, places.talk_at(9), key="one")
    cancel_visit(dana, held.booking_id, version=1, by=CancelledBy.PATIENT, reason=CancelReason.SICK)
    link(house, question(house, living), keep=living)

    refused = []
    for loop in (None, held.loop_id):
        with pytest.raises((Refusal, DatabaseError)) as no:
            hold_visit(dana, living, places.talk_at(10), key=str(uuid4()), loop_id=loop)
        refused.append(no.type)
    assert DatabaseError not in refused
    assert [state for state, _by, _why in states()] == ["cancelled"]
    assert isinstance(dead, UUID)
