"""Calendars: hours, days that differ, kinds of visits, extra seats, and visits for groups."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest

from careloop.actions.administration_places import add_unit, set_clinic_day
from careloop.actions.calendars import (
    add_calendar_day,
    add_visit_type,
    allow_extra_seat,
    cancel_group_visit,
    change_visit_type,
    open_group_visit,
    remove_calendar_day,
    set_hours,
)
from careloop.actions.directory import change_entry
from careloop.actions.scheduling import cancel_visit, hold_visit
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.facts.access import Label
from careloop.facts.scheduling import (
    CalendarException,
    CancelledBy,
    CancelReason,
    Preparation,
    VisitAsk,
    VisitTypeDraft,
    WeeklyHours,
)
from careloop.reads.directory import get_entry, list_visit_types
from careloop.reads.scheduling import find_times, get_visits
from careloop.rules.scheduling import TimeTaken
from tests.actions.look import ask_one, broken_invariants
from tests.actions.places import MONDAY, Places
from tests.actions.records import bring_cared_for, person
from tests.people import House

pytestmark = pytest.mark.django_db
DAY = MONDAY.date()


def walls(house: House, patient: UUID, places: Places, on: date = DAY, count: int = 60) -> list[str]:
    """Return the times of a day at which half an hour with Dr. Rivera fits."""
    offers = find_times(
        house.acting("dana"), patient, visit_type_id=places.talk, entry_ids=[places.rivera], since_on=on, days=1,
        count=count,
    )  # fmt: skip
    return [f"{offer.promised.wall:%H:%M}" for offer in offers]


def refusal(work: object) -> str:
    with pytest.raises(Refusal) as no:
        work()  # type: ignore[operator]
    return no.value.say.key


def test_times_are_offered_within_the_hours(house: House, rosa: UUID, places: Places) -> None:
    found = walls(house, rosa, places)

    assert (found[0], found[-1], len(found)) == ("09:00", "16:30", 31)
    assert walls(house, rosa, places, on=DAY + timedelta(days=5)) == []


def test_no_time_that_has_passed_is_offered(house: House, rosa: UUID, places: Places) -> None:
    """It is ten in the morning of a Friday there."""
    assert walls(house, rosa, places, on=date(2026, 11, 20))[0] == "10:00"
    assert walls(house, rosa, places, on=date(2026, 11, 19))[0] == "10:00"


def test_leave_a_meeting_and_hours_beside_the_usual_ones_count_until_they_are_taken_away(
    house: House, rosa: UUID, places: Places
) -> None:
    sol = house.acting("sol")
    set_hours(sol, entry_id=places.site, hours=[WeeklyHours(1, time(8), time(18))])
    meeting = add_calendar_day(
        sol, entry_id=places.rivera, differs=CalendarException(DAY, DAY, False, time(9), time(12)), reason="Meeting"
    )
    assert walls(house, rosa, places)[0] == "12:00"
    add_calendar_day(
        sol, entry_id=places.rivera, differs=CalendarException(DAY, DAY, True, time(7), time(8)), reason="Early"
    )
    # The site has hours of its own, and is not open so early.
    assert walls(house, rosa, places)[0] == "12:00"
    add_calendar_day(sol, entry_id=places.site, differs=CalendarException(DAY, DAY, True, time(7), time(9)), reason="")
    assert walls(house, rosa, places)[:3] == ["07:00", "07:15", "07:30"]
    remove_calendar_day(sol, day_id=meeting)
    assert "09:00" in walls(house, rosa, places)
    add_calendar_day(sol, entry_id=places.rivera, differs=CalendarException(DAY, DAY, False), reason="Leave")
    assert walls(house, rosa, places) == []


def test_a_day_on_which_the_clinic_is_closed_has_no_times(house: House, rosa: UUID, places: Places) -> None:
    assert walls(house, rosa, places, on=date(2026, 11, 26)) == []  # Thanksgiving, a federal holiday

    set_clinic_day(house.acting("noor"), on=DAY, name="Staff day")

    assert walls(house, rosa, places) == []


def test_a_site_that_is_one_of_ours_is_open_as_administration_says(house: House, rosa: UUID, places: Places) -> None:
    sol = house.acting("sol")
    unit = add_unit(house.acting("noor"), kind="site", name="Pier", hours={1: (time(10), time(11))})
    row = get_entry(sol, places.site)
    change_entry(sol, entry_id=places.site, version=row.version, draft=replace(row.draft, unit_id=unit))
    set_hours(sol, entry_id=places.site, hours=[])

    assert walls(house, rosa, places) == ["10:00", "10:15", "10:30"]


@pytest.mark.parametrize(
    "hours",
    [
        WeeklyHours(1, time(17), time(9)),
        WeeklyHours(1, time(9), time(9)),
        WeeklyHours(8, time(9), time(17)),
        WeeklyHours(1, time(9), time(17), from_on=date(2027, 1, 2), until_on=date(2027, 1, 1)),
    ],
)
def test_hours_that_cannot_be_are_refused_and_those_before_stay(
    house: House, rosa: UUID, places: Places, hours: WeeklyHours
) -> None:
    assert refusal(lambda: set_hours(house.acting("sol"), entry_id=places.rivera, hours=[hours])) == (
        "refusal.calendar_hours"
    )
    assert len(walls(house, rosa, places)) == 31


@pytest.mark.parametrize(
    "differs",
    [
        CalendarException(DAY, DAY - timedelta(days=1), False),
        CalendarException(DAY, DAY, False, time(9)),
        CalendarException(DAY, DAY, False, time(9), time(9)),
    ],
)
def test_days_that_cannot_be_are_refused(house: House, places: Places, differs: CalendarException) -> None:
    work = lambda: add_calendar_day(house.acting("sol"), entry_id=places.rivera, differs=differs, reason="")  # noqa: E731

    assert refusal(work) == "refusal.calendar_hours"


def test_a_kind_of_visit_is_as_it_was_written_and_says_what_to_do_before_it(house: House, places: Places) -> None:
    sol = house.acting("sol")
    draft = VisitTypeDraft("Colonoscopy", 45, 10, 15, Preparation.FASTING, needs_escort=True, needs_fasting=True)
    key = add_visit_type(sol, draft)

    row = next(row for row in list_visit_types(sol) if row.id == key)
    assert (row.draft, row.preparation.key, row.version) == (draft, "preparation.fasting", 1)
    assert change_visit_type(sol, visit_type_id=key, version=1, draft=replace(draft, is_active=False)) == 2
    assert key not in {row.id for row in list_visit_types(sol)}
    with pytest.raises(TakenMeanwhile):
        change_visit_type(sol, visit_type_id=key, version=1, draft=draft)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": " "}, "refusal.visit_type_name"),
        ({"name": "Cardiology visit"}, "refusal.visit_type_name_taken"),
        ({"minutes": 4}, "refusal.visit_type_length"),
        ({"minutes": 721}, "refusal.visit_type_length"),
        ({"gap_after": 241}, "refusal.visit_type_length"),
        ({"seats": 0}, "refusal.visit_type_length"),
    ],
)
def test_a_kind_of_visit_that_cannot_be_is_refused(
    house: House, places: Places, changes: dict[str, object], says: str
) -> None:
    draft = replace(VisitTypeDraft("New", 30), **changes)  # type: ignore[arg-type]

    assert refusal(lambda: add_visit_type(house.acting("sol"), draft)) == says


def test_visits_that_are_booked_keep_their_length_when_their_kind_changes(
    house: House, rosa: UUID, places: Places
) -> None:
    sol, dana = house.acting("sol"), house.acting("dana")
    hold_visit(dana, rosa, places.talk_at(9), key="one")

    change_visit_type(sol, visit_type_id=places.talk, version=1, draft=VisitTypeDraft("Cardiology visit", 60))

    assert get_visits(dana, rosa)[0].minutes == 30


def test_a_visit_of_a_sensitive_kind_is_booked_only_by_whoever_may_see_it(
    house: House, rosa: UUID, places: Places
) -> None:
    sol, dana = house.acting("sol"), house.acting("dana")
    seen = add_visit_type(sol, VisitTypeDraft("HIV care", 30, labels=int(Label.HIV)))
    kept = add_visit_type(sol, VisitTypeDraft("Therapy", 30, labels=int(Label.PSY)))
    nine = MONDAY.replace(hour=9)

    hold_visit(dana, rosa, VisitAsk(seen, nine, (places.rivera,)), key="one")

    assert ask_one("SELECT label_mask FROM booking") == Label.HIV
    assert ask_one("SELECT DISTINCT label_mask FROM booking_part") == Label.HIV
    assert ask_one("SELECT label_mask FROM loop") == Label.HIV
    assert refusal(lambda: hold_visit(dana, rosa, VisitAsk(kept, nine, (places.chen,)), key="two")) == (
        "refusal.visit_labelled"
    )


def test_a_group_takes_as_many_as_it_has_seats_and_keeps_who_leads_it(house: House, rosa: UUID, places: Places) -> None:
    sol, dana = house.acting("sol"), house.acting("dana")
    ben, cy = (bring_cared_for(house, key, person(key)) for key in ("ben", "cy"))
    group = open_group_visit(
        sol, visit_type_id=places.class_, unit_id=house.north, wall=MONDAY.replace(hour=10),
        entry_ids=[places.rivera],
    )  # fmt: skip
    asked = VisitAsk(places.class_, MONDAY.replace(hour=10), group_id=group)

    first = hold_visit(dana, rosa, asked, key="one")
    hold_visit(dana, ben, asked, key="two")

    assert refusal(lambda: hold_visit(dana, cy, asked, key="three")) == "refusal.group_full"
    assert set(get_visits(dana, rosa)[0].takes_part) == {("practitioner", "Dr. Ana Rivera"), ("room", "Room A")}
    with pytest.raises(TimeTaken):
        hold_visit(dana, cy, places.talk_at(10, 30), key="four")
    cancel_visit(dana, first.booking_id, version=1, by=CancelledBy.PATIENT, reason=CancelReason.COST)
    hold_visit(dana, cy, asked, key="five")
    assert broken_invariants() == {}


def test_a_group_without_patients_gives_its_people_and_places_back(house: House, rosa: UUID, places: Places) -> None:
    sol, dana = house.acting("sol"), house.acting("dana")
    wall = MONDAY.replace(hour=10)
    group = open_group_visit(
        sol, visit_type_id=places.class_, unit_id=house.north, wall=wall, entry_ids=[places.rivera]
    )
    with pytest.raises(TimeTaken):
        open_group_visit(sol, visit_type_id=places.class_, unit_id=house.north, wall=wall, entry_ids=[places.rivera])

    cancel_group_visit(sol, group_id=group)

    hold_visit(dana, rosa, places.talk_at(10), key="one")
    with pytest.raises(NotFound):
        cancel_group_visit(sol, group_id=group)


def test_a_group_is_of_a_team_within_reach_and_of_a_kind_with_seats(house: House, places: Places) -> None:
    sol = house.acting("sol")
    given = {"wall": MONDAY.replace(hour=10), "entry_ids": [places.rivera]}

    with pytest.raises(NotFound):
        open_group_visit(sol, visit_type_id=places.class_, unit_id=house.south, **given)  # type: ignore[arg-type]
    work = lambda: open_group_visit(sol, visit_type_id=places.talk, unit_id=house.north, **given)  # type: ignore[arg-type]  # noqa: E731
    assert refusal(work) == "refusal.visit_is_for_one"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reason": " "}, "refusal.reason_missing"),
        ({"seat": 0}, "refusal.extra_seat"),
        ({"seat": 21}, "refusal.extra_seat"),
        ({"until": datetime(2026, 11, 23, 14, tzinfo=UTC)}, "refusal.extra_seat"),
        ({"until": datetime(2026, 11, 25, 14, tzinfo=UTC)}, "refusal.extra_seat"),
    ],
)
def test_an_extra_seat_needs_a_reason_a_number_and_an_end(
    house: House, places: Places, changes: dict[str, object], says: str
) -> None:
    given = {
        "entry_id": places.rivera, "seat": 1, "since": datetime(2026, 11, 23, 14, tzinfo=UTC),
        "until": datetime(2026, 11, 23, 15, tzinfo=UTC), "reason": "agreed",
    }  # fmt: skip

    assert refusal(lambda: allow_extra_seat(house.acting("sol"), **(given | changes))) == says  # type: ignore[arg-type]


@pytest.mark.parametrize("who", ["dana", "asha", "tom", "saul"])
def test_only_those_who_keep_calendars_change_them(house: House, places: Places, who: str) -> None:
    acting = house.acting(who)

    for work in (
        lambda: set_hours(acting, entry_id=places.rivera, hours=[]),
        lambda: add_visit_type(acting, VisitTypeDraft("X", 30)),
        lambda: remove_calendar_day(acting, day_id=1),
    ):
        with pytest.raises(NotFound):
            work()
    with pytest.raises(NotFound):
        set_hours(house.acting("sol"), entry_id=uuid4(), hours=[])
