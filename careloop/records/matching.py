"""Links between records of one person: said by two people or by the rule, ended by two, and never rewritten."""

from django.db import models
from django.db.models import F, Q

from careloop.records.base import Record
from careloop.records.people import Patient, Person, Unit

# What is linked now: asked for and agreed to, and not taken apart.
LINKED = Q(linked_at__isnull=False, ended_at=None)
HOW = ("people", "rule")


class PersonLink(Record):
    """One record (``patient``) goes on in another (``survivor``): a wish, then a link, then history.

    No row of either record is changed by a link or by its end.
    """

    id = models.BigAutoField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    label_mask = models.IntegerField(default=0)
    survivor = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    survivor_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    how = models.TextField(default="people")
    reason = models.TextField(blank=True, default="")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    linked_at = models.DateTimeField(null=True)
    apart_asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    apart_asked_at = models.DateTimeField(null=True)
    apart_reason = models.TextField(blank=True, default="")
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "person_link"
        constraints = [
            models.CheckConstraint(name="link_how_is_known", condition=Q(how__in=HOW)),
            models.CheckConstraint(name="link_of_two_records", condition=~Q(patient=F("survivor"))),
            models.CheckConstraint(
                name="link_agreed_by_another", condition=Q(approved_by=None) | ~Q(approved_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="link_needs_two_people",
                condition=Q(linked_at=None)
                | Q(how="rule", approved_by=None)
                | Q(how="people", approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="link_taken_apart_by_two",
                condition=Q(linked_at=None)
                | Q(ended_at=None)
                | (Q(apart_asked_by__isnull=False, ended_by__isnull=False) & ~Q(apart_asked_by=F("ended_by"))),
            ),
            models.UniqueConstraint(name="link_merged_once", fields=["patient"], condition=LINKED),
            models.UniqueConstraint(
                name="link_wished_once", fields=["patient", "survivor"], condition=Q(linked_at=None, ended_at=None)
            ),
        ]
        indexes = [
            models.Index(name="link_by_survivor", fields=["survivor"], condition=LINKED),
            models.Index(name="link_by_patient", fields=["patient"]),
        ]
