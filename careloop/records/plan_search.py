"""Questions of the planner that are looked into for longer: what was asked, and what came of it."""

from django.db import models
from django.db.models import Q

from careloop.facts.plan_search import SearchState
from careloop.records.base import Uuid7Record
from careloop.records.people import OfPatient, Person


class PlanSearch(OfPatient, Uuid7Record):
    """A question of the planner about one patient, and the best times that a longer look found. It keeps no time free.

    ``question`` names what was asked, ``ask`` is all of it. ``times`` are step, instant and who takes part. ``seen_at``
    is when the page that asks was last looked at, ``begun_at`` when the worker last began. Rows go a day after they
    were asked.
    """

    question = models.TextField()
    ask = models.JSONField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    state = models.TextField(default=str(SearchState.WAITING))
    tries = models.SmallIntegerField(default=0)
    begun_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    times = models.JSONField(default=list)
    least_end_on = models.DateField(null=True)
    is_best = models.BooleanField(default=False)

    class Meta:
        app_label = "records"
        db_table = "plan_search"
        constraints = [
            models.UniqueConstraint(name="plan_search_once", fields=["patient", "question"]),
            models.CheckConstraint(
                name="plan_search_state_is_known", condition=Q(state__in=[str(one) for one in SearchState])
            ),
            models.CheckConstraint(
                name="plan_search_done_says_when",
                condition=Q(state="waiting", finished_at=None) | ~Q(state="waiting") & Q(finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="plan_search_tells_when_done",
                condition=Q(state="done") | Q(times=[], least_end_on=None, is_best=False),
            ),
        ]
        indexes = [
            models.Index(name="plan_search_due", fields=["asked_at"], condition=Q(state="waiting")),
        ]
