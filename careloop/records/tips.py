"""What worked: notes on payers, clinics, words and kinds of work, without a patient, and whom they helped."""

from django.db import models
from django.db.models import Q

from careloop.facts.tips import TipAbout
from careloop.records.base import Record, Uuid7Record
from careloop.records.people import Person


class Tip(Uuid7Record):
    """A note on something that is no patient's. Its words stay as they are; another note is another row."""

    about = models.TextField()
    about_key = models.TextField()
    words = models.TextField()
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    good_until = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        app_label = "records"
        db_table = "tip"
        constraints = [
            models.CheckConstraint(name="tip_about_is_known", condition=Q(about__in=[str(a) for a in TipAbout])),
            models.CheckConstraint(name="tip_says_something", condition=~Q(words="") & ~Q(about_key="")),
            models.CheckConstraint(
                name="tip_withdrawn_by_somebody",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]
        indexes = [models.Index(name="tip_by_thing", fields=["about", "about_key"])]


class TipHelp(Record):
    """That a note helped a colleague too, once."""

    id = models.BigAutoField(primary_key=True)
    tip = models.ForeignKey(Tip, on_delete=models.PROTECT, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "tip_help"
        constraints = [models.UniqueConstraint(name="tip_helps_once", fields=["tip", "person"])]
