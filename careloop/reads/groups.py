"""Group visits as pages: those to come, and one with its seats. Patients stand in them only within reach."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right
from careloop.facts.directory import EntryKind
from careloop.facts.groups import GroupPage, GroupSeat, GroupsPage
from careloop.facts.scheduling import BookingState
from careloop.guard.doors import Shown, listing, managing
from careloop.guard.grants import Reach, load_reach
from careloop.reads.visit_rows import list_group_kinds
from careloop.records.models import Booking, CalendarHours, DirectoryEntry, GroupVisit, Unit
from careloop.rules.access import has_right
from careloop.worklist.group_times import GROUPS_AHEAD, load_groups

LINES = 500
# Whoever gave a seat back is not in the group any more.
GIVEN_BACK = (BookingState.CANCELLED, BookingState.BUMPED, BookingState.RELEASED)
# A group that has begun stays on the list of those to come so long: somebody is late, or it is looked up after it.
A_WHILE = timedelta(hours=12)


@managing(needs=Right.BOOKING_READ, write=False)
def get_groups_page(acting: Acting) -> GroupsPage:
    """Return the group visits of the next twelve weeks that this person may know of, and what a new one is made of."""
    may_open = has_right(acting, Right.CALENDAR_WRITE)
    kinds = list_group_kinds(acting)
    rows = GroupVisit.objects.filter(is_cancelled=False, visit_type__in=kinds)
    rows = rows.filter(starts_at__gt=acting.at - A_WHILE, starts_at__lt=acting.at + GROUPS_AHEAD)
    with_hours = Exists(CalendarHours.objects.filter(entry_id=OuterRef("pk")))
    people = DirectoryEntry.objects.filter(with_hours, kind=str(EntryKind.PRACTITIONER), is_active=True)
    teams = Unit.objects.filter(pk__in=load_reach(acting).units, kind="team").order_by("name")
    return GroupsPage(
        at=acting.at,
        groups=load_groups(rows),
        kinds=tuple((row.pk, row.name) for row in kinds if row.is_active) if may_open else (),
        people=tuple((row.pk, row.name) for row in people.order_by("name_key", "id")[:LINES]) if may_open else (),
        teams=tuple((row.pk, row.name) for row in teams) if may_open else (),
        may_open=may_open,
    )


@listing(needs=Right.BOOKING_READ)
def get_group_page(acting: Acting, reach: Reach, *, group_id: UUID) -> Shown[GroupPage]:
    """Return one group visit with the patients within reach who have a seat; of the others only how many.

    :raises NotFound: if there is none, or its kind is kept from this role
    """
    row = GroupVisit.objects.filter(pk=group_id, visit_type__in=list_group_kinds(acting)).select_related("unit").first()
    if row is None:
        raise NotFound
    (group,) = load_groups(GroupVisit.objects.filter(pk=group_id))
    ours = Q(unit_id__in=reach.units) | Q(patient_id__in=reach.patients)
    bookings = Booking.objects.filter(ours, group_id=group_id).exclude(state__in=[str(one) for one in GIVEN_BACK])
    found = list(bookings.select_related("patient").order_by("seat_no", "id"))
    page = GroupPage(
        at=acting.at,
        group=group,
        team=row.unit.name,
        seats=tuple(GroupSeat(one.pk, one.patient.full_name, BookingState(one.state)) for one in found),
        others=group.taken - sum(one.occupies for one in found),
        is_cancelled=row.is_cancelled,
        may_cancel=has_right(acting, Right.CALENDAR_WRITE)
        and not row.is_cancelled
        and not group.taken
        and row.unit_id in reach.units,
    )
    return Shown(page, tuple(dict.fromkeys(one.patient_id for one in found)), asked=str(group_id))
