"""Who did not come: why is asked, one more time is found, and the second time a clinician decides."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from careloop.actions.people import join_care_team
from careloop.actions.scheduling import move_visit, note_no_show
from careloop.actions.worklist import finish_loop, start_loop
from careloop.facts.access import Acting
from careloop.facts.scheduling import CancelledBy, CancelReason
from careloop.facts.visits import Barrier, Deed
from careloop.facts.worklist import Outcome
from careloop.reads.visits import get_visit_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.places import Places
from tests.actions.visits import NINE, at, book_visit, booked, hold, refusal, row
from tests.people import House

pytestmark = pytest.mark.django_db
AFTER_NINE = NINE + timedelta(minutes=20)
AFTER_TWO = NINE + timedelta(hours=5, minutes=20)


def test_what_stood_in_the_way_is_kept_in_the_history(dana: Acting, rosa: UUID, places: Places) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))

    late = at(dana, AFTER_NINE)
    other = {"version": version, "barrier": Barrier.OTHER, "note": " "}
    assert refusal(lambda: note_no_show(late, held.booking_id, **other)) == "refusal.barrier_words"
    note_no_show(late, held.booking_id, version=version, barrier=Barrier.RIDE, note="The bus was late")

    said = "SELECT say->>'key', note FROM loop_event WHERE loop_id = %s ORDER BY version DESC LIMIT 1"
    assert ask(said, held.loop_id) == [("event.missed.ride", "The bus was late")]
    assert ask_one("SELECT count(*) FROM loop WHERE finding_key LIKE 'visit:%%'") == 0
    assert Deed.AGAIN in get_visit_page(at(dana, AFTER_NINE), held.booking_id).deeds


def test_after_the_second_time_a_clinician_is_asked_and_nothing_is_booked_before_the_answer(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    join_care_team(house.acting("sol"), [rosa], person_id=house.id_of("asha"), part="clinician")
    held, version = booked(dana, rosa, places.talk_at(9))
    first = at(dana, AFTER_NINE)
    note_no_show(first, held.booking_id, version=version)
    again = hold(first, rosa, places.talk_at(14), loop_id=held.loop_id)
    version = book_visit(first, again.booking_id, token=again.token)
    second = at(dana, AFTER_TWO)

    note_no_show(second, again.booking_id, version=version, barrier=Barrier.FEAR)

    asked = ask("SELECT id, owner_id, due_at, version FROM loop WHERE finding_key LIKE 'visit:%%'")
    ((decision, owner, due_at, loop_version),) = asked
    assert owner == house.id_of("asha")
    # Tuesday at 5 pm in New York: the next business day.
    assert due_at == datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
    page = get_visit_page(second, again.booking_id)
    assert (page.missed, page.decision_id) == (2, decision)
    assert refusal(lambda: hold(second, rosa, places.talk_at(15), loop_id=held.loop_id)) == (
        "refusal.visit_clinician_decides"
    )
    asha = house.acting("asha", at=AFTER_TWO)
    start_loop(asha, decision, version=loop_version)
    finish_loop(asha, decision, version=loop_version + 1, outcome=Outcome.DONE, note="By telephone, once more.")
    assert hold(second, rosa, places.talk_at(15), loop_id=held.loop_id).loop_id == held.loop_id
    assert broken_invariants() == {}


def test_a_moved_visit_frees_its_old_time_only_with_the_new_one(
    dana: Acting, rosa: UUID, ben: UUID, places: Places
) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))
    hold(dana, ben, places.talk_at(11))
    why = {"version": version, "by": CancelledBy.PATIENT, "reason": CancelReason.WORK_OR_FAMILY}

    assert refusal(lambda: move_visit(dana, held.booking_id, places.talk_at(11), key="a", **why)) == (
        "refusal.time_taken"
    )
    assert row(held)[0] == "booked"

    new = move_visit(dana, held.booking_id, places.talk_at(14), key="b", **why)

    assert row(held)[0] == "cancelled"
    assert move_visit(dana, held.booking_id, places.talk_at(14), key="b", **why) == new
    assert ask("SELECT state FROM booking WHERE id = %s", new) == [("booked",)]
    assert hold(dana, ben, places.talk_at(9)).promised == held.promised
    assert broken_invariants() == {}
