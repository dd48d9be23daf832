"""Answers to reminders of medicines that came in by text: written down where it was asked, and a clinician asked."""

from uuid import UUID

from django.db import transaction

from careloop.basics.refusals import Refusal
from careloop.catalog.answers import load_vocabulary
from careloop.catalog.pill_words import load_pill_words
from careloop.facts.access import Acting
from careloop.facts.answers import Asked, Meaning
from careloop.facts.consents import Topic
from careloop.facts.reminders import ReminderAnswer
from careloop.facts.threads import Did
from careloop.records.models import MedicineReminder
from careloop.rules.medicine_reminders import FOR_CLINICIAN
from careloop.rules.pill_answers import understand_pills
from careloop.worklist.answer_moves import Landed, reply, touch
from careloop.worklist.medicine_answers import answer_medicine

# These are read first and never as an answer about a pill.
ELSEWHERE = (Meaning.URGENT, Meaning.START, Meaning.HELP, Meaning.RIDE, Meaning.MONEY)


def follow_pills(acting: Acting, one: Landed) -> tuple[Did, UUID | None] | None:
    """Do what an answer to a reminder of a medicine says; None if it is none, or is for a person to read.

    Who stopped taking something, or feels bad from it, is a clinician's question the same day. A wish for no more
    texts is kept beside it.
    """
    sent = one.answered
    if one.asked is not Asked.PILLS or sent is None or one.meant.meaning in ELSEWHERE:
        return None
    answer = understand_pills(one.message.words, load_pill_words(), load_vocabulary().fillers)
    is_stop = one.meant.meaning is Meaning.STOP
    key = MedicineReminder.objects.filter(message_id=sent.pk).values_list("pk", flat=True).first()
    if answer is None or key is None or (is_stop and answer not in FOR_CLINICIAN):
        return None
    try:
        with transaction.atomic():
            loop_id = answer_medicine(acting, key, answer)
    except Refusal:
        # The reminder does not stand any more: a person reads what was written.
        return None
    if is_stop:
        return None
    touch(acting, one, is_settled=answer is ReminderAnswer.TAKEN)
    if answer in FOR_CLINICIAN:
        reply(acting, one, "medicine_told", topic=Topic.MEDICINES)
    return (Did.NOTED, None) if loop_id is None else (Did.LOOP, loop_id)
