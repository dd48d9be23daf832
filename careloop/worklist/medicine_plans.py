"""Reminders of medicines a day ahead: planned, handed to the outbox when their time comes, and silence noticed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, DateField, Q
from django.db.models.functions import Cast

from careloop.basics.ids import new_id
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.catalog.reminders import load_reminder_numbers
from careloop.facts.access import Acting, Label
from careloop.facts.consents import Road, Topic
from careloop.facts.medicine_reminders import DayAnswers, MedicineMoment, ScheduleState, StopWhy
from careloop.facts.messages import Field
from careloop.facts.outbox import AboutMedicine, OutgoingDraft
from careloop.facts.reminders import ReminderState, WithdrawnWhy
from careloop.records.models import MedicineReminder, MedicineSchedule
from careloop.rules.defaults import value_on
from careloop.rules.medicine_reminders import count_silent_days, plan_moments
from careloop.rules.reminders import GOOD_HOURS, SILENT_DAYS, message_key
from careloop.worklist.medicine_answers import end_schedule
from careloop.worklist.medicine_loops import ask_for_barrier, ask_to_look, last_asked_for_barrier
from careloop.worklist.medicine_names import NAMED, NEUTRAL, may_be_named
from careloop.worklist.outbox import queue_message

AHEAD = timedelta(hours=24)
WENT = (str(ReminderState.SENT), str(ReminderState.ANSWERED))


def plan_schedules(acting: Acting, schedule_ids: Sequence[UUID]) -> int:
    """Plan a day ahead, and ask people about what has stopped, is over or is silent; return how many were looked at."""
    rows = MedicineSchedule.objects.filter(pk__in=schedule_ids).order_by("pk")
    found = list(rows.select_for_update(of=("self",), no_key=True, skip_locked=True))
    new: list[MedicineReminder] = []
    for schedule in found:
        if schedule.is_due:
            ask_to_look(acting, schedule, Say("medicine.statement_changed"))
            schedule.is_due = False
            schedule.save()
        if schedule.state == ScheduleState.ACTIVE:
            new += _plan_day(acting, schedule)
    changed = ["state", "state_since", "why", "good_until"]
    MedicineReminder.objects.bulk_create(
        new, update_conflicts=True, unique_fields=["schedule", "due_at"], update_fields=changed
    )
    return len(found)


def send_medicines(acting: Acting, reminder_ids: Sequence[UUID]) -> int:
    """Hand reminders that are due to the outbox, or leave them; return how many were looked at.

    The schedule is held first, as a statement that stops it does: a stop that comes now waits, one that came before
    is seen. One whose time went by does not go late: nobody is to take two doses close together.
    """
    rows = MedicineReminder.objects.filter(pk__in=reminder_ids, state=str(ReminderState.PLANNED))
    schedules = MedicineSchedule.objects.filter(pk__in=list(rows.values_list("schedule_id", flat=True))).order_by("pk")
    held = {one.pk: one for one in schedules.select_for_update(of=("self",), no_key=True, skip_locked=True)}
    mine = rows.filter(schedule__in=list(held)).order_by("due_at", "pk")
    due = list(mine.select_for_update(of=("self",), no_key=True, skip_locked=True))
    for one in due:
        _send(acting, one, held[one.schedule_id])
    return len(due)


def _plan_day(acting: Acting, schedule: MedicineSchedule) -> list[MedicineReminder]:
    today = acting.at.astimezone(ZoneInfo(schedule.zone)).date()
    if today > schedule.ends_on:
        end_schedule(acting, schedule, ScheduleState.ENDED, StopWhy.OVER)
        ask_to_look(acting, schedule, Say("medicine.over", day=schedule.ends_on))
        return []
    _notice_silence(acting, schedule, today)
    since, until = max(schedule.planned_until, acting.at), acting.at + AHEAD
    moments = plan_moments(
        schedule.times, schedule.zone, since=since, until=until, ends_on=schedule.ends_on,
        good_hours=value_on(load_reminder_numbers()[GOOD_HOURS], today),
    )  # fmt: skip
    schedule.planned_until = until
    schedule.save()
    return [_row(acting, schedule, one) for one in moments]


def _notice_silence(acting: Acting, schedule: MedicineSchedule, today: date) -> None:
    """Ask what stands in the way once so many whole days were silent, counted from when it was last asked."""
    wanted = value_on(load_reminder_numbers()[SILENT_DAYS], today)
    last = last_asked_for_barrier(schedule)
    since = last.opened_at if last is not None else schedule.made_at
    count = count_silent_days(_load_days(schedule, since, today))
    if count >= wanted:
        ask_for_barrier(acting, schedule, count)


def _load_days(schedule: MedicineSchedule, since: datetime, today: date) -> list[DayAnswers]:
    """Return the whole days of a schedule since a moment: how many reminders went and were answered on each."""
    rows = MedicineReminder.objects.filter(schedule=schedule, due_at__gt=since, state__in=WENT)
    days = rows.annotate(on=Cast("due_wall", DateField())).filter(on__lt=today).values_list("on")
    counted = days.annotate(sent=Count("id"), answered=Count("id", filter=Q(state="answered"))).order_by("on")
    return [DayAnswers(on, sent, answered) for on, sent, answered in counted]


def _row(acting: Acting, schedule: MedicineSchedule, moment: MedicineMoment) -> MedicineReminder:
    return MedicineReminder(
        id=new_id(acting.at),
        patient_id=schedule.patient_id,
        unit_id=schedule.unit_id,
        label_mask=schedule.label_mask,
        schedule=schedule,
        statement_version=schedule.statement_version,
        due_at=moment.due_at,
        due_wall=moment.wall,
        good_until=moment.good_until,
        state=str(ReminderState.PLANNED),
        state_since=acting.at,
    )


def _send(acting: Acting, row: MedicineReminder, schedule: MedicineSchedule) -> None:
    if schedule.state != ScheduleState.ACTIVE:
        return _leave(acting, row, WithdrawnWhy.STOPPED)
    if acting.at >= row.good_until:
        return _leave(acting, row, WithdrawnWhy.TOO_LATE)
    is_named = may_be_named(schedule.patient, row.label_mask)
    draft = OutgoingDraft(
        patient_id=row.patient_id,
        topic=Topic.MEDICINES,
        road=Road(schedule.road),
        not_before=acting.at,
        good_until=row.good_until,
        key=message_key(row.pk, row.statement_version),
        situation=NAMED if is_named else NEUTRAL,
        values={Field.MEDICINE: schedule.label} if is_named else {},
        about=AboutMedicine(schedule.resource_id, schedule.statement_version),
        labels=Label(row.label_mask),
    )
    try:
        with transaction.atomic():
            row.message_id = queue_message(acting, draft)
    except Refusal as no:
        ask_to_look(acting, schedule, no.say)
        return _leave(acting, row, WithdrawnWhy.NO_ROAD)
    row.state, row.state_since, row.sent_at = str(ReminderState.SENT), acting.at, acting.at
    row.save()
    return None


def _leave(acting: Acting, row: MedicineReminder, why: WithdrawnWhy) -> None:
    row.state, row.why, row.state_since = str(ReminderState.WITHDRAWN), str(why), acting.at
    row.save()
