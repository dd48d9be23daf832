"""Addresses under which a calendar fetches somebody's visits."""

from django.db import models
from django.db.models import Q

from careloop.records.base import Uuid7Record
from careloop.records.people import Person


class CalendarFeed(Uuid7Record):
    """An address of one person. Of its secret only the hash is kept: the address itself is shown once, when it is made.

    ``asked_since`` and ``asked_count`` say how often it was asked in this hour.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    name = models.TextField()
    token_hash = models.BinaryField()
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    asked_since = models.DateTimeField(null=True)
    asked_count = models.IntegerField(default=0)

    class Meta:
        app_label = "records"
        db_table = "calendar_feed"
        constraints = [
            models.CheckConstraint(name="calendar_feed_has_name", condition=~Q(name="")),
            models.UniqueConstraint(name="calendar_feed_token_once", fields=["token_hash"]),
        ]
