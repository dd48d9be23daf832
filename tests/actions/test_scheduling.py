"""Visits: told how they ended, cancelled, bumped, missed; what cannot be promised; who may do what."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from careloop.actions.calendars import allow_extra_seat
from careloop.actions.scheduling import (
    book_visit,
    bump_visit,
    cancel_visit,
    confirm_visit,
    finish_visit,
    note_arrival,
    note_no_show,
)
from careloop.actions.worklist import dismiss_loop, finish_loop, hand_off_loop, log_contact, undo_last
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.facts.access import Acting
from careloop.facts.scheduling import BookingState, CancelledBy, CancelReason, VisitAsk, Which
from careloop.facts.visits import Deed
from careloop.facts.worklist import ContactResult, Outcome
from careloop.reads.scheduling import find_times, get_visits
from careloop.reads.visits import get_visit_page
from careloop.rules.scheduling import TimeTaken
from tests.actions.look import ask_one, broken_invariants
from tests.actions.places import MONDAY, Places
from tests.actions.records import bring_cared_for, person
from tests.actions.visits import NINE, at, booked, hold, loop_of, refusal, row
from tests.people import House

wall = datetime.fromisoformat
pytestmark = pytest.mark.django_db


def test_who_did_not_come_is_called_by_the_next_business_day_and_gets_another_time_on_the_same_loop(
    dana: Acting, rosa: UUID, places: Places
) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))
    early = at(dana, NINE - timedelta(minutes=1))
    assert refusal(lambda: note_no_show(early, held.booking_id, version=version)) == "refusal.visit_not_yet"
    after = at(dana, NINE + timedelta(minutes=20))

    note_no_show(after, held.booking_id, version=version, note="No word")

    assert loop_of(held)["step"] == "step.visit_no_show"
    # Tuesday at 5 pm in New York.
    assert loop_of(held)["next_at"] == datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
    again = hold(after, rosa, places.talk_at(14), loop_id=held.loop_id)
    assert again.loop_id == held.loop_id
    assert broken_invariants() == {}


def test_a_cancelled_visit_says_by_whom_and_why_frees_its_time_and_stays_promised(
    dana: Acting, rosa: UUID, ben: UUID, places: Places
) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))

    cancel_visit(dana, held.booking_id, version=version, by=CancelledBy.PATIENT, reason=CancelReason.RIDE)

    assert row(held)[0] == "cancelled"
    assert row(held)[2:] == ("patient", "ride")
    assert loop_of(held)["state"] == "started"
    assert loop_of(held)["step"] == "step.visit_find_time"
    assert hold(dana, ben, places.talk_at(9)).promised == held.promised


def test_a_visit_that_nobody_wants_any_more_ends_its_promise(dana: Acting, rosa: UUID, places: Places) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))

    cancel_visit(
        dana, held.booking_id, version=version, by=CancelledBy.PATIENT, reason=CancelReason.NOT_NEEDED,
        outcome=Outcome.DECLINED,
    )  # fmt: skip

    assert (loop_of(held)["state"], loop_of(held)["outcome"]) == ("closed", "declined_by_patient")


def test_a_bumped_visit_is_ours_to_mend(dana: Acting, rosa: UUID, places: Places) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))

    bump_visit(dana, held.booking_id, version=version, reason=CancelReason.PROVIDER_AWAY)

    assert row(held)[0] == "bumped"
    assert (loop_of(held)["ball"], loop_of(held)["step"]) == ("us", "step.visit_bumped")


def test_another_reason_needs_words(dana: Acting, rosa: UUID, places: Places) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))
    bare = {"version": version, "by": CancelledBy.CLINIC, "reason": CancelReason.OTHER}

    assert refusal(lambda: cancel_visit(dana, held.booking_id, **bare)) == "refusal.reason_missing"
    assert refusal(
        lambda: bump_visit(dana, held.booking_id, version=version, reason=CancelReason.OTHER)
    ) == "refusal.reason_missing"  # fmt: skip
    assert row(held)[0] == "booked"


def test_a_loop_is_not_closed_and_its_last_step_not_undone_under_a_booking(
    dana: Acting, house: House, rosa: UUID, places: Places
) -> None:
    held, _version = booked(dana, rosa, places.talk_at(9))
    version = ask_one("SELECT version FROM loop WHERE id = %s", held.loop_id)

    closing = [
        lambda: finish_loop(dana, held.loop_id, version=version, outcome=Outcome.DONE, note="Yes"),
        lambda: dismiss_loop(dana, held.loop_id, version=version, outcome=Outcome.DECLINED, reason="No"),
    ]

    assert [refusal(one) for one in closing] == ["refusal.visit_still_booked"] * 2
    assert refusal(lambda: undo_last(dana, held.loop_id, version=version)) == "refusal.nothing_to_undo"


def test_calling_and_handing_over_never_hide_the_day_of_the_visit(
    dana: Acting, house: House, rosa: UUID, places: Places
) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))
    confirm_visit(dana, held.booking_id, version=version)
    end = NINE + timedelta(minutes=30)
    seen = ask_one("SELECT version FROM loop WHERE id = %s", held.loop_id)

    seen = log_contact(dana, held.loop_id, version=seen, result=ContactResult.NO_ANSWER, note="")
    assert loop_of(held)["next_at"] <= end
    hand_off_loop(dana, held.loop_id, version=seen, to_person=house.id_of("lee"), to_unit=None, note="")
    assert loop_of(held)["next_at"] <= end
    assert loop_of(held)["owner"] == house.id_of("lee")


def test_death_gives_every_time_back_and_closes_the_loop(dana: Acting, house: House, places: Places) -> None:
    ada = bring_cared_for(house, "ada", person("ada"))
    held, _version = booked(dana, ada, places.talk_at(9))

    bring_cared_for(house, "ada", person("ada", deceasedDateTime="2026-11-20T09:00:00Z"))

    assert row(held)[0] == "cancelled"
    assert row(held)[2:] == ("death", "died")
    assert loop_of(held)["outcome"] == "deceased"
    assert broken_invariants() == {}
    assert refusal(lambda: hold(dana, ada, places.talk_at(10))) == "refusal.patient_has_died"


def test_only_an_extra_seat_that_somebody_allowed_books_a_time_twice(
    dana: Acting, house: House, rosa: UUID, ben: UUID, places: Places
) -> None:
    booked(dana, rosa, places.talk_at(9))
    seat = allow_extra_seat(
        house.acting("sol"), entry_id=places.rivera, seat=1, since=NINE, until=NINE + timedelta(hours=2),
        reason="A short visit, agreed with Dr. Rivera",
    )  # fmt: skip
    double = replace(places.talk_at(9), seats=((places.rivera, seat),))

    held = hold(dana, ben, double)

    assert held.promised.at == NINE
    third = bring_cared_for(house, "cy", person("cy"))
    with pytest.raises(TimeTaken):
        hold(dana, third, double)
    assert broken_invariants() == {}
    with pytest.raises(NotFound):
        allow_extra_seat(dana, entry_id=places.rivera, seat=2, since=NINE, until=NINE + timedelta(hours=1), reason="x")


REFUSED: list[tuple[str, Callable[[Places], VisitAsk], str]] = [
    ("past", lambda p: VisitAsk(p.talk, wall("2026-11-19 09:00"), (p.rivera,)), "refusal.time_past"),
    ("with nobody", lambda p: VisitAsk(p.talk, MONDAY.replace(hour=9)), "refusal.visit_with_whom"),
    ("a group", lambda p: VisitAsk(p.class_, MONDAY.replace(hour=9), (p.rivera,)), "refusal.visit_is_a_group"),
    ("skipped", lambda p: VisitAsk(p.talk, wall("2027-03-14 02:30"), (p.rivera,)), "refusal.time_skipped"),
    ("twice", lambda p: VisitAsk(p.talk, wall("2027-11-07 01:30"), (p.rivera,)), "refusal.time_twice"),
    (
        "twice, the second, at night",
        lambda p: VisitAsk(p.talk, wall("2027-11-07 01:30"), (p.rivera,), Which.SECOND),
        "refusal.time_taken",
    ),
]


@pytest.mark.parametrize(("what", "says"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_what_cannot_be_promised_is_refused_in_words(
    dana: Acting, rosa: UUID, places: Places, what: Callable[[Places], VisitAsk], says: str
) -> None:
    assert refusal(lambda: hold(dana, rosa, what(places))) == says
    assert ask_one("SELECT count(*) FROM booking") == 0
    assert ask_one("SELECT count(*) FROM loop") == 0


def test_an_unknown_entry_or_kind_of_visit_is_not_there(dana: Acting, rosa: UUID, places: Places) -> None:
    for what in (
        VisitAsk(uuid4(), MONDAY.replace(hour=9), (places.rivera,)),
        VisitAsk(places.talk, MONDAY.replace(hour=9), (uuid4(),)),
        VisitAsk(places.talk, MONDAY.replace(hour=9), (places.site,)),
    ):
        with pytest.raises(NotFound):
            hold(dana, rosa, what)


def test_whoever_looked_at_an_older_version_is_told(dana: Acting, rosa: UUID, places: Places) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))
    confirm_visit(dana, held.booking_id, version=version)

    with pytest.raises(TakenMeanwhile):
        cancel_visit(dana, held.booking_id, version=version, by=CancelledBy.PATIENT, reason=CancelReason.SICK)


def test_nobody_of_the_other_team_finds_books_or_moves_a_visit(
    dana: Acting, house: House, rosa: UUID, places: Places
) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))
    kim, saul = house.acting("kim"), house.acting("saul")
    tries: list[Callable[[Acting], object]] = [
        lambda who: hold(who, rosa, places.talk_at(10)),
        lambda who: book_visit(who, held.booking_id, token=held.token),
        lambda who: cancel_visit(
            who, held.booking_id, version=version, by=CancelledBy.CLINIC, reason=CancelReason.SICK
        ),
        lambda who: get_visits(who, rosa),
        lambda who: find_times(who, rosa, visit_type_id=places.talk, entry_ids=[places.rivera]),
    ]

    for who in (kim, saul):
        for one in tries:
            with pytest.raises(NotFound):
                one(who)
    assert row(held)[0] == BookingState.BOOKED


def test_the_front_desk_reaches_the_patient_around_the_day_of_the_visit_only(
    dana: Acting, house: House, rosa: UUID, places: Places
) -> None:
    tom = house.acting("tom")
    held, version = booked(dana, rosa, places.talk_at(9))

    with pytest.raises(NotFound):
        note_arrival(tom, held.booking_id, version=version)
    version = note_arrival(at(tom, NINE), held.booking_id, version=version)
    assert row(held)[:2] == ("arrived", version)
    with pytest.raises(NotFound):
        get_visits(at(tom, NINE + timedelta(days=2)), rosa)


def test_an_arrival_is_noted_on_the_day_or_later_and_never_before(dana: Acting, rosa: UUID, places: Places) -> None:
    held, version = booked(dana, rosa, places.talk_at(9))

    with pytest.raises(Refusal) as no:
        note_arrival(at(dana, NINE - timedelta(days=1)), held.booking_id, version=version)
    assert no.value.say.key == "refusal.visit_day_to_come"
    assert Deed.ARRIVE not in get_visit_page(at(dana, NINE - timedelta(days=1)), held.booking_id).deeds

    next_day = at(dana, NINE + timedelta(days=1))
    assert Deed.ARRIVE in get_visit_page(next_day, held.booking_id).deeds
    version = note_arrival(next_day, held.booking_id, version=version)
    finish_visit(next_day, held.booking_id, version=version, note="Report in the record.")
    assert row(held)[0] == BookingState.DONE
