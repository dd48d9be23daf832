"""What is in order before a visit: one row for each item that somebody has looked at."""

from django.db import models
from django.db.models import F, Q

from careloop.facts.preparation import Item, ItemState
from careloop.records.people import OfPatient, Person
from careloop.records.scheduling import Booking


class VisitItem(OfPatient):
    """An item of a visit as it stands: who said so, when, and what shows it. An item without a row is open.

    ``is_open_again`` marks what had been arranged for a time that the visit does not have any more. ``first_on`` and
    ``last_on`` are the days of an approval, ``pickup`` when a ride fetches the patient, on the clocks of the place.
    ``pays`` are the cents that the patient pays. ``covered_by`` is for which coverage it was looked at, None if that is
    not known; of what is open again because the patient has another one, it is the one before.
    """

    id = models.BigAutoField(primary_key=True)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    item = models.TextField()
    state = models.TextField()
    note = models.TextField(blank=True, default="")
    is_open_again = models.BooleanField(default=False)
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    pickup = models.TimeField(null=True)
    pays = models.IntegerField(null=True)
    covered_by = models.TextField(null=True)
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "records"
        db_table = "visit_item"
        constraints = [
            models.UniqueConstraint(name="visit_item_once", fields=["booking", "item"]),
            models.CheckConstraint(name="visit_item_is_known", condition=Q(item__in=[str(one) for one in Item])),
            models.CheckConstraint(
                name="visit_item_state_is_known", condition=Q(state__in=[str(one) for one in ItemState])
            ),
            models.CheckConstraint(name="visit_item_says_what_shows_it", condition=Q(state="open") | ~Q(note="")),
            models.CheckConstraint(
                name="visit_item_open_again_is_open", condition=Q(is_open_again=False) | Q(state="open", note="")
            ),
            models.CheckConstraint(
                name="visit_item_approval_has_days",
                condition=Q(item="approval", state="done", first_on__isnull=False, last_on__gte=F("first_on"))
                | Q(item="approval", is_open_again=True, first_on__isnull=False, last_on__gte=F("first_on"))
                | Q(first_on=None, last_on=None) & ~Q(item="approval", state="done"),
            ),
            models.CheckConstraint(
                name="visit_item_only_a_ride_fetches", condition=Q(pickup=None) | Q(item="ride", state="done")
            ),
            models.CheckConstraint(
                name="visit_item_only_coverage_is_paid_for",
                condition=Q(pays=None) | Q(item="coverage", state="done", pays__gte=0, covered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="visit_item_only_the_plan_covers",
                condition=Q(covered_by=None) | Q(item__in=["coverage", "approval"]),
            ),
        ]
