"""Calendars: weekly hours, exceptions, and what a visit is."""

from django.db import models
from django.db.models import F, Q

from careloop.facts.scheduling import Preparation
from careloop.records.base import Record, Uuid7Record
from careloop.records.directory import DirectoryEntry
from careloop.records.people import Person


def hold_days_and_hours(table: str) -> list[models.BaseConstraint]:
    """Return that days of a table end after they begin, and are whole or have both of their hours."""
    whole = Q(opens=None, closes=None)
    part = Q(opens__isnull=False, closes__isnull=False, closes__gt=F("opens"))
    return [
        models.CheckConstraint(name=f"{table}_lasts", condition=Q(last_on__gte=F("first_on"))),
        models.CheckConstraint(name=f"{table}_is_whole_or_part", condition=whole | part),
    ]


class CalendarHours(Record):
    """Hours of an entry on a day of the week (1 is Monday), in its zone, from and until days that may be open-ended."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(DirectoryEntry, on_delete=models.PROTECT)
    weekday = models.SmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()
    from_on = models.DateField(null=True)
    until_on = models.DateField(null=True)

    class Meta:
        app_label = "records"
        db_table = "calendar_hours"
        constraints = [
            models.CheckConstraint(name="calendar_weekday_is_known", condition=Q(weekday__range=(1, 7))),
            models.CheckConstraint(name="calendar_closes_after_opening", condition=Q(closes__gt=F("opens"))),
            models.CheckConstraint(
                name="calendar_hours_last",
                condition=Q(from_on=None) | Q(until_on=None) | Q(until_on__gte=F("from_on")),
            ),
        ]


class CalendarDay(Record):
    """Days on which an entry differs from its hours: leave, a meeting, upkeep, or hours beside the usual ones.

    Without times it is the whole day. ``outage`` is the one that it was entered with, None for other days.
    """

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(DirectoryEntry, on_delete=models.PROTECT)
    first_on = models.DateField()
    last_on = models.DateField()
    is_open = models.BooleanField(default=False)
    opens = models.TimeField(null=True)
    closes = models.TimeField(null=True)
    reason = models.TextField(blank=True, default="")
    outage = models.ForeignKey("records.Outage", null=True, on_delete=models.PROTECT)
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "calendar_day"
        constraints = hold_days_and_hours("calendar_day")


class VisitType(Uuid7Record):
    """What a visit is: length, gaps, preparation, what it needs, and for how many at once.

    ``labels`` are the sensitivity bits that its visits carry. ``room_sort`` and ``device_sort`` name the kind of
    room or device that it needs, "" for none. ``name`` is what the clinic calls it.
    """

    name = models.TextField()
    is_active = models.BooleanField(default=True)
    minutes = models.SmallIntegerField()
    gap_before = models.SmallIntegerField(default=0)
    gap_after = models.SmallIntegerField(default=0)
    preparation = models.TextField(default=str(Preparation.NONE))
    needs_practitioner = models.BooleanField(default=True)
    needs_escort = models.BooleanField(default=False)
    needs_fasting = models.BooleanField(default=False)
    room_sort = models.TextField(blank=True, default="")
    device_sort = models.TextField(blank=True, default="")
    seats = models.SmallIntegerField(default=1)
    labels = models.IntegerField(default=0)
    version = models.IntegerField(default=1)
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "visit_type"
        constraints = [
            models.CheckConstraint(name="visit_type_has_name", condition=~Q(name="")),
            models.UniqueConstraint(name="visit_type_named_once", fields=["name"], condition=Q(is_active=True)),
            models.CheckConstraint(name="visit_type_lasts", condition=Q(minutes__range=(5, 720))),
            models.CheckConstraint(
                name="visit_type_gaps_are_short",
                condition=Q(gap_before__range=(0, 240)) & Q(gap_after__range=(0, 240)),
            ),
            models.CheckConstraint(name="visit_type_has_seats", condition=Q(seats__range=(1, 200))),
            models.CheckConstraint(name="visit_type_labels_are_known", condition=Q(labels__range=(0, 255))),
            models.CheckConstraint(
                name="visit_type_preparation_is_known", condition=Q(preparation__in=[str(p) for p in Preparation])
            ),
        ]


class VisitTypeWith(Record):
    """A practitioner whom a kind of visit is with; a kind that names nobody is with whoever has a calendar."""

    id = models.BigAutoField(primary_key=True)
    visit_type = models.ForeignKey(VisitType, on_delete=models.PROTECT, db_index=False)
    entry = models.ForeignKey(DirectoryEntry, on_delete=models.PROTECT, db_index=False)

    class Meta:
        app_label = "records"
        db_table = "visit_type_with"
        constraints = [models.UniqueConstraint(name="visit_type_with_once", fields=["visit_type", "entry"])]
