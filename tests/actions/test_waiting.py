"""A visit that stands rests until its look: under Waiting, not among what needs somebody; then it is raised."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions.scheduling import cancel_visit, confirm_visit
from careloop.actions.sweep import sweep_due_loops
from careloop.actions.worklist import log_contact
from careloop.facts.access import Acting, Purpose
from careloop.facts.scheduling import CancelledBy, CancelReason
from careloop.facts.worklist import ContactResult
from careloop.reads.frame import count_frame
from careloop.reads.team import get_team_page
from careloop.reads.worklist import get_today_page
from tests.actions.places import Places
from tests.actions.visits import at, booked, loop_of, make_ready
from tests.people import House, system

pytestmark = pytest.mark.django_db


def lists(who: Acting) -> tuple[list[UUID], list[UUID]]:
    """Return what needs somebody and what waits; the tabs and the navigation count the same."""
    needs, waits = (
        [row.id for group in get_today_page(who, tab=tab).groups for row in group.rows]
        for tab in ("needs_you", "waiting")
    )
    counts = {tab.key: tab.count for tab in get_today_page(who).tabs}
    assert (counts["needs_you"], counts["waiting"]) == (len(needs), len(waits))
    assert count_frame(who).need_you == len(needs)
    return needs, waits


def test_a_booked_visit_waits_until_the_morning_of_its_look_and_is_raised_then(
    house: House, rosa: UUID, places: Places
) -> None:
    dana = house.acting("dana")
    what = places.talk_at(9)
    held, version = booked(dana, rosa, replace(what, wall=what.wall + timedelta(days=21)))
    make_ready(dana, held)
    look = loop_of(held)["next_at"]

    assert held.loop_id in lists(dana)[1]
    assert held.loop_id not in lists(dana)[0]
    asleep = sweep_due_loops(system(Purpose.SWEEP, look - timedelta(seconds=1)), how_many=50)
    assert held.loop_id in lists(at(dana, look))[1], asleep
    sweep_due_loops(system(Purpose.SWEEP, look), how_many=50)
    assert held.loop_id in lists(at(dana, look))[0]
    assert held.loop_id not in lists(at(dana, look))[1]

    confirm_visit(at(dana, look), held.booking_id, version=version)
    assert held.loop_id in lists(at(dana, look))[1]
    cancel_visit(at(dana, look), held.booking_id, version=version + 1, by=CancelledBy.PATIENT, reason=CancelReason.SICK)
    assert held.loop_id in lists(at(dana, look))[0]


def test_somebody_who_is_to_be_called_again_stays_on_the_list_and_nothing_ahead_counts_as_not_moved(
    house: House, rosa: UUID, places: Places
) -> None:
    dana = house.acting("dana")
    what = places.talk_at(10)
    held, _version = booked(dana, rosa, replace(what, wall=what.wall + timedelta(days=42)))
    team = get_team_page(house.acting("sol", at=dana.at + timedelta(days=20)))
    assert [line.still_count for line in team.people if line.person_id == dana.person_id] == [0]

    loop = get_today_page(dana, tab="waiting", selected=held.loop_id).selected
    assert loop is not None
    log_contact(dana, held.loop_id, version=loop.row.version, result=ContactResult.LEFT_MESSAGE, note="")

    assert held.loop_id in lists(dana)[0]
