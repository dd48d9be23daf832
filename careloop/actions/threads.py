"""Threads: begun, written on, answered, taken back within ten seconds, given to somebody, put off to a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.catalog.messages import load_messages, load_part_prices
from careloop.facts.access import Acting, Right
from careloop.facts.composer import Look
from careloop.facts.consents import Road, Topic
from careloop.facts.directory import EntryKind
from careloop.facts.outbox import PENDING, UNDO_SECONDS, Direction, OutgoingDraft, ThreadWith
from careloop.facts.portal import LINK_ROADS
from careloop.guard.doors import action, creating
from careloop.records.models import CircleMember, DirectoryEntry, Outbox, Patient, Thread
from careloop.rules.composer import look_through
from careloop.worklist import threads as work
from careloop.worklist.colleagues import list_colleagues
from careloop.worklist.contact_points import Receiver, list_points
from careloop.worklist.outbox import (
    Written,
    may_send_drafts,
    open_thread,
    queue_message,
    refuse_hindered,
    withdraw,
    write_message,
)
from careloop.worklist.pages import queue_page, refuse_page, write_page
from careloop.worklist.situations import fill_situation

# What was not sent by then is old: a person writes again, or calls.
GOOD_FOR = timedelta(days=3)
# In which somebody can be reached by a message from here; the others are spoken to or met.
WRITTEN_ROADS = (Road.TEXT, Road.EMAIL, Road.LETTER)


@dataclass(frozen=True, slots=True)
class Wording:
    """What somebody wants to say on which road: a situation of the catalog, or own words.

    ``language`` is that of own words. ``key`` names this very message: sent again, it is the same. ``typed`` is what
    was typed for the fields of a situation, by the names of the form. ``carrier`` is on which road the link goes to
    a message that stands behind one (on the road ``portal``).
    """

    road: Road
    topic: Topic
    key: str
    situation: str = ""
    words: str = ""
    language: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    carrier: Road | None = None


@creating(needs=Right.MESSAGE_WRITE, about=Patient)
def begin_thread(acting: Acting, patient: Patient, *, partner: ThreadWith, key: UUID | None = None) -> UUID:
    """Return the thread about a patient with somebody, begun if there is none; what the record knows of how to reach
    them is taken over.

    ``key`` names the person of the circle, the entry of the directory or the colleague.

    :raises NotFound: if they are not in this patient's circle, the directory or the team
    """
    if partner in (ThreadWith.PATIENT, ThreadWith.MEMBER):
        receiver = Receiver(patient, _find_member(patient, key) if partner is ThreadWith.MEMBER else None)
        list_points(acting, receiver)
        thread = open_thread(acting, receiver)
        if thread.owner_id is None:
            Thread.objects.filter(pk=thread.pk).update(owner_id=acting.person_id)
        return UUID(str(thread.pk))
    if key is None or not _is_there(acting, patient, partner, key):
        raise NotFound
    return UUID(str(work.begin_with(acting, patient, partner, key).pk))


@creating(needs=Right.MESSAGE_WRITE, about=Patient)
def look_at_message(acting: Acting, patient: Patient, *, thread_id: UUID, wording: Wording) -> Look:
    """Return how a message would look and what is wrong with it; the thread is kept for whoever writes meanwhile.

    :raises Refusal: if somebody else is answering, or it cannot be written at all
    """
    thread = work.lock_thread(patient, thread_id)
    work.keep_in_hand(acting, thread)
    draft = _draft(acting, patient, thread, wording)
    written = _write(acting, draft, wording)
    look = look_through(written.composed, load_part_prices(), acting.at.date(), may_send_drafts=may_send_drafts())
    return _with_hindrance(acting, draft, written, look, wording)


@action(needs=Right.MESSAGE_WRITE, about=Patient)
def send_message(acting: Acting, patient: Patient, *, thread_id: UUID, wording: Wording) -> UUID:
    """Send a message; for ten seconds it can be taken back unseen. Return it.

    :raises Refusal: if somebody else is answering, or it may not go: nothing is kept then
    """
    thread = work.lock_thread(patient, thread_id)
    if thread.partner == ThreadWith.COLLEAGUE:
        made = work.write_down(acting, thread, Direction.OUT, wording.words)
        work.note_answer(acting, thread)
        return made
    work.keep_in_hand(acting, thread)
    draft = _draft(acting, patient, thread, wording)
    if not wording.situation:
        work.clean(wording.words)
    made = queue_message(acting, draft) if wording.carrier is None else queue_page(acting, draft, wording.carrier)
    thread.refresh_from_db()
    work.note_answer(acting, thread)
    return made


@action(needs=Right.MESSAGE_WRITE, about=Patient)
def take_back_message(acting: Acting, patient: Patient, *, message_id: UUID) -> UUID:
    """Take back a message that has not gone; return its thread, on which an answer is owed again if it was before.

    :raises NotFound: if it is no message to or about this patient
    :raises Refusal: if it has gone already
    """
    rows = Outbox.objects.select_for_update(of=("self",), no_key=True).filter(message_id=message_id, patient=patient)
    row: Outbox | None = rows.first()
    if row is None or row.thread_id is None:
        raise NotFound
    if row.state not in [str(one) for one in PENDING] or not withdraw(acting, row):
        raise Refusal(Say("refusal.thread_gone"))
    thread = work.lock_thread(patient, row.thread_id)
    thread.unanswered_since = work.owed_since(thread)
    thread.version += 1
    thread.save()
    return UUID(str(thread.pk))


@action(needs=Right.MESSAGE_WRITE, about=Patient)
def add_note(acting: Acting, patient: Patient, *, thread_id: UUID, words: str, for_information: bool = False) -> None:
    """Add a note among ourselves to a thread: it goes nowhere, and nothing that is owed is answered by it.

    What is ``for_information`` stands on the timeline of the patient too.

    :raises Refusal: if nothing is said, or too much
    """
    thread = work.lock_thread(patient, thread_id)
    work.write_down(acting, thread, Direction.NOTE, words, for_information=for_information)
    thread.last_at = acting.at
    thread.save()


@action(needs=Right.MESSAGE_WRITE, about=Patient)
def note_call(acting: Acting, patient: Patient, *, thread_id: UUID, words: str) -> None:
    """Note what was said on the telephone or in person, and what came of it: nothing is owed on the thread any more.

    :raises Refusal: if nothing is said, or too much
    """
    thread = work.lock_thread(patient, thread_id)
    work.write_down(acting, thread, Direction.CALL, words)
    work.note_answer(acting, thread)
    work.end_loops(acting, thread, (work.SILENT,))


@action(needs=Right.MESSAGE_WRITE, about=Patient)
def hold_thread(acting: Acting, patient: Patient, *, thread_id: UUID) -> datetime:
    """Keep a thread for oneself while answering, and note that it was read; return until when.

    :raises Refusal: if somebody else is answering it
    """
    thread = work.lock_thread(patient, thread_id)
    until = work.keep_in_hand(acting, thread)
    thread.unread_since = None
    thread.save()
    return until


@action(needs=Right.MESSAGE_WRITE, about=Patient)
def give_thread(acting: Acting, patient: Patient, *, thread_id: UUID, version: int, to_person: UUID) -> None:
    """Make somebody the owner of a thread.

    :raises Refusal: if they may not see the patient, or the thread was changed meanwhile
    """
    thread = work.lock_thread(patient, thread_id)
    _expect(thread, version)
    if to_person != acting.person_id and to_person not in {one.pk for one in list_colleagues(acting, patient)}:
        raise Refusal(Say("refusal.receiver_elsewhere"))
    thread.owner_id = to_person
    thread.version += 1
    thread.save()
    work.let_go(thread)


@action(needs=Right.MESSAGE_WRITE, about=Patient)
def put_off_thread(acting: Acting, patient: Patient, *, thread_id: UUID, version: int, until: date) -> None:
    """Put a thread off until the morning of a day, on the patient's clocks. What is owed on it stays owed.

    :raises Refusal: if the day is not after today, or more than a year away; or the thread was changed meanwhile
    """
    thread = work.lock_thread(patient, thread_id)
    _expect(thread, version)
    zone = ZoneInfo(patient.zone)
    today = acting.at.astimezone(zone).date()
    if not today < until <= today + timedelta(days=366):
        raise Refusal(Say("refusal.handoff_day"))
    thread.snoozed_until = datetime.combine(until, time(8), zone)
    thread.version += 1
    thread.save()


def _expect(thread: Thread, version: int) -> None:
    if thread.version != version:
        raise TakenMeanwhile(Say("refusal.thread_changed"))


def _draft(acting: Acting, patient: Patient, thread: Thread, wording: Wording) -> OutgoingDraft:
    """Return what is to be sent.

    :raises Refusal: if nothing is sent on this road or to this partner from here
    """
    is_written = wording.road in WRITTEN_ROADS and wording.carrier is None
    is_page = wording.road is Road.PORTAL and wording.carrier in LINK_ROADS
    if not (is_written or is_page) or thread.partner not in (ThreadWith.PATIENT, ThreadWith.MEMBER):
        raise Refusal(Say("refusal.thread_by_hand"))
    known = load_messages().get(wording.situation) if wording.situation else None
    if wording.situation and known is None:
        raise NotFound
    draft = OutgoingDraft(
        patient_id=patient.pk,
        member_id=thread.member_id,
        thread_id=thread.pk,
        # A situation's topic is its own: nobody can send results under the name of visits.
        topic=known.topic if known else wording.topic,
        road=wording.road,
        situation=wording.situation,
        words="" if wording.situation else wording.words,
        language=wording.language,
        not_before=acting.at,
        good_until=acting.at + GOOD_FOR,
        key=f"thread {thread.pk} {wording.key}",
        undo_seconds=UNDO_SECONDS,
    )
    return fill_situation(acting, patient, draft, wording.typed) if known else draft


def _write(acting: Acting, draft: OutgoingDraft, wording: Wording) -> Written:
    if wording.carrier is not None:
        return write_page(acting, draft, wording.carrier)
    return write_message(acting, draft)


def _with_hindrance(acting: Acting, draft: OutgoingDraft, written: Written, look: Look, wording: Wording) -> Look:
    """Return the look with what stands in the way beside the words: a stop, no consent, no address."""
    try:
        if wording.carrier is not None:
            refuse_page(acting, draft, wording.carrier, written)
        else:
            refuse_hindered(acting, draft, written)
    except Refusal as no:
        if look.stops:
            return look
        return Look(look.composed, look.grade, look.cost_hundredths, (no.say,), look.hints)
    return look


def _find_member(patient: Patient, key: UUID | None) -> CircleMember:
    if key is None:
        raise NotFound
    member: CircleMember | None = CircleMember.objects.filter(pk=key, patient=patient, ended_at=None).first()
    if member is None:
        raise NotFound
    return member


def _is_there(acting: Acting, patient: Patient, partner: ThreadWith, key: UUID) -> bool:
    if partner is ThreadWith.COLLEAGUE:
        return key in {one.pk for one in list_colleagues(acting, patient)}
    kind = DirectoryEntry.objects.filter(pk=key, is_active=True).values_list("kind", flat=True).first()
    if kind is None:
        return False
    return work.ENTRIES.get(EntryKind(kind), ThreadWith.OFFICE) is partner or partner is ThreadWith.PAYER
