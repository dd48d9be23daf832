"""Answers: what came in is read one by one; what nobody could give to anybody is given by a person."""

from uuid import UUID

from django.db import DatabaseError, connection, transaction

from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.consents import Road
from careloop.facts.outbox import InboxState
from careloop.facts.threads import WhyReview
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity, State
from careloop.guard.context import enter
from careloop.guard.doors import action, managing, unattended
from careloop.records.models import AnswerReview, CircleMember, InboxItem, Loop, Patient, Thread
from careloop.rules.threads import ANSWER_HOURS
from careloop.worklist.answers import land, land_unreadable, take_as
from careloop.worklist.came import read_again
from careloop.worklist.contact_points import Receiver, add_point
from careloop.worklist.office_answers import take_from_office
from careloop.worklist.offices import entry_of
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.settle import Change, change
from careloop.worklist.thread_values import value_of
from careloop.worklist.threads import lock_thread, name_of

# So often what came in is tried; then a person reads it.
MOST_TRIES = 3
# The name of the loop that says that an answer is owed.
UNANSWERED = "thread_unanswered"


@unattended(needs=Right.WORK_UNATTENDED)
def land_answers(acting: Acting, *, how_many: int) -> int:
    """Read what came in, oldest first, and do what follows; return how many.

    One that cannot be handled holds up no other: it is tried again, and after the third time a person reads it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM new_inbox(%s) UNION SELECT id FROM new_page_answers(%s)", [how_many, how_many])
        keys = [row[0] for row in cursor.fetchall()]
    rows = InboxItem.objects.filter(pk__in=keys, state=str(InboxState.NEW))
    items = list(rows.select_for_update(of=("self",), skip_locked=True).order_by("received_at", "id"))
    for item in items:
        try:
            with transaction.atomic():
                land(acting, item)
        except (Refusal, DatabaseError, LookupError, ValueError):
            _try_later(acting, item.pk)
    return len(items)


def _try_later(acting: Acting, key: UUID) -> None:
    """Count a try that failed; after the last a person is asked, without the part that failed."""
    item = InboxItem.objects.get(pk=key)
    item.attempts += 1
    if item.attempts >= MOST_TRIES:
        land_unreadable(acting, item)
        return
    item.save(update_fields=["attempts"])


@unattended(needs=Right.WORK_UNATTENDED)
def raise_unanswered(acting: Acting, *, how_many: int) -> int:
    """Open the loop of each thread on which an answer was owed and the time for it has passed; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, patient_id, unit_id FROM unanswered_threads(%s::timestamptz - %s * interval '1 hour', %s)",
            [acting.at, value_of(ANSWER_HOURS, acting), how_many],
        )
        found = cursor.fetchall()
    enter(patients={row[1] for row in found})
    rows = Thread.objects.filter(pk__in=[row[0] for row in found]).select_related(
        "patient", "member", "entry", "colleague"
    )
    threads = list(rows.order_by("id"))
    for thread in threads:
        _raise(acting, thread)
    return len(threads)


def _raise(acting: Acting, thread: Thread) -> None:
    patient = thread.patient
    open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=patient.pk,
            unit_id=thread.unit_id,
            label_mask=thread.label_mask,
            title=Say("answer.unanswered", name=name_of(thread) or patient.full_name),
            because=(Say("answer.owed_since"),),
            if_waits=Say("answer.if_waits"),
            step=Say("step.answer_write"),
            severity=Severity.HIGH,
            due_at=acting.at,
            owner_id=thread.owner_id,
            queue_id=thread.unit_id,
            check_name=UNANSWERED,
            finding_key=_unanswered_key(thread),
        ),
        zone=patient.zone,
    )


def _unanswered_key(thread: Thread) -> str:
    """Return the key of the loop of an answer that is owed: of each time that it is owed there is one."""
    return f"{thread.pk} {thread.unanswered_since:%Y%m%d%H%M%S%f}"


@action(needs=Right.MESSAGE_WRITE, about=Patient)
def say_whose(
    acting: Acting, patient: Patient, *, review_id: UUID, member_id: UUID | None = None, keeps_address: bool = False,
    thread_id: UUID | None = None,
) -> None:  # fmt: skip
    """Say that something that came in is from this patient, or from somebody of the circle; it lands as any answer.

    ``keeps_address`` adds the address to theirs. ``thread_id`` says that it is from the office with whom that thread
    about the patient is: it stands there then.

    :raises NotFound: if it does not wait in a team of this person
    :raises Refusal: if somebody settled it already
    """
    review = _lock_review(review_id)
    member = CircleMember.objects.filter(pk=member_id, patient=patient, ended_at=None).first() if member_id else None
    if member_id and member is None:
        raise NotFound
    item = InboxItem.objects.select_for_update(of=("self",)).get(pk=review.inbox_item_id)
    receiver = Receiver(patient, member)
    road = Road(review.road)
    if thread_id is not None:
        thread = lock_thread(patient, thread_id)
        entry_of(thread)
        take_from_office(acting, item, thread, address=review.address, words=review.words, reference="")
    elif keeps_address and review.address and road in (Road.TEXT, Road.EMAIL):
        add_point(acting, receiver, road, review.address)
    if thread_id is None and review.why not in (WhyReview.UNREADABLE, WhyReview.LEFT):
        take_as(acting, item, read_again(item, road, review.address, review.words), receiver)
    review.patient, review.unit_id = patient, patient.unit_id
    _settle(acting, review, "")


@managing(needs=Right.MESSAGE_WRITE)
def set_aside(acting: Acting, *, review_id: UUID, reason: str) -> None:
    """Say that something that came in is nobody's, and why.

    :raises NotFound: if it does not wait in a team of this person
    :raises Refusal: if somebody settled it already, or no reason is given
    """
    review = _lock_review(review_id)
    words = reason.replace("\x00", "").strip()
    if not words:
        raise Refusal(Say("refusal.review_nobody"))
    InboxItem.objects.filter(pk=review.inbox_item_id).update(state=str(InboxState.DONE), because=words[:200])
    _settle(acting, review, words[:500])


def _lock_review(key: UUID) -> AnswerReview:
    review: AnswerReview | None = AnswerReview.objects.select_for_update(of=("self",)).filter(pk=key).first()
    if review is None:
        raise NotFound
    if review.settled_at is not None:
        raise Refusal(Say("refusal.review_settled"))
    return review


def _settle(acting: Acting, review: AnswerReview, note: str) -> None:
    review.settled_at, review.settled_by_id, review.note = acting.at, acting.person_id, note
    review.save()
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=review.loop_id)
    if loop.state != State.CLOSED:
        done = Change(Event.FINISH, Say("event.thread_answered"), note=note, outcome=Outcome.DONE)
        change(acting, loop, done)
