"""A person says that an answer was read wrongly: what it moved is taken back, and what it means is done, at once."""

from uuid import UUID

from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right
from careloop.facts.answers import Meaning
from careloop.facts.threads import Did, Undone
from careloop.guard.doors import action
from careloop.records.models import Answer, AnswerCorrection, Message, Patient
from careloop.rules.answer_corrections import check_correction
from careloop.worklist.answer_corrections import do_right, take_back
from careloop.worklist.threads import lock_thread


@action(needs=Right.MESSAGE_WRITE, about=Patient)
def correct_answer(acting: Acting, patient: Patient, *, message_id: UUID, meaning: Meaning, why: str) -> Undone:
    """Say what an answer means that was read wrongly, and why; return what was taken back.

    In one transaction; the words by which it was read are kept for the list of words, and nothing learns by itself.

    :raises NotFound: if it is no answer of this patient
    :raises NotCorrected: if it was corrected before, means the same, has no reason, or cannot be taken back any more
    """
    found = Message.objects.filter(pk=message_id, patient=patient).values_list("thread_id", flat=True).first()
    if found is None:
        raise NotFound
    thread = lock_thread(patient, found)
    rows = Answer.objects.filter(pk=message_id, patient=patient).select_related("answers", "message__thread__member")
    answer = rows.first()
    if answer is None:
        raise NotFound
    was = Meaning(answer.meaning)
    is_corrected = AnswerCorrection.objects.filter(pk=answer.pk).exists()
    words = check_correction(was, meaning, Did(answer.did), why, is_corrected=is_corrected)
    undone = take_back(acting, answer, patient, words)
    AnswerCorrection(
        answer=answer, patient_id=patient.pk, unit_id=patient.unit_id, label_mask=answer.label_mask, was=str(was),
        meaning=str(meaning), asked=answer.asked, language=answer.message.language, phrases=list(answer.found),
        undone=str(undone), why=words, at=acting.at, by_id=acting.person_id,
    ).save(force_insert=True)  # fmt: skip
    do_right(acting, answer, thread, answer.message, meaning, words)
    return undone
