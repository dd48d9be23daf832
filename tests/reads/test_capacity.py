"""The board of caseloads: hours by dated defaults or as somebody said, in a constant number of statements."""

from datetime import timedelta

import pytest

from careloop.actions.capacity import say_how_one_works
from careloop.actions.handoffs import prepare_handoff
from careloop.actions.people import assign_caseload
from careloop.actions.worklist import open_task
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.capacity import BoardLine
from careloop.reads.capacity import get_board
from careloop.reads.handoffs import get_handoffs_page
from tests.actions.look import ask
from tests.guard.conftest import Clinic
from tests.guard.standing import counted_statements
from tests.people import TODAY, later
from tests.reads.test_caseload import add


def line_of(clinic: Clinic, name: str) -> BoardLine:
    return next(one for one in get_board(clinic.house.acting("sol")).lines if one.name == name)


def test_needed_is_the_kinds_of_loops_of_seven_days_and_works_is_said_or_the_default(clinic: Clinic) -> None:
    before = line_of(clinic, "Dana")
    open_task(clinic.house.acting("dana"), clinic.rosa, title="Soon", due_on=TODAY, note="")
    open_task(clinic.house.acting("dana"), clinic.rosa, title="Far", due_on=TODAY + timedelta(days=60), note="")
    dana = line_of(clinic, "Dana")

    # Fifteen minutes for a task of these days; that which is due in two months is looked at within the week as well.
    assert dana.needed - before.needed in (15, 30)
    # From Friday to Friday with Thanksgiving off: Friday, three days, and Friday again; six hours each.
    assert (dana.working, dana.is_said) == (5 * 360, False)
    minutes = [120, 120, 0, 0, 60, 0, 0]
    say_how_one_works(clinic.house.acting("sol"), person_id=clinic.house.id_of("dana"), minutes=minutes,
                      languages=["ES", " es ", ""], specialties=["dialysis"])  # fmt: skip
    dana = line_of(clinic, "Dana")
    assert (dana.working, dana.is_said, dana.languages, dana.specialties) == (60 + 120 + 120 + 60, True, ("es",),
                                                                              ("dialysis",))  # fmt: skip
    assert dana.left == dana.working - dana.needed


def test_how_somebody_works_is_a_week_and_of_ones_own_team(clinic: Clinic) -> None:
    sol, given = clinic.house.acting("sol"), {"languages": (), "specialties": ()}
    for minutes in ([1] * 6, [1441, *[0] * 6], [-1, *[0] * 6]):
        with pytest.raises(Refusal, match="work_week"):
            say_how_one_works(sol, person_id=clinic.house.id_of("dana"), minutes=minutes, **given)
    with pytest.raises(Refusal, match="work_named"):
        say_how_one_works(sol, person_id=clinic.house.id_of("dana"), minutes=[0] * 7, languages=(),
                          specialties=[f"s{n}" for n in range(13)])  # fmt: skip
    with pytest.raises(NotFound):
        say_how_one_works(sol, person_id=clinic.house.id_of("kim"), minutes=[0] * 7, **given)


def test_patients_are_asked_to_be_handed_on_or_move_at_once_with_the_reason(clinic: Clinic) -> None:
    house = clinic.house
    sol, lee = house.acting("sol"), house.id_of("lee")
    with pytest.raises(Refusal, match="reason_missing"):
        prepare_handoff(sol, giver_id=house.id_of("dana"), receiver_id=lee, patient_ids=[clinic.rosa], reason=" ")
    with pytest.raises(NotFound):
        prepare_handoff(house.acting("dana"), giver_id=house.id_of("dana"), receiver_id=lee, patient_ids=[clinic.rosa],
                        reason="x")  # fmt: skip

    key = prepare_handoff(sol, giver_id=house.id_of("dana"), receiver_id=lee, patient_ids=[clinic.rosa],
                          reason="Lee has room")  # fmt: skip
    assert [row.id for row in get_handoffs_page(house.acting("dana")).waiting] == [key]
    assert get_handoffs_page(house.acting("lee")).waiting == ()
    assert ask(
        "SELECT owner_id, because #>> '{0,values,text}' FROM loop WHERE title ->> 'key' = 'handoff.prepared'"
    ) == [(house.id_of("dana"), "Lee has room")]
    assign_caseload(house.acting("sol", at=later(minutes=1)), [clinic.ada], to_person=lee, reason="Lee has room")
    assert ask("SELECT left_reason FROM caseload WHERE patient_id = %s AND NOT upper_inf(during)", clinic.ada) == [
        ("Lee has room",)
    ]


def test_the_board_is_of_ones_own_teams_and_costs_the_same_whatever_they_carry(clinic: Clinic) -> None:
    sol, dana = clinic.house.acting("sol"), clinic.house.id_of("dana")
    with pytest.raises(NotFound):
        get_board(clinic.house.acting("dana"))
    assert {one.name for one in get_board(sol).lines} == {"Dana", "Lee", "Sol"}
    with counted_statements() as few:
        assert len(get_board(sol, person_id=dana).patients) == 2
    for number in range(1, 4):
        task = add(clinic, number, "dana")
        open_task(clinic.house.acting("dana"), task, title="Soon", due_on=TODAY, note="")
    with counted_statements() as more:
        assert len(get_board(sol, person_id=dana).patients) == 5

    assert len(few) == len(more)
