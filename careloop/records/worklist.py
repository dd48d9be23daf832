"""The loop, its history, and the queues of work that waits."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from careloop.facts.questions import CLOCK
from careloop.facts.worklist import Ball, LoopKind, Outcome, State
from careloop.records.base import Record, Uuid7Record
from careloop.records.people import Person, Unit


class Loop(Uuid7Record):
    """A promise, open until it is kept. While open: an owner or a queue, a next step and a date.

    A loop about what came from outside and belongs to nobody yet has no patient.
    """

    patient = models.ForeignKey(
        "records.Patient", null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    label_mask = models.IntegerField(default=0)
    kind = models.TextField()
    state = models.TextField(default=str(State.TO_DO))
    state_since = models.DateTimeField()
    owner = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    queue = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    ball = models.TextField(default=str(Ball.US))
    title = models.JSONField()
    because = models.JSONField(default=list)
    if_waits = models.JSONField(null=True)
    next_step = models.JSONField(null=True)
    next_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    clock = models.TextField(blank=True, default="")
    severity = models.SmallIntegerField(default=2)
    sort_at = models.DateTimeField(null=True)
    waits = models.BooleanField(default=False, db_default=False)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    waits_for = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.TextField(null=True)
    version = models.IntegerField(default=1)
    base_step = models.JSONField()
    snoozed_until = models.DateField(null=True)
    last_contact = models.TextField(blank=True, default="")
    reminders = models.SmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    check_name = models.TextField(blank=True, default="")
    finding_key = models.TextField(blank=True, default="")
    finding_print = models.TextField(blank=True, default="")
    quiet_until = models.DateField(null=True)
    source = models.JSONField(null=True)
    evidence = ArrayField(models.UUIDField(), default=list)

    class Meta:
        app_label = "records"
        db_table = "loop"
        constraints = [
            models.CheckConstraint(name="loop_kind_is_known", condition=Q(kind__in=[str(k) for k in LoopKind])),
            models.CheckConstraint(name="loop_state_is_known", condition=Q(state__in=[str(s) for s in State])),
            models.CheckConstraint(name="loop_ball_is_known", condition=Q(ball__in=[str(b) for b in Ball])),
            models.CheckConstraint(
                name="loop_outcome_is_known",
                condition=Q(outcome=None) | Q(outcome__in=[str(o) for o in Outcome]),
            ),
            models.CheckConstraint(
                name="loop_open_has_one_owner_or_queue",
                condition=Q(state="closed") | Q(owner__isnull=False, queue=None) | Q(owner=None, queue__isnull=False),
            ),
            models.CheckConstraint(
                name="loop_open_has_next_step_and_date",
                condition=Q(state="closed") | Q(next_step__isnull=False, next_at__isnull=False, sort_at__isnull=False),
            ),
            models.CheckConstraint(
                name="loop_closed_has_outcome",
                condition=Q(state="closed", outcome__isnull=False, closed_at__isnull=False)
                | (~Q(state="closed") & Q(outcome=None, closed_at=None)),
            ),
            models.CheckConstraint(
                name="loop_without_patient_is_review", condition=Q(patient__isnull=False) | Q(kind="review")
            ),
            models.CheckConstraint(
                name="loop_waiting_is_open", condition=Q(waits=False) | Q(state__in=["to_do", "started"])
            ),
            models.CheckConstraint(name="loop_severity_is_known", condition=Q(severity__range=(1, 4))),
            models.UniqueConstraint(
                name="loop_one_open_a_finding",
                fields=["patient", "check_name", "finding_key"],
                condition=~Q(state="closed") & ~Q(check_name="") & Q(patient__isnull=False),
            ),
            models.UniqueConstraint(
                name="loop_one_open_a_document",
                fields=["unit", "check_name", "finding_key"],
                condition=~Q(state="closed") & ~Q(check_name="") & Q(patient=None),
            ),
        ]
        indexes = [
            models.Index(
                name="loop_by_owner",
                fields=["owner", "sort_at", "id"],
                condition=Q(state__in=["to_do", "started"], waits=False),
            ),
            models.Index(
                name="loop_by_queue",
                fields=["queue", "sort_at", "id"],
                condition=Q(state__in=["to_do", "started"], waits=False),
            ),
            models.Index(
                name="loop_by_unit",
                fields=["unit", "sort_at", "id"],
                condition=Q(state__in=["to_do", "started"], waits=False),
            ),
            models.Index(
                name="loop_waiting_by_owner",
                fields=["owner", "next_at", "id"],
                condition=Q(state="snoozed") | Q(waits=True),
            ),
            models.Index(name="loop_due", fields=["next_at"], condition=~Q(state="closed")),
            models.Index(name="loop_by_patient", fields=["patient", "sort_at"]),
            models.Index(name="loop_opened", fields=["unit", "opened_at"], condition=~Q(check_name="")),
            models.Index(
                name="loop_closed_by_check",
                fields=["check_name", "closed_at"],
                condition=Q(state="closed") & ~Q(check_name=""),
            ),
            models.Index(F("owner"), F("closed_at").desc(), name="loop_closed_by_owner", condition=Q(state="closed")),
            models.Index(name="loop_questions_by_owner", fields=["owner"], condition=Q(clock=CLOCK)),
            models.Index(name="loop_questions_by_asker", fields=["asked_by", "-opened_at"], condition=Q(clock=CLOCK)),
            models.Index(
                name="loop_referrals_by_unit",
                fields=["unit", "sort_at", "id"],
                include=["owner", "patient", "label_mask"],
                condition=Q(kind="referral") & ~Q(state="closed"),
            ),
        ]


class LoopEvent(Uuid7Record):
    """One line of a loop's history. Added, never changed: a trigger refuses the rest.

    ``at`` is when it held, ``recorded_at`` when it was written; ``before`` holds the columns as they
    were, for undo.
    """

    loop = models.ForeignKey(Loop, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    patient = models.ForeignKey(
        "records.Patient", null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    label_mask = models.IntegerField(default=0)
    version = models.IntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    event = models.TextField()
    from_state = models.TextField(blank=True, default="")
    to_state = models.TextField()
    say = models.JSONField()
    note = models.TextField(blank=True, default="")
    evidence = ArrayField(models.UUIDField(), default=list)
    before = models.JSONField(null=True)

    class Meta:
        app_label = "records"
        db_table = "loop_event"
        constraints = [models.UniqueConstraint(name="event_once_a_version", fields=["loop", "version"])]


class WaitingFinding(Record):
    """A finding for which no loop is open yet: the team's pace decides when it is."""

    id = models.BigAutoField(primary_key=True)
    patient = models.ForeignKey("records.Patient", on_delete=models.PROTECT, db_constraint=False, db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    label_mask = models.IntegerField(default=0)
    check_name = models.TextField()
    finding_key = models.TextField()
    finding_print = models.TextField()
    severity = models.SmallIntegerField()
    due_on = models.DateField(null=True)
    found_at = models.DateTimeField()
    body = models.JSONField()

    class Meta:
        app_label = "records"
        db_table = "waiting_finding"
        constraints = [models.UniqueConstraint(name="finding_once", fields=["patient", "check_name", "finding_key"])]
        indexes = [models.Index(name="finding_by_pace", fields=["unit", "-severity", "due_on", "id"])]


class Recheck(Record):
    """When a patient's record must be looked at again; whoever looks holds the row's lock."""

    patient = models.OneToOneField("records.Patient", primary_key=True, on_delete=models.PROTECT, db_constraint=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    label_mask = models.IntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    knowledge = models.TextField(blank=True, default="")
    not_checked = models.JSONField(default=list)
    attempts = models.SmallIntegerField(default=0)

    class Meta:
        app_label = "records"
        db_table = "recheck"
        indexes = [models.Index(name="recheck_due", fields=["due_at"], condition=Q(due_at__isnull=False))]


class WorkerSeen(Record):
    """When a background worker was last alive."""

    name = models.TextField(primary_key=True)
    seen_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "worker_seen"
