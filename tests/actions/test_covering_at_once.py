"""Absence against acceptance, answer against the clock, two supervisors: one of them wins, and nothing is lost."""

import pytest

from careloop.actions import covering as acts
from careloop.facts.access import Purpose
from tests.actions import absent
from tests.actions.apart import apart, at_once
from tests.actions.handing_on import accept, coordinators, offer, version_of, write
from tests.actions.hands import make_task, take_patient_in
from tests.actions.look import ask, ask_one, broken_invariants
from tests.people import build_house, later, system

__all__ = ["apart"]


@pytest.mark.parametrize("n", range(3))
def test_a_caseload_that_is_taken_over_while_its_giver_falls_ill_is_with_one_person(apart: None, n: int) -> None:
    house = build_house()
    rosa, ada = take_patient_in(house), take_patient_in(house, "p2")
    tasks = [make_task(house, rosa), make_task(house, ada)]
    at = later(hours=n + 1)
    dana, lee, sol = house.acting("dana", at=at), house.acting("lee", at=at), house.id_of("sol")
    key = write(dana, lee.person_id, patient_ids=[rosa])
    offer(dana, key)
    version = version_of(key)
    now = later(hours=n + 2)

    at_once(
        lambda: accept(house.acting("lee", at=now), key, version=version),
        lambda: absent.share(
            house, since=now, acting=house.acting("sol", at=now), chosen={rosa: sol, ada: sol}, is_sudden=True
        ),
    )

    taken = ask_one("SELECT state FROM handoff") == "accepted"
    away = ask_one("SELECT count(*) FROM absence")
    assert taken or away
    if taken:
        assert coordinators(later(hours=n + 3), rosa) == [lee.person_id]
        assert absent.owners_of(tasks[0]) == [lee.person_id]
        assert ask("SELECT 1 FROM absence_share WHERE patient_id = %s AND ended_at IS NULL", rosa) == []
    if away:
        assert absent.owners_of(tasks[1]) == [sol]
    assert broken_invariants() == {}


def test_an_answer_and_the_end_of_its_time_and_the_return_leave_one_answer(apart: None) -> None:
    house = build_house()
    rosa = take_patient_in(house)
    task = make_task(house, rosa)
    key = absent.share(house, is_sudden=True)
    lee, dana, sol = house.id_of("lee"), house.id_of("dana"), house.id_of("sol")

    at_once(
        lambda: acts.accept_cover(house.acting("lee", at=later(minutes=59)), absence_id=key),
        lambda: acts.decline_cover(house.acting("lee", at=later(minutes=59)), absence_id=key),
        lambda: acts.follow_absences(system(Purpose.SWEEP, later(minutes=61)), how_many=5),
    )

    parts, holders = absent.parts_of(key), absent.holds(key)
    assert parts[lee] in ("accepted", "declined", "expired")
    assert holders == {rosa: lee if parts[lee] == "accepted" else sol}
    assert absent.owners_of(task) == [holders[rosa]]
    at_once(
        lambda: acts.end_absence(house.acting("dana", at=later(hours=3)), absence_id=key),
        lambda: acts.end_absence(house.acting("sol", at=later(hours=3)), absence_id=key),
        lambda: acts.follow_absences(system(Purpose.SWEEP, later(hours=3)), how_many=5),
    )
    assert absent.owners_of(task) == [dana]
    assert broken_invariants() == {}


def test_two_who_plan_at_once_make_one_absence(apart: None) -> None:
    house = build_house()
    rosa = take_patient_in(house)
    make_task(house, rosa)

    at_once(*[lambda: absent.share(house, chosen={rosa: house.id_of("lee")}) for _ in range(3)])

    assert ask_one("SELECT count(*) FROM absence") == 1
    assert ask_one("SELECT count(*) FROM access_grant WHERE source = 'cover'") == 1
    assert broken_invariants() == {}
