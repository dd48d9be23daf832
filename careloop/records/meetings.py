"""Family meetings: the meeting, who comes and was told, what was decided, and its history."""

from django.db import models
from django.db.models import Q

from careloop.facts.consents import TOLD_ROADS, TOLD_TOPICS
from careloop.facts.meetings import KEPT_INTERPRETS, GuestKind, MeetingEvent, MeetingForm, MeetingState, Untold
from careloop.records.base import Uuid7Record
from careloop.records.consents import CircleMember
from careloop.records.people import OfPatient, Person
from careloop.records.worklist import Loop


class FamilyMeeting(OfPatient, Uuid7Record):
    """A meeting with the family: why, when, how, and the patient's wishes in their words. Its loop ends with it.

    ``interprets`` never is a child; ``interpreter_loop`` is the task of booking one.
    """

    loop = models.OneToOneField(Loop, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    wishes = models.TextField(blank=True, default="")
    agenda = models.TextField(blank=True, default="")
    state = models.TextField(default=str(MeetingState.TO_ARRANGE))
    state_since = models.DateTimeField()
    starts_at = models.DateTimeField(null=True)
    minutes = models.IntegerField(default=60)
    form = models.TextField(blank=True, default="")
    place = models.TextField(blank=True, default="")
    interprets = models.TextField(blank=True, default="")
    interpreter_loop = models.ForeignKey(Loop, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "records"
        db_table = "family_meeting"
        constraints = [
            models.CheckConstraint(
                name="meeting_state_is_known", condition=Q(state__in=[str(one) for one in MeetingState])
            ),
            models.CheckConstraint(name="meeting_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="meeting_form_is_known", condition=Q(form__in=["", *(str(one) for one in MeetingForm)])
            ),
            models.CheckConstraint(
                name="meeting_child_never_interprets",
                condition=Q(interprets__in=["", *(str(one) for one in KEPT_INTERPRETS)]),
            ),
            models.CheckConstraint(
                name="meeting_set_says_when",
                condition=~Q(state__in=["set", "held", "told"])
                | Q(starts_at__isnull=False) & ~Q(form="") & ~Q(interprets=""),
            ),
            models.CheckConstraint(name="meeting_length", condition=Q(minutes__range=(15, 480))),
        ]
        indexes = [models.Index(name="meeting_by_patient", fields=["patient", "-made_at"])]


class MeetingGuest(OfPatient):
    """Somebody who may come: the patient, a person of the circle or a member of staff; whether they came, were told."""

    id = models.BigAutoField(primary_key=True)
    meeting = models.ForeignKey(FamilyMeeting, on_delete=models.PROTECT, db_index=False)
    kind = models.TextField()
    member = models.ForeignKey(CircleMember, null=True, on_delete=models.PROTECT, db_index=False)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    came = models.BooleanField(null=True)
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    told_road = models.TextField(blank=True, default="")
    untold = models.TextField(blank=True, default="")

    class Meta:
        app_label = "records"
        db_table = "meeting_guest"
        constraints = [
            models.CheckConstraint(
                name="guest_is_somebody",
                condition=Q(kind=str(GuestKind.PATIENT), member=None, person=None)
                | Q(kind=str(GuestKind.MEMBER), member__isnull=False, person=None)
                | Q(kind=str(GuestKind.STAFF), member=None, person__isnull=False),
            ),
            models.CheckConstraint(
                name="guest_told_says_how",
                condition=Q(told_at=None, told_by=None, told_road="")
                | Q(
                    told_at__isnull=False,
                    told_by__isnull=False,
                    told_road__in=[str(one) for one in TOLD_ROADS],
                    untold="",
                ),
            ),
            models.CheckConstraint(
                name="guest_untold_says_why", condition=Q(untold__in=["", *(str(one) for one in Untold)])
            ),
            models.UniqueConstraint(
                name="guest_once", fields=["meeting", "kind", "member", "person"], nulls_distinct=False
            ),
        ]


class MeetingDecision(OfPatient):
    """What was decided, about which topic: its loop says who does it and by when. Added, never changed."""

    id = models.BigAutoField(primary_key=True)
    meeting = models.ForeignKey(FamilyMeeting, on_delete=models.PROTECT)
    loop = models.ForeignKey(Loop, on_delete=models.PROTECT, related_name="+", db_index=False)
    topic = models.TextField()
    words = models.TextField()

    class Meta:
        app_label = "records"
        db_table = "meeting_decision"
        constraints = [
            models.CheckConstraint(
                name="decision_topic_is_known", condition=Q(topic__in=[str(one) for one in TOLD_TOPICS])
            ),
            models.CheckConstraint(name="decision_is_said", condition=~Q(words="")),
        ]


class MeetingStep(OfPatient):
    """One line of a meeting's history, without words. Added, never changed: a trigger refuses the rest."""

    id = models.BigAutoField(primary_key=True)
    meeting = models.ForeignKey(FamilyMeeting, on_delete=models.PROTECT, db_index=False)
    version = models.IntegerField()
    at = models.DateTimeField()
    person_id = models.UUIDField()
    event = models.TextField()
    to_state = models.TextField()

    class Meta:
        app_label = "records"
        db_table = "meeting_step"
        constraints = [
            models.UniqueConstraint(name="meeting_step_once_a_version", fields=["meeting", "version"]),
            models.CheckConstraint(
                name="meeting_step_is_known", condition=Q(event__in=["make", *(str(one) for one in MeetingEvent)])
            ),
        ]
