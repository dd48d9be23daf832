"""Handoffs: all stays with the giver until it was said back, then all of it moves, and nothing is dropped."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloop.actions import handoffs as acts
from careloop.actions.people import assign_caseload, hire
from careloop.actions.worklist import finish_loop, hand_off_loop, snooze_loop, start_loop, undo_last
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.facts.access import Purpose, Role
from careloop.facts.handoffs import DeclineReason, HandoffScope, IllnessLevel
from careloop.facts.worklist import Outcome
from careloop.reads.frame import count_frame
from careloop.reads.handoffs import get_handoff_page, get_handoffs_page, get_new_handoff_page
from tests.actions.handing_on import HEARD, accept, coordinators, offer, owners, state_of, version_of, write
from tests.actions.hands import audited, last_line, make_task, stand, take_patient_in
from tests.actions.look import ask, ask_one, broken_invariants
from tests.formats.fhir.samples import PATIENT, changed
from tests.people import PASSWORD, TODAY, House, build_house, later, system, take_in

pytestmark = pytest.mark.django_db
SOON = later(minutes=5)
AFTER = later(hours=1)


@pytest.fixture
def house() -> House:
    return build_house()


def two_patients(house: House) -> tuple[UUID, UUID]:
    return take_patient_in(house, "p1"), take_patient_in(house, "p2")


def test_a_caseload_moves_when_it_was_said_back_and_not_before(house: House) -> None:
    rosa, ben = two_patients(house)
    loops = [make_task(house, one) for one in (rosa, rosa, ben)]
    dana, lee = house.acting("dana", at=SOON), house.acting("lee", at=AFTER)
    key = write(dana, lee.person_id)
    acts.add_what_if(
        dana, rosa, handoff_id=key, if_words="her legs swell", then_words="call the clinic", on=TODAY + timedelta(2)
    )
    offer(dana, key)
    assert (owners(rosa, ben), coordinators(SOON, rosa, ben)) == ({dana.person_id}, [dana.person_id] * 2)
    before = {loop: stand(loop) for loop in loops}

    assert accept(lee, key) == 3

    assert state_of(key) == "accepted"
    assert (owners(rosa, ben), coordinators(AFTER, rosa, ben)) == ({lee.person_id}, [lee.person_id] * 2)
    for loop in loops:
        now = stand(loop)
        assert (now.state, now.next_at, now.step) == (before[loop].state, before[loop].next_at, before[loop].step)
        assert last_line(house, loop, reader="lee")[:2] == ("hand_off", "event.handoff_accepted")
    titles = Counter(row[0] for row in ask("SELECT title ->> 'key' FROM loop WHERE state <> 'closed'"))
    assert titles == {"text.free": 3, "handoff.if_then": 1, "handoff.tell_patient": 2}
    due = ask_one(
        "SELECT (due_at AT TIME ZONE 'America/New_York')::date FROM loop WHERE title ->> 'key' = 'handoff.if_then'"
    )
    assert due == TODAY + timedelta(2)
    assert ask_one("SELECT loop_id IS NOT NULL FROM handoff_what_if")
    assert ("Lee", "accept_handoff", "done") in audited(house, rosa)
    steps = "SELECT event, to_state FROM handoff_step ORDER BY version"
    assert ask(steps) == [("make", "draft"), ("offer", "offered"), ("accept", "accepted")]
    assert broken_invariants() == {}


def test_a_day_hands_on_its_loops_and_leaves_the_patients_where_they_are(house: House) -> None:
    rosa, _ben = two_patients(house)
    begun, later_on = make_task(house, rosa), make_task(house, rosa, due_on=TODAY + timedelta(days=30))
    start_loop(house.acting("dana"), begun, version=stand(begun).version)
    dana, lee = house.acting("dana", at=SOON), house.acting("lee", at=AFTER)
    key = write(dana, lee.person_id, HandoffScope.LOOPS)
    offer(dana, key)

    assert accept(lee, key) == 1

    assert stand(begun).owner == lee.person_id
    assert stand(begun).state == "started"
    assert stand(later_on).owner == dana.person_id
    assert coordinators(AFTER, rosa) == [dana.person_id]
    assert ask_one("SELECT count(*) FROM loop WHERE title ->> 'key' = 'handoff.tell_patient'") == 0
    with pytest.raises(Refusal):
        undo_last(lee, begun, version=stand(begun).version)
    assert broken_invariants() == {}


def test_who_is_not_stable_is_said_back_alone_and_nobody_copies_the_summary(house: House) -> None:
    rosa, ben = two_patients(house)
    make_task(house, rosa)
    dana, lee = house.acting("dana", at=SOON), house.acting("lee", at=AFTER)
    key = write(dana, lee.person_id)
    acts.say_of_patient(
        dana, rosa, handoff_id=key, level=IllnessLevel.UNSTABLE, summary="Short of breath since Friday."
    )
    offer(dana, key)
    page = get_handoff_page(lee, handoff_id=key)
    assert [line.patient_id for line in page.lines] == [rosa, ben]
    for words in ({}, {rosa: " short of breath  since friday. "}):
        with pytest.raises(Refusal):
            accept(lee, key, said_back=words)
        assert owners(rosa) == {dana.person_id}

    accept(lee, key, said_back={rosa: "I call her this morning about her breath."})

    said = dict(ask("SELECT patient_id, said_back FROM handoff_patient"))
    assert said == {rosa: "I call her this morning about her breath.", ben: HEARD}


def test_a_question_holds_it_up_until_it_is_answered(house: House) -> None:
    rosa, ben = two_patients(house)
    dana, lee = house.acting("dana", at=SOON), house.acting("lee", at=AFTER)
    key = write(dana, lee.person_id)
    offer(dana, key)
    seen = version_of(key)
    for one in (rosa, ben):
        acts.ask_giver(lee, one, handoff_id=key, question="Who holds the keys?")
    assert state_of(key) == "asked"
    with pytest.raises(Refusal) as refused:
        accept(lee, key)
    assert refused.value.say.key == "refusal.handoff_is_asked"
    assert (count_frame(dana).handoffs, count_frame(lee).handoffs) == (1, 0)
    acts.answer_receiver(dana, rosa, handoff_id=key, answer="Her sister.")
    assert state_of(key) == "asked"
    acts.answer_receiver(dana, ben, handoff_id=key, answer="He does.")
    assert state_of(key) == "offered"
    assert (count_frame(dana).handoffs, count_frame(lee).handoffs) == (0, 1)
    with pytest.raises(TakenMeanwhile):
        accept(lee, key, version=seen)
    with pytest.raises(Refusal):
        acts.answer_receiver(dana, ben, handoff_id=key, answer="Again.")

    accept(lee, key)

    assert state_of(key) == "accepted"


Ending = Callable[[House, UUID], object]
ENDINGS: dict[str, Ending] = {
    "declined": lambda h, key: acts.decline_handoff(
        h.acting("lee", at=AFTER), handoff_id=key, version=version_of(key), reason=DeclineReason.AWAY
    ),
    "withdrawn": lambda h, key: acts.withdraw_handoff(
        h.acting("dana", at=AFTER), handoff_id=key, version=version_of(key)
    ),
    "expired": lambda _h, _key: acts.expire_handoffs(system(Purpose.SWEEP, later(hours=5)), how_many=9),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_however_else_it_ends_all_stays_with_the_giver_and_it_is_over(house: House, ending: str) -> None:
    rosa, _ben = two_patients(house)
    make_task(house, rosa)
    dana, lee = house.acting("dana", at=SOON), house.acting("lee", at=later(hours=6))
    key = write(dana, lee.person_id)
    offer(dana, key)

    ENDINGS[ending](house, key)

    assert state_of(key) == ending
    assert owners(rosa) == {dana.person_id}
    assert coordinators(AFTER, rosa) == [dana.person_id]
    with pytest.raises(Refusal) as refused:
        accept(lee, key)
    assert refused.value.say.key == f"refusal.handoff_is_{ending}"
    waits = ask("SELECT queue_id, check_name, finding_key FROM loop WHERE kind = 'review' AND patient_id IS NULL")
    assert waits == ([(house.north, "handoff", str(key))] if ending == "expired" else [])
    assert broken_invariants() == {}


def test_the_worker_leaves_alone_what_is_not_due(house: House) -> None:
    two_patients(house)
    dana = house.acting("dana", at=SOON)
    offer(dana, write(dana, house.id_of("lee")))

    assert acts.expire_handoffs(system(Purpose.SWEEP, SOON + timedelta(hours=4, seconds=-1)), how_many=9) == 0
    assert acts.expire_handoffs(system(Purpose.SWEEP, SOON + timedelta(hours=4)), how_many=9) == 1
    assert acts.expire_handoffs(system(Purpose.SWEEP, SOON + timedelta(hours=4)), how_many=9) == 0


def test_what_was_done_taken_or_put_off_meanwhile_is_not_dropped(house: House) -> None:
    rosa, _ben = two_patients(house)
    done, given, put_off, new = (make_task(house, rosa) for _ in range(4))
    dana, lee, sol = house.acting("dana", at=SOON), house.acting("lee", at=AFTER), house.acting("sol", at=SOON)
    key = write(dana, lee.person_id)
    offer(dana, key)
    finish_loop(dana, done, version=1, outcome=Outcome.DONE, note="She has it.")
    hand_off_loop(dana, given, version=1, to_person=sol.person_id, to_unit=None, note="")
    snooze_loop(dana, put_off, version=1, until=TODAY + timedelta(days=7), reason="Away.")

    assert accept(lee, key) == 2

    assert [stand(one).owner for one in (given, put_off, new)] == [sol.person_id, lee.person_id, lee.person_id]
    assert stand(put_off).state == "snoozed"
    assert stand(put_off).snoozed_until == TODAY + timedelta(days=7)
    assert stand(done).state == "closed"
    assert broken_invariants() == {}


def test_a_supervisor_who_gave_a_patient_to_another_meanwhile_is_not_overruled(house: House) -> None:
    rosa, ben = two_patients(house)
    dana, lee, sol = house.acting("dana", at=SOON), house.acting("lee", at=AFTER), house.acting("sol")
    key = write(dana, lee.person_id)
    offer(dana, key)
    assign_caseload(house.acting("sol", at=later(minutes=10)), [rosa], to_person=sol.person_id)

    accept(lee, key)

    assert dict(ask("SELECT patient_id, person_id FROM caseload WHERE upper_inf(during)")) == {
        rosa: sol.person_id, ben: lee.person_id,
    }  # fmt: skip
    assert broken_invariants() == {}


def test_words_that_were_offered_stay_and_levels_are_said_by_a_person(house: House) -> None:
    rosa, _ben = two_patients(house)
    dana = house.acting("dana", at=SOON)
    key = write(dana, house.id_of("lee"))
    with pytest.raises(Refusal) as refused:
        offer(dana, key, None)
    assert refused.value.say.key == "refusal.handoff_levels"
    acts.say_of_patient(dana, rosa, handoff_id=key, level=IllnessLevel.WATCHER, summary="New.")
    offer(dana, key)
    assert dict(Counter(row[0] for row in ask("SELECT level FROM handoff_patient"))) == {"watcher": 1, "stable": 1}
    for verb in (
        lambda: acts.say_of_patient(dana, rosa, handoff_id=key, level=IllnessLevel.STABLE, summary="Other."),
        lambda: acts.add_what_if(dana, rosa, handoff_id=key, if_words="a", then_words="b", on=TODAY),
    ):
        with pytest.raises(Refusal):
            verb()


@pytest.mark.parametrize("who", ["sol", "kim", "asha", "tom"])
def test_nobody_but_the_two_sees_or_moves_it(house: House, who: str) -> None:
    rosa, _ben = two_patients(house)
    dana, other = house.acting("dana", at=SOON), house.acting(who, at=AFTER)
    key = write(dana, house.id_of("lee"))
    offer(dana, key)
    for verb in (
        lambda: accept(other, key),
        lambda: acts.decline_handoff(other, handoff_id=key, version=2, reason=DeclineReason.AWAY),
        lambda: acts.withdraw_handoff(other, handoff_id=key, version=2),
        lambda: acts.ask_giver(other, rosa, handoff_id=key, question="Who?"),
        lambda: acts.answer_receiver(other, rosa, handoff_id=key, answer="She."),
        lambda: get_handoff_page(other, handoff_id=key),
    ):
        with pytest.raises(NotFound):
            verb()
    assert state_of(key) == "offered"


@pytest.mark.parametrize("whom", ["kim", "asha", "tom", "dana"])
def test_only_somebody_else_who_carries_patients_in_the_same_team_takes_over(house: House, whom: str) -> None:
    two_patients(house)

    with pytest.raises(Refusal):
        write(house.acting("dana", at=SOON), house.id_of(whom))


def test_there_must_be_something_to_hand_on(house: House) -> None:
    for scope in HandoffScope:
        with pytest.raises(Refusal) as refused:
            write(house.acting("dana", at=SOON), house.id_of("lee"), scope)
        assert refused.value.say.key == "refusal.handoff_nothing"


def test_a_draft_is_seen_by_its_giver_alone(house: House) -> None:
    rosa, _ben = two_patients(house)
    make_task(house, rosa)
    dana, lee = house.acting("dana", at=SOON), house.acting("lee", at=SOON)
    assert len(get_new_handoff_page(dana).people) == 2
    assert [one.id for one in get_new_handoff_page(dana, patient_id=rosa).people] == [str(rosa)]
    key = write(dana, lee.person_id, patient_ids=[rosa])

    assert [row.patients for row in get_handoffs_page(dana).waiting] == [1]
    assert get_handoffs_page(lee).waiting == ()
    with pytest.raises(NotFound):
        get_handoff_page(lee, handoff_id=key)
    (line,) = get_handoff_page(dana, handoff_id=key).lines
    assert [one.title.key for one in line.actions] == ["text.free"]


def test_of_somebody_who_died_meanwhile_no_promise_is_opened(house: House) -> None:
    rosa, ben = two_patients(house)
    dana, lee = house.acting("dana", at=SOON), house.acting("lee", at=AFTER)
    key = write(dana, lee.person_id)
    acts.add_what_if(dana, rosa, handoff_id=key, if_words="a", then_words="b", on=TODAY)
    offer(dana, key)
    die(house, "p1")

    accept(lee, key)

    assert owners(rosa) == set()
    assert owners(ben) == {lee.person_id}
    assert broken_invariants() == {}


def die(house: House, fhir_id: str) -> None:
    body = changed(PATIENT, id=fhir_id, deceasedDateTime="2026-11-20T10:00:00-05:00")
    take_in(json.dumps(body).encode(), house.north, name=f"{fhir_id}-died.json", at=later(minutes=20))


def hire_more(house: House, *keys: str) -> None:
    for key in keys:
        made = hire(
            system(), name=key.title(), email=f"{key}@clinic.example", role=Role.COORDINATOR, password=PASSWORD,
            unit_ids=[house.north],
        )  # fmt: skip
        house.people[key] = (made, Role.COORDINATOR)


def test_a_hundred_and_twenty_patients_go_to_three_colleagues_and_none_is_dropped(house: House) -> None:
    """Statements of an acceptance are as many for forty patients as for four."""
    hire_more(house, "mo", "ana")
    patients = [take_patient_in(house, f"p{n}") for n in range(120)]
    for one in patients:
        make_task(house, one)
    dana, counts = house.acting("dana", at=SOON), {}
    parts = (("lee", patients[:40]), ("mo", patients[40:80]), ("ana", patients[80:116]), ("lee", patients[116:]))
    keys = [write(dana, house.id_of(who), patient_ids=part) for who, part in parts]
    for number, (key, (who, part)) in enumerate(zip(keys, parts, strict=True)):
        receiver = house.acting(who, at=later(hours=1, minutes=number))
        offer(house.acting("dana", at=later(minutes=10 + number)), key)
        version = version_of(key)
        with CaptureQueriesContext(connection) as seen:
            assert accept(receiver, key, version=version) == len(part)
        counts[len(part)] = len(seen)

    assert len(set(counts.values())) == 1, counts
    held = dict(ask("SELECT person_id, count(*) FROM caseload WHERE upper_inf(during) GROUP BY person_id"))
    assert held == {house.id_of("lee"): 44, house.id_of("mo"): 40, house.id_of("ana"): 36}
    assert dict(ask("SELECT owner_id, count(*) FROM loop WHERE state <> 'closed' GROUP BY owner_id")) == {
        who: 2 * count for who, count in held.items()
    }
    titles = dict(ask("SELECT title ->> 'key', count(*) FROM loop WHERE state <> 'closed' GROUP BY 1"))
    assert titles == {"text.free": 120, "handoff.tell_patient": 120}
    assert broken_invariants() == {}
