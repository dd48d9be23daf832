"""Threads as rows: found, begun and kept in hand; what is owed on each, and what ends with an answer."""

from datetime import datetime
from uuid import UUID

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.directory import EntryKind
from careloop.facts.outbox import FOR_INFORMATION, Direction, OutState, ThreadWith
from careloop.facts.worklist import Event, Outcome, State
from careloop.records.models import Booking, DirectoryEntry, Loop, Message, Outbox, Patient, Person, Thread, ThreadLock
from careloop.rules.scheduling import RESTING
from careloop.rules.threads import LOCK_MINUTES, MOST_SIGNS, is_kept_from, locked_until
from careloop.worklist.settle import Change, change
from careloop.worklist.thread_values import value_of

# With whom a thread is, by what stands in the directory.
ENTRIES = {EntryKind.PRACTITIONER: ThreadWith.CLINICIAN, EntryKind.ROLE: ThreadWith.CLINICIAN}
# Entries of the directory with whom one talks about a patient; rooms and devices do not answer.
WRITTEN_TO = [
    str(kind)
    for kind in (EntryKind.ORGANIZATION, EntryKind.SERVICE, EntryKind.SITE, EntryKind.PRACTITIONER, EntryKind.ROLE)
]
# The name of the loop that says that an office has not answered us: what they say ends it, and not what we write.
SILENT = "office_silent"
# The loops that an answer ends.
ENDED_BY_ANSWER = ("thread_unanswered",)


def lock_thread(patient: Patient, key: UUID) -> Thread:
    """Return a thread about this patient, locked.

    :raises NotFound: if there is none
    """
    found: Thread | None = Thread.objects.select_for_update(of=("self",)).filter(pk=key, patient=patient).first()
    if found is None:
        raise NotFound
    return found


def keep_in_hand(acting: Acting, thread: Thread) -> datetime:
    """Keep a locked thread for whoever is answering now, for some minutes; return until when.

    :raises Refusal: if somebody else is answering it
    """
    held = ThreadLock.objects.filter(thread=thread).select_related("person").first()
    if held is not None and is_kept_from(acting.person_id, held.person_id, held.until, acting.at):
        when = f"{held.until:%H:%M}"
        raise Refusal(Say("refusal.thread_taken", name=held.person.name, time=when))
    until = locked_until(acting.at, value_of(LOCK_MINUTES, acting))
    ThreadLock.objects.update_or_create(
        thread=thread,
        defaults={
            "person_id": acting.person_id, "until": until, "patient_id": thread.patient_id, "unit_id": thread.unit_id,
            "label_mask": thread.label_mask,
        },
    )  # fmt: skip
    return until


def let_go(thread: Thread) -> None:
    """Give a thread free: whoever answered it is done."""
    ThreadLock.objects.filter(thread=thread).delete()


def note_answer(acting: Acting, thread: Thread) -> None:
    """Note that a locked thread was read and answered: nothing is owed on it, and the loop that said so ends."""
    thread.unread_since = thread.unanswered_since = thread.snoozed_until = None
    thread.last_at = acting.at
    thread.owner_id = thread.owner_id or acting.person_id
    thread.version += 1
    thread.save()
    let_go(thread)
    end_loops(acting, thread, ENDED_BY_ANSWER)


def end_loops(acting: Acting, thread: Thread, names: tuple[str, ...]) -> None:
    """End the loops of a thread that what was said just now has answered."""
    rows = Loop.objects.filter(
        patient_id=thread.patient_id, check_name__in=names, finding_key__startswith=str(thread.pk)
    ).exclude(state=str(State.CLOSED))
    for loop in rows.select_for_update(of=("self",), no_key=True).order_by("id"):
        change(acting, loop, Change(Event.FINISH, Say("event.thread_answered"), outcome=Outcome.DONE))


def owed_since(thread: Thread) -> datetime | None:
    """Return since when an answer is owed after one was taken back: the oldest message since the last that went."""
    gone = Outbox.objects.filter(thread=thread, state=str(OutState.WITHDRAWN)).values("message_id")
    ours = Message.objects.filter(thread=thread, direction__in=(str(Direction.OUT), str(Direction.CALL)))
    last = ours.exclude(pk__in=gone).exclude(by__kind="system").order_by("-at").values_list("at", flat=True).first()
    came = Message.objects.filter(thread=thread, direction=str(Direction.IN))
    if last is not None:
        came = came.filter(at__gt=last)
    found: datetime | None = came.order_by("at").values_list("at", flat=True).first()
    return found


def write_down(
    acting: Acting, thread: Thread, direction: Direction, words: str, *, for_information: bool = False
) -> UUID:
    """Write a note, a call or a word to a colleague into a thread: nothing of it goes outside. Return it.

    What is ``for_information`` stands on the timeline too, and asks for nothing.

    :raises Refusal: if nothing is said, or too much
    """
    said = clean(words)
    message = Message(
        id=new_id(acting.at), patient_id=thread.patient_id, unit_id=thread.unit_id, label_mask=thread.label_mask,
        thread=thread, direction=str(direction), at=acting.at, by_id=acting.person_id, words_sha256=b"", words=said,
        situation=FOR_INFORMATION if for_information else "",
    )  # fmt: skip
    message.save(force_insert=True)
    return UUID(str(message.pk))


def clean(words: str) -> str:
    """Return words as they are kept.

    :raises Refusal: if there are none, or too many
    """
    said = words.replace("\x00", "").strip()
    if not said:
        raise Refusal(Say("refusal.thread_empty"))
    if len(said) > MOST_SIGNS:
        raise Refusal(Say("refusal.thread_too_long", count=MOST_SIGNS))
    return said


def begin_with(acting: Acting, patient: Patient, partner: ThreadWith, key: UUID) -> Thread:
    """Return the thread about a patient with an entry of the directory or a colleague, begun if there is none."""
    column = "colleague_id" if partner is ThreadWith.COLLEAGUE else "entry_id"
    found: Thread | None = Thread.objects.filter(patient=patient, partner=str(partner), **{column: key}).first()
    if found is not None:
        return found
    made = Thread(
        id=new_id(acting.at), patient=patient, unit_id=patient.unit_id, label_mask=patient.label_mask,
        partner=str(partner), owner_id=acting.person_id, opened_at=acting.at, last_at=acting.at, **{column: key},
    )  # fmt: skip
    made.save(force_insert=True)
    return made


def name_of(thread: Thread) -> str:
    """Return with whom a thread is; "" for the patient."""
    for one in (thread.member, thread.entry, thread.colleague):
        if one is not None:
            return str(one.name)
    return ""


def list_owners(acting: Acting, patient: Patient, others: list[Person]) -> list[tuple[UUID, str]]:
    """Return who can own a thread about a patient: oneself and those colleagues who may see them."""
    own = Person.objects.filter(pk=acting.person_id).values_list("name", flat=True).first() or ""
    return [(acting.person_id, str(own)), *((one.pk, one.name) for one in others)]


def find_next_visit(acting: Acting, patient_id: UUID) -> Booking | None:
    """Return the next visit of a patient that keeps its time."""
    rows = Booking.objects.filter(
        patient_id=patient_id, state__in=[str(one) for one in RESTING], starts_at__gt=acting.at
    )
    found: Booking | None = rows.order_by("starts_at", "id").first()
    return found


def partner_of(entry: DirectoryEntry) -> ThreadWith:
    """Return as whom an entry of the directory is written to."""
    return ENTRIES.get(EntryKind(entry.kind), ThreadWith.OFFICE)
