"""After two missed visits one question is asked: in the referral that hangs on the visit, else about the visit."""

from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions.misfiled import take_report_out
from careloop.actions.missed_visits import correct_no_show, correct_seen
from careloop.actions.referral_visits import go_on_after_misses, note_missed, set_date
from careloop.actions.referrals import end_referral, reroute_referral, withdraw_referral
from careloop.actions.scheduling import finish_visit, note_arrival, note_no_show
from careloop.facts.access import Acting
from careloop.facts.referrals import ReferralEvent
from careloop.reads.referrals import get_referral_page
from careloop.reads.visits import get_visit_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.places import Places
from tests.actions.referring import bring_report, loop_of, version
from tests.actions.test_visit_referrals import (
    AFTER_NINE,
    AFTER_TWO,
    ANOTHER,
    claimed_as,
    keeps,
    referred,
    stands,
    state_of,
)
from tests.actions.visits import NINE, at, book_visit, booked, hold, refusal
from tests.people import House

pytestmark = pytest.mark.django_db
AFTER_THREE = NINE + timedelta(hours=6, minutes=20)


def asked_about_visits() -> list[tuple[str, str | None]]:
    """Return the questions about visits: where each stands and how it ended."""
    return ask("SELECT state, outcome FROM loop WHERE finding_key LIKE 'visit:%%' ORDER BY id")


def loop_stands(loop: UUID) -> tuple[str, str | None]:
    (found,) = ask("SELECT state, outcome FROM loop WHERE id = %s", loop)
    return found  # type: ignore[return-value]


def miss_and_book_again(dana: Acting, rosa: UUID, places: Places, first: tuple[UUID, UUID, int]) -> tuple[UUID, int]:
    """Note that nobody came at nine and book two o'clock of the same promise; return it with its version."""
    loop, booking, stood = first
    then = at(dana, AFTER_NINE)
    note_no_show(then, booking, version=stood)
    again = hold(then, rosa, places.talk_at(14), loop_id=loop)
    return again.booking_id, book_visit(then, again.booking_id, token=again.token)


@pytest.fixture
def promise(dana: Acting, rosa: UUID, places: Places) -> tuple[UUID, UUID, int]:
    """A visit at nine that is booked: its loop, the booking and its version."""
    held, stood = booked(dana, rosa, places.talk_at(9))
    return held.loop_id, held.booking_id, stood


@pytest.fixture
def key(house: House, dana: Acting, rosa: UUID, promise: tuple[UUID, UUID, int]) -> UUID:
    return referred(house, dana, rosa, promise[1])


@pytest.fixture
def second(dana: Acting, rosa: UUID, places: Places, key: UUID, promise: tuple[UUID, UUID, int]) -> UUID:
    """The second time of the promise, which was missed as well."""
    booking, stood = miss_and_book_again(dana, rosa, places, promise)
    note_no_show(at(dana, AFTER_TWO), booking, version=stood)
    return booking


def test_the_referral_asks_and_nothing_is_booked_before_its_answer_which_settles_both(
    house: House, dana: Acting, rosa: UUID, places: Places, key: UUID, promise: tuple[UUID, UUID, int], second: UUID
) -> None:
    now, asha = at(dana, AFTER_TWO), at(house.acting("asha"), AFTER_TWO)
    assert stands(key) == ("missed", 2, False)
    assert loop_of(key)["step"] == "step.referral_decide"
    assert asked_about_visits() == []
    page = get_visit_page(now, second)
    assert (page.missed, page.decision_id, page.asking_id) == (2, None, key)
    assert refusal(lambda: hold(now, rosa, places.talk_at(15), loop_id=promise[0])) == (
        "refusal.visit_clinician_decides"
    )
    assert broken_invariants() == {}

    go_on_after_misses(asha, key, version=version(asha, key), note="A ride is arranged")

    assert stands(key)[0] == "accepted"
    assert get_visit_page(now, second).asking_id is None
    assert (loop_stands(promise[0]), asked_about_visits()) == (("started", None), [])
    said = "SELECT say ->> 'key' FROM loop_event WHERE loop_id = %s ORDER BY version DESC LIMIT 1"
    assert ask_one(said, promise[0]) == "event.visit_goes_on"
    third = hold(now, rosa, places.talk_at(15), loop_id=promise[0])
    stood = book_visit(now, third.booking_id, token=third.token)
    assert (stands(key), keeps(key)) == (("date_set", 2, True), third.booking_id)
    assert broken_invariants() == {}
    # And a third time: it is asked again, once.
    note_no_show(at(dana, AFTER_THREE), third.booking_id, version=stood)
    assert (stands(key), loop_of(key)["step"]) == (("missed", 3, False), "step.referral_decide")
    assert (asked_about_visits(), broken_invariants()) == ([], {})


@pytest.mark.parametrize("how", ["withdrawn", "rerouted"])
def test_a_clinician_who_wants_no_other_time_here_ends_the_promise_of_the_visit_with_it(
    house: House, dana: Acting, key: UUID, promise: tuple[UUID, UUID, int], second: UUID, how: str
) -> None:
    asha = at(house.acting("asha"), AFTER_TWO)
    if how == "withdrawn":
        withdraw_referral(asha, key, version=version(asha, key), reason="She is well without it")
    else:
        reroute_referral(
            asha, key, version=version(asha, key), to_entry=None, to_name="Hill Heart", reason="By telephone there"
        )

    assert loop_stands(promise[0]) == ("closed", "withdrawn_clinically")
    assert (asked_about_visits(), broken_invariants()) == ([], {})


def test_where_nobody_decided_the_visit_asks_by_itself(
    dana: Acting, rosa: UUID, places: Places, key: UUID, promise: tuple[UUID, UUID, int], second: UUID
) -> None:
    now = at(dana, AFTER_TWO)

    end_referral(now, key, version=version(now, key), event=ReferralEvent.PATIENT_NO, reason="Does not want it")

    assert asked_about_visits() == [("to_do", None)]
    assert loop_stands(promise[0]) == ("started", None)
    assert refusal(lambda: hold(now, rosa, places.talk_at(15), loop_id=promise[0])) == (
        "refusal.visit_clinician_decides"
    )
    assert broken_invariants() == {}


def test_a_referral_that_was_withdrawn_in_between_leaves_the_question_to_the_visit(
    house: House, dana: Acting, rosa: UUID, places: Places, key: UUID, promise: tuple[UUID, UUID, int]
) -> None:
    booking, stood = miss_and_book_again(dana, rosa, places, promise)
    asha = at(house.acting("asha"), AFTER_NINE)
    withdraw_referral(asha, key, version=version(asha, key), reason="She is well without it")
    assert (loop_stands(promise[0])[0], state_of(booking)) == ("started", "booked")

    note_no_show(at(dana, AFTER_TWO), booking, version=stood)

    assert (asked_about_visits(), stands(key)[0]) == ([("to_do", None)], "closed")
    assert broken_invariants() == {}


def test_the_referral_is_noted_by_hand_first_and_counted_and_asked_once(
    house: House, dana: Acting, rosa: UUID, places: Places, key: UUID, promise: tuple[UUID, UUID, int]
) -> None:
    loop, booking, stood = promise
    then = at(dana, AFTER_NINE)
    note_missed(then, key, version=version(then, key), note="Their desk says so")
    note_no_show(then, booking, version=stood)
    assert stands(key) == ("missed", 1, False)
    again = hold(then, rosa, places.talk_at(14), loop_id=loop)
    stood = book_visit(then, again.booking_id, token=again.token)
    assert stands(key) == ("date_set", 1, True)
    now, asha = at(dana, AFTER_TWO), at(house.acting("asha"), AFTER_TWO)
    note_missed(now, key, version=version(now, key), note="Their desk says so")
    assert (stands(key), loop_of(key)["step"]) == (("missed", 2, False), "step.referral_decide")
    # It is answered before anybody notes it at the visit.
    go_on_after_misses(asha, key, version=version(asha, key), note="A ride is arranged")

    note_no_show(now, again.booking_id, version=stood)

    assert stands(key) == ("accepted", 2, False)
    assert asked_about_visits() == []
    assert get_visit_page(now, again.booking_id).asking_id is None
    third = hold(now, rosa, places.talk_at(15), loop_id=loop)
    book_visit(now, third.booking_id, token=third.token)
    assert (stands(key)[0], keeps(key)) == ("date_set", third.booking_id)
    assert broken_invariants() == {}


def test_a_miss_before_the_referral_hung_on_the_visit_counts_as_well(
    house: House, dana: Acting, rosa: UUID, places: Places, promise: tuple[UUID, UUID, int]
) -> None:
    booking, stood = miss_and_book_again(dana, rosa, places, promise)
    late = referred(house, at(dana, AFTER_NINE), rosa, booking)

    note_no_show(at(dana, AFTER_TWO), booking, version=stood)

    assert (stands(late), loop_of(late)["step"]) == (("missed", 2, False), "step.referral_decide")
    assert (asked_about_visits(), broken_invariants()) == ([], {})


def test_a_miss_that_was_none_takes_the_question_back(
    house: House, dana: Acting, key: UUID, promise: tuple[UUID, UUID, int], second: UUID
) -> None:
    now = at(dana, AFTER_TWO)
    stood = ask_one("SELECT version FROM booking WHERE id = %s", second)

    correct_no_show(now, second, version=stood, note="Was in the other room")

    assert (stands(key), loop_stands(promise[0])) == (("seen", 1, True), ("closed", "done"))
    assert (asked_about_visits(), broken_invariants()) == ([], {})
    # And it was a mistake after all: it is asked again, in the referral.
    stood = ask_one("SELECT version FROM booking WHERE id = %s", second)
    correct_seen(now, second, version=stood, note="That was another patient")
    assert (stands(key), loop_of(key)["step"]) == (("missed", 2, False), "step.referral_decide")
    assert (asked_about_visits(), loop_stands(promise[0])) == ([], ("started", None))
    assert broken_invariants() == {}


def test_a_visit_that_was_not_kept_after_all_asks_by_itself_where_the_report_is_here(
    house: House, dana: Acting, rosa: UUID, places: Places, key: UUID, promise: tuple[UUID, UUID, int]
) -> None:
    booking, stood = miss_and_book_again(dana, rosa, places, promise)
    now = at(dana, AFTER_TWO)
    done = finish_visit(now, booking, version=note_arrival(now, booking, version=stood), note="Seen")
    assert bring_report(now, key, claimed_as(now, rosa))

    correct_seen(now, booking, version=done, note="That was another patient")

    assert (stands(key)[0], asked_about_visits()) == ("report_in", [("to_do", None)])
    assert broken_invariants() == {}


def test_a_report_that_comes_while_it_is_asked_and_leaves_again_gives_the_question_back_to_the_referral(
    dana: Acting, rosa: UUID, key: UUID, second: UUID
) -> None:
    now = at(dana, AFTER_TWO)
    assert bring_report(now, key, claimed_as(now, rosa))
    assert (stands(key)[0], asked_about_visits()) == ("report_in", [("to_do", None)])

    report = get_referral_page(now, key).reports[0].id
    take_report_out(now, key, version=version(now, key), report_id=report, claimed=ANOTHER, reason="Another name")

    assert (stands(key)[0], loop_of(key)["step"]) == ("missed", "step.referral_decide")
    assert asked_about_visits() == [("closed", "duplicate")]
    assert broken_invariants() == {}


def test_missed_once_elsewhere_and_once_here_only_the_referral_waits_for_a_clinician(
    house: House, dana: Acting, rosa: UUID, places: Places, promise: tuple[UUID, UUID, int]
) -> None:
    held, _stood = booked(dana, rosa, places.talk_at(14))
    key = referred(house, dana, rosa, held.booking_id)
    late = at(dana, AFTER_TWO)
    note_missed(late, key, version=version(late, key))
    third, _stood = booked(late, rosa, places.talk_at(15))
    set_date(late, key, version=version(late, key), booking_id=third.booking_id)
    now = at(dana, AFTER_THREE)
    note_no_show(now, third.booking_id, version=ask_one("SELECT version FROM booking WHERE id = %s", third.booking_id))
    assert (stands(key)[:2], asked_about_visits()) == (("missed", 2), [])
    assert get_visit_page(now, third.booking_id).asking_id is None
    fourth = hold(now, rosa, places.talk_at(16), loop_id=third.loop_id)
    book_visit(now, fourth.booking_id, token=fourth.token)
    assert stands(key)[0] == "missed"
    (beside,) = get_visit_page(now, fourth.booking_id).referrals
    assert beside.say.key == "visit.referral_undecided"
    asha = at(house.acting("asha"), AFTER_THREE)
    stood = version(asha, key)
    after = go_on_after_misses(asha, key, version=stood, note="A ride is arranged")

    assert (stands(key), keeps(key)) == (("date_set", 2, True), fourth.booking_id)
    assert after == version(asha, key) > stood + 1
    assert broken_invariants() == {}
