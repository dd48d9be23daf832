"""The log of who did or saw what, and the seals over it. Rows are only ever added."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from careloop.records.base import Record


class AuditLine(Record):
    """One line of the log: done, seen or refused."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    person_id = models.UUIDField()
    role = models.TextField()
    purpose = models.TextField()
    what = models.TextField()
    key = models.TextField(default="")
    patient_id = models.UUIDField(null=True)
    patient_ids = ArrayField(models.UUIDField(), default=list)
    outcome = models.TextField()

    class Meta:
        app_label = "records"
        db_table = "audit_line"
        indexes = [models.Index(name="audit_by_patient", fields=["patient_id", "-id"])]


class AuditSeal(Record):
    """A seal over a stretch of the log, chained to the one before."""

    id = models.BigAutoField(primary_key=True)
    sealed_at = models.DateTimeField()
    line_ids = ArrayField(models.BigIntegerField())
    line_hashes = ArrayField(models.BinaryField())
    hash = models.BinaryField()

    class Meta:
        app_label = "records"
        db_table = "audit_seal"
