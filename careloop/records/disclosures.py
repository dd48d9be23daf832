"""What left the house and to whom, and what must be kept whatever its age."""

from django.db import models
from django.db.models import Q

from careloop.records.base import Record
from careloop.records.people import OfPatient, Patient, Unit


class Disclosure(OfPatient):
    """A patient's record that was handed out: who asked, to whom, why, and the hash of what went."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    person_id = models.UUIDField()
    what = models.TextField()
    recipient = models.TextField()
    reason = models.TextField()
    sha256 = models.BinaryField()
    counts = models.JSONField()

    class Meta:
        app_label = "records"
        db_table = "disclosure"
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
