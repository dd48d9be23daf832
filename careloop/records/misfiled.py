"""Documents that were another person's and were taken out of a record."""

from django.db import models
from django.db.models import Q

from careloop.records.base import Uuid7Record
from careloop.records.documents import Document
from careloop.records.people import OfPatient, Person
from careloop.records.referrals import StrayReport
from careloop.records.worklist import Loop


class DocumentOut(OfPatient, Uuid7Record):
    """That a document was taken out of a record as another person's: by whom, why, and where it waits now.

    Added, never changed. ``undo`` is the loop that asks what came of it, None if the patient has died. What stood as
    a report on a referral has its own lines there.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, db_constraint=False)
    stray = models.ForeignKey(StrayReport, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    undo = models.ForeignKey(
        Loop, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    out_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    out_at = models.DateTimeField()
    because = models.TextField()

    class Meta:
        app_label = "records"
        db_table = "document_out"
        constraints = [models.CheckConstraint(name="document_out_says_why", condition=~Q(because=""))]
