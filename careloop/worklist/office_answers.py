"""Mail of offices lands: on the thread whose reference it bears; by its address alone it is a person who says where.

Nothing of it moves anything by itself, but words of danger bring a person at once. An answer that a machine wrote
(RFC 3834) waits for nobody.
"""

from uuid import UUID

from django.db import connection

from careloop.basics.ids import new_id
from careloop.basics.words import Say
from careloop.catalog.answers import load_vocabulary
from careloop.facts.access import Acting
from careloop.facts.answers import Asked, Meaning
from careloop.facts.consents import Road
from careloop.facts.mail import MailKind
from careloop.facts.outbox import Direction, InboxSource, InboxState, OutKind
from careloop.facts.threads import Did
from careloop.guard.context import enter
from careloop.records.models import Answer, InboxItem, Loop, Message, Outbox, Thread
from careloop.rules.answers import find_danger
from careloop.rules.offices import find_code, find_named
from careloop.rules.outbox import fold_address
from careloop.worklist.came import Came
from careloop.worklist.danger import READ_AND_CALL, call_at_once
from careloop.worklist.death import find_dead
from careloop.worklist.opening import primary_coordinators
from careloop.worklist.threads import SILENT, end_loops, name_of

PLACED = ("state", "because", "patient", "unit", "label_mask")


def land_from_office(acting: Acting, item: InboxItem, came: Came) -> Did | None:
    """Write a mail that bears the reference of an office's thread into it; None if it bears none.

    The item is locked and new. The same mail a second time is done without a trace of its own.
    """
    if item.source != InboxSource.MAIL:
        return None
    threads = _threads_of(find_code(came.subject, came.words), [UUID(one) for one in find_named(came.answers)])
    if len(threads) != 1:
        return None
    ((key, patient_id),) = threads
    enter(patients=[patient_id])
    if came.reference and Answer.objects.filter(reference=came.reference).exists():
        _done(item, Thread.objects.get(pk=key))
        return Did.NOTHING
    thread = Thread.objects.select_for_update(of=("self",)).select_related("entry").get(pk=key)
    return take_from_office(
        acting, item, thread, address=came.address, words=came.words, reference=came.reference,
        subject=came.subject, is_by_machine=came.kind is MailKind.AUTOMATIC,
    )  # fmt: skip


def units_of_office(address: str) -> list[int]:
    """Return the teams that have a thread with whom an address is in the directory, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT unit_id FROM office_threads_of_mail(%s) ORDER BY 1", [address])
        return [row[0] for row in cursor.fetchall()]


def take_from_office(
    acting: Acting, item: InboxItem, thread: Thread, *, address: str, words: str, reference: str,
    subject: str = "", is_by_machine: bool = False,
) -> Did:  # fmt: skip
    """Write what came from an office into its locked thread; an answer is owed, unless a machine wrote it.

    Words of danger, in it or in its ``subject``, bring a person at once, as a patient's do; no reply goes.
    """
    is_known = thread.entry is not None and fold_address(Road.EMAIL, thread.entry.email) == address
    message = Message(
        id=new_id(acting.at), patient_id=thread.patient_id, unit_id=thread.unit_id, label_mask=thread.label_mask,
        thread=thread, direction=str(Direction.IN), at=acting.at, by_id=acting.person_id, road=str(Road.EMAIL),
        words_sha256=b"", words=words or "…", inbox_item=item,
        pieces={"from": address, "is_known": is_known, "by_machine": is_by_machine},
    )  # fmt: skip
    message.save(force_insert=True)
    _touch(acting, thread, is_owed=not is_by_machine)
    if not is_by_machine:
        end_loops(acting, thread, (SILENT,))
    found = () if is_by_machine else find_danger(f"{words}\n{subject}", load_vocabulary(), is_of_office=True)
    loop = call_about(acting, thread, message, found)
    newest = Outbox.objects.filter(thread=thread, kind=str(OutKind.OFFICE), sent_at__isnull=False)
    Answer(
        message=message, inbox_item=item, patient_id=thread.patient_id, unit_id=thread.unit_id,
        label_mask=thread.label_mask, reference=reference, answers=newest.order_by("-meant_at", "-id").first(),
        asked=str(Asked.NOTHING), meaning=str(Meaning.URGENT if loop else Meaning.WORDS), found=list(found), loop=loop,
        did=str(_did(is_by_machine=is_by_machine, is_danger=loop is not None)), at=acting.at,
    ).save(force_insert=True)  # fmt: skip
    _done(item, thread)
    return Did.LOOP if loop else Did.PERSON


def call_about(acting: Acting, thread: Thread, message: Message, found: tuple[str, ...]) -> Loop | None:
    """Bring a person at once to what an office wrote about a patient, if words of danger were found in it."""
    if not found:
        return None
    patient = thread.patient
    title = Say("answer.urgent_office", name=name_of(thread))
    return call_at_once(
        acting, patient, key=message.pk, title=title, words=message.words, found=found, step=READ_AND_CALL
    )


def _did(*, is_by_machine: bool, is_danger: bool) -> Did:
    if is_danger:
        return Did.LOOP
    return Did.NOTED if is_by_machine else Did.PERSON


def _touch(acting: Acting, thread: Thread, *, is_owed: bool) -> None:
    thread.last_at, thread.snoozed_until = acting.at, None
    thread.unread_since = thread.unread_since or acting.at
    # About somebody who has died no task is opened: it stands unread, and that is all.
    if is_owed and not find_dead([thread.patient_id]):
        thread.unanswered_since = thread.unanswered_since or acting.at
    thread.owner_id = thread.owner_id or primary_coordinators(acting, [thread.patient_id]).get(thread.patient_id)
    thread.version += 1
    thread.save()


def _threads_of(code: str, named: list[UUID]) -> list[tuple[UUID, UUID]]:
    if not code and not named:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT thread_id, patient_id FROM office_thread_of(%s, %s)", [code, named])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _done(item: InboxItem, thread: Thread) -> None:
    item.state = str(InboxState.DONE)
    item.patient_id, item.unit_id, item.label_mask = thread.patient_id, thread.unit_id, thread.label_mask
    item.save(update_fields=PLACED)
