"""Times are held and booked for all who take part at once; nobody and nothing is booked twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection

from careloop.actions.scheduling import (
    book_visit,
    confirm_visit,
    finish_visit,
    note_arrival,
    release_due_holds,
    release_hold,
)
from careloop.facts.access import Acting, Purpose
from careloop.facts.scheduling import VisitAsk
from careloop.reads.people import get_patient_page
from careloop.reads.scheduling import get_visits
from careloop.rules.scheduling import SameKeyOtherRequest, TimeTaken
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.places import MONDAY, Places
from tests.actions.records import bring_cared_for, person
from tests.actions.visits import NINE, as_system, at, booked, hold, loop_of, make_ready, refusal, row
from tests.people import NOW, House, system

wall = datetime.fromisoformat
pytestmark = pytest.mark.django_db


def test_a_hold_takes_everybody_and_everything_that_the_visit_needs(
    dana: Acting, house: House, rosa: UUID, places: Places
) -> None:
    held = hold(dana, rosa, places.scan_at(9))

    takes_part = get_visits(dana, rosa)[0].takes_part
    assert set(takes_part) == {("practitioner", "Dr. Ana Rivera"), ("room", "Room A"), ("device", "Echo 1")}
    assert held.promised.at == NINE
    assert held.until == NOW + timedelta(minutes=15)
    assert loop_of(held) == {
        "state": "started", "owner": house.id_of("dana"), "ball": "us", "step": "step.visit_held",
        "next_at": held.until, "outcome": None,
    }  # fmt: skip
    assert broken_invariants() == {}


def test_the_patient_page_shows_the_visit_with_its_day_and_time(dana: Acting, rosa: UUID, places: Places) -> None:
    booked(dana, rosa, places.talk_at(9, 30))

    (loop,) = get_patient_page(dana, rosa).open_loops
    assert dict(loop.title.values) == {"name": "Cardiology visit"}
    said = {say.key: dict(say.values) for say in loop.because}
    assert said["visit.at"] == {"day": MONDAY.date(), "time": "9:30 am"}


def test_a_visit_goes_its_whole_way_and_closes_its_loop(dana: Acting, rosa: UUID, places: Places) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))
    assert loop_of(held) | {"next_at": None, "owner": None} == {
        "state": "started", "owner": None, "ball": "us", "step": "step.visit_prepare_and_ask", "next_at": None,
        "outcome": None,
    }  # fmt: skip
    version = confirm_visit(dana, held.booking_id, version=version)
    make_ready(dana, held)
    assert loop_of(held)["next_at"] == NINE + timedelta(minutes=30)
    version = note_arrival(at(dana, NINE), held.booking_id, version=version)
    assert (loop_of(held)["ball"], loop_of(held)["step"]) == ("provider", "step.visit_arrived")
    finish_visit(at(dana, NINE + timedelta(hours=1)), held.booking_id, version=version, note="Seen by Dr. Rivera")

    assert row(held)[0] == "done"
    assert (loop_of(held)["state"], loop_of(held)["outcome"]) == ("closed", "done")
    events = [
        event for (event,) in ask("SELECT event FROM loop_event WHERE loop_id = %s ORDER BY version", held.loop_id)
    ]
    assert events == ["open", *["visit"] * 8, "visit_ended"]
    assert broken_invariants() == {}


TAKEN: list[tuple[str, Callable[[Places, UUID, UUID], tuple[UUID, VisitAsk]]]] = [
    ("the practitioner", lambda p, _rosa, ben: (ben, p.talk_at(9, 15))),
    ("the gap after the visit before", lambda p, _rosa, ben: (ben, p.talk_at(9, 30))),
    ("the patient, with another practitioner", lambda p, rosa, _ben: (rosa, p.talk_at(9, 15, who=p.chen))),
]


@pytest.mark.parametrize("what", [one[1] for one in TAKEN], ids=[one[0] for one in TAKEN])
def test_a_time_that_somebody_has_is_taken_and_the_next_three_come_with_the_answer(
    dana: Acting, rosa: UUID, ben: UUID, places: Places, what: Callable[..., tuple[UUID, VisitAsk]]
) -> None:
    booked(dana, rosa, places.talk_at(9))
    patient, second = what(places, rosa, ben)

    with pytest.raises(TimeTaken) as taken:
        hold(dana, patient, second)

    walls = [offer.promised.wall for offer in taken.value.offers]
    assert len(walls) == 3
    assert all(wall > second.wall for wall in walls)
    # What was offered can be had.
    assert hold(dana, patient, replace(second, wall=walls[0])).promised.wall == walls[0]
    assert broken_invariants() == {}


def test_a_device_is_taken_though_a_room_and_a_practitioner_are_free(
    dana: Acting, rosa: UUID, ben: UUID, places: Places
) -> None:
    booked(dana, rosa, places.scan_at(9))

    with pytest.raises(TimeTaken):
        hold(dana, ben, places.scan_at(9, who=places.chen))


def test_of_two_rooms_the_one_that_is_free_is_picked(dana: Acting, rosa: UUID, ben: UUID, places: Places) -> None:
    booked(dana, rosa, VisitAsk(places.talk, MONDAY.replace(hour=9), (places.rivera, places.room_a)))

    hold(dana, ben, places.scan_at(9, who=places.chen))

    assert ("room", "Room B") in get_visits(dana, ben)[0].takes_part


def test_the_interpreter_comes_when_the_patient_needs_one(dana: Acting, house: House, places: Places) -> None:
    kim = bring_cared_for(house, "kim", person("kim"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('careloop.person', %s, true), set_config('careloop.at', %s, true)",
                       [str(dana.person_id), NOW.isoformat()])  # fmt: skip
        cursor.execute("UPDATE patient SET languages = '{vi}', needs_interpreter = true WHERE id = %s", [kim])

    hold(dana, kim, places.talk_at(11))

    assert ("interpreter", "Linh Tran") in get_visits(dana, kim)[0].takes_part


def test_the_database_itself_refuses_what_the_rule_would_let_through(
    dana: Acting, rosa: UUID, ben: UUID, places: Places
) -> None:
    held, _version = booked(dana, rosa, places.talk_at(9))
    other, _version = booked(dana, ben, places.talk_at(11))
    with pytest.raises(DatabaseError) as no, as_system(rosa, ben) as cursor:
        cursor.execute(
            "UPDATE booking_part SET during = (SELECT q.during FROM booking_part q WHERE q.booking_id = %s"
            " AND NOT is_patient) WHERE booking_id = %s AND NOT is_patient",
            [held.booking_id, other.booking_id],
        )

    assert no.value.__cause__.diag.constraint_name == "nothing_is_booked_twice"  # type: ignore[union-attr]


def test_the_same_request_again_is_the_same_hold_and_another_under_its_key_is_refused(
    dana: Acting, rosa: UUID, places: Places
) -> None:
    first = hold(dana, rosa, places.talk_at(9), key="one")

    again = hold(dana, rosa, places.talk_at(9), key="one")

    assert again == first
    assert ask_one("SELECT count(*) FROM booking") == 1
    with pytest.raises(SameKeyOtherRequest) as no:
        hold(dana, rosa, places.talk_at(10), key="one")
    assert no.value.status == 422


def test_the_key_of_one_person_means_nothing_to_another(
    dana: Acting, house: House, rosa: UUID, ben: UUID, places: Places
) -> None:
    hold(dana, rosa, places.talk_at(9), key="one")

    assert hold(house.acting("sol"), ben, places.talk_at(11), key="one").promised.wall == MONDAY.replace(hour=11)


def test_booking_again_with_the_same_token_changes_nothing(dana: Acting, rosa: UUID, places: Places) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))

    assert book_visit(dana, held.booking_id, token=held.token) == version
    assert refusal(lambda: book_visit(dana, held.booking_id, token=uuid4())) == "refusal.hold_of_another"


@pytest.mark.parametrize(("late", "says"), [(-1, None), (0, "refusal.hold_ended"), (1, "refusal.hold_ended")])
def test_a_hold_can_be_booked_up_to_its_end(
    dana: Acting, rosa: UUID, places: Places, late: int, says: str | None
) -> None:
    held = hold(dana, rosa, places.talk_at(9))
    then = at(dana, held.until + timedelta(milliseconds=late))

    if says is None:
        book_visit(then, held.booking_id, token=held.token)
        assert row(held)[0] == "booked"
    else:
        assert refusal(lambda: book_visit(then, held.booking_id, token=held.token)) == says
        assert row(held)[0] == "held"


def test_a_hold_that_ran_out_gives_its_time_to_whoever_asks_and_its_loop_hears_of_it(
    dana: Acting, rosa: UUID, ben: UUID, places: Places
) -> None:
    first = hold(dana, rosa, places.talk_at(9))
    later = at(dana, first.until)

    second = hold(later, ben, places.talk_at(9))

    assert (row(first)[0], row(second)[0]) == ("released", "held")
    assert refusal(lambda: book_visit(later, first.booking_id, token=first.token)) == "refusal.hold_ended"
    assert release_due_holds(system(Purpose.SWEEP, later.at), how_many=10) == 1
    assert loop_of(first)["step"] == "step.visit_find_time"
    assert release_due_holds(system(Purpose.SWEEP, later.at), how_many=10) == 0
    assert broken_invariants() == {}


def test_the_worker_releases_what_ran_out(dana: Acting, rosa: UUID, places: Places) -> None:
    held = hold(dana, rosa, places.talk_at(9))

    assert release_due_holds(system(Purpose.SWEEP, held.until - timedelta(seconds=1)), how_many=10) == 0
    assert release_due_holds(system(Purpose.SWEEP, held.until), how_many=10) == 1
    assert row(held)[0] == "released"
    assert loop_of(held)["state"] == "started"


def test_a_time_that_was_let_go_is_free(dana: Acting, rosa: UUID, ben: UUID, places: Places) -> None:
    held = hold(dana, rosa, places.talk_at(9))

    release_hold(dana, held.booking_id, token=held.token)

    assert hold(dana, ben, places.talk_at(9)).promised == held.promised
    assert loop_of(held)["step"] == "step.visit_find_time"
