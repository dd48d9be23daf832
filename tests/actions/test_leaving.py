"""Leaving a care team: with a reason that is kept, no loop left behind, and no patient without a coordinator."""

from uuid import UUID

import pytest

from careloop.actions.people import join_care_team, leave_care_team
from careloop.actions.worklist import open_task
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.care_team import CareTeam
from careloop.reads.people import get_patient_page
from careloop.reads.worklist import get_today_page
from tests.actions.hands import last_line
from tests.actions.look import ask
from tests.guard.conftest import Clinic
from tests.people import House, later
from tests.reads.test_caseload import add

WHY = "She works at the other site now"
AFTER = later(hours=1)


def team_of(clinic: Clinic, who: str = "sol", patient: UUID | None = None) -> CareTeam:
    return get_patient_page(clinic.house.acting(who, at=later(hours=2)), patient or clinic.rosa).care_team


def task_of(house: House, who: str, patient: UUID) -> UUID:
    return open_task(house.acting(who), patient, title="Read the report", due_on=None, note="")


def test_a_member_leaves_and_the_day_the_reason_and_who_noted_it_are_kept(clinic: Clinic) -> None:
    house = clinic.house

    leave_care_team(house.acting("sol", at=AFTER), clinic.rosa, person_id=house.id_of("asha"), reason=f" {WHY}\n")

    team = team_of(clinic)
    assert team.members == ()
    assert [(one.name, one.part, one.left_at, one.reason, one.by) for one in team.former] == [
        ("Asha", "physician", AFTER, WHY, "Sol")
    ]
    with pytest.raises(NotFound):
        get_patient_page(house.acting("asha", at=later(hours=2)), clinic.rosa)


def test_who_leaves_of_their_own_accord_hands_their_loops_to_the_coordinator(clinic: Clinic) -> None:
    house = clinic.house
    task = task_of(house, "asha", clinic.rosa)

    assert leave_care_team(house.acting("asha", at=AFTER), clinic.rosa, person_id=house.id_of("asha"), reason=WHY) == 1

    rows = [row for g in get_today_page(house.acting("dana", at=AFTER)).groups for row in g.rows]
    assert task in {row.id for row in rows}
    assert last_line(house, task)[1] == "event.care_team_left"


def test_without_a_coordinator_the_loops_go_to_the_queue(clinic: Clinic) -> None:
    house, alone = clinic.house, add(clinic, 1)
    join_care_team(house.acting("sol"), [alone], person_id=house.id_of("lee"), part="rides")
    task = task_of(house, "lee", alone)

    leave_care_team(house.acting("lee", at=AFTER), alone, person_id=house.id_of("lee"), reason=WHY)

    assert ask("SELECT owner_id, queue_id FROM loop WHERE id = %s", task) == [(None, house.north)]


def test_the_primary_coordinator_leaves_only_when_somebody_follows(clinic: Clinic) -> None:
    house = clinic.house
    dana, lee = house.id_of("dana"), house.id_of("lee")
    for successor in (None, dana):
        with pytest.raises(Refusal, match="primary_needs_successor"):
            leave_care_team(house.acting("sol", at=AFTER), clinic.rosa, person_id=dana, reason=WHY, successor=successor)
    with pytest.raises(Refusal, match="primary_needs_successor"):
        leave_care_team(house.acting("dana", at=AFTER), clinic.rosa, person_id=dana, reason=WHY, successor=lee)
    with pytest.raises(Refusal, match="not_a_coordinator"):
        leave_care_team(
            house.acting("sol", at=AFTER), clinic.rosa, person_id=dana, reason=WHY, successor=house.id_of("asha")
        )

    assert leave_care_team(house.acting("sol", at=AFTER), clinic.rosa, person_id=dana, reason=WHY, successor=lee) == 1

    team = team_of(clinic)
    assert team.primary is not None
    assert team.primary.name == "Lee"
    assert [(one.name, one.part, one.reason) for one in team.former] == [("Dana", "", WHY)]


def test_nobody_ends_the_part_of_somebody_else_but_a_supervisor_of_the_team(clinic: Clinic) -> None:
    house = clinic.house
    for who in ("dana", "ruth", "tom", "saul"):
        with pytest.raises(NotFound):
            leave_care_team(house.acting(who, at=AFTER), clinic.rosa, person_id=house.id_of("asha"), reason=WHY)
    with pytest.raises(NotFound):
        leave_care_team(house.acting("sol", at=AFTER), clinic.rosa, person_id=house.id_of("kim"), reason=WHY)

    assert [one.name for one in team_of(clinic).members] == ["Asha"]


def test_no_reason_no_leaving(clinic: Clinic) -> None:
    house = clinic.house
    with pytest.raises(Refusal, match="leaving_reason"):
        leave_care_team(house.acting("sol", at=AFTER), clinic.rosa, person_id=house.id_of("asha"), reason=" \x00 ")


def test_the_page_offers_leaving_to_whom_it_is_open(clinic: Clinic) -> None:
    teams = {who: team_of(clinic, who) for who in ("sol", "dana", "asha")}

    assert {who: [one.may_leave for one in team.members] for who, team in teams.items()} == {
        "sol": [True], "dana": [False], "asha": [True],
    }  # fmt: skip
    assert {who: bool(team.primary and team.primary.may_leave) for who, team in teams.items()} == {
        "sol": True, "dana": False, "asha": False,
    }  # fmt: skip
    assert {who: [name for _key, name in team.successors] for who, team in teams.items()} == {
        "sol": ["Lee", "Sol"], "dana": [], "asha": [],
    }  # fmt: skip
