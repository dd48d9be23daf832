"""Cover shared among colleagues: planned or sudden, accepted or not, and everything back on return."""

from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions import covering as acts
from careloop.actions.people import assign_caseload, deactivate
from careloop.actions.worklist import finish_loop, open_task
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.covering import AbsenceState
from careloop.facts.worklist import Outcome
from careloop.reads.covering import get_absence_page
from careloop.reads.frame import count_frame
from careloop.reads.patients import get_my_patients
from careloop.reads.people import get_patient_page
from careloop.reads.worklist import get_today_page
from tests.actions import absent
from tests.actions.hands import make_task, take_patient_in
from tests.actions.look import ask, ask_one, broken_invariants
from tests.people import NOW, House, build_house, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return build_house()


def test_a_sick_call_moves_everything_at_once_and_all_comes_back(house: House) -> None:
    rosa = take_patient_in(house)
    task = make_task(house, rosa)
    lee, dana = house.id_of("lee"), house.id_of("dana")

    key = absent.share(house, is_sudden=True)

    assert absent.owners_of(task) == [lee]
    assert absent.holds(key) == {rosa: lee}
    assert absent.may_reach(lee, rosa, later(days=2))
    assert not absent.may_reach(lee, rosa, later(days=8))
    acts.accept_cover(house.acting("lee", at=later(minutes=9)), absence_id=key)
    # Found meanwhile: it would be dana's, and is with lee when the worker looked.
    new = open_task(house.acting("sol", at=later(hours=1)), rosa, title="New", due_on=None, note="")
    absent.follow(later(hours=2))
    finish_loop(house.acting("lee", at=later(hours=3)), task, version=2, outcome=Outcome.DONE, note="She has one.")
    page = get_absence_page(house.acting("sol", at=later(hours=4)), absence_id=key)
    assert (page.lines[0].closed, page.lines[0].new) == (1, 1)

    acts.end_absence(house.acting("dana", at=later(days=2)), absence_id=key)

    owned = absent.owners_of(new)
    assert owned in ([dana], [house.id_of("sol")])
    assert not absent.may_reach(lee, rosa, later(days=2))
    over = get_absence_page(house.acting("dana", at=later(days=2)), absence_id=key)
    assert over.row.state is AbsenceState.OVER
    assert [line.patient_id for line in over.lines] == [rosa]
    assert broken_invariants() == {}


def test_who_stands_in_has_the_patients_among_their_own_while_it_lasts(house: House) -> None:
    rosa = take_patient_in(house)
    lee = house.acting("lee")
    assert (get_my_patients(lee).lines, count_frame(lee).patients) == ((), 0)

    key = absent.share(house, is_sudden=True)

    shown = get_my_patients(lee)
    assert [(line.patient_id, line.coordinator) for line in shown.lines] == [(rosa, "Dana")]
    assert {one.key: one.count for one in shown.filters}["covered"] == 1
    assert [line.patient_id for line in get_my_patients(lee, narrowed="covered").lines] == [rosa]
    assert count_frame(lee).patients == 1
    (standing,) = get_patient_page(house.acting("sol"), rosa).care_team.stands_in
    assert (standing.name, standing.until > NOW) == ("Lee", True)
    # She who is away still has them, and nobody has one twice.
    assert [line.coordinator for line in get_my_patients(house.acting("dana")).lines] == [""]
    assign_caseload(house.acting("sol", at=later(hours=1)), [rosa], to_person=house.id_of("lee"))
    own = get_my_patients(house.acting("lee", at=later(hours=1))).lines
    assert [line.coordinator for line in own] == [""]
    acts.end_absence(house.acting("dana", at=later(hours=2)), absence_id=key)
    assign_caseload(house.acting("sol", at=later(hours=2)), [rosa], to_person=house.id_of("dana"))
    after = house.acting("lee", at=later(hours=3))
    assert get_patient_page(after, rosa).care_team.stands_in == ()
    assert (get_my_patients(after).lines, count_frame(after).patients) == ((), 0)


def test_planned_cover_stays_until_it_begins_and_ends_by_the_clock(house: House) -> None:
    rosa = take_patient_in(house)
    task = make_task(house, rosa)
    begins = later(days=3)
    key = absent.share(house, since=begins)
    acts.accept_cover(house.acting("lee", at=later(hours=1)), absence_id=key)

    assert absent.follow(later(days=1)) == 0
    assert absent.owners_of(task) == [house.id_of("dana")]
    assert absent.follow(begins) == 1
    assert absent.owners_of(task) == [house.id_of("lee")]
    assert absent.follow(begins + timedelta(hours=1)) == 0
    assert absent.follow(begins + absent.WEEK) == 1

    assert absent.owners_of(task) == [house.id_of("dana")]
    assert ask("SELECT back_at IS NOT NULL FROM absence_loop") == [(True,)]
    assert broken_invariants() == {}


@pytest.mark.parametrize("how", ["declined", "expired"])
def test_what_nobody_accepts_goes_to_whoever_planned_with_a_loop(house: House, how: str) -> None:
    rosa = take_patient_in(house)
    task = make_task(house, rosa)
    lee, sol = house.id_of("lee"), house.id_of("sol")
    key = absent.share(house, is_sudden=True)

    if how == "declined":
        acts.decline_cover(house.acting("lee", at=later(minutes=5)), absence_id=key)
    else:
        absent.follow(later(minutes=61))

    assert absent.parts_of(key) == {lee: how, sol: "accepted"}
    assert absent.holds(key) == {rosa: sol}
    (line,) = get_absence_page(house.acting("sol", at=later(hours=2)), absence_id=key).lines
    said_no, silent = Say("covering.said_no", name="Lee"), Say("covering.nobody_answered")
    assert line.because == (said_no if how == "declined" else silent,)
    assert absent.owners_of(task) == [sol]
    assert not absent.may_reach(lee, rosa, later(hours=2))
    assert ask("SELECT owner_id, title ->> 'key' FROM loop WHERE patient_id IS NULL") == [(sol, "covering.not_taken")]
    with pytest.raises(Refusal, match="cover_was_answered"):
        acts.accept_cover(house.acting("lee", at=later(hours=2)), absence_id=key)
    # And on to somebody else, who is asked anew.
    acts.give_share(house.acting("sol", at=later(hours=2)), absence_id=key, patient_ids=[rosa], to_person=lee)
    assert absent.owners_of(task) == [lee]
    assert acts.accept_cover(house.acting("lee", at=later(hours=2, minutes=5)), absence_id=key) == "accepted"
    assert broken_invariants() == {}


def test_nobody_is_dropped_and_nobody_who_may_not_see_is_chosen(house: House) -> None:
    rosa, ada = take_patient_in(house), take_patient_in(house, "p2")
    make_task(house, rosa)
    lee, sol, asha = house.id_of("lee"), house.id_of("sol"), house.id_of("asha")

    for chosen, refusal in (
        ({rosa: lee}, TakenMeanwhile),
        ({rosa: lee, ada: lee, UUID(int=9): lee}, TakenMeanwhile),
        ({rosa: lee, ada: asha}, Refusal),
        ({rosa: lee, ada: house.id_of("kim")}, Refusal),
        ({rosa: lee, ada: house.id_of("dana")}, Refusal),
    ):
        with pytest.raises(refusal):
            absent.share(house, chosen=chosen)
    key = absent.share(house, chosen={rosa: lee, ada: sol})

    assert absent.holds(key) == {rosa: lee, ada: sol}
    with pytest.raises(Refusal, match="cover_twice"):
        absent.share(house, chosen={rosa: lee, ada: sol}, since=later(days=5))
    with pytest.raises(NotFound):
        absent.share(house, by="ruth", chosen={rosa: lee, ada: sol})


def test_somebody_who_is_away_is_no_candidate(house: House) -> None:
    take_patient_in(house)
    other = take_patient_in(house, "p2", coordinator="lee")
    absent.share(house, "lee", chosen={other: house.id_of("sol")})

    shown = absent.look(house)

    assert {one.name for one in shown.helpers} == {"Sol"}


def test_a_patient_who_gets_another_coordinator_meanwhile_goes_with_the_loops(house: House) -> None:
    rosa, ada = take_patient_in(house), take_patient_in(house, "p2")
    task = make_task(house, rosa)
    sol = house.id_of("sol")
    key = absent.share(house, chosen={rosa: house.id_of("lee"), ada: sol})

    assign_caseload(house.acting("sol", at=later(hours=1)), [rosa], to_person=sol, reason="She knows her")

    assert absent.owners_of(task) == [sol]
    assert absent.holds(key) == {ada: sol}
    assert not absent.may_reach(house.id_of("lee"), rosa, later(hours=2))
    absent.follow(later(days=8))
    assert absent.owners_of(task) == [sol]
    assert ask("SELECT left_reason FROM caseload WHERE left_reason <> ''") == [("She knows her",)]
    assert broken_invariants() == {}


def test_who_came_after_the_plan_is_with_whoever_planned(house: House) -> None:
    take_patient_in(house)
    key = absent.share(house, since=later(days=2))
    acts.accept_cover(house.acting("lee", at=later(hours=1)), absence_id=key)
    late = take_patient_in(house, "p2")
    task = make_task(house, late)

    absent.follow(later(days=2))

    assert absent.holds(key)[late] == house.id_of("sol")
    assert absent.owners_of(task) == [house.id_of("sol")]


def test_loops_are_on_the_list_of_whoever_stands_in_and_of_nobody_else(house: House) -> None:
    rosa = take_patient_in(house)
    make_task(house, rosa)
    absent.share(house, is_sudden=True)

    def listed(who: str) -> set[UUID | None]:
        groups = get_today_page(house.acting(who, at=later(minutes=1))).groups
        return {row.patient_id for group in groups for row in group.rows}

    assert rosa in listed("lee")
    assert rosa not in listed("dana")


def test_nobody_who_is_let_go_keeps_patients(house: House) -> None:
    take_patient_in(house)

    with pytest.raises(Refusal, match="leaves_patients"):
        deactivate(house.acting("noor"), person_id=house.id_of("dana"))
    assert ask_one("SELECT is_active FROM person WHERE id = %s", house.id_of("dana"))


def test_an_absence_is_seen_by_those_whom_it_concerns(house: House) -> None:
    rosa = take_patient_in(house)
    key = absent.share(house)

    for who in ("sol", "dana", "lee"):
        assert [line.patient_id for line in get_absence_page(house.acting(who), absence_id=key).lines] == [rosa]
    for who in ("ruth", "kim"):
        with pytest.raises(NotFound):
            get_absence_page(house.acting(who), absence_id=key)
    with pytest.raises(NotFound):
        acts.end_absence(house.acting("lee"), absence_id=key)
    assert later(days=1) > NOW
