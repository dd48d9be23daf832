"""The numbers of the navigation: those of the pages they lead to, nobody else's, in one statement, without a line."""

import pytest

from careloop.actions.administration import change_role
from careloop.actions.people import cover_caseload, hire
from careloop.actions.worklist import open_task
from careloop.facts.access import Acting, Purpose, Role
from careloop.reads.frame import FrameCounts, count_frame
from careloop.reads.patients import get_my_patients
from careloop.reads.team import get_team_page
from careloop.reads.worklist import get_today_page
from tests.guard.conftest import Clinic
from tests.guard.standing import Line, counted_statements
from tests.people import NOW, PASSWORD, TODAY, later, system


def shown_on_the_pages(clinic: Clinic, who: str) -> FrameCounts:
    acting = clinic.house.acting(who, at=later(days=2))
    today, mine = get_today_page(acting), get_my_patients(acting)
    late = get_team_page(acting).total.late_count if acting.role is Role.SUPERVISOR else None
    return FrameCounts(need_you=today.tabs[0].count, patients=mine.filters[0].count, late=late, handoffs=0)


@pytest.mark.parametrize("who", ["dana", "lee", "sol", "asha", "kim", "ruth"])
def test_each_number_is_the_one_of_its_page(clinic: Clinic, who: str) -> None:
    house = clinic.house
    open_task(house.acting("dana"), clinic.rosa, title="Due today", due_on=TODAY, note="")
    open_task(house.acting("dana"), clinic.rosa, title="In a queue", due_on=TODAY, note="", to_unit=house.north)
    cover_caseload(house.acting("sol"), absent=house.id_of("dana"), covering=house.id_of("lee"), since=NOW,
                   until=later(days=3), reason="")  # fmt: skip

    assert count_frame(house.acting(who, at=later(days=2))) == shown_on_the_pages(clinic, who)


def test_what_is_late_in_the_team_is_counted_for_supervisors_of_that_team_only(clinic: Clinic) -> None:
    house = clinic.house
    open_task(house.acting("dana"), clinic.rosa, title="Due today", due_on=TODAY, note="")

    counts = {who: count_frame(house.acting(who, at=later(days=2))).late for who in ("sol", "ruth", "dana")}

    assert counts == {"sol": 1, "ruth": 0, "dana": None}


def test_a_role_without_such_pages_is_told_no_number(clinic: Clinic) -> None:
    assert count_frame(clinic.house.acting("saul")) == FrameCounts()
    assert count_frame(clinic.house.acting("tom")) == FrameCounts()


def test_a_change_that_waits_for_a_second_person_is_counted_for_everybody_but_who_asked(clinic: Clinic) -> None:
    house = clinic.house
    second = hire(system(), name="Pia", email="pia@clinic.example", role=Role.ADMINISTRATOR, password=PASSWORD)
    change_role(house.acting("noor"), person_id=house.id_of("lee"), version=1, role=Role.AUDITOR, from_on=None,
                reason="Asked")  # fmt: skip

    assert count_frame(house.acting("noor")) == FrameCounts(changes=0)
    assert count_frame(Acting(second, Role.ADMINISTRATOR, NOW, Purpose.OPERATIONS)) == FrameCounts(changes=1)


def test_the_numbers_are_one_statement_however_much_there_is_and_leave_no_line(clinic: Clinic, log: list[Line]) -> None:
    acting = clinic.house.acting("sol")
    with counted_statements() as few:
        count_frame(acting)
    for number in range(5):
        open_task(clinic.house.acting("dana"), clinic.rosa, title=f"Task {number}", due_on=TODAY, note="")
    log.clear()
    with counted_statements() as many:
        count_frame(acting)

    assert len([s for s in many if "FROM loop" in s]) == 1
    assert len(few) == len(many)
    assert log == []
