"""Calls: one save writes the try, the note, the minutes and every loop; nobody is unreachable before the rule."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from careloop.actions import calls as acts
from careloop.actions.consents import add_member, give_consent
from careloop.actions.people import join_care_team
from careloop.actions.worklist import dismiss_loop, finish_loop, log_contact, reopen_loop, snooze_loop, undo_last
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.facts.consents import (
    ConsentDraft,
    ConsentPurpose,
    GivenHow,
    MemberDraft,
    Relation,
    Road,
    Topic,
)
from careloop.facts.reach import Interpreter, TryResult, TryRoad, WhyNo
from careloop.facts.worklist import ContactResult, Outcome
from careloop.reads.calls import get_call_card
from tests.actions.calling import NUMBER, call, take_caller_in
from tests.actions.hands import audited, last_line, make_task, stand
from tests.actions.look import ask, ask_one, broken_invariants
from tests.people import NOW, TODAY, House, build_house, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return build_house()


@pytest.fixture
def rosa(house: House) -> UUID:
    return take_caller_in(house)


def test_one_save_writes_the_try_the_minutes_the_note_and_every_loop(house: House, rosa: UUID) -> None:
    ride, form = make_task(house, rosa), make_task(house, rosa)

    call(house, rosa, TryResult.VOICEMAIL, ride, form, note="Spoke slowly.", opened_at=NOW - timedelta(minutes=3),
         language="es", interpreter=Interpreter.BY_PHONE)  # fmt: skip

    row = ask("SELECT road, result, address, minutes, note, zone, language, interpreter, is_checked FROM contact_try")
    assert row == [("call", "voicemail", NUMBER, 3, "Spoke slowly.", "America/New_York", "es", "by_phone", False)]
    assert ask_one("SELECT count(*) FROM contact_try_loop") == 2
    for loop in (ride, form):
        assert last_line(house, loop)[:3] == ("log_contact", "event.call.voicemail", "Spoke slowly.")
        assert (stand(loop).state, stand(loop).step) == ("started", "step.ladder.call_afternoon_evening")
    assert ("Dana", "save_call", "done") in audited(house, rosa)
    assert broken_invariants() == {}


def test_of_two_who_call_about_one_loop_the_second_is_told(house: House, rosa: UUID) -> None:
    loop = make_task(house, rosa)
    call(house, rosa, TryResult.BUSY, loop)

    with pytest.raises(TakenMeanwhile):
        call(house, rosa, TryResult.BUSY, who="lee", loops={loop: 1})
    assert ask_one("SELECT count(*) FROM contact_try") == 1


def test_what_a_nurse_must_hear_is_a_clinicians_in_the_same_save(house: House, rosa: UUID) -> None:
    loop = make_task(house, rosa)
    join_care_team(house.acting("sol"), [rosa], person_id=house.id_of("asha"), part="doctor")

    call(house, rosa, TryResult.NEEDS_NURSE, loop, flags=("chest_pain",), note="Since this morning.")

    opened = ask(
        "SELECT owner_id, severity, due_at, because -> 1 ->> 'key' FROM loop WHERE title ->> 'key' = 'reach.nurse_now'"
    )
    assert opened == [(house.id_of("asha"), 4, NOW + timedelta(minutes=15), "red_flag.chest_pain")]
    assert ask_one("SELECT flags FROM contact_try") == ["chest_pain"]


def test_without_a_clinician_the_teams_queue_hears_it(house: House, rosa: UUID) -> None:
    call(house, rosa, TryResult.NEEDS_NURSE, make_task(house, rosa), flags=("breathing",))

    opened = ask("SELECT owner_id, queue_id FROM loop WHERE title ->> 'key' = 'reach.nurse_now'")
    assert opened == [(None, house.north)]


def test_a_wrong_number_is_shut_once_and_somebody_finds_the_right_one(house: House, rosa: UUID) -> None:
    loop = make_task(house, rosa)
    call(house, rosa, TryResult.WRONG_NUMBER, loop)

    assert ask("SELECT road, address, why FROM reach_block ORDER BY road") == [
        ("call", NUMBER, "wrong_number"), ("text", NUMBER, "wrong_number"),
    ]  # fmt: skip
    assert ask_one("SELECT count(*) FROM loop WHERE title ->> 'key' = 'reach.find_number'") == 1
    with pytest.raises(Refusal) as refused:
        call(house, rosa, TryResult.NO_ANSWER, loop, at=later(hours=1))
    assert refused.value.say.key == "refusal.reach_shut"
    shut = ask_one("SELECT min(id) FROM reach_block WHERE road = 'call'")
    with pytest.raises(Refusal):
        acts.lift_block(house.acting("dana"), rosa, block_id=shut, reason=" ")
    acts.lift_block(house.acting("dana"), rosa, block_id=shut, reason="Her sister says it is right.")
    call(house, rosa, TryResult.NO_ANSWER, loop, at=later(hours=1))
    with pytest.raises(NotFound):
        acts.lift_block(house.acting("dana"), rosa, block_id=shut, reason="Again.")


def test_who_asked_not_to_be_called_is_not_called(house: House, rosa: UUID) -> None:
    loop = make_task(house, rosa)
    call(house, rosa, TryResult.ASKED_NOT, loop)

    with pytest.raises(Refusal):
        call(house, rosa, TryResult.NO_ANSWER, loop, at=later(hours=1))
    acts.note_sent(
        house.acting("dana", at=later(hours=2)), rosa, road=TryRoad.LETTER, loops={loop: stand(loop).version}, note=""
    )
    assert ask("SELECT road, result FROM contact_try ORDER BY at") == [("call", "asked_not"), ("letter", "sent")]


def test_a_no_ends_a_task_with_its_reason_and_another_day_puts_it_off(house: House, rosa: UUID) -> None:
    ride, form = make_task(house, rosa), make_task(house, rosa)

    call(house, rosa, TryResult.DECLINED, ride, why_no=WhyNo.COST)
    call(house, rosa, TryResult.LATER, form, until=TODAY + timedelta(days=5))

    assert (stand(ride).state, stand(ride).outcome) == ("closed", "declined_by_patient")
    assert last_line(house, ride)[1] == "event.call_no.cost"
    assert (stand(form).state, stand(form).snoozed_until) == ("snoozed", TODAY + timedelta(days=5))
    assert broken_invariants() == {}


NOT_CLEAR: list[tuple[dict[str, Any], str]] = [
    ({"result": TryResult.DECLINED}, "refusal.call_why_no"),
    ({"result": TryResult.NEEDS_NURSE}, "refusal.call_flag"),
    ({"result": TryResult.NEEDS_NURSE, "flags": ("made_up",)}, "refusal.call_flag"),
    ({"result": TryResult.BOOKED, "flags": ("stroke",)}, "refusal.call_flag_to_nurse"),
    ({"result": TryResult.WRONG_NUMBER, "address": ""}, "refusal.call_number"),
    ({"result": TryResult.LATER}, "refusal.call_day"),
    ({"result": TryResult.LATER, "until": date(2026, 11, 20)}, "refusal.snooze_day"),
    ({"result": TryResult.NO_ANSWER, "loops": {}}, "refusal.call_about"),
    ({"result": TryResult.SENT}, "refusal.call_outcome"),
]


@pytest.mark.parametrize(("given", "key"), NOT_CLEAR)
def test_what_is_not_clear_is_refused_and_nothing_is_half_done(
    house: House, rosa: UUID, given: dict[str, Any], key: str
) -> None:
    loop = make_task(house, rosa)

    with pytest.raises(Refusal) as refused:
        call(house, rosa, given["result"], loop, **{k: v for k, v in given.items() if k != "result"})

    assert refused.value.say.key == key
    assert ask_one("SELECT count(*) FROM contact_try") == 0
    assert stand(loop).version == 1


def test_the_number_of_somebody_else_is_no_number_of_this_patient(house: House, rosa: UUID) -> None:
    with pytest.raises(NotFound):
        call(house, rosa, TryResult.NO_ANSWER, make_task(house, rosa), address="555 0000")
    ben = take_caller_in(house, "p2", number="555-0102")
    with pytest.raises(NotFound):
        call(house, rosa, TryResult.NO_ANSWER, make_task(house, ben))


@pytest.mark.parametrize("who", ["kim", "tom", "ines", "noor"])
def test_nobody_of_another_team_or_without_the_right_calls(house: House, rosa: UUID, who: str) -> None:
    with pytest.raises(NotFound):
        call(house, rosa, TryResult.NO_ANSWER, make_task(house, rosa), who=who)


def try_all(house: House, patient: UUID, loop: UUID, at: datetime = NOW) -> datetime:
    """Do what the rule of a task asks for; return when it is met."""
    call(house, patient, TryResult.NO_ANSWER, loop, at=at)
    call(house, patient, TryResult.VOICEMAIL, loop, at=at + timedelta(hours=26))
    acts.note_sent(
        house.acting("dana", at=at + timedelta(hours=30)), patient, road=TryRoad.LETTER,
        loops={loop: stand(loop).version}, note="",
    )  # fmt: skip
    return at + timedelta(days=3)


def test_nobody_is_unreachable_before_the_rule_is_met_and_whoever_asked_hears(house: House, rosa: UUID) -> None:
    loop = make_task(house, rosa, by="sol")
    dana = house.acting("dana", at=later(days=2))
    with pytest.raises(Refusal) as refused:
        dismiss_loop(dana, loop, version=1, outcome=Outcome.UNREACHABLE, reason="Nobody there.")
    assert refused.value.say.key == "refusal.reach_not_met"
    assert dict(refused.value.say.values) == {"calls": 2, "parts": 2, "written": 1, "days": 3}
    met = try_all(house, rosa, loop)
    early = house.acting("dana", at=met - timedelta(minutes=1))
    with pytest.raises(Refusal) as refused:
        finish_loop(early, loop, version=stand(loop).version, outcome=Outcome.UNREACHABLE, note="x")
    assert dict(refused.value.say.values) == {"calls": 0, "parts": 0, "written": 0, "days": 1}

    finish_loop(
        house.acting("dana", at=met), loop, version=stand(loop).version, outcome=Outcome.UNREACHABLE, note="All tried."
    )

    assert stand(loop).outcome == "unable_to_reach"
    told = ask("SELECT owner_id, parent_id FROM loop WHERE title ->> 'key' = 'reach.not_reached'")
    assert told == [(house.id_of("sol"), loop)]
    assert broken_invariants() == {}
    with pytest.raises(Refusal):
        undo_last(house.acting("dana", at=met), loop, version=stand(loop).version)


def test_after_it_is_opened_again_all_is_tried_anew(house: House, rosa: UUID) -> None:
    loop = make_task(house, rosa)
    met = try_all(house, rosa, loop)
    dana = house.acting("dana", at=met)
    finish_loop(dana, loop, version=stand(loop).version, outcome=Outcome.UNREACHABLE, note="All tried.")
    reopen_loop(house.acting("dana", at=met + timedelta(hours=1)), loop, version=stand(loop).version, reason="Seen.")

    with pytest.raises(Refusal):
        finish_loop(
            house.acting("dana", at=met + timedelta(hours=2)), loop, version=stand(loop).version,
            outcome=Outcome.UNREACHABLE, note="x",
        )  # fmt: skip

    again = try_all(house, rosa, loop, at=met + timedelta(days=1))
    finish_loop(
        house.acting("dana", at=again), loop, version=stand(loop).version, outcome=Outcome.UNREACHABLE, note="x"
    )
    assert broken_invariants() == {}


def test_a_contact_that_is_logged_on_a_loop_counts_as_a_call(house: House, rosa: UUID) -> None:
    loop = make_task(house, rosa)

    log_contact(house.acting("dana"), loop, version=1, result=ContactResult.NO_ANSWER, note="Rang long.")

    assert ask("SELECT road, result, address, note FROM contact_try") == [("call", "no_answer", NUMBER, "Rang long.")]


def test_somebody_of_the_circle_books_only_if_they_may_hear_by_telephone(house: House, rosa: UUID) -> None:
    dana, loop = house.acting("dana"), make_task(house, rosa)
    member = add_member(dana, rosa, MemberDraft("Ana", Relation.CHILD, phone="555-0177"))
    through = {"member_id": member, "address": "555-0177"}
    with pytest.raises(Refusal) as refused:
        call(house, rosa, TryResult.BOOKED, loop, **through)
    assert refused.value.say.key == "refusal.call_may_not_hear"
    call(house, rosa, TryResult.WILL_CALL, loop, at=later(minutes=5), **through)
    rides = ConsentDraft((Topic.VISITS,), (ConsentPurpose.CARE,), (Road.PHONE,), GivenHow.SCREEN)
    give_consent(house.acting("dana", at=later(minutes=6)), rosa, rides, member_id=member)

    call(house, rosa, TryResult.BOOKED, loop, at=later(hours=1), **through)

    assert ask("SELECT road, result, member_id FROM contact_try ORDER BY at") == [
        ("other", "will_call", member), ("other", "booked", member),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        call(house, rosa, TryResult.BUSY, loop, at=later(hours=2), member_id=member, address="555-0999")


def test_a_task_whose_time_is_up_stands_among_the_first_reasons_though_it_is_not_ticked(
    house: House, rosa: UUID
) -> None:
    dana = house.acting("dana")
    tried = [
        make_task(house, rosa, title=f"Call about the ride {n}", due_on=TODAY + timedelta(days=20 + n))
        for n in range(5)
    ]
    call(house, rosa, TryResult.VOICEMAIL, *tried)
    today = make_task(house, rosa, title="Ask whether they will come", due_on=TODAY)
    later_on = make_task(house, rosa, title="Some day", due_on=TODAY + timedelta(days=3))

    card = get_call_card(dana, rosa)

    order = [one.row.id for one in card.reasons]
    assert today in [one.row.id for one in card.pressing]
    assert not card.reasons[order.index(today)].is_chosen
    # What is not ticked and can wait stands below all that is.
    assert order[-1] == later_on
    # From where one came stands first.
    assert get_call_card(dana, rosa, loop_id=later_on).reasons[0].row.id == later_on


def test_what_is_put_off_is_no_more_pressing_than_the_day_it_comes_back(house: House, rosa: UUID) -> None:
    dana = house.acting("dana")
    soon, put_off = (
        make_task(house, rosa, title=title, due_on=TODAY + timedelta(days=days))
        for title, days in (("Soon", 5), ("Put off", 1))
    )
    snooze_loop(dana, put_off, until=TODAY + timedelta(days=30), reason="She is away.", version=stand(put_off).version)

    assert [one.row.id for one in get_call_card(dana, rosa).reasons] == [soon, put_off]


def test_a_place_on_a_list_of_somebody_else_is_none_of_this_patient(house: House, rosa: UUID) -> None:
    with pytest.raises(NotFound):
        call(house, rosa, TryResult.BUSY, make_task(house, rosa), entry_id=UUID(int=5))
