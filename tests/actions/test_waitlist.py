"""A freed time is offered to who fits, booked at the first yes, and the visit's later time is freed in its turn."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloop.actions.calendars import add_visit_type
from careloop.actions.scheduling import cancel_visit, move_visit
from careloop.actions.waitlist import expire_offers, take_off
from careloop.facts.access import Acting, Purpose
from careloop.facts.referrals import Urgency
from careloop.facts.scheduling import CancelledBy, CancelReason, VisitAsk, VisitTypeDraft
from careloop.facts.waitlist import Answer, WaitlistAsk
from careloop.reads.visit_board import get_visit_day
from careloop.reads.visits import get_visit_page
from careloop.reads.waitlist import get_freed_page, get_waitlist_page, get_wish_page
from careloop.rules.scheduling import TimeTaken
from careloop.rules.worklist import NOT_NEEDED
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.places import MONDAY, Places
from tests.actions.records import bring_cared_for, person
from tests.actions.visits import NINE, at, booked, refusal
from tests.actions.waiting import free, offer, say, states, wait
from tests.people import NOW, House, system

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(house: House) -> Callable[[str], UUID]:
    return lambda key: bring_cared_for(house, key, person(key))


def test_a_freed_time_is_filled_in_two_steps_and_the_later_visit_is_freed_in_its_turn(
    dana: Acting, places: Places, bring: Callable[[str], UUID]
) -> None:
    rosa, ben, ana = bring("rosa"), bring("ben"), bring("ana")
    later, _version = booked(dana, ben, places.talk_at(14))
    wait(dana, ben, places.talk, on=later)
    # Ana would come too, but only in the afternoon.
    wait(dana, ana, places.talk, part="afternoon")
    freed = free(dana, rosa, places.talk_at(9))
    page = get_freed_page(dana, freed_id=freed)
    assert [one.wish.name for one in page.fits] == [get_wish_page(dana, ben).whose.name]
    assert [why.key for _row, why in page.others] == ["waitlist.other_times"]
    assert (page.count, page.hours, page.row.is_free) == (3, 4, True)

    offers = offer(dana, freed, ben)
    booking = say(dana, ben, offers[ben], Answer.YES)

    assert ask("SELECT loop_id, state, starts_at FROM booking WHERE id = %s", booking) == [
        (later.loop_id, "booked", NINE)
    ]
    assert ask("SELECT state, cancelled_by, reason FROM booking WHERE id = %s", later.booking_id) == [
        ("cancelled", "patient", "earlier_time")
    ]
    assert ask("SELECT state FROM waitlist_wish WHERE patient_id = %s", ben) == [("got_time",)]
    # The time that Ben gave up is free, and Ana can have it.
    (cascaded,) = get_waitlist_page(dana, asked=WaitlistAsk()).freed
    assert cascaded.promised.wall == MONDAY.replace(hour=14)
    assert [one.wish.patient_id for one in get_freed_page(dana, freed_id=cascaded.id).fits] == [ana]
    assert broken_invariants() == {}


def test_who_waits_without_a_visit_has_a_loop_with_owner_step_and_date_and_gets_a_visit(
    house: House, dana: Acting, places: Places, bring: Callable[[str], UUID]
) -> None:
    rosa, ben = bring("rosa"), bring("ben")
    wait(dana, ben, places.talk)
    told = "SELECT kind, state, owner_id, next_step->>'key', next_at > opened_at FROM loop WHERE patient_id = %s"
    assert ask(told, ben) == [("visit", "started", house.id_of("dana"), "step.visit_find_time", True)]
    freed = free(dana, rosa, places.talk_at(9))

    booking = say(dana, ben, offer(dana, freed, ben)[ben], Answer.YES)

    assert get_visit_page(dana, booking or rosa).row.promised.at == NINE
    assert ask("SELECT next_step->>'key' FROM loop WHERE patient_id = %s", ben) == [("step.visit_prepare_and_ask",)]
    events = ask("SELECT say->>'key' FROM loop_event WHERE patient_id = %s AND say->>'key' LIKE 'event.w%%'", ben)
    assert {key for (key,) in events} == {"event.waitlist_added", "event.waitlist_offered"}
    assert broken_invariants() == {}


def test_a_late_yes_is_told_that_it_is_taken_with_the_next_three_times(
    dana: Acting, places: Places, bring: Callable[[str], UUID]
) -> None:
    rosa, ben, ana = bring("rosa"), bring("ben"), bring("ana")
    for one in (ben, ana):
        wait(dana, one, places.talk)
    freed = free(dana, rosa, places.talk_at(9))
    offers = offer(dana, freed, ben, ana)
    say(dana, ben, offers[ben], Answer.YES)

    with pytest.raises(TimeTaken) as taken:
        say(dana, ana, offers[ana], Answer.YES)

    walls = [one.promised.wall for one in taken.value.offers]
    assert len(walls) == 3
    assert all(one > MONDAY.replace(hour=9) for one in walls)
    assert ask("SELECT state FROM waitlist_offer WHERE patient_id = %s", ana) == [("taken",)]
    assert ask("SELECT state FROM waitlist_wish WHERE patient_id = %s", ana) == [("waiting",)]
    assert broken_invariants() == {}


def test_a_time_that_somebody_booked_past_the_list_is_no_more_offered_and_a_yes_is_told_so(
    dana: Acting, places: Places, bring: Callable[[str], UUID]
) -> None:
    rosa, ben, ana = bring("rosa"), bring("ben"), bring("ana")
    wait(dana, ben, places.talk)
    freed = free(dana, rosa, places.talk_at(9))
    offers = offer(dana, freed, ben)
    booked(dana, ana, places.talk_at(9))

    with pytest.raises(TimeTaken):
        say(dana, ben, offers[ben], Answer.YES)

    assert get_waitlist_page(dana, asked=WaitlistAsk()).freed == ()
    assert get_freed_page(dana, freed_id=freed).row.is_free is False
    assert ask_one("SELECT count(*) FROM booking WHERE patient_id = %s", ben) == 0
    assert states("waitlist_offer", "id") == ["open"]
    wait(dana, rosa, places.talk)
    assert refusal(lambda: offer(dana, freed, rosa)) == "refusal.waitlist_taken"


def test_who_said_no_is_not_asked_again_and_who_was_not_reached_can_still_say_yes(
    dana: Acting, places: Places, bring: Callable[[str], UUID]
) -> None:
    rosa, ben, ana = bring("rosa"), bring("ben"), bring("ana")
    for one in (ben, ana):
        wait(dana, one, places.talk)
    freed = free(dana, rosa, places.talk_at(9))
    offers = offer(dana, freed, ben, ana)
    say(dana, ben, offers[ben], Answer.NO)
    say(dana, ana, offers[ana], Answer.NOT_REACHED)

    assert get_freed_page(dana, freed_id=freed).fits == ()
    assert refusal(lambda: say(dana, ben, offers[ben], Answer.YES)) == "refusal.waitlist_answered"
    assert refusal(lambda: offer(dana, freed, ben)) == "refusal.waitlist_fits_no_more"
    assert say(dana, ana, offers[ana], Answer.YES) is not None
    # It is freed once more: who said no to this very time is not asked a second time.
    again = (
        ask_one("SELECT version FROM booking WHERE patient_id = %s", ana),
        ask_one("SELECT id FROM booking WHERE patient_id = %s", ana),
    )
    cancel_visit(dana, again[1], version=again[0], by=CancelledBy.PATIENT, reason=CancelReason.RIDE)
    (row,) = get_waitlist_page(dana, asked=WaitlistAsk()).freed
    assert row.id != freed
    assert get_freed_page(dana, freed_id=row.id).fits == ()


def test_offers_that_nobody_answers_end_and_a_yes_that_comes_late_counts_while_the_time_is_free(
    dana: Acting, places: Places, bring: Callable[[str], UUID]
) -> None:
    rosa, ben, ana = bring("rosa"), bring("ben"), bring("ana")
    for one in (ben, ana):
        wait(dana, one, places.talk)
    freed = free(dana, rosa, places.talk_at(9))
    offers = offer(dana, freed, ben)
    end = NOW + timedelta(hours=4)

    assert expire_offers(system(Purpose.SWEEP, end - timedelta(seconds=1)), how_many=10) == 0
    assert expire_offers(system(Purpose.SWEEP, end), how_many=10) == 1
    assert expire_offers(system(Purpose.SWEEP, end), how_many=10) == 0

    assert [one.wish.patient_id for one in get_freed_page(at(dana, end), freed_id=freed).fits] == [ana]
    said = "SELECT say->>'key' FROM loop_event WHERE patient_id = %s ORDER BY version DESC LIMIT 1"
    assert ask(said, ben) == [("event.waitlist_expired",)]
    assert say(at(dana, end), ben, offers[ben], Answer.YES) is not None
    assert broken_invariants() == {}


def test_one_yes_ends_what_else_the_patient_was_asked(
    dana: Acting, places: Places, bring: Callable[[str], UUID]
) -> None:
    rosa, ben = bring("rosa"), bring("ben")
    wait(dana, ben, places.talk)
    first = free(dana, rosa, places.talk_at(9))
    second = free(dana, rosa, places.talk_at(11))
    one, other = offer(dana, first, ben)[ben], offer(dana, second, ben)[ben]
    say(dana, ben, other, Answer.YES)

    assert refusal(lambda: say(dana, ben, one, Answer.YES)) == "refusal.waitlist_answered"
    assert ask_one("SELECT count(*) FROM booking WHERE patient_id = %s", ben) == 1
    assert broken_invariants() == {}


def test_a_wish_ends_with_its_promise_and_its_offers_with_it(
    dana: Acting, places: Places, bring: Callable[[str], UUID]
) -> None:
    rosa, ben = bring("rosa"), bring("ben")
    later, version = booked(dana, ben, places.talk_at(14))
    wait(dana, ben, places.talk, on=later)
    offers = offer(dana, free(dana, rosa, places.talk_at(9)), ben)

    cancel_visit(
        dana, later.booking_id, version=version, by=CancelledBy.PATIENT, reason=CancelReason.NOT_NEEDED,
        outcome=NOT_NEEDED[0],
    )  # fmt: skip

    assert states("waitlist_wish", "id") == ["ended"]
    assert states("waitlist_offer", "id") == ["over"]
    assert refusal(lambda: say(dana, ben, offers[ben], Answer.YES)) == "refusal.waitlist_answered"
    assert broken_invariants() == {}


def test_who_is_taken_off_is_asked_no_more_and_keeps_the_visit(
    dana: Acting, places: Places, bring: Callable[[str], UUID]
) -> None:
    rosa, ben = bring("rosa"), bring("ben")
    later, _version = booked(dana, ben, places.talk_at(14))
    wish = wait(dana, ben, places.talk, on=later)
    assert refusal(lambda: wait(dana, ben, places.talk, on=later)) == "refusal.waitlist_already"

    take_off(dana, ben, wish_id=wish, note="She is well again")

    assert refusal(lambda: take_off(dana, ben, wish_id=wish)) == "refusal.waitlist_not_waiting"
    assert get_freed_page(dana, freed_id=free(dana, rosa, places.talk_at(9))).fits == ()
    assert ask("SELECT state FROM booking WHERE id = %s", later.booking_id) == [("booked",)]
    # On the list again, since today.
    wait(dana, ben, places.talk, on=later)
    assert get_wish_page(dana, ben).rows[0].days == 0


def test_a_clashing_visit_and_a_missing_interpreter_are_seen(
    house: House, dana: Acting, places: Places, bring: Callable[[str], UUID]
) -> None:
    rosa, ben, kim, lin = bring("rosa"), bring("ben"), bring("kim"), bring("lin")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('careloop.person', %s, true), set_config('careloop.at', %s, true)",
                       [str(dana.person_id), NOW.isoformat()])  # fmt: skip
        cursor.execute(
            "UPDATE patient SET languages = '{vi}', needs_interpreter = true WHERE id IN (%s, %s)", [kim, lin]
        )
    blood = add_visit_type(house.acting("sol"), VisitTypeDraft("Blood test", 15, needs_practitioner=False))
    freed = free(dana, rosa, places.talk_at(9))
    for one in (ben, lin):
        wait(dana, one, places.talk)
    assert {one.wish.patient_id for one in get_freed_page(dana, freed_id=freed).fits} == {ben, lin}

    booked(dana, kim, places.talk_at(9, who=places.chen))
    booked(dana, ben, VisitAsk(blood, MONDAY.replace(hour=9), (places.room_a,)))

    why = {row.patient_id: say.key for row, say in get_freed_page(dana, freed_id=freed).others}
    assert why == {ben: "waitlist.busy", lin: "waitlist.no_interpreter"}


def test_another_team_sees_the_time_but_not_whose_it_was_nor_who_waits(
    house: House, dana: Acting, places: Places, bring: Callable[[str], UUID]
) -> None:
    rosa, ben = bring("rosa"), bring("ben")
    wait(dana, ben, places.talk)
    freed = free(dana, rosa, places.talk_at(9))
    offer(dana, freed, ben)

    page = get_freed_page(house.acting("kim"), freed_id=freed)
    listed = get_waitlist_page(house.acting("kim"), asked=WaitlistAsk())

    assert (page.fits, page.offers, page.others, listed.rows) == ((), (), (), ())
    assert [(row.takes_part, row.open_offers) for row in listed.freed] == [(("Dr. Ana Rivera",), 1)]


def test_the_pages_of_the_visit_and_of_the_day_lead_to_the_freed_time(
    dana: Acting, places: Places, bring: Callable[[str], UUID]
) -> None:
    rosa, ben = bring("rosa"), bring("ben")
    later, _version = booked(dana, ben, places.talk_at(14))
    wish = wait(dana, ben, places.talk, on=later)
    held, version = booked(dana, rosa, places.talk_at(9))
    assert get_visit_page(dana, held.booking_id).freed_id is None
    move_visit(
        dana, held.booking_id, places.talk_at(10), version=version, by=CancelledBy.PATIENT, reason=CancelReason.RIDE,
        key="move",
    )  # fmt: skip

    freed = get_visit_page(dana, held.booking_id).freed_id
    assert freed is not None
    assert get_visit_page(dana, later.booking_id).wish_id == wish
    assert [one[0] for one in get_visit_day(dana, on=MONDAY.date()).freed] == [freed]
    booked(dana, bring("ana"), places.talk_at(9))
    assert get_visit_day(dana, on=MONDAY.date()).freed == ()


AWAY = [
    {"by": CancelledBy.PROVIDER, "reason": CancelReason.SICK},
    {"by": CancelledBy.CLINIC, "reason": CancelReason.CLINIC_CLOSED},
]


@pytest.mark.parametrize("why", AWAY)
def test_a_time_at_which_nobody_is_there_is_not_freed(
    dana: Acting, places: Places, bring: Callable[[str], UUID], why: dict[str, object]
) -> None:
    held, version = booked(dana, bring("rosa"), places.talk_at(9))

    cancel_visit(dana, held.booking_id, version=version, **why)  # type: ignore[arg-type]

    assert ask_one("SELECT count(*) FROM freed_time") == 0


def test_who_is_asked_for_is_found_behind_more_than_a_page_shows(
    dana: Acting, places: Places, bring: Callable[[str], UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("careloop.reads.waitlist.SHOWN", 1)
    ben, ana, eve = bring("ben"), bring("ana"), bring("eve")
    wait(dana, ben, places.talk)
    afterwards = at(dana, NOW + timedelta(minutes=1))
    wait(afterwards, ana, places.talk, on=booked(dana, ana, places.talk_at(14))[0])
    wait(afterwards, eve, places.scan)

    def shown(**asked: Any) -> tuple[list[UUID], int, int]:  # noqa: ANN401
        page = get_waitlist_page(dana, asked=WaitlistAsk(**asked))
        return [row.patient_id for row in page.rows], page.count, len(page.kinds)

    assert shown() == ([ben], 3, 2)
    assert shown(booked=True) == ([ana], 1, 2)
    assert shown(booked=False) == ([ben], 2, 2)
    assert shown(visit_type_id=places.scan) == ([eve], 1, 2)
    assert shown(urgency=Urgency.URGENT) == ([], 0, 2)


def test_the_number_of_statements_does_not_grow_with_who_waits(
    dana: Acting, places: Places, bring: Callable[[str], UUID]
) -> None:
    freed = free(dana, bring("rosa"), places.talk_at(9))
    counts = []
    for names in (("ben",), ("ana", "eve", "joe")):
        for name in names:
            wait(dana, bring(name), places.talk)
        with CaptureQueriesContext(connection) as seen:
            get_freed_page(dana, freed_id=freed)
            get_waitlist_page(dana, asked=WaitlistAsk())
        counts.append(len(seen))

    assert counts[0] == counts[1]
