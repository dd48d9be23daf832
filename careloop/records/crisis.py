"""Crisis: what happened, as whoever was there wrote it, and the clinic's own numbers."""

from django.db import models
from django.db.models import Q

from careloop.facts.crisis import CrisisKind
from careloop.records.base import Uuid7Record
from careloop.records.people import Patient, Person, Unit
from careloop.records.worklist import Loop


class CrisisReport(Uuid7Record):
    """That somebody was in a crisis. Anybody of the staff adds one; the loop of it is opened at once or by the worker.

    Without a patient's record ``about`` says who it was. Nothing of it ever changes but its loop, once.
    """

    patient = models.ForeignKey(Patient, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    label_mask = models.IntegerField(default=0)
    kind = models.TextField()
    about = models.TextField(blank=True, default="")
    words = models.TextField()
    done = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    loop = models.OneToOneField(Loop, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "records"
        db_table = "crisis_report"
        constraints = [
            models.CheckConstraint(name="crisis_kind_is_known", condition=Q(kind__in=[str(one) for one in CrisisKind])),
            models.CheckConstraint(name="crisis_is_said", condition=~Q(words="")),
        ]
        indexes = [
            models.Index(name="crisis_to_open", fields=["at"], condition=Q(loop=None)),
            models.Index(name="crisis_by_patient", fields=["patient"]),
        ]


class CrisisNumberRow(Uuid7Record):
    """A number of the clinic itself. What it was before stays: a change ends one row and adds another."""

    name = models.TextField()
    number = models.TextField()
    hours = models.TextField(blank=True, default="")
    version = models.IntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        app_label = "records"
        db_table = "crisis_number"
        constraints = [
            models.CheckConstraint(name="crisis_number_is_said", condition=~Q(name="") & ~Q(number="")),
            models.CheckConstraint(
                name="crisis_number_ended_by_somebody",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]
