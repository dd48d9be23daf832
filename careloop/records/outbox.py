"""How people are reached and what they chose about it; threads and messages; what goes out, and whatever comes in."""

from django.db import models
from django.db.models import F, Func, Q, Value

from careloop.facts.consents import TOLD_ROADS, TOLD_TOPICS, ConsentPurpose, Road
from careloop.facts.outbox import (
    ChoiceKind,
    Direction,
    HeldFor,
    InboxSource,
    InboxState,
    OutEvent,
    OutKind,
    OutState,
    Stopped,
    ThreadWith,
)
from careloop.records.base import Record, Uuid7Record
from careloop.records.chart import Resource
from careloop.records.consents import CircleMember, Consent
from careloop.records.directory import DirectoryEntry
from careloop.records.people import OfPatient, Patient, Person, Unit
from careloop.records.referrals import ReferralSending
from careloop.records.scheduling import Booking
from careloop.records.worklist import Loop

ROADS = [str(one) for one in TOLD_ROADS]
OUT_ROADS = [str(one) for one in Road]
DIRECTIONS = [str(one) for one in Direction]
PARTNERS = [str(one) for one in ThreadWith]
INBOX_SOURCES = [str(one) for one in InboxSource]
INBOX_STATES = [str(one) for one in InboxState]
HELD_FOR = [str(one) for one in HeldFor]
TOPICS = [str(one) for one in TOLD_TOPICS]
PACKET_ROADS = ["email", "letter", "fhir"]
# Still on its way: it holds back what comes after it in its thread.
ON_ITS_WAY = ["held", "waiting", "claimed", "unknown"]


class ContactPoint(OfPatient, Uuid7Record):
    """An address on a road, of the patient or of somebody of the circle. Frozen when it was somebody else's."""

    member = models.ForeignKey(CircleMember, null=True, on_delete=models.PROTECT, db_index=False)
    road = models.TextField()
    address = models.TextField()
    use = models.TextField(blank=True, default="")
    is_preferred = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    frozen_at = models.DateTimeField(null=True)
    frozen_because = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "contact_point"
        constraints = [
            models.CheckConstraint(name="point_road_is_known", condition=Q(road__in=ROADS)),
            models.CheckConstraint(name="point_has_address", condition=~Q(address="")),
            models.CheckConstraint(
                name="point_frozen_says_why",
                condition=Q(frozen_at=None, frozen_because="") | Q(frozen_at__isnull=False) & ~Q(frozen_because=""),
            ),
            models.CheckConstraint(
                name="point_verified_by_somebody",
                condition=Q(verified_at=None, verified_by=None)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="point_once",
                fields=["patient", "member", "road", "address"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(name="point_by_address", fields=["road", "address"])]


class ContactChoice(OfPatient):
    """What somebody chose about being reached: added, never changed; of two the later holds.

    ``road`` "" is every road. ``value`` holds what may be named openly, or the best hours.
    """

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(CircleMember, null=True, on_delete=models.PROTECT, db_index=False)
    kind = models.TextField()
    road = models.TextField(blank=True, default="")
    value = models.JSONField(default=dict)
    because = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        app_label = "records"
        db_table = "contact_choice"
        constraints = [
            models.CheckConstraint(name="choice_kind_is_known", condition=Q(kind__in=[str(k) for k in ChoiceKind])),
            models.CheckConstraint(name="choice_road_is_known", condition=Q(road__in=["", *ROADS])),
        ]
        indexes = [models.Index(name="choice_by_patient", fields=["patient", "-id"])]


class Thread(OfPatient, Uuid7Record):
    """A talk about one patient with one partner: the patient, somebody of the circle, an office, a colleague."""

    partner = models.TextField()
    member = models.ForeignKey(CircleMember, null=True, on_delete=models.PROTECT, db_index=False)
    entry = models.ForeignKey(DirectoryEntry, null=True, on_delete=models.PROTECT, db_index=False)
    colleague = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    unread_since = models.DateTimeField(null=True)
    unanswered_since = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "records"
        db_table = "thread"
        constraints = [
            models.CheckConstraint(name="thread_partner_is_known", condition=Q(partner__in=PARTNERS)),
            models.CheckConstraint(
                name="thread_is_with_one",
                condition=Q(partner="patient", member=None, entry=None, colleague=None)
                | Q(partner="member", member__isnull=False, entry=None, colleague=None)
                | Q(partner__in=["clinician", "office", "payer"], member=None, entry__isnull=False, colleague=None)
                | Q(partner="colleague", member=None, entry=None, colleague__isnull=False),
            ),
            models.UniqueConstraint(
                name="thread_once",
                fields=["patient", "partner", "member", "entry", "colleague"],
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(name="thread_by_patient", fields=["patient", "-last_at"])]


class Message(OfPatient, Uuid7Record):
    """What was written, whole, with its language and the words it came from. Added, never changed.

    ``words`` are those of the situation or the writer's own; ``pieces`` the parts of the road as they went.
    ``words_sha256`` is the hash of the catalog's words at that time: it tells the version.
    """

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, db_index=False)
    direction = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    road = models.TextField(blank=True, default="")
    language = models.TextField(blank=True, default="")
    asked_language = models.TextField(blank=True, default="")
    situation = models.TextField(blank=True, default="")
    words_sha256 = models.BinaryField()
    is_draft_words = models.BooleanField(default=False)
    topic = models.TextField(blank=True, default="")
    words = models.TextField()
    pieces = models.JSONField(default=dict)
    loop = models.ForeignKey(Loop, null=True, on_delete=models.PROTECT, related_name="+")
    inbox_item = models.ForeignKey("records.InboxItem", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "records"
        db_table = "message"
        constraints = [
            models.CheckConstraint(name="message_direction_is_known", condition=Q(direction__in=DIRECTIONS)),
            models.CheckConstraint(name="message_road_is_known", condition=Q(road__in=["", *ROADS])),
            models.CheckConstraint(name="message_says_something", condition=~Q(words="")),
        ]
        indexes = [
            models.Index(name="message_by_thread", fields=["thread", "id"]),
            models.Index(name="message_by_patient", fields=["patient", "-at"]),
        ]


class Outbox(OfPatient, Uuid7Record):
    """One thing on its way out, and where it stands. A message has the same key here as in ``message``.

    ``meant_at`` and then ``no`` are the order in a thread; ``next_at`` when to look at it again, None when nobody has
    to. ``token`` rises with every claim: who holds an older one may write nothing more. ``key`` is the provider's too.
    ``awaits_word``: the loop behind it has not heard yet that it did not go, or went. A packet has no thread, message
    or point: ``sending`` is what the referral knows of it. A letter to an office has no point: its address is the
    directory's.
    """

    kind = models.TextField(default=str(OutKind.MESSAGE))
    key = models.TextField(unique=True)
    thread = models.ForeignKey(Thread, null=True, on_delete=models.PROTECT, db_index=False)
    message = models.OneToOneField(Message, null=True, on_delete=models.PROTECT)
    member = models.ForeignKey(CircleMember, null=True, on_delete=models.PROTECT, db_index=False)
    topic = models.TextField()
    purpose = models.TextField(default=str(ConsentPurpose.CARE))
    consent = models.ForeignKey(Consent, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    road = models.TextField()
    point = models.ForeignKey(ContactPoint, null=True, on_delete=models.PROTECT, db_index=False)
    sending = models.OneToOneField(ReferralSending, null=True, on_delete=models.PROTECT, db_constraint=False)
    address = models.TextField()
    zone = models.TextField()
    at_any_hour = models.BooleanField(default=False)
    is_last_word = models.BooleanField(default=False)
    booking = models.ForeignKey(Booking, null=True, on_delete=models.PROTECT, related_name="+")
    booking_version = models.IntegerField(null=True)
    resource = models.ForeignKey(
        Resource, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    resource_version = models.IntegerField(null=True)
    loop = models.ForeignKey(Loop, null=True, on_delete=models.PROTECT, related_name="+")
    no = models.BigIntegerField(editable=False, db_default=Func(Value("outbox_no"), function="nextval"))
    state = models.TextField(default=str(OutState.WAITING))
    state_since = models.DateTimeField()
    held_for = models.TextField(blank=True, default="")
    meant_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    good_until = models.DateTimeField()
    queued_at = models.DateTimeField()
    queued_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    attempts = models.SmallIntegerField(default=0)
    token = models.BigIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    reference = models.TextField(blank=True, default="")
    said = models.TextField(blank=True, default="")
    stopped_because = models.TextField(blank=True, default="")
    stopped_note = models.TextField(blank=True, default="")
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    awaits_word = models.BooleanField(default=False)

    class Meta:
        app_label = "records"
        db_table = "outbox"
        constraints = [
            models.CheckConstraint(name="outbox_kind_is_known", condition=Q(kind__in=[str(k) for k in OutKind])),
            models.CheckConstraint(name="outbox_state_is_known", condition=Q(state__in=[str(s) for s in OutState])),
            models.CheckConstraint(name="outbox_held_for_is_known", condition=Q(held_for__in=HELD_FOR)),
            models.CheckConstraint(name="outbox_road_is_known", condition=Q(road__in=OUT_ROADS)),
            models.CheckConstraint(name="outbox_topic_is_known", condition=Q(topic__in=TOPICS)),
            models.CheckConstraint(
                name="outbox_held_says_for_what",
                condition=Q(state="held") & ~Q(held_for="") | ~Q(state="held") & Q(held_for=""),
            ),
            models.CheckConstraint(
                name="outbox_waiting_has_a_moment",
                condition=~Q(state__in=["waiting", "unknown"]) & ~Q(held_for="undo") | Q(next_at__isnull=False),
            ),
            models.CheckConstraint(
                name="outbox_claimed_has_a_lease",
                condition=Q(state="claimed", leased_until__isnull=False, token__gt=0)
                | ~Q(state="claimed") & Q(leased_until=None),
            ),
            models.CheckConstraint(
                name="outbox_sent_has_a_receipt",
                condition=~Q(state__in=["sent", "delivered"]) | Q(sent_at__isnull=False) & ~Q(reference=""),
            ),
            models.CheckConstraint(
                name="outbox_withdrawn_says_why",
                condition=Q(state="withdrawn", stopped_because__in=[str(s) for s in Stopped])
                | ~Q(state="withdrawn") & Q(stopped_because=""),
            ),
            models.CheckConstraint(
                name="outbox_about_has_a_version",
                condition=(
                    Q(booking=None, booking_version=None) | Q(booking__isnull=False, booking_version__isnull=False)
                )
                & (Q(resource=None, resource_version=None) | Q(resource__isnull=False, resource_version__isnull=False)),
            ),
            models.CheckConstraint(
                name="outbox_message_is_there", condition=~Q(kind="message") | Q(message=F("id"), thread__isnull=False)
            ),
            models.CheckConstraint(
                name="outbox_letter_is_to_an_office",
                condition=~Q(kind="office")
                | Q(message=F("id"), thread__isnull=False, point=None, member=None, road__in=["email", "letter"]),
            ),
            models.CheckConstraint(
                name="outbox_packet_has_a_sending",
                condition=Q(kind="packet", sending__isnull=False, point=None, member=None, road__in=PACKET_ROADS)
                | ~Q(kind="packet") & ~Q(road="fhir") & Q(sending=None) & (Q(point__isnull=False) | Q(kind="office")),
            ),
            models.CheckConstraint(name="outbox_is_good_for_a_while", condition=Q(good_until__gt=F("queued_at"))),
        ]
        indexes = [
            models.Index(name="outbox_due", fields=["next_at", "no"], condition=Q(state__in=["held", "waiting"])),
            models.Index(name="outbox_leased", fields=["leased_until"], condition=Q(state="claimed")),
            models.Index(name="outbox_unknown", fields=["next_at"], condition=Q(state="unknown")),
            models.Index(name="outbox_awaits_word", fields=["id"], condition=Q(awaits_word=True)),
            models.Index(name="outbox_by_thread", fields=["thread", "meant_at"], condition=Q(state__in=ON_ITS_WAY)),
            models.Index(name="outbox_by_patient", fields=["patient", "-id"]),
            models.Index(name="outbox_by_reference", fields=["reference"], condition=~Q(reference="")),
        ]


class OutboxEvent(OfPatient):
    """A line of what became of something on its way out. The database adds it with every change of state."""

    id = models.BigAutoField(primary_key=True)
    outbox = models.ForeignKey(Outbox, on_delete=models.PROTECT)
    at = models.DateTimeField()
    event = models.TextField()
    token = models.BigIntegerField(default=0)
    because = models.TextField(blank=True, default="")
    reference = models.TextField(blank=True, default="")
    person_id = models.UUIDField(null=True)

    class Meta:
        app_label = "records"
        db_table = "outbox_event"
        constraints = [
            models.CheckConstraint(name="outbox_event_is_known", condition=Q(event__in=[str(e) for e in OutEvent])),
        ]


class InboxItem(Uuid7Record):
    """Whatever came in, whole, as it came; once by its hash. Who it belongs to is found later, or by a person."""

    source = models.TextField()
    sha256 = models.BinaryField()
    body = models.BinaryField()
    about = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    state = models.TextField(default=str(InboxState.NEW))
    because = models.TextField(blank=True, default="")
    attempts = models.SmallIntegerField(default=0)
    patient = models.ForeignKey(Patient, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    label_mask = models.IntegerField(default=0)

    class Meta:
        app_label = "records"
        db_table = "inbox_item"
        constraints = [
            models.UniqueConstraint(name="inbox_item_once", fields=["source", "sha256"]),
            models.CheckConstraint(name="inbox_item_source_is_known", condition=Q(source__in=INBOX_SOURCES)),
            models.CheckConstraint(name="inbox_item_state_is_known", condition=Q(state__in=INBOX_STATES)),
            models.CheckConstraint(name="inbox_item_place_is_whole", condition=Q(patient=None) | Q(unit__isnull=False)),
        ]
        indexes = [
            models.Index(name="inbox_item_new", fields=["received_at"], condition=Q(state="new")),
            models.Index(name="inbox_item_by_patient", fields=["patient"], condition=Q(patient__isnull=False)),
        ]


class ChannelTest(Uuid7Record):
    """A test message that somebody of the staff had sent to themselves, tried once, and how it went."""

    road = models.TextField()
    address = models.TextField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    went = models.TextField(blank=True, default="")
    said = models.TextField(blank=True, default="")

    class Meta:
        app_label = "records"
        db_table = "channel_test"
        constraints = [models.CheckConstraint(name="channel_test_road_is_known", condition=Q(road__in=ROADS))]
        indexes = [models.Index(name="channel_test_by_time", fields=["-asked_at"])]


class OutboxEpoch(Record):
    """Whether the outbox sends: one row. After a restore or a long outage it waits until a person has decided."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    epoch = models.IntegerField(default=1)
    is_waiting = models.BooleanField(default=False)
    because = models.TextField(blank=True, default="")
    since = models.DateTimeField(null=True)
    round_at = models.DateTimeField(null=True)
    last_token = models.BigIntegerField(default=0)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        app_label = "records"
        db_table = "outbox_epoch"
        constraints = [models.CheckConstraint(name="outbox_epoch_is_one", condition=Q(id=1))]
