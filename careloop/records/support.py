"""Support: distress that was noted with its call, and groups and programs that were offered."""

from django.db import models
from django.db.models import Q

from careloop.facts.support import HeardFrom, OfferState, SupportState
from careloop.records.base import Uuid7Record
from careloop.records.directory import DirectoryEntry
from careloop.records.people import OfPatient, Person
from careloop.records.worklist import Loop


class DistressNote(OfPatient, Uuid7Record):
    """What somebody heard, in the words that were used, and what came of the last call. Its loop is the call."""

    loop = models.OneToOneField(Loop, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    heard_from = models.TextField()
    heard_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    heard_at = models.DateTimeField()
    state = models.TextField(default=str(SupportState.CALL))
    said = models.TextField(blank=True, default="")
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "records"
        db_table = "distress_note"
        constraints = [
            models.CheckConstraint(
                name="distress_state_is_known", condition=Q(state__in=[str(one) for one in SupportState])
            ),
            models.CheckConstraint(
                name="distress_from_is_known", condition=Q(heard_from__in=[str(one) for one in HeardFrom])
            ),
            models.CheckConstraint(name="distress_is_said", condition=~Q(words="")),
            models.CheckConstraint(name="distress_called_is_said", condition=~Q(state="check") | ~Q(said="")),
        ]
        indexes = [models.Index(name="distress_by_patient", fields=["patient", "-heard_at"])]


class SupportOffer(OfPatient, Uuid7Record):
    """A group or program that is offered to a patient, why it was chosen, and what they said. Its loop is the offer."""

    loop = models.OneToOneField(Loop, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(DirectoryEntry, on_delete=models.PROTECT, related_name="+", db_index=False)
    entry_name = models.TextField()
    because = models.JSONField(default=list)
    state = models.TextField(default=str(OfferState.CHOSEN))
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "records"
        db_table = "support_offer"
        constraints = [
            models.CheckConstraint(
                name="support_offer_state_is_known", condition=Q(state__in=[str(one) for one in OfferState])
            ),
            models.UniqueConstraint(
                name="support_offer_once", fields=["patient", "entry"], condition=Q(state__in=["chosen", "told"])
            ),
        ]
        indexes = [models.Index(name="support_offer_by_patient", fields=["patient", "-offered_at"])]
