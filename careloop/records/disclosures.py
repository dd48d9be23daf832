"""What left the house and to whom, and what must be kept whatever its age."""

from django.db import models
from django.db.models import Q

from careloop.facts.consents import TOLD_ROADS, TOLD_TOPICS, ConsentPurpose
from careloop.facts.disclosures import Basis
from careloop.records.base import Record
from careloop.records.consents import CircleMember, Consent
from careloop.records.documents import Document
from careloop.records.people import OfPatient, Patient, Unit


class Disclosure(OfPatient):
    """What was handed out or told of a patient: by whom, to whom, why, on which ground, and the hash of what went.

    Told to a person of the circle (``member``) it rests on a consent that held at that instant. ``words`` are what was
    said, ``content`` the copy of a paper, ``document`` the document of the record that went.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    person_id = models.UUIDField()
    what = models.TextField()
    recipient = models.TextField()
    reason = models.TextField()
    sha256 = models.BinaryField()
    counts = models.JSONField()
    basis = models.TextField(default=str(Basis.UNSTATED), db_default=str(Basis.UNSTATED))
    member = models.ForeignKey(CircleMember, null=True, on_delete=models.PROTECT, db_index=False)
    consent = models.ForeignKey(Consent, null=True, on_delete=models.PROTECT, db_index=False)
    topic = models.TextField(blank=True, default="", db_default="")
    purpose = models.TextField(blank=True, default="", db_default="")
    road = models.TextField(blank=True, default="", db_default="")
    words = models.TextField(blank=True, default="", db_default="")
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    content = models.BinaryField(null=True)

    class Meta:
        app_label = "records"
        db_table = "disclosure"
        constraints = [
            models.CheckConstraint(
                name="disclosure_basis_is_known", condition=Q(basis__in=[str(one) for one in Basis])
            ),
            models.CheckConstraint(
                name="disclosure_to_circle_says_all",
                condition=Q(member=None, consent=None, topic="", purpose="", road="") & ~Q(basis="consent")
                | Q(
                    basis="consent",
                    member__isnull=False,
                    consent__isnull=False,
                    topic__in=[str(one) for one in TOLD_TOPICS],
                    purpose__in=[str(one) for one in ConsentPurpose],
                    road__in=[str(one) for one in TOLD_ROADS],
                ),
            ),
        ]
        indexes = [models.Index(name="disclosure_by_patient", fields=["patient", "-id"])]


class LegalHold(Record):
    """Nothing of this patient, or with no patient nothing at all, may be deleted until the hold is lifted."""

    id = models.BigAutoField(primary_key=True)
    patient = models.ForeignKey(Patient, null=True, on_delete=models.PROTECT, db_constraint=False)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    label_mask = models.IntegerField(default=0)
    reason = models.TextField()
    set_by = models.UUIDField()
    since = models.DateTimeField()
    lifted_by = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_because = models.TextField(blank=True, default="")

    class Meta:
        app_label = "records"
        db_table = "legal_hold"
        constraints = [
            models.CheckConstraint(
                name="hold_is_lifted_by_somebody",
                condition=Q(lifted_by=None, lifted_at=None, lifted_because="")
                | (Q(lifted_by__isnull=False, lifted_at__isnull=False) & ~Q(lifted_because="")),
            ),
            models.CheckConstraint(
                name="hold_is_of_patient_and_unit",
                condition=Q(patient=None, unit=None) | Q(patient__isnull=False, unit__isnull=False),
            ),
        ]
