"""When people and things of the directory are busy elsewhere, as their own calendars say: times and nothing else."""

from django.db import models
from django.db.models import F, Q

from careloop.records.base import Record
from careloop.records.directory import DirectoryEntry
from careloop.records.people import Person


class OutsideCalendar(Record):
    """A calendar from elsewhere that was read for an entry: when, by whom, and until when its busy times are known.

    The calendar itself is not kept: titles, places and guests in it are nobody's business here.
    """

    entry = models.OneToOneField(DirectoryEntry, primary_key=True, on_delete=models.PROTECT)
    read_at = models.DateTimeField()
    known_until = models.DateTimeField()
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        app_label = "records"
        db_table = "outside_calendar"
        constraints = [
            models.CheckConstraint(name="outside_calendar_lasts", condition=Q(known_until__gt=F("read_at"))),
        ]


class OutsideBusy(Record):
    """A time in which an entry is busy elsewhere. All of an entry's are replaced at once."""

    id = models.BigAutoField(primary_key=True)
    calendar = models.ForeignKey(OutsideCalendar, on_delete=models.PROTECT, db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "outside_busy"
        constraints = [models.CheckConstraint(name="outside_busy_lasts", condition=Q(ends_at__gt=F("starts_at")))]
        indexes = [models.Index(name="outside_busy_by_end", fields=["calendar", "ends_at"])]


class OutsideAddress(Record):
    """The address from which an entry's calendar elsewhere is fetched, and how that goes.

    The address is a secret: ``sealed`` opens with the clinic's key alone, ``shown`` is what people may see of it.
    ``due_at`` is when it is asked next; ``claim``, until ``claimed_until``, is the one fetch that is under way.
    ``etag``, ``modified`` and ``zone`` belong to what was read last: as long as they hold it is asked for changes only.
    ``trouble`` is why the last try brought nothing (a stored ``Say``), ``failures`` how many in a row.
    """

    entry = models.OneToOneField(DirectoryEntry, primary_key=True, on_delete=models.PROTECT)
    sealed = models.TextField()
    shown = models.TextField()
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField()
    due_at = models.DateTimeField()
    wait_until = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)
    trouble = models.JSONField(null=True)
    failures = models.SmallIntegerField(default=0)
    etag = models.TextField(blank=True, default="")
    modified = models.TextField(blank=True, default="")
    zone = models.TextField(blank=True, default="")

    class Meta:
        app_label = "records"
        db_table = "outside_address"
        constraints = [
            models.CheckConstraint(
                name="outside_address_claim_ends",
                condition=Q(claim__isnull=True, claimed_until__isnull=True)
                | Q(claim__isnull=False, claimed_until__isnull=False),
            ),
            models.CheckConstraint(
                name="outside_address_trouble_counts",
                condition=Q(failures=0, trouble__isnull=True) | Q(failures__gt=0, trouble__isnull=False),
            ),
        ]
        indexes = [models.Index(name="outside_address_by_due", fields=["due_at"])]
