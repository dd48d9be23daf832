"""A word about a patient that asks for nothing: it stands on the timeline, never on a worklist."""

from uuid import UUID

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.outbox import Direction, ThreadWith
from careloop.guard.doors import creating
from careloop.records.models import Patient
from careloop.worklist import threads as work
from careloop.worklist.colleagues import list_colleagues


@creating(needs=Right.MESSAGE_WRITE, about=Patient)
def tell_for_information(acting: Acting, patient: Patient, *, to_person: UUID, words: str) -> UUID:
    """Tell a colleague something about a patient for information only; return the message.

    It stands in the thread with the colleague and on the timeline. Nothing is owed on it: no loop, no clock.

    :raises Refusal: if nothing is said, or too much, or the colleague may not see the patient
    """
    if to_person not in {one.pk for one in list_colleagues(acting, patient)}:
        raise Refusal(Say("refusal.receiver_elsewhere"))
    thread = work.begin_with(acting, patient, ThreadWith.COLLEAGUE, to_person)
    thread = work.lock_thread(patient, thread.pk)
    made = work.write_down(acting, thread, Direction.NOTE, words, for_information=True)
    thread.last_at = acting.at
    thread.save()
    return made
