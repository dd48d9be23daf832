"""Every verb: what it does to state, owner, next step and date, and the lines it leaves in history and log."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from careloop.actions.worklist import hand_off_loop, log_contact, open_task, reopen_loop, snooze_loop, start_loop
from careloop.basics.refusals import Refusal, TakenMeanwhile
from careloop.facts.worklist import ContactResult
from careloop.reads.worklist import get_explanation
from tests.actions.hands import SOON, VERBS, Standing, audited, last_line, make_task, stand, take_patient_in
from tests.actions.look import ask, broken_invariants
from tests.people import TODAY, House, later

pytestmark = pytest.mark.django_db

# NOW is Friday 20 November 2026, 10 am in New York; Thursday the 26th is Thanksgiving. 5 pm there is 22:00 UTC.
MONDAY = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
MONDAY_AFTER_HOLIDAY = datetime(2026, 11, 30, 22, 0, tzinfo=UTC)
SOON_MORNING = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def rosa(house: House) -> UUID:
    return take_patient_in(house)


def test_a_task_by_hand_is_its_makers_with_a_step_and_a_date(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa, note="  Her son cannot drive.  ")

    assert stand(task) == Standing(
        "to_do", house.id_of("dana"), None, "step.do_task", MONDAY_AFTER_HOLIDAY, None, 1, None
    )
    assert last_line(house, task) == ("open", "event.opened", "Her son cannot drive.", "Dana")
    assert audited(house, rosa)[1] == ("Dana", "open_task", "done")


def test_a_task_with_a_day_is_due_at_the_end_of_that_day_where_the_patient_lives(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa, due_on=SOON)

    ((due_at, sort_at),) = ask("SELECT due_at, sort_at FROM loop WHERE id = %s", task)
    assert due_at == datetime(2026, 11, 27, 22, 0, tzinfo=UTC)
    # Two days of credit for moderate harm.
    assert sort_at == datetime(2026, 11, 25, 22, 0, tzinfo=UTC)


def test_a_task_can_be_made_for_somebody_else_or_for_the_team(house: House, rosa: UUID) -> None:
    for_lee = make_task(house, rosa, to_person=house.id_of("lee"))
    for_all = make_task(house, rosa, to_unit=house.north)

    assert (stand(for_lee).owner, stand(for_lee).queue) == (house.id_of("lee"), None)
    assert (stand(for_all).owner, stand(for_all).queue) == (None, house.north)


# Verb; state, step and next moment after it on a fresh task of Dana's; sentence and note in its history.
EFFECTS = [
    ("start", "started", "step.do_task", TUESDAY, "event.started", ""),
    ("contact", "started", "step.ladder.letter", MONDAY, "event.contact.left_message", "Asked to call back."),
    ("snooze", "snoozed", "step.do_task", SOON_MORNING, "event.snoozed", "Away."),
    ("to the team", "to_do", "step.do_task", MONDAY_AFTER_HOLIDAY, "event.handed_off", "Who has time?"),
    ("take", "to_do", "step.do_task", MONDAY_AFTER_HOLIDAY, "event.taken", ""),
    ("finish", "closed", None, None, "event.finished.done", "She has a ride."),
    ("not needed", "closed", None, None, "event.not_needed.declined_by_patient", "Wants no ride."),
]


@pytest.mark.parametrize(("verb", "state", "step", "next_at", "said", "note"), EFFECTS, ids=[e[0] for e in EFFECTS])
def test_each_verb_says_state_step_and_date_and_leaves_one_line_in_history_and_log(
    house: House, rosa: UUID, verb: str, state: str, step: str | None, next_at: datetime | None, said: str, note: str
) -> None:
    task = make_task(house, rosa)
    lines = len(audited(house, rosa))

    version = VERBS[verb](house.acting("dana"), task, 1)

    after = stand(task)
    assert (after.state, after.step, after.next_at, after.version) == (state, step, next_at, version)
    assert last_line(house, task)[1:] == (said, note, "Dana")
    assert version == 2
    log = audited(house, rosa)
    assert len(log) == lines + 2  # The verb, and looking at the history above.
    assert log[1][0] == "Dana"
    assert log[1][2] == "done"
    assert broken_invariants() == {}


@pytest.mark.parametrize(
    ("result", "ball", "step"),
    [
        (ContactResult.REACHED, "us", "step.finish_after_contact"),
        (ContactResult.LEFT_MESSAGE, "patient", "step.ladder.letter"),
        (ContactResult.NO_ANSWER, "us", "step.ladder.letter"),
        (ContactResult.WRONG_NUMBER, "us", "step.find_number"),
        (ContactResult.CALL_BACK, "patient", "step.await_call"),
    ],
)
def test_how_a_call_ended_says_who_has_the_ball_and_what_comes_next(
    house: House, rosa: UUID, result: ContactResult, ball: str, step: str
) -> None:
    task = make_task(house, rosa)
    log_contact(house.acting("dana"), task, version=1, result=result, note="")

    told = get_explanation(house.acting("dana"), task)
    assert (told.row.ball, told.next_step.key) == (ball, step)
    assert told.history[0].say.key == f"event.contact.{result}"


@pytest.mark.parametrize("verb", ["start", "contact", "take"])
def test_what_stood_in_a_queue_becomes_the_own_of_whoever_begins_it(house: House, rosa: UUID, verb: str) -> None:
    task = make_task(house, rosa, to_unit=house.north)

    VERBS[verb](house.acting("lee"), task, 1)

    assert (stand(task).owner, stand(task).queue) == (house.id_of("lee"), None)


def test_starting_what_a_colleague_owns_leaves_it_the_colleagues(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    start_loop(house.acting("lee"), task, version=1)

    assert stand(task).owner == house.id_of("dana")


def test_a_loop_handed_to_a_person_is_theirs_and_not_snoozed_any_more(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    VERBS["snooze"](house.acting("dana"), task, 1)
    hand_off_loop(house.acting("dana"), task, version=2, to_person=house.id_of("lee"), to_unit=None, note="")

    after = stand(task)
    assert (after.state, after.owner, after.queue, after.snoozed_until) == ("to_do", house.id_of("lee"), None, None)


@pytest.mark.parametrize("verb", ["start", "contact", "take", "to the team"])
def test_acting_on_a_snoozed_loop_wakes_it(house: House, rosa: UUID, verb: str) -> None:
    task = make_task(house, rosa)
    VERBS["snooze"](house.acting("dana"), task, 1)

    VERBS[verb](house.acting("dana"), task, 2)

    assert stand(task).state != "snoozed"
    assert stand(task).snoozed_until is None


@pytest.mark.parametrize("closer", ["finish", "not needed"])
def test_a_closed_loop_opens_again_with_its_owner_and_without_its_outcome(
    house: House, rosa: UUID, closer: str
) -> None:
    task = make_task(house, rosa)
    VERBS[closer](house.acting("dana"), task, 1)
    reopen_loop(house.acting("lee"), task, version=2, reason="It fell through.")

    after = stand(task)
    assert (after.state, after.owner, after.outcome) == ("to_do", house.id_of("dana"), None)
    assert after.next_at == MONDAY_AFTER_HOLIDAY
    assert last_line(house, task)[1:] == ("event.reopened", "It fell through.", "Lee")


def test_what_was_closed_in_a_queue_opens_again_as_the_own_of_whoever_reopens_it(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa, to_unit=house.north)
    VERBS["not needed"](house.acting("dana"), task, 1)
    reopen_loop(house.acting("lee"), task, version=2, reason="Needed after all.")

    assert (stand(task).owner, stand(task).queue) == (house.id_of("lee"), None)


def test_a_clinician_of_the_care_team_works_on_the_loops_of_the_patient(house: House, rosa: UUID) -> None:
    from careloop.actions.people import join_care_team

    task = make_task(house, rosa)
    with pytest.raises(Refusal):
        start_loop(house.acting("asha"), task, version=1)
    join_care_team(house.acting("sol"), [rosa], person_id=house.id_of("asha"), part="primary care")

    start_loop(house.acting("asha"), task, version=1)

    assert last_line(house, task)[3] == "Asha"


def test_of_two_people_the_second_is_told_who_was_first_and_changes_nothing(house: House, rosa: UUID) -> None:
    for verb in VERBS:
        task = make_task(house, rosa)
        start_loop(house.acting("dana"), task, version=1)
        before = stand(task)

        with pytest.raises(TakenMeanwhile) as told:
            VERBS[verb](house.acting("lee"), task, 1)

        assert dict(told.value.say.values)["who"] == "Dana", verb
        assert stand(task) == before


def test_a_version_that_never_was_is_refused_too(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)

    with pytest.raises(TakenMeanwhile):
        start_loop(house.acting("dana"), task, version=7)


def test_words_keep_their_script_and_lose_what_cannot_be_stored(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa, title="Llamar\x00 a  Ñuñez ☎ 电话", note="\x00note\x00")
    snooze_loop(house.acting("dana"), task, version=1, until=SOON, reason="de \x00viaje 🙂")

    told = get_explanation(house.acting("dana"), task)
    assert dict(told.row.title.values)["text"] == "Llamar a Ñuñez ☎ 电话"
    assert [line.note for line in told.history] == ["de viaje 🙂", "note"]


def test_the_audit_has_the_refused_try_with_its_key(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    ((before,),) = ask("SELECT lines FROM audit_summary()")

    with pytest.raises(Refusal):
        start_loop(house.acting("kim"), task, version=1)

    assert ask("SELECT lines FROM audit_summary()") == [(before + 1,)]
    assert stand(task).version == 1


def test_today_is_the_day_where_the_patient_lives(house: House, rosa: UUID) -> None:
    # 3 am UTC on Saturday is still Friday in New York: a task for Friday can be made, and at 6 am UTC not any more.
    open_task(house.acting("dana", at=later(hours=12)), rosa, title="Today", due_on=TODAY, note="")

    with pytest.raises(Refusal):
        open_task(house.acting("dana", at=later(hours=15)), rosa, title="Today", due_on=TODAY, note="")
