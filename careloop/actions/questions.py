"""Questions about a patient to a colleague, or to a group of the team: a task with a clock, of whoever takes it."""

from datetime import timedelta
from uuid import UUID

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right, Role
from careloop.facts.questions import CLOCK, Group
from careloop.facts.worklist import LoopKind, Severity
from careloop.guard.doors import creating
from careloop.records.models import Patient, Person
from careloop.rules.handoffs import clean_words
from careloop.rules.questions import groups_of
from careloop.worklist.colleagues import list_colleagues
from careloop.worklist.handoffs import question_hours
from careloop.worklist.opening import Draft, open_loop


@creating(needs=Right.LOOP_WRITE, about=Patient)
def ask_colleague(acting: Acting, patient: Patient, *, to_person: UUID, question: str) -> UUID:
    """Ask a colleague about a patient; return the loop, which is the colleague's until it is answered.

    It is answered as a loop is finished, and opened again as a loop is. The answer is due after the default hours.

    :raises Refusal: if nothing is asked, the colleague may not see the patient, or the patient has died
    """
    words = clean_words(question)
    if not words:
        raise Refusal(Say("refusal.handoff_question"))
    if to_person not in {one.pk for one in list_colleagues(acting, patient)}:
        raise Refusal(Say("refusal.receiver_elsewhere"))
    name = Person.objects.values_list("name", flat=True).get(pk=acting.person_id)
    loop = open_loop(acting, _draft(acting, patient, words, Say("question.title", name=name), to_person))
    return UUID(str(loop.pk))


@creating(needs=Right.LOOP_WRITE, about=Patient)
def ask_group(acting: Acting, patient: Patient, *, group: Group, question: str) -> UUID:
    """Ask a group of the patient's team; return the loop, which waits in the team's queue for the first to take it.

    The answer is due after the default hours, whoever takes it and whether or not somebody does.

    :raises Refusal: if nothing is asked, nobody of the group may see the patient, or the patient has died
    """
    words = clean_words(question)
    if not words:
        raise Refusal(Say("refusal.handoff_question"))
    if group not in groups_of({Role(one.role) for one in list_colleagues(acting, patient)}):
        raise Refusal(Say("refusal.question_nobody"))
    name = Person.objects.values_list("name", flat=True).get(pk=acting.person_id)
    loop = open_loop(acting, _draft(acting, patient, words, Say(f"question.to_{group}", name=name), None))
    return UUID(str(loop.pk))


def _draft(acting: Acting, patient: Patient, words: str, title: Say, owner_id: UUID | None) -> Draft:
    return Draft(
        kind=LoopKind.TASK,
        patient_id=patient.pk,
        unit_id=patient.unit_id,
        label_mask=patient.label_mask,
        title=title,
        because=(Say("text.free", text=words),),
        if_waits=None,
        step=Say("step.question_answer"),
        severity=Severity.MODERATE,
        due_at=acting.at + timedelta(hours=question_hours(acting.at.date())),
        owner_id=owner_id,
        queue_id=None if owner_id else patient.unit_id,
        clock=CLOCK,
    )
