"""Outages: who or what is out and when, and what became of each visit that fell out."""

from django.db import models
from django.db.models import Q

from careloop.facts.outages import Moved
from careloop.records.base import Uuid7Record
from careloop.records.calendars import hold_days_and_hours
from careloop.records.directory import DirectoryEntry
from careloop.records.people import OfPatient, Person
from careloop.records.scheduling import Booking
from careloop.records.worklist import Loop


class Outage(Uuid7Record):
    """That somebody or something is out, on the clocks of the entry; it holds while its day stands in the calendar.

    Without times it is the whole days, else so long on each day.
    """

    entry = models.ForeignKey(DirectoryEntry, on_delete=models.PROTECT)
    first_on = models.DateField()
    last_on = models.DateField()
    opens = models.TimeField(null=True)
    closes = models.TimeField(null=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    undone_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "outage"
        constraints = [
            *hold_days_and_hours("outage"),
            models.CheckConstraint(
                name="outage_undone_by_somebody",
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]


class OutageMove(OfPatient):
    """What became of a visit of an outage: its new booking, or the loop in which a person sees to it.

    ``loop`` is the one in which the patient is told, or the visit is seen to. Of a visit that was put back
    ``new_booking`` is the one at the old time. ``was_confirmed`` is whether the patient had said they would come.
    """

    id = models.BigAutoField(primary_key=True)
    outage = models.ForeignKey(Outage, on_delete=models.PROTECT, db_index=False)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="+")
    new_booking = models.ForeignKey(Booking, null=True, on_delete=models.PROTECT, related_name="+")
    loop = models.ForeignKey(Loop, on_delete=models.PROTECT, db_index=False)
    became = models.TextField()
    was_confirmed = models.BooleanField(default=False)
    why = models.JSONField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "outage_move"
        constraints = [
            models.UniqueConstraint(name="outage_move_once", fields=["outage", "booking"]),
            models.CheckConstraint(name="outage_move_is_known", condition=Q(became__in=[str(one) for one in Moved])),
            models.CheckConstraint(
                name="outage_move_has_place",
                condition=Q(became="left", new_booking=None) | ~Q(became="left") & Q(new_booking__isnull=False),
            ),
        ]
