"""Letters to offices, clinicians and health plans are sent by people; what they answer is noted and asked after."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.basics.ids import new_id
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.catalog.answers import load_vocabulary
from careloop.catalog.offices import load_defaults
from careloop.facts.access import Acting, Right
from careloop.facts.consents import Road
from careloop.facts.offices import HeardBy, LetterAsk, LetterKind
from careloop.facts.outbox import Direction
from careloop.facts.worklist import LoopKind, Severity
from careloop.guard.context import enter
from careloop.guard.doors import action, unattended
from careloop.records.models import Message, OfficeLetter, Patient
from careloop.rules.answers import find_danger
from careloop.rules.defaults import value_on
from careloop.rules.offices import SILENT_DAYS
from careloop.worklist import threads as work
from careloop.worklist.office_answers import call_about
from careloop.worklist.offices import entry_of, look_at_letter, queue_letter
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.settle import clinic_zone

# On which road of messages an answer came that was noted by hand: a fax is a letter.
ROADS = {
    HeardBy.FAX: Road.LETTER, HeardBy.LETTER: Road.LETTER, HeardBy.EMAIL: Road.EMAIL, HeardBy.PHONE: Road.PHONE,
}  # fmt: skip


@action(needs=Right.MESSAGE_WRITE, about=Patient)
def send_letter(
    acting: Acting, patient: Patient, *, thread_id: UUID, ask: LetterAsk, seen: str, pages: bytes
) -> UUID:  # fmt: skip
    """Send a letter to whom of the directory a thread is with; for ten seconds it can be taken back. Return it.

    ``seen`` is the hash of the letter that was looked at; ``pages`` are what leaves, and are kept.

    :raises Refusal: if somebody else is answering, something stops it, or it is not the letter that was seen
    """
    thread = work.lock_thread(patient, thread_id)
    work.keep_in_hand(acting, thread)
    found = look_at_letter(acting, patient, thread, ask)
    if found.stops:
        raise Refusal(found.stops[0])
    if found.letter.sha256 != seen:
        raise Refusal(Say("refusal.letter_changed"))
    made = queue_letter(acting, patient, thread, ask, found.letter, pages)
    work.note_answer(acting, thread)
    if found.letter.asks or ask.kind is LetterKind.THANK_CLOSE:
        # They are asked anew, or need not answer any more.
        work.end_loops(acting, thread, (work.SILENT,))
    return made


@action(needs=Right.MESSAGE_WRITE, about=Patient)
def note_office_answer(
    acting: Acting, patient: Patient, *, thread_id: UUID, words: str, by: HeardBy, is_owed: bool
) -> UUID:  # fmt: skip
    """Note what an office answered by fax, letter, mail or telephone. ``is_owed``: we owe them an answer to it.

    Words of danger in it bring a person at once.

    :raises Refusal: if nothing is said, or too much
    :raises NotFound: if the thread is with nobody of the directory
    """
    thread = work.lock_thread(patient, thread_id)
    entry_of(thread)
    message = Message(
        id=new_id(acting.at), patient_id=thread.patient_id, unit_id=thread.unit_id, label_mask=thread.label_mask,
        thread=thread, direction=str(Direction.IN), at=acting.at, by_id=acting.person_id,
        road=str(ROADS[by]), words_sha256=b"", words=work.clean(words), pieces={"heard_by": str(by)},
    )  # fmt: skip
    message.save(force_insert=True)
    call_about(acting, thread, message, find_danger(message.words, load_vocabulary(), is_of_office=True))
    if is_owed:
        thread.unanswered_since = thread.unanswered_since or acting.at
        thread.last_at, thread.snoozed_until, thread.unread_since = acting.at, None, None
        thread.version += 1
        thread.save()
        work.let_go(thread)
    else:
        work.note_answer(acting, thread)
    work.end_loops(acting, thread, (work.SILENT,))
    return UUID(str(message.pk))


@unattended(needs=Right.WORK_UNATTENDED)
def raise_silent_offices(acting: Acting, *, how_many: int) -> int:
    """Open a task for each letter that asked something and was not answered in time; return how many.

    An answer by mail, one that is noted, a call that is noted, or another letter that asks or settles it ends it.
    """
    days = value_on(load_defaults()[SILENT_DAYS], acting.at.astimezone(ZoneInfo(clinic_zone())).date())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT letter_id, patient_id FROM silent_offices(%s, %s)", [acting.at - timedelta(days=days), how_many]
        )
        found = cursor.fetchall()
    enter(patients={row[1] for row in found})
    rows = OfficeLetter.objects.filter(pk__in=[row[0] for row in found]).select_related("message__thread", "patient")
    letters = list(rows.order_by("made_at", "pk"))
    for letter in letters:
        _raise_silent(acting, letter)
    return len(letters)


def _raise_silent(acting: Acting, letter: OfficeLetter) -> None:
    thread, patient = letter.message.thread, letter.patient
    asked_on = letter.made_at.astimezone(ZoneInfo(patient.zone)).date()
    open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=patient.pk,
            unit_id=thread.unit_id,
            label_mask=thread.label_mask,
            title=Say("office.silent", name=letter.to_name),
            because=(Say("office.silent_because", day=asked_on),),
            if_waits=Say("office.silent_if_waits"),
            step=Say("step.office_ask_again"),
            severity=Severity.MODERATE,
            due_at=acting.at,
            owner_id=thread.owner_id,
            queue_id=thread.unit_id,
            check_name=work.SILENT,
            finding_key=f"{thread.pk} {letter.pk}",
        ),
        zone=patient.zone,
    )
