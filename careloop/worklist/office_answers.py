"""Mail of offices lands: on the thread whose reference it bears; by its address alone it is a person who says where.

Nothing of it moves anything by itself. What their server sends back is told to whoever wrote; an answer that a machine
wrote (RFC 3834) waits for nobody.
"""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from uuid import UUID

from django.db import connection

from careloop.basics.ids import new_id
from careloop.facts.access import Acting
from careloop.facts.answers import Asked, Meaning
from careloop.facts.consents import Road
from careloop.facts.outbox import Direction, InboxSource, InboxState, OutKind, OutState
from careloop.facts.threads import Did
from careloop.guard.context import enter
from careloop.records.models import Answer, InboxItem, Message, Outbox, Thread
from careloop.rules.offices import find_code, find_named, find_returned
from careloop.rules.outbox import fold_address
from careloop.worklist.death import find_dead
from careloop.worklist.opening import primary_coordinators
from careloop.worklist.threads import SILENT, end_loops

PLACED = ("state", "because", "patient", "unit", "label_mask")
SAID = 200


@dataclass(frozen=True, slots=True)
class OfficeMail:
    """A mail as far as its thread is found by it. ``is_by_machine``: nobody wrote it."""

    code: str
    answers: tuple[UUID, ...]
    returned: tuple[UUID, ...]
    is_by_machine: bool


def read_office_mail(body: bytes, words: str) -> OfficeMail:
    """Return what a mail says of the thread that it belongs to; ``words`` are those that somebody wrote."""
    try:
        mail = email.message_from_bytes(body, policy=email.policy.default)
        subject = str(mail.get("Subject", ""))
        headers = [str(mail.get(name, "")) for name in ("In-Reply-To", "References")]
        is_report = mail.get_content_type() == "multipart/report"
        is_by_machine = is_report or str(mail.get("Auto-Submitted", "no")).strip().lower() != "no"
    except (LookupError, ValueError, AttributeError, TypeError):
        return OfficeMail("", (), (), is_by_machine=False)
    returned = find_returned(_parts(mail)) if is_report and isinstance(mail, EmailMessage) else ()
    return OfficeMail(
        find_code(subject, words), tuple(UUID(one) for one in find_named(headers)),
        tuple(UUID(one) for one in returned), is_by_machine,
    )  # fmt: skip


def land_from_office(acting: Acting, item: InboxItem, address: str, words: str, reference: str) -> Did | None:
    """Write a mail that bears the reference of an office's thread into it; None if it bears none.

    The item is locked and new. The same mail a second time is done without a trace of its own.
    """
    if item.source != InboxSource.MAIL:
        return None
    mail = read_office_mail(bytes(item.body), words)
    threads = _threads_of(mail.code, [*mail.answers, *mail.returned])
    if len(threads) != 1:
        return None
    ((key, patient_id),) = threads
    enter(patients=[patient_id])
    if reference and Answer.objects.filter(reference=reference).exists():
        _done(item, Thread.objects.get(pk=key))
        return Did.NOTHING
    thread = Thread.objects.select_for_update(of=("self",)).select_related("entry").get(pk=key)
    if mail.returned:
        _note_returned(acting, mail.returned)
    return take_from_office(
        acting, item, thread, address=address, words=words, reference=reference, is_by_machine=mail.is_by_machine
    )


def units_of_office(address: str) -> list[int]:
    """Return the teams that have a thread with whom an address is in the directory, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT unit_id FROM office_threads_of_mail(%s) ORDER BY 1", [address])
        return [row[0] for row in cursor.fetchall()]


def take_from_office(
    acting: Acting, item: InboxItem, thread: Thread, *, address: str, words: str, reference: str,
    is_by_machine: bool = False,
) -> Did:  # fmt: skip
    """Write what came from an office into its locked thread; an answer is owed, unless a machine wrote it."""
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
    newest = Outbox.objects.filter(thread=thread, kind=str(OutKind.OFFICE), sent_at__isnull=False)
    Answer(
        message=message, inbox_item=item, patient_id=thread.patient_id, unit_id=thread.unit_id,
        label_mask=thread.label_mask, reference=reference, answers=newest.order_by("-meant_at", "-id").first(),
        asked=str(Asked.NOTHING), meaning=str(Meaning.WORDS),
        did=str(Did.NOTED if is_by_machine else Did.PERSON), at=acting.at,
    ).save(force_insert=True)  # fmt: skip
    _done(item, thread)
    return Did.PERSON


def _touch(acting: Acting, thread: Thread, *, is_owed: bool) -> None:
    thread.last_at, thread.snoozed_until = acting.at, None
    thread.unread_since = thread.unread_since or acting.at
    # About somebody who has died no task is opened: it stands unread, and that is all.
    if is_owed and not find_dead([thread.patient_id]):
        thread.unanswered_since = thread.unanswered_since or acting.at
    thread.owner_id = thread.owner_id or primary_coordinators(acting, [thread.patient_id]).get(thread.patient_id)
    thread.version += 1
    thread.save()


def _note_returned(acting: Acting, keys: tuple[UUID, ...]) -> None:
    """Note that letters came back: they did not arrive, and whoever wrote hears of it as of any that failed."""
    rows = Outbox.objects.select_for_update(of=("self",)).filter(
        pk__in=keys, kind=str(OutKind.OFFICE), state=str(OutState.SENT)
    )
    for row in rows.order_by("id"):
        row.state, row.state_since, row.awaits_word = str(OutState.FAILED), acting.at, True
        row.said = "returned by their mail server"[:SAID]
        row.save()


def _threads_of(code: str, named: list[UUID]) -> list[tuple[UUID, UUID]]:
    if not code and not named:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT thread_id, patient_id FROM office_thread_of(%s, %s)", [code, named])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _parts(mail: EmailMessage) -> list[tuple[str, str]]:
    """Return the types and texts of the parts of a report; what cannot be read says nothing."""
    found = []
    for part in mail.walk():
        if part.is_multipart():
            continue
        try:
            raw = part.get_payload(decode=True)
        except (LookupError, ValueError):
            continue
        found.append((part.get_content_type(), raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""))
    for part in mail.walk():
        if part.get_content_type() in ("message/delivery-status", "message/rfc822"):
            found.append((part.get_content_type(), str(part)))
    return found


def _done(item: InboxItem, thread: Thread) -> None:
    item.state = str(InboxState.DONE)
    item.patient_id, item.unit_id, item.label_mask = thread.patient_id, thread.unit_id, thread.label_mask
    item.save(update_fields=PLACED)
