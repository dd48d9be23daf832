"""Referrals: the question and its way, what was sent and how, what was answered, and the reports that came back."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from careloop.facts.preparation import OF_REFERRAL, ItemState
from careloop.facts.referrals import AnswerKind, Channel, ReferralState, SendingState, StrayState, Told, Urgency
from careloop.records.base import Uuid7Record
from careloop.records.directory import DirectoryEntry
from careloop.records.documents import Document
from careloop.records.people import OfPatient, Person, Unit
from careloop.records.scheduling import Booking, WallTimeField
from careloop.records.worklist import Loop

CLOSED = Q(state="closed")


class Referral(OfPatient, Uuid7Record):
    """A question to a specialist about one patient, until the patient is told what came of it.

    ``question_key`` is the question as it is compared. ``before`` is the state from which it was closed, ``ended_as``
    the outcome of its loop, "" while it is open. ``approval_since`` is since when the health plan is waited for.
    """

    loop = models.OneToOneField(Loop, on_delete=models.PROTECT)
    state = models.TextField(default=str(ReferralState.TO_SEND))
    state_since = models.DateTimeField()
    before = models.TextField(blank=True, default="")
    ended_as = models.TextField(blank=True, default="")
    urgency = models.TextField()
    specialty = models.TextField()
    question = models.TextField()
    question_key = models.TextField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    to_entry = models.ForeignKey(DirectoryEntry, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_name = models.TextField()
    see_by = models.DateField()
    starts_at = models.DateTimeField(null=True)
    zone = models.TextField(blank=True, default="")
    starts_wall = WallTimeField(null=True)  # type: ignore[misc]
    booking = models.ForeignKey(Booking, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    late_because = models.TextField(blank=True, default="")
    silences = models.SmallIntegerField(default=0)
    misses = models.SmallIntegerField(default=0)
    is_elsewhere = models.BooleanField(default=False)
    had_date = models.BooleanField(default=False)
    decline_reason = models.TextField(blank=True, default="")
    seen_on = models.DateField(null=True)
    read_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    read_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    told_at = models.DateTimeField(null=True)
    told_how = models.TextField(blank=True, default="")
    teach_back = models.TextField(blank=True, default="")
    approval_since = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "records"
        db_table = "referral"
        constraints = [
            models.CheckConstraint(
                name="referral_state_is_known", condition=Q(state__in=[str(s) for s in ReferralState])
            ),
            models.CheckConstraint(
                name="referral_urgency_is_known", condition=Q(urgency__in=[str(u) for u in Urgency])
            ),
            models.CheckConstraint(
                name="referral_says_what_and_to_whom",
                condition=~Q(question="") & ~Q(question_key="") & ~Q(specialty="") & ~Q(to_name=""),
            ),
            models.CheckConstraint(
                name="referral_closed_says_how", condition=(CLOSED & ~Q(ended_as="")) | (~CLOSED & Q(ended_as=""))
            ),
            models.CheckConstraint(
                name="referral_closed_is_read_and_told",
                condition=~Q(ended_as__in=["done", "done_elsewhere"])
                | Q(read_by__isnull=False, told_by__isnull=False) & ~Q(told_how=""),
            ),
            models.CheckConstraint(
                name="referral_read_by_somebody",
                condition=Q(read_by=None, read_at=None) | Q(read_by__isnull=False, read_at__isnull=False),
            ),
            models.CheckConstraint(
                name="referral_told_by_somebody",
                condition=Q(told_by=None, told_at=None, told_how="", teach_back="")
                | Q(told_by__isnull=False, told_at__isnull=False, told_how__in=[str(t) for t in Told]),
            ),
            models.CheckConstraint(
                name="referral_date_is_whole",
                condition=Q(starts_at=None, starts_wall=None, zone="")
                | Q(starts_at__isnull=False, starts_wall__isnull=False) & ~Q(zone=""),
            ),
            models.CheckConstraint(
                name="referral_with_date_has_one", condition=~Q(state="date_set") | Q(starts_at__isnull=False)
            ),
            models.UniqueConstraint(
                name="referral_once_a_question", fields=["patient", "specialty", "question_key"], condition=~CLOSED
            ),
        ]
        indexes = [
            models.Index(name="referral_by_patient", fields=["patient", "made_at"]),
            # What a list asks before it knows which rows it shows, and what row security looks at, is in the index.
            models.Index(
                name="referral_by_unit_state",
                fields=["unit", "state", "state_since", "loop"],
                include=["id", "patient", "label_mask", "specialty", "urgency", "made_at"],
            ),
            models.Index(name="referral_by_unit_made", fields=["unit", "made_at"]),
        ]


class ReferralStay(OfPatient):
    """Since when a referral stood in a state. Added, never changed: how long each step took is counted from these."""

    id = models.BigAutoField(primary_key=True)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    state = models.TextField()
    since = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "referral_stay"
        indexes = [
            # Whole: figures count thousands of these, and a team's lie far apart in the table.
            models.Index(
                name="referral_stay_by_referral",
                fields=["referral", "since", "id"],
                include=["state", "patient", "unit", "label_mask"],
            ),
        ]


class ReferralPacket(OfPatient, Uuid7Record):
    """What left, as it left: the manifest, the pages, and their hashes, which the database compares."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, db_constraint=False)
    profile = models.TextField()
    manifest = models.BinaryField()
    manifest_sha256 = models.BinaryField()
    content = models.BinaryField()
    sha256 = models.BinaryField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "referral_packet"


class ReferralSending(OfPatient, Uuid7Record):
    """One sending of a packet: to whom, how, what shows it. What is not known to have gone says "checking"."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, db_constraint=False)
    packet = models.ForeignKey(ReferralPacket, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    to_name = models.TextField()
    address = models.TextField(blank=True, default="")
    channel = models.TextField()
    state = models.TextField()
    evidence = models.TextField(blank=True, default="")
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    sent_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "referral_sending"
        constraints = [
            models.CheckConstraint(name="sending_channel_is_known", condition=Q(channel__in=[str(c) for c in Channel])),
            models.CheckConstraint(
                name="sending_state_is_known", condition=Q(state__in=[str(s) for s in SendingState])
            ),
            models.CheckConstraint(name="sending_has_evidence", condition=Q(state="checking") | ~Q(evidence="")),
            models.UniqueConstraint(name="sending_one_unsure", fields=["referral"], condition=Q(state="checking")),
        ]


class ReferralAnswer(OfPatient, Uuid7Record):
    """What the receiver said to a referral, or that nobody answered."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, db_constraint=False)
    kind = models.TextField()
    said_by = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")
    noted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "referral_answer"
        constraints = [
            models.CheckConstraint(name="answer_kind_is_known", condition=Q(kind__in=[str(k) for k in AnswerKind])),
        ]


class ReferralItem(OfPatient):
    """What somebody noted of one thing that is to be in order before the visit: the newest row of an item counts.

    ``covered_by`` is the coverage on record when it was noted, ``to_name`` the receiver, ``starts_at`` the date if
    there was one; ``first_on`` and ``last_on`` are the days of an approval.
    """

    id = models.BigAutoField(primary_key=True)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    item = models.TextField()
    state = models.TextField()
    note = models.TextField(blank=True, default="")
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    covered_by = models.TextField(blank=True, default="")
    to_name = models.TextField()
    starts_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "referral_item"
        constraints = [
            models.CheckConstraint(
                name="referral_item_is_known", condition=Q(item__in=[str(one) for one in OF_REFERRAL])
            ),
            models.CheckConstraint(
                name="referral_item_state_is_known", condition=Q(state__in=[str(one) for one in ItemState])
            ),
            models.CheckConstraint(name="referral_item_says_what_shows_it", condition=Q(state="open") | ~Q(note="")),
            models.CheckConstraint(
                name="referral_item_approval_has_days",
                condition=Q(item="approval", state="done", first_on__isnull=False, last_on__gte=F("first_on"))
                | Q(first_on=None, last_on=None) & ~Q(item="approval", state="done"),
            ),
        ]
        indexes = [models.Index(name="referral_item_newest", fields=["referral", "item", "-at", "-id"])]


class ReferralReport(OfPatient, Uuid7Record):
    """A report that answers a referral: a document of the patient, and what showed that it is theirs.

    One that turned out not to be is taken out and kept: who had read it, who was told by whom, and the loop ``undo``
    that asks to undo it. ``stray`` is where it waits for its own patient; None if only the referral was the wrong one.
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, db_constraint=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    evidence = ArrayField(models.TextField())
    came_at = models.DateTimeField()
    came_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_amended = models.BooleanField(default=False)
    read_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    read_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    told_at = models.DateTimeField(null=True)
    taken_out_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    taken_out_at = models.DateTimeField(null=True)
    taken_out_because = models.TextField(blank=True, default="")
    stray = models.ForeignKey(
        "records.StrayReport", null=True, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    undo = models.ForeignKey(
        Loop, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        app_label = "records"
        db_table = "referral_report"
        constraints = [
            models.CheckConstraint(name="report_has_evidence", condition=~Q(evidence=[])),
            models.CheckConstraint(
                name="report_read_by_somebody",
                condition=Q(read_by=None, read_at=None) | Q(read_by__isnull=False, read_at__isnull=False),
            ),
            models.CheckConstraint(
                name="report_taken_out_says_why",
                condition=Q(
                    taken_out_by=None,
                    taken_out_at=None,
                    taken_out_because="",
                    stray=None,
                    undo=None,
                    told_by=None,
                    told_at=None,
                )
                | Q(taken_out_by__isnull=False, taken_out_at__isnull=False) & ~Q(taken_out_because=""),
            ),
            models.UniqueConstraint(
                name="report_once", fields=["referral", "document"], condition=Q(taken_out_at=None)
            ),
        ]


class StrayReport(Uuid7Record):
    """A report that nothing shows to be of the patient it came for. It belongs to nobody until somebody decides."""

    patient = models.ForeignKey(
        "records.Patient", null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    label_mask = models.IntegerField(default=0)
    loop = models.OneToOneField(Loop, on_delete=models.PROTECT)
    state = models.TextField(default=str(StrayState.WAITING))
    title = models.TextField()
    claimed_name = models.TextField(blank=True, default="")
    claimed_birth_on = models.DateField(null=True)
    claimed_number = models.TextField(blank=True, default="")
    came_for = models.TextField()
    content = models.BinaryField()
    sha256 = models.BinaryField()
    words = models.TextField(blank=True, default="")
    came_at = models.DateTimeField()
    came_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    document = models.ForeignKey(
        Document, null=True, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "records"
        db_table = "stray_report"
        constraints = [
            models.CheckConstraint(
                name="stray_is_in_one_place",
                condition=Q(state="waiting", patient=None, document=None, decided_by=None, reason="")
                | Q(state="matched", patient__isnull=False, document__isnull=False, decided_by__isnull=False)
                | Q(state="set_aside", patient=None, document=None, decided_by__isnull=False) & ~Q(reason=""),
            ),
        ]
        indexes = [models.Index(name="stray_waiting", fields=["unit", "came_at"], condition=Q(state="waiting"))]
