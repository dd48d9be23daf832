"""Findings about medicines that a clinician knows of and that are set aside for a time."""

from django.db import models
from django.db.models import F, Q

from careloop.facts.safety import OverrideReason
from careloop.records.people import OfPatient, Person


class SafetyOverride(OfPatient):
    """That a finding is set aside until a day, why, and on which clinician's word.

    Added, and ended once: a trigger refuses every other change. ``finding_print`` is what the finding rested
    on; when its facts change it returns before the day. ``check_name`` and ``finding_key`` name the finding.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    check_name = models.TextField()
    finding_key = models.TextField()
    finding_print = models.TextField()
    reason = models.TextField()
    note = models.TextField(blank=True, default="")
    clinician = models.TextField()
    until_on = models.DateField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        app_label = "records"
        db_table = "safety_override"
        constraints = [
            models.CheckConstraint(
                name="override_reason_is_known", condition=Q(reason__in=[str(r) for r in OverrideReason])
            ),
            models.CheckConstraint(name="override_names_a_clinician", condition=~Q(clinician="")),
            models.CheckConstraint(name="override_other_says_why", condition=~Q(reason="other") | ~Q(note="")),
            models.CheckConstraint(
                name="override_ends_with_somebody",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_at__gte=F("made_at"), ended_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="override_one_a_finding",
                fields=["patient", "check_name", "finding_key"],
                condition=Q(ended_at=None),
            ),
        ]
