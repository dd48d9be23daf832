"""How the clinic is run: changes of role and ends of work with their day, opening hours, and days of its own."""

from django.db import models
from django.db.models import F, Q

from careloop.facts.access import Role
from careloop.facts.administration import StaffStep
from careloop.records.base import Record, Uuid7Record
from careloop.records.people import Person, Unit


class StaffChange(Uuid7Record):
    """That somebody begins, changes role or stops working here: from when, who asked, who agreed, when it was done."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    step = models.TextField()
    role_before = models.TextField(blank=True, default="")
    role_after = models.TextField(blank=True, default="")
    from_at = models.DateTimeField()
    reason = models.TextField(blank=True, default="")
    needs_second = models.BooleanField(default=False)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    agreed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False, null=True)
    agreed_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False, null=True)
    withdrawn_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "staff_change"
        constraints = [
            models.CheckConstraint(
                name="staff_change_step_is_known", condition=Q(step__in=[str(step) for step in StaffStep])
            ),
            models.CheckConstraint(
                name="staff_change_role_is_known", condition=Q(role_after__in=["", *(str(role) for role in Role)])
            ),
            models.CheckConstraint(
                name="staff_change_agreed_by_another", condition=Q(agreed_by=None) | ~Q(agreed_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="staff_change_waits_for_second",
                condition=Q(applied_at=None) | Q(needs_second=False) | Q(agreed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="staff_change_is_done_or_withdrawn", condition=Q(applied_at=None) | Q(withdrawn_at=None)
            ),
            models.UniqueConstraint(
                name="staff_change_one_waits",
                fields=["person"],
                condition=Q(applied_at=None, withdrawn_at=None),
            ),
        ]
        indexes = [
            models.Index(name="staff_change_due", fields=["from_at"], condition=Q(applied_at=None, withdrawn_at=None))
        ]


class OpeningHours(Record):
    """When a site is open on a day of the week (1 is Monday), in the site's zone; no row is closed."""

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False)
    weekday = models.SmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        app_label = "records"
        db_table = "opening_hours"
        constraints = [
            models.UniqueConstraint(name="hours_once_a_weekday", fields=["unit", "weekday"]),
            models.CheckConstraint(name="hours_weekday_is_known", condition=Q(weekday__gte=1, weekday__lte=7)),
            models.CheckConstraint(name="hours_close_after_opening", condition=Q(closes__gt=F("opens"))),
        ]


class ClinicDay(Record):
    """A day on which the clinic differs from the federal holidays: closed as well, or open all the same."""

    on = models.DateField(primary_key=True)
    is_open = models.BooleanField(default=False)
    name = models.TextField()
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "clinic_day"
        constraints = [models.CheckConstraint(name="clinic_day_has_name", condition=~Q(name=""))]


class FirstRun(Record):
    """The setting up of this database: the key that opens it, the answers so far, and when it was closed."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    key_hash = models.TextField()
    answers = models.JSONField(default=dict)
    version = models.IntegerField(default=1)
    made_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    demo_asked_at = models.DateTimeField(null=True)
    demo_broke_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "first_run"
        constraints = [models.CheckConstraint(name="first_run_is_one", condition=Q(id=1))]


class HeldFile(Uuid7Record):
    """A file that was tried and may be taken in with the next press: kept for a day at most, then gone."""

    name = models.TextField()
    dates = models.TextField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False)
    body = models.BinaryField()
    held_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "held_file"
