"""Reminders of visits as they are planned: what changed is planned again, many visits in few statements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from careloop.basics.ids import new_id
from careloop.catalog.reminders import load_ladder
from careloop.facts.access import Acting
from careloop.facts.consents import Road
from careloop.facts.reminders import (
    LADDER,
    Kept,
    LadderPlan,
    LadderVisit,
    Planned,
    ReminderKind,
    ReminderState,
    Rung,
    WithdrawnWhy,
)
from careloop.facts.scheduling import BookingState
from careloop.records.models import Booking, Reminder, ReminderPlan, ReminderRung
from careloop.rules.preparation import list_items
from careloop.rules.reminders import choose_rungs, is_prepared_for, plan_ladder, restate
from careloop.worklist.preparation import load_costs, needs_of
from careloop.worklist.reminder_calls import close_calls

STANDS = (str(BookingState.BOOKED), str(BookingState.CONFIRMED))
Key = tuple[ReminderKind, datetime]


def plan_visits(acting: Acting, booking_ids: Sequence[UUID]) -> int:
    """Plan the reminders of visits that changed, and end what they have made needless; return how many visits.

    The visit is held first, as whoever changes it does, so that neither stands in the other's way: one that changes
    now waits, and is planned again. What somebody else holds is left for the next round.
    """
    found = Booking.objects.filter(pk__in=booking_ids).select_related("visit_type", "patient").order_by("pk")
    bookings = {row.pk: row for row in found.select_for_update(of=("self",), no_key=True, skip_locked=True)}
    rows = ReminderPlan.objects.filter(pk__in=list(bookings), is_due=True).order_by("pk")
    plans = {row.pk: row for row in rows.select_for_update(of=("self",), no_key=True, skip_locked=True)}
    bookings = {key: row for key, row in bookings.items() if key in plans}
    standing = [row for row in bookings.values() if row.state in STANDS]
    own, kept = load_own(row.visit_type_id for row in standing), _load_kept(standing)
    costs = load_costs(row.pk for row in standing)
    laddered = {
        row.pk: _plan(acting, row, own.get(row.visit_type_id, ()), has_cost=row.pk in costs) for row in standing
    }
    _write(acting, standing, laddered, kept)
    close_calls(acting, [row for row in bookings.values() if row.state != str(BookingState.BOOKED)])
    _keep_plans(acting, list(plans), laddered)
    return len(plans)


def load_own(visit_type_ids: Iterable[UUID]) -> Mapping[UUID, list[Rung]]:
    """Return the rungs that the clinic has set for kinds of visits, by the kind."""
    found: dict[UUID, list[Rung]] = {}
    for row in ReminderRung.objects.filter(visit_type__in=set(visit_type_ids), replaced_at=None).order_by("id"):
        found.setdefault(row.visit_type_id, []).append(read_rung(row))
    return found


def read_rung(row: ReminderRung) -> Rung:
    """Return a rung as the rules read it."""
    roads = tuple(Road(road) for road in row.roads)
    return Rung(ReminderKind(row.kind), row.days_before, row.at, roads, row.good_hours, row.is_on)


def _plan(acting: Acting, booking: Booking, own: Sequence[Rung], *, has_cost: bool) -> LadderPlan:
    rungs = choose_rungs(load_ladder(), own, booking.starts_wall.date())
    visit = LadderVisit(
        starts_at=booking.starts_at,
        starts_wall=booking.starts_wall,
        zone=booking.zone,
        is_confirmed=booking.state == BookingState.CONFIRMED,
        has_preparation=has_cost or is_prepared_for(list_items(needs_of(booking))),
    )
    return plan_ladder(visit, rungs, acting.at)


def _load_kept(bookings: Sequence[Booking]) -> Mapping[UUID, dict[Key, Kept]]:
    """Return what each visit has of its ladder already."""
    found: dict[UUID, dict[Key, Kept]] = {}
    rows = Reminder.objects.filter(booking__in=[row.pk for row in bookings], kind__in=[str(one) for one in LADDER])
    for booking_id, kind, due_at, state, why in rows.values_list("booking_id", "kind", "due_at", "state", "why"):
        how = Kept.GONE
        if state == ReminderState.PLANNED:
            how = Kept.PLANNED
        elif why == WithdrawnWhy.LADDER:
            how = Kept.LEFT
        found.setdefault(booking_id, {})[ReminderKind(kind), due_at] = how
    return found


def _write(
    acting: Acting,
    bookings: Sequence[Booking],
    laddered: Mapping[UUID, LadderPlan],
    kept: Mapping[UUID, dict[Key, Kept]],
) -> None:
    """Write what is new of all visits in one statement, and withdraw what is not wanted any more in two at most."""
    new: list[Reminder] = []
    over: dict[WithdrawnWhy, list[UUID]] = {}
    for booking in bookings:
        fresh, gone = restate(laddered[booking.pk], kept.get(booking.pk, {}))
        new += [_row(acting, booking, one) for one in fresh]
        why = WithdrawnWhy.SAID_YES if booking.state == BookingState.CONFIRMED else WithdrawnWhy.LADDER
        if gone:
            keys = Reminder.objects.filter(booking=booking, state=str(ReminderState.PLANNED))
            wanted = {(str(kind), due_at) for kind, due_at in gone}
            pairs = keys.values_list("pk", "kind", "due_at")
            over.setdefault(why, []).extend(pk for pk, kind, due_at in pairs if (kind, due_at) in wanted)
    changed = ["state", "state_since", "why", "booking_version", "good_until", "roads"]
    Reminder.objects.bulk_create(
        new, update_conflicts=True, unique_fields=["booking", "kind", "due_at"], update_fields=changed
    )
    for why, keys_over in over.items():
        withdraw(acting, keys_over, why)


def withdraw(acting: Acting, keys: Sequence[UUID], why: WithdrawnWhy) -> None:
    """Take back reminders that are only planned."""
    Reminder.objects.filter(pk__in=keys, state=str(ReminderState.PLANNED)).update(
        state=str(ReminderState.WITHDRAWN), why=str(why), state_since=acting.at
    )


def _row(acting: Acting, booking: Booking, planned: Planned) -> Reminder:
    return Reminder(
        id=new_id(acting.at),
        patient_id=booking.patient_id,
        unit_id=booking.unit_id,
        label_mask=booking.label_mask,
        booking=booking,
        booking_version=booking.version,
        kind=str(planned.kind),
        due_at=planned.due_at,
        good_until=planned.good_until,
        roads=[str(road) for road in planned.roads],
        state=str(ReminderState.PLANNED),
        state_since=acting.at,
    )


def _keep_plans(acting: Acting, keys: Sequence[UUID], laddered: Mapping[UUID, LadderPlan]) -> None:
    """Note what was left out: visits of which the same was left out together."""
    groups: dict[tuple[tuple[str, str], ...], list[UUID]] = {}
    for key in keys:
        plan = laddered.get(key)
        skipped = tuple((str(one.kind), str(one.why)) for one in plan.skipped) if plan else ()
        groups.setdefault(skipped, []).append(key)
    for skipped, members in groups.items():
        stored = [list(one) for one in skipped]
        ReminderPlan.objects.filter(pk__in=members).update(is_due=False, planned_at=acting.at, skipped=stored)
