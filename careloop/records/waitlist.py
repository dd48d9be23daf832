"""The waiting list: freed times without whose they were, who waits for what, and who was asked about which time."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from careloop.facts.visits import PartOfDay
from careloop.facts.waitlist import CAN_WAIT, MOST_NOTICE_HOURS, OfferState, ReachBy, WishState
from careloop.records.base import Uuid7Record
from careloop.records.calendars import VisitType
from careloop.records.directory import DirectoryEntry
from careloop.records.people import OfPatient, Person
from careloop.records.scheduling import Booking, PromisedTime
from careloop.records.worklist import Loop


class FreedTime(Uuid7Record, PromisedTime):
    """A time that was given back, without whose it was. ``entries`` are whom or what it is asked for with, in order.

    Whether it is still free is worked out from the calendars; ``taken_at`` notes that somebody of the list has it.
    """

    visit_type = models.ForeignKey(VisitType, on_delete=models.PROTECT, db_index=False)
    entries = ArrayField(models.UUIDField())
    site = models.ForeignKey(DirectoryEntry, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    freed_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "freed_time"
        constraints = [
            models.CheckConstraint(name="freed_time_names_somebody", condition=Q(entries__len__gte=1)),
            models.CheckConstraint(name="freed_time_ends_later", condition=Q(ends_at__gt=F("starts_at"))),
            models.UniqueConstraint(
                name="freed_time_once", fields=["visit_type", "starts_at", "entries"], condition=Q(taken_at=None)
            ),
        ]
        indexes = [models.Index(name="freed_time_by_start", fields=["starts_at"])]


class WaitlistWish(OfPatient, Uuid7Record):
    """That a patient would come at a time that is freed: for what, when they could, and how they are reached.

    It hangs on the open loop of the visit, whose time moves if there is one.
    """

    loop = models.ForeignKey(Loop, on_delete=models.PROTECT)
    visit_type = models.ForeignKey(VisitType, on_delete=models.PROTECT, db_index=False)
    entry = models.ForeignKey(DirectoryEntry, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey(DirectoryEntry, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    urgency = models.TextField()
    weekdays = ArrayField(models.SmallIntegerField(), default=list)
    part = models.TextField(blank=True, default="")
    earliest_on = models.DateField(null=True)
    latest_on = models.DateField(null=True)
    notice_hours = models.SmallIntegerField(default=0)
    reach_by = models.TextField()
    note = models.TextField(blank=True, default="")
    state = models.TextField(default=str(WishState.WAITING))
    state_since = models.DateTimeField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        app_label = "records"
        db_table = "waitlist_wish"
        constraints = [
            models.CheckConstraint(name="wish_state_is_known", condition=Q(state__in=[str(s) for s in WishState])),
            models.CheckConstraint(name="wish_urgency_can_wait", condition=Q(urgency__in=[str(u) for u in CAN_WAIT])),
            models.CheckConstraint(name="wish_part_is_known", condition=Q(part__in=["", *map(str, PartOfDay)])),
            models.CheckConstraint(name="wish_reach_is_known", condition=Q(reach_by__in=[str(r) for r in ReachBy])),
            models.CheckConstraint(
                name="wish_weekdays_are_known", condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7])
            ),
            models.CheckConstraint(
                name="wish_can_be_met",
                condition=Q(earliest_on=None) | Q(latest_on=None) | Q(latest_on__gte=F("earliest_on")),
            ),
            models.CheckConstraint(
                name="wish_notice_is_known", condition=Q(notice_hours__range=(0, MOST_NOTICE_HOURS))
            ),
            models.UniqueConstraint(name="wish_one_a_loop", fields=["loop"], condition=Q(state="waiting")),
        ]
        indexes = [
            models.Index(name="wish_by_unit_waiting", fields=["unit", "visit_type"], condition=Q(state="waiting")),
            models.Index(name="wish_by_patient", fields=["patient", "added_at"]),
        ]


class WaitlistOffer(OfPatient, Uuid7Record):
    """That somebody who waits was asked about a freed time: by whom, until when an answer is waited for, what it was.

    It holds nothing. A yes is there with its booking or not at all.
    """

    wish = models.ForeignKey(WaitlistWish, on_delete=models.PROTECT, db_index=False)
    freed = models.ForeignKey(FreedTime, on_delete=models.PROTECT)
    state = models.TextField(default=str(OfferState.OPEN))
    state_since = models.DateTimeField()
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    expires_at = models.DateTimeField()
    note = models.TextField(blank=True, default="")
    booking = models.OneToOneField(Booking, null=True, on_delete=models.PROTECT)
    told_taken_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "waitlist_offer"
        constraints = [
            models.CheckConstraint(name="offer_state_is_known", condition=Q(state__in=[str(s) for s in OfferState])),
            models.CheckConstraint(
                name="offer_yes_has_booking",
                condition=Q(state="yes", booking__isnull=False) | ~Q(state="yes") & Q(booking=None),
            ),
            models.UniqueConstraint(name="offer_once_a_time", fields=["wish", "freed"]),
            models.UniqueConstraint(name="offer_one_yes_a_wish", fields=["wish"], condition=Q(state="yes")),
            models.UniqueConstraint(name="offer_one_yes_a_time", fields=["freed"], condition=Q(state="yes")),
        ]
        indexes = [models.Index(name="offer_due", fields=["expires_at"], condition=Q(state="open"))]
