"""Records that reach their end: the wish of the first person, and what is kept of a record that was deleted."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from careloop.records.base import Record
from careloop.records.people import OfPatient, Person, Unit


class DeletionWish(OfPatient):
    """That somebody asked for a record to be deleted. It goes with the record, or is taken back."""

    id = models.BigAutoField(primary_key=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "deletion_wish"
        constraints = [models.UniqueConstraint(name="deletion_asked_once", fields=["patient"])]


class Tombstone(Record):
    """A record that was deleted: when, by whom, how much, and by which hashes it is known if it comes again.

    ``was_patient`` is the key that it had. ``keys`` are SHA-256 of its identifiers; ``counts`` holds rows and a
    SHA-256 by table, and ``sha256`` is taken over them. Made, and readmitted once: nothing else ever changes.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    was_patient = models.UUIDField(unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False)
    keys = ArrayField(models.BinaryField())
    last_on = models.DateField()
    kept_until = models.DateField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    deleted_at = models.DateTimeField()
    counts = models.JSONField()
    sha256 = models.BinaryField()
    readmitted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    readmitted_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "tombstone"
        constraints = [
            models.CheckConstraint(name="deletion_by_two_people", condition=~Q(asked_by=F("confirmed_by"))),
            models.CheckConstraint(name="deleted_after_its_time", condition=Q(kept_until__gte=F("last_on"))),
            models.CheckConstraint(
                name="readmitted_by_somebody",
                condition=Q(readmitted_by=None, readmitted_at=None)
                | Q(readmitted_by__isnull=False, readmitted_at__isnull=False),
            ),
        ]
