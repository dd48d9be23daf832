"""Questions to a colleague about a patient whom both may see: a task of the colleague with a clock."""

from datetime import timedelta
from uuid import UUID

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.questions import CLOCK
from careloop.facts.worklist import LoopKind, Severity
from careloop.guard.doors import creating
from careloop.records.models import Patient, Person
from careloop.rules.handoffs import clean_words
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
    loop = open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=patient.label_mask,
            title=Say("question.title", name=name),
            because=(Say("text.free", text=words),),
            if_waits=None,
            step=Say("step.question_answer"),
            severity=Severity.MODERATE,
            due_at=acting.at + timedelta(hours=question_hours(acting.at.date())),
            owner_id=to_person,
            clock=CLOCK,
        ),
    )
    return UUID(str(loop.pk))
