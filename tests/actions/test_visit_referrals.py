"""A visit here moves its referral in the same transaction, however it ends, and a mistake puts all of it right."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from careloop.actions import scheduling
from careloop.actions.misfiled import take_report_out
from careloop.actions.missed_visits import correct_no_show, correct_seen
from careloop.actions.people import join_care_team
from careloop.actions.referral_visits import set_date
from careloop.actions.scheduling import bump_visit, cancel_visit, finish_visit, move_visit, note_arrival, note_no_show
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.referrals import Claimed
from careloop.facts.scheduling import CancelledBy, CancelReason
from careloop.facts.visits import Barrier, Deed
from careloop.facts.worklist import Outcome
from careloop.reads.people import get_name
from careloop.reads.referrals import get_referral_page
from careloop.reads.visits import get_visit_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.places import Places
from tests.actions.referring import bring_report, loop_of, make, seen, send, version
from tests.actions.visits import NINE, at, book_visit, booked, hold, refusal
from tests.people import House

pytestmark = pytest.mark.django_db
ANOTHER = Claimed("Ada Whitfield", date(1951, 7, 9))
AFTER_NINE, AFTER_TWO = NINE + timedelta(minutes=20), NINE + timedelta(hours=5, minutes=20)


def referred(house: House, who: Acting, patient: UUID, booking: UUID) -> UUID:
    """Return a referral that is to be seen at a visit here."""
    join_care_team(house.acting("sol"), [patient], person_id=house.id_of("asha"), part="clinician")
    key = make(who, house, patient)
    send(who, key)
    set_date(who, key, version=version(who, key), booking_id=booking)
    return key


def stands(key: UUID) -> tuple[object, ...]:
    (found,) = ask("SELECT state, misses, starts_at IS NOT NULL FROM referral WHERE id = %s", key)
    return found


def state_of(booking: UUID) -> str:
    return str(ask_one("SELECT state FROM booking WHERE id = %s", booking))


def history(key: UUID) -> list[str]:
    rows = ask(
        "SELECT e.say ->> 'key' FROM loop_event e JOIN referral r ON r.loop_id = e.loop_id WHERE r.id = %s"
        " ORDER BY e.version DESC LIMIT 2",
        key,
    )
    return [one for (one,) in rows]


def test_who_does_not_come_moves_the_referral_and_its_history_says_so(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))
    other, _other = booked(dana, rosa, places.talk_at(14))
    key = referred(house, dana, rosa, held.booking_id)
    beside = make(dana, house, rosa, question="Two?", specialty="b")
    assert stands(key) == ("date_set", 0, True)

    note_no_show(at(dana, AFTER_NINE), held.booking_id, version=booking, barrier=Barrier.RIDE, note="No bus")

    assert stands(key) == ("missed", 1, False)
    assert history(key)[0] == "event.referral_missed_here"
    assert ask_one(
        "SELECT l.next_step ->> 'key' FROM loop l JOIN referral r ON r.loop_id = l.id WHERE r.id = %s", key
    ) == ("step.referral_missed")
    assert stands(beside)[0] == "to_send"
    assert state_of(other.booking_id) == "booked"
    assert broken_invariants() == {}


def test_both_are_noted_or_neither(
    house: House, dana: Acting, rosa: UUID, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))
    key = referred(house, dana, rosa, held.booking_id)

    def stop(*_all: object) -> None:
        raise Refusal(Say("refusal.referral_changed"))

    monkeypatch.setattr(scheduling, "follow_visit", stop)
    with pytest.raises(Refusal):
        note_no_show(at(dana, AFTER_NINE), held.booking_id, version=booking)

    assert (state_of(held.booking_id), stands(key)) == ("booked", ("date_set", 0, True))


def test_a_mistake_is_put_right_with_what_shows_it(house: House, dana: Acting, rosa: UUID, places: Places) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))
    key = referred(house, dana, rosa, held.booking_id)
    now = at(dana, AFTER_NINE)
    missed = note_no_show(now, held.booking_id, version=booking)
    assert Deed.CORRECT in get_visit_page(now, held.booking_id).deeds
    assert refusal(lambda: correct_no_show(now, held.booking_id, version=missed, note=" ")) == (
        "refusal.evidence_missing"
    )
    assert refusal(lambda: correct_no_show(now, held.booking_id, version=booking, note="x")) == (
        "refusal.booking_changed"
    )

    correct_no_show(now, held.booking_id, version=missed, note="Signed in at 9:05")

    assert state_of(held.booking_id) == "done"
    assert stands(key) == ("seen", 0, True)
    assert ask("SELECT starts_at = %s FROM referral WHERE id = %s", NINE, key) == [(True,)]
    assert history(key) == ["event.referral_seen_here", "event.referral_not_missed"]
    assert ask("SELECT state, outcome FROM loop WHERE id = %s", held.loop_id) == [("closed", "done")]
    assert get_visit_page(now, held.booking_id).deeds == (Deed.TAKE_BACK,)
    assert broken_invariants() == {}


def test_a_referral_that_has_moved_on_stays_where_it_is(house: House, dana: Acting, rosa: UUID, places: Places) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))
    key = referred(house, dana, rosa, held.booking_id)
    now = at(dana, AFTER_NINE)
    missed = note_no_show(now, held.booking_id, version=booking)
    later, _version = booked(now, rosa, places.talk_at(14))
    set_date(now, key, version=version(now, key), booking_id=later.booking_id)

    correct_no_show(now, held.booking_id, version=missed, note="Signed in at 9:05")

    assert stands(key) == ("date_set", 1, True)
    assert ask("SELECT booking_id FROM referral WHERE id = %s", key) == [(later.booking_id,)]


def test_the_question_to_a_clinician_goes_with_the_mistake_and_another_visit_comes_first(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    join_care_team(house.acting("sol"), [rosa], person_id=house.id_of("asha"), part="clinician")
    held, booking = booked(dana, rosa, places.talk_at(9))
    first = at(dana, AFTER_NINE)
    missed = note_no_show(first, held.booking_id, version=booking)
    again = hold(first, rosa, places.talk_at(14), loop_id=held.loop_id)
    assert refusal(lambda: correct_no_show(first, held.booking_id, version=missed, note="Was here")) == (
        "refusal.visit_still_booked"
    )
    booking = book_visit(first, again.booking_id, token=again.token)
    second = at(dana, AFTER_TWO)
    missed = note_no_show(second, again.booking_id, version=booking)
    asked = "SELECT state FROM loop WHERE finding_key LIKE 'visit:%%'"
    assert ask(asked) == [("to_do",)]

    correct_no_show(second, again.booking_id, version=missed, note="Was in the other room")

    assert ask(asked) == [("closed",)]
    assert ask("SELECT state FROM loop WHERE id = %s", held.loop_id) == [("closed",)]
    assert broken_invariants() == {}


def test_what_was_cancelled_stays_so(dana: Acting, rosa: UUID, places: Places) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))

    assert refusal(lambda: correct_no_show(dana, held.booking_id, version=booking, note="x")) == "refusal.booking_move"


def claimed_as(who: Acting, patient: UUID) -> Claimed:
    name = get_name(who, patient)
    return Claimed(name.name, name.birth_on)


def keeps(key: UUID) -> UUID | None:
    found: UUID | None = ask_one("SELECT booking_id FROM referral WHERE id = %s", key)
    return found


def finish(who: Acting, booking: UUID, version: int) -> int:
    return finish_visit(who, booking, version=note_arrival(who, booking, version=version), note="Seen by Dr. Rivera")


def test_a_visit_that_took_place_makes_its_referral_seen_and_both_pages_say_so(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))
    key = referred(house, dana, rosa, held.booking_id)
    now = at(dana, AFTER_NINE)
    (beside,) = get_visit_page(dana, held.booking_id).referrals
    assert (beside.id, beside.state, beside.say.key) == (key, "date_set", "visit.referral_will_move")

    finish(now, held.booking_id, booking)

    assert stands(key) == ("seen", 0, True)
    assert ask("SELECT seen_on FROM referral WHERE id = %s", key) == [(NINE.date(),)]
    assert history(key)[0] == "event.referral_seen_here"
    assert loop_of(key)["step"] == "step.referral_report"
    (beside,) = get_visit_page(now, held.booking_id).referrals
    page = get_referral_page(now, key)
    assert (beside.state, beside.say.key) == ("seen", "visit.referral_moved")
    assert page.visit is not None
    assert (page.visit.id, page.visit.state, page.visit.say.key) == (held.booking_id, "done", "visit.referral_moved")
    assert page.history[0].note == "Seen by Dr. Rivera"
    assert broken_invariants() == {}


def test_a_referral_that_is_further_on_stays_and_the_visit_ends_all_the_same(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))
    key = referred(house, dana, rosa, held.booking_id)
    now = at(dana, AFTER_NINE)
    seen(now, key)
    lines = ask_one("SELECT count(*) FROM referral_stay WHERE referral_id = %s", key)

    finish(now, held.booking_id, booking)

    assert state_of(held.booking_id) == "done"
    assert stands(key)[0] == "seen"
    assert ask_one("SELECT count(*) FROM referral_stay WHERE referral_id = %s", key) == lines
    assert broken_invariants() == {}


@pytest.mark.parametrize(("ends", "stood"), [("done", "seen"), ("cancelled", "accepted"), ("moved", "date_set")])
def test_a_report_that_leaves_again_finds_what_became_of_the_visit_meanwhile(
    house: House, dana: Acting, rosa: UUID, places: Places, ends: str, stood: str
) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))
    key = referred(house, dana, rosa, held.booking_id)
    now = at(dana, AFTER_NINE)
    assert bring_report(now, key, claimed_as(now, rosa))
    off = {"version": booking, "by": CancelledBy.PATIENT, "reason": CancelReason.SICK}
    if ends == "done":
        finish(now, held.booking_id, booking)
    elif ends == "cancelled":
        cancel_visit(now, held.booking_id, **off)
    else:
        move_visit(now, held.booking_id, places.talk_at(14), key="k", **off)
    assert stands(key)[0] == "report_in"
    assert get_visit_page(now, held.booking_id).referrals[0].say.key == "visit.referral_stays"

    report = get_referral_page(now, key).reports[0].id
    take_report_out(now, key, version=version(now, key), report_id=report, claimed=ANOTHER, reason="Another name")

    assert stands(key)[0] == stood
    assert (stands(key)[2], broken_invariants()) == (ends != "cancelled", {})


def test_that_somebody_was_seen_is_taken_back_with_what_shows_it(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))
    key = referred(house, dana, rosa, held.booking_id)
    now = at(dana, AFTER_NINE)
    done = finish(now, held.booking_id, booking)
    assert refusal(lambda: correct_seen(now, held.booking_id, version=done, note="")) == "refusal.evidence_missing"
    assert refusal(lambda: correct_seen(now, held.booking_id, version=booking, note="x")) == "refusal.booking_changed"

    missed = correct_seen(now, held.booking_id, version=done, note="It was another patient")

    assert state_of(held.booking_id) == "no_show"
    assert stands(key) == ("missed", 1, False)
    assert ask("SELECT seen_on FROM referral WHERE id = %s", key) == [(None,)]
    assert history(key)[0] == "event.referral_not_seen_here"
    assert ask("SELECT state, outcome FROM loop WHERE id = %s", held.loop_id) == [("started", None)]
    assert broken_invariants() == {}
    # And forth again: nothing of it is counted twice.
    correct_no_show(now, held.booking_id, version=missed, note="It was this one")
    assert stands(key) == ("seen", 0, True)
    assert ask("SELECT state FROM loop WHERE id = %s", held.loop_id) == [("closed",)]
    assert broken_invariants() == {}


def test_a_visit_that_is_called_off_takes_the_date_of_its_referral_and_its_next_time_gives_it_back(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))
    key = referred(house, dana, rosa, held.booking_id)

    cancel_visit(dana, held.booking_id, version=booking, by=CancelledBy.PATIENT, reason=CancelReason.SICK)

    assert (stands(key), keeps(key)) == (("accepted", 0, False), held.booking_id)
    assert history(key)[0] == "event.referral_lost_here"
    assert loop_of(key)["step"] == "step.referral_date"
    (beside,) = get_visit_page(dana, held.booking_id).referrals
    assert beside.say.key == "visit.referral_moved"
    again = hold(dana, rosa, places.talk_at(14), loop_id=held.loop_id)
    assert stands(key)[0] == "accepted"
    book_visit(dana, again.booking_id, token=again.token)
    assert (stands(key), keeps(key)) == (("date_set", 0, True), again.booking_id)
    assert get_visit_page(dana, held.booking_id).referrals[0].say.key == "visit.referral_at_newer"
    assert broken_invariants() == {}


def test_a_visit_that_we_take_from_its_time_takes_the_date_of_its_referral(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))
    key = referred(house, dana, rosa, held.booking_id)

    bump_visit(dana, held.booking_id, version=booking, reason=CancelReason.PROVIDER_AWAY)

    assert stands(key) == ("accepted", 0, False)
    assert broken_invariants() == {}


def test_a_visit_that_moves_takes_its_referral_along_without_its_losing_the_date(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))
    key = referred(house, dana, rosa, held.booking_id)

    new = move_visit(
        dana, held.booking_id, places.talk_at(14), version=booking, by=CancelledBy.PATIENT,
        reason=CancelReason.WORK_OR_FAMILY, key="k",
    )  # fmt: skip

    assert (stands(key), keeps(key)) == (("date_set", 0, True), new)
    assert ask("SELECT r.starts_at - b.starts_at FROM referral r JOIN booking b ON b.id = r.booking_id") == [
        (timedelta(0),)
    ]
    assert history(key)[0] == "event.referral_moved_here"
    assert "event.referral_lost_here" not in history(key)
    assert broken_invariants() == {}


def test_a_date_is_hung_on_a_visit_that_stands_and_on_no_other(
    house: House, dana: Acting, rosa: UUID, places: Places
) -> None:
    held = hold(dana, rosa, places.talk_at(9))
    join_care_team(house.acting("sol"), [rosa], person_id=house.id_of("asha"), part="clinician")
    key = make(dana, house, rosa)
    send(dana, key)

    with pytest.raises(NotFound):
        set_date(dana, key, version=version(dana, key), booking_id=held.booking_id)


def test_a_step_of_a_plan_that_is_over_is_not_taken_back(dana: Acting, rosa: UUID, places: Places) -> None:
    held, booking = booked(dana, rosa, places.talk_at(9))
    now = at(dana, AFTER_NINE)
    done = finish(now, held.booking_id, booking)
    above, other = booked(dana, rosa, places.talk_at(14))
    cancel_visit(
        dana, above.booking_id, version=other, by=CancelledBy.PATIENT, reason=CancelReason.NOT_NEEDED,
        outcome=Outcome.DECLINED,
    )  # fmt: skip
    assert ask("UPDATE loop SET parent_id = %s WHERE id = %s RETURNING 1", above.loop_id, held.loop_id)

    assert refusal(lambda: correct_seen(now, held.booking_id, version=done, note="x")) == "refusal.visit_plan_over"
