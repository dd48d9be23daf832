"""Reaching people: every try, numbers that are shut, and what stood when somebody was called unreachable."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from careloop.facts.reach import WRITTEN, BlockWhy, Interpreter, TryResult, TryRoad, WhyNo
from careloop.records.base import Uuid7Record
from careloop.records.consents import CircleMember
from careloop.records.outreach import OutreachEntry
from careloop.records.people import OfPatient, Person
from careloop.records.worklist import Loop


class ContactTry(OfPatient, Uuid7Record):
    """One try to reach a patient, or somebody of the circle. Added, never changed.

    ``address`` is the number as it was on file, ``zone`` the patient's, ``is_checked`` that two identifiers were right.
    """

    at = models.DateTimeField()
    zone = models.TextField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(CircleMember, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    road = models.TextField()
    address = models.TextField(blank=True, default="")
    result = models.TextField()
    is_checked = models.BooleanField(default=False)
    minutes = models.SmallIntegerField(null=True)
    note = models.TextField(blank=True, default="")
    language = models.TextField(blank=True, default="")
    interpreter = models.TextField(default=str(Interpreter.NONE))
    why_no = models.TextField(blank=True, default="")
    until = models.DateField(null=True)
    barriers = ArrayField(models.TextField(), default=list)
    flags = ArrayField(models.TextField(), default=list)
    entry = models.ForeignKey(OutreachEntry, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        app_label = "records"
        db_table = "contact_try"
        constraints = [
            models.CheckConstraint(name="try_road_is_known", condition=Q(road__in=[str(one) for one in TryRoad])),
            models.CheckConstraint(name="try_result_is_known", condition=Q(result__in=[str(one) for one in TryResult])),
            models.CheckConstraint(
                name="try_interpreter_is_known", condition=Q(interpreter__in=[str(one) for one in Interpreter])
            ),
            models.CheckConstraint(
                name="try_sent_in_writing", condition=~Q(result="sent") | Q(road__in=[str(one) for one in WRITTEN])
            ),
            models.CheckConstraint(
                name="try_declined_says_why",
                condition=Q(result="declined", why_no__in=[str(one) for one in WhyNo])
                | (~Q(result="declined") & Q(why_no="")),
            ),
            models.CheckConstraint(name="try_later_says_when", condition=~Q(result="later") | Q(until__isnull=False)),
            models.CheckConstraint(name="try_flags_go_to_a_nurse", condition=Q(flags=[]) | Q(result="needs_nurse")),
            models.CheckConstraint(name="try_minutes_are_some", condition=Q(minutes=None) | Q(minutes__range=(0, 240))),
        ]
        indexes = [models.Index(name="try_by_patient", fields=["patient", "-at"])]


class ContactTryLoop(OfPatient):
    """A loop that a try was about: one call can be about several."""

    id = models.BigAutoField(primary_key=True)
    contact_try = models.ForeignKey(ContactTry, on_delete=models.PROTECT, db_index=False)
    loop = models.ForeignKey(Loop, on_delete=models.PROTECT)

    class Meta:
        app_label = "records"
        db_table = "contact_try_loop"
        constraints = [models.UniqueConstraint(name="try_names_a_loop_once", fields=["contact_try", "loop"])]


class ReachBlock(OfPatient):
    """A number, or with ``address`` "" a whole road, that is not used any more, until somebody lifts it."""

    id = models.BigAutoField(primary_key=True)
    road = models.TextField()
    address = models.TextField(blank=True, default="")
    why = models.TextField()
    since = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_because = models.TextField(blank=True, default="")

    class Meta:
        app_label = "records"
        db_table = "reach_block"
        constraints = [
            models.CheckConstraint(name="block_road_is_known", condition=Q(road__in=[str(one) for one in TryRoad])),
            models.CheckConstraint(name="block_why_is_known", condition=Q(why__in=[str(one) for one in BlockWhy])),
            models.CheckConstraint(
                name="block_wrong_number_names_it", condition=~Q(why="wrong_number") | ~Q(address="")
            ),
            models.CheckConstraint(
                name="block_lifted_says_why",
                condition=Q(ended_at=None, ended_by=None, ended_because="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_because="")),
            ),
            models.UniqueConstraint(
                name="block_once", fields=["patient", "road", "address"], condition=Q(ended_at=None)
            ),
        ]


class ReachEnd(OfPatient):
    """What had been tried when a loop was closed because nobody could be reached, and what the rule asked for.

    ``rule`` and ``rule_from`` name the ladder of the catalog. The database counts the tries again.
    """

    id = models.BigAutoField(primary_key=True)
    loop = models.ForeignKey(Loop, on_delete=models.PROTECT, db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    rule = models.TextField()
    rule_from = models.DateField()
    calls_needed = models.SmallIntegerField()
    parts_needed = models.SmallIntegerField()
    written_needed = models.SmallIntegerField()
    days_needed = models.SmallIntegerField()

    class Meta:
        app_label = "records"
        db_table = "reach_end"
        constraints = [
            models.UniqueConstraint(name="reach_end_once", fields=["loop", "at"]),
            models.CheckConstraint(
                name="reach_end_counts",
                condition=Q(calls_needed__gte=0, parts_needed__gte=0, written_needed__gte=0, days_needed__gte=0),
            ),
        ]
