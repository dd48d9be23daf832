"""Reminders of visits: planned when a visit changes, paused with a reason, and the ladder of each kind of visit."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.reminders import LADDER, Rung
from careloop.facts.worklist import Event, State
from careloop.guard.context import enter
from careloop.guard.doors import action, managing, unattended
from careloop.records.models import Booking, Loop, ReminderPlan, ReminderRung, VisitType
from careloop.rules.reminders import check_rung, clean_reason
from careloop.worklist.reminder_plans import STANDS, plan_visits, read_rung
from careloop.worklist.reminder_sending import send_reminders
from careloop.worklist.settle import Change, change


@unattended(needs=Right.WORK_UNATTENDED)
def plan_due_reminders(acting: Acting, *, how_many: int) -> int:
    """Plan the reminders of visits that are new or have changed; return how many visits were looked at.

    It costs what has changed, however many visits there are.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT booking_id, patient_id FROM due_reminder_plans(%s)", [how_many])
        due = cursor.fetchall()
    enter(patients={row[1] for row in due})
    return plan_visits(acting, [row[0] for row in due])


@unattended(needs=Right.WORK_UNATTENDED)
def send_due_reminders(acting: Acting, *, how_many: int) -> int:
    """Hand reminders of visits that are due to the outbox, or ask a person to call; return how many were looked at."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reminder_id, patient_id FROM due_reminders(%s, %s)", [acting.at, how_many])
        due = cursor.fetchall()
    enter(patients={row[1] for row in due})
    return send_reminders(acting, [row[0] for row in due])


@action(needs=Right.BOOKING_WRITE, about=Booking)
def pause_reminders(acting: Acting, booking: Booking, *, reason: str) -> None:
    """Pause the reminders of one visit; what is due meanwhile does not go.

    :raises Refusal: if no reason is given, or the visit has no reminders any more
    """
    words = clean_reason(reason)
    plan = _lock_plan(booking)
    if plan.paused_at is not None:
        raise Refusal(Say("refusal.reminders_paused"))
    plan.paused_at, plan.paused_by_id, plan.pause_reason = acting.at, acting.person_id, words
    plan.save()
    _tell(acting, booking, Say("event.reminders_paused"), words)


@action(needs=Right.BOOKING_WRITE, about=Booking)
def resume_reminders(acting: Acting, booking: Booking) -> None:
    """Let the reminders of one visit go again; those whose time went by meanwhile do not go late.

    :raises Refusal: if they are not paused, or the visit has no reminders any more
    """
    plan = _lock_plan(booking)
    if plan.paused_at is None:
        raise Refusal(Say("refusal.reminders_not_paused"))
    plan.paused_at = plan.paused_by_id = None
    plan.pause_reason = ""
    plan.save()
    _tell(acting, booking, Say("event.reminders_resumed"), "")


@managing(needs=Right.CALENDAR_WRITE)
def set_ladder(acting: Acting, *, visit_type_id: UUID, rungs: Sequence[Rung]) -> int:
    """Set the rungs of the ladder of one kind of visit; return how many visits to come are planned again.

    What was set before is kept with its last day. A rung that is as it was is left as it is.

    :raises NotFound: if there is no such kind of visit
    :raises Refusal: if a rung cannot be climbed, or one is given twice
    """
    if not VisitType.objects.select_for_update(of=("self",), no_key=True).filter(pk=visit_type_id).exists():
        raise NotFound
    kinds = [rung.kind for rung in rungs]
    if len(set(kinds)) != len(kinds) or not set(kinds) <= set(LADDER):
        raise Refusal(Say("refusal.rung_twice"))
    for rung in rungs:
        check_rung(rung)
    rows = ReminderRung.objects.filter(visit_type=visit_type_id, replaced_at=None)
    before = {row.kind: row for row in rows}
    changed = [rung for rung in rungs if rung.kind not in before or read_rung(before[rung.kind]) != rung]
    rows.filter(kind__in=[str(rung.kind) for rung in changed]).update(replaced_at=acting.at)
    for rung in changed:
        _keep_rung(acting, visit_type_id, rung)
    return _replan(visit_type_id) if changed else 0


def _keep_rung(acting: Acting, visit_type_id: UUID, rung: Rung) -> None:
    ReminderRung(
        visit_type_id=visit_type_id,
        kind=str(rung.kind),
        days_before=rung.days_before,
        at=rung.at,
        roads=[str(road) for road in rung.roads],
        good_hours=rung.good_hours,
        is_on=rung.is_on,
        set_by_id=acting.person_id,
        set_at=acting.at,
    ).save(force_insert=True)


def _replan(visit_type_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT replan_visits(%s)", [visit_type_id])
        return int(cursor.fetchone()[0])


def _lock_plan(booking: Booking) -> ReminderPlan:
    rows = ReminderPlan.objects.select_for_update(of=("self",), no_key=True)
    plan: ReminderPlan | None = rows.filter(pk=booking.pk).first()
    if plan is None or booking.state not in STANDS:
        raise Refusal(Say("refusal.reminders_none"))
    return plan


def _tell(acting: Acting, booking: Booking, say: Say, words: str) -> None:
    """Write into the history of the visit's loop what was done about its reminders."""
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=booking.loop_id)
    if loop.state != State.CLOSED:
        change(acting, loop, Change(Event.FACTS_CHANGED, say, note=words))
