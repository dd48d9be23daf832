"""People: hired, given patients, covered, and let go without a loop left behind."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import authenticate

from careloop.actions.administration_due import apply_staff_changes
from careloop.actions.people import (
    LeavesLoops,
    assign_caseload,
    cover_caseload,
    deactivate,
    hire,
    join_care_team,
    make_team,
)
from careloop.actions.worklist import finish_loop, start_loop, take_loop
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Purpose, Role
from careloop.facts.worklist import Outcome
from careloop.reads.access import get_acting
from careloop.reads.people import get_patient_page
from careloop.reads.worklist import get_today_page
from tests.actions.hands import last_line, make_task, stand, take_patient_in
from tests.actions.look import ask, ask_one, broken_invariants
from tests.people import NOW, PASSWORD, House, give_to, later, system

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def rosa(house: House) -> UUID:
    return take_patient_in(house)


def refuse(do: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as told:
        do()
    return told.value.say.key


def add(**given: object) -> UUID:
    whole = {"name": "Mia", "email": "mia@clinic.example", "role": Role.COORDINATOR, "password": PASSWORD} | given
    return hire(system(), **whole)  # type: ignore[arg-type]


UNFIT = [
    ({"email": "no address"}, "refusal.email"),
    ({"email": ""}, "refusal.email"),
    ({"email": "a@b"}, "refusal.email"),
    ({"email": " DANA@clinic.example "}, "refusal.email_taken"),
    ({"name": " \x00 "}, "refusal.name_missing"),
    ({"password": "short"}, "refusal.password"),
    ({"password": "password1234"}, "refusal.password"),
    ({"password": "12345678901234"}, "refusal.password"),
    ({"role": Role.PATIENT}, "refusal.role"),
    ({"role": Role.SYSTEM}, "refusal.role"),
    ({"language": "tlh"}, "refusal.language"),
]


@pytest.mark.parametrize(("given", "said"), UNFIT)
def test_nobody_is_hired_with_what_cannot_be_used(house: House, given: dict[str, object], said: str) -> None:
    before = ask("SELECT count(*) FROM person")

    assert refuse(lambda: add(**given)).startswith(said)
    assert ask("SELECT count(*) FROM person") == before


def test_whoever_is_hired_signs_in_and_reaches_the_team(house: House, rosa: UUID) -> None:
    mia = add(unit_ids=[house.north], email=" Mia@Clinic.Example ")

    assert ask("SELECT email, is_active FROM login WHERE person_id = %s", mia) == [("mia@clinic.example", True)]
    assert authenticate(None, username="mia@clinic.example", password=PASSWORD) is not None
    assert ask("SELECT source, unit_id FROM access_grant WHERE person_id = %s", mia) == [("unit", house.north)]


def test_without_a_password_the_login_stays_closed_until_one_is_set(house: House) -> None:
    add(password=None)

    for guess in ("", "None", PASSWORD):
        assert authenticate(None, username="mia@clinic.example", password=guess) is None


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.FRONT_DESK, Role.BILLING, Role.AUDITOR, Role.ADMINISTRATOR])
def test_membership_of_a_team_opens_no_patient_to_other_roles(house: House, rosa: UUID, role: Role) -> None:
    made = add(role=role, unit_ids=[house.north])

    assert ask_one("SELECT count(*) FROM access_grant WHERE person_id = %s", made) == 0


def test_a_team_is_made_once_by_its_name(house: House) -> None:
    assert make_team(system(), name="  north ") == house.north
    assert refuse(lambda: make_team(system(), name="\x00 ")) == "refusal.team_name"


@pytest.mark.parametrize("who", ["dana", "sol", "saul"])
def test_only_an_administrator_hires(house: House, who: str) -> None:
    with pytest.raises(NotFound):
        hire(house.acting(who), name="Mia", email="mia@clinic.example", role=Role.COORDINATOR, password=PASSWORD)


def opens(house: House, who: str, patient: UUID, *, at: timedelta = timedelta()) -> bool:
    try:
        get_patient_page(house.acting(who, at=NOW + at), patient)
    except NotFound:
        return False
    return True


def test_a_caseload_moves_with_its_grant_and_its_loops(house: House, rosa: UUID) -> None:
    task, lees = make_task(house, rosa), make_task(house, rosa, to_person=house.id_of("lee"))
    noon = later(hours=2)

    assert assign_caseload(house.acting("sol", at=noon), [rosa], to_person=house.id_of("kim")) == 1

    rows = ask(
        "SELECT p.name, upper(g.during) FROM access_grant g JOIN person p ON p.id = g.person_id"
        " WHERE g.source = 'caseload' ORDER BY g.id"
    )
    assert rows == [("Dana", noon), ("Kim", None)]
    assert stand(task).owner == house.id_of("kim")
    assert last_line(house, task)[1] == "event.caseload_moved"
    assert stand(lees).owner == house.id_of("lee")
    assert not opens(house, "kim", rosa)
    assert opens(house, "kim", rosa, at=timedelta(hours=3))
    assert broken_invariants() == {}


def test_giving_a_patient_to_the_same_person_again_changes_nothing(house: House, rosa: UUID) -> None:
    assert assign_caseload(house.acting("sol", at=later(hours=1)), [rosa], to_person=house.id_of("dana")) == 0
    assert ask_one("SELECT count(*) FROM caseload") == 1


def test_a_caseload_moved_twice_in_the_same_moment_has_one_holder(house: House, rosa: UUID) -> None:
    for who in ("lee", "dana", "lee"):
        give_to(house, who, rosa, at=later(hours=1))

    rows = ask("SELECT p.name FROM caseload c JOIN person p ON p.id = c.person_id WHERE upper_inf(c.during)")
    assert rows == [("Lee",)]
    assert broken_invariants() == {}


@pytest.mark.parametrize("who", ["asha", "tom", "saul", "noor"])
def test_only_a_coordinator_or_supervisor_has_a_caseload(house: House, rosa: UUID, who: str) -> None:
    said = refuse(lambda: assign_caseload(house.acting("sol"), [rosa], to_person=house.id_of(who)))
    assert said == "refusal.not_a_coordinator"


@pytest.mark.parametrize("who", ["dana", "ruth", "saul"])
def test_only_the_teams_supervisor_gives_patients_away(house: House, rosa: UUID, who: str) -> None:
    said = refuse(lambda: assign_caseload(house.acting(who), [rosa], to_person=house.id_of("lee")))
    assert said == "refusal.not_found"


def test_the_care_team_opens_the_patient_to_a_clinician(house: House, rosa: UUID) -> None:
    before = opens(house, "asha", rosa)
    join_care_team(house.acting("sol"), [rosa], person_id=house.id_of("asha"), part="primary care")

    assert (before, opens(house, "asha", rosa)) == (False, True)


def cover(house: House, absent: str, covering: str, *, first: int, last: int, by: str = "sol") -> int:
    return cover_caseload(
        house.acting(by), absent=house.id_of(absent), covering=house.id_of(covering),
        since=later(days=first), until=later(days=last), reason="Holiday",
    )  # fmt: skip


COVERS = [
    ("turned round", "dana", "lee", 3, 1, "refusal.cover_dates"),
    ("of no length", "dana", "lee", 1, 1, "refusal.cover_dates"),
    ("of two years", "dana", "lee", 0, 730, "refusal.cover_dates"),
    ("by oneself", "dana", "dana", 1, 3, "refusal.cover_person"),
    ("by another team", "dana", "kim", 1, 3, "refusal.cover_person"),
    ("by somebody who may not work on loops", "dana", "tom", 1, 3, "refusal.cover_person"),
]


@pytest.mark.parametrize(("name", "absent", "covering", "first", "last", "said"), COVERS, ids=[c[0] for c in COVERS])
def test_cover_needs_dates_and_somebody_of_the_team(
    house: House, rosa: UUID, name: str, absent: str, covering: str, first: int, last: int, said: str
) -> None:
    assert refuse(lambda: cover(house, absent, covering, first=first, last=last)) == said


def test_cover_opens_patients_and_loops_in_its_days_and_not_outside(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    assert cover(house, "dana", "lee", first=1, last=3) == 1

    grants = ask("SELECT lower(during), upper(during) FROM access_grant WHERE source = 'cover'")
    assert grants == [(later(days=1), later(days=3))]
    seen = {
        days: task
        in [row.id for g in get_today_page(house.acting("lee", at=later(days=days))).groups for row in g.rows]
        for days in (0, 1, 2.99, 3)
    }
    assert seen == {0: False, 1: True, 2.99: True, 3: False}
    start_loop(house.acting("lee", at=later(days=2)), task, version=1)
    assert take_loop(house.acting("lee", at=later(days=2)), task, version=2) == 3


def test_nobody_leaves_open_loops_behind(house: House, rosa: UUID) -> None:
    loops = {make_task(house, rosa) for _ in range(2)}

    with pytest.raises(LeavesLoops) as told:
        deactivate(house.acting("noor"), person_id=house.id_of("dana"))

    assert told.value.left.count == 2
    assert {one[0] for one in told.value.left.first} == loops
    assert ask("SELECT is_active FROM person WHERE name = 'Dana'") == [(True,)]


def test_whoever_has_nothing_open_leaves_with_login_and_grants_closed(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    finish_loop(house.acting("dana"), task, version=1, outcome=Outcome.DONE, note="It happened.")
    noon = later(hours=2)
    assert refuse(lambda: deactivate(house.acting("noor", at=noon), person_id=house.id_of("dana"))) == (
        "refusal.leaves_patients"
    )
    give_to(house, "lee", rosa, at=later(hours=1))

    deactivate(house.acting("noor", at=noon), person_id=house.id_of("dana"))

    assert ask_one("SELECT count(*) FROM access_grant g JOIN person p ON p.id = g.person_id"
                   " WHERE p.name = 'Dana' AND NOT upper(g.during) <= %s", noon) == 0  # fmt: skip
    assert authenticate(None, username="dana@clinic.example", password=PASSWORD) is None
    login = ask_one("SELECT id FROM login WHERE email = 'dana@clinic.example'")
    assert get_acting(login, noon) is None
    with pytest.raises(NotFound):
        get_patient_page(house.acting("dana", at=noon), rosa)
    assert refuse(lambda: make_task(house, rosa, by="sol", to_person=house.id_of("dana"))) == (
        "refusal.receiver_elsewhere"
    )


def test_with_cover_somebody_leaves_and_in_the_next_round_owns_nothing(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    cover(house, "dana", "lee", first=-1, last=30)

    assert deactivate(house.acting("noor"), person_id=house.id_of("dana")) == 1

    assert task in [row.id for g in get_today_page(house.acting("lee")).groups for row in g.rows]
    start_loop(house.acting("lee"), task, version=1)
    assert broken_invariants() == {}

    assert apply_staff_changes(system(Purpose.SWEEP, later(minutes=1)), how_many=10) == 1
    ((owner, queue),) = ask("SELECT owner_id, queue_id FROM loop WHERE id = %s", task)
    assert (owner, queue) == (None, house.north)
    assert ask_one("SELECT count(*) FROM caseload c JOIN person p ON p.id = c.person_id"
                   " WHERE p.name = 'Dana' AND c.during @> %s", later(minutes=2)) == 0  # fmt: skip
    assert broken_invariants() == {}


def test_somebody_who_is_not_here_cannot_leave(house: House) -> None:
    assert refuse(lambda: deactivate(house.acting("noor"), person_id=uuid4())) == "refusal.not_found"
