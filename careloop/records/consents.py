"""The circle of a patient: who stands around them, what each may be told, and by which word they are known."""

from django.db import models
from django.db.models import F, Q

from careloop.facts.consents import NAMEABLE, TOLD_ROADS, ConsentPurpose, GivenHow, Relation, Topic
from careloop.records.base import Record, Uuid7Record
from careloop.records.documents import Document
from careloop.records.people import OfPatient, Person


class CircleMember(OfPatient, Uuid7Record):
    """Somebody around a patient. Every version is kept in ``circle_change``; who leaves is ended, never deleted."""

    name = models.TextField()
    relation = models.TextField()
    language = models.TextField(blank=True, default="")
    needs_interpreter = models.BooleanField(default=False)
    phone = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    address = models.TextField(blank=True, default="")
    is_emergency = models.BooleanField(default=False)
    note = models.TextField(blank=True, default="")
    version = models.IntegerField(default=1)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.TextField(blank=True, default="")

    class Meta:
        app_label = "records"
        db_table = "circle_member"
        constraints = [
            models.CheckConstraint(name="member_has_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="member_relation_is_known", condition=Q(relation__in=[str(one) for one in Relation])
            ),
            models.CheckConstraint(
                name="member_ended_says_why",
                condition=Q(ended_at=None, ended_because="") | Q(ended_at__isnull=False) & ~Q(ended_because=""),
            ),
        ]
        indexes = [models.Index(name="member_by_patient", fields=["patient", "added_at"])]


class CircleChange(OfPatient):
    """How a person of the circle was written down at one time: the database adds a line with every change."""

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(CircleMember, on_delete=models.PROTECT, db_index=False)
    version = models.IntegerField()
    at = models.DateTimeField()
    person_id = models.UUIDField()
    body = models.JSONField()

    class Meta:
        app_label = "records"
        db_table = "circle_change"
        constraints = [models.UniqueConstraint(name="circle_change_once", fields=["member", "version"])]


class Consent(OfPatient, Uuid7Record):
    """That a person of the circle may be told of one topic, for one purpose, on one road. Added, and taken back once.

    ``named_labels`` are those labels of which may be spoken; what is not named is not told, whatever the topic.
    """

    member = models.ForeignKey(CircleMember, on_delete=models.PROTECT, db_index=False)
    topic = models.TextField()
    purpose = models.TextField()
    road = models.TextField()
    named_labels = models.IntegerField(default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    how = models.TextField()
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    witness = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    taken_back_because = models.TextField(blank=True, default="")

    class Meta:
        app_label = "records"
        db_table = "consent"
        constraints = [
            models.CheckConstraint(name="consent_topic_is_known", condition=Q(topic__in=[str(one) for one in Topic])),
            models.CheckConstraint(
                name="consent_purpose_is_known", condition=Q(purpose__in=[str(one) for one in ConsentPurpose])
            ),
            models.CheckConstraint(
                name="consent_road_is_known", condition=Q(road__in=[str(one) for one in TOLD_ROADS])
            ),
            models.CheckConstraint(name="consent_how_is_known", condition=Q(how__in=[str(one) for one in GivenHow])),
            models.CheckConstraint(
                name="consent_labels_are_nameable", condition=Q(named_labels__range=(0, int(NAMEABLE)))
            ),
            models.CheckConstraint(
                name="consent_ends_later", condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="consent_on_paper_has_the_paper",
                condition=Q(how="paper", document__isnull=False) | ~Q(how="paper") & Q(document=None),
            ),
            models.CheckConstraint(
                name="consent_by_voice_has_a_witness",
                condition=Q(how="voice", witness__isnull=False, ends_at__isnull=False) & ~Q(witness=F("entered_by"))
                | ~Q(how="voice") & Q(witness=None),
            ),
            models.CheckConstraint(
                name="consent_taken_back_by_somebody",
                condition=Q(taken_back_at=None, taken_back_by=None, taken_back_because="")
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False) & ~Q(taken_back_because=""),
            ),
        ]
        indexes = [
            models.Index(name="consent_by_member", fields=["member"]),
            models.Index(name="consent_by_patient", fields=["patient"]),
        ]


class CallerCode(OfPatient, Uuid7Record):
    """The code word of a patient, or of a person of the circle: only its slow hash is kept. One at a time."""

    member = models.ForeignKey(CircleMember, null=True, on_delete=models.PROTECT, db_index=False)
    code_hash = models.TextField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "caller_code"
        constraints = [
            models.UniqueConstraint(
                name="caller_code_one_at_a_time",
                fields=["patient", "member"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
            ),
        ]


class CallerTry(Record):
    """A try to be confirmed on the phone. ``asked`` is a keyed hash of whom was asked for: it names nobody."""

    id = models.BigAutoField(primary_key=True)
    asked = models.BinaryField()
    at = models.DateTimeField()
    person_id = models.UUIDField()
    is_confirmed = models.BooleanField()

    class Meta:
        app_label = "records"
        db_table = "caller_try"
        indexes = [models.Index(name="caller_try_by_asked", fields=["asked", "at"])]
