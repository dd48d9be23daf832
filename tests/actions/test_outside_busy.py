"""Calendars from elsewhere: whoever is busy there is offered to nobody here, and nothing but times is kept."""

from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions.outside_busy import drop_outside_calendar
from careloop.basics.refusals import NotFound
from careloop.facts.visits import Elsewhere
from careloop.formats.busy import NotBusyTimes
from careloop.reads.hours import get_calendar_page
from careloop.reads.scheduling import find_times
from careloop.rules.scheduling import TimeTaken
from tests.actions.calendars_read import take_calendar
from tests.actions.look import ask
from tests.actions.places import MONDAY, Places
from tests.actions.visits import at, booked, hold
from tests.formats.test_busy import calendar, event
from tests.people import NOW, House

pytestmark = pytest.mark.django_db
# Monday from ten to noon there, every week; every day at four in the afternoon something that keeps nobody busy.
THERE = calendar(
    event("DTSTART;TZID=America/New_York:20261116T100000", "DURATION:PT2H", "RRULE:FREQ=WEEKLY"),
    event("DTSTART;TZID=America/New_York:20261116T160000", "DURATION:PT1H", "RRULE:FREQ=DAILY", "TRANSP:TRANSPARENT"),
)


def walls(house: House, patient: UUID, places: Places, weeks: int = 0) -> list[str]:
    """Return the times of a Monday at which half an hour with Dr. Rivera fits."""
    since = MONDAY.date() + timedelta(weeks=weeks)
    offers = find_times(
        house.acting("dana"), patient, visit_type_id=places.talk, entry_ids=[places.rivera], since_on=since, days=1,
        count=60,
    )  # fmt: skip
    return [f"{offer.promised.wall:%H:%M}" for offer in offers]


def elsewhere(house: House, places: Places, **later: int) -> Elsewhere:
    found = get_calendar_page(at(house.acting("sol"), NOW + timedelta(**later)), places.rivera).elsewhere
    assert found is not None
    return found


def test_nobody_is_offered_or_held_a_time_in_which_somebody_is_busy_elsewhere(
    house: House, rosa: UUID, places: Places
) -> None:
    take_calendar(house.acting("sol"), entry_id=places.rivera, data=THERE)

    for weeks in (0, 10):
        found = walls(house, rosa, places, weeks)
        # A visit of half an hour with ten minutes kept after it ends before ten.
        assert (found[:2], found[2:4], found[-1]) == (["09:00", "09:15"], ["12:00", "12:15"], "16:30")
    with pytest.raises(TimeTaken):
        hold(house.acting("dana"), rosa, places.talk_at(11))
    hold(house.acting("dana"), rosa, places.talk_at(11, who=places.chen))
    assert "11:00" not in walls(house, rosa, places)

    drop_outside_calendar(house.acting("sol"), entry_id=places.rivera)
    assert "10:00" in walls(house, rosa, places)
    assert get_calendar_page(house.acting("sol"), places.rivera).elsewhere is None


def test_what_is_read_replaces_what_was_and_what_is_refused_leaves_it(house: House, places: Places) -> None:
    sol = house.acting("sol")
    take_calendar(sol, entry_id=places.rivera, data=THERE)
    with pytest.raises(NotBusyTimes):
        take_calendar(sol, entry_id=places.rivera, data=THERE[:-20])
    assert elsewhere(house, places).count == 57

    once = calendar(
        event("DTSTART:20261123T150000Z", "DURATION:PT1H"), event("DTSTART:20261123T153000Z", "DURATION:PT1H")
    )
    assert take_calendar(sol, entry_id=places.rivera, data=once) == 1

    shown = elsewhere(house, places)
    assert (shown.count, shown.read_at, shown.set_by, shown.is_old) == (1, NOW, "Sol", False)
    assert elsewhere(house, places, days=15).is_old
    assert elsewhere(house, places, days=15).count == 0
    columns = ask("SELECT column_name FROM information_schema.columns WHERE table_name = 'outside_busy'")
    assert {name for (name,) in columns} == {"id", "calendar_id", "starts_at", "ends_at"}


def test_what_is_booked_here_while_busy_there_is_shown_without_whom(house: House, rosa: UUID, places: Places) -> None:
    booked(house.acting("dana"), rosa, places.talk_at(10, 30))
    booked(house.acting("dana"), rosa, places.talk_at(14))

    take_calendar(house.acting("sol"), entry_id=places.rivera, data=THERE)

    assert [one.wall for one in elsewhere(house, places).clashes] == [MONDAY.replace(hour=10, minute=30)]


def test_only_who_keeps_the_calendars_reads_one_and_only_for_who_takes_part(house: House, places: Places) -> None:
    with pytest.raises(NotFound):
        take_calendar(house.acting("dana"), entry_id=places.rivera, data=THERE)
    with pytest.raises(NotFound):
        take_calendar(house.acting("sol"), entry_id=places.site, data=THERE)
    assert not get_calendar_page(house.acting("sol"), places.site).may_read
