"""Handoffs: who hands on to whom and where that stands; what is said of each patient; which loops and what-ifs."""

from django.db import models
from django.db.models import F, Q

from careloop.facts.handoffs import DeclineReason, HandoffEvent, HandoffScope, HandoffState, IllnessLevel
from careloop.records.base import Record, Uuid7Record
from careloop.records.people import OfPatient, Person, Unit
from careloop.records.worklist import Loop

ENDED = [str(s) for s in (HandoffState.ACCEPTED, HandoffState.DECLINED, HandoffState.WITHDRAWN, HandoffState.EXPIRED)]


class Handoff(Uuid7Record):
    """That somebody hands on to somebody, and where that stands. No word of a patient is here.

    ``patient_count`` is how many patients are on it: whoever accepts must see them all.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False)
    giver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    scope = models.TextField()
    state = models.TextField(default=str(HandoffState.DRAFT))
    state_since = models.DateTimeField()
    patient_count = models.IntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "records"
        db_table = "handoff"
        constraints = [
            models.CheckConstraint(
                name="handoff_scope_is_known", condition=Q(scope__in=[str(s) for s in HandoffScope])
            ),
            models.CheckConstraint(
                name="handoff_state_is_known", condition=Q(state__in=[str(s) for s in HandoffState])
            ),
            models.CheckConstraint(name="handoff_to_somebody_else", condition=~Q(giver=F("receiver"))),
            models.CheckConstraint(name="handoff_has_patients", condition=Q(patient_count__gte=1)),
            models.CheckConstraint(
                name="handoff_offered_ends",
                condition=~Q(state__in=["offered", "asked"]) | Q(expires_at__isnull=False),
            ),
            models.CheckConstraint(
                name="handoff_ended_says_when",
                condition=Q(state__in=ENDED, ended_at__isnull=False) | (~Q(state__in=ENDED) & Q(ended_at=None)),
            ),
            models.CheckConstraint(
                name="handoff_declined_says_why",
                condition=Q(state="declined", reason__in=[str(r) for r in DeclineReason])
                | (~Q(state="declined") & Q(reason="")),
            ),
        ]
        indexes = [
            models.Index(name="handoff_due", fields=["expires_at"], condition=Q(state__in=["offered", "asked"])),
        ]


class HandoffStep(Record):
    """One line of a handoff's history, without words. Added, never changed: a trigger refuses the rest."""

    id = models.BigAutoField(primary_key=True)
    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, db_index=False)
    version = models.IntegerField()
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    event = models.TextField()
    to_state = models.TextField()

    class Meta:
        app_label = "records"
        db_table = "handoff_step"
        constraints = [
            models.UniqueConstraint(name="handoff_step_once_a_version", fields=["handoff", "version"]),
            models.CheckConstraint(
                name="handoff_step_is_known", condition=Q(event__in=["make", *(str(e) for e in HandoffEvent)])
            ),
        ]


class HandoffPatient(OfPatient):
    """What is said of one patient: how ill, in short, what was asked and answered, and what the receiver said back."""

    id = models.BigAutoField(primary_key=True)
    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, db_index=False)
    level = models.TextField(blank=True, default="")
    summary = models.TextField(blank=True, default="")
    question = models.TextField(blank=True, default="")
    answer = models.TextField(blank=True, default="")
    said_back = models.TextField(blank=True, default="")

    class Meta:
        app_label = "records"
        db_table = "handoff_patient"
        constraints = [
            models.UniqueConstraint(name="handoff_patient_once", fields=["handoff", "patient"]),
            models.CheckConstraint(
                name="handoff_level_is_known", condition=Q(level__in=["", *(str(one) for one in IllnessLevel)])
            ),
            models.CheckConstraint(name="handoff_answer_has_question", condition=Q(answer="") | ~Q(question="")),
            models.CheckConstraint(
                name="handoff_said_back_in_own_words", condition=Q(said_back="") | ~Q(said_back=F("summary"))
            ),
        ]
        indexes = [models.Index(name="handoff_by_patient", fields=["patient"])]


class HandoffLoop(OfPatient):
    """A loop that a handoff names; what it moves is settled when it is accepted."""

    id = models.BigAutoField(primary_key=True)
    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, db_index=False)
    loop = models.ForeignKey(Loop, on_delete=models.PROTECT)

    class Meta:
        app_label = "records"
        db_table = "handoff_loop"
        constraints = [models.UniqueConstraint(name="handoff_loop_once", fields=["handoff", "loop"])]


class HandoffWhatIf(OfPatient):
    """If something happens, what the receiver does, and on which day it is looked for; ``loop`` is its task."""

    id = models.BigAutoField(primary_key=True)
    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT)
    if_words = models.TextField()
    then_words = models.TextField()
    on = models.DateField()
    loop = models.ForeignKey(Loop, null=True, on_delete=models.PROTECT)

    class Meta:
        app_label = "records"
        db_table = "handoff_what_if"
        constraints = [
            models.CheckConstraint(name="what_if_is_said", condition=~Q(if_words="") & ~Q(then_words="")),
        ]
