"""Two who note at once how a visit went, or hang a date on it: one wins, and the referral says what the visit says."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions.missed_visits import correct_seen
from careloop.actions.people import join_care_team
from careloop.actions.referral_visits import note_seen, set_date
from careloop.actions.scheduling import cancel_visit, finish_visit, move_visit, note_arrival
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting
from careloop.facts.scheduling import CancelledBy, CancelReason
from tests.actions.apart import apart, at_once
from tests.actions.look import ask, broken_invariants
from tests.actions.places import Places, make_places
from tests.actions.records import bring_cared_for, person
from tests.actions.referring import make, send, version
from tests.actions.visits import NINE, at, booked
from tests.people import House, build_house

__all__ = ["apart"]

AFTER_NINE = NINE + timedelta(minutes=20)
# What a visit that ended so makes of a referral that waited for it.
SAME = {"done": "seen", "no_show": "missed", "cancelled": "accepted"}


def stand(house: House, places: Places, number: int, hour: int) -> tuple[UUID, UUID, int]:
    """Return a referral that is to be seen at a visit of its own patient here, the visit and its version."""
    dana, patient = house.acting("dana"), bring_cared_for(house, f"p{number}", person(f"p{number}"))
    join_care_team(house.acting("sol"), [patient], person_id=house.id_of("asha"), part="clinician")
    held, booking = booked(dana, patient, places.talk_at(hour))
    key = make(dana, house, patient)
    send(dana, key)
    set_date(dana, key, version=version(dana, key), booking_id=held.booking_id)
    return key, held.booking_id, booking


def states(key: UUID) -> tuple[str, str]:
    """Return the state of the visit that a referral names, and its own."""
    (found,) = ask("SELECT b.state, r.state FROM referral r JOIN booking b ON b.id = r.booking_id WHERE r.id = %s", key)
    return found[0], found[1]


def cancel(who: Acting, booking: UUID, seen: int) -> Callable[[], object]:
    return lambda: cancel_visit(
        who, booking, version=seen, by=CancelledBy.PATIENT, reason=CancelReason.LEFT_UNSEEN
    )  # fmt: skip


@pytest.mark.parametrize("hour", [9, 11])
def test_seen_and_cancelled_at_once_are_one_of_them_and_the_referral_says_the_same(apart: None, hour: int) -> None:
    house = build_house()
    places = make_places(house)
    key, booking, seen = stand(house, places, 1, hour)
    now = at(house.acting("dana"), AFTER_NINE + timedelta(hours=hour - 9))
    here = note_arrival(now, booking, version=seen)

    fates = at_once(
        lambda: finish_visit(now, booking, version=here, note="Seen"),
        lambda: finish_visit(now, booking, version=here, note="Seen"),
        cancel(now, booking, here),
        cancel(now, booking, here),
    )

    assert Counter(isinstance(one, Refusal) for one in fates) == {True: 3, False: 1}
    visit, referral = states(key)
    assert referral == SAME[visit]
    moved = "SELECT count(*) FROM referral_stay WHERE referral_id = %s AND state IN ('seen', 'accepted')"
    assert ask(moved, key) == [(1,)]
    assert broken_invariants() == {}


def test_a_visit_that_is_called_off_while_a_date_is_hung_on_it_leaves_none_behind(apart: None) -> None:
    house = build_house()
    places = make_places(house)
    dana = house.acting("dana")
    for number, hour in enumerate((9, 11, 13)):
        key, first, _seen = stand(house, places, number, hour)
        patient = ask("SELECT patient_id FROM booking WHERE id = %s", first)[0][0]
        second, other = booked(dana, patient, places.talk_at(hour + 1))
        stood = version(dana, key)

        hung, off = at_once(
            lambda key=key, to=second, stood=stood: set_date(dana, key, version=stood, booking_id=to.booking_id),
            cancel(dana, second.booking_id, other),
        )

        assert not isinstance(off, Exception), off
        assert not isinstance(hung, Exception) or isinstance(hung, NotFound), hung
        assert states(key) in {("booked", "date_set"), ("cancelled", "accepted")}
        assert broken_invariants() == {}


def test_by_hand_and_with_the_visit_it_is_noted_once(apart: None) -> None:
    house = build_house()
    places = make_places(house)
    key, booking, seen = stand(house, places, 1, 9)
    now = at(house.acting("dana"), AFTER_NINE)
    here, stood = note_arrival(now, booking, version=seen), version(now, key)

    by_visit, by_hand = at_once(
        lambda: finish_visit(now, booking, version=here, note="Seen"),
        lambda: note_seen(now, key, version=stood, note="Their desk says so"),
    )

    # The visit ends whoever was first; by hand it is refused where the visit was.
    assert not isinstance(by_visit, Exception), by_visit
    assert not isinstance(by_hand, Exception) or isinstance(by_hand, Refusal), by_hand
    assert states(key) == ("done", "seen")
    assert ask("SELECT count(*) FROM referral_stay WHERE referral_id = %s AND state = 'seen'", key) == [(1,)]
    assert broken_invariants() == {}


def test_moved_and_cancelled_at_once_leave_the_referral_with_the_time_that_stands(apart: None) -> None:
    house = build_house()
    places = make_places(house)
    key, booking, seen = stand(house, places, 1, 9)
    dana = house.acting("dana")
    why = {"by": CancelledBy.PATIENT, "reason": CancelReason.WORK_OR_FAMILY}

    fates = at_once(
        lambda: move_visit(dana, booking, places.talk_at(14), version=seen, key="m", **why),
        cancel(dana, booking, seen),
    )

    assert Counter(isinstance(one, Refusal) for one in fates) == {True: 1, False: 1}
    assert states(key) in {("booked", "date_set"), ("cancelled", "accepted")}
    assert broken_invariants() == {}


def test_a_mistake_that_two_take_back_is_taken_back_once(apart: None) -> None:
    house = build_house()
    places = make_places(house)
    key, booking, seen = stand(house, places, 1, 9)
    now = at(house.acting("dana"), AFTER_NINE)
    done = finish_visit(now, booking, version=note_arrival(now, booking, version=seen), note="Seen")

    fates = at_once(*[lambda: correct_seen(now, booking, version=done, note="Another patient") for _ in range(3)])

    assert Counter(isinstance(one, Refusal) for one in fates) == {True: 2, False: 1}
    assert states(key) == ("no_show", "missed")
    assert ask("SELECT misses FROM referral WHERE id = %s", key) == [(1,)]
    assert broken_invariants() == {}
