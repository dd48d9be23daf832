"""Reminders: the clinic's own ladders, which visits have to be planned, and every reminder of a visit or a medicine."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from careloop.facts.medicine_reminders import ScheduleState, StopWhy
from careloop.facts.reminders import LADDER, ReminderAnswer, ReminderKind, ReminderState, WithdrawnWhy
from careloop.records.base import Record, Uuid7Record
from careloop.records.calendars import VisitType
from careloop.records.chart import Resource
from careloop.records.people import OfPatient, Person
from careloop.records.scheduling import Booking, WallTimeField
from careloop.records.worklist import Loop

WENT = [str(ReminderState.SENT), str(ReminderState.ANSWERED)]
WHYS = ["", *(str(one) for one in WithdrawnWhy)]
ANSWERS = ["", *(str(one) for one in ReminderAnswer)]


class ReminderRung(Record):
    """A rung of the ladder as a clinic set it for one kind of visit. One that was set anew is kept."""

    id = models.BigAutoField(primary_key=True)
    visit_type = models.ForeignKey(VisitType, on_delete=models.PROTECT, db_index=False)
    kind = models.TextField()
    days_before = models.SmallIntegerField()
    at = models.TimeField()
    roads = ArrayField(models.TextField(), default=list)
    good_hours = models.SmallIntegerField()
    is_on = models.BooleanField(default=True)
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "reminder_rung"
        constraints = [
            models.CheckConstraint(name="rung_kind_is_known", condition=Q(kind__in=[str(k) for k in LADDER])),
            models.CheckConstraint(
                name="rung_is_before", condition=Q(days_before__range=(1, 60)) & Q(good_hours__range=(1, 168))
            ),
            models.UniqueConstraint(name="rung_once", fields=["visit_type", "kind"], condition=Q(replaced_at=None)),
        ]


class ReminderPlan(OfPatient):
    """That a visit has reminders: which version of it was planned, what was left out, and whether they are paused.

    ``is_due`` is set by the database when the visit changes, and taken back by the worker that has looked at it.
    """

    booking = models.OneToOneField(Booking, primary_key=True, on_delete=models.PROTECT)
    version = models.IntegerField()
    is_due = models.BooleanField(default=True)
    planned_at = models.DateTimeField(null=True)
    skipped = models.JSONField(default=list)
    paused_at = models.DateTimeField(null=True)
    paused_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    pause_reason = models.TextField(blank=True, default="")

    class Meta:
        app_label = "records"
        db_table = "reminder_plan"
        constraints = [
            models.CheckConstraint(
                name="reminder_pause_says_who_and_why",
                condition=Q(paused_at=None, paused_by=None, pause_reason="")
                | Q(paused_at__isnull=False, paused_by__isnull=False, pause_reason__gt=""),
            ),
        ]
        indexes = [models.Index(name="reminder_plan_due", fields=["booking"], condition=Q(is_due=True))]


class Reminder(OfPatient, Uuid7Record):
    """One reminder of one visit: for which version of it, due when, and what became of it.

    ``old_booking`` is the visit's time before, where the reminder tells that it moved; ``loop`` the one in which a
    person calls. ``message_id`` is what went out.
    """

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, db_index=False)
    booking_version = models.IntegerField()
    kind = models.TextField()
    due_at = models.DateTimeField()
    good_until = models.DateTimeField()
    roads = ArrayField(models.TextField(), default=list)
    state = models.TextField(default=str(ReminderState.PLANNED))
    state_since = models.DateTimeField()
    why = models.TextField(blank=True, default="")
    road = models.TextField(blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    message_id = models.UUIDField(null=True)
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    old_booking = models.ForeignKey(
        Booking, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    loop = models.ForeignKey(Loop, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False)

    class Meta:
        app_label = "records"
        db_table = "reminder"
        constraints = [
            models.UniqueConstraint(name="reminder_once", fields=["booking", "kind", "due_at"]),
            models.UniqueConstraint(name="reminder_sent_once", fields=["booking", "kind"], condition=Q(state__in=WENT)),
            models.CheckConstraint(name="reminder_kind_is_known", condition=Q(kind__in=[str(k) for k in ReminderKind])),
            models.CheckConstraint(
                name="reminder_state_is_known", condition=Q(state__in=[str(s) for s in ReminderState])
            ),
            models.CheckConstraint(name="reminder_why_is_known", condition=Q(why__in=WHYS)),
            models.CheckConstraint(name="reminder_answer_is_known", condition=Q(answer__in=ANSWERS)),
            models.CheckConstraint(
                name="reminder_withdrawn_says_why",
                condition=Q(state="withdrawn", why__gt="") | (~Q(state="withdrawn") & Q(why="")),
            ),
            models.CheckConstraint(
                name="reminder_sent_says_when",
                condition=~Q(state__in=WENT) | Q(sent_at__isnull=False, message_id__isnull=False),
            ),
            models.CheckConstraint(
                name="reminder_answered_says_what",
                condition=~Q(state="answered") | Q(answer__gt="", answered_at__isnull=False),
            ),
            models.CheckConstraint(name="reminder_ends_later", condition=Q(good_until__gt=F("due_at"))),
        ]
        indexes = [
            models.Index(name="reminder_due", fields=["due_at"], condition=Q(state="planned")),
            models.Index(name="reminder_by_patient", fields=["patient", "due_at"]),
        ]


class MedicineSchedule(OfPatient, Uuid7Record):
    """That a patient is reminded of a medicine: on which statement of the list it rests, at which times, until when.

    ``is_due`` is set by the database when the statement changes: a person has to look. ``planned_until`` is the
    moment until which reminders are planned.
    """

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, db_constraint=False)
    statement_version = models.IntegerField()
    label = models.TextField()
    times = ArrayField(models.TimeField())
    zone = models.TextField()
    road = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    consent = models.TextField()
    state = models.TextField(default=str(ScheduleState.ACTIVE))
    state_since = models.DateTimeField()
    why = models.TextField(blank=True, default="")
    is_due = models.BooleanField(default=False)
    planned_until = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "records"
        db_table = "medicine_schedule"
        constraints = [
            models.CheckConstraint(
                name="schedule_state_is_known", condition=Q(state__in=[str(s) for s in ScheduleState])
            ),
            models.CheckConstraint(
                name="schedule_why_is_known", condition=Q(why__in=["", *(str(one) for one in StopWhy)])
            ),
            models.CheckConstraint(
                name="schedule_stopped_says_why",
                condition=Q(state="active", why="") | (~Q(state="active") & Q(why__gt="")),
            ),
            models.CheckConstraint(name="schedule_has_times", condition=Q(times__len__range=(1, 6))),
            models.CheckConstraint(name="schedule_ends", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="schedule_was_agreed_to", condition=~Q(consent="")),
            models.UniqueConstraint(
                name="schedule_once_a_statement", fields=["resource"], condition=Q(state__in=["active", "paused"])
            ),
        ]
        indexes = [
            models.Index(name="schedule_to_plan", fields=["planned_until"], condition=Q(state="active")),
            models.Index(name="schedule_to_look_at", fields=["id"], condition=Q(is_due=True)),
            models.Index(name="schedule_by_patient", fields=["patient"]),
        ]


class MedicineReminder(OfPatient, Uuid7Record):
    """One reminder of a medicine: of which version of its statement, due when, and what was answered."""

    schedule = models.ForeignKey(MedicineSchedule, on_delete=models.PROTECT, db_index=False)
    statement_version = models.IntegerField()
    due_at = models.DateTimeField()
    due_wall = WallTimeField()
    good_until = models.DateTimeField()
    state = models.TextField(default=str(ReminderState.PLANNED))
    state_since = models.DateTimeField()
    why = models.TextField(blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    message_id = models.UUIDField(null=True)
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "medicine_reminder"
        constraints = [
            models.UniqueConstraint(name="medicine_reminder_once", fields=["schedule", "due_at"]),
            models.CheckConstraint(
                name="medicine_reminder_state_is_known",
                condition=Q(state__in=["planned", "sent", "answered", "withdrawn"]),
            ),
            models.CheckConstraint(name="medicine_reminder_why_is_known", condition=Q(why__in=WHYS)),
            models.CheckConstraint(name="medicine_reminder_answer_is_known", condition=Q(answer__in=ANSWERS)),
            models.CheckConstraint(
                name="medicine_reminder_withdrawn_says_why",
                condition=Q(state="withdrawn", why__gt="") | (~Q(state="withdrawn") & Q(why="")),
            ),
            models.CheckConstraint(
                name="medicine_reminder_sent_says_when",
                condition=~Q(state__in=WENT) | Q(sent_at__isnull=False, message_id__isnull=False),
            ),
            models.CheckConstraint(name="medicine_reminder_ends_later", condition=Q(good_until__gt=F("due_at"))),
        ]
        indexes = [
            models.Index(name="medicine_reminder_due", fields=["due_at"], condition=Q(state="planned")),
            models.Index(name="medicine_reminder_by_patient", fields=["patient"]),
        ]
