"""Absences: who is away, who has which of their patients meanwhile, which loops moved; and how people work."""

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import F, Q

from careloop.facts.covering import PartState
from careloop.records.base import Record, Uuid7Record
from careloop.records.people import OfPatient, Person, Unit
from careloop.records.worklist import Loop


class Absence(Uuid7Record):
    """That somebody is away and their patients are shared out. No word of a patient is here.

    ``units`` are the teams of these patients; ``began_at`` is when the loops moved, ``ended_at`` when all came back.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False)
    units = ArrayField(models.IntegerField())
    during = DateTimeRangeField()
    is_sudden = models.BooleanField(default=False)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "records"
        db_table = "absence"
        constraints = [
            models.CheckConstraint(
                name="absence_has_days", condition=Q(during__upper_inf=False) & Q(during__isempty=False)
            ),
        ]
        indexes = [models.Index(name="absence_live", fields=["made_at"], condition=Q(ended_at=None))]


class AbsencePart(Record):
    """What one colleague was asked to take over, and whether they said that they have it."""

    id = models.BigAutoField(primary_key=True)
    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, db_index=False)
    covering = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.TextField(default=str(PartState.OFFERED))
    expires_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "absence_part"
        constraints = [
            models.UniqueConstraint(name="absence_part_once", fields=["absence", "covering"]),
            models.CheckConstraint(
                name="absence_part_state_is_known", condition=Q(state__in=[str(s) for s in PartState])
            ),
            models.CheckConstraint(
                name="absence_part_answered_says_when",
                condition=Q(state="offered", answered_at=None, expires_at__isnull=False)
                | (~Q(state="offered") & Q(answered_at__isnull=False)),
            ),
        ]


class AbsenceShare(OfPatient):
    """Who has one patient of somebody who is away, and why; another colleague is another row."""

    id = models.BigAutoField(primary_key=True)
    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, db_index=False)
    covering = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    because = models.JSONField(default=list)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "absence_share"
        constraints = [
            models.UniqueConstraint(
                name="absence_share_one", fields=["absence", "patient"], condition=Q(ended_at=None)
            ),
        ]
        indexes = [models.Index(name="absence_share_by_patient", fields=["patient"])]


class AbsenceLoop(OfPatient):
    """A loop that moved because somebody is away, and when it came back."""

    id = models.BigAutoField(primary_key=True)
    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, db_index=False)
    loop = models.ForeignKey(Loop, on_delete=models.PROTECT)
    moved_at = models.DateTimeField()
    back_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "absence_loop"
        constraints = [models.UniqueConstraint(name="absence_loop_once", fields=["absence", "loop"])]


class WorkProfile(Record):
    """How somebody works from a day on: minutes for coordination, Monday first; languages; what they know best."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    from_on = models.DateField()
    minutes = ArrayField(models.SmallIntegerField(), size=7)
    languages = ArrayField(models.TextField(), default=list)
    specialties = ArrayField(models.TextField(), default=list)
    said_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    said_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "work_profile"
        indexes = [models.Index(F("person"), F("from_on").desc(), F("id").desc(), name="work_profile_newest")]
