"""Documents of patients, each text or file once a patient, where it came from, and words to search."""

from django.db import models
from django.db.models import Q

from careloop.records.base import Rows, Uuid7Record
from careloop.records.chart import Resource
from careloop.records.people import OfPatient


class _WithoutContent(models.Manager.from_queryset(Rows)):  # type: ignore[misc]
    """Rows of documents as they are listed: the bytes come when they are asked for."""

    def get_queryset(self) -> Rows:
        """Return rows without their bytes."""
        rows: Rows = super().get_queryset().defer("content")
        return rows


class Document(OfPatient, Uuid7Record):
    """A file of one patient, whole. The same bytes are one document, however often they came.

    Its labels are those of every place it came from. The database compares ``sha256`` with the bytes.
    """

    sha256 = models.BinaryField()
    content = models.BinaryField()
    size = models.IntegerField()
    media_type = models.TextField()
    title = models.TextField(blank=True, default="")
    dated_on = models.DateField(null=True)
    added_at = models.DateTimeField()

    objects = _WithoutContent()  # type: ignore[misc]

    class Meta:
        app_label = "records"
        db_table = "document"
        constraints = [models.UniqueConstraint(name="document_once_a_patient", fields=["patient", "sha256"])]


class DocumentSource(OfPatient):
    """Where a document came from: an attachment of a resource, or a person's hand.

    ``is_current`` is false when a newer version of the resource no longer holds the document.
    """

    id = models.BigAutoField(primary_key=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, db_constraint=False)
    resource = models.ForeignKey(Resource, null=True, on_delete=models.PROTECT, db_constraint=False)
    person_id = models.UUIDField()
    at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        app_label = "records"
        db_table = "document_source"
        constraints = [
            models.UniqueConstraint(
                name="document_source_once", fields=["document", "resource"], condition=Q(resource__isnull=False)
            ),
        ]


class Note(OfPatient):
    """Words of a record that can be searched: the text of a document, or a sentence of a resource.

    The column ``search`` is made by the database from ``words``.
    """

    id = models.BigAutoField(primary_key=True)
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, db_constraint=False)
    resource = models.ForeignKey(Resource, null=True, on_delete=models.PROTECT, db_constraint=False)
    title = models.TextField(blank=True, default="")
    dated_on = models.DateField(null=True)
    words = models.TextField()

    class Meta:
        app_label = "records"
        db_table = "note"
        constraints = [
            models.CheckConstraint(
                name="note_has_one_source",
                condition=Q(document__isnull=False, resource=None) | Q(document=None, resource__isnull=False),
            ),
        ]
        indexes = [models.Index(name="note_by_patient", fields=["patient"])]
