"""Letters to offices, clinicians and health plans, as they leave."""

from django.db import models
from django.db.models import Q

from careloop.facts.disclosures import Basis
from careloop.facts.offices import GROUNDS, LetterKind, Way
from careloop.records.directory import DirectoryEntry
from careloop.records.outbox import Message
from careloop.records.people import OfPatient, Person

BASES = [str(one) for one in GROUNDS]


class OfficeLetter(OfPatient):
    """A letter to somebody of the directory: what leaves, as it leaves, and where to. Added, never changed.

    ``manifest`` is the letter as plain values, ``content`` its pages; the database compares their hashes. ``code`` is
    the reference of its thread, by which an answer is known. ``address`` is as the directory had it.
    """

    message = models.OneToOneField(Message, primary_key=True, on_delete=models.PROTECT)
    entry = models.ForeignKey(DirectoryEntry, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_name = models.TextField()
    way = models.TextField()
    address = models.TextField()
    kind = models.TextField()
    code = models.TextField()
    basis = models.TextField(default=str(Basis.TREATMENT))
    asks = models.BooleanField(default=False)
    knows_dead = models.BooleanField(default=False)
    manifest = models.BinaryField()
    manifest_sha256 = models.BinaryField()
    content = models.BinaryField()
    sha256 = models.BinaryField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "office_letter"
        constraints = [
            models.CheckConstraint(name="letter_way_is_known", condition=Q(way__in=[str(one) for one in Way])),
            models.CheckConstraint(name="letter_kind_is_known", condition=Q(kind__in=[str(k) for k in LetterKind])),
            models.CheckConstraint(name="letter_has_a_ground", condition=Q(basis__in=BASES)),
            models.CheckConstraint(
                name="letter_says_where_to", condition=~Q(address="") & ~Q(to_name="") & ~Q(code="")
            ),
        ]
        indexes = [
            models.Index(name="letter_by_code", fields=["code"]),
            models.Index(name="letter_by_patient", fields=["patient", "-made_at"]),
        ]
