"""Caseload and cover: who carries how much, what would move, what was done meanwhile, and for supervisors only."""

from datetime import datetime
from uuid import UUID

import pytest

from careloop.actions.people import cover_caseload, end_cover
from careloop.actions.worklist import log_contact, open_task
from careloop.basics.refusals import NotFound
from careloop.facts.caseloads import Load
from careloop.facts.worklist import ContactResult
from careloop.reads import caseload
from careloop.reads.caseload import get_back_page, get_caseload_list, get_caseload_page, get_cover_plan
from careloop.reads.patients import get_my_patients
from tests.guard import records
from tests.guard.conftest import Clinic
from tests.guard.standing import counted_statements
from tests.people import NOW, TODAY, find_patient, give_to, later, take_in


def load_of(clinic: Clinic, name: str, at: datetime = NOW) -> Load:
    page = get_caseload_page(clinic.house.acting("sol", at=at))
    return next(one for one in page.lines if one.name == name)


def add(clinic: Clinic, number: int, to: str = "", **more: object) -> UUID:
    fhir_id = f"c{number:03}"
    take_in(records.bundle([records.patient(fhir_id, f"Case{number:03}", "Cora", **more)]), clinic.house.north,
            name=fhir_id)  # fmt: skip
    if to:
        give_to(clinic.house, to, find_patient(fhir_id))
    return find_patient(fhir_id)


def cover(clinic: Clinic) -> int:
    """Let lee stand in for dana for three days; return the cover."""
    house = clinic.house
    cover_caseload(house.acting("sol"), absent=house.id_of("dana"), covering=house.id_of("lee"), since=NOW,
                   until=later(days=3), reason="Away")  # fmt: skip
    return load_of(clinic, "Dana").away[0].id


def test_load_is_counts_of_patients_loops_and_languages(clinic: Clinic) -> None:
    add(clinic, 1, "dana", communication=[{"language": {"coding": [{"code": "es-MX"}]}, "preferred": True}])
    open_task(clinic.house.acting("dana"), clinic.rosa, title="Soon", due_on=TODAY, note="")

    dana = load_of(clinic, "Dana")

    assert (dana.patients, dana.open_count, dana.late_count, dana.soon_count) == (3, 3, 0, 1)
    assert dana.languages == (("es", 1),)
    assert load_of(clinic, "Dana", at=later(days=2)).late_count == 1
    assert load_of(clinic, "Lee").patients == 0


def test_patients_without_a_coordinator_are_counted_and_listed(clinic: Clinic) -> None:
    alone = add(clinic, 1)
    acting = clinic.house.acting("sol")

    assert get_caseload_page(acting).without == 1
    assert [line.patient_id for line in get_caseload_list(acting, person_id=None).lines] == [alone]


def test_list_of_a_coordinator_names_care_teams_and_turns_pages(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caseload, "PAGE", 1)
    acting, dana = clinic.house.acting("sol"), clinic.house.id_of("dana")

    first = get_caseload_list(acting, person_id=dana)
    second = get_caseload_list(acting, person_id=dana, cursor=first.next_cursor)

    assert [line.name for line in (*first.lines, *second.lines)] == ["Rosa Alvarez", "Ada Lovelace"]
    assert first.lines[0].care_team == ("Asha (physician)",)
    assert (first.name, second.next_cursor) == ("Dana", "")
    assert "Dana" not in {choice.name for choice in first.coordinators}
    assert "Tom" not in {choice.name for choice in first.coordinators}


def test_plan_asks_step_by_step_and_shows_what_would_move(clinic: Clinic) -> None:
    house, acting = clinic.house, clinic.house.acting("sol")
    open_task(house.acting("dana"), clinic.rosa, title="Soon", due_on=TODAY, note="")
    ids = {"absent": house.id_of("dana"), "covering": house.id_of("lee")}

    asked = get_cover_plan(acting)
    who = get_cover_plan(acting, absent=ids["absent"])
    plan = get_cover_plan(acting, **ids, since=NOW, until=later(days=3))

    assert (asked.absent, asked.candidates) == (None, ())
    assert "Lee" in {one.name for one in who.candidates}
    assert "Dana" not in {one.name for one in who.candidates}
    assert (who.lines, who.due_count) == ((), 0)
    assert [line.patient_id for line in plan.lines] == [clinic.rosa, clinic.ada]
    assert plan.due_count == 1


def test_cover_opens_and_its_end_shuts(clinic: Clinic) -> None:
    key = cover(clinic)
    house = clinic.house
    assert len(get_my_patients(house.acting("lee", at=later(days=1))).lines) == 2

    end_cover(house.acting("sol", at=later(days=1)), cover_id=key)

    after = later(days=1, minutes=1)
    assert get_my_patients(house.acting("lee", at=after)).lines == ()
    assert load_of(clinic, "Dana", at=after).away[0].is_over
    with pytest.raises(NotFound):
        end_cover(house.acting("sol", at=after), cover_id=key)


def test_end_of_one_cover_leaves_another_alone(clinic: Clinic) -> None:
    house = clinic.house
    key = cover(clinic)
    cover_caseload(house.acting("sol"), absent=house.id_of("dana"), covering=house.id_of("sol"), since=NOW,
                   until=later(days=5), reason="")  # fmt: skip

    end_cover(house.acting("sol", at=later(days=1)), cover_id=key)

    assert len(get_my_patients(house.acting("sol", at=later(days=2))).lines) == 2


def test_end_of_one_cover_keeps_the_days_that_the_two_agreed_on_later(clinic: Clinic) -> None:
    house = clinic.house
    key = cover(clinic)
    cover_caseload(house.acting("sol"), absent=house.id_of("dana"), covering=house.id_of("lee"),
                   since=later(days=10), until=later(days=12), reason="")  # fmt: skip

    end_cover(house.acting("sol", at=later(days=1)), cover_id=key)

    assert len(get_my_patients(house.acting("lee", at=later(days=11))).lines) == 2


def test_cover_that_has_not_begun_can_be_taken_back(clinic: Clinic) -> None:
    house = clinic.house
    cover_caseload(house.acting("sol"), absent=house.id_of("dana"), covering=house.id_of("lee"),
                   since=later(days=5), until=later(days=9), reason="")  # fmt: skip

    end_cover(house.acting("sol"), cover_id=load_of(clinic, "Dana").away[0].id)

    assert get_my_patients(house.acting("lee", at=later(days=6))).lines == ()


def test_who_comes_back_sees_what_others_did(clinic: Clinic) -> None:
    key = cover(clinic)
    house = clinic.house
    log_contact(house.acting("dana", at=later(minutes=1)), clinic.task_of_ada, version=1,
                result=ContactResult.REACHED, note="Mine")  # fmt: skip
    log_contact(house.acting("lee", at=later(days=1)), clinic.task, version=1, result=ContactResult.REACHED,
                note="She is well.")  # fmt: skip

    page = get_back_page(house.acting("sol", at=later(days=4)), cover_id=key)

    assert [(c.name, c.who, c.note) for c in page.changes] == [("Rosa Alvarez", "Lee", "She is well.")]
    assert (page.cover.is_over, page.is_cut) == (True, False)


def test_other_teams_are_not_there(clinic: Clinic) -> None:
    key = cover(clinic)
    ruth = clinic.house.acting("ruth")

    assert {one.name for one in get_caseload_page(ruth).lines} == {"Kim", "Ruth"}
    assert get_caseload_list(ruth, person_id=clinic.house.id_of("dana")).lines == ()
    assert get_cover_plan(ruth, absent=clinic.house.id_of("dana")).absent is None
    with pytest.raises(NotFound):
        get_back_page(ruth, cover_id=key)
    with pytest.raises(NotFound):
        end_cover(ruth, cover_id=key)


@pytest.mark.parametrize("who", ["dana", "asha", "tom", "noor"])
def test_caseloads_are_for_supervisors(clinic: Clinic, who: str) -> None:
    acting = clinic.house.acting(who)
    for ask in (
        lambda: get_caseload_page(acting), lambda: get_caseload_list(acting, person_id=None),
        lambda: get_cover_plan(acting), lambda: get_back_page(acting, cover_id=1),
        lambda: end_cover(acting, cover_id=1),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            ask()


def test_as_many_statements_for_any_number(clinic: Clinic) -> None:
    acting = clinic.house.acting("sol")
    with counted_statements() as few:
        get_caseload_page(acting)
    for number in range(4):
        add(clinic, number, "lee")
    with counted_statements() as many:
        get_caseload_page(acting)

    assert len(few) == len(many)
