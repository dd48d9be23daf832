"""The mailbox of answers and what became of each mail in it; and answers that were read wrongly, as people say."""

from django.db import models
from django.db.models import F, Q

from careloop.facts.mailbox import Became, MailTrouble, Security, WhyLeft
from careloop.facts.threads import Undone
from careloop.records.base import Record
from careloop.records.people import OfPatient, Person
from careloop.records.threads import MEANINGS, Answer


class Mailbox(Record):
    """The one mailbox that is read: how it is reached, up to where it was read, and how that goes.

    The password is ``sealed`` with the clinic's key. Another host, name or folder begins another ``generation``. Up to
    ``last_uid`` everything was read in the folder as ``uid_validity`` names it (RFC 3501, 2.3.1.1).
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    generation = models.IntegerField(default=1)
    host = models.TextField()
    port = models.IntegerField()
    security = models.TextField()
    folder = models.TextField()
    username = models.TextField()
    sealed = models.TextField()
    is_on = models.BooleanField(default=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True, default="")
    failures = models.SmallIntegerField(default=0)

    class Meta:
        app_label = "records"
        db_table = "mailbox"
        constraints = [
            models.CheckConstraint(name="mailbox_is_one", condition=Q(id=1)),
            models.CheckConstraint(
                name="mailbox_security_is_known", condition=Q(security__in=[str(one) for one in Security])
            ),
            models.CheckConstraint(
                name="mailbox_trouble_counts",
                condition=Q(trouble="", failures=0) | Q(trouble__in=[str(one) for one in MailTrouble], failures__gt=0),
            ),
        ]


class MailboxLetter(Record):
    """That a mail of the mailbox was taken in, or left there and why. Once for each: nothing is read twice.

    ``marked_at`` is when it was marked as seen there, which is done after it was kept.
    """

    id = models.BigAutoField(primary_key=True)
    generation = models.IntegerField()
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    at = models.DateTimeField()
    became = models.TextField()
    why = models.TextField(blank=True, default="")
    marked_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "mailbox_letter"
        constraints = [
            models.UniqueConstraint(name="letter_once", fields=["generation", "uid_validity", "uid"]),
            models.CheckConstraint(
                name="letter_left_says_why",
                condition=Q(became=str(Became.KEPT), why="")
                | Q(became=str(Became.LEFT), why__in=[str(one) for one in WhyLeft], marked_at=None),
            ),
        ]
        indexes = [
            models.Index(name="letter_unmarked", fields=["uid"], condition=Q(became="kept", marked_at=None)),
        ]


class AnswerCorrection(OfPatient):
    """That a person read an answer otherwise than the rule did: what it means, why, and what was taken back.

    ``phrases`` are the words of the catalog by which it was read wrongly. Once for each answer, and never changed.
    """

    answer = models.OneToOneField(Answer, primary_key=True, on_delete=models.PROTECT)
    was = models.TextField()
    meaning = models.TextField()
    asked = models.TextField()
    language = models.TextField(blank=True, default="")
    phrases = models.JSONField(default=list)
    undone = models.TextField()
    why = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        app_label = "records"
        db_table = "answer_correction"
        constraints = [
            models.CheckConstraint(name="correction_meaning_is_known", condition=Q(meaning__in=MEANINGS)),
            models.CheckConstraint(name="correction_is_another_meaning", condition=~Q(meaning=F("was"))),
            models.CheckConstraint(name="correction_says_why", condition=~Q(why="")),
            models.CheckConstraint(
                name="correction_undone_is_known", condition=Q(undone__in=[str(one) for one in Undone])
            ),
        ]
        indexes = [models.Index(name="correction_newest", fields=["-at"])]
