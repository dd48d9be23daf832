"""The demo's class for several patients: opened by a supervisor, and booked from the patients' own pages."""

from datetime import date, datetime, timedelta
from uuid import UUID

from careloop.actions.calendars import add_visit_type, open_group_visit
from careloop.actions.scheduling import book_visit, hold_visit
from careloop.catalog.demo.groups import APART, AT, CLASS, FIRST_AFTER, LEADER, SEATS, TIMES, WEEKDAY
from careloop.facts.access import Acting
from careloop.facts.scheduling import VisitAsk
from careloop.facts.visits import Wish
from careloop.jobs.filling_visits import VisitBook
from careloop.reads.hours import list_calendars
from careloop.reads.visits import get_times_page
from careloop.rules.scheduling import TimeTaken

# A week in which the clinic is closed or the leader is busy is passed over.
WEEKS = 4


def open_groups(acting: Acting, today: date, unit_id: int) -> UUID:
    """Make the class a kind of visit and open its times; return the kind."""
    leader = next(line.entry_id for line in list_calendars(acting) if line.name == LEADER)
    kind = add_visit_type(acting, CLASS)
    first = today + FIRST_AFTER
    first += timedelta(days=(WEEKDAY - first.isoweekday()) % 7)
    for number in range(TIMES):
        _open(acting, kind, unit_id, first + number * APART, leader)
    return kind


def fill_groups(book: VisitBook, kind: UUID, at: datetime) -> None:
    """Book those who want to come into the first group with a free seat, each from their own page."""
    for patient in (one for one in SEATS if one in book.patients):
        acting, key = book.acting(patient, at), book.patients[patient]
        groups = get_times_page(acting, key, visit_type_id=kind, wish=Wish()).groups
        if not groups:
            continue
        ask = VisitAsk(kind, groups[0].promised.wall, group_id=groups[0].id)
        held = hold_visit(acting, key, ask, key=f"demo class {patient}")
        book_visit(acting, held.booking_id, token=held.token)


def _open(acting: Acting, kind: UUID, unit_id: int, on: date, leader: UUID) -> None:
    for week in range(WEEKS):
        wall = datetime.combine(on + timedelta(weeks=week), AT)
        try:
            open_group_visit(acting, visit_type_id=kind, unit_id=unit_id, wall=wall, entry_ids=[leader])
        except TimeTaken:
            continue
        return
