"""Itineraries: care of many steps for one patient, one loop for the whole and one for each visit of it."""

from django.db import models
from django.db.models import Q

from careloop.records.base import Uuid7Record
from careloop.records.calendars import VisitType
from careloop.records.people import OfPatient, Person
from careloop.records.worklist import Loop


class Itinerary(OfPatient, Uuid7Record):
    """Care of many steps that was planned together. ``template`` names the example that it was made from."""

    loop = models.OneToOneField(Loop, on_delete=models.PROTECT)
    template = models.TextField()
    template_version = models.TextField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "itinerary"
        constraints = [models.CheckConstraint(name="itinerary_has_template", condition=~Q(template=""))]
        indexes = [models.Index(name="itinerary_by_patient", fields=["patient", "made_at"])]


class ItineraryStep(OfPatient):
    """A step of an itinerary: the loop of its visit, on which its bookings hang, and a result that stops what follows.

    ``key`` is the step's name in the template.
    """

    id = models.BigAutoField(primary_key=True)
    itinerary = models.ForeignKey(Itinerary, on_delete=models.PROTECT, db_index=False)
    key = models.TextField()
    loop = models.OneToOneField(Loop, on_delete=models.PROTECT)
    visit_type = models.ForeignKey(VisitType, on_delete=models.PROTECT, db_index=False)
    abnormal_at = models.DateTimeField(null=True)
    abnormal_note = models.TextField(blank=True, default="")

    class Meta:
        app_label = "records"
        db_table = "itinerary_step"
        constraints = [
            models.UniqueConstraint(name="itinerary_step_once", fields=["itinerary", "key"]),
            models.CheckConstraint(name="itinerary_step_has_key", condition=~Q(key="")),
            models.CheckConstraint(
                name="itinerary_step_abnormal_says_what",
                condition=Q(abnormal_at=None, abnormal_note="") | Q(abnormal_at__isnull=False) & ~Q(abnormal_note=""),
            ),
        ]
