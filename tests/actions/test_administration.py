"""People by page: changes with their day, a second person for some, loops back to the team, teams, sites and days."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from psycopg.types.range import TimestamptzRange

from careloop.actions.administration import (
    agree_to_change,
    change_role,
    choose_teams,
    correct_person,
    let_go,
    withdraw_change,
)
from careloop.actions.administration_due import apply_staff_changes
from careloop.actions.administration_places import (
    add_unit,
    change_unit,
    clear_clinic_day,
    set_clinic_day,
)
from careloop.actions.people import cover_caseload, end_cover, hire, make_sign_in_link
from careloop.actions.worklist import open_task
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.facts.access import Acting, Purpose, Role
from careloop.facts.administration import StaffStep
from careloop.reads.access import get_acting
from careloop.reads.administration import (
    get_days_page,
    get_people_page,
    get_person_page,
    list_roles,
    list_units,
)
from careloop.reads.caseload import get_cover_plan
from careloop.reads.people import get_patient_page
from careloop.reads.worklist import get_today_page
from careloop.records.models import Cover, Login, StaffChange
from tests.people import NOW, TODAY, House, build_house, find_patient, give_to, later, system, take_in
from tests.web.records import PATIENT_JSON

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return build_house()


def noor(house: House, **at: float) -> Acting:
    return house.acting("noor", at=later(**at), purpose=Purpose.OPERATIONS)


def version_of(house: House, key: str) -> int:
    return get_person_page(noor(house), person_id=house.id_of(key)).version


def work(**at: float) -> int:
    count = 0
    while apply_staff_changes(system(Purpose.SWEEP, later(**at)), how_many=1):
        count += 1
    return count


def with_task(house: House) -> UUID:
    """Give dana a patient and a task; return the patient."""
    take_in(PATIENT_JSON, house.north)
    patient = find_patient("p1")
    give_to(house, "dana", patient)
    open_task(
        house.acting("dana"), patient, title="Call", due_on=None, note="", to_person=house.id_of("dana"), to_unit=None
    )
    return patient


def test_who_is_let_go_is_out_at_once_and_the_loops_go_to_the_team(house: House) -> None:
    patient = with_task(house)
    login = Login.objects.get(person_id=house.id_of("dana"))
    assert get_acting(login.pk, NOW) is not None

    left = let_go(noor(house, seconds=1), person_id=house.id_of("dana"), version=1, reason="Moved away")

    assert left >= 1
    assert get_acting(login.pk, later(seconds=2)) is None
    with pytest.raises(NotFound):
        get_patient_page(house.acting("dana", at=later(seconds=2)), patient)

    assert work(seconds=3) == 1
    page = get_patient_page(house.acting("sol", at=later(seconds=4)), patient)
    assert [(row.owner_id, row.queue_name) for row in page.open_loops] == [(None, "north")] * len(page.open_loops)
    assert page.open_loops
    assert page.banner.coordinator_name == ""
    row = get_person_page(noor(house, seconds=5), person_id=house.id_of("dana")).row
    assert (row.is_active, row.may_sign_in) == (False, False)


def test_a_role_changes_on_its_day_with_what_it_reaches(house: House) -> None:
    patient = with_task(house)
    day = TODAY + timedelta(days=3)
    change_role(noor(house), person_id=house.id_of("dana"), version=1, role=Role.FRONT_DESK, from_on=day)

    assert work(days=2) == 0
    assert get_patient_page(house.acting("dana", at=later(days=2)), patient).may_see_chart

    assert work(days=3) == 1
    login = Login.objects.get(person_id=house.id_of("dana"))
    acting = get_acting(login.pk, later(days=3, seconds=1))
    assert acting is not None
    assert acting.role is Role.FRONT_DESK
    with pytest.raises(NotFound):
        get_patient_page(acting, patient)
    assert {row.queue_name for row in get_patient_page(house.acting("sol", at=later(days=4)), patient).open_loops} == {
        "north"
    }


def test_a_coordinator_who_becomes_supervisor_keeps_loops_and_patients(house: House) -> None:
    patient = with_task(house)
    change_role(noor(house), person_id=house.id_of("dana"), version=1, role=Role.SUPERVISOR)

    assert work(seconds=1) == 1

    now = Acting(house.id_of("dana"), Role.SUPERVISOR, later(seconds=2), Purpose.TREATMENT)
    page = get_patient_page(now, patient)
    assert page.banner.coordinator_name == "Dana"
    assert {row.owner_id for row in page.open_loops} == {house.id_of("dana")}
    assert get_today_page(now, tab="needs_you").role is Role.SUPERVISOR


def test_a_privileged_role_waits_for_a_second_administrator(house: House) -> None:
    other = hire(system(), name="Omar", email="omar@clinic.example", role=Role.ADMINISTRATOR, password=None)
    change_role(noor(house), person_id=house.id_of("lee"), version=1, role=Role.AUDITOR)
    change = StaffChange.objects.get(person_id=house.id_of("lee"))
    assert work(seconds=1) == 0
    with pytest.raises(Refusal, match="same_second_person"):
        agree_to_change(noor(house), change_id=change.pk)

    agree_to_change(Acting(other, Role.ADMINISTRATOR, later(seconds=2), Purpose.OPERATIONS), change_id=change.pk)

    assert work(seconds=3) == 1
    assert get_person_page(noor(house), person_id=house.id_of("lee")).row.role is Role.AUDITOR


def test_an_administrator_who_is_hired_cannot_sign_in_until_a_second_one_agrees(house: House) -> None:
    new = hire(noor(house), name="Omar", email="omar@clinic.example", role=Role.ADMINISTRATOR, password=None)

    with pytest.raises(NotFound):
        make_sign_in_link(noor(house), person_id=new)
    row = next(row for row in get_people_page(noor(house)).people if row.id == new)
    assert row.waiting is not None
    assert (row.waiting.step, row.may_sign_in) == (StaffStep.BEGIN, False)

    withdraw_change(noor(house), change_id=row.waiting.id)
    assert not get_person_page(noor(house), person_id=new).row.is_active


def test_nobody_changes_themselves_and_an_administrator_is_left(house: House) -> None:
    with pytest.raises(Refusal, match="not_oneself"):
        let_go(noor(house), person_id=house.id_of("noor"), version=1)
    with pytest.raises(Refusal, match="last_administrator"):
        let_go(system(), person_id=house.id_of("noor"), version=1)


def test_a_second_change_waits_for_the_first_and_an_old_page_changes_nothing(house: House) -> None:
    change_role(noor(house), person_id=house.id_of("tom"), version=1, role=Role.BILLING, from_on=date(2026, 12, 1))
    with pytest.raises(TakenMeanwhile):
        let_go(noor(house), person_id=house.id_of("tom"), version=1)
    with pytest.raises(Refusal, match="staff_change_waits"):
        let_go(noor(house), person_id=house.id_of("tom"), version=2)

    withdraw_change(noor(house), change_id=StaffChange.objects.get().pk)
    assert let_go(noor(house), person_id=house.id_of("tom"), version=2) == 0
    with pytest.raises(Refusal, match="staff_change_begun"):
        withdraw_change(noor(house), change_id=StaffChange.objects.get(withdrawn_at=None).pk)


@pytest.mark.parametrize("from_on", [TODAY - timedelta(days=1), TODAY + timedelta(days=400)])
def test_a_change_begins_today_or_within_a_year(house: House, from_on: date) -> None:
    with pytest.raises(Refusal, match="staff_change_day"):
        let_go(noor(house), person_id=house.id_of("tom"), version=1, from_on=from_on)


def test_teams_decide_what_is_reached_and_are_not_left_with_loops_in_them(house: House) -> None:
    patient = with_task(house)
    with pytest.raises(Refusal, match="leaves_team_loops"):
        choose_teams(noor(house), person_id=house.id_of("dana"), version=1, unit_ids=[house.south])

    choose_teams(noor(house, seconds=1), person_id=house.id_of("lee"), version=1, unit_ids=[house.south])

    with pytest.raises(NotFound):
        get_patient_page(house.acting("lee", at=later(seconds=2)), patient)
    assert get_person_page(noor(house), person_id=house.id_of("lee")).row.teams == ("south",)


def test_a_name_is_corrected_and_only_administrators_do_any_of_this(house: House) -> None:
    correct_person(noor(house), person_id=house.id_of("lee"), version=1, name=" Lee  Martin ", language="es")

    page = get_person_page(noor(house), person_id=house.id_of("lee"))
    assert (page.row.name, page.language, page.version) == ("Lee Martin", "es", 2)
    with pytest.raises(NotFound):
        correct_person(house.acting("sol"), person_id=house.id_of("lee"), version=2, name="X", language="en")
    with pytest.raises(NotFound):
        get_people_page(house.acting("sol"))


def test_roles_are_told_as_the_rules_have_them(house: House) -> None:
    lines = {line.role: line for line in list_roles(noor(house))}

    assert lines[Role.ADMINISTRATOR].is_privileged
    assert "people:write" in lines[Role.ADMINISTRATOR].rights
    assert lines[Role.ADMINISTRATOR].through == ()
    assert Role.SYSTEM not in lines


def test_a_site_has_zone_and_hours_and_an_old_page_does_not_overwrite_it(house: House) -> None:
    hours = {1: (time(8), time(17)), 5: (time(8), time(12, 30))}
    site = add_unit(noor(house), kind="site", name="Elm Street", zone="America/Chicago", hours=hours)

    change_unit(noor(house), unit_id=site, version=1, name="Elm St", zone="", hours={2: (time(9), time(10))})

    with pytest.raises(TakenMeanwhile):
        change_unit(noor(house), unit_id=site, version=1, name="Other")
    line = next(one for one in list_units(noor(house)) if one.id == site)
    assert (line.name, line.kind, line.zone, line.hours) == ("Elm St", "site", "", ((2, time(9), time(10)),))


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"name": "north"}, "unit_name_taken"),
        ({"name": " "}, "name_missing"),
        ({"name": "A", "zone": "Mars/Olympus"}, "refusal.zone"),
        ({"name": "A", "hours": {1: (time(17), time(8))}}, "refusal.hours"),
        ({"name": "A", "hours": {8: (time(7), time(8))}}, "refusal.hours"),
    ],
)
def test_a_site_that_cannot_be_is_refused_with_its_reason(house: House, given: dict[str, object], key: str) -> None:
    with pytest.raises(Refusal, match=key):
        add_unit(noor(house), kind="site", **given)  # type: ignore[arg-type]


def test_days_of_the_clinic_move_what_must_be_done(house: House) -> None:
    """Friday 27 November 2026 becomes a free day: what is due Monday is not two business days away any more."""
    patient = with_task(house)
    at = later(days=4)  # Tuesday 24 November; Thursday is Thanksgiving.
    open_task(
        house.acting("dana"), patient, title="Due Monday", due_on=date(2026, 11, 30), note="",
        to_person=house.id_of("dana"), to_unit=None,
    )  # fmt: skip

    def said() -> set[str]:
        page = get_patient_page(house.acting("sol", at=at), patient)
        return {row.deadline.say.key for row in page.open_loops if "Monday" in str(row.title)}

    assert said() == {"deadline.do_by"}
    set_clinic_day(noor(house), on=date(2026, 11, 27), name="Day after Thanksgiving")
    assert said() == {"deadline.soon"}
    set_clinic_day(noor(house), on=date(2026, 11, 26), name="Open all the same", is_open=True)
    assert said() == {"deadline.do_by"}
    clear_clinic_day(noor(house), on=date(2026, 11, 26))
    clear_clinic_day(noor(house), on=date(2026, 11, 26))
    assert said() == {"deadline.soon"}

    days = {day.on: day for day in get_days_page(noor(house), year=2026).days}
    assert (days[date(2026, 11, 27)].set_by, days[date(2026, 11, 27)].is_federal) == ("Noor", False)
    assert days[date(2026, 11, 26)].name == "Thanksgiving Day"
    with pytest.raises(Refusal, match="clinic_day"):
        set_clinic_day(noor(house), on=date(2050, 1, 1), name="Far")


def covers_on(house: House, at: datetime) -> list[tuple[str, bool]]:
    """Return who stands in, and whether that is over, as a supervisor sees it on the page of cover."""
    return [(line.covering, line.is_over) for line in get_cover_plan(house.acting("sol", at=at)).covers]


def test_cover_that_ends_early_closes_what_it_opened(house: House) -> None:
    patient = with_task(house)
    choose_teams(noor(house), person_id=house.id_of("kim"), version=1, unit_ids=[house.north, house.south])
    cover_caseload(
        house.acting("sol"), absent=house.id_of("dana"), covering=house.id_of("kim"), since=NOW,
        until=later(days=7), reason="Away",
    )  # fmt: skip
    cover = Cover.objects.get()
    assert covers_on(house, later(days=1)) == [("Kim", False)]

    end_cover(house.acting("sol", at=later(days=1)), cover_id=cover.pk)
    with pytest.raises(NotFound):
        end_cover(house.acting("sol", at=later(days=2)), cover_id=cover.pk)

    assert covers_on(house, later(days=3)) == [("Kim", True)]
    assert patient is not None
    with pytest.raises(NotFound):
        end_cover(noor(house), cover_id=cover.pk)


def test_cover_that_was_planned_can_be_taken_back(house: House) -> None:
    with_task(house)
    cover_caseload(
        house.acting("sol"), absent=house.id_of("dana"), covering=house.id_of("lee"), since=later(days=3),
        until=later(days=7), reason="Away",
    )  # fmt: skip

    end_cover(house.acting("sol", at=later(days=1)), cover_id=Cover.objects.get().pk)

    during = Cover.objects.get().during
    assert during == TimestamptzRange(later(days=3), later(days=3, microseconds=1))
    assert covers_on(house, later(days=1)) == []
