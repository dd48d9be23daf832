"""The outreach list of the demo: whatever the day, there are people on it, and some are left after the first calls."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from careloop.actions.worklist import log_contact
from careloop.catalog.demo import messages as told
from careloop.catalog.demo.clinic import make_clinic
from careloop.catalog.demo.deeds import DEEDS
from careloop.facts.access import Acting
from careloop.facts.outreach import ListState
from careloop.facts.worklist import ContactResult
from careloop.jobs.demo_messages import _call_from_list, choose_list
from careloop.reads.outreach import get_list_page, get_new_list_page
from tests.actions.hands import make_task
from tests.actions.look import ask
from tests.people import House, build_house, take_in

pytestmark = pytest.mark.django_db
# Each day of the week, ends and beginnings of months and of years, and the day that most years do not have.
DAYS = [
    date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27),
    date(2026, 11, 28), date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 31),
    date(2027, 1, 1), date(2027, 2, 28), date(2028, 2, 29),
]  # fmt: skip


@pytest.fixture
def house() -> House:
    return build_house()


def at_work(house: House, on: date) -> Acting:
    return house.acting("sol", at=datetime.combine(on, time(15), UTC))


def arrive(house: House, on: date) -> None:
    """Take in the patients of the team that calls, and try those whom the demo tries on the day before."""
    clinic = make_clinic(seed=7, on=on)
    team = next(one.team for one in clinic.staff if one.key == told.CALLED_BY)
    lately = {deed.patient for deed in DEEDS if deed.back <= told.QUIET_DAYS}
    at = at_work(house, on).at - timedelta(hours=20)
    for one in (one for one in clinic.patients if one.team == team):
        before = set(ask("SELECT id FROM patient"))
        take_in(one.bundle, house.north, name=f"{one.key}.json")
        ((patient,),) = set(ask("SELECT id FROM patient")) - before
        if one.key in lately:
            task = make_task(house, UUID(str(patient)))
            log_contact(house.acting("dana", at=at), task, version=1, result=ContactResult.NO_ANSWER, note="")


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_on_every_day_the_list_of_the_demo_has_people_to_call(house: House, on: date) -> None:
    arrive(house, on)
    acting = at_work(house, on)

    found = get_new_list_page(acting, draft=choose_list(acting, house.north)).found

    assert found is not None
    assert found.called >= told.LEAST_LISTED


def test_the_first_list_that_finds_enough_is_taken_and_some_are_left_after_the_first_calls(house: House) -> None:
    on = DAYS[0]
    arrive(house, on)
    acting = at_work(house, on)
    # No check has run: nobody is known to lack a test, and the list goes by when somebody was seen.
    assert choose_list(acting, house.north).rule.no_visit_days

    _call_from_list(
        lambda who, at: house.acting("sol" if who == told.LISTED_BY else "dana", at=at), house.north, acting.at
    )

    ((key, state),) = ask("SELECT id, state FROM outreach_list")
    page = get_list_page(acting, list_id=UUID(str(key)))
    assert state == ListState.OPEN
    assert page.row.waiting >= told.LEAST_LISTED - len(told.CALLS)
    assert ask("SELECT count(*) FROM contact_try WHERE entry_id IS NOT NULL") == [(len(told.CALLS),)]


def test_where_no_list_finds_enough_the_one_that_finds_most_is_taken(house: House) -> None:
    acting = at_work(house, DAYS[0])

    assert choose_list(acting, house.north).name == told.LISTS[0][0]
