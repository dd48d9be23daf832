"""What the clinic's clinicians signed about the checks. It belongs to no patient."""

from django.db import models
from django.db.models import Q

from careloop.records.base import Uuid7Record
from careloop.records.people import Person


class CheckSetting(Uuid7Record):
    """One signature about a check. Added, never changed: the newest row of a check counts.

    ``version`` is the check's version that was signed; ``thresholds`` holds decimals as text, by "check.bound".
    """

    check_name = models.TextField()
    version = models.IntegerField()
    is_on = models.BooleanField()
    is_unverified_on = models.BooleanField(default=False)
    thresholds = models.JSONField(default=dict)
    note = models.TextField(blank=True, default="")
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    from_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "check_setting"
        constraints = [
            models.CheckConstraint(name="check_setting_names_a_check", condition=~Q(check_name="")),
            models.CheckConstraint(name="check_setting_has_version", condition=Q(version__gte=1)),
            models.CheckConstraint(
                name="check_setting_off_is_off_whole", condition=Q(is_on=True) | Q(is_unverified_on=False)
            ),
        ]
        indexes = [models.Index(name="check_setting_newest", fields=["check_name", "-from_at", "-id"])]
