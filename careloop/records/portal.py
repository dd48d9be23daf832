"""Links that open one thing for a patient, without an account: each with an actor of its own, and what was done."""

from django.db import models
from django.db.models import F, Q

from careloop.facts.portal import TRIES, AnswerForm, LinkPurpose, LinkStep
from careloop.records.base import Uuid7Record
from careloop.records.consents import CircleMember
from careloop.records.outbox import Message
from careloop.records.people import OfPatient, Person
from careloop.records.scheduling import Booking
from careloop.records.worklist import Loop


class PatientLink(OfPatient, Uuid7Record):
    """A link of one patient. Of its token only the hash is kept. ``person`` acts with this link and with no other."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(CircleMember, null=True, on_delete=models.PROTECT, db_index=False)
    purpose = models.TextField()
    booking = models.ForeignKey(Booking, null=True, on_delete=models.PROTECT)
    loop = models.ForeignKey(Loop, null=True, on_delete=models.PROTECT)
    message = models.OneToOneField(Message, null=True, on_delete=models.PROTECT, related_name="+")
    question = models.TextField(blank=True, default="")
    answer_form = models.TextField(blank=True, default="")
    token_hash = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    locked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    uses = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "patient_link"
        constraints = [
            models.UniqueConstraint(name="link_token_once", fields=["token_hash"]),
            models.CheckConstraint(
                name="link_purpose_is_known", condition=Q(purpose__in=[str(one) for one in LinkPurpose])
            ),
            models.CheckConstraint(
                name="link_about_one_thing",
                condition=Q(purpose="visit", booking__isnull=False, loop=None, question="", answer_form="")
                | Q(purpose="question", booking=None, loop__isnull=False, member=None)
                & ~Q(question="")
                & Q(answer_form__in=[str(one) for one in AnswerForm])
                | Q(purpose__in=["next", "all", "message"], booking=None, loop=None, question="", answer_form=""),
            ),
            models.CheckConstraint(
                name="link_message_is_there",
                condition=Q(purpose="message", message__isnull=False) | ~Q(purpose="message") & Q(message=None),
            ),
            models.CheckConstraint(name="link_ends", condition=Q(expires_at__gt=F("made_at"))),
            models.CheckConstraint(
                name="link_locked_after_tries",
                condition=Q(tries__range=(0, TRIES - 1), locked_at=None) | Q(tries=TRIES, locked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="link_ended_by_somebody",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.CheckConstraint(
                name="link_used_says_when", condition=Q(uses=0, used_at=None) | Q(uses__gt=0, used_at__isnull=False)
            ),
        ]
        indexes = [models.Index(name="patient_link_by_patient", fields=["patient", "-made_at"])]


class PatientLinkStep(OfPatient):
    """One line of what happened to a link, with the words of whoever used it; only added to."""

    id = models.BigAutoField(primary_key=True)
    link = models.ForeignKey(PatientLink, on_delete=models.PROTECT)
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    step = models.TextField()
    words = models.TextField(blank=True, default="")
    loop = models.ForeignKey(Loop, null=True, on_delete=models.PROTECT, db_index=False)
    booking = models.ForeignKey(Booking, null=True, on_delete=models.PROTECT, db_index=False)

    class Meta:
        app_label = "records"
        db_table = "patient_link_step"
        constraints = [
            models.CheckConstraint(name="link_step_is_known", condition=Q(step__in=[str(one) for one in LinkStep])),
        ]
