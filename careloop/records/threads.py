"""Who is answering a thread, how an answer was understood and what it moved, and who approved which words."""

from django.db import models
from django.db.models import Q

from careloop.facts.answers import Asked, Meaning
from careloop.facts.messages import State
from careloop.facts.threads import Did, WhyReview
from careloop.records.base import Record, Uuid7Record
from careloop.records.outbox import InboxItem, Message, Outbox, Thread
from careloop.records.people import OfPatient, Patient, Person, Unit
from careloop.records.worklist import Loop

MEANINGS = [str(one) for one in Meaning]


class ThreadLock(OfPatient):
    """That somebody is answering a thread, until a moment; then it is anybody's again."""

    thread = models.OneToOneField(Thread, primary_key=True, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    until = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "thread_lock"


class Answer(OfPatient):
    """How a message that came in was understood, what it answered, and what it moved. Added, never changed.

    ``reference`` is the provider's name of the message: one that comes twice is one answer.
    """

    message = models.OneToOneField(Message, primary_key=True, on_delete=models.PROTECT)
    inbox_item = models.OneToOneField(InboxItem, on_delete=models.PROTECT, related_name="+")
    reference = models.TextField(blank=True, default="")
    answers = models.ForeignKey(Outbox, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked = models.TextField()
    meaning = models.TextField()
    also = models.JSONField(default=list)
    hints = models.JSONField(default=list)
    found = models.JSONField(default=list)
    did = models.TextField()
    loop = models.ForeignKey(Loop, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "answer"
        constraints = [
            models.UniqueConstraint(name="answer_once", fields=["reference"], condition=~Q(reference="")),
            models.CheckConstraint(name="answer_asked_is_known", condition=Q(asked__in=[str(a) for a in Asked])),
            models.CheckConstraint(name="answer_meaning_is_known", condition=Q(meaning__in=MEANINGS)),
            models.CheckConstraint(name="answer_did_is_known", condition=Q(did__in=[str(d) for d in Did])),
            models.CheckConstraint(
                name="answer_of_danger_reached_somebody", condition=~Q(meaning="urgent") | Q(loop__isnull=False)
            ),
        ]


class AnswerReview(Uuid7Record):
    """That a person must say from whom something came: for the team whose patients it may be from, or the first.

    ``patient`` is whose it turned out to be, None before, and for what was nobody's.
    """

    inbox_item = models.OneToOneField(InboxItem, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    road = models.TextField()
    address = models.TextField()
    words = models.TextField(blank=True, default="")
    why = models.TextField()
    at = models.DateTimeField()
    loop = models.ForeignKey(Loop, on_delete=models.PROTECT, related_name="+", db_index=False)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    note = models.TextField(blank=True, default="")

    class Meta:
        app_label = "records"
        db_table = "answer_review"
        constraints = [
            models.CheckConstraint(name="review_why_is_known", condition=Q(why__in=[str(w) for w in WhyReview])),
            models.CheckConstraint(
                name="review_settled_by_somebody",
                condition=Q(settled_at=None, settled_by=None) | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
        ]
        indexes = [models.Index(name="review_waiting", fields=["unit", "at"], condition=Q(settled_at=None))]


class WordsApproval(Record):
    """That somebody with a qualification read or approved the words of a situation in one language. Only added.

    ``sha256`` is that of the very words: changed words are a draft again.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.TextField()
    language = models.TextField()
    sha256 = models.BinaryField()
    state = models.TextField()
    qualification = models.TextField()
    note = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        app_label = "records"
        db_table = "words_approval"
        constraints = [
            models.CheckConstraint(name="approval_state_is_known", condition=Q(state__in=[str(s) for s in State])),
            models.CheckConstraint(name="approval_says_what_one_is", condition=Q(state="draft") | ~Q(qualification="")),
            models.CheckConstraint(name="approval_names_words", condition=~Q(key="") & ~Q(language="")),
        ]
        indexes = [models.Index(name="approval_newest", fields=["key", "language", "-id"])]
