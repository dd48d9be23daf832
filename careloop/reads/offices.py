"""What would leave with a letter to an office, a letter as it left, and what can be written on a thread with one."""

from uuid import UUID

from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right
from careloop.facts.offices import Letter, LetterAsk, LetterLook
from careloop.formats.letter import read_letter
from careloop.guard.doors import reading
from careloop.records.models import OfficeLetter, Patient, Thread
from careloop.worklist.offices import look_at_letter


@reading(needs=Right.MESSAGE_READ, about=Patient)
def get_letter_look(acting: Acting, patient: Patient, *, thread_id: UUID, ask: LetterAsk) -> LetterLook:
    """Return exactly what would leave now, and all that stops it; nothing is kept.

    :raises NotFound: if there is no such thread about this patient, or it is with nobody of the directory
    """
    thread = Thread.objects.filter(pk=thread_id, patient=patient).select_related("entry").first()
    if thread is None:
        raise NotFound
    return look_at_letter(acting, patient, thread, ask)


@reading(needs=Right.MESSAGE_READ, about=Patient)
def get_sent_letter(acting: Acting, patient: Patient, *, message_id: UUID) -> tuple[Letter, bytes]:
    """Return a letter as it left, and its pages.

    :raises NotFound: if there is none
    """
    row = OfficeLetter.objects.filter(pk=message_id, patient=patient).first()
    if row is None:
        raise NotFound
    return read_letter(bytes(row.manifest)), bytes(row.content)
