"""Outreach lists and whoever stands on them: one row a person, given to one caller at a time."""

from django.db import models
from django.db.models import F, Q

from careloop.facts.outreach import EntryState, ListState, WhyLeftOut
from careloop.facts.reach import TryResult
from careloop.records.base import Uuid7Record
from careloop.records.people import OfPatient, Person, Unit


class OutreachList(Uuid7Record):
    """A list of people to be called: the rule that found them, how many a day, how often each; without a patient."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False)
    name = models.TextField()
    rule = models.JSONField()
    per_day = models.SmallIntegerField()
    quiet_days = models.SmallIntegerField()
    most_tries = models.SmallIntegerField()
    state = models.TextField(default=str(ListState.OPEN))
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "records"
        db_table = "outreach_list"
        constraints = [
            models.CheckConstraint(name="outreach_has_name", condition=~Q(name="")),
            models.CheckConstraint(name="outreach_state_is_known", condition=Q(state__in=[str(s) for s in ListState])),
            models.CheckConstraint(
                name="outreach_closed_says_when",
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="outreach_pace_is_some",
                condition=Q(per_day__range=(1, 1000), quiet_days__range=(1, 365), most_tries__range=(1, 9)),
            ),
        ]


class OutreachEntry(OfPatient, Uuid7Record):
    """Somebody on a list. While claimed, one person calls them, until ``lease_until``.

    ``next_on`` is the day before which they are not tried again, ``tries`` how often they were.
    """

    list = models.ForeignKey(OutreachList, on_delete=models.PROTECT, db_index=False)
    state = models.TextField(default=str(EntryState.WAITING))
    place = models.IntegerField()
    language = models.TextField(blank=True, default="")
    band = models.TextField(blank=True, default="")
    claimed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    claimed_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    next_on = models.DateField(null=True)
    tries = models.SmallIntegerField(default=0)
    last_result = models.TextField(blank=True, default="")
    left_out_why = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "outreach_entry"
        constraints = [
            models.UniqueConstraint(name="outreach_person_once_a_list", fields=["list", "patient"]),
            models.UniqueConstraint(
                name="outreach_called_by_one_at_a_time", fields=["patient"], condition=Q(state="claimed")
            ),
            models.CheckConstraint(name="entry_state_is_known", condition=Q(state__in=[str(s) for s in EntryState])),
            models.CheckConstraint(
                name="entry_result_is_known", condition=Q(last_result__in=["", *(str(r) for r in TryResult)])
            ),
            models.CheckConstraint(
                name="entry_claimed_by_somebody_for_a_time",
                condition=Q(
                    state="claimed",
                    claimed_by__isnull=False,
                    claimed_at__isnull=False,
                    lease_until__gt=F("claimed_at"),
                )
                | (~Q(state="claimed") & Q(lease_until=None)),
            ),
            models.CheckConstraint(
                name="entry_left_out_says_why",
                condition=Q(state="left_out", left_out_why__in=[str(w) for w in WhyLeftOut])
                | (~Q(state="left_out") & Q(left_out_why="")),
            ),
            models.CheckConstraint(
                name="entry_over_says_when",
                condition=Q(state__in=["ended", "left_out"], ended_at__isnull=False)
                | Q(state__in=["waiting", "claimed"], ended_at=None),
            ),
            models.CheckConstraint(
                name="entry_ended_was_tried", condition=~Q(state="ended") | (Q(tries__gte=1) & ~Q(last_result=""))
            ),
        ]
        indexes = [
            models.Index(name="outreach_next", fields=["list", "place"], condition=Q(state__in=["waiting", "claimed"])),
            models.Index(name="outreach_by_patient", fields=["patient"]),
        ]
