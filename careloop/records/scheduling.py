"""Bookings: visits, what takes part in them, group visits, extra seats, and requests that were answered."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from careloop.facts.scheduling import BookingState, CancelledBy, CancelReason
from careloop.records.base import Record, Uuid7Record
from careloop.records.calendars import VisitType
from careloop.records.directory import DirectoryEntry
from careloop.records.people import OfPatient, Patient, Person, Unit
from careloop.records.worklist import Loop

OCCUPYING = ["held", "booked", "confirmed", "arrived"]


if TYPE_CHECKING:
    _Field = models.Field[datetime, datetime]
else:
    _Field = models.Field


class WallTimeField(_Field):
    """What a clock on a wall shows: a day and a time without a zone."""

    def db_type(self, connection: object) -> str:
        """Return the type of the column."""
        return "timestamp without time zone"


class PromisedTime(Record):
    """A time that was promised: the instant, the IANA zone and what its clocks show, which the database compares."""

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.TextField()
    starts_wall = WallTimeField()

    class Meta:
        abstract = True


class GroupVisit(Uuid7Record, PromisedTime):
    """A visit for several patients at once. It occupies who leads it and where; each patient takes a seat."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False)
    visit_type = models.ForeignKey(VisitType, on_delete=models.PROTECT, db_index=False)
    seats = models.SmallIntegerField()
    minutes = models.SmallIntegerField()
    is_cancelled = models.BooleanField(default=False)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "group_visit"
        constraints = [models.CheckConstraint(name="group_visit_has_seats", condition=Q(seats__range=(1, 200)))]
        indexes = [models.Index(name="group_visit_by_start", fields=["starts_at"])]


class ExtraSeat(Record):
    """That somebody or something may be booked once more than once in a time: number, why, and who said so."""

    id = models.UUIDField(primary_key=True, editable=False)
    entry = models.ForeignKey(DirectoryEntry, on_delete=models.PROTECT)
    seat = models.SmallIntegerField()
    during = DateTimeRangeField()
    reason = models.TextField()
    allowed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    allowed_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "extra_seat"
        constraints = [
            models.CheckConstraint(name="extra_seat_is_beside_the_first", condition=Q(seat__range=(1, 20))),
            models.CheckConstraint(name="extra_seat_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="extra_seat_ends", condition=Q(during__upper_inf=False) & Q(during__isempty=False)
            ),
        ]


class Booking(OfPatient, Uuid7Record, PromisedTime):
    """A visit of one patient at one time. Its loop is the promise, which outlives a time that was given back.

    ``occupies`` is worked out by the database from the state; the rows of those who take part follow it.
    ``awaits_word`` marks a hold that ended while somebody else wanted its time: its loop has not heard of it yet.
    """

    loop = models.ForeignKey(Loop, on_delete=models.PROTECT)
    visit_type = models.ForeignKey(VisitType, on_delete=models.PROTECT, db_index=False)
    group = models.ForeignKey(GroupVisit, null=True, on_delete=models.PROTECT, db_index=False)
    seat_no = models.SmallIntegerField(null=True)
    state = models.TextField(default=str(BookingState.HELD))
    state_since = models.DateTimeField()
    minutes = models.SmallIntegerField()
    hold_token = models.UUIDField()
    hold_until = models.DateTimeField()
    cancelled_by = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")
    booked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    version = models.IntegerField(default=1)
    awaits_word = models.BooleanField(default=False)
    occupies = models.GeneratedField(
        expression=Q(state__in=OCCUPYING),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        app_label = "records"
        db_table = "booking"
        constraints = [
            models.CheckConstraint(
                name="booking_state_is_known", condition=Q(state__in=[str(s) for s in BookingState])
            ),
            models.CheckConstraint(
                name="booking_cancelled_by_is_known",
                condition=Q(cancelled_by="") | Q(cancelled_by__in=[str(one) for one in CancelledBy]),
            ),
            models.CheckConstraint(
                name="booking_reason_is_known",
                condition=Q(reason="") | Q(reason__in=[str(one) for one in CancelReason]),
            ),
            models.CheckConstraint(
                name="booking_cancelled_says_by_whom_and_why",
                condition=Q(state="cancelled", reason__gt="", cancelled_by__gt="")
                | Q(state="bumped", reason__gt="", cancelled_by="")
                | (~Q(state__in=["cancelled", "bumped"]) & Q(reason="", cancelled_by="")),
            ),
            models.CheckConstraint(name="booking_other_says_why", condition=~Q(reason="other") | ~Q(note="")),
            models.CheckConstraint(name="booking_hold_ends", condition=Q(hold_until__gt=F("made_at"))),
            models.CheckConstraint(
                name="booking_seat_is_in_group",
                condition=Q(group=None, seat_no=None) | Q(group__isnull=False, seat_no__isnull=False, seat_no__gte=1),
            ),
            models.UniqueConstraint(name="booking_one_a_loop", fields=["loop"], condition=Q(state__in=OCCUPYING)),
            models.UniqueConstraint(
                name="group_seat_once", fields=["group", "seat_no"], condition=Q(state__in=OCCUPYING)
            ),
        ]
        indexes = [
            models.Index(name="booking_by_patient", fields=["patient", "starts_at"]),
            models.Index(name="booking_by_unit_start", fields=["unit", "starts_at"]),
            models.Index(name="booking_hold_due", fields=["hold_until"], condition=Q(state="held")),
            models.Index(name="booking_awaits_word", fields=["id"], condition=Q(awaits_word=True)),
        ]


class BookingPart(Record):
    """Somebody or something that takes part in a visit, and how long it is kept for it, gaps included.

    Exactly one of ``entry`` and ``is_patient``; exactly one of ``booking``, ``group`` and ``meeting``. ``seat`` 0 is
    the one seat that everybody has. ``occupant_no`` is the number of the entry or patient, filled in by the database.
    """

    id = models.BigAutoField(primary_key=True)
    patient = models.ForeignKey(Patient, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    label_mask = models.IntegerField(default=0)
    booking = models.ForeignKey(Booking, null=True, on_delete=models.PROTECT, db_constraint=False)
    group = models.ForeignKey(GroupVisit, null=True, on_delete=models.PROTECT)
    meeting = models.ForeignKey("records.FamilyMeeting", null=True, on_delete=models.PROTECT, db_index=False)
    entry = models.ForeignKey(DirectoryEntry, null=True, on_delete=models.PROTECT, db_index=False)
    is_patient = models.BooleanField(default=False)
    occupant_no = models.BigIntegerField(default=0)
    seat = models.SmallIntegerField(default=0)
    extra_seat = models.ForeignKey(ExtraSeat, null=True, on_delete=models.PROTECT, db_index=False)
    during = DateTimeRangeField()
    occupies = models.BooleanField(default=True)

    class Meta:
        app_label = "records"
        db_table = "booking_part"
        constraints = [
            ExclusionConstraint(
                name="nothing_is_booked_twice",
                expressions=[
                    (
                        Func(F("occupant_no"), F("occupant_no"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (Func(F("seat"), F("seat"), Value("[]"), function="int4range"), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(occupies=True),
            ),
            models.CheckConstraint(
                name="part_is_entry_or_patient",
                condition=Q(entry=None, is_patient=True, patient__isnull=False)
                | Q(entry__isnull=False, is_patient=False),
            ),
            models.CheckConstraint(
                name="part_is_of_booking_or_group",
                condition=Q(booking__isnull=False, group=None, meeting=None, patient__isnull=False)
                | Q(booking=None, group__isnull=False, meeting=None, patient=None)
                | Q(booking=None, group=None, meeting__isnull=False, patient__isnull=False),
            ),
            models.CheckConstraint(
                name="part_extra_seat_is_allowed",
                condition=Q(seat=0, extra_seat=None) | Q(seat__gte=1, extra_seat__isnull=False, is_patient=False),
            ),
            models.CheckConstraint(name="part_ends", condition=Q(during__upper_inf=False) & Q(during__isempty=False)),
        ]
        indexes = [
            models.Index(name="part_by_occupant", fields=["occupant_no"], condition=Q(occupies=True)),
            models.Index(name="part_by_meeting", fields=["meeting"], condition=Q(meeting__isnull=False)),
        ]


class AnsweredRequest(Record):
    """A request that was answered, under the key that its asker gave it: asked again, the same answer comes."""

    pk = models.CompositePrimaryKey("person_id", "key")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.TextField()
    sha256 = models.BinaryField()
    answer = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "answered_request"
        indexes = [models.Index(name="answered_request_by_at", fields=["at"])]
