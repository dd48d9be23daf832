"""Requests to amend a record: what is said to be wrong, what was answered, and every step, only added to."""

from django.db import models
from django.db.models import F, Q

from careloop.facts.amendments import AmendmentState, DenialBasis
from careloop.records.base import Uuid7Record
from careloop.records.chart import Resource
from careloop.records.people import OfPatient
from careloop.records.worklist import Loop


class Amendment(OfPatient, Uuid7Record):
    """A patient's request to correct the record, its last day, and the answer."""

    loop = models.OneToOneField(Loop, on_delete=models.PROTECT, db_constraint=False)
    resource = models.ForeignKey(Resource, null=True, on_delete=models.PROTECT, db_constraint=False)
    asked_by = models.TextField()
    asked_on = models.DateField()
    wrong = models.TextField()
    should_say = models.TextField()
    due_on = models.DateField()
    extended_because = models.TextField(blank=True, default="")
    state = models.TextField(default=str(AmendmentState.OPEN))
    basis = models.TextField(blank=True, default="")
    answer = models.TextField(blank=True, default="")
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    disagreement = models.TextField(blank=True, default="")
    made_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "records"
        db_table = "amendment"
        indexes = [models.Index(name="amendment_by_patient", fields=["patient"])]
        constraints = [
            models.CheckConstraint(
                name="amendment_state_is_known", condition=Q(state__in=[str(s) for s in AmendmentState])
            ),
            models.CheckConstraint(
                name="amendment_is_decided_by_somebody",
                condition=Q(state="open", decided_by=None, decided_at=None, answer="")
                | (~Q(state="open") & Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="amendment_denied_says_on_what_ground",
                condition=Q(state="denied", basis__in=[str(b) for b in DenialBasis])
                | (~Q(state="denied") & Q(basis="", disagreement="")),
            ),
            models.CheckConstraint(name="amendment_due_after_asked", condition=Q(due_on__gt=F("asked_on"))),
        ]


class AmendmentEvent(OfPatient):
    """One step of a request: asked, extended, decided or disagreed with, in the words that were used."""

    id = models.BigAutoField(primary_key=True)
    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, db_constraint=False)
    version = models.IntegerField()
    at = models.DateTimeField()
    person_id = models.UUIDField()
    event = models.TextField()
    words = models.TextField(blank=True, default="")
    due_on = models.DateField()

    class Meta:
        app_label = "records"
        db_table = "amendment_event"
        constraints = [models.UniqueConstraint(name="amendment_event_once", fields=["amendment", "version"])]
